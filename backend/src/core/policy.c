#include "core/policy.h"

#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/yaml_tree.h"

const char *section_name(enum section section)
{
	static const char *const names[SECTIONS] = {
		[SECTION_INGRESS] = "ingress",
		[SECTION_INGRESS_DENY] = "ingressDeny",
		[SECTION_EGRESS] = "egress",
		[SECTION_EGRESS_DENY] = "egressDeny",
	};

	return names[section];
}

const char *operator_name(enum operator_kind kind)
{
	static const char *const names[] = {
		[OPERATOR_IN] = "In",
		[OPERATOR_NOT_IN] = "NotIn",
		[OPERATOR_EXISTS] = "Exists",
		[OPERATOR_DOES_NOT_EXIST] = "DoesNotExist",
	};

	return names[kind];
}

const char *policy_title(void *mem, const struct policy *policy)
{
	return *policy->namespace != '\0'
		       ? mem_format(mem, "%s/%s", policy->namespace, policy->name)
		       : policy->name;
}

char *policy_rule_path(void *mem, const struct policy *policy, size_t rule)
{
	if (policy->as_list && !(policy->spec_beside && rule == 0))
		return mem_format(mem, "specs[%zu]", rule - policy->spec_beside);
	return mem_text(mem, "spec");
}

/* Deep comparison; what carries no meaning (places, provenance) is left out. */

typedef bool item_equal(const void *a, const void *b);

static bool items_equal(const void *a, size_t a_count, const void *b, size_t b_count, size_t size,
	item_equal *equal)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!equal((const char *)a + i * size, (const char *)b + i * size))
			return false;
	return true;
}

#define ITEMS_EQUAL(a, a_count, b, b_count, equal)                                                 \
	items_equal((a), (a_count), (b), (b_count), sizeof *(a), (equal))
#define LISTS_EQUAL(a, b, equal)                                                                   \
	((a).present == (b).present &&                                                             \
		ITEMS_EQUAL((a).items, (a).count, (b).items, (b).count, (equal)))

static bool texts_equal(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
}

static bool key_value_equal(const void *a, const void *b)
{
	const struct key_value *x = a, *y = b;

	return strcmp(x->key, y->key) == 0 && strcmp(x->value, y->value) == 0;
}

static bool key_values_equal(const struct key_values *a, const struct key_values *b)
{
	return ITEMS_EQUAL(a->items, a->count, b->items, b->count, key_value_equal);
}

static bool expression_equal(const void *a, const void *b)
{
	const struct match_expression *x = a, *y = b;

	if (x->operator!= y->operator)
		return false;
	return strcmp(x->key, y->key) == 0 && text_lists_equal(&x->values, &y->values);
}

static bool selector_equal(const void *a, const void *b)
{
	const struct selector *x = a, *y = b;

	return key_values_equal(&x->match_labels, &y->match_labels) &&
	       ITEMS_EQUAL(x->expressions, x->expression_count, y->expressions, y->expression_count,
		       expression_equal);
}

static bool optional_selector_equal(const struct selector *a, const struct selector *b)
{
	return a == NULL || b == NULL ? a == b : selector_equal(a, b);
}

static bool cidr_rule_equal(const void *a, const void *b)
{
	const struct cidr_rule *x = a, *y = b;

	return strcmp(x->cidr, y->cidr) == 0 && strcmp(x->group, y->group) == 0 &&
	       optional_selector_equal(x->group_selector, y->group_selector) &&
	       text_lists_equal(&x->except, &y->except);
}

static bool name_equal(const void *a, const void *b)
{
	const struct name_match *x = a, *y = b;

	return strcmp(x->name, y->name) == 0 && strcmp(x->pattern, y->pattern) == 0;
}

static bool service_equal(const void *a, const void *b)
{
	const struct service_match *x = a, *y = b;

	return strcmp(x->name, y->name) == 0 && strcmp(x->namespace, y->namespace) == 0 &&
	       optional_selector_equal(x->selector, y->selector) &&
	       strcmp(x->selector_namespace, y->selector_namespace) == 0;
}

static bool port_equal(const void *a, const void *b)
{
	const struct port *x = a, *y = b;

	return strcmp(x->port, y->port) == 0 && x->end_port == y->end_port &&
	       strcmp(x->protocol, y->protocol) == 0;
}

