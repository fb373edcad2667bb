/*
 * What surprises only in company: L7 rules switched off by a broader rule, different L7 kinds on
 * one port, names without DNS rules, default deny that cuts DNS (policies.md 7.4, 8). Rules are in
 * company if they may apply to the same pods.
 */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_checker.h"
#include "core/syntax.h"

/* Takes `count` comparisons from those that are left; false if there are not as many. */
static bool spend(struct checker *c, size_t count)
{
	if (*c->comparisons < count) {
		*c->comparisons = 0;
		return false;
	}
	*c->comparisons -= count;
	return true;
}

/* "app" and "k8s:app" speak of the same label of a pod. */
static const char *bare_key(const char *key)
{
	if (strncmp(key, "k8s:", 4) == 0 || strncmp(key, "any:", 4) == 0)
		return key + 4;
	return key;
}

/* No pod can have both: one key with two values. */
static bool are_disjoint(const struct selector *a, const struct selector *b)
{
	for (size_t i = 0; i < a->match_labels.count; i++)
		for (size_t k = 0; k < b->match_labels.count; k++) {
			const struct key_value *x = &a->match_labels.items[i];
			const struct key_value *y = &b->match_labels.items[k];

			if (strcmp(bare_key(x->key), bare_key(y->key)) == 0 &&
				strcmp(x->value, y->value) != 0)
				return true;
		}
	return false;
}

static bool in_company(struct checker *c, const struct policy *policy, const struct rule *rule,
	const struct policy *other, const struct rule *other_rule)
{
	size_t labels = rule->subject.match_labels.count * other_rule->subject.match_labels.count;

	if (policy->kind != POLICY_CLUSTERWIDE && other->kind != POLICY_CLUSTERWIDE &&
		strcmp(policy->namespace, other->namespace) != 0)
		return false;
	return rule->has_node_selector == other_rule->has_node_selector &&
	       spend(c, 1 + labels + other_rule->elements[SECTION_EGRESS].count) &&
	       !are_disjoint(&rule->subject, &other_rule->subject);
}

static bool has_peers(const struct rule_element *element)
{
	return element->endpoints.present || element->entities.present || element->cidrs.present ||
	       element->cidr_sets.present || element->nodes.present || element->fqdns.count > 0 ||
	       element->services.count > 0 || element->has_groups;
}

static bool has_text(const char *const *items, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i], text) == 0)
			return true;
	return false;
}

