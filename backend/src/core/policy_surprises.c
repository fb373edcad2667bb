/*
 * What Cilium takes and people do not expect: warnings about one policy by itself (policies.md 9.4
 * and the R rules of section 8). What depends on other rules is in policy_company.c.
 */
#include <string.h>

#include "base/mem.h"
#include "core/cidr.h"
#include "core/policy_checker.h"
#include "core/syntax.h"

/* A rule element and where it stands. */
struct spot {
	struct checker *c;
	const struct policy *policy;
	const struct rule *rule;
	enum section section;
	const struct rule_element *element;
	const char *path;
};

static bool is_egress(enum section section)
{
	return section == SECTION_EGRESS || section == SECTION_EGRESS_DENY;
}

static bool is_deny(enum section section)
{
	return section == SECTION_INGRESS_DENY || section == SECTION_EGRESS_DENY;
}

#define warn(spot, rule, where, ...)                                                               \
	check_problem((spot)->c, SEVERITY_WARNING, (rule), (where), (spot)->path, __VA_ARGS__)

/* Keys that the agent's default filter leaves out of identities (policies.md 11.1). */
static const struct {
	const char *key;
	bool prefix;
} left_out[] = {
	{"pod-template-hash", false},
	{"pod-template-generation", false},
	{"controller-revision-hash", false},
	{"controller-uid", false},
	{"etcd_node", false},
	{"statefulset.kubernetes.io/pod-name", false},
	{"apps.kubernetes.io/pod-index", false},
	{"batch.kubernetes.io/job-completion-index", false},
	{"batch.kubernetes.io/controller-uid", false},
	{"topology.kubernetes.io", true},
	{"kubernetes.io", true},
	{"k8s.io", true},
	{"beta.kubernetes.io", true},
	{"annotation", true},
};

static void check_identity_key(struct spot *s, const char *key, struct where where)
{
	const char *colon = strchr(key, ':'), *bare = colon != NULL ? colon + 1 : key;

	if (colon != NULL && strncmp(key, "k8s:", 4) != 0 && strncmp(key, "any:", 4) != 0)
		return;
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (left_out[i].prefix
				? strncmp(bare, left_out[i].key, strlen(left_out[i].key)) == 0
				: strcmp(bare, left_out[i].key) == 0) {
			warn(s, "V41", where,
				"\"%s\" is no identity label with Cilium's default label filter, "
				"so the "
				"selector matches nothing; select on a label that names the "
				"workload",
				key);
			return;
		}
}

static void check_selector_surprises(struct spot *s, const struct selector *selector)
{
	for (size_t i = 0; i < selector->match_labels.count; i++)
		check_identity_key(s, selector->match_labels.items[i].key,
			selector->match_labels.items[i].where);
	for (size_t i = 0; i < selector->expression_count; i++)
		check_identity_key(s, selector->expressions[i].key, selector->expressions[i].where);
}

/* Lists whose emptiness says something else than their absence, or nothing at all. */
static void check_empty_lists(struct spot *s)
{
	const struct rule_element *e = s->element;
	bool egress = is_egress(s->section);
	const struct {
		bool empty;
		const char *ingress, *egress;
		bool like_absent;
	} lists[] = {
		{e->endpoints.present && e->endpoints.count == 0, "fromEndpoints", "toEndpoints",
			false},
		{e->entities.present && e->entities.count == 0, "fromEntities", "toEntities",
			false},
		{e->cidrs.present && e->cidrs.count == 0, "fromCIDR", "toCIDR", false},
		{e->cidr_sets.present && e->cidr_sets.count == 0, "fromCIDRSet", "toCIDRSet",
			false},
		{e->nodes.present && e->nodes.count == 0, "fromNodes", "toNodes", false},
		{e->fqdns.present && e->fqdns.count == 0, "", "toFQDNs", true},
		{e->services.present && e->services.count == 0, "", "toServices", true},
		{e->groups != NULL && !e->has_groups, "fromGroups", "toGroups", true},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const char *name = egress ? lists[i].egress : lists[i].ingress;

		if (!lists[i].empty)
			continue;
		warn(s, "V41", e->where,
			lists[i].like_absent
				? "an empty %s counts as absent, not as \"nobody\"; remove it"
				: "an empty %s selects nobody, so this element does nothing; write "
				  "[{}] for all pods, or remove the field for every peer",
			name);
	}
}

static void check_cidr_surprises(struct spot *s, const char *text, struct where where)
{
	struct cidr cidr;

	if (!cidr_parse(text, &cidr))
		return;
	if (cidr.bits == 0) {
		if (!is_deny(s->section))
			warn(s, "V41", where,
				"%s opens every address outside the cluster of its family; name "
				"the "
				"ranges that are needed",
				text);
	} else if (address_is_private(&cidr.address)) {
		warn(s, "V41", where,
			"%s is a private range: CIDR rules match only peers outside the cluster, "
			"neither pods nor nodes; use %s or %s for those",
			text, is_egress(s->section) ? "toEndpoints" : "fromEndpoints",
			is_egress(s->section) ? "toEntities" : "fromEntities");
	}
}

