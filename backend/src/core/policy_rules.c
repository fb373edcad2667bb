/*
 * What operator and agent refuse although the schema lets it pass (policies.md 8, layer A). The
 * functions look at nodes, which may still be of any kind: the schema table says so itself.
 */
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/cidr.h"
#include "core/icmp.h"
#include "core/policy_checker.h"
#include "core/regex.h"
#include "core/syntax.h"

static const struct yaml_node *list_member(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *list = yaml_member(node, key);

	return list != NULL && list->kind == YAML_LIST ? list : NULL;
}

static size_t list_count(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *list = list_member(node, key);

	return list != NULL ? list->count : 0;
}

/* "" if it is absent or no text. */
static const char *text_member(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_member(node, key);

	return value != NULL && value->kind == YAML_TEXT ? value->text : "";
}

void check_rule(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *nodes = yaml_member(node, "nodeSelector");
	size_t lists = 0, elements = 0;

	c->host_policy = nodes != NULL;
	if (nodes != NULL && c->kind == POLICY_CILIUM) {
		const struct path below = {.parent = path, .name = "nodeSelector"};

		check_error(c, "V05", &below, nodes,
			"a nodeSelector is only taken in a CiliumClusterwideNetworkPolicy; use "
			"endpointSelector, or change the kind");
	}
	for (enum section s = 0; s < SECTIONS; s++) {
		lists += yaml_member(node, section_name(s)) != NULL;
		elements += list_count(node, section_name(s));
	}
	if (lists > 0 && elements == 0)
		check_error(c, "V03", path, node,
			"all rule lists are empty, which the agent refuses; write \"ingress: "
			"[{}]\" or "
			"\"egress: [{}]\" to deny by default");
}

static void check_element(struct checker *c, const struct path *path, const struct yaml_node *node,
	enum section section)
{
	static const char *const ingress_peers[] = {"fromEndpoints", "fromEntities", "fromCIDR",
		"fromCIDRSet", "fromNodes", "fromGroups", NULL};
	static const char *const egress_peers[] = {"toEndpoints", "toEntities", "toCIDR",
		"toCIDRSet", "toNodes", "toGroups", "toServices", "toFQDNs", NULL};
	bool egress = section == SECTION_EGRESS || section == SECTION_EGRESS_DENY;
	const char *const *peers = egress ? egress_peers : ingress_peers;
	const char *nodes = egress ? "toNodes" : "fromNodes", *first = NULL;

	c->section = section;
	for (; *peers != NULL; peers++) {
		/* In egressDeny it is an unknown field. */
		if (list_count(node, *peers) == 0 ||
			(section == SECTION_EGRESS_DENY && strcmp(*peers, "toFQDNs") == 0))
			continue;
		if (first != NULL)
			check_error(c, "V10", path, node,
				"%s and %s cannot be combined in one rule; write two rules, which "
				"are "
				"alternatives",
				first, *peers);
		first = *peers;
	}
	if (list_count(node, nodes) > 0)
		check_error(c, "V11", path, node,
			"%s needs the agent's option enable-node-selector-labels, which is off by "
			"default; use the entities host and remote-node",
			nodes);
	if (list_count(node, "toPorts") > 0 && list_count(node, "icmps") > 0)
		check_error(c, "V16", path, node,
			"toPorts and icmps cannot be in one rule; write two rules");
}

void check_ingress(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_element(c, path, node, SECTION_INGRESS);
}

void check_ingress_deny(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_element(c, path, node, SECTION_INGRESS_DENY);
}

void check_egress(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_element(c, path, node, SECTION_EGRESS);
}

void check_egress_deny(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_element(c, path, node, SECTION_EGRESS_DENY);
}

/* The number in `port`; false for names and what is no port. */
static bool port_value(const struct yaml_node *port, unsigned *ret_number)
{
	const char *text = text_member(port, "port");

	return !is_port_name(text) && is_port_number(text, ret_number);
}