/* Every requirement of `wide` is one of `narrow`, so `wide` selects at least as much. */
static bool selector_covers(const struct selector *wide, const struct selector *narrow)
{
	if (wide->expression_count > 0)
		return false;
	for (size_t i = 0; i < wide->match_labels.count; i++) {
		const struct key_value *wanted = &wide->match_labels.items[i];
		bool found = false;

		for (size_t k = 0; k < narrow->match_labels.count && !found; k++)
			found = strcmp(bare_key(wanted->key),
					bare_key(narrow->match_labels.items[k].key)) == 0 &&
				strcmp(wanted->value, narrow->match_labels.items[k].value) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* How many comparisons peers_cover makes at most. */
static size_t peers_cost(const struct rule_element *a, const struct rule_element *b)
{
	size_t cost = 1 + a->entities.count * b->entities.count + a->cidrs.count * b->cidrs.count +
		      a->fqdns.count * b->fqdns.count;

	for (size_t i = 0; i < a->endpoints.count; i++)
		for (size_t k = 0; k < b->endpoints.count && cost <= LIMIT_COMPARISONS; k++)
			cost += 1 + a->endpoints.items[i].match_labels.count *
					    b->endpoints.items[k].match_labels.count;
	return cost;
}

/* Is some peer of `narrow` certainly one of `wide`, too? */
static bool peers_cover(const struct rule_element *wide, const struct rule_element *narrow)
{
	if (!has_peers(wide) || has_text(wide->entities.items, wide->entities.count, "all"))
		return true;
	for (size_t i = 0; i < wide->endpoints.count; i++)
		for (size_t k = 0; k < narrow->endpoints.count; k++)
			if (selector_covers(&wide->endpoints.items[i], &narrow->endpoints.items[k]))
				return true;
	for (size_t i = 0; i < narrow->entities.count; i++)
		if (has_text(wide->entities.items, wide->entities.count, narrow->entities.items[i]))
			return true;
	for (size_t i = 0; i < narrow->cidrs.count; i++)
		if (has_text(wide->cidrs.items, wide->cidrs.count, narrow->cidrs.items[i]))
			return true;
	for (size_t i = 0; i < wide->fqdns.count; i++)
		for (size_t k = 0; k < narrow->fqdns.count; k++)
			if (strcmp(wide->fqdns.items[i].name, narrow->fqdns.items[k].name) == 0 &&
				strcmp(wide->fqdns.items[i].pattern,
					narrow->fqdns.items[k].pattern) == 0)
				return true;
	return false;
}

static bool protocol_covers(const char *wide, const char *narrow)
{
	return *wide == '\0' || strcmp(wide, "ANY") == 0 || strcmp(wide, narrow) == 0;
}

static bool port_covers(const struct port *wide, const struct port *narrow)
{
	unsigned first, number;

	if (!protocol_covers(wide->protocol, narrow->protocol))
		return false;
	if (strcasecmp(wide->port, narrow->port) == 0)
		return true;
	if (is_port_name(wide->port) || !is_port_number(wide->port, &first))
		return *wide->port == '\0';
	if (first == 0)
		return true;
	if (is_port_name(narrow->port) || !is_port_number(narrow->port, &number))
		return false;
	return number >= first && (number == first || (int)number <= wide->end_port);
}

static bool has_l7(const struct port_rule *rule)
{
	return rule->http_count > 0 || rule->dns_count > 0 || rule->server_names.count > 0;
}

/* Does `element` allow the port without looking at L7? */
static bool allows_plainly(const struct rule_element *element, const struct port *port)
{
	if (element->to_ports.count == 0)
		return has_peers(element) && element->icmps.count == 0;
	for (size_t i = 0; i < element->to_ports.count; i++) {
		const struct port_rule *rule = &element->to_ports.items[i];

		for (size_t p = 0; !has_l7(rule) && p < rule->port_count; p++)
			if (port_covers(&rule->ports[p], port))
				return true;
	}
	return false;
}

/* One element of the policy that is looked at, and the other it is held against. */
struct pair {
	struct checker *c;
	const struct policy *policy, *other_policy;
	size_t rule, index; /* of the element */
	enum section section;
	const struct rule_element *element, *other;
};

static char *pair_path(const struct pair *pair)
{
	return mem_format(pair->c->mem, "%s.%s[%zu]",
		policy_rule_path(pair->c->mem, pair->policy, pair->rule),
		section_name(pair->section), pair->index);
}

/* Says at most once that HTTP rules of this element do not restrict. */
static void check_switched_off(const struct pair *pair)
{
	if (!peers_cover(pair->other, pair->element))
		return;
	for (size_t i = 0; i < pair->element->to_ports.count; i++) {
		const struct port_rule *rule = &pair->element->to_ports.items[i];

		for (size_t p = 0; rule->http_count > 0 && p < rule->port_count; p++) {
			if (!allows_plainly(pair->other, &rule->ports[p]))
				continue;
			check_problem(pair->c, SEVERITY_WARNING, "V41", rule->where,
				pair_path(pair),
				"the HTTP rules on port %s do not restrict: the broader rule in "
				"line "
				"%u of \"%s\" allows the same peers and port without HTTP rules",
				rule->ports[p].port, pair->other->where.line,
				pair->other_policy->name);
			return;
		}
	}
}

static bool same_kind_conflict(const struct port_rule *a, const struct port_rule *b)
{
	for (size_t i = 0; i < a->port_count; i++)
		for (size_t k = 0; k < b->port_count; k++)
			if (strcmp(a->ports[i].port, b->ports[k].port) == 0 &&
				(protocol_covers(a->ports[i].protocol, b->ports[k].protocol) ||
					protocol_covers(
						b->ports[k].protocol, a->ports[i].protocol)))
				return true;
	return false;
}

static void check_conflict(const struct pair *pair)
{
	if (!peers_cover(pair->other, pair->element) || !peers_cover(pair->element, pair->other))
		return;
	for (size_t i = 0; i < pair->element->to_ports.count; i++)
		for (size_t k = 0; k < pair->other->to_ports.count; k++) {
			const struct port_rule *a = &pair->element->to_ports.items[i];
			const struct port_rule *b = &pair->other->to_ports.items[k];

			if (a->http_count == 0 || b->dns_count == 0 || !same_kind_conflict(a, b))
				continue;
			check_problem(pair->c, SEVERITY_WARNING, "V39", a->where, pair_path(pair),
				"HTTP rules here and DNS rules in line %u of \"%s\" meet on one "
				"peer "
				"and port: the agent cannot compute the policy of such a pod",
				b->where.line, pair->other_policy->name);
			return;
		}
}

static bool is_dns_port(const struct port *port)
{
	const struct port dns = {.port = "53", .protocol = "UDP"};

	return port_covers(port, &dns) || strcasecmp(port->port, "dns") == 0 ||
	       strcasecmp(port->port, "domain") == 0;
}

/* Lets the element questions to some DNS server through? Peers by name are found by asking one. */
static bool allows_dns(const struct rule_element *element)
{
	if (element->fqdns.count > 0)
		return false;
	if (element->to_ports.count == 0)
		return has_peers(element) && element->icmps.count == 0;
	for (size_t i = 0; i < element->to_ports.count; i++)
		for (size_t p = 0; p < element->to_ports.items[i].port_count; p++)
			if (is_dns_port(&element->to_ports.items[i].ports[p]))
				return true;
	return false;
}

/* What the rules in company have for DNS. */
struct dns_seen {
	bool allowed, rules;
};

static void see_dns(const struct rule *rule, struct dns_seen *seen)
{
	const struct rule_elements *egress = &rule->elements[SECTION_EGRESS];

	for (size_t e = 0; e < egress->count; e++) {
		const struct rule_element *element = &egress->items[e];

		seen->allowed = seen->allowed || allows_dns(element);
		for (size_t i = 0; i < element->to_ports.count; i++)
			seen->rules = seen->rules || element->to_ports.items[i].dns_count > 0;
	}
}

static bool says_anything(const struct rule_elements *elements)
{
	for (size_t i = 0; i < elements->count; i++)
		if (has_peers(&elements->items[i]) || elements->items[i].to_ports.present ||
			elements->items[i].icmps.present)
			return true;
	return false;
}

static void check_dns(
	struct checker *c, const struct policy *policy, size_t index, const struct dns_seen *seen)
{
	const struct rule *rule = &policy->rules[index];
	const struct rule_elements *egress = &rule->elements[SECTION_EGRESS];
	char *path = mem_format(c->mem, "%s.egress", policy_rule_path(c->mem, policy, index));

	/* `egress: [{}]` alone is meant to deny everything. */
	if (!rule->has_node_selector && says_anything(egress) && !seen->allowed &&
		rule->default_deny_egress != TRISTATE_NO)
		check_problem(c, SEVERITY_WARNING, "V42", egress->where, path,
			"egress is denied by default and nothing here allows DNS (port 53): pods "
			"that "
			"use names stop working; allow the DNS server");
	for (size_t e = 0; e < egress->count; e++)
		if (egress->items[e].fqdns.count > 0 && !seen->rules)
			check_problem(c, SEVERITY_WARNING, "V40", egress->items[e].where,
				mem_format(c->mem, "%s[%zu].toFQDNs", path, e),
				"toFQDNs learns addresses only from DNS answers that a rule with "
				"rules.dns lets through; add one for the DNS server, or nothing is "
				"allowed");
}

static bool has_l7_rules(const struct rule_element *element)
{
	for (size_t i = 0; i < element->to_ports.count; i++)
		if (element->to_ports.items[i].http_count > 0)
			return true;
	return false;
}

/* Holds an element with HTTP rules against those of another rule, or of its own. */
static void check_pairs(struct pair *pair, const struct rule_elements *others)
{
	for (size_t i = 0; i < others->count; i++) {
		size_t ports = pair->element->to_ports.count * others->items[i].to_ports.count;

		pair->other = &others->items[i];
		if (!spend(pair->c, peers_cost(pair->element, pair->other) + ports))
			return;
		if (pair->other != pair->element)
			check_switched_off(pair);
		check_conflict(pair);
	}
}

static void check_rule_pair(struct checker *c, const struct policy *policy, size_t index,
	const struct policy *other, const struct rule *other_rule)
{
	static const enum section allowing[] = {SECTION_INGRESS, SECTION_EGRESS};

	for (size_t s = 0; s < sizeof allowing / sizeof *allowing; s++) {
		const struct rule_elements *elements = &policy->rules[index].elements[allowing[s]];

		for (size_t e = 0; e < elements->count; e++) {
			struct pair pair = {.c = c,
				.policy = policy,
				.other_policy = other,
				.rule = index,
				.index = e,
				.section = allowing[s],
				.element = &elements->items[e]};

			if (has_l7_rules(pair.element))
				check_pairs(&pair, &other_rule->elements[allowing[s]]);
		}
	}
}

/* All rules of the text that may apply to the same pods, the rule itself included. */
static void check_rule_company(
	struct checker *c, const struct policy *policy, size_t index, const struct policies *all)
{
	const struct rule *rule = &policy->rules[index];
	struct dns_seen seen = {0};

	for (size_t i = 0; i<all->count && * c->comparisons> 0; i++)
		for (size_t k = 0; k < all->items[i].rule_count; k++) {
			const struct policy *other = &all->items[i];

			if (!in_company(c, policy, rule, other, &other->rules[k]))
				continue;
			see_dns(&other->rules[k], &seen);
			check_rule_pair(c, policy, index, other, &other->rules[k]);
		}
	if (*c->comparisons > 0)
		check_dns(c, policy, index, &seen);
}

void check_company(struct checker *c, const struct policy *policy, const struct policies *all)
{
	for (size_t r = 0; r < policy->rule_count; r++)
		check_rule_company(c, policy, r, all);
	if (*c->comparisons == 0)
		check_problem(c, SEVERITY_WARNING, "V41", policy->where, "",
			"too many rules in one text to hold them against each other: HTTP rules "
			"that do "
			"not restrict and missing DNS rules are not told; divide the text");
}
