/*
 * Policies -> compiled rules: selectors with what the agent adds to them (policies.md 5), peers as
 * alternatives (6), ports as number ranges (7.1, 7.2), L7 rules (7.3).
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/simulate_set.h"
#include "core/syntax.h"

#define EVERY_TRANSPORT (1u << PROTOCOL_TCP | 1u << PROTOCOL_UDP | 1u << PROTOCOL_SCTP)
#define LAST_PORT       UINT16_MAX

/* The reserved labels that make up an entity; some take the cluster label as well (policies.md 6.1). */
static const struct entity {
	const char *name;
	const char *labels[8];
	bool anyone, local_cluster, any_cluster;
} entities[] = {
	{.name = "all", .anyone = true},
	{.name = "none"},
	{.name = "world", {"reserved:world", "reserved:world-ipv4", "reserved:world-ipv6"}},
	{.name = "world-ipv4", {"reserved:world-ipv4"}},
	{.name = "world-ipv6", {"reserved:world-ipv6"}},
	{.name = "host", {"reserved:host"}},
	{.name = "remote-node", {"reserved:remote-node"}},
	{.name = "kube-apiserver", {"reserved:kube-apiserver"}},
	{.name = "health", {"reserved:health"}},
	{.name = "init", {"reserved:init"}},
	{.name = "ingress", {"reserved:ingress"}},
	{.name = "unmanaged", {"reserved:unmanaged"}},
	{.name = "cluster",
		{"reserved:host", "reserved:remote-node", "reserved:init", "reserved:ingress",
			"reserved:health", "reserved:unmanaged", "reserved:kube-apiserver"},
		.local_cluster = true},
	{.name = "cluster-mesh",
		{"reserved:host", "reserved:remote-node", "reserved:init", "reserved:ingress",
			"reserved:health", "reserved:unmanaged", "reserved:kube-apiserver"},
		.any_cluster = true},
};

/* Where kubectl puts a namespaced policy that names no namespace. */
static const char *policy_namespace(const struct policy *policy)
{
	return *policy->namespace != '\0' ? policy->namespace : "default";
}

static struct peer *add_peer(struct policy_set *set, struct element *element, enum peer_kind kind)
{
	struct peer *peer;

	mem_reserve(set->mem, element->peers, &element->peer_capacity, element->peer_count + 1);
	peer = &element->peers[element->peer_count++];
	peer->kind = kind;
	return peer;
}

static void add_label_peer(struct policy_set *set, struct element *element, const char *key,
	enum operator_kind operator, const char * value)
{
	struct peer *peer = add_peer(set, element, PEER_BY_LABELS);

	label_selector_require(set->mem, &peer->labels, key, operator, value);
}

static void add_doubt(struct policy_set *set, struct element *element, enum judged_reason doubt)
{
	add_peer(set, element, PEER_UNDECIDABLE)->doubt = doubt;
}

static void add_entity(struct policy_set *set, struct element *element, const char *name)
{
	size_t first = element->peer_count;

	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		const struct entity *entity = &entities[i];

		if (strcmp(entity->name, name) != 0)
			continue;
		if (entity->anyone)
			add_peer(set, element, PEER_IS_ANYONE);
		for (const char *const *label = entity->labels; *label != NULL; label++)
			add_label_peer(set, element, *label, OPERATOR_EXISTS, NULL);
		if (entity->local_cluster)
			add_label_peer(
				set, element, "k8s:" LABEL_CLUSTER, OPERATOR_IN, set->cluster);
		if (entity->any_cluster)
			add_label_peer(set, element, "k8s:" LABEL_CLUSTER, OPERATOR_EXISTS, NULL);
		for (size_t j = first; j < element->peer_count; j++)
			element->peers[j].entity = entity->anyone ? NULL : entity->name;
		return;
	}
	add_doubt(set, element, REASON_ENTITY);
}