void check_port(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	static const char *const extended[] = {
		"VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH", NULL};
	const struct yaml_node *port = yaml_member(node, "port");
	const char *text = text_member(node, "port"), *protocol = text_member(node, "protocol");
	const struct path below = {.parent = path, .name = "port"};
	unsigned number;

	if (port == NULL || (port->kind == YAML_TEXT && *text == '\0')) {
		check_error(c, "V19", path, node,
			"a port is required; write port: \"0\" for every port of the protocol");
		return;
	}
	if (port->kind != YAML_TEXT || is_port_name(text))
		return;
	for (const char *const *e = extended; *e != NULL; e++)
		if (strcmp(*e, protocol) == 0 && strcmp(text, "0") != 0)
			check_error(
				c, "V19", &below, port, "%s has no ports; write port: \"0\"", *e);
	if (!is_port_number(text, &number))
		check_error(c, "V18", &below, port,
			"\"%s\" is neither a port number up to 65535 nor a port name of at most 15 "
			"letters, digits and single dashes; write a plain decimal number%s",
			text, text[0] == '0' ? " (a leading 0 makes it octal)" : "");
}

/* What is asked of each port beside L7 rules. */
static void check_l7_port(
	struct checker *c, const struct path *path, const struct yaml_node *port, bool dns_names)
{
	const struct yaml_node *end = yaml_member(port, "endPort");
	unsigned number;

	if (!dns_names && strcmp(text_member(port, "protocol"), "TCP") != 0)
		check_error(c, "V23", path, port,
			"HTTP rules need protocol: TCP on each of their ports; none and ANY are "
			"not "
			"enough");
	if (!port_value(port, &number))
		return;
	if (number == 0)
		check_error(
			c, "V24", path, port, "L7 rules cannot be used with port 0; name the port");
	if (dns_names && end != NULL && end->kind == YAML_INTEGER && end->integer > number)
		check_error(c, "V22", path, port,
			"DNS rules do not work on port ranges; name the port");
}

static void check_l7(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *rules = yaml_member(node, "rules"),
			       *ports = list_member(node, "ports");
	const struct path ports_path = {.parent = path, .name = "ports"};
	bool dns = list_count(rules, "dns") > 0, ingress = c->section == SECTION_INGRESS;

	if (ingress && dns)
		check_error(c, "V21", path, rules,
			"DNS rules are not taken on ingress; put them on the clients' egress");
	if (dns && (ports == NULL || ports->count == 0))
		check_error(c, "V22", path, rules,
			"DNS rules need a port beside them, usually \"53\" with protocol: ANY");
	if (c->host_policy && (ingress || !dns))
		check_error(c, "V26", path, rules,
			"host policies take no L7 rules, except DNS rules on egress");
	for (size_t i = 0; ports != NULL && i < ports->count; i++) {
		const struct path below = {.parent = &ports_path, .index = i};

		check_l7_port(c, &below, &ports->items[i], dns);
	}
	if (list_count(node, "serverNames") > 0 && yaml_member(node, "terminatingTLS") == NULL)
		check_error(c, "V32", path, node,
			"serverNames with L7 rules need terminatingTLS: without it the proxy "
			"cannot "
			"look into the connection");
	if (yaml_member(node, "listener") != NULL)
		check_error(c, "V33", path, node, "a listener cannot be combined with L7 rules");
}

void check_port_rule(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *rules = yaml_member(node, "rules");

	if (c->section == SECTION_INGRESS && yaml_member(node, "listener") != NULL)
		check_error(c, "V33", path, node, "a listener is not taken on ingress");
	/* Empty lists do not reach the agent. */
	if (list_count(rules, "http") + list_count(rules, "dns") > 0)
		check_l7(c, path, node);
}

static void check_expression_text(
	struct checker *c, const struct path *path, const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_member(node, key);
	const struct path below = {.parent = path, .name = key};
	void *scratch = mem_context(NULL);
	struct err err = {0};

	/* Beyond our bound we cannot tell what Cilium says. */
	if (*text_member(node, key) != '\0' && regex_new(scratch, value->text, &err) == NULL)
		check_problem(c, err.code == ERR_INVALID ? SEVERITY_ERROR : SEVERITY_WARNING, "V27",
			value->where, path_text(c->mem, &below), "%s", err.text);
	mem_free(scratch);
}

void check_http(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_expression_text(c, path, node, "path");
	check_expression_text(c, path, node, "method");
}

void check_icmp_field(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *type = yaml_member(node, "type");
	const struct path below = {.parent = path, .name = "type"};
	bool v6 = strcmp(text_member(node, "family"), "IPv6") == 0;

	if (type == NULL)
		return;
	if (type->kind == YAML_INTEGER && (type->integer > INT32_MAX || type->integer < INT32_MIN))
		check_error(c, "V34", &below, type, "an ICMP type is a number up to 255");
	if (type->kind != YAML_TEXT)
		return;
	/* The name is misspelt in the CRD's pattern, which also takes no leading zeros. */
	if (strcmp(type->text, "ExtendedEchoReply") == 0)
		check_error(c, "V34", &below, type,
			"the API server refuses this name; write the number %d", v6 ? 161 : 43);
	else if (icmp_type(v6 ? 6 : 4, type->text) < 0 ||
		 (type->text[0] == '0' && type->text[1] != '\0'))
		check_error(c, "V34", &below, type,
			"\"%s\" is neither a number up to 255 nor the name of an ICMP type of %s; "
			"write the number",
			type->text, v6 ? "IPv6" : "IPv4");
}

