/*
 * A generated element holds peers of one kind and their ports. A peer is covered if some element of
 * the existing policy names it (or everybody) with each of its ports, no stricter at L7. The peers
 * that are not covered are added as an element of their own.
 */
#include "core/policy_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cidr.h"
#include "core/fqdn.h"
#include "core/labels.h"

static const char *plain_key(const char *key)
{
	if (strncmp(key, "k8s:", 4) == 0 || strncmp(key, "any:", 4) == 0)
		return key + 4;
	return key;
}

static bool has_label(const struct selector *selector, const struct key_value *label)
{
	for (size_t i = 0; i < selector->match_labels.count; i++)
		if (strcmp(plain_key(selector->match_labels.items[i].key), plain_key(label->key)) ==
				0 &&
			strcmp(selector->match_labels.items[i].value, label->value) == 0)
			return true;
	return false;
}

static bool has_expression(const struct selector *selector, const struct match_expression *wanted)
{
	for (size_t i = 0; i < selector->expression_count; i++) {
		const struct match_expression *have = &selector->expressions[i];

		if (strcmp(plain_key(have->key), plain_key(wanted->key)) == 0 &&
			have->operator== wanted->operator&&
			text_lists_equal(&have->values, &wanted->values))
			return true;
	}
	return false;
}

/* The same entries in any order; "k8s:app", "any:app" and "app" mean the same label of a pod. */
static bool same_selector(const struct selector *a, const struct selector *b)
{
	if (a->match_labels.count != b->match_labels.count ||
		a->expression_count != b->expression_count)
		return false;
	for (size_t i = 0; i < a->match_labels.count; i++)
		if (!has_label(b, &a->match_labels.items[i]))
			return false;
	for (size_t i = 0; i < a->expression_count; i++)
		if (!has_expression(b, &a->expressions[i]))
			return false;
	return true;
}

static bool names_no_peer(const struct rule_element *element)
{
	return !element->endpoints.present && !element->entities.present &&
	       !element->cidrs.present && !element->cidr_sets.present && !element->nodes.present &&
	       !element->fqdns.present && !element->services.present && !element->has_groups;
}

static bool covers_cidr(const struct rule_element *element, const char *wanted)
{
	struct cidr inner, outer;

	if (!cidr_parse(wanted, &inner))
		return false;
	for (size_t i = 0; i < element->cidrs.count; i++)
		if (cidr_parse(element->cidrs.items[i], &outer) && cidr_within(&inner, &outer))
			return true;
	for (size_t i = 0; i < element->cidr_sets.count; i++)
		if (element->cidr_sets.items[i].except.count == 0 &&
			cidr_parse(element->cidr_sets.items[i].cidr, &outer) &&
			cidr_within(&inner, &outer))
			return true;
	return false;
}

static bool covers_entity(const struct rule_element *element, const char *wanted)
{
	for (size_t i = 0; i < element->entities.count; i++)
		if (strcmp(element->entities.items[i], wanted) == 0 ||
			strcmp(element->entities.items[i], "all") == 0)
			return true;
	return false;
}

static bool covers_name(const struct rule_element *element, const char *wanted)
{
	for (size_t i = 0; i < element->fqdns.count; i++)
		if (fqdn_matches(&element->fqdns.items[i], wanted))
			return true;
	return false;
}

static bool covers_endpoints(const struct rule_element *element, const struct selector *wanted)
{
	for (size_t i = 0; i < element->endpoints.count; i++)
		if (same_selector(&element->endpoints.items[i], wanted))
			return true;
	return false;
}

/* Does the existing element name peer `index` of the generated one? */
static bool covers_peer(
	const struct rule_element *have, const struct rule_element *wanted, size_t index)
{
	if (names_no_peer(have))
		return true;
	if (wanted->endpoints.present)
		return covers_endpoints(have, &wanted->endpoints.items[index]);
	if (wanted->entities.present)
		return covers_entity(have, wanted->entities.items[index]);
	if (wanted->fqdns.present)
		return covers_name(have, wanted->fqdns.items[index].name);
	return covers_cidr(have, wanted->cidrs.items[index]);
}

static bool has_http_rule(const struct port_rule *rule, const struct http_rule *wanted)
{
	for (size_t i = 0; i < rule->http_count; i++)
		if (strcmp(rule->http[i].method, wanted->method) == 0 &&
			strcmp(rule->http[i].path, wanted->path) == 0 &&
			strcmp(rule->http[i].host, wanted->host) == 0 &&
			rule->http[i].headers.count == 0 && rule->http[i].header_match_count == 0)
			return true;
	return false;
}

