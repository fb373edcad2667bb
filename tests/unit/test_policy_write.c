#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_read.h"
#include "core/policy_write.h"

static struct policies read_text(void *mem, const char *text)
{
	struct policies policies = {0};
	struct err err = {0};

	if (!policy_read(mem, text, strlen(text), &policies, &err))
		fail_msg("%lu:%lu: %s\n%s", err.line, err.column, err.text, text);
	return policies;
}

static const char *write_text(void *mem, const struct policies *policies)
{
	const char *text = NULL;
	struct err err = {0};

	if (!policy_write(mem, policies, &text, NULL, &err))
		fail_msg("%s", err.text);
	return text;
}

/* What the writer lays out, it reads and writes the same again. */
static void the_layout_is_that_of_the_documentation(void **state)
{
	static const char text[] = "apiVersion: \"cilium.io/v2\"\n"
				   "kind: CiliumNetworkPolicy\n"
				   "metadata:\n"
				   "  name: cart\n"
				   "  namespace: shop\n"
				   "  labels:\n"
				   "    app.kubernetes.io/managed-by: cpa\n"
				   "  annotations:\n"
				   "    example.org/window: \"2026-01-01 to 2026-02-01\"\n"
				   "spec:\n"
				   "  description: \"what: this # policy is for\"\n"
				   "  endpointSelector:\n"
				   "    matchLabels:\n"
				   "      app.kubernetes.io/name: cart\n"
				   "    matchExpressions:\n"
				   "    - key: tier\n"
				   "      operator: In\n"
				   "      values:\n"
				   "      - front\n"
				   "      - \"1\"\n"
				   "    - key: \"on\"\n"
				   "      operator: DoesNotExist\n"
				   "  enableDefaultDeny:\n"
				   "    ingress: false\n"
				   "  ingress:\n"
				   "  - fromEndpoints:\n"
				   "    - {}\n"
				   "    - matchLabels:\n"
				   "        k8s:io.kubernetes.pod.namespace: other\n"
				   "    toPorts:\n"
				   "    - ports:\n"
				   "      - port: \"8080\"\n"
				   "        protocol: TCP\n"
				   "      - port: \"9000\"\n"
				   "        endPort: 9010\n"
				   "        protocol: TCP\n"
				   "      rules:\n"
				   "        http:\n"
				   "        - method: \"GET\"\n"
				   "          path: \"/items(\\\\?.*)?\"\n"
				   "  - {}\n"
				   "  ingressDeny:\n"
				   "  - fromCIDR:\n"
				   "    - 10.0.0.0/8\n"
				   "    - fd00::/8\n"
				   "    - \"2001:db8::/32\"\n"
				   "  egress:\n"
				   "  - toFQDNs:\n"
				   "    - matchName: api.pay.example\n"
				   "    - matchPattern: \"*.example\"\n"
				   "    toPorts:\n"
				   "    - ports:\n"
				   "      - port: \"443\"\n"
				   "        protocol: TCP\n"
				   "  - toEntities:\n"
				   "    - host\n"
				   "    icmps:\n"
				   "    - fields:\n"
				   "      - family: IPv4\n"
				   "        type: 8\n"
				   "  - toCIDRSet:\n"
				   "    - cidr: 192.0.2.0/24\n"
				   "      except:\n"
				   "      - 192.0.2.1/32\n"
				   "    toPorts: []\n"
				   "  egressDeny: []\n"
				   "---\n"
				   "apiVersion: \"cilium.io/v2\"\n"
				   "kind: CiliumClusterwideNetworkPolicy\n"
				   "metadata:\n"
				   "  name: nodes\n"
				   "specs:\n"
				   "- nodeSelector: {}\n"
				   "  ingress:\n"
				   "  - fromEntities:\n"
				   "    - all\n"
				   "- endpointSelector: {}\n"
				   "  egress:\n"
				   "  - toServices:\n"
				   "    - k8sService:\n"
				   "        serviceName: kubernetes\n"
				   "        namespace: default\n"
				   "    authentication:\n"
				   "      mode: required\n"
				   "  labels:\n"
				   "  - key: a\n"
				   "    value: b\n"
				   "    source: k8s\n"
				   "  log:\n"
				   "    value: why\n"
				   "---\n"
				   "apiVersion: networking.k8s.io/v1\n"
				   "kind: NetworkPolicy\n"
				   "metadata:\n"
				   "  name: cart\n"
				   "  namespace: shop\n"
				   "spec:\n"
				   "  podSelector:\n"
				   "    matchLabels:\n"
				   "      app: cart\n"
				   "  policyTypes:\n"
				   "  - Ingress\n"
				   "  - Egress\n"
				   "  ingress:\n"
				   "  - from:\n"
				   "    - podSelector:\n"
				   "        matchLabels:\n"
				   "          app: web\n"
				   "    - namespaceSelector: {}\n"
				   "    - namespaceSelector:\n"
				   "        matchLabels:\n"
				   "          kubernetes.io/metadata.name: other\n"
				   "      podSelector:\n"
				   "        matchLabels:\n"
				   "          app: web\n"
				   "    - ipBlock:\n"
				   "        cidr: 10.0.0.0/8\n"
				   "        except:\n"
				   "        - 10.1.0.0/16\n"
				   "    ports:\n"
				   "    - port: 80\n"
				   "      protocol: TCP\n"
				   "    - port: http\n"
				   "      protocol: TCP\n"
				   "    - port: 1000\n"
				   "      endPort: 2000\n"
				   "      protocol: UDP\n"
				   "    - protocol: SCTP\n"
				   "  - {}\n";
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem, text);

	(void)state;
	assert_string_equal(write_text(mem, &policies), text);
	mem_free(mem);
}