static void add_cidr(struct policy_set *set, struct element *element, const char *text,
	const struct text_list *except)
{
	struct peer *peer;
	struct cidr cidr;

	if (!cidr_parse(text, &cidr)) {
		add_doubt(set, element, REASON_BROKEN_CIDR);
		return;
	}
	peer = add_peer(set, element, PEER_BY_CIDR);
	peer->cidr = cidr;
	peer->except = mem_array(set->mem, struct cidr, except->count);
	for (size_t i = 0; i < except->count; i++)
		if (cidr_parse(except->items[i], &peer->except[peer->except_count]))
			peer->except_count++;
		else
			add_doubt(set, element, REASON_BROKEN_CIDR);
}

static void add_cidr_rule(
	struct policy_set *set, struct element *element, const struct cidr_rule *rule)
{
	if (rule->group_selector != NULL)
		add_doubt(set, element, REASON_CIDR_GROUP);
	else if (*rule->group != '\0')
		add_peer(set, element, PEER_BY_CIDR_GROUP)->group = rule->group;
	else
		add_cidr(set, element, rule->cidr, &rule->except);
}

/* What policies.md 5.3 adds to a peer selector, in its order. */
static void add_selector(struct policy_set *set, struct element *element,
	const struct selector *written, const struct label_selector *subject)
{
	const struct policy *policy = element->where.policy;
	struct label_selector selector = label_selector_new(set->mem, written);

	if (label_selector_has_source(&selector, "reserved"))
		goto done;
	if (!label_selector_has_key(&selector, "k8s", LABEL_NAMESPACE)) {
		if (policy->kind != POLICY_CLUSTERWIDE) {
			if (!label_selector_has_key_prefix(
				    &selector, "k8s", LABEL_NAMESPACE_LABELS))
				label_selector_require(set->mem, &selector, NAMESPACE_KEY,
					OPERATOR_IN, policy_namespace(policy));
		} else if (!label_selector_has_key(subject, "reserved", "init")) {
			label_selector_require(
				set->mem, &selector, NAMESPACE_KEY, OPERATOR_EXISTS, NULL);
		}
	}
	if (!label_selector_has_key(&selector, "k8s", LABEL_CLUSTER))
		label_selector_require(
			set->mem, &selector, "k8s:" LABEL_CLUSTER, OPERATOR_IN, set->cluster);
done:
	add_peer(set, element, PEER_BY_LABELS)->labels = selector;
}

/* Members whose presence alone, be it as an empty list, restricts the peers (policies.md 9.4). */
static bool says_who(const struct rule_element *from)
{
	return from->endpoints.present || from->entities.present || from->cidrs.present ||
	       from->cidr_sets.present || from->nodes.present || from->fqdns.count > 0 ||
	       from->services.count > 0 || from->has_groups;
}

static void compile_peers(struct policy_set *set, struct element *element,
	const struct rule_element *from, const struct label_selector *subject)
{
	static const struct text_list nothing;

	if (!says_who(from))
		add_peer(set, element, PEER_IS_ANYONE);
	for (size_t i = 0; i < from->endpoints.count; i++)
		add_selector(set, element, &from->endpoints.items[i], subject);
	for (size_t i = 0; i < from->entities.count; i++)
		add_entity(set, element, from->entities.items[i]);
	for (size_t i = 0; i < from->cidrs.count; i++)
		add_cidr(set, element, from->cidrs.items[i], &nothing);
	for (size_t i = 0; i < from->cidr_sets.count; i++)
		add_cidr_rule(set, element, &from->cidr_sets.items[i]);
	for (size_t i = 0; i < from->fqdns.count; i++)
		add_peer(set, element, PEER_BY_NAME)->name = &from->fqdns.items[i];
	if (from->nodes.count > 0)
		add_doubt(set, element, REASON_NODE_SELECTOR);
	if (from->services.count > 0)
		add_doubt(set, element, REASON_SERVICE);
	if (from->has_groups)
		add_doubt(set, element, REASON_GROUP);
	for (size_t i = 0; i < element->peer_count; i++)
		element->peers[i].from = from;
}