static bool has_dns_rule(const struct port_rule *rule, const struct name_match *wanted)
{
	for (size_t i = 0; i < rule->dns_count; i++) {
		if (strcmp(rule->dns[i].pattern, "*") == 0)
			return true;
		if (*wanted->name != '\0' ? fqdn_matches(&rule->dns[i], wanted->name)
					  : strcmp(rule->dns[i].pattern, wanted->pattern) == 0)
			return true;
	}
	return false;
}

static bool has_all_http(const struct port_rule *have, const struct port_rule *wanted)
{
	for (size_t i = 0; i < wanted->http_count; i++)
		if (!has_http_rule(have, &wanted->http[i]))
			return false;
	return true;
}

static bool has_all_dns(const struct port_rule *have, const struct port_rule *wanted)
{
	for (size_t i = 0; i < wanted->dns_count; i++)
		if (!has_dns_rule(have, &wanted->dns[i]))
			return false;
	return true;
}

/* All that the wanted rule lets through at L7 gets through, and names are learnt where it wants that. */
static bool covers_l7(const struct port_rule *have, const struct port_rule *wanted)
{
	if (have->server_names.count > 0 || have->has_tls || have->has_listener)
		return false;
	if (wanted->has_dns || have->has_dns)
		return wanted->has_dns && have->has_dns && has_all_dns(have, wanted);
	if (have->has_http && have->http_count > 0)
		return wanted->has_http && has_all_http(have, wanted);
	return true;
}

static bool covers_port(const struct port *have, const struct port *wanted)
{
	long from = strtol(have->port, NULL, 10), port = strtol(wanted->port, NULL, 10);
	long to = have->end_port > from ? have->end_port : from;
	long wanted_to = wanted->end_port > port ? wanted->end_port : port;
	bool any_protocol = *have->protocol == '\0' || strcmp(have->protocol, "ANY") == 0;
	bool every_port = *have->port == '\0' || strcmp(have->port, "0") == 0;

	return (any_protocol || strcmp(have->protocol, wanted->protocol) == 0) &&
	       (every_port || (from <= port && wanted_to <= to && from > 0));
}

/* Is this one port of the wanted rule let through by a port rule of the existing element? */
static bool allows_port(
	const struct rule_element *have, const struct port_rule *rule, const struct port *wanted)
{
	for (size_t i = 0; i < have->to_ports.count; i++) {
		const struct port_rule *other = &have->to_ports.items[i];

		for (size_t j = 0; j < other->port_count; j++)
			if (covers_port(&other->ports[j], wanted) && covers_l7(other, rule))
				return true;
	}
	return false;
}

static bool allows_icmp(const struct rule_element *have, const struct icmp_field *wanted)
{
	for (size_t i = 0; i < have->icmps.count; i++)
		for (size_t j = 0; j < have->icmps.items[i].field_count; j++)
			if (have->icmps.items[i].fields[j].family == wanted->family &&
				have->icmps.items[i].fields[j].type == wanted->type)
				return true;
	return false;
}

/*
 * Peer `index` on every port of the wanted element. An element without ports covers them all, but a
 * DNS rule is there to learn names, which a plain allow does not do.
 */
static bool covers(const struct rule_elements *have, const struct rule_element *wanted,
	size_t index, unsigned *ret_place)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule_element *element = &have->items[i];
		bool everything = element->to_ports.count == 0 && element->icmps.count == 0;
		bool all = *element->authentication == '\0' && covers_peer(element, wanted, index);

		for (size_t j = 0; all && j < wanted->to_ports.count; j++) {
			const struct port_rule *rule = &wanted->to_ports.items[j];

			for (size_t k = 0; all && k < rule->port_count; k++)
				all = (everything && !rule->has_dns) ||
				      allows_port(element, rule, &rule->ports[k]);
		}
		for (size_t j = 0; all && !everything && j < wanted->icmps.count; j++)
			for (size_t k = 0; all && k < wanted->icmps.items[j].field_count; k++)
				all = allows_icmp(element, &wanted->icmps.items[j].fields[k]);
		if (all) {
			*ret_place = (unsigned)i;
			return true;
		}
	}
	return false;
}

static size_t peer_count(const struct rule_element *element)
{
	return element->endpoints.count + element->entities.count + element->fqdns.count +
	       element->cidrs.count;
}

/* Moves peer `from` of the element to place `to`. */
static void keep_peer(struct rule_element *element, size_t from, size_t to)
{
	if (element->endpoints.present)
		element->endpoints.items[to] = element->endpoints.items[from];
	else if (element->entities.present)
		element->entities.items[to] = element->entities.items[from];
	else if (element->fqdns.present)
		element->fqdns.items[to] = element->fqdns.items[from];
	else
		element->cidrs.items[to] = element->cidrs.items[from];
}