static void texts_come_back_as_texts(void **state)
{
	static const struct {
		const char *text;
		bool plain;
	} cases[] = {
		{"cart", true},
		{"app.kubernetes.io/name", true},
		{"k8s:app", true},
		{"10.0.0.0/8", true},
		{"a:b:c", true},
		{"A-b_c.d", true},
		{"", false},
		{"yes", false},
		{"Yes", false},
		{"yES", false},
		{"no", false},
		{"on", false},
		{"off", false},
		{"y", false},
		{"N", false},
		{"true", false},
		{"False", false},
		{"null", false},
		{"NULL", false},
		{"~", false},
		{"nan", false},
		{"Inf", false},
		{".inf", false},
		{".nan", false},
		{"80", false},
		{"080", false},
		{"0x50", false},
		{"1.0", false},
		{"1e3", false},
		{"+1", false},
		{"-1", false},
		{"1:20", false},
		{"1_000", false},
		{"2026-05-01", false},
		{"2001:db8::/32", false},
		{"::/0", false},
		{"=", false},
		{"<<", false},
		{"-", false},
		{"--", false},
		{"---", false},
		{"...", false},
		{"?", false},
		{":", false},
		{"a:", false},
		{"a: b", false},
		{"a #b", false},
		{"#a", false},
		{"*", false},
		{"*.example", false},
		{"&a", false},
		{"!a", false},
		{"|", false},
		{">", false},
		{"%a", false},
		{"@a", false},
		{"`a", false},
		{"'a", false},
		{"\"a", false},
		{"[a", false},
		{"{a", false},
		{"a,b", false},
		{" a", false},
		{"a ", false},
		{"a\nb\n", false},
		{"a\tb", false},
		{"a\\b", false},
		{"\x1b[0m", false},
		{"\xc3\xa4", false},
		{"\xe2\x80\xa8", false},
		{"\xc2\x85", false},
		{"\xf0\x9f\x98\x80", false},
		{"\xef\xbb\xbf"
		 "a",
			false},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		/* As a key and as a value. */
		struct key_value label = {.key = cases[i].text, .value = cases[i].text};
		struct policy policy = {.name = "p", .namespace = "", .labels = {&label, 1}};
		struct policies policies = {&policy, 1}, again;
		const char *text = write_text(mem, &policies);
		const char *plain = mem_format(mem, "    %s: %s\n", label.key, label.value);

		again = read_text(mem, text);
		if (!policy_equal(&policy, again.items))
			fail_msg("\"%s\" does not come back from\n%s", label.key, text);
		if ((strstr(text, plain) != NULL) != cases[i].plain)
			fail_msg("\"%s\" is written as\n%s", label.key, text);
	}
	mem_free(mem);
}

static void a_long_key_and_a_long_line_come_back(void **state)
{
	void *mem = mem_context(NULL);
	char key[400], value[3000];
	struct key_value label = {.key = key, .value = value};
	struct policy policy = {.name = "p", .namespace = "", .annotations = {&label, 1}};
	struct policies policies = {&policy, 1}, again;

	(void)state;
	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	for (size_t i = 0; i < sizeof value - 1; i++)
		value[i] = i % 7 == 0 ? ' ' : 'v';
	value[sizeof value - 1] = '\0';
	again = read_text(mem, write_text(mem, &policies));
	assert_true(policy_equal(&policy, again.items));
	mem_free(mem);
}

