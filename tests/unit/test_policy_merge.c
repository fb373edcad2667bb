#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/policy_merge.h"
#include "core/policy_read.h"
#include "core/policy_write.h"

#define HEAD                                                                                       \
	"apiVersion: \"cilium.io/v2\"\nkind: CiliumNetworkPolicy\n"                                \
	"metadata:\n  name: web\n  namespace: shop\nspec:\n"                                       \
	"  endpointSelector:\n    matchLabels:\n      app: web\n"

static struct policies read_policies(void *mem, const char *text)
{
	struct policies policies;
	struct err err = {0};

	if (!policy_read(mem, text, strlen(text), &policies, &err))
		fail_msg("%s", err.text);
	return policies;
}

/* The merged policy as YAML; merging the same again must not change it. */
static const char *merge_text(void *mem, const char *existing, const char *generated)
{
	struct policies have = read_policies(mem, existing), want = read_policies(mem, generated);
	const struct policy *target = policy_merge_target(&have, &want.items[0]);
	struct policy once, twice;
	struct policies merged = {&once, 1};
	struct err err = {0};
	const char *text;

	assert_non_null(target);
	once = policy_merge(mem, target, &want.items[0], NULL);
	twice = policy_merge(mem, &once, &want.items[0], NULL);
	assert_true(policy_equal(&once, &twice));
	assert_true(policy_write(mem, &merged, &text, NULL, &err));
	return text;
}

static void what_is_covered_is_not_added(void **state)
{
	static const struct {
		const char *have, *want;
	} rows[] = {
		{"  egress:\n  - toCIDR: [203.0.113.0/24]\n    toPorts:\n    - ports:\n      - "
		 "{port: "
		 "\"443\", protocol: TCP}\n",
			"  egress:\n  - toCIDR: [203.0.113.7/32]\n    toPorts:\n    - ports:\n     "
			" - "
			"{port: \"443\", protocol: TCP}\n"},
		{"  ingress:\n  - fromEndpoints:\n    - matchLabels: {k8s:app: api}\n",
			"  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    "
			"toPorts:\n  "
			"  - ports:\n      - {port: \"80\", protocol: TCP}\n"},
		{"  egress:\n  - toFQDNs:\n    - matchPattern: \"*.pay.example\"\n    toPorts:\n   "
		 " - "
		 "ports:\n      - {port: \"400\", endPort: 500, protocol: ANY}\n",
			"  egress:\n  - toFQDNs:\n    - matchName: api.pay.example\n    toPorts:\n "
			"   - "
			"ports:\n      - {port: \"443\", protocol: TCP}\n"},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *have = mem_format(mem, HEAD "%s", rows[i].have);
		struct policies before = read_policies(mem, have);
		const char *text = merge_text(mem, have, mem_format(mem, HEAD "%s", rows[i].want));
		struct policies after = read_policies(mem, text);

		assert_true(policy_equal(&before.items[0], &after.items[0]));
	}
	mem_free(mem);
}

static void only_the_missing_peer_is_added(void **state)
{
	void *mem = mem_context(NULL);
	const char *text = merge_text(mem,
		HEAD "  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    "
		     "toPorts:\n    - "
		     "ports:\n      - {port: \"80\", protocol: TCP}\n",
		HEAD
		"  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    - matchLabels: "
		"{app: batch}\n    toPorts:\n    - ports:\n      - {port: \"80\", protocol: "
		"TCP}\n");

	(void)state;
	assert_string_equal(text,
		HEAD "  ingress:\n  - fromEndpoints:\n    - matchLabels:\n        app: api\n    "
		     "toPorts:\n    - ports:\n      - port: \"80\"\n        protocol: TCP\n"
		     "  - fromEndpoints:\n    - matchLabels:\n        app: batch\n    toPorts:\n"
		     "    - ports:\n      - port: \"80\"\n        protocol: TCP\n");
	mem_free(mem);
}

static void a_stricter_rule_does_not_cover(void **state)
{
	static const char *const stricter[] = {
		/* HTTP rules refuse what a plain port lets through. */
		"  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    toPorts:\n    "
		"- "
		"ports:\n      - {port: \"80\", protocol: TCP}\n      rules:\n        http:\n      "
		"  - "
		"{method: GET}\n",
		/* another namespace */
		"  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api, "
		"k8s:io.kubernetes.pod.namespace: other}\n    toPorts:\n    - ports:\n      - "
		"{port: "
		"\"80\", protocol: TCP}\n",
		/* another protocol */
		"  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    toPorts:\n    "
		"- "
		"ports:\n      - {port: \"80\", protocol: UDP}\n",
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof stricter / sizeof *stricter; i++) {
		const char *text = merge_text(mem, mem_format(mem, HEAD "%s", stricter[i]),
			HEAD "  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: api}\n    "
			     "toPorts:\n    - ports:\n      - {port: \"80\", protocol: TCP}\n");
		struct policies after = read_policies(mem, text);

		assert_int_equal(after.items[0].rules[0].elements[SECTION_INGRESS].count, 2);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_covered_is_not_added),
		cmocka_unit_test(only_the_missing_peer_is_added),
		cmocka_unit_test(a_stricter_rule_does_not_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
