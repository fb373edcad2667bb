/*
 * The schema of CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, which are the same
 * (policies.md 3; Cilium's CRD files of v1.20.2). Port texts have no grammar here: what the agent
 * takes (check_port) is part of what the schema takes.
 */
#include "core/cidr.h"
#include "core/policy_checker.h"
#include "core/syntax.h"

#include <string.h>

static const struct schema text = {.type = SCHEMA_TEXT};
static const struct schema flag = {.type = SCHEMA_BOOL};
static const struct schema anything = {.type = SCHEMA_ANY};
static const struct schema texts = {.type = SCHEMA_LIST, .items = &text};
static const struct schema text_table = {.type = SCHEMA_TABLE, .items = &text};

static bool is_given(const char *written)
{
	return *written != '\0';
}

static const struct schema given_text = {
	.type = SCHEMA_TEXT, .grammar = is_given, .wants = "a text with something in it"};

/* Selectors */

static const struct schema label_value = {.type = SCHEMA_TEXT,
	.grammar = is_label_value,
	.wants = "a label value: at most 63 letters, digits and -_. with a letter or digit at both "
		 "ends"};
static const struct schema match_labels = {
	.type = SCHEMA_TABLE, .items = &label_value, .check = check_selector_keys};
static const char *const operators[] = {"In", "NotIn", "Exists", "DoesNotExist", NULL};
static const struct schema operator_text = {.type = SCHEMA_TEXT, .values = operators};
static const struct schema_field expression_fields[] = {
	{"key", &text, NULL, true},
	{"operator", &operator_text, NULL, true},
	{"values", &texts, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema expression = {
	.type = SCHEMA_MAP, .fields = expression_fields, .check = check_expression};
static const struct schema expressions = {.type = SCHEMA_LIST, .items = &expression};
static const struct schema_field selector_fields[] = {
	{"matchLabels", &match_labels, "V08", false},
	{"matchExpressions", &expressions, "V09", false},
	{NULL, NULL, NULL, false},
};
static const struct schema selector = {.type = SCHEMA_MAP, .fields = selector_fields};
static const struct schema selectors = {.type = SCHEMA_LIST, .items = &selector};

/* Selectors of CIDR groups: their keys have no source. */
static const struct schema group_labels = {
	.type = SCHEMA_TABLE, .items = &label_value, .check = check_group_keys};
static const struct schema group_expression = {
	.type = SCHEMA_MAP, .fields = expression_fields, .check = check_group_expression};
static const struct schema group_expressions = {.type = SCHEMA_LIST, .items = &group_expression};
static const struct schema_field group_selector_fields[] = {
	{"matchLabels", &group_labels, "V08", false},
	{"matchExpressions", &group_expressions, "V09", false},
	{NULL, NULL, NULL, false},
};
static const struct schema group_selector = {.type = SCHEMA_MAP, .fields = group_selector_fields};

/* Other peers */

static const char *const entities[] = {"all", "world", "cluster", "cluster-mesh", "host", "init",
	"ingress", "unmanaged", "remote-node", "health", "none", "kube-apiserver", NULL};
static const struct schema entity = {.type = SCHEMA_TEXT, .values = entities};
static const struct schema entity_list = {.type = SCHEMA_LIST, .items = &entity};

static bool is_cidr(const char *written)
{
	struct cidr cidr;

	return strchr(written, '/') != NULL && cidr_parse(written, &cidr);
}

static const struct schema cidr_text = {.type = SCHEMA_TEXT,
	.grammar = is_cidr,
	.wants = "an address with its prefix length, as in 10.0.0.0/8 or 2001:db8::/32"};
static const struct schema cidrs = {.type = SCHEMA_LIST, .items = &cidr_text};
static const struct schema group_name = {.type = SCHEMA_TEXT,
	.longest = 253,
	.grammar = is_dns_subdomain,
	.wants = "the name of a CiliumCIDRGroup: lower-case letters, digits, - and ."};
static const struct schema_field cidr_rule_fields[] = {
	{"cidr", &cidr_text, "V13", false},
	{"cidrGroupRef", &group_name, NULL, false},
	{"cidrGroupSelector", &group_selector, NULL, false},
	{"except", &cidrs, "V15", false},
	{NULL, NULL, NULL, false},
};
static const char *const cidr_choice[] = {"cidr", "cidrGroupRef", "cidrGroupSelector", NULL};
static const struct schema cidr_rule = {.type = SCHEMA_MAP,
	.fields = cidr_rule_fields,
	.one_of = cidr_choice,
	.check = check_cidr_rule};
static const struct schema cidr_rules = {.type = SCHEMA_LIST, .items = &cidr_rule};

static const struct schema match_name = {.type = SCHEMA_TEXT,
	.longest = 255,
	.grammar = is_match_name,
	.wants = "a DNS name: letters, digits, - and _ with single dots between"};
static const struct schema match_pattern = {.type = SCHEMA_TEXT,
	.longest = 255,
	.grammar = is_match_pattern,
	.wants = "a pattern of DNS names: letters, digits, -, _ and * with single dots between"};
static const struct schema_field name_fields[] = {
	{"matchName", &match_name, NULL, false},
	{"matchPattern", &match_pattern, NULL, false},
	{NULL, NULL, NULL, false},
};
static const char *const name_choice[] = {"matchName", "matchPattern", NULL};
static const struct schema name = {
	.type = SCHEMA_MAP, .fields = name_fields, .one_of = name_choice};
static const struct schema names = {.type = SCHEMA_LIST, .items = &name};

static const struct schema_field service_name_fields[] = {
	{"namespace", &text, NULL, false},
	{"serviceName", &text, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema service_name = {.type = SCHEMA_MAP, .fields = service_name_fields};
static const struct schema_field service_selector_fields[] = {
	{"namespace", &text, NULL, false},
	{"selector", &selector, NULL, true},
	{NULL, NULL, NULL, false},
};
static const struct schema service_selector = {
	.type = SCHEMA_MAP, .fields = service_selector_fields};
static const struct schema_field service_fields[] = {
	{"k8sService", &service_name, NULL, false},
	{"k8sServiceSelector", &service_selector, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema service = {.type = SCHEMA_MAP, .fields = service_fields};
static const struct schema services = {.type = SCHEMA_LIST, .items = &service};

static const struct schema_field aws_fields[] = {
	{"labels", &text_table, NULL, false},
	{"region", &text, NULL, false},
	{"securityGroupsIds", &texts, NULL, false},
	{"securityGroupsNames", &texts, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema aws = {.type = SCHEMA_MAP, .fields = aws_fields};
static const struct schema_field group_fields[] = {
	{"aws", &aws, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema group = {.type = SCHEMA_MAP, .fields = group_fields};
static const struct schema groups = {.type = SCHEMA_LIST, .items = &group};

static const struct schema removed = {.type = SCHEMA_LIST, .items = &anything, .empty = true};

/* Ports and L7 */

static const char *const protocols[] = {
	"TCP", "UDP", "SCTP", "ANY", "VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH", NULL};
static const struct schema protocol = {.type = SCHEMA_TEXT, .values = protocols};
static const struct schema end_port = {.type = SCHEMA_INTEGER, .smallest = 0, .largest = 65535};
static const struct schema_field port_fields[] = {
	{"port", &text, NULL, false},
	{"endPort", &end_port, NULL, false},
	{"protocol", &protocol, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema port = {.type = SCHEMA_MAP, .fields = port_fields, .check = check_port};
static const struct schema ports = {.type = SCHEMA_LIST, .items = &port, .most = 40};

static const struct schema_field secret_fields[] = {
	{"name", &text, NULL, true},
	{"namespace", &text, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema secret = {.type = SCHEMA_MAP, .fields = secret_fields};
static const struct schema header_secret = {.type = SCHEMA_MAP,
	.fields = (const struct schema_field[]){{"name", &given_text, NULL, true},
		{"namespace", &text, NULL, false}, {NULL, NULL, NULL, false}}};
static const char *const mismatches[] = {"LOG", "ADD", "DELETE", "REPLACE", NULL};
static const struct schema mismatch = {.type = SCHEMA_TEXT, .values = mismatches};
static const struct schema_field header_match_fields[] = {
	{"name", &given_text, NULL, true},
	{"value", &text, NULL, false},
	{"mismatch", &mismatch, NULL, false},
	{"secret", &header_secret, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema header_match = {.type = SCHEMA_MAP, .fields = header_match_fields};
static const struct schema header_matches = {.type = SCHEMA_LIST, .items = &header_match};
static const struct schema_field http_fields[] = {
	{"path", &text, NULL, false},
	{"method", &text, NULL, false},
	{"host", &text, NULL, false},
	{"headers", &texts, NULL, false},
	{"headerMatches", &header_matches, "V28", false},
	{NULL, NULL, NULL, false},
};
static const struct schema http_rule = {
	.type = SCHEMA_MAP, .fields = http_fields, .check = check_http};
static const struct schema http_rules = {.type = SCHEMA_LIST, .items = &http_rule};
static const struct schema_field l7_fields[] = {
	{"http", &http_rules, "V27", false},
	{"dns", &names, "V29", false},
	{NULL, NULL, NULL, false},
};
static const char *const l7_choice[] = {"http", "dns", NULL};
static const struct schema l7_rules = {
	.type = SCHEMA_MAP, .fields = l7_fields, .one_of = l7_choice};

static const struct schema_field tls_fields[] = {
	{"secret", &secret, NULL, true},
	{"trustedCA", &text, NULL, false},
	{"certificate", &text, NULL, false},
	{"privateKey", &text, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema tls = {.type = SCHEMA_MAP, .fields = tls_fields};
static const struct schema server_name = {.type = SCHEMA_TEXT,
	.longest = 255,
	.grammar = is_match_pattern,
	.wants = "a server name: letters, digits, -, _ and * with single dots between"};
static const struct schema server_names = {
	.type = SCHEMA_LIST, .items = &server_name, .fewest = 1, .distinct = true};
static const char *const envoy_kinds[] = {
	"CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig", NULL};
static const struct schema envoy_kind = {.type = SCHEMA_TEXT, .values = envoy_kinds};
static const struct schema_field envoy_fields[] = {
	{"kind", &envoy_kind, NULL, false},
	{"name", &given_text, NULL, true},
	{NULL, NULL, NULL, false},
};
static const struct schema envoy = {.type = SCHEMA_MAP, .fields = envoy_fields};
static const struct schema priority = {.type = SCHEMA_INTEGER, .smallest = 1, .largest = 100};
static const struct schema_field listener_fields[] = {
	{"envoyConfig", &envoy, NULL, true},
	{"name", &given_text, NULL, true},
	{"priority", &priority, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema listener = {.type = SCHEMA_MAP, .fields = listener_fields};
static const struct schema_field port_rule_fields[] = {
	{"ports", &ports, NULL, false},
	{"rules", &l7_rules, "V20", false},
	{"terminatingTLS", &tls, "V32", false},
	{"originatingTLS", &tls, "V32", false},
	{"serverNames", &server_names, "V32", false},
	{"listener", &listener, "V33", false},
	{NULL, NULL, NULL, false},
};
static const struct schema port_rule = {
	.type = SCHEMA_MAP, .fields = port_rule_fields, .check = check_port_rule};
static const struct schema port_rules = {.type = SCHEMA_LIST, .items = &port_rule};

/* The schema sets no bound here, but the agent does, and the same one. */
static const struct schema_field deny_port_fields[] = {
	{"ports", &ports, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema deny_port_rule = {.type = SCHEMA_MAP, .fields = deny_port_fields};
static const struct schema deny_port_rules = {.type = SCHEMA_LIST, .items = &deny_port_rule};

static const char *const families[] = {"IPv4", "IPv6", NULL};
static const struct schema family = {.type = SCHEMA_TEXT, .values = families};
static const struct schema icmp_type = {.type = SCHEMA_INTEGER_OR_TEXT};
static const struct schema_field icmp_field_fields[] = {
	{"type", &icmp_type, NULL, true},
	{"family", &family, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema icmp_field = {
	.type = SCHEMA_MAP, .fields = icmp_field_fields, .check = check_icmp_field};
static const struct schema icmp_fields = {.type = SCHEMA_LIST, .items = &icmp_field, .most = 40};
static const struct schema_field icmp_rule_fields[] = {
	{"fields", &icmp_fields, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema icmp_rule = {.type = SCHEMA_MAP, .fields = icmp_rule_fields};
static const struct schema icmp_rules = {.type = SCHEMA_LIST, .items = &icmp_rule};

/* Rule elements */

static const char *const modes[] = {"disabled", "required", "test-always-fail", NULL};
static const struct schema mode = {.type = SCHEMA_TEXT, .values = modes};
static const struct schema_field authentication_fields[] = {
	{"mode", &mode, NULL, true},
	{NULL, NULL, NULL, false},
};
static const struct schema authentication = {.type = SCHEMA_MAP, .fields = authentication_fields};

#define INGRESS_PEERS                                                                              \
	{"fromEndpoints", &selectors, "V08", false}, {"fromEntities", &entity_list, "V12", false}, \
		{"fromCIDR", &cidrs, "V13", false}, {"fromCIDRSet", &cidr_rules, "V14", false},    \
		{"fromNodes", &selectors, "V08", false}, {"fromGroups", &groups, "V10", false},    \
	{                                                                                          \
		"fromRequires", &removed, "V37", false                                             \
	}
#define EGRESS_PEERS                                                                               \
	{"toEndpoints", &selectors, "V08", false}, {"toEntities", &entity_list, "V12", false},     \
		{"toCIDR", &cidrs, "V13", false}, {"toCIDRSet", &cidr_rules, "V14", false},        \
		{"toNodes", &selectors, "V08", false}, {"toGroups", &groups, "V10", false},        \
		{"toServices", &services, "V10", false},                                           \
	{                                                                                          \
		"toRequires", &removed, "V37", false                                               \
	}

static const struct schema_field ingress_fields[] = {
	INGRESS_PEERS,
	{"toPorts", &port_rules, "V18", false},
	{"icmps", &icmp_rules, "V34", false},
	{"authentication", &authentication, "V36", false},
	{NULL, NULL, NULL, false},
};
static const struct schema_field ingress_deny_fields[] = {
	INGRESS_PEERS,
	{"toPorts", &deny_port_rules, "V18", false},
	{"icmps", &icmp_rules, "V34", false},
	{NULL, NULL, NULL, false},
};
static const struct schema_field egress_fields[] = {
	EGRESS_PEERS,
	{"toFQDNs", &names, "V29", false},
	{"toPorts", &port_rules, "V18", false},
	{"icmps", &icmp_rules, "V34", false},
	{"authentication", &authentication, "V36", false},
	{NULL, NULL, NULL, false},
};
static const struct schema_field egress_deny_fields[] = {
	EGRESS_PEERS,
	{"toPorts", &deny_port_rules, "V18", false},
	{"icmps", &icmp_rules, "V34", false},
	{NULL, NULL, NULL, false},
};
static const struct schema ingress = {
	.type = SCHEMA_MAP, .fields = ingress_fields, .check = check_ingress};
static const struct schema ingress_deny = {
	.type = SCHEMA_MAP, .fields = ingress_deny_fields, .check = check_ingress_deny};
static const struct schema egress = {
	.type = SCHEMA_MAP, .fields = egress_fields, .check = check_egress};
static const struct schema egress_deny = {
	.type = SCHEMA_MAP, .fields = egress_deny_fields, .check = check_egress_deny};
static const struct schema ingress_list = {.type = SCHEMA_LIST, .items = &ingress};
static const struct schema ingress_deny_list = {.type = SCHEMA_LIST, .items = &ingress_deny};
static const struct schema egress_list = {.type = SCHEMA_LIST, .items = &egress};
static const struct schema egress_deny_list = {.type = SCHEMA_LIST, .items = &egress_deny};

/* Rules */

static const struct schema_field default_deny_fields[] = {
	{"ingress", &flag, NULL, false},
	{"egress", &flag, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema default_deny = {.type = SCHEMA_MAP, .fields = default_deny_fields};
static const struct schema_field rule_label_fields[] = {
	{"key", &text, NULL, true},
	{"value", &text, NULL, false},
	{"source", &text, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema rule_label = {
	.type = SCHEMA_MAP, .fields = rule_label_fields, .check = check_rule_label};
static const struct schema rule_labels = {.type = SCHEMA_LIST, .items = &rule_label};
static const struct schema log_value = {
	.type = SCHEMA_TEXT, .longest = 32, .check = check_log_value};
static const struct schema_field log_fields[] = {
	{"value", &log_value, NULL, false},
	{NULL, NULL, NULL, false},
};
static const struct schema log_schema = {.type = SCHEMA_MAP, .fields = log_fields};
static const struct schema_field rule_fields[] = {
	{"endpointSelector", &selector, "V08", false},
	{"nodeSelector", &selector, "V08", false},
	{"ingress", &ingress_list, "V02", false},
	{"ingressDeny", &ingress_deny_list, "V02", false},
	{"egress", &egress_list, "V02", false},
	{"egressDeny", &egress_deny_list, "V02", false},
	{"enableDefaultDeny", &default_deny, "V38", false},
	{"labels", &rule_labels, "V41", false},
	{"description", &text, "V41", false},
	{"log", &log_schema, "V38", false},
	{NULL, NULL, NULL, false},
};
static const char *const subject_choice[] = {"endpointSelector", "nodeSelector", NULL};
static const char *const lists_choice[] = {"ingress", "ingressDeny", "egress", "egressDeny", NULL};
static const struct schema rule = {.type = SCHEMA_MAP,
	.fields = rule_fields,
	.one_of = subject_choice,
	.any_of = lists_choice,
	.check = check_rule};
static const struct schema rules = {.type = SCHEMA_LIST, .items = &rule};

/* The API server takes no status from those who write a policy. */
static const struct schema_field object_fields[] = {
	{"apiVersion", &text, "V00", false},
	{"kind", &text, "V00", false},
	{"metadata", &metadata_schema, "V06", true},
	{"spec", &rule, "V04", false},
	{"specs", &rules, "V04", false},
	{"status", &anything, NULL, false},
	{NULL, NULL, NULL, false},
};
static const char *const body_choice[] = {"spec", "specs", NULL};

static void check_body(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	if (yaml_member(node, body_choice[0]) == NULL && yaml_member(node, body_choice[1]) == NULL)
		check_error(c, "V01", path, node,
			"the policy has neither spec nor specs; write its rule below spec");
}

const struct schema cilium_schema = {
	.type = SCHEMA_MAP, .fields = object_fields, .check = check_body};