static void check_peers(struct spot *s)
{
	const struct rule_element *e = s->element;

	for (size_t i = 0; i < e->endpoints.count; i++)
		check_selector_surprises(s, &e->endpoints.items[i]);
	for (size_t i = 0; i < e->cidrs.count; i++)
		check_cidr_surprises(s, e->cidrs.items[i], e->where);
	for (size_t i = 0; i < e->cidr_sets.count; i++) {
		const struct cidr_rule *rule = &e->cidr_sets.items[i];

		check_cidr_surprises(s, rule->cidr, rule->where);
		if (*rule->cidr == '\0' && rule->except.count > 0)
			warn(s, "V15", rule->where,
				"exceptions to a CIDR group are documented as unsupported; give "
				"the "
				"group the right ranges");
	}
	for (size_t i = 0; i < e->entities.count && !is_deny(s->section); i++)
		if (strcmp(e->entities.items[i], "all") == 0 &&
			s->policy->kind != POLICY_KUBERNETES)
			warn(s, "V41", e->where,
				"the entity \"all\" is everybody, inside and outside the cluster");
	if (e->services.count > 0)
		warn(s, "V41", e->where,
			"toServices is resolved while the agent runs; if the service does not "
			"exist the "
			"rule can become wider than it reads; use toEndpoints");
}

static void check_ports(struct spot *s, const struct port_rule *rule)
{
	for (size_t i = 0; i < rule->port_count; i++) {
		const struct port *port = &rule->ports[i];
		unsigned number = 0;
		bool named = is_port_name(port->port) || !is_port_number(port->port, &number);

		if (port->end_port == 0 || *port->port == '\0')
			continue;
		if (named || number == 0 || port->end_port < (int)number)
			warn(s, "V41", port->where,
				"endPort %d beside port \"%s\" is ignored: a range needs a number "
				"from 1 on and an end above it",
				port->end_port, port->port);
	}
}

static void check_http_surprises(struct spot *s, const struct http_rule *rule)
{
	for (size_t i = 0; i < rule->headers.count; i++) {
		const char *colon = strchr(rule->headers.items[i], ':');

		if (colon != NULL && colon[1] != '\0' &&
			strchr(rule->headers.items[i], ' ') == NULL)
			warn(s, "V41", rule->where,
				"the header \"%s\" never matches: name and value are divided at a "
				"blank, "
				"as in \"X-Name: value\"",
				rule->headers.items[i]);
	}
}

static void check_port_rules(struct spot *s)
{
	const struct rule_element *e = s->element;

	for (size_t i = 0; i < e->to_ports.count; i++) {
		const struct port_rule *rule = &e->to_ports.items[i];

		if (rule->port_count == 0)
			warn(s, "V41", rule->where,
				"toPorts without ports %s nothing; name the ports, or remove "
				"toPorts "
				"for every port",
				is_deny(s->section) ? "denies" : "allows");
		if ((rule->has_http && rule->http_count == 0) ||
			(rule->has_dns && rule->dns_count == 0))
			warn(s, "V41", rule->where,
				"an empty list of L7 rules does not restrict anything");
		if (s->policy->kind == POLICY_CLUSTERWIDE && rule->listener != NULL) {
			const struct yaml_node *kind =
				yaml_member(yaml_member(rule->listener, "envoyConfig"), "kind");

			if (kind == NULL || strcmp(kind->text, "CiliumEnvoyConfig") == 0)
				warn(s, "V33", rule->where,
					"a clusterwide policy may not use a CiliumEnvoyConfig, "
					"which "
					"has a namespace; use a CiliumClusterwideEnvoyConfig");
		}
		check_ports(s, rule);
		for (size_t h = 0; h < rule->http_count; h++)
			check_http_surprises(s, &rule->http[h]);
	}
}

static void check_icmps(struct spot *s)
{
	for (size_t i = 0; i < s->element->icmps.count; i++) {
		const struct icmp_rule *rule = &s->element->icmps.items[i];

		if (rule->field_count == 0)
			warn(s, "V41", rule->where, "icmps without fields match nothing");
		for (size_t f = 0; f < rule->field_count; f++) {
			const struct icmp_field *field = &rule->fields[f];

			if (field->type == 0 && field->family == 4)
				warn(s, "V41", field->where,
					"ICMP type 0 of IPv4 stands for every type inside Cilium; "
					"echo "
					"replies need no rule, allow type 8 on the other side");
			if (field->type < 0 || field->type > 255)
				warn(s, "V34", field->where, "%d is no ICMP type: 0 to 255",
					field->type);
		}
	}
}