static bool header_match_equal(const void *a, const void *b)
{
	const struct header_match *x = a, *y = b;

	return strcmp(x->name, y->name) == 0 && strcmp(x->value, y->value) == 0 &&
	       strcmp(x->mismatch, y->mismatch) == 0 && yaml_equal(x->secret, y->secret);
}

static bool http_equal(const void *a, const void *b)
{
	const struct http_rule *x = a, *y = b;

	return strcmp(x->method, y->method) == 0 && strcmp(x->path, y->path) == 0 &&
	       strcmp(x->host, y->host) == 0 && text_lists_equal(&x->headers, &y->headers) &&
	       ITEMS_EQUAL(x->header_matches, x->header_match_count, y->header_matches,
		       y->header_match_count, header_match_equal);
}

static bool port_rule_equal(const void *a, const void *b)
{
	const struct port_rule *x = a, *y = b;

	return x->has_ports == y->has_ports && x->has_http == y->has_http &&
	       x->has_dns == y->has_dns &&
	       ITEMS_EQUAL(x->ports, x->port_count, y->ports, y->port_count, port_equal) &&
	       ITEMS_EQUAL(x->http, x->http_count, y->http, y->http_count, http_equal) &&
	       ITEMS_EQUAL(x->dns, x->dns_count, y->dns, y->dns_count, name_equal) &&
	       text_lists_equal(&x->server_names, &y->server_names) &&
	       yaml_equal(x->terminating_tls, y->terminating_tls) &&
	       yaml_equal(x->originating_tls, y->originating_tls) &&
	       yaml_equal(x->listener, y->listener);
}

static bool icmp_field_equal(const void *a, const void *b)
{
	const struct icmp_field *x = a, *y = b;

	return x->family == y->family && x->type == y->type;
}

static bool icmp_rule_equal(const void *a, const void *b)
{
	const struct icmp_rule *x = a, *y = b;

	return ITEMS_EQUAL(x->fields, x->field_count, y->fields, y->field_count, icmp_field_equal);
}

static bool element_equal(const void *a, const void *b)
{
	const struct rule_element *x = a, *y = b;

	return LISTS_EQUAL(x->endpoints, y->endpoints, selector_equal) &&
	       LISTS_EQUAL(x->entities, y->entities, texts_equal) &&
	       LISTS_EQUAL(x->cidrs, y->cidrs, texts_equal) &&
	       LISTS_EQUAL(x->cidr_sets, y->cidr_sets, cidr_rule_equal) &&
	       LISTS_EQUAL(x->nodes, y->nodes, selector_equal) &&
	       LISTS_EQUAL(x->fqdns, y->fqdns, name_equal) &&
	       LISTS_EQUAL(x->services, y->services, service_equal) &&
	       LISTS_EQUAL(x->to_ports, y->to_ports, port_rule_equal) &&
	       LISTS_EQUAL(x->icmps, y->icmps, icmp_rule_equal) &&
	       yaml_equal(x->groups, y->groups) &&
	       strcmp(x->authentication, y->authentication) == 0;
}

static bool rule_label_equal(const void *a, const void *b)
{
	const struct rule_label *x = a, *y = b;

	return strcmp(x->key, y->key) == 0 && strcmp(x->value, y->value) == 0 &&
	       strcmp(x->source, y->source) == 0;
}

static bool rule_equal(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;

	for (enum section s = 0; s < SECTIONS; s++)
		if (!LISTS_EQUAL(x->elements[s], y->elements[s], element_equal))
			return false;
	return x->has_endpoint_selector == y->has_endpoint_selector &&
	       x->has_node_selector == y->has_node_selector &&
	       selector_equal(&x->subject, &y->subject) &&
	       x->default_deny_ingress == y->default_deny_ingress &&
	       x->default_deny_egress == y->default_deny_egress &&
	       strcmp(x->description, y->description) == 0 &&
	       strcmp(x->log_value, y->log_value) == 0 &&
	       ITEMS_EQUAL(x->labels, x->label_count, y->labels, y->label_count, rule_label_equal);
}

bool policy_equal(const struct policy *a, const struct policy *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->namespace, b->namespace) == 0 && a->as_list == b->as_list &&
	       key_values_equal(&a->labels, &b->labels) &&
	       key_values_equal(&a->annotations, &b->annotations) &&
	       ITEMS_EQUAL(a->rules, a->rule_count, b->rules, b->rule_count, rule_equal);
}
