/*
 * The compiled form of a policy set, shared by the parts of the simulator and by the comparison
 * of policies, and by nobody else: simulate_compile.c makes rules, simulate_party.c finds who is
 * concerned by them, simulate.c and simulate_l7.c judge, policy_diff.c compares.
 */
#ifndef CORE_SIMULATE_SET_H
#define CORE_SIMULATE_SET_H

#include "core/cidr.h"
#include "core/regex.h"
#include "core/selector.h"
#include "core/simulate.h"
#include "core/table.h"

/* One alternative of an element's peers. */
enum peer_kind {
	PEER_IS_ANYONE,
	PEER_BY_LABELS,
	PEER_BY_CIDR,
	PEER_BY_CIDR_GROUP,
	PEER_BY_NAME,
	PEER_UNDECIDABLE
};

struct peer {
	enum peer_kind kind;
	struct label_selector labels;
	struct cidr cidr, *except;
	size_t except_count;
	const char *group;
	const struct name_match *name;
	enum judged_reason doubt; /* PEER_UNDECIDABLE */
	const struct rule_element *from;
	const char *entity; /* it is part of, or NULL */
};

/* A regular expression of the set, compiled when it is first needed. */
struct pattern {
	const char *text;
	struct regex *regex;
	bool tried;
};

struct http_matcher {
	const struct http_rule *rule;
	struct pattern *method, *path, *host; /* NULL = any */
};

/* What the proxy checks on a port. */
struct l7_rules {
	enum l7_kind kind;
	struct http_matcher *http;
	size_t http_count;
	const struct name_match *dns;
	size_t dns_count;
};

#define EVERY_PROTOCOL (~0u)

/* One way for the port part of an element to hold. */
struct port_match {
	unsigned protocols;        /* bits 1 << enum protocol */
	uint16_t first, last;      /* ports, or ICMP types; all of them: 0 to 65535 */
	const char *name;          /* a port name in lower case instead of numbers, or NULL */
	const struct l7_rules *l7; /* NULL = not looked into */
	bool proxied, server_name;
	const struct port_rule *rule; /* NULL if it has none */
};

enum authentication { AUTHENTICATION_UNSAID, AUTHENTICATION_OFF, AUTHENTICATION_ON };

/* One element of ingress, ingressDeny, egress or egressDeny. */
struct element {
	struct deciding_rule where;
	bool deny, default_deny;
	struct peer *peers;
	size_t peer_count, peer_capacity;
	struct port_match *ports;
	size_t port_count, port_capacity;
	enum authentication authentication;
};

struct compiled_rule {
	struct label_selector subject;
	const char *namespace; /* of the subject; "" = any */
	bool for_nodes;
	struct element *elements[SIDES];
	size_t element_counts[SIDES];
};

/* An element that concerns a party: of a rule that selects it, or perhaps does. */
struct concern {
	const struct element *element;
	bool certain;
	enum judged_reason doubt; /* unless certain */
};

/* All that one direction of one subject is judged by. */
struct view {
	struct concern *concerns;
	size_t count, capacity;
	enum tristate default_deny;
	const struct element *default_deny_by;
	/* Two elements that cannot be computed together, or NULL. */
	const struct element *conflict[2];
};

enum subject_kind { SUBJECT_NOT, SUBJECT_ENDPOINT, SUBJECT_HOST, SUBJECT_UNTOLD };

struct party {
	uint32_t number;
	struct identity identity;
	struct label_set labels;
	bool node_labels_told;
	bool outside; /* has an address outside the cluster: CIDR and names can match */
	struct address address;
	enum subject_kind subject;
	enum judged_reason no_subject; /* SUBJECT_NOT: why */
	bool host, init, has_port_names;
	bool viewed;
	struct view views[SIDES];
};

/* An element of a subject's view whose peers include the other party, or may. */
struct match {
	const struct concern *concern;
	enum tristate peer;       /* by labels and addresses: yes, unknown, or no (then by_name) */
	enum judged_reason doubt; /* TRISTATE_UNKNOWN: why */
	bool by_name;             /* an answer other than yes is yes if a name of the server fits */
};

/* What concerns one subject and one peer in one direction. */
struct pair {
	uint32_t subject, peer;
	enum side side;
	struct match *matches;
	size_t count;
};

struct policy_set {
	void *mem;
	const char *cluster;
	struct compiled_rule *rules;
	size_t rule_count;
	bool has_node_rules;
	struct rule_buckets *buckets;

	struct party **parties;
	size_t party_count, party_capacity;
	struct table party_table;
	struct pair *pairs;
	size_t pair_count, pair_capacity;
	struct table pair_table;
	struct match *scratch; /* where matches are collected */
	size_t scratch_capacity;
	struct pattern **patterns;
	size_t pattern_count, pattern_capacity;
	struct table pattern_table;
	size_t pattern_bytes; /* of all programs */
};

/* Makes set->rules from the policies. */
void compile_policies(struct policy_set *set, const struct policies *policies);

/* Looks for two elements whose rules Cilium cannot compute together (policies.md V39). */
void find_conflict(struct view *view);

/* Elements of the rules that select the party, made at the first call. */
const struct view *party_view(struct policy_set *set, struct party *party, enum side side);

/* Which elements of the subject's view concern the peer. Valid until the next call. */
const struct pair *find_pair(
	struct policy_set *set, struct party *subject, const struct party *peer, enum side side);

/* The pattern of a text, one for all its uses; NULL for "". */
struct pattern *intern_pattern(struct policy_set *set, const char *text);

/* A port part of an element that fits the request, or may. */
struct finding {
	const struct element *element;
	const struct port_match *port;
	bool certain;
	enum judged_reason doubt;
};

struct findings {
	struct finding *items;
	size_t count, capacity;
	size_t certain; /* how many are */
};

/*
 * Fills in what a proxy answers to the request on an allowed connection. Not `restricted`: no L7
 * rule of the subject restricts this peer.
 */
void judge_l7(struct policy_set *set, const struct attempt *request, const struct findings *allow,
	bool restricted, struct side_judgement *ret);

#endif