static void check_authentication(struct spot *s)
{
	const char *mode = s->element->authentication;

	if (strcmp(mode, "required") == 0)
		warn(s, "V36", s->element->where,
			"authentication needs mutual authentication to be enabled in the cluster; "
			"without it the traffic is dropped");
	if (strcmp(mode, "test-always-fail") == 0)
		warn(s, "V36", s->element->where,
			"this mode is for tests: all traffic that the rule covers is dropped");
}

/* The policy's own elements in one direction, and what follows from them together. */
static void check_section(struct spot *s)
{
	const struct rule_elements *elements = &s->rule->elements[s->section];
	char *rule_path =
		policy_rule_path(s->c->mem, s->policy, (size_t)(s->rule - s->policy->rules));

	if (!elements->present)
		return;
	s->path = mem_format(s->c->mem, "%s.%s", rule_path, section_name(s->section));
	if (elements->count == 0)
		warn(s, "V41", elements->where,
			"an empty list says nothing about this direction; write [{}] to deny by "
			"default");
	for (size_t i = 0; i < elements->count; i++) {
		s->element = &elements->items[i];
		s->path =
			mem_format(s->c->mem, "%s.%s[%zu]", rule_path, section_name(s->section), i);
		check_empty_lists(s);
		check_peers(s);
		check_port_rules(s);
		check_icmps(s);
		check_authentication(s);
	}
}

/* Deny rules with automatic default deny block all other traffic, too (policies.md 9.3). */
static void check_default_deny(struct spot *s)
{
	const struct {
		enum section allow, deny;
		enum tristate told;
		const char *direction;
	} sides[] = {
		{SECTION_INGRESS, SECTION_INGRESS_DENY, s->rule->default_deny_ingress, "ingress"},
		{SECTION_EGRESS, SECTION_EGRESS_DENY, s->rule->default_deny_egress, "egress"},
	};

	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
		size_t allows = s->rule->elements[sides[i].allow].count;
		size_t denies = s->rule->elements[sides[i].deny].count;

		if (denies > 0 && allows == 0 && sides[i].told != TRISTATE_NO)
			warn(s, "V41", s->rule->elements[sides[i].deny].where,
				"only deny rules for %s: with default deny they block all other "
				"%s, "
				"too; set enableDefaultDeny.%s to false if only this is to be "
				"denied",
				sides[i].direction, sides[i].direction, sides[i].direction);
		if (allows + denies == 0 && sides[i].told == TRISTATE_YES)
			warn(s, "V41", s->rule->where,
				"enableDefaultDeny.%s has no effect without %s rules; write %s: "
				"[{}]",
				sides[i].direction, sides[i].direction, sides[i].direction);
	}
}

static bool is_empty(const struct selector *selector)
{
	return selector->match_labels.count == 0 && selector->expression_count == 0;
}

static void check_subject(struct spot *s)
{
	const struct selector *subject = &s->rule->subject;
	struct where where = subject->where;

	check_selector_surprises(s, subject);
	if (is_empty(subject) && s->policy->kind == POLICY_CLUSTERWIDE)
		warn(s, "V41", where,
			s->rule->has_node_selector ? "an empty nodeSelector selects every node; a "
						     "mistake can cut them off"
						   : "an empty endpointSelector selects every "
						     "endpoint of the cluster, "
						     "health checks and ingress included");
	else if (is_empty(subject))
		warn(s, "V41", where, "an empty selector selects every pod of the namespace");
	for (size_t i = 0; s->policy->kind == POLICY_CILIUM && i < subject->match_labels.count;
		i++) {
		const struct key_value *label = &subject->match_labels.items[i];
		const char *colon = strchr(label->key, ':');

		if (strcmp(colon != NULL ? colon + 1 : label->key, "io.kubernetes.pod.namespace") ==
				0 &&
			strcmp(label->value, s->policy->namespace) != 0)
			warn(s, "V07", label->where,
				"the policy applies in its own namespace \"%s\" only: the agent "
				"overrules \"%s\", and the operator marks the policy as invalid",
				s->policy->namespace, label->value);
	}
}

void check_surprises(struct checker *c, const struct policy *policy)
{
	struct spot s = {.c = c, .policy = policy, .path = ""};

	if (policy->rule_count == 0)
		warn(&s, "V01", policy->where, "the policy has no rules and does nothing");
	for (size_t r = 0; r < policy->rule_count; r++) {
		s.rule = &policy->rules[r];
		s.path = policy_rule_path(c->mem, policy, r);
		check_subject(&s);
		check_default_deny(&s);
		for (s.section = 0; s.section < SECTIONS; s.section++)
			check_section(&s);
	}
}
