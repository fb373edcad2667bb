/* The parts of a rule element: selectors, peers, ports, L7 rules, ICMP. */
#include "core/policy_read_parts.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "core/icmp.h"

static void misfit(struct part_reader *r, const struct yaml_node *node, const char *wanted)
{
	bool number = node->kind > YAML_NULL && node->kind < YAML_TEXT;

	if (r->err->code != ERR_NONE)
		return;
	err_field(r->err, ERR_INVALID, node->key != NULL ? node->key : "",
		"%s must be %s, not %s%s", node->key != NULL ? node->key : "this part", wanted,
		*node->text != '\0' ? node->text : yaml_kind_name(node->kind),
		strcmp(wanted, "a text") == 0 && number ? "; put it in quotes" : "");
	r->err->line = node->where.line;
	r->err->column = node->where.column;
}

/* The member, if it is there and of the kind; anything else there is a misfit. */
static const struct yaml_node *member(
	struct part_reader *r, const struct yaml_node *node, const char *key, enum yaml_kind kind)
{
	const struct yaml_node *value = yaml_member(node, key);

	if (value == NULL || value->kind == kind)
		return value;
	misfit(r, value, yaml_kind_name(kind));
	return NULL;
}

bool part_is_map(struct part_reader *r, const struct yaml_node *node)
{
	if (node->kind == YAML_MAP)
		return true;
	misfit(r, node, "a map");
	return false;
}

const char *part_text(struct part_reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = member(r, node, key, YAML_TEXT);

	return value != NULL ? value->text : "";
}

const struct yaml_node *part_map(
	struct part_reader *r, const struct yaml_node *node, const char *key)
{
	return member(r, node, key, YAML_MAP);
}

const struct yaml_node *part_list(
	struct part_reader *r, const struct yaml_node *node, const char *key)
{
	return member(r, node, key, YAML_LIST);
}

enum tristate part_tristate(struct part_reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = member(r, node, key, YAML_BOOL);

	if (value == NULL)
		return TRISTATE_UNKNOWN;
	return value->truth ? TRISTATE_YES : TRISTATE_NO;
}

int part_integer(struct part_reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = member(r, node, key, YAML_INTEGER);

	if (value == NULL)
		return 0;
	if (value->integer < INT_MIN || value->integer > INT_MAX) {
		misfit(r, value, "a smaller number");
		return 0;
	}
	return (int)value->integer;
}

/* A text of a list; lists of texts have nothing else. */
static const char *item_text(struct part_reader *r, const struct yaml_node *item)
{
	if (item->kind == YAML_TEXT)
		return item->text;
	misfit(r, item, "a text");
	return "";
}

void part_texts(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, const char ***ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, key);

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, const char *, list->count);
	for (size_t i = 0; i < list->count; i++)
		(*ret_items)[i] = item_text(r, &list->items[i]);
}

void part_text_list(
	struct part_reader *r, const struct yaml_node *node, const char *key, struct text_list *to)
{
	bool present;

	part_texts(r, node, key, &present, &to->items, &to->count);
}

static const char *prefixed(struct part_reader *r, const char *prefix, const char *key)
{
	return *prefix == '\0' ? key : mem_format(r->mem, "%s%s", prefix, key);
}

/* Appends the members of a map of texts; null values are absent. */
static void add_key_values(struct part_reader *r, const struct yaml_node *map, const char *prefix,
	struct key_values *to)
{
	size_t capacity = to->count;

	if (map == NULL)
		return;
	mem_reserve(r->mem, to->items, &capacity, to->count + map->count);
	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_node *value = &map->items[i];

		if (value->kind == YAML_NULL)
			continue;
		to->items[to->count++] = (struct key_value){.key = prefixed(r, prefix, value->key),
			.value = item_text(r, value),
			.where = value->key_where};
	}
}

void part_key_values(struct part_reader *r, const struct yaml_node *node, const char *key,
	const char *prefix, struct key_values *to)
{
	add_key_values(r, part_map(r, node, key), prefix, to);
}

