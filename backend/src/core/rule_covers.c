#include "core/rule_covers.h"

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

bool selectors_equal(const struct selector *a, const struct selector *b)
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
		if (selectors_equal(&element->endpoints.items[i], wanted))
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

struct destination *destinations_of(void *mem, const struct rule_element *wanted, size_t *ret_count)
{
	struct destination *list = NULL;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; i < wanted->to_ports.count; i++)
		for (size_t j = 0; j < wanted->to_ports.items[i].port_count; j++) {
			const struct port_rule *rule = &wanted->to_ports.items[i];

			mem_reserve(mem, list, &capacity, count + 1);
			list[count++] = (struct destination){rule, &rule->ports[j], NULL};
		}
	for (size_t i = 0; i < wanted->icmps.count; i++)
		for (size_t j = 0; j < wanted->icmps.items[i].field_count; j++) {
			mem_reserve(mem, list, &capacity, count + 1);
			list[count++] =
				(struct destination){NULL, NULL, &wanted->icmps.items[i].fields[j]};
		}
	if (count == 0) {
		mem_reserve(mem, list, &capacity, 1);
		list[count++] = (struct destination){NULL, NULL, NULL};
	}
	*ret_count = count;
	return list;
}

/*
 * An element without ports allows every destination, but a DNS rule is there to learn names, which a
 * plain allow does not do.
 */
static bool allows(const struct rule_element *have, const struct destination *wanted)
{
	if (have->to_ports.count == 0 && have->icmps.count == 0)
		return wanted->rule == NULL || !wanted->rule->has_dns;
	if (wanted->icmp != NULL)
		return allows_icmp(have, wanted->icmp);
	return wanted->port != NULL && allows_port(have, wanted->rule, wanted->port);
}

bool rule_covers(const struct rule_elements *have, const struct rule_element *wanted, size_t peer,
	const struct destination *destination, unsigned *ret_place)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule_element *element = &have->items[i];

		if (*element->authentication == '\0' && covers_peer(element, wanted, peer) &&
			allows(element, destination)) {
			*ret_place = (unsigned)i;
			return true;
		}
	}
	return false;
}
