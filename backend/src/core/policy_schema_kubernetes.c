/* Kubernetes NetworkPolicy as its API server takes it (policies.md 13). All problems are "NP". */
#include <string.h>

#include "core/cidr.h"
#include "core/policy_checker.h"
#include "core/syntax.h"

static const struct schema text = {.type = SCHEMA_TEXT};
static const struct schema texts = {.type = SCHEMA_LIST, .items = &text};
static const struct schema anything = {.type = SCHEMA_ANY};

static const struct schema label_value = {
	.type = SCHEMA_TEXT, .grammar = is_label_value, .wants = "a label value"};

static void check_label_keys(
	struct checker *c, const struct path *path, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (node->items[i].kind != YAML_NULL && !is_label_key(node->items[i].key))
			check_error(c, "NP", path, &node->items[i],
				"\"%s\" is not a label key; sources such as \"k8s:\" belong to "
				"Cilium's "
				"own policies",
				node->items[i].key);
}

static void check_expression_keys(
	struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_requirement(c, "NP", is_label_key, path, node);
}

static const struct schema match_labels = {
	.type = SCHEMA_TABLE, .items = &label_value, .check = check_label_keys};
static const char *const operators[] = {"In", "NotIn", "Exists", "DoesNotExist", NULL};
static const struct schema operator_text = {.type = SCHEMA_TEXT, .values = operators};
static const struct schema_field expression_fields[] = {
	{"key", &text, NULL, true},
	{"operator", &operator_text, NULL, true},
	{"values", &texts, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema expression = {
	.type = SCHEMA_MAP, .fields = expression_fields, .check = check_expression_keys};
static const struct schema expressions = {.type = SCHEMA_LIST, .items = &expression};
static const struct schema_field selector_fields[] = {
	{"matchLabels", &match_labels, NULL, false},
	{"matchExpressions", &expressions, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema selector = {.type = SCHEMA_MAP, .fields = selector_fields};

static bool is_cidr(const char *written)
{
	struct cidr cidr;

	return strchr(written, '/') != NULL && cidr_parse(written, &cidr);
}

static void check_block(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *outer_text = yaml_member(node, "cidr");
	const struct yaml_node *except = yaml_member(node, "except");
	const struct path list = {.parent = path, .name = "except"};
	struct cidr outer, inner;

	if (except == NULL || outer_text == NULL || !cidr_parse(outer_text->text, &outer))
		return;
	for (size_t i = 0; i < except->count; i++) {
		const struct path below = {.parent = &list, .index = i};

		if (cidr_parse(except->items[i].text, &inner) &&
			(!cidr_within(&inner, &outer) || inner.bits == outer.bits))
			check_error(c, "NP", &below, &except->items[i],
				"%s must be a smaller part of %s", except->items[i].text,
				outer_text->text);
	}
}

static const struct schema cidr_text = {.type = SCHEMA_TEXT,
	.grammar = is_cidr,
	.wants = "an address with its prefix length, as in 10.0.0.0/8"};
static const struct schema cidrs = {.type = SCHEMA_LIST, .items = &cidr_text};
static const struct schema_field block_fields[] = {
	{"cidr", &cidr_text, NULL, true},
	{"except", &cidrs, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema block = {
	.type = SCHEMA_MAP, .fields = block_fields, .check = check_block};

static void check_peer(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	bool selectors = yaml_member(node, "podSelector") != NULL ||
			 yaml_member(node, "namespaceSelector") != NULL;
	bool ip_block = yaml_member(node, "ipBlock") != NULL;

	if (selectors == ip_block)
		check_error(c, "NP", path, node,
			"a peer is either an ipBlock, or a podSelector and/or a namespaceSelector");
}

static const struct schema_field peer_fields[] = {
	{"podSelector", &selector, NULL, false},
	{"namespaceSelector", &selector, NULL, false},
	{"ipBlock", &block, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema peer = {.type = SCHEMA_MAP, .fields = peer_fields, .check = check_peer};
static const struct schema peers = {.type = SCHEMA_LIST, .items = &peer};

static void check_np_port(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *port = yaml_member(node, "port"),
			       *end = yaml_member(node, "endPort");
	bool number = port != NULL && port->kind == YAML_INTEGER;

	if (number && (port->integer < 1 || port->integer > 65535))
		check_error(c, "NP", path, port, "a port is a number from 1 to 65535");
	if (port != NULL && port->kind == YAML_TEXT &&
		(!is_port_name(port->text) || strpbrk(port->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
		check_error(c, "NP", path, port,
			"\"%s\" is not a port name; write a number without quotes", port->text);
	if (end == NULL || end->kind != YAML_INTEGER)
		return;
	if (!number)
		check_error(c, "NP", path, end, "endPort needs a port that is a number");
	else if (end->integer < port->integer)
		check_error(c, "NP", path, end, "endPort must not be below port");
}

static const char *const protocols[] = {"TCP", "UDP", "SCTP", NULL};
static const struct schema protocol = {.type = SCHEMA_TEXT, .values = protocols};
static const struct schema number_or_name = {.type = SCHEMA_INTEGER_OR_TEXT};
static const struct schema end_port = {.type = SCHEMA_INTEGER, .smallest = 1, .largest = 65535};
static const struct schema_field port_fields[] = {
	{"port", &number_or_name, NULL, false},
	{"endPort", &end_port, NULL, false},
	{"protocol", &protocol, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema port = {
	.type = SCHEMA_MAP, .fields = port_fields, .check = check_np_port};
static const struct schema ports = {.type = SCHEMA_LIST, .items = &port};

static const struct schema_field ingress_fields[] = {
	{"from", &peers, NULL, false},
	{"ports", &ports, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema_field egress_fields[] = {
	{"to", &peers, NULL, false},
	{"ports", &ports, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema ingress = {.type = SCHEMA_MAP, .fields = ingress_fields};
static const struct schema egress = {.type = SCHEMA_MAP, .fields = egress_fields};
static const struct schema ingress_list = {.type = SCHEMA_LIST, .items = &ingress};
static const struct schema egress_list = {.type = SCHEMA_LIST, .items = &egress};
static const char *const directions[] = {"Ingress", "Egress", NULL};
static const struct schema direction = {.type = SCHEMA_TEXT, .values = directions};
static const struct schema types = {.type = SCHEMA_LIST, .items = &direction};

static void check_spec(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *listed = yaml_member(node, "policyTypes");
	const struct path below = {.parent = path, .name = "policyTypes"};

	if (yaml_member(node, "podSelector") == NULL)
		check_warning(c, "NP", path, node,
			"without podSelector the policy selects every pod of its namespace; write "
			"podSelector: {} if that is meant");
	if (listed != NULL && listed->count > 2)
		check_error(c, "NP", &below, listed, "there are only two policy types");
}

static const struct schema_field spec_fields[] = {
	{"podSelector", &selector, NULL, false},
	{"policyTypes", &types, NULL, false},
	{"ingress", &ingress_list, NULL, false},
	{"egress", &egress_list, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema spec = {.type = SCHEMA_MAP, .fields = spec_fields, .check = check_spec};

static const struct schema_field object_fields[] = {
	{"apiVersion", &text, "V00", false},
	{"kind", &text, "V00", false},
	{"metadata", &metadata_schema, "V06", true},
	{"spec", &spec, "NP", false},
	{"status", &anything, NULL, false},
	{NULL, NULL, NULL, false},
};

const struct schema kubernetes_schema = {.type = SCHEMA_MAP, .fields = object_fields};