static void what_the_model_does_not_interpret_is_carried(void **state)
{
	static const char text[] = "apiVersion: \"cilium.io/v2\"\n"
				   "kind: CiliumNetworkPolicy\n"
				   "metadata:\n"
				   "  name: p\n"
				   "  namespace: shop\n"
				   "spec:\n"
				   "  endpointSelector: {}\n"
				   "  egress:\n"
				   "  - toGroups:\n"
				   "    - aws:\n"
				   "        region: eu\n"
				   "        securityGroupsIds:\n"
				   "        - sg-1\n"
				   "  - toPorts:\n"
				   "    - ports:\n"
				   "      - port: \"443\"\n"
				   "        protocol: TCP\n"
				   "      terminatingTLS:\n"
				   "        secret:\n"
				   "          name: s\n"
				   "      originatingTLS:\n"
				   "        secret:\n"
				   "          name: t\n"
				   "      serverNames:\n"
				   "      - \"a.example\"\n"
				   "      listener:\n"
				   "        name: l\n"
				   "        priority: 3\n"
				   "      rules:\n"
				   "        http:\n"
				   "        - headerMatches:\n"
				   "          - name: X-A\n"
				   "            mismatch: LOG\n"
				   "            secret:\n"
				   "              name: u\n";
	void *mem = mem_context(NULL);
	struct policies policies = read_text(mem, text);

	(void)state;
	assert_string_equal(write_text(mem, &policies), text);
	mem_free(mem);
}

static void what_a_kubernetes_policy_cannot_say_is_refused(void **state)
{
	static const struct {
		const char *egress, *word;
	} cases[] = {
		{"{toEntities: [host]}", "host"},
		{"{toFQDNs: [{matchName: a}]}", "names"},
		{"{toCIDR: [10.0.0.0/8], icmps: [{fields: [{type: 8}]}]}", "ICMP"},
		{"{toEndpoints: []}", "no peer"},
		{"{toEntities: [all], toPorts: [{}]}", "no port"},
		{"{toEntities: [all], toPorts: [{ports: [{port: \"80\"}], rules: {http: []}}]}",
			"L7"},
		{"{toEndpoints: [{matchLabels: {\"reserved:host\": \"\"}}]}", "reserved:host"},
		{"{toEndpoints: [{matchLabels: {io.cilium.k8s.policy.cluster: a}}]}", "cluster"},
		{"{toCIDRSet: [{cidrGroupRef: a}]}", "group"},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policies policies = read_text(
			mem, mem_format(mem,
				     "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
				     "metadata: {name: p, namespace: shop}\n"
				     "spec: {endpointSelector: {}, egress: [%s]}\n",
				     cases[i].egress));
		const char *text = NULL;
		struct err err = {0};

		policies.items[0].kind = POLICY_KUBERNETES;
		assert_false(policy_write(mem, &policies, &text, NULL, &err));
		if (strstr(err.text, cases[i].word) == NULL)
			fail_msg("%s: %s", cases[i].egress, err.text);
	}
	mem_free(mem);
}

static void a_text_that_is_not_utf8_is_refused(void **state)
{
	struct policy policy = {.name = "\xff", .namespace = ""};
	struct policies policies = {&policy, 1};
	void *mem = mem_context(NULL);
	const char *text = NULL;
	struct err err = {0};

	(void)state;
	assert_false(policy_write(mem, &policies, &text, NULL, &err));
	assert_int_equal(err.code, ERR_INVALID);
	assert_null(text);
	mem_free(mem);
}

static void no_policies_are_an_empty_text(void **state)
{
	struct policies policies = {0};
	void *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(write_text(mem, &policies), "");
	mem_free(mem);
}

/* Random models, for the law read(write(p)) = p. */
struct dice {
	void *mem;
	uint64_t seed;
};

static unsigned roll(struct dice *d, unsigned sides)
{
	d->seed = d->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(d->seed >> 33) % sides;
}

static const char *any_text(struct dice *d)
{
	static const char *const texts[] = {"app", "k8s:app", "yes", "80", "a b", "*.example",
		"a: b", "\xc3\xa4\n", "10.0.0.0/8", "::/0", "'", "\"\\", "- a", "x#y", "null"};

	return texts[roll(d, sizeof texts / sizeof *texts)];
}

static const char *some_text(struct dice *d)
{
	return roll(d, 2) ? any_text(d) : "";
}

