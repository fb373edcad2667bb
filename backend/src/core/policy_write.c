/*
 * The layout of policies, top down. What YAML needs (events, quoting) is in policy_write_yaml.c,
 * Kubernetes NetworkPolicy in policy_write_kubernetes.c.
 */
#include "core/policy_write.h"

#include <string.h>

#include "base/mem.h"
#include "core/policy_write_yaml.h"
#include "core/yaml_tree.h"

static void write_expression(struct yaml_writer *w, const struct match_expression *expression)
{
	write_map_begin(w);
	write_text_member(w, "key", expression->key);
	write_text_member(w, "operator", operator_name(expression->operator));
	if (expression->values.count > 0)
		write_texts_member(w, "values", expression->values.items, expression->values.count,
			WRITE_SHORT);
	write_map_end(w);
}

void write_selector(struct yaml_writer *w, const struct selector *selector)
{
	write_map_begin(w);
	write_key_values_member(w, "matchLabels", &selector->match_labels);
	if (selector->expression_count > 0) {
		write_list_begin(w, "matchExpressions");
		for (size_t i = 0; i < selector->expression_count; i++)
			write_expression(w, &selector->expressions[i]);
		write_list_end(w);
	}
	write_map_end(w);
}

static void write_selectors(
	struct yaml_writer *w, const char *key, const struct selector *items, size_t count)
{
	write_list_begin(w, key);
	for (size_t i = 0; i < count; i++)
		write_selector(w, &items[i]);
	write_list_end(w);
}

static void write_cidr_rule(struct yaml_writer *w, const struct cidr_rule *rule)
{
	write_map_begin(w);
	write_optional_member(w, "cidr", rule->cidr);
	write_optional_member(w, "cidrGroupRef", rule->group);
	if (rule->group_selector != NULL) {
		write_key(w, "cidrGroupSelector");
		write_selector(w, rule->group_selector);
	}
	if (rule->except.count > 0)
		write_texts_member(
			w, "except", rule->except.items, rule->except.count, WRITE_SHORT);
	write_map_end(w);
}

static void write_names(
	struct yaml_writer *w, const char *key, const struct name_match *items, size_t count)
{
	write_list_begin(w, key);
	for (size_t i = 0; i < count; i++) {
		write_map_begin(w);
		write_optional_member(w, "matchName", items[i].name);
		if (*items[i].pattern != '\0')
			write_quoted_member(w, "matchPattern", items[i].pattern);
		write_map_end(w);
	}
	write_list_end(w);
}

static void write_service(struct yaml_writer *w, const struct service_match *service)
{
	write_map_begin(w);
	if (*service->name != '\0' || *service->namespace != '\0') {
		write_key(w, "k8sService");
		write_map_begin(w);
		write_optional_member(w, "serviceName", service->name);
		write_optional_member(w, "namespace", service->namespace);
		write_map_end(w);
	}
	if (service->selector != NULL || *service->selector_namespace != '\0') {
		write_key(w, "k8sServiceSelector");
		write_map_begin(w);
		if (service->selector != NULL) {
			write_key(w, "selector");
			write_selector(w, service->selector);
		}
		write_optional_member(w, "namespace", service->selector_namespace);
		write_map_end(w);
	}
	write_map_end(w);
}

static void write_port(struct yaml_writer *w, const struct port *port)
{
	write_map_begin(w);
	if (*port->port != '\0')
		write_quoted_member(w, "port", port->port);
	if (port->end_port != 0)
		write_number_member(w, "endPort", port->end_port);
	write_optional_member(w, "protocol", port->protocol);
	write_map_end(w);
}

static void write_http_rule(struct yaml_writer *w, const struct http_rule *rule)
{
	write_map_begin(w);
	if (*rule->method != '\0')
		write_quoted_member(w, "method", rule->method);
	if (*rule->path != '\0')
		write_quoted_member(w, "path", rule->path);
	if (*rule->host != '\0')
		write_quoted_member(w, "host", rule->host);
	if (rule->headers.count > 0)
		write_texts_member(
			w, "headers", rule->headers.items, rule->headers.count, WRITE_QUOTED);
	if (rule->header_match_count > 0)
		write_list_begin(w, "headerMatches");
	for (size_t i = 0; i < rule->header_match_count; i++) {
		const struct header_match *match = &rule->header_matches[i];

		write_map_begin(w);
		write_text_member(w, "name", match->name);
		if (*match->value != '\0')
			write_quoted_member(w, "value", match->value);
		write_optional_member(w, "mismatch", match->mismatch);
		write_node_member(w, "secret", match->secret);
		write_map_end(w);
	}
	if (rule->header_match_count > 0)
		write_list_end(w);
	write_map_end(w);
}

