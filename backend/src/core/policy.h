/*
 * The policy model: CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy and Kubernetes
 * NetworkPolicy as one shape. The generator builds it, the YAML writer emits it, the YAML reader
 * fills it, the checker and the simulator read it.
 *
 * Absent and empty lists mean different things (policies.md 9.4), so every list says
 * whether it was there. Where a part came from YAML, `where` keeps its line and column; parts made
 * by the generator have line 0. Texts are never NULL.
 *
 * A few parts are carried through as YAML nodes (core/yaml_tree.h): nothing here interprets them,
 * but a policy that is read and written again must not lose them.
 *
 * Kubernetes NetworkPolicy is translated as Cilium's agent does (policies.md 13):
 * - label keys get the prefix "k8s:"; keys of a namespaceSelector the prefix
 *   NAMESPACE_LABEL_PREFIX; a namespaceSelector that is empty becomes "exists NAMESPACE_KEY"; a
 *   podSelector alone has no namespace key, and so stays in the policy's namespace;
 * - the peers of one element become `endpoints` and `cidr_sets`, which are alternatives, so here
 *   both may be present at once; from/to absent or empty becomes the entity "all";
 * - a listed type without rules becomes one element that allows nothing;
 * - all ports of an element form one port_rule; protocol is never "", port "" means every port.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow.h"

struct yaml_node;

#define NAMESPACE_KEY          "k8s:io.kubernetes.pod.namespace"
#define NAMESPACE_LABEL_PREFIX "k8s:io.cilium.k8s.namespace.labels."

struct where {
	unsigned line, column; /* from 1; 0 = not from a text */
};

enum policy_kind {
	POLICY_CILIUM,      /* CiliumNetworkPolicy */
	POLICY_CLUSTERWIDE, /* CiliumClusterwideNetworkPolicy */
	POLICY_KUBERNETES   /* networking.k8s.io/v1 NetworkPolicy */
};

struct key_value {
	const char *key, *value;
	struct where where;
};

struct key_values {
	struct key_value *items;
	size_t count;
};

enum operator_kind { OPERATOR_IN, OPERATOR_NOT_IN, OPERATOR_EXISTS, OPERATOR_DOES_NOT_EXIST };

struct match_expression {
	const char *key;
	enum operator_kind operator;
	struct text_list values;
	struct where where;
};

/* Keys keep their source prefix as written ("k8s:app", "reserved:host", "app"). */
struct selector {
	struct key_values match_labels;
	struct match_expression *expressions;
	size_t expression_count;
	struct where where;
};

struct cidr_rule {
	const char *cidr;                /* "" when a group is named instead */
	const char *group;               /* cidrGroupRef */
	struct selector *group_selector; /* cidrGroupSelector, or NULL */
	struct text_list except;
	struct where where;
};

/* toFQDNs and DNS rules: one of the two is not "". */
struct name_match {
	const char *name, *pattern;
	struct where where;
};

struct service_match {
	const char *name, *namespace;   /* k8sService */
	struct selector *selector;      /* k8sServiceSelector, or NULL */
	const char *selector_namespace; /* of k8sServiceSelector; "" otherwise */
	struct where where;
};

struct port {
	const char *port;     /* as written: a number or a name; "" = all ports of the protocol */
	int end_port;         /* 0 = none */
	const char *protocol; /* "TCP", "UDP", "SCTP", "ANY", ...; "" = ANY */
	struct where where;
};

struct header_match {
	const char *name, *value, *mismatch;
	bool has_secret;
	const struct yaml_node *secret; /* carried; NULL if none */
};

struct http_rule {
	const char *method, *path, *host; /* "" = any */
	struct text_list headers;
	struct header_match *header_matches;
	size_t header_match_count;
	struct where where;
};

struct port_rule {
	bool has_ports; /* absent or empty: allows nothing */
	struct port *ports;
	size_t port_count;
	bool has_http, has_dns; /* the member is there, be it an empty list */
	struct http_rule *http;
	size_t http_count;
	struct name_match *dns;
	size_t dns_count;
	struct text_list server_names; /* SNI */
	bool has_tls, has_listener;
	const struct yaml_node *terminating_tls, *originating_tls, *listener; /* carried */
	struct where where;
};

struct icmp_field {
	int family; /* 4 or 6 */
	int type;
	struct where where;
};

struct icmp_rule {
	struct icmp_field *fields;
	size_t field_count;
	struct where where;
};

/* A list of peers of one kind, with the difference between absent and empty. */
#define PEER_LIST(type)                                                                            \
	struct {                                                                                   \
		bool present;                                                                      \
		type *items;                                                                       \
		size_t count;                                                                      \
	}

/* One element of ingress, ingressDeny, egress or egressDeny. */
struct rule_element {
	PEER_LIST(struct selector) endpoints; /* fromEndpoints, toEndpoints */
	PEER_LIST(const char *) entities;
	PEER_LIST(const char *) cidrs;
	PEER_LIST(struct cidr_rule) cidr_sets;
	PEER_LIST(struct selector) nodes;
	PEER_LIST(struct name_match) fqdns;
	PEER_LIST(struct service_match) services;
	bool has_groups;                /* fromGroups, toGroups, not empty: not decidable here */
	const struct yaml_node *groups; /* carried */
	PEER_LIST(struct port_rule) to_ports;
	PEER_LIST(struct icmp_rule) icmps;
	const char *authentication; /* "" , "disabled", "required", "test-always-fail" */

	struct where where;
	unsigned provenance; /* generator only: index into its evidence, from 1; 0 = none */
};

struct rule_elements {
	bool present;
	struct rule_element *items;
	size_t count;
	struct where where;
};

/* A label of the rule itself, for bookkeeping. */
struct rule_label {
	const char *key, *value, *source;
	struct where where;
};

/* Indexes of struct rule.elements. */
enum section {
	SECTION_INGRESS,
	SECTION_INGRESS_DENY,
	SECTION_EGRESS,
	SECTION_EGRESS_DENY,
	SECTIONS
};

/* One `spec`, or one of `specs`. */
struct rule {
	bool has_endpoint_selector, has_node_selector;
	struct selector subject; /* whichever of the two is there */
	struct rule_elements elements[SECTIONS];
	/* enableDefaultDeny per direction; unknown = automatic. */
	enum tristate default_deny_ingress, default_deny_egress;
	const char *description;
	struct rule_label *labels;
	size_t label_count;
	const char *log_value;
	struct where where;
};

struct policy {
	enum policy_kind kind;
	const char *name, *namespace;          /* namespace "" when clusterwide or not given */
	struct key_values labels, annotations; /* of metadata */
	struct rule *rules;
	size_t rule_count;
	bool as_list;      /* written as `specs` */
	bool spec_beside;  /* as_list, and rules[0] stood in a `spec` beside it */
	unsigned document; /* number of the document in its text, from 0 */
	struct where where;
};

struct policies {
	struct policy *items;
	size_t count;
};

/* "ingress", "ingressDeny", ... and "In", "NotIn", ... as YAML has them. */
const char *section_name(enum section section);
const char *operator_name(enum operator_kind operator);

/* "shop/web", or "web" where there is no namespace; owned by `mem` or a text of the policy. */
const char *policy_title(void *mem, const struct policy *policy);

/* Where a rule stands in its document: "spec" or "specs[2]"; owned by `mem`. */
char *policy_rule_path(void *mem, const struct policy *policy, size_t rule);

/* Same meaning part by part, in the same order; `where`, `document` and `provenance` don't count. */
bool policy_equal(const struct policy *a, const struct policy *b);

#endif