static void *copy_items(void *mem, const void *items, size_t size, size_t count)
{
	void *copy = mem_zeroed(mem, size, count);

	if (count > 0)
		memcpy(copy, items, size * count);
	return copy;
}

#define COPY_LIST(mem, list)                                                                       \
	((list).items = copy_items((mem), (list).items, sizeof *(list).items, (list).count))

static void set_peer_count(struct rule_element *element, size_t count)
{
	if (element->endpoints.present)
		element->endpoints.count = count;
	else if (element->entities.present)
		element->entities.count = count;
	else if (element->fqdns.present)
		element->fqdns.count = count;
	else
		element->cidrs.count = count;
}

/* The wanted element with only the peers that `have` does not cover. */
static struct rule_element missing_part(void *mem, const struct rule_elements *have,
	const struct rule_element *wanted, unsigned *ret_place)
{
	struct rule_element part = *wanted;
	size_t kept = 0, count = peer_count(wanted);

	COPY_LIST(mem, part.endpoints);
	COPY_LIST(mem, part.entities);
	COPY_LIST(mem, part.fqdns);
	COPY_LIST(mem, part.cidrs);
	for (size_t i = 0; i < count; i++)
		if (!covers(have, wanted, i, ret_place))
			keep_peer(&part, i, kept++);
	set_peer_count(&part, kept);
	return part;
}

static void merge_section(
	void *mem, struct rule_elements *have, const struct rule_elements *wanted, unsigned *places)
{
	struct rule_elements merged = *have;

	if (!wanted->present)
		return;
	merged.present = true;
	merged.items = mem_array(mem, struct rule_element, have->count + wanted->count);
	if (have->count > 0)
		memcpy(merged.items, have->items, have->count * sizeof *have->items);
	for (size_t i = 0; i < wanted->count; i++) {
		struct rule_element part = missing_part(mem, have, &wanted->items[i], &places[i]);

		/* An element without peers closes the direction, which any other element does too. */
		if (peer_count(&part) == 0 &&
			(peer_count(&wanted->items[i]) > 0 || merged.count > 0))
			continue;
		places[i] = (unsigned)merged.count;
		merged.items[merged.count++] = part;
	}
	*have = merged;
}

static bool has_subject(const struct rule *rule, const struct rule *wanted)
{
	return rule->has_endpoint_selector == wanted->has_endpoint_selector &&
	       same_selector(&rule->subject, &wanted->subject);
}

const struct policy *policy_merge_target(
	const struct policies *existing, const struct policy *generated)
{
	for (size_t i = 0; i < existing->count; i++) {
		const struct policy *policy = &existing->items[i];

		if (policy->kind == generated->kind &&
			strcmp(policy->namespace, generated->namespace) == 0 &&
			strcmp(policy->name, generated->name) == 0)
			return policy;
	}
	for (size_t i = 0; i < existing->count; i++) {
		const struct policy *policy = &existing->items[i];

		if (policy->kind == generated->kind &&
			strcmp(policy->namespace, generated->namespace) == 0 &&
			policy->rule_count == 1 &&
			has_subject(&policy->rules[0], &generated->rules[0]))
			return policy;
	}
	return NULL;
}

/* The rule of the same subject, added if there is none. */
static struct rule *rule_for(void *mem, struct policy *policy, const struct rule *wanted)
{
	struct rule *rules = mem_array(mem, struct rule, policy->rule_count + 1);
	struct rule *added;

	memcpy(rules, policy->rules, policy->rule_count * sizeof *rules);
	policy->rules = rules;
	for (size_t i = 0; i < policy->rule_count; i++)
		if (has_subject(&rules[i], wanted))
			return &rules[i];
	added = &rules[policy->rule_count++];
	policy->as_list = true;
	*added = *wanted;
	for (int section = 0; section < SECTIONS; section++)
		added->elements[section] = (struct rule_elements){0};
	return added;
}

struct policy policy_merge(void *mem, const struct policy *existing, const struct policy *generated,
	unsigned **ret_places)
{
	const struct rule *wanted = &generated->rules[0];
	struct policy merged = *existing;
	struct rule *rule = rule_for(mem, &merged, wanted);

	for (int section = 0; section < SECTIONS; section++) {
		unsigned *places = mem_array(mem, unsigned, wanted->elements[section].count + 1);

		merge_section(mem, &rule->elements[section], &wanted->elements[section], places);
		if (ret_places != NULL)
			ret_places[section] = places;
	}
	return merged;
}