static struct text_list texts(struct dice *d)
{
	struct text_list list = {.count = roll(d, 3)};

	list.items = mem_array(d->mem, const char *, list.count);
	for (size_t i = 0; i < list.count; i++)
		list.items[i] = any_text(d);
	return list;
}

static struct key_values key_values(struct dice *d)
{
	struct key_values values = {.count = roll(d, 4)};

	values.items = mem_array(d->mem, struct key_value, values.count);
	for (size_t i = 0; i < values.count; i++)
		values.items[i] = (struct key_value){
			.key = mem_format(d->mem, "%s%zu", any_text(d), i), .value = some_text(d)};
	return values;
}

static struct selector selector(struct dice *d)
{
	struct selector selector = {.match_labels = key_values(d), .expression_count = roll(d, 3)};

	selector.expressions =
		mem_array(d->mem, struct match_expression, selector.expression_count);
	for (size_t i = 0; i < selector.expression_count; i++)
		selector.expressions[i] = (struct match_expression){.key = any_text(d),
			.operator=(enum operator_kind) roll(d, 4),
			.values = texts(d)};
	return selector;
}

static struct selector *some_selector(struct dice *d)
{
	struct selector *made = mem_new(d->mem, struct selector);

	*made = selector(d);
	return roll(d, 2) ? made : NULL;
}

static struct cidr_rule cidr_rule(struct dice *d)
{
	return (struct cidr_rule){.cidr = some_text(d),
		.group = some_text(d),
		.group_selector = some_selector(d),
		.except = texts(d)};
}

static struct name_match name(struct dice *d)
{
	return (struct name_match){.name = some_text(d), .pattern = some_text(d)};
}

static struct service_match service(struct dice *d)
{
	return (struct service_match){.name = some_text(d),
		.namespace = some_text(d),
		.selector = some_selector(d),
		.selector_namespace = some_text(d)};
}

static struct port port(struct dice *d)
{
	return (struct port){
		.port = some_text(d), .end_port = (int)roll(d, 3) * 1000, .protocol = some_text(d)};
}

#define FILL(d, items, count, make)                                                                \
	do {                                                                                       \
		(items) = mem_zeroed((d)->mem, sizeof *(items), (count));                          \
		for (size_t n = 0; n < (count); n++)                                               \
			(items)[n] = make(d);                                                      \
	} while (0)

static struct header_match header_match(struct dice *d)
{
	return (struct header_match){
		.name = some_text(d), .value = some_text(d), .mismatch = some_text(d)};
}

static struct http_rule http(struct dice *d)
{
	struct http_rule rule = {.method = some_text(d),
		.path = some_text(d),
		.host = some_text(d),
		.headers = texts(d),
		.header_match_count = roll(d, 3)};

	FILL(d, rule.header_matches, rule.header_match_count, header_match);
	return rule;
}

static struct port_rule port_rule(struct dice *d)
{
	struct port_rule rule = {
		.has_ports = roll(d, 4), .has_http = roll(d, 2), .has_dns = roll(d, 2)};

	rule.port_count = rule.has_ports ? roll(d, 3) : 0;
	rule.http_count = rule.has_http ? roll(d, 3) : 0;
	rule.dns_count = rule.has_dns ? roll(d, 3) : 0;
	rule.server_names = texts(d);
	FILL(d, rule.ports, rule.port_count, port);
	FILL(d, rule.http, rule.http_count, http);
	FILL(d, rule.dns, rule.dns_count, name);
	return rule;
}

static struct icmp_field icmp_field(struct dice *d)
{
	return (struct icmp_field){.family = roll(d, 2) ? 4 : 6, .type = (int)roll(d, 300)};
}

static struct icmp_rule icmp_rule(struct dice *d)
{
	struct icmp_rule rule = {.field_count = roll(d, 3)};

	FILL(d, rule.fields, rule.field_count, icmp_field);
	return rule;
}

#define FILL_LIST(d, list, make)                                                                   \
	do {                                                                                       \
		(list).present = roll(d, 3) == 0;                                                  \
		(list).count = (list).present ? roll(d, 3) : 0;                                    \
		FILL(d, (list).items, (list).count, make);                                         \
	} while (0)

static struct rule_element element(struct dice *d)
{
	struct rule_element element = {.authentication = ""};

	FILL_LIST(d, element.endpoints, selector);
	FILL_LIST(d, element.entities, any_text);
	FILL_LIST(d, element.cidrs, any_text);
	FILL_LIST(d, element.cidr_sets, cidr_rule);
	FILL_LIST(d, element.nodes, selector);
	FILL_LIST(d, element.to_ports, port_rule);
	FILL_LIST(d, element.icmps, icmp_rule);
	return element;
}

