#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_read.h"

#define HEAD                                                                                       \
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: "     \
	"shop}\n"
#define KUBERNETES                                                                                 \
	"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"                                  \
	"metadata: {name: p, namespace: shop}\n"

static struct policies read_text(void *mem, const char *text)
{
	struct policies policies = {0};
	struct err err = {0};

	if (!policy_read(mem, text, strlen(text), &policies, &err))
		fail_msg("%lu:%lu: %s\n%s", err.line, err.column, err.text, text);
	return policies;
}

static void absent_empty_and_null_lists_are_told_apart(void **state)
{
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem,
		HEAD "spec:\n"
		     "  endpointSelector: {}\n"
		     "  ingress: []\n"
		     "  egress:\n"
		     "  - {}\n"
		     "  - {toEndpoints: [], toPorts: [{ports: []}, {}], icmps: null, toFQDNs: []}\n"
		     "  - {toPorts: [{rules: {http: []}}, {rules: {dns: [{matchName: a}]}}]}\n");
	const struct rule *rule = policies.items[0].rules;
	const struct rule_element *egress = rule->elements[SECTION_EGRESS].items;

	(void)state;
	assert_true(rule->elements[SECTION_INGRESS].present);
	assert_int_equal(rule->elements[SECTION_INGRESS].count, 0);
	assert_false(rule->elements[SECTION_INGRESS_DENY].present);
	assert_int_equal(rule->elements[SECTION_EGRESS].count, 3);
	assert_false(egress[0].endpoints.present);
	assert_false(egress[0].to_ports.present);
	assert_true(egress[1].endpoints.present);
	assert_int_equal(egress[1].endpoints.count, 0);
	assert_true(egress[1].fqdns.present);
	assert_false(egress[1].icmps.present);
	assert_true(egress[1].to_ports.items[0].has_ports);
	assert_false(egress[1].to_ports.items[1].has_ports);
	assert_true(egress[2].to_ports.items[0].has_http);
	assert_int_equal(egress[2].to_ports.items[0].http_count, 0);
	assert_true(egress[2].to_ports.items[1].has_dns);
	assert_string_equal(egress[2].to_ports.items[1].dns[0].name, "a");
	assert_int_equal(egress[1].where.line, 9);
	assert_int_equal(egress[1].where.column, 5);
	mem_free(mem);
}

static void lists_unfold_and_documents_are_numbered(void **state)
{
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem,
		"apiVersion: v1\n"
		"kind: List\n"
		"items:\n"
		"- {apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, "
		"namespace: shop}, spec: {endpointSelector: {}, ingress: [{}]}}\n"
		"- {apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: "
		"{name: b}, specs: [{nodeSelector: {}, ingress: [{}]}, {endpointSelector: {}, "
		"egress: [{}]}]}\n"
		"metadata: {resourceVersion: \"\"}\n"
		"---\n" KUBERNETES "spec: {podSelector: {}}\n");

	(void)state;
	assert_int_equal(policies.count, 3);
	assert_string_equal(policies.items[1].name, "b");
	assert_int_equal(policies.items[1].kind, POLICY_CLUSTERWIDE);
	assert_int_equal(policies.items[1].rule_count, 2);
	assert_true(policies.items[1].rules[0].has_node_selector);
	assert_int_equal(policies.items[1].document, 0);
	assert_int_equal(policies.items[2].document, 1);
	assert_int_equal(policies.items[2].kind, POLICY_KUBERNETES);
	mem_free(mem);
}