static struct port_match *add_port(struct policy_set *set, struct element *element)
{
	struct port_match *match;

	mem_reserve(set->mem, element->ports, &element->port_capacity, element->port_count + 1);
	match = &element->ports[element->port_count++];
	match->last = LAST_PORT;
	return match;
}

/* Protocols that no flow can have, such as GRE, give none. */
static unsigned protocols_of(const char *name)
{
	if (*name == '\0' || strcmp(name, "ANY") == 0)
		return EVERY_TRANSPORT;
	for (unsigned protocol = PROTOCOL_TCP; protocol < PROTOCOLS; protocol++)
		if (strcmp(name, protocol_name((enum protocol)protocol)) == 0)
			return 1u << protocol;
	return 0;
}

static char *lower_case(void *mem, const char *text)
{
	char *copy = mem_text(mem, text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

static void compile_port(struct policy_set *set, struct element *element, const struct port *port,
	const struct port_rule *rule, const struct l7_rules *l7)
{
	struct port_match *match = add_port(set, element);
	unsigned number = 0; /* of every port, also if none is written */

	match->protocols = protocols_of(port->protocol);
	match->rule = rule;
	match->l7 = l7;
	match->server_name = rule->server_names.count > 0;
	match->proxied = l7 != NULL || match->server_name || rule->has_tls || rule->has_listener;
	if (is_port_name(port->port) ||
		(*port->port != '\0' && !is_port_number(port->port, &number))) {
		match->name = lower_case(set->mem, port->port);
	} else if (number != 0) {
		match->first = (uint16_t)number;
		match->last =
			port->end_port > (long)number ? (uint16_t)port->end_port : (uint16_t)number;
	}
}

/* NULL if the rule has no L7 part; an empty list is none either (policies.md 9.4). */
static const struct l7_rules *compile_l7(struct policy_set *set, const struct port_rule *rule)
{
	struct l7_rules *l7;

	if (rule->http_count == 0 && rule->dns_count == 0)
		return NULL;
	l7 = mem_new(set->mem, struct l7_rules);
	l7->kind = rule->http_count > 0 ? L7_HTTP : L7_DNS;
	l7->dns = rule->dns;
	l7->dns_count = rule->dns_count;
	l7->http = mem_array(set->mem, struct http_matcher, rule->http_count);
	l7->http_count = rule->http_count;
	for (size_t i = 0; i < rule->http_count; i++) {
		l7->http[i].rule = &rule->http[i];
		l7->http[i].method = intern_pattern(set, rule->http[i].method);
		l7->http[i].path = intern_pattern(set, rule->http[i].path);
		l7->http[i].host = intern_pattern(set, rule->http[i].host);
	}
	return l7;
}

/* Type 0 is the trap: type stands where a port stands, and port 0 is all (policies.md 7.2). */
static void compile_icmp(
	struct policy_set *set, struct element *element, const struct icmp_field *field)
{
	struct port_match *match = add_port(set, element);

	match->protocols = 1u << (field->family == 6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMPV4);
	if (field->type != 0)
		match->first = match->last = (uint16_t)field->type;
}

static void compile_ports(
	struct policy_set *set, struct element *element, const struct rule_element *from)
{
	if (from->to_ports.count == 0 && from->icmps.count == 0)
		add_port(set, element)->protocols = EVERY_PROTOCOL;
	for (size_t i = 0; i < from->to_ports.count; i++) {
		const struct port_rule *rule = &from->to_ports.items[i];
		const struct l7_rules *l7 = compile_l7(set, rule);

		for (size_t j = 0; j < rule->port_count; j++)
			compile_port(set, element, &rule->ports[j], rule, l7);
	}
	for (size_t i = 0; i < from->icmps.count; i++)
		for (size_t j = 0; j < from->icmps.items[i].field_count; j++)
			compile_icmp(set, element, &from->icmps.items[i].fields[j]);
}

static enum authentication authentication_of(const char *mode)
{
	if (*mode == '\0')
		return AUTHENTICATION_UNSAID;
	return strcmp(mode, "disabled") == 0 ? AUTHENTICATION_OFF : AUTHENTICATION_ON;
}

/* An element without any peer or port part allows and denies nothing; it counts for default deny. */
static bool says_nothing(const struct rule_element *from)
{
	return !says_who(from) && from->to_ports.count == 0 && from->icmps.count == 0;
}

static void compile_element(struct policy_set *set, struct element *element,
	const struct rule_element *from, const struct label_selector *subject)
{
	element->authentication = authentication_of(from->authentication);
	if (says_nothing(from))
		return;
	compile_peers(set, element, from, subject);
	compile_ports(set, element, from);
}

static const struct side_sections {
	enum section allow, deny;
} side_sections[SIDES] = {
	[SIDE_EGRESS] = {SECTION_EGRESS, SECTION_EGRESS_DENY},
	[SIDE_INGRESS] = {SECTION_INGRESS, SECTION_INGRESS_DENY},
};

static void compile_side(struct policy_set *set, struct compiled_rule *compiled,
	const struct deciding_rule *where, enum side side)
{
	const struct rule *rule = &where->policy->rules[where->rule];
	enum tristate wanted =
		side == SIDE_EGRESS ? rule->default_deny_egress : rule->default_deny_ingress;
	const enum section sections[] = {side_sections[side].deny, side_sections[side].allow};
	size_t count = 0;

	for (size_t s = 0; s < 2; s++)
		count += rule->elements[sections[s]].count;
	compiled->elements[side] = mem_array(set->mem, struct element, count);
	for (size_t s = 0; s < 2; s++) {
		const struct rule_elements *list = &rule->elements[sections[s]];

		for (size_t i = 0; i < list->count; i++) {
			struct element *element =
				&compiled->elements[side][compiled->element_counts[side]++];

			element->where = *where;
			element->where.section = sections[s];
			element->where.element = (unsigned)i;
			element->deny = s == 0;
			element->default_deny = wanted != TRISTATE_NO;
			compile_element(set, element, &list->items[i], &compiled->subject);
		}
	}
}

/* A namespaced policy's own namespace replaces the one in its matchLabels (policies.md 5.1). */
static void force_namespace(void *mem, struct label_selector *subject,
	const struct selector *written, const char *namespace)
{
	for (size_t i = 0; i < written->match_labels.count; i++)
		if (strcmp(written->match_labels.items[i].key, NAMESPACE_KEY) == 0) {
			label_requirement_demand(mem, &subject->items[i], namespace);
			return;
		}
	label_selector_require(mem, subject, NAMESPACE_KEY, OPERATOR_IN, namespace);
}

static void compile_rule(
	struct policy_set *set, struct compiled_rule *compiled, const struct deciding_rule *where)
{
	const struct rule *rule = &where->policy->rules[where->rule];

	compiled->subject = label_selector_new(set->mem, &rule->subject);
	compiled->for_nodes = rule->has_node_selector;
	compiled->namespace = "";
	if (where->policy->kind != POLICY_CLUSTERWIDE) {
		compiled->namespace = policy_namespace(where->policy);
		force_namespace(set->mem, &compiled->subject, &rule->subject, compiled->namespace);
	}
	set->has_node_rules |= compiled->for_nodes;
	for (enum side side = 0; side < SIDES; side++)
		compile_side(set, compiled, where, side);
}

void compile_policies(struct policy_set *set, const struct policies *policies)
{
	size_t count = 0;

	for (size_t i = 0; i < policies->count; i++)
		count += policies->items[i].rule_count;
	set->rules = mem_array(set->mem, struct compiled_rule, count);
	for (size_t i = 0; i < policies->count; i++)
		for (size_t j = 0; j < policies->items[i].rule_count; j++) {
			struct deciding_rule where = {
				.policy = &policies->items[i], .rule = (unsigned)j};

			compile_rule(set, &set->rules[set->rule_count++], &where);
		}
}
