/*
 * From YAML nodes to the policy model: the objects, their rules and rule elements. Parts below an
 * element are in policy_read_parts.c, Kubernetes NetworkPolicy is in policy_read_kubernetes.c.
 */
#include "core/policy_read.h"

#include <string.h>

#include "base/mem.h"
#include "core/policy_read_parts.h"

/* Deny elements know no names, L7 or authentication: there these are unknown members. */
static void read_element(struct part_reader *r, const struct yaml_node *node, enum section section,
	struct rule_element *to)
{
	bool egress = section == SECTION_EGRESS || section == SECTION_EGRESS_DENY;
	bool deny = section == SECTION_INGRESS_DENY || section == SECTION_EGRESS_DENY;

	to->where = node->where;
	to->authentication = "";
	if (!part_is_map(r, node))
		return;
	part_selectors(r, node, egress ? "toEndpoints" : "fromEndpoints", &to->endpoints.present,
		&to->endpoints.items, &to->endpoints.count);
	part_texts(r, node, egress ? "toEntities" : "fromEntities", &to->entities.present,
		&to->entities.items, &to->entities.count);
	part_texts(r, node, egress ? "toCIDR" : "fromCIDR", &to->cidrs.present, &to->cidrs.items,
		&to->cidrs.count);
	part_cidr_rules(r, node, egress ? "toCIDRSet" : "fromCIDRSet", &to->cidr_sets.present,
		&to->cidr_sets.items, &to->cidr_sets.count);
	part_selectors(r, node, egress ? "toNodes" : "fromNodes", &to->nodes.present,
		&to->nodes.items, &to->nodes.count);
	to->groups = part_list(r, node, egress ? "toGroups" : "fromGroups");
	to->has_groups = to->groups != NULL && to->groups->count > 0;
	if (egress)
		part_services(r, node, "toServices", &to->services.present, &to->services.items,
			&to->services.count);
	if (section == SECTION_EGRESS)
		part_names(
			r, node, "toFQDNs", &to->fqdns.present, &to->fqdns.items, &to->fqdns.count);
	part_port_rules(
		r, node, deny, &to->to_ports.present, &to->to_ports.items, &to->to_ports.count);
	part_icmp_rules(r, node, &to->icmps.present, &to->icmps.items, &to->icmps.count);
	if (!deny)
		to->authentication = part_text(r, part_map(r, node, "authentication"), "mode");
}

static void read_elements(struct part_reader *r, const struct yaml_node *spec, enum section section,
	struct rule_elements *to)
{
	const struct yaml_node *list = part_list(r, spec, section_name(section));

	if (list == NULL)
		return;
	to->present = true;
	to->where = list->where;
	to->count = list->count;
	to->items = mem_array(r->mem, struct rule_element, list->count);
	for (size_t i = 0; i < list->count; i++)
		read_element(r, &list->items[i], section, &to->items[i]);
}

static void read_rule_labels(struct part_reader *r, const struct yaml_node *spec, struct rule *rule)
{
	const struct yaml_node *list = part_list(r, spec, "labels");

	if (list == NULL)
		return;
	rule->label_count = list->count;
	rule->labels = mem_array(r->mem, struct rule_label, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml_node *label = &list->items[i];

		part_is_map(r, label);
		rule->labels[i] = (struct rule_label){.key = part_text(r, label, "key"),
			.value = part_text(r, label, "value"),
			.source = part_text(r, label, "source"),
			.where = label->where};
	}
}

static void read_rule(struct part_reader *r, const struct yaml_node *spec, struct rule *rule)
{
	const struct yaml_node *endpoints, *nodes, *deny;

	rule->where = spec->where;
	rule->description = rule->log_value = "";
	if (!part_is_map(r, spec))
		return;
	endpoints = part_map(r, spec, "endpointSelector");
	nodes = part_map(r, spec, "nodeSelector");
	rule->has_endpoint_selector = endpoints != NULL;
	rule->has_node_selector = nodes != NULL;
	if (endpoints != NULL || nodes != NULL)
		part_selector(r, endpoints != NULL ? endpoints : nodes, &rule->subject);
	for (enum section s = 0; s < SECTIONS; s++)
		read_elements(r, spec, s, &rule->elements[s]);
	deny = part_map(r, spec, "enableDefaultDeny");
	rule->default_deny_ingress = part_tristate(r, deny, "ingress");
	rule->default_deny_egress = part_tristate(r, deny, "egress");
	rule->description = part_text(r, spec, "description");
	read_rule_labels(r, spec, rule);
	rule->log_value = part_text(r, part_map(r, spec, "log"), "value");
}