static void write_l7(struct yaml_writer *w, const struct port_rule *rule)
{
	if (!rule->has_http && !rule->has_dns)
		return;
	write_key(w, "rules");
	write_map_begin(w);
	if (rule->has_http) {
		write_list_begin(w, "http");
		for (size_t i = 0; i < rule->http_count; i++)
			write_http_rule(w, &rule->http[i]);
		write_list_end(w);
	}
	if (rule->has_dns)
		write_names(w, "dns", rule->dns, rule->dns_count);
	write_map_end(w);
}

static void write_port_rule(struct yaml_writer *w, const struct port_rule *rule)
{
	write_map_begin(w);
	if (rule->has_ports) {
		write_list_begin(w, "ports");
		for (size_t i = 0; i < rule->port_count; i++)
			write_port(w, &rule->ports[i]);
		write_list_end(w);
	}
	write_node_member(w, "terminatingTLS", rule->terminating_tls);
	write_node_member(w, "originatingTLS", rule->originating_tls);
	if (rule->server_names.count > 0)
		write_texts_member(w, "serverNames", rule->server_names.items,
			rule->server_names.count, WRITE_QUOTED);
	write_node_member(w, "listener", rule->listener);
	write_l7(w, rule);
	write_map_end(w);
}

static void write_icmp_rule(struct yaml_writer *w, const struct icmp_rule *rule)
{
	write_map_begin(w);
	if (rule->field_count > 0) {
		write_list_begin(w, "fields");
		for (size_t i = 0; i < rule->field_count; i++) {
			write_map_begin(w);
			write_text_member(
				w, "family", rule->fields[i].family == 6 ? "IPv6" : "IPv4");
			write_number_member(w, "type", rule->fields[i].type);
			write_map_end(w);
		}
		write_list_end(w);
	}
	write_map_end(w);
}

static void write_peers(struct yaml_writer *w, const struct rule_element *element, bool egress)
{
	if (element->endpoints.present)
		write_selectors(w, egress ? "toEndpoints" : "fromEndpoints",
			element->endpoints.items, element->endpoints.count);
	if (element->entities.present)
		write_texts_member(w, egress ? "toEntities" : "fromEntities",
			element->entities.items, element->entities.count, WRITE_SHORT);
	if (element->cidrs.present)
		write_texts_member(w, egress ? "toCIDR" : "fromCIDR", element->cidrs.items,
			element->cidrs.count, WRITE_SHORT);
	if (element->cidr_sets.present) {
		write_list_begin(w, egress ? "toCIDRSet" : "fromCIDRSet");
		for (size_t i = 0; i < element->cidr_sets.count; i++)
			write_cidr_rule(w, &element->cidr_sets.items[i]);
		write_list_end(w);
	}
	if (element->nodes.present)
		write_selectors(w, egress ? "toNodes" : "fromNodes", element->nodes.items,
			element->nodes.count);
	write_node_member(w, egress ? "toGroups" : "fromGroups", element->groups);
	if (element->services.present) {
		write_list_begin(w, "toServices");
		for (size_t i = 0; i < element->services.count; i++)
			write_service(w, &element->services.items[i]);
		write_list_end(w);
	}
	if (element->fqdns.present)
		write_names(w, "toFQDNs", element->fqdns.items, element->fqdns.count);
}

static void write_element(struct yaml_writer *w, const struct rule_element *element, bool egress)
{
	write_map_begin(w);
	write_peers(w, element, egress);
	if (element->to_ports.present) {
		write_list_begin(w, "toPorts");
		for (size_t i = 0; i < element->to_ports.count; i++)
			write_port_rule(w, &element->to_ports.items[i]);
		write_list_end(w);
	}
	if (element->icmps.present) {
		write_list_begin(w, "icmps");
		for (size_t i = 0; i < element->icmps.count; i++)
			write_icmp_rule(w, &element->icmps.items[i]);
		write_list_end(w);
	}
	if (*element->authentication != '\0') {
		write_key(w, "authentication");
		write_map_begin(w);
		write_text_member(w, "mode", element->authentication);
		write_map_end(w);
	}
	write_map_end(w);
}