void check_cidr_rule(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *except = list_member(node, "except");
	const struct path list = {.parent = path, .name = "except"};
	struct cidr outer, inner;

	/* With a group the agent looks at no exceptions. */
	if (except == NULL || !cidr_parse(text_member(node, "cidr"), &outer))
		return;
	for (size_t i = 0; i < except->count; i++) {
		const struct yaml_node *item = &except->items[i];
		const struct path below = {.parent = &list, .index = i};

		if (item->kind == YAML_TEXT && cidr_parse(item->text, &inner) &&
			!cidr_within(&inner, &outer))
			check_error(c, "V15", &below, item,
				"%s does not lie inside %s; an exception must be part of its range",
				item->text, text_member(node, "cidr"));
	}
}

static void check_keys(struct checker *c, bool key_grammar(const char *text), const char *wants,
	const struct path *path, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *member = &node->items[i];
		const struct path below = {.parent = path, .name = member->key};

		if (member->kind != YAML_NULL && !key_grammar(member->key))
			check_problem(c, SEVERITY_ERROR, "V08", member->key_where,
				path_text(c->mem, &below), "\"%s\" is not %s", member->key, wants);
	}
}

#define LABEL_KEY                                                                                  \
	"a label key: an optional DNS prefix and \"/\", then at most 63 letters, digits and -_."

void check_selector_keys(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_keys(c, is_selector_key, LABEL_KEY ", with an optional source as in \"k8s:app\"",
		path, node);
}

void check_group_keys(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_keys(c, is_label_key, LABEL_KEY, path, node);
}

void check_requirement(struct checker *c, const char *rule, bool key_grammar(const char *text),
	const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *key = yaml_member(node, "key");
	const struct yaml_node *values = list_member(node, "values");
	const char *operator_text = text_member(node, "operator");
	const struct path key_path = {.parent = path, .name = "key"};
	const struct path values_path = {.parent = path, .name = "values"};
	size_t count = values != NULL ? values->count : 0;

	if (key != NULL && key->kind == YAML_TEXT && !key_grammar(key->text))
		check_error(c, rule, &key_path, key, "\"%s\" is not a label key", key->text);
	if ((strcmp(operator_text, "In") == 0 || strcmp(operator_text, "NotIn") == 0) && count == 0)
		check_error(c, rule, path, node, "%s needs at least one value", operator_text);
	if ((strcmp(operator_text, "Exists") == 0 || strcmp(operator_text, "DoesNotExist") == 0) &&
		count > 0)
		check_error(c, rule, path, node, "%s takes no values; remove them or use In",
			operator_text);
	for (size_t i = 0; i < count; i++) {
		const struct path below = {.parent = &values_path, .index = i};

		if (values->items[i].kind == YAML_TEXT && !is_label_value(values->items[i].text))
			check_error(c, rule, &below, &values->items[i],
				"\"%s\" is not a label value: at most 63 letters, digits and -_. "
				"with "
				"a letter or digit at both ends",
				values->items[i].text);
	}
}

void check_expression(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_requirement(c, "V09", is_selector_key, path, node);
}

void check_group_expression(
	struct checker *c, const struct path *path, const struct yaml_node *node)
{
	check_requirement(c, "V09", is_label_key, path, node);
}

void check_log_value(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	void *scratch = mem_context(NULL);
	const struct regex *printable = regex_new(scratch, "\\PC*", NULL);

	/* RE2 knows the Unicode categories: the schema refuses controls and the like. */
	if (printable == NULL || !regex_matches(printable, node->text, strlen(node->text)))
		check_error(c, "V38", path, node, "the text has characters that cannot be printed");
	mem_free(scratch);
}

void check_rule_label(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node *key = yaml_member(node, "key");
	const struct path below = {.parent = path, .name = "key"};

	if (key != NULL && key->kind == YAML_TEXT && *key->text == '\0')
		check_error(
			c, "V41", &below, key, "a label of a rule needs a key that is not empty");
}
