/*
 * A Kubernetes NetworkPolicy back from the model's terms (core/policy.h). What that kind cannot say
 * is refused: leaving it out would change what the policy allows. The caller maps or warns first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_write_yaml.h"

#define POD_PREFIX     "k8s:"
#define NAMESPACE_NAME "kubernetes.io/metadata.name"

enum key_target { TARGET_POD, TARGET_NAMESPACE };

/* Where a key of the model belongs, and its name there; "" for NAMESPACE_KEY itself. */
static enum key_target split_key(struct yaml_writer *w, const char *key, const char **ret_name)
{
	if (strcmp(key, NAMESPACE_KEY) == 0 ||
		strcmp(key, &NAMESPACE_KEY[sizeof POD_PREFIX - 1]) == 0) {
		*ret_name = "";
		return TARGET_NAMESPACE;
	}
	if (strncmp(key, NAMESPACE_LABEL_PREFIX, sizeof NAMESPACE_LABEL_PREFIX - 1) == 0) {
		*ret_name = key + sizeof NAMESPACE_LABEL_PREFIX - 1;
		return TARGET_NAMESPACE;
	}
	if (strncmp(key, POD_PREFIX, sizeof POD_PREFIX - 1) == 0)
		*ret_name = key + sizeof POD_PREFIX - 1;
	else
		*ret_name = key;
	if (strchr(*ret_name, ':') != NULL || strncmp(*ret_name, "io.cilium.k8s.", 14) == 0)
		write_refuse(w, "a Kubernetes NetworkPolicy cannot select on \"%s\"", key);
	return TARGET_POD;
}

/* The part of a selector that belongs to `target`; true if there is any. */
static bool select_target(struct yaml_writer *w, void *mem, const struct selector *from,
	enum key_target target, struct selector *to)
{
	bool any = false;

	to->match_labels.items = mem_array(mem, struct key_value, from->match_labels.count);
	to->expressions = mem_array(mem, struct match_expression, from->expression_count);
	for (size_t i = 0; i < from->match_labels.count; i++) {
		struct key_value label = from->match_labels.items[i];

		if (split_key(w, label.key, &label.key) != target)
			continue;
		if (*label.key == '\0')
			label.key = NAMESPACE_NAME;
		to->match_labels.items[to->match_labels.count++] = label;
		any = true;
	}
	for (size_t i = 0; i < from->expression_count; i++) {
		struct match_expression expression = from->expressions[i];

		if (split_key(w, expression.key, &expression.key) != target)
			continue;
		any = true;
		if (*expression.key == '\0') {
			/* "In any namespace" is what an empty namespaceSelector says. */
			if (expression.operator== OPERATOR_EXISTS)
				continue;
			expression.key = NAMESPACE_NAME;
		}
		to->expressions[to->expression_count++] = expression;
	}
	return any;
}

static void write_peer(struct yaml_writer *w, void *mem, const struct selector *selector)
{
	struct selector namespaces = {0}, pods = {0};
	bool has_namespaces = select_target(w, mem, selector, TARGET_NAMESPACE, &namespaces);
	bool has_pods = select_target(w, mem, selector, TARGET_POD, &pods);

	write_map_begin(w);
	if (has_namespaces) {
		write_key(w, "namespaceSelector");
		write_selector(w, &namespaces);
	}
	if (has_pods || !has_namespaces) {
		write_key(w, "podSelector");
		write_selector(w, &pods);
	}
	write_map_end(w);
}

static void write_block(struct yaml_writer *w, const char *cidr, const struct text_list *except)
{
	write_map_begin(w);
	write_key(w, "ipBlock");
	write_map_begin(w);
	write_text_member(w, "cidr", cidr);
	if (except->count > 0)
		write_texts_member(w, "except", except->items, except->count, WRITE_SHORT);
	write_map_end(w);
	write_map_end(w);
}

static void write_cidr_peers(struct yaml_writer *w, const struct rule_element *element)
{
	static const struct text_list none;

	for (size_t i = 0; i < element->cidrs.count; i++)
		write_block(w, element->cidrs.items[i], &none);
	for (size_t i = 0; i < element->cidr_sets.count; i++) {
		const struct cidr_rule *rule = &element->cidr_sets.items[i];

		if (*rule->group != '\0' || rule->group_selector != NULL)
			write_refuse(w, "a Kubernetes NetworkPolicy has no CIDR groups");
		write_block(w, rule->cidr, &rule->except);
	}
}

static void write_peers(
	struct yaml_writer *w, void *mem, const struct rule_element *element, const char *key)
{
	bool everybody =
		element->entities.count == 1 && strcmp(element->entities.items[0], "all") == 0;
	size_t count = element->endpoints.count + element->cidrs.count + element->cidr_sets.count;

	if (element->entities.count > 0 && !everybody)
		write_refuse(w, "a Kubernetes NetworkPolicy has no entity \"%s\"",
			element->entities.items[0]);
	if (element->fqdns.count + element->services.count + element->nodes.count > 0 ||
		element->has_groups)
		write_refuse(w, "a Kubernetes NetworkPolicy has no names, services, nodes or "
				"groups as peers");
	if (everybody)
		return;
	if (count == 0) {
		/* An empty list of peers would mean every peer there. */
		write_refuse(w, "a Kubernetes NetworkPolicy cannot say \"no peer\"");
		return;
	}
	write_list_begin(w, key);
	for (size_t i = 0; i < element->endpoints.count; i++)
		write_peer(w, mem, &element->endpoints.items[i]);
	write_cidr_peers(w, element);
	write_list_end(w);
}