static void read_expression(struct part_reader *r, const struct yaml_node *node, const char *prefix,
	struct match_expression *to)
{
	const char *name = part_text(r, node, "operator");

	part_is_map(r, node);
	to->where = node->where;
	to->key = prefixed(r, prefix, part_text(r, node, "key"));
	part_text_list(r, node, "values", &to->values);
	for (enum operator_kind o = OPERATOR_IN; o <= OPERATOR_DOES_NOT_EXIST; o++)
		if (strcmp(name, operator_name(o)) == 0) {
			to->operator= o;
			return;
		}
	misfit(r, yaml_member(node, "operator") != NULL ? yaml_member(node, "operator") : node,
		"an operator of In, NotIn, Exists, DoesNotExist");
}

void part_selector_add(struct part_reader *r, const struct yaml_node *node, const char *prefix,
	struct selector *to)
{
	const struct yaml_node *list = part_list(r, node, "matchExpressions");
	size_t capacity = to->expression_count;

	part_is_map(r, node);
	part_key_values(r, node, "matchLabels", prefix, &to->match_labels);
	if (list == NULL)
		return;
	mem_reserve(r->mem, to->expressions, &capacity, to->expression_count + list->count);
	for (size_t i = 0; i < list->count; i++)
		read_expression(
			r, &list->items[i], prefix, &to->expressions[to->expression_count++]);
}

void part_selector(struct part_reader *r, const struct yaml_node *node, struct selector *to)
{
	to->where = node->where;
	part_selector_add(r, node, "", to);
}

void part_selectors(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct selector **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, key);

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct selector, list->count);
	for (size_t i = 0; i < list->count; i++)
		part_selector(r, &list->items[i], &(*ret_items)[i]);
}

static struct selector *member_selector(
	struct part_reader *r, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = part_map(r, node, key);
	struct selector *selector;

	if (value == NULL)
		return NULL;
	selector = mem_new(r->mem, struct selector);
	part_selector(r, value, selector);
	return selector;
}

void part_cidr_rules(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct cidr_rule **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, key);

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct cidr_rule, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		struct cidr_rule *rule = &(*ret_items)[i];

		part_is_map(r, item);
		rule->where = item->where;
		rule->cidr = part_text(r, item, "cidr");
		rule->group = part_text(r, item, "cidrGroupRef");
		rule->group_selector = member_selector(r, item, "cidrGroupSelector");
		part_text_list(r, item, "except", &rule->except);
	}
}

void part_services(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct service_match **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, key);

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct service_match, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		const struct yaml_node *service = part_map(r, item, "k8sService");
		const struct yaml_node *selected = part_map(r, item, "k8sServiceSelector");
		struct service_match *match = &(*ret_items)[i];

		part_is_map(r, item);
		match->where = item->where;
		match->name = part_text(r, service, "serviceName");
		match->namespace = part_text(r, service, "namespace");
		match->selector = member_selector(r, selected, "selector");
		match->selector_namespace = part_text(r, selected, "namespace");
	}
}

void part_names(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct name_match **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, key);

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct name_match, list->count);
	for (size_t i = 0; i < list->count; i++) {
		part_is_map(r, &list->items[i]);
		(*ret_items)[i] =
			(struct name_match){.name = part_text(r, &list->items[i], "matchName"),
				.pattern = part_text(r, &list->items[i], "matchPattern"),
				.where = list->items[i].where};
	}
}

static void read_ports(struct part_reader *r, const struct yaml_node *list, struct port_rule *to)
{
	if (list == NULL)
		return;
	to->has_ports = true;
	to->port_count = list->count;
	to->ports = mem_array(r->mem, struct port, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];

		part_is_map(r, item);
		to->ports[i] = (struct port){.port = part_text(r, item, "port"),
			.end_port = part_integer(r, item, "endPort"),
			.protocol = part_text(r, item, "protocol"),
			.where = item->where};
	}
}

static void read_header_matches(
	struct part_reader *r, const struct yaml_node *http, struct http_rule *to)
{
	const struct yaml_node *list = part_list(r, http, "headerMatches");