static void read_rules(struct part_reader *r, const struct yaml_node *root, struct policy *policy)
{
	const struct yaml_node *spec = part_map(r, root, "spec");
	const struct yaml_node *specs = part_list(r, root, "specs");
	size_t count = 0;

	policy->as_list = specs != NULL;
	policy->spec_beside = spec != NULL && specs != NULL;
	policy->rules = mem_array(r->mem, struct rule, 1 + (specs != NULL ? specs->count : 0));
	if (spec != NULL)
		read_rule(r, spec, &policy->rules[count++]);
	for (size_t i = 0; specs != NULL && i < specs->count; i++)
		read_rule(r, &specs->items[i], &policy->rules[count++]);
	policy->rule_count = count;
}

/* Kinds by their group; a policy's version is checked by the checker. */
static const struct {
	const char *group, *kind;
	enum policy_kind policy_kind;
	void (*read)(struct part_reader *r, const struct yaml_node *root, struct policy *policy);
} kinds[] = {
	{"cilium.io/", "CiliumNetworkPolicy", POLICY_CILIUM, read_rules},
	{"cilium.io/", "CiliumClusterwideNetworkPolicy", POLICY_CLUSTERWIDE, read_rules},
	{"networking.k8s.io/", "NetworkPolicy", POLICY_KUBERNETES, policy_read_kubernetes},
};

bool policy_from_node(void *mem, const struct yaml_node *node, unsigned document,
	struct policy *ret_policy, struct err *err)
{
	struct err problem = {0};
	struct part_reader r = {.mem = mem, .err = &problem};
	const char *version = part_text(&r, node, "apiVersion"),
		   *kind = part_text(&r, node, "kind");
	struct policy policy = {.document = document, .where = node->where};
	const struct yaml_node *metadata;

	if (part_is_map(&r, node) && problem.code == ERR_NONE) {
		size_t k = 0;

		while (k < sizeof kinds / sizeof *kinds &&
			(strcmp(kind, kinds[k].kind) != 0 ||
				strncmp(version, kinds[k].group, strlen(kinds[k].group)) != 0))
			k++;
		if (k == sizeof kinds / sizeof *kinds)
			return err_at(err, ERR_INVALID, node->where.line, node->where.column,
				"kind \"%s\" of \"%s\" is no policy; wanted are "
				"CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy of "
				"cilium.io/v2, or NetworkPolicy of networking.k8s.io/v1",
				kind, version);
		policy.kind = kinds[k].policy_kind;
		metadata = part_map(&r, node, "metadata");
		policy.name = part_text(&r, metadata, "name");
		policy.namespace = part_text(&r, metadata, "namespace");
		part_key_values(&r, metadata, "labels", "", &policy.labels);
		part_key_values(&r, metadata, "annotations", "", &policy.annotations);
		kinds[k].read(&r, node, &policy);
	}
	if (problem.code != ERR_NONE) {
		err_field(err, problem.code, problem.field, "%s", problem.text);
		if (err != NULL) {
			err->line = problem.line;
			err->column = problem.column;
		}
		return false;
	}
	*ret_policy = policy;
	return true;
}

const struct yaml_node *policy_list_items(const struct yaml_node *root)
{
	const struct yaml_node *kind = yaml_member(root, "kind"),
			       *items = yaml_member(root, "items");
	size_t length;

	if (kind == NULL || kind->kind != YAML_TEXT || items == NULL || items->kind != YAML_LIST)
		return NULL;
	length = strlen(kind->text);
	return length >= 4 && strcmp(kind->text + length - 4, "List") == 0 ? items : NULL;
}

/* Adds the policies of a document or, if it is a list, of its items. */
static bool add_policies(void *mem, const struct yaml_document *document, struct policies *policies,
	size_t *capacity, struct err *err)
{
	const struct yaml_node *items = policy_list_items(document->root);
	const struct yaml_node *node = items != NULL ? items->items : document->root;
	size_t count = items != NULL ? items->count : 1;

	mem_reserve(mem, policies->items, capacity, policies->count + count);
	for (size_t i = 0; i < count; i++)
		if (!policy_from_node(mem, &node[i], document->number,
			    &policies->items[policies->count++], err))
			return false;
	return true;
}

bool policy_read(
	void *mem, const char *text, size_t size, struct policies *ret_policies, struct err *err)
{
	struct yaml_documents documents;
	struct policies policies = {0};
	size_t capacity = 0;

	if (!yaml_read(mem, text, size, &documents, err))
		return false;
	for (size_t i = 0; i < documents.count; i++) {
		const struct yaml_document *document = &documents.items[i];
		const struct err *problem = &document->problem;

		if (document->root == NULL)
			return err_at(err, problem->code, problem->line, problem->column, "%s",
				problem->text);
		if (!add_policies(mem, document, &policies, &capacity, err))
			return false;
	}
	*ret_policies = policies;
	return true;
}