static struct rule_label rule_label(struct dice *d)
{
	return (struct rule_label){
		.key = any_text(d), .value = some_text(d), .source = some_text(d)};
}

/* Deny elements have no L7; egress elements alone have services and names. */
static void adapt(struct dice *d, enum section section, struct rule_element *to)
{
	bool deny = section == SECTION_INGRESS_DENY || section == SECTION_EGRESS_DENY;

	if (section == SECTION_EGRESS || section == SECTION_EGRESS_DENY)
		FILL_LIST(d, to->services, service);
	if (section == SECTION_EGRESS)
		FILL_LIST(d, to->fqdns, name);
	if (!deny)
		to->authentication = some_text(d);
	for (size_t i = 0; deny && i < to->to_ports.count; i++) {
		struct port_rule *rule = &to->to_ports.items[i];

		*rule = (struct port_rule){.has_ports = rule->has_ports,
			.ports = rule->ports,
			.port_count = rule->port_count};
	}
}

static struct rule rule(struct dice *d)
{
	struct rule rule = {.has_endpoint_selector = roll(d, 2),
		.default_deny_ingress = (enum tristate)roll(d, 3),
		.default_deny_egress = (enum tristate)roll(d, 3),
		.description = some_text(d),
		.log_value = some_text(d),
		.label_count = roll(d, 3)};

	rule.has_node_selector = !rule.has_endpoint_selector;
	rule.subject = selector(d);
	for (enum section s = 0; s < SECTIONS; s++) {
		FILL_LIST(d, rule.elements[s], element);
		for (size_t i = 0; i < rule.elements[s].count; i++)
			adapt(d, s, &rule.elements[s].items[i]);
	}
	FILL(d, rule.labels, rule.label_count, rule_label);
	return rule;
}

static struct policy policy(struct dice *d)
{
	struct policy policy = {.kind = roll(d, 2) ? POLICY_CILIUM : POLICY_CLUSTERWIDE,
		.name = any_text(d),
		.namespace = some_text(d),
		.labels = key_values(d),
		.annotations = key_values(d),
		.rule_count = roll(d, 3)};

	policy.as_list = policy.rule_count > 1 || roll(d, 2);
	FILL(d, policy.rules, policy.rule_count, rule);
	return policy;
}

static void what_is_written_reads_back_equal(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 3000; seed++) {
		void *mem = mem_context(NULL);
		struct dice d = {.mem = mem, .seed = seed};
		struct policies policies = {.count = 1 + roll(&d, 3)}, again;
		const char *text;

		FILL(&d, policies.items, policies.count, policy);
		text = write_text(mem, &policies);
		again = read_text(mem, text);
		assert_int_equal(again.count, policies.count);
		for (size_t i = 0; i < again.count; i++)
			if (!policy_equal(&policies.items[i], &again.items[i]))
				fail_msg("seed %u: policy %zu of\n%s", seed, i, text);
		assert_string_equal(write_text(mem, &again), text);
		mem_free(mem);
	}
}

/* policy_equal must see every difference, or the law above proves nothing. */
static void differences_are_seen(void **state)
{
	unsigned different = 0, texts_differ = 0;

	(void)state;
	for (unsigned seed = 0; seed < 500; seed++) {
		void *mem = mem_context(NULL);
		struct dice d = {.mem = mem, .seed = seed};
		struct policy a = policy(&d), b = policy(&d);
		struct policies first = {&a, 1}, second = {&b, 1};
		bool same_text = strcmp(write_text(mem, &first), write_text(mem, &second)) == 0;

		assert_int_equal(policy_equal(&a, &b), same_text);
		different += !policy_equal(&a, &b);
		texts_differ += !same_text;
		mem_free(mem);
	}
	assert_true(different > 400);
	assert_int_equal(different, texts_differ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_that_of_the_documentation),
		cmocka_unit_test(texts_come_back_as_texts),
		cmocka_unit_test(a_long_key_and_a_long_line_come_back),
		cmocka_unit_test(what_the_model_does_not_interpret_is_carried),
		cmocka_unit_test(what_a_kubernetes_policy_cannot_say_is_refused),
		cmocka_unit_test(a_text_that_is_not_utf8_is_refused),
		cmocka_unit_test(no_policies_are_an_empty_text),
		cmocka_unit_test(what_is_written_reads_back_equal),
		cmocka_unit_test(differences_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