	if (list == NULL)
		return;
	to->header_match_count = list->count;
	to->header_matches = mem_array(r->mem, struct header_match, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		const struct yaml_node *secret = part_map(r, item, "secret");

		part_is_map(r, item);
		to->header_matches[i] = (struct header_match){.name = part_text(r, item, "name"),
			.value = part_text(r, item, "value"),
			.mismatch = part_text(r, item, "mismatch"),
			.has_secret = secret != NULL,
			.secret = secret};
	}
}

static void read_http(struct part_reader *r, const struct yaml_node *list, struct port_rule *to)
{
	if (list == NULL)
		return;
	to->has_http = true;
	to->http_count = list->count;
	to->http = mem_array(r->mem, struct http_rule, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		struct http_rule *rule = &to->http[i];

		part_is_map(r, item);
		rule->where = item->where;
		rule->method = part_text(r, item, "method");
		rule->path = part_text(r, item, "path");
		rule->host = part_text(r, item, "host");
		part_text_list(r, item, "headers", &rule->headers);
		read_header_matches(r, item, rule);
	}
}

static void read_l7(struct part_reader *r, const struct yaml_node *node, struct port_rule *to)
{
	const struct yaml_node *rules = part_map(r, node, "rules");

	read_http(r, part_list(r, rules, "http"), to);
	part_names(r, rules, "dns", &to->has_dns, &to->dns, &to->dns_count);
	part_text_list(r, node, "serverNames", &to->server_names);
	to->terminating_tls = part_map(r, node, "terminatingTLS");
	to->originating_tls = part_map(r, node, "originatingTLS");
	to->has_tls = to->terminating_tls != NULL || to->originating_tls != NULL;
	to->listener = part_map(r, node, "listener");
	to->has_listener = to->listener != NULL;
}

void part_port_rules(struct part_reader *r, const struct yaml_node *node, bool deny,
	bool *ret_present, struct port_rule **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, "toPorts");

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct port_rule, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		struct port_rule *rule = &(*ret_items)[i];

		part_is_map(r, item);
		rule->where = item->where;
		read_ports(r, part_list(r, item, "ports"), rule);
		if (!deny)
			read_l7(r, item, rule);
	}
}

static void read_icmp_field(
	struct part_reader *r, const struct yaml_node *node, struct icmp_field *to)
{
	const char *family = part_text(r, node, "family");
	const struct yaml_node *type = yaml_member(node, "type");

	part_is_map(r, node);
	to->where = node->where;
	to->family = strcmp(family, "IPv6") == 0 ? 6 : 4;
	if (*family != '\0' && strcmp(family, "IPv4") != 0 && to->family != 6)
		misfit(r, yaml_member(node, "family"), "IPv4 or IPv6");
	if (type == NULL)
		misfit(r, node, "a map with a type");
	else if (type->kind == YAML_INTEGER)
		to->type = part_integer(r, node, "type");
	else if (type->kind != YAML_TEXT)
		misfit(r, type, "a number or a name");
	else if ((to->type = icmp_type(to->family, type->text)) < 0)
		misfit(r, type, "a number up to 255 or a type name of its family");
}

void part_icmp_rules(struct part_reader *r, const struct yaml_node *node, bool *ret_present,
	struct icmp_rule **ret_items, size_t *ret_count)
{
	const struct yaml_node *list = part_list(r, node, "icmps");

	if (list == NULL)
		return;
	*ret_present = true;
	*ret_count = list->count;
	*ret_items = mem_array(r->mem, struct icmp_rule, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *fields = part_list(r, &list->items[i], "fields");
		struct icmp_rule *rule = &(*ret_items)[i];

		part_is_map(r, &list->items[i]);
		rule->where = list->items[i].where;
		rule->field_count = fields != NULL ? fields->count : 0;
		rule->fields = mem_array(r->mem, struct icmp_field, rule->field_count);
		for (size_t f = 0; f < rule->field_count; f++)
			read_icmp_field(r, &fields->items[f], &rule->fields[f]);
	}
}