static void kubernetes_policies_read_as_cilium_translates_them(void **state)
{
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem,
		KUBERNETES "spec:\n"
			   "  podSelector: {matchLabels: {app: a}}\n"
			   "  ingress:\n"
			   "  - from:\n"
			   "    - podSelector: {matchLabels: {app: b}}\n"
			   "    - namespaceSelector: {}\n"
			   "    - namespaceSelector: {matchLabels: {team: red}}\n"
			   "      podSelector: {matchExpressions: [{key: x, operator: Exists}]}\n"
			   "    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}\n"
			   "    ports: [{port: 80}, {port: dns, protocol: UDP}, {protocol: SCTP}]\n"
			   "  - ports: [{port: 1, endPort: 9}]\n");
	const struct rule *rule = policies.items[0].rules;
	const struct rule_element *element = rule->elements[SECTION_INGRESS].items;

	(void)state;
	assert_string_equal(rule->subject.match_labels.items[0].key, "k8s:app");
	assert_false(rule->elements[SECTION_EGRESS].present);
	assert_int_equal(element[0].endpoints.count, 3);
	assert_string_equal(element[0].endpoints.items[0].match_labels.items[0].key, "k8s:app");
	assert_string_equal(element[0].endpoints.items[1].expressions[0].key, NAMESPACE_KEY);
	assert_string_equal(element[0].endpoints.items[2].match_labels.items[0].key,
		NAMESPACE_LABEL_PREFIX "team");
	assert_string_equal(element[0].endpoints.items[2].expressions[0].key, "k8s:x");
	assert_string_equal(element[0].cidr_sets.items[0].cidr, "10.0.0.0/8");
	assert_string_equal(element[0].cidr_sets.items[0].except.items[0], "10.1.0.0/16");
	assert_false(element[0].entities.present);
	assert_string_equal(element[0].to_ports.items[0].ports[0].port, "80");
	assert_string_equal(element[0].to_ports.items[0].ports[0].protocol, "TCP");
	assert_string_equal(element[0].to_ports.items[0].ports[1].port, "dns");
	assert_string_equal(element[0].to_ports.items[0].ports[2].port, "");
	assert_string_equal(element[1].entities.items[0], "all");
	assert_int_equal(element[1].to_ports.items[0].ports[0].end_port, 9);
	mem_free(mem);
}

static void policy_types_open_and_close_directions(void **state)
{
	/* -1: not spoken of; 0: closed (one element that allows nothing); 1: one open element. */
	static const struct {
		const char *spec;
		int ingress, egress;
	} cases[] = {
		{"{podSelector: {}}", 0, -1},
		{"{podSelector: {}, policyTypes: []}", 0, -1},
		{"{podSelector: {}, policyTypes: [Ingress]}", 0, -1},
		{"{podSelector: {}, policyTypes: [Egress]}", -1, 0},
		{"{podSelector: {}, policyTypes: [Ingress, Egress]}", 0, 0},
		{"{podSelector: {}, policyTypes: [Ingress, Egress], egress: []}", 0, 0},
		{"{podSelector: {}, egress: [{}]}", 0, 1},
		{"{podSelector: {}, ingress: [{from: []}]}", 1, -1},
		{"{podSelector: {}, policyTypes: [Ingress], egress: [{to: []}]}", 0, 1},
		{"{podSelector: {}, policyTypes: [Egress], ingress: [{}]}", 1, 0},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policies policies =
			read_text(mem, mem_format(mem, KUBERNETES "spec: %s\n", cases[i].spec));
		const struct rule_elements *elements = policies.items[0].rules->elements;
		const int wanted[] = {cases[i].ingress, cases[i].egress};
		const enum section sections[] = {SECTION_INGRESS, SECTION_EGRESS};

		for (size_t s = 0; s < 2; s++) {
			const struct rule_elements *found = &elements[sections[s]];
			int is = !found->present ? -1 : (int)found->items[0].entities.count;

			if (is != wanted[s])
				fail_msg("%s: section %zu is %d", cases[i].spec, s, is);
			assert_true(!found->present || found->count == 1);
		}
	}
	mem_free(mem);
}

