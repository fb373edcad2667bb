#include "core/policy_cover.h"

#include <string.h>

#include "core/fqdn.h"
#include "core/labels.h"
#include "core/yaml_tree.h"

static bool has_text(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

static bool all_in(const struct text_list *inner, const struct text_list *outer)
{
	for (size_t i = 0; i < inner->count; i++)
		if (!has_text(outer, inner->items[i]))
			return false;
	return true;
}

static bool none_in(const struct text_list *a, const struct text_list *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (has_text(b, a->items[i]))
			return false;
	return true;
}

/* Whether `b` makes `a` true. */
static bool implied(const struct label_requirement *a, const struct label_requirement *b)
{
	bool same_source = strcmp(a->source, b->source) == 0;
	bool needs_key = b->operator== OPERATOR_IN || b->operator== OPERATOR_EXISTS;

	if (strcmp(a->key, b->key) != 0 || !(same_source || (*a->source == '\0' && needs_key)))
		return false;
	switch (a->operator) {
	case OPERATOR_IN:
		return b->operator== OPERATOR_IN && all_in(&b->values, &a->values);
	case OPERATOR_NOT_IN:
		return (b->operator== OPERATOR_NOT_IN && all_in(&a->values, &b->values)) ||
		       (b->operator== OPERATOR_IN && none_in(&b->values, &a->values)) ||
		       b->operator== OPERATOR_DOES_NOT_EXIST;
	case OPERATOR_EXISTS:
		return needs_key;
	case OPERATOR_DOES_NOT_EXIST:
		return b->operator== OPERATOR_DOES_NOT_EXIST;
	}
	return false;
}

bool selector_covers(const struct label_selector *a, const struct label_selector *b)
{
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;

		for (size_t j = 0; j < b->count && !found; j++)
			found = implied(&a->items[i], &b->items[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool cidr_peer_covers(const struct peer *a, const struct peer *b)
{
	if (!cidr_within(&b->cidr, &a->cidr))
		return false;
	for (size_t i = 0; i < a->except_count; i++) {
		bool harmless = !cidr_within(&a->except[i], &b->cidr) &&
				!cidr_within(&b->cidr, &a->except[i]);

		for (size_t j = 0; j < b->except_count && !harmless; j++)
			harmless = cidr_within(&a->except[i], &b->except[j]);
		if (!harmless)
			return false;
	}
	return true;
}

static bool is_world(const struct peer *peer)
{
	return peer->kind == PEER_BY_LABELS && peer->labels.count == 1 &&
	       strcmp(peer->labels.items[0].source, "reserved") == 0 &&
	       strcmp(peer->labels.items[0].key, "world") == 0 &&
	       peer->labels.items[0].operator== OPERATOR_EXISTS;
}

static bool name_covers(const struct name_match *a, const struct name_match *b)
{
	if (*b->name != '\0')
		return fqdn_matches(a, b->name);
	return strcmp(a->pattern, "*") == 0 || strcmp(a->pattern, b->pattern) == 0;
}

static bool same_services(const struct rule_element *a, const struct rule_element *b)
{
	if (a->services.count != b->services.count)
		return false;
	for (size_t i = 0; i < a->services.count; i++) {
		const struct service_match *x = &a->services.items[i], *y = &b->services.items[i];

		if (strcmp(x->name, y->name) != 0 || strcmp(x->namespace, y->namespace) != 0 ||
			(x->selector == NULL) != (y->selector == NULL))
			return false;
	}
	return true;
}

/* What cannot be decided can still be the same as before. */
static bool same_undecidable(const struct peer *a, const struct peer *b)
{
	if (a->doubt != b->doubt || a->from->nodes.count != b->from->nodes.count)
		return false;
	return same_services(a->from, b->from) && yaml_equal(a->from->groups, b->from->groups);
}

bool peer_covers(const struct peer *a, const struct peer *b)
{
	bool outside =
		b->kind == PEER_BY_CIDR || b->kind == PEER_BY_NAME || b->kind == PEER_BY_CIDR_GROUP;

	if (a->kind == PEER_IS_ANYONE || (is_world(a) && outside))
		return true;
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case PEER_IS_ANYONE:
		return true;
	case PEER_BY_LABELS:
		return selector_covers(&a->labels, &b->labels);
	case PEER_BY_CIDR:
		return cidr_peer_covers(a, b);
	case PEER_BY_CIDR_GROUP:
		return strcmp(a->group, b->group) == 0;
	case PEER_BY_NAME:
		return name_covers(a->name, b->name);
	case PEER_UNDECIDABLE:
		return same_undecidable(a, b);
	}
	return false;
}

static bool same_headers(const struct http_rule *a, const struct http_rule *b)
{
	if (!text_lists_equal(&a->headers, &b->headers) ||
		a->header_match_count != b->header_match_count)
		return false;
	for (size_t i = 0; i < a->header_match_count; i++) {
		const struct header_match *x = &a->header_matches[i], *y = &b->header_matches[i];

		if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0 ||
			strcmp(x->mismatch, y->mismatch) != 0 || x->has_secret != y->has_secret)
			return false;
	}
	return true;
}

/* Patterns are compared as text, except that none means any. */
static bool pattern_covers(const char *a, const char *b)
{
	return *a == '\0' || strcmp(a, b) == 0;
}

static bool http_covers(const struct http_rule *a, const struct http_rule *b)
{
	bool no_headers = a->headers.count == 0 && a->header_match_count == 0;

	return pattern_covers(a->method, b->method) && pattern_covers(a->path, b->path) &&
	       pattern_covers(a->host, b->host) && (no_headers || same_headers(a, b));
}

static bool rules_cover(const struct l7_rules *a, const struct l7_rules *b)
{
	for (size_t i = 0; i < b->http_count; i++) {
		bool found = false;

		for (size_t j = 0; j < a->http_count && !found; j++)
			found = http_covers(a->http[j].rule, b->http[i].rule);
		if (!found)
			return false;
	}
	for (size_t i = 0; i < b->dns_count; i++) {
		bool found = false;

		for (size_t j = 0; j < a->dns_count && !found; j++)
			found = name_covers(&a->dns[j], &b->dns[i]);
		if (!found)
			return false;
	}
	return a->kind == b->kind;
}

bool l7_covers(const struct port_match *a, const struct port_match *b)
{
	if (a->server_name && !(b->server_name && text_lists_equal(&a->rule->server_names,
							  &b->rule->server_names)))
		return false;
	return a->l7 == NULL || (b->l7 != NULL && rules_cover(a->l7, b->l7));
}