/* "" or "0" is every port, which is no `port` at all; ANY is one entry per protocol. */
static void write_port(struct yaml_writer *w, const struct port *port, const char *protocol)
{
	size_t digits = strspn(port->port, "0123456789");

	write_map_begin(w);
	if (*port->port != '\0' && strcmp(port->port, "0") != 0) {
		if (port->port[digits] == '\0' && digits <= 5)
			write_number_member(w, "port", (int)strtol(port->port, NULL, 10));
		else
			write_text_member(w, "port", port->port);
		if (port->end_port != 0)
			write_number_member(w, "endPort", port->end_port);
	}
	write_text_member(w, "protocol", protocol);
	write_map_end(w);
}

static void write_ports(struct yaml_writer *w, const struct rule_element *element)
{
	static const char *const any[] = {"TCP", "UDP", "SCTP"};

	if (element->icmps.count > 0)
		write_refuse(w, "a Kubernetes NetworkPolicy has no ICMP rules");
	if (element->to_ports.count == 0)
		return;
	write_list_begin(w, "ports");
	for (size_t i = 0; i < element->to_ports.count; i++) {
		const struct port_rule *rule = &element->to_ports.items[i];

		if (rule->has_http || rule->has_dns || rule->server_names.count > 0 ||
			rule->has_tls || rule->has_listener)
			write_refuse(w, "a Kubernetes NetworkPolicy has no L7 rules");
		if (rule->port_count == 0)
			write_refuse(w, "a Kubernetes NetworkPolicy cannot say \"no port\"");
		for (size_t p = 0; p < rule->port_count; p++) {
			const struct port *port = &rule->ports[p];

			if (*port->protocol != '\0' && strcmp(port->protocol, "ANY") != 0) {
				write_port(w, port, port->protocol);
				continue;
			}
			for (size_t a = 0; a < sizeof any / sizeof *any; a++)
				write_port(w, port, any[a]);
		}
	}
	write_list_end(w);
}

static bool allows_nothing(const struct rule_element *element)
{
	return !element->endpoints.present && !element->entities.present &&
	       !element->cidrs.present && !element->cidr_sets.present && !element->fqdns.present &&
	       !element->services.present && !element->nodes.present && !element->has_groups &&
	       !element->to_ports.present && !element->icmps.present;
}

static void write_direction(struct yaml_writer *w, void *mem, const struct rule_elements *elements,
	const char *name, const char *peers)
{
	bool any = false;

	for (size_t i = 0; i < elements->count; i++)
		any = any || !allows_nothing(&elements->items[i]);
	if (!any)
		return;
	write_list_begin(w, name);
	for (size_t i = 0; i < elements->count; i++) {
		const struct rule_element *element = &elements->items[i];

		if (allows_nothing(element))
			continue;
		write_map_begin(w);
		write_peers(w, mem, element, peers);
		write_ports(w, element);
		write_map_end(w);
	}
	write_list_end(w);
}

void write_kubernetes_spec(struct yaml_writer *w, const struct policy *policy)
{
	const struct rule *rule = policy->rules;
	struct selector namespaces = {0}, pods = {0};
	void *mem;

	if (policy->rule_count != 1) {
		write_refuse(w, "a Kubernetes NetworkPolicy has exactly one rule, not %zu",
			policy->rule_count);
		return;
	}
	mem = mem_context(NULL);
	if (!rule->has_endpoint_selector || rule->elements[SECTION_INGRESS_DENY].present ||
		rule->elements[SECTION_EGRESS_DENY].present ||
		rule->default_deny_ingress == TRISTATE_NO ||
		rule->default_deny_egress == TRISTATE_NO)
		write_refuse(w, "a Kubernetes NetworkPolicy selects pods and only allows: it has "
				"no node selector, no deny rules and always default deny");
	if (select_target(w, mem, &rule->subject, TARGET_NAMESPACE, &namespaces))
		write_refuse(w, "a Kubernetes NetworkPolicy selects pods of its own namespace");
	if (!rule->elements[SECTION_INGRESS].present && !rule->elements[SECTION_EGRESS].present)
		write_refuse(w, "a Kubernetes NetworkPolicy always speaks of a direction");
	select_target(w, mem, &rule->subject, TARGET_POD, &pods);
	write_key(w, "spec");
	write_map_begin(w);
	write_key(w, "podSelector");
	write_selector(w, &pods);
	write_list_begin(w, "policyTypes");
	if (rule->elements[SECTION_INGRESS].present)
		write_text(w, "Ingress", WRITE_SHORT);
	if (rule->elements[SECTION_EGRESS].present)
		write_text(w, "Egress", WRITE_SHORT);
	write_list_end(w);
	write_direction(w, mem, &rule->elements[SECTION_INGRESS], "ingress", "from");
	write_direction(w, mem, &rule->elements[SECTION_EGRESS], "egress", "to");
	write_map_end(w);
	mem_free(mem);
}