static void names_of_icmp_types_become_numbers(void **state)
{
	static const struct {
		const char *field;
		int family, type;
	} cases[] = {
		{"{type: 8}", 4, 8},
		{"{type: \"8\"}", 4, 8},
		{"{type: EchoRequest}", 4, 8},
		{"{type: EchoRequest, family: IPv6}", 6, 128},
		{"{type: NeighborAdvertisement, family: IPv6}", 6, 136},
		{"{type: 256}", 4, 256}, /* an integer is not range-checked */
		{"{type: 0}", 4, 0},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policies policies = read_text(mem,
			mem_format(mem,
				HEAD
				"spec: {endpointSelector: {}, egress: [{icmps: [{fields: [%s]}]}]}",
				cases[i].field));
		const struct icmp_field *field = policies.items[0]
							 .rules->elements[SECTION_EGRESS]
							 .items->icmps.items->fields;

		assert_int_equal(field->family, cases[i].family);
		assert_int_equal(field->type, cases[i].type);
	}
	mem_free(mem);
}

static void what_has_no_place_in_the_model_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *word;
	} cases[] = {
		{"a text\n", 1, 1, "map"},
		{"kind: Pod\napiVersion: v1\n", 1, 1, "Pod"},
		{"kind: NetworkPolicy\napiVersion: cilium.io/v2\n", 1, 1, "no policy"},
		{HEAD "spec: []\n", 4, 7, "spec must be a map"},
		{HEAD "spec: {endpointSelector: {}, ingress: {}}\n", 4, 39,
			"ingress must be a list"},
		{HEAD "spec: {endpointSelector: {matchLabels: {a: 1}}, ingress: [{}]}\n", 4, 44,
			"quotes"},
		{HEAD "spec:\n  endpointSelector: {}\n  ingress:\n  - toPorts:\n    - ports:\n"
		      "      - port: 80\n",
			9, 15, "quotes"},
		{HEAD "spec: {endpointSelector: {matchExpressions: [{key: a, operator: Is}]}}\n", 4,
			65, "operator"},
		{HEAD "spec: {endpointSelector: {}, ingress: [null]}\n", 4, 40, "map"},
		{HEAD "spec: {endpointSelector: {}, ingress: [{icmps: [{fields: [{}]}]}]}\n", 4, 59,
			"type"},
		{HEAD "spec: {endpointSelector: {}, ingress: [{icmps: [{fields: [{type: "
		      "Ping}]}]}]}\n",
			4, 66, "type name"},
		{HEAD "spec: {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: \"1\", "
		      "endPort: 9999999999}]}]}]}\n",
			4, 81, "smaller number, not 9999999999"},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policies policies;
		struct err err = {0};

		assert_false(
			policy_read(mem, cases[i].text, strlen(cases[i].text), &policies, &err));
		if (err.line != cases[i].line || err.column != cases[i].column ||
			strstr(err.text, cases[i].word) == NULL)
			fail_msg("%s: %lu:%lu: %s", cases[i].text, err.line, err.column, err.text);
	}
	mem_free(mem);
}

static void what_cilium_ignores_is_ignored(void **state)
{
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem, HEAD
		"spec:\n  endpointSelector: {matchlabels: {a: b}}\n"
		"  ingressDeny: [{toPorts: [{rules: {http: 3}}], authentication: 4, toFQDNs: 5}]\n"
		"  nonsense: [1]\nstatus: {conditions: []}\n");
	const struct rule *rule = policies.items[0].rules;

	(void)state;
	assert_int_equal(rule->subject.match_labels.count, 0);
	assert_false(rule->elements[SECTION_INGRESS_DENY].items[0].to_ports.items[0].has_http);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_empty_and_null_lists_are_told_apart),
		cmocka_unit_test(lists_unfold_and_documents_are_numbered),
		cmocka_unit_test(kubernetes_policies_read_as_cilium_translates_them),
		cmocka_unit_test(policy_types_open_and_close_directions),
		cmocka_unit_test(names_of_icmp_types_become_numbers),
		cmocka_unit_test(what_has_no_place_in_the_model_is_refused_with_its_place),
		cmocka_unit_test(what_cilium_ignores_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