static void write_default_deny(struct yaml_writer *w, const struct rule *rule)
{
	if (rule->default_deny_ingress == TRISTATE_UNKNOWN &&
		rule->default_deny_egress == TRISTATE_UNKNOWN)
		return;
	write_key(w, "enableDefaultDeny");
	write_map_begin(w);
	write_tristate_member(w, "ingress", rule->default_deny_ingress);
	write_tristate_member(w, "egress", rule->default_deny_egress);
	write_map_end(w);
}

static void write_rule_labels(struct yaml_writer *w, const struct rule *rule)
{
	if (rule->label_count == 0)
		return;
	write_list_begin(w, "labels");
	for (size_t i = 0; i < rule->label_count; i++) {
		write_map_begin(w);
		write_text_member(w, "key", rule->labels[i].key);
		write_optional_member(w, "value", rule->labels[i].value);
		write_optional_member(w, "source", rule->labels[i].source);
		write_map_end(w);
	}
	write_list_end(w);
}

static void write_rule(struct yaml_writer *w, const struct rule *rule)
{
	write_map_begin(w);
	if (*rule->description != '\0')
		write_quoted_member(w, "description", rule->description);
	if (rule->has_endpoint_selector || rule->has_node_selector) {
		write_key(w, rule->has_endpoint_selector ? "endpointSelector" : "nodeSelector");
		write_selector(w, &rule->subject);
	}
	write_default_deny(w, rule);
	for (enum section s = 0; s < SECTIONS; s++) {
		const struct rule_elements *elements = &rule->elements[s];

		if (!elements->present)
			continue;
		write_list_begin(w, section_name(s));
		for (size_t i = 0; i < elements->count; i++)
			write_element(w, &elements->items[i],
				s == SECTION_EGRESS || s == SECTION_EGRESS_DENY);
		write_list_end(w);
	}
	write_rule_labels(w, rule);
	if (*rule->log_value != '\0') {
		write_key(w, "log");
		write_map_begin(w);
		write_text_member(w, "value", rule->log_value);
		write_map_end(w);
	}
	write_map_end(w);
}

static void write_metadata(struct yaml_writer *w, const struct policy *policy)
{
	write_key(w, "metadata");
	write_map_begin(w);
	write_text_member(w, "name", policy->name);
	write_optional_member(w, "namespace", policy->namespace);
	write_key_values_member(w, "labels", &policy->labels);
	write_key_values_member(w, "annotations", &policy->annotations);
	write_map_end(w);
}

static void write_cilium(struct yaml_writer *w, const struct policy *policy)
{
	write_map_begin(w);
	write_quoted_member(w, "apiVersion", "cilium.io/v2");
	write_text_member(w, "kind",
		policy->kind == POLICY_CLUSTERWIDE ? "CiliumClusterwideNetworkPolicy"
						   : "CiliumNetworkPolicy");
	write_metadata(w, policy);
	if (!policy->as_list && policy->rule_count == 1) {
		write_key(w, "spec");
		write_rule(w, policy->rules);
	} else if (policy->as_list || policy->rule_count > 0) {
		write_list_begin(w, "specs");
		for (size_t i = 0; i < policy->rule_count; i++)
			write_rule(w, &policy->rules[i]);
		write_list_end(w);
	}
	write_map_end(w);
}

static void write_kubernetes(struct yaml_writer *w, const struct policy *policy)
{
	write_map_begin(w);
	write_text_member(w, "apiVersion", "networking.k8s.io/v1");
	write_text_member(w, "kind", "NetworkPolicy");
	write_metadata(w, policy);
	write_kubernetes_spec(w, policy);
	write_map_end(w);
}

bool policy_write(void *mem, const struct policies *policies, const char **ret_text,
	size_t *ret_size, struct err *err)
{
	struct yaml_writer *w = yaml_writer_new(mem);

	for (size_t i = 0; i < policies->count; i++) {
		const struct policy *policy = &policies->items[i];

		write_document_begin(w);
		if (policy->kind == POLICY_KUBERNETES)
			write_kubernetes(w, policy);
		else
			write_cilium(w, policy);
		write_document_end(w);
	}
	return yaml_writer_end(w, ret_text, ret_size, err);
}
