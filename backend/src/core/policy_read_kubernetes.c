/*
 * Kubernetes NetworkPolicy in the model's terms, translated as Cilium's agent does
 * (policies.md 13; core/policy.h lists the conventions).
 */
#include <string.h>

#include "base/mem.h"
#include "core/policy_read_parts.h"

#define POD_PREFIX "k8s:"

static void add_namespaces(
	struct part_reader *r, const struct yaml_node *selector, struct selector *to)
{
	size_t capacity = to->expression_count;

	part_selector_add(r, selector, NAMESPACE_LABEL_PREFIX, to);
	if (to->match_labels.count > 0 || to->expression_count > 0)
		return;
	mem_reserve(r->mem, to->expressions, &capacity, 1);
	to->expressions[to->expression_count++] = (struct match_expression){
		.key = NAMESPACE_KEY, .operator= OPERATOR_EXISTS, .where = selector->where};
}

static void read_peer(struct part_reader *r, const struct yaml_node *peer, struct rule_element *to)
{
	const struct yaml_node *namespaces = part_map(r, peer, "namespaceSelector");
	const struct yaml_node *pods = part_map(r, peer, "podSelector");
	const struct yaml_node *block = part_map(r, peer, "ipBlock");

	part_is_map(r, peer);
	if (namespaces != NULL || pods != NULL) {
		struct selector *selector = &to->endpoints.items[to->endpoints.count++];

		to->endpoints.present = true;
		selector->where = peer->where;
		if (namespaces != NULL)
			add_namespaces(r, namespaces, selector);
		if (pods != NULL)
			part_selector_add(r, pods, POD_PREFIX, selector);
	}
	if (block != NULL) {
		struct cidr_rule *rule = &to->cidr_sets.items[to->cidr_sets.count++];

		to->cidr_sets.present = true;
		rule->where = block->where;
		rule->group = "";
		rule->cidr = part_text(r, block, "cidr");
		part_text_list(r, block, "except", &rule->except);
	}
}

static void read_peers(struct part_reader *r, const struct yaml_node *list, struct rule_element *to)
{
	if (list == NULL || list->count == 0) {
		to->entities.present = true;
		to->entities.items = mem_array(r->mem, const char *, 1);
		to->entities.items[to->entities.count++] = "all";
		return;
	}
	to->endpoints.items = mem_array(r->mem, struct selector, list->count);
	to->cidr_sets.items = mem_array(r->mem, struct cidr_rule, list->count);
	for (size_t i = 0; i < list->count; i++)
		read_peer(r, &list->items[i], to);
	/* Peers that say nothing select nothing. */
	if (!to->cidr_sets.present)
		to->endpoints.present = true;
}

/* A number or a name; the model has both as text. */
static const char *port_text(struct part_reader *r, const struct yaml_node *item)
{
	const struct yaml_node *port = yaml_member(item, "port");

	if (port != NULL && port->kind == YAML_INTEGER)
		return mem_format(r->mem, "%d", part_integer(r, item, "port"));
	return part_text(r, item, "port");
}

static void read_ports(struct part_reader *r, const struct yaml_node *list, struct rule_element *to)
{
	struct port_rule *rule;

	if (list == NULL || list->count == 0)
		return;
	rule = mem_new(r->mem, struct port_rule);
	*rule = (struct port_rule){.has_ports = true,
		.port_count = list->count,
		.ports = mem_array(r->mem, struct port, list->count),
		.where = list->where};
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *item = &list->items[i];
		const char *protocol = part_text(r, item, "protocol");

		part_is_map(r, item);
		rule->ports[i] = (struct port){.port = port_text(r, item),
			.end_port = part_integer(r, item, "endPort"),
			.protocol = *protocol != '\0' ? protocol : "TCP",
			.where = item->where};
	}
	to->to_ports.present = true;
	to->to_ports.items = rule;
	to->to_ports.count = 1;
}

static bool lists_type(const struct yaml_node *types, const char *type)
{
	for (size_t i = 0; types != NULL && i < types->count; i++)
		if (strcmp(types->items[i].text, type) == 0)
			return true;
	return false;
}

/* The rules of a direction; `closed` makes an empty list one element that allows nothing. */
static void read_direction(struct part_reader *r, const struct yaml_node *spec, const char *name,
	const char *peers, bool closed, struct rule_elements *to)
{
	const struct yaml_node *list = part_list(r, spec, name);
	size_t count = list != NULL ? list->count : 0;

	if (count == 0 && !closed)
		return;
	to->present = true;
	to->where = list != NULL ? list->where : spec->where;
	to->count = count > 0 ? count : 1;
	to->items = mem_array(r->mem, struct rule_element, to->count);
	to->items[0].authentication = "";
	to->items[0].where = to->where;
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *item = &list->items[i];

		part_is_map(r, item);
		to->items[i].authentication = "";
		to->items[i].where = item->where;
		read_peers(r, part_list(r, item, peers), &to->items[i]);
		read_ports(r, part_list(r, item, "ports"), &to->items[i]);
	}
}

void policy_read_kubernetes(
	struct part_reader *r, const struct yaml_node *root, struct policy *policy)
{
	const struct yaml_node *spec = part_map(r, root, "spec"), *types, *pods;
	struct rule *rule = mem_new(r->mem, struct rule);
	bool egress;

	policy->rules = rule;
	policy->rule_count = 1;
	rule->description = rule->log_value = "";
	rule->has_endpoint_selector = true;
	rule->where = spec != NULL ? spec->where : root->where;
	if (spec == NULL)
		return;
	pods = part_map(r, spec, "podSelector");
	rule->subject.where = pods != NULL ? pods->where : spec->where;
	if (pods != NULL)
		part_selector_add(r, pods, POD_PREFIX, &rule->subject);
	types = part_list(r, spec, "policyTypes");
	egress = lists_type(types, "Egress");
	/* The agent reads the rules of both directions, whatever policyTypes lists. */
	read_direction(r, spec, "ingress", "from", lists_type(types, "Ingress") || !egress,
		&rule->elements[SECTION_INGRESS]);
	read_direction(r, spec, "egress", "to", egress, &rule->elements[SECTION_EGRESS]);
}
