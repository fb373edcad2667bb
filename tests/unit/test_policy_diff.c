#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/policy_diff.h"
#include "core/policy_read.h"

/* A policy of namespace shop whose subject is app=web. */
#define POLICY(name, spec)                                                                         \
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"                                    \
	"metadata: {name: " name ", namespace: shop}\n"                                            \
	"spec: {endpointSelector: {matchLabels: {app: web}}, " spec "}\n"
#define API      "toEndpoints: [{matchLabels: {app: api}}]"
#define TCP(...) "toPorts: [{ports: [" __VA_ARGS__ "]}]"
#define PORT(p)  "{port: \"" p "\", protocol: TCP}"

static struct policies read_text(void *mem, const char *text)
{
	struct policies policies = {0};
	struct err err = {0};

	if (!policy_read(mem, text, strlen(text), &policies, &err))
		fail_msg("%lu:%lu: %s\n%s", err.line, err.column, err.text, text);
	return policies;
}

/* The changes as "effect: text" lines. */
static char *changes(void *mem, const char *before, const char *after)
{
	struct policies *old = mem_new(mem, struct policies), *new = mem_new(mem, struct policies);
	struct policy_changes found;
	char *lines = mem_text(mem, "");

	*old = read_text(mem, before);
	*new = read_text(mem, after);
	policy_diff(mem, old, new, "", &found);
	for (size_t i = 0; i < found.count; i++)
		lines = mem_format(mem, "%s%s: %s\n", lines,
			change_effect_name(found.items[i].effect), found.items[i].text);
	return lines;
}

static void expect(const char *before, const char *after, const char *lines)
{
	void *mem = mem_context(NULL);

	assert_string_equal(changes(mem, before, after), lines);
	mem_free(mem);
}

static void how_it_is_written_makes_no_difference(void **state)
{
	(void)state;
	expect(POLICY("a", "egress: [{" API ", " TCP(PORT("80") ", " PORT("81")) "}]"),
		POLICY("b", "egress: [{" API ", " TCP(PORT("81")) "}]") "---\n" POLICY(
			"c", "egress: [{" API ", " TCP(PORT("80")) "}]"),
		"");
	expect(POLICY("a", "egress: [{" API ", " TCP(PORT("80")) "}]"),
		POLICY("a", "egress: [{" API ", " TCP(PORT("80")) "}, {}]"), "");
	expect(POLICY("a", "egress: [{" API
			   ", " TCP("{port: \"80\", endPort: 90, protocol: TCP}") "}]"),
		POLICY("a", "egress: [{" API
			    ", " TCP("{port: \"80\", endPort: 85, protocol: TCP}, "
				     "{port: \"86\", endPort: 90, protocol: TCP}") "}]"),
		"");
	expect(POLICY("a",
		       "egress: [{toServices: [{k8sService: {serviceName: s, namespace: m}}]}]"),
		POLICY("b",
			"egress: [{toServices: [{k8sService: {serviceName: s, namespace: m}}]}]"),
		"");
}

static void a_port_opens_or_closes(void **state)
{
	const char *one = POLICY("a", "egress: [{" API ", " TCP(PORT("80")) "}]");
	const char *two = POLICY("a", "egress: [{" API ", " TCP(PORT("80") ", " PORT("81")) "}]");

	(void)state;
	expect(one, two, "opens: shop: app=web may reach shop: app=api on 81/TCP\n");
	expect(two, one, "closes: shop: app=web may reach shop: app=api on 81/TCP, no longer\n");
}

static void only_the_difference_of_ranges_is_told(void **state)
{
	(void)state;
	expect(POLICY("a", "egress: [{" API
			   ", " TCP("{port: \"80\", endPort: 90, protocol: TCP}") "}]"),
		POLICY("a", "egress: [{" API
			    ", " TCP("{port: \"70\", endPort: 85, protocol: TCP}") "}]"),
		"closes: shop: app=web may reach shop: app=api on 86-90/TCP, no longer\n"
		"opens: shop: app=web may reach shop: app=api on 70-79/TCP\n");
}

static void a_wider_rule_covers_a_narrower_one(void **state)
{
	(void)state;
	expect(POLICY("a", "egress: [{toEntities: [world]}]"),
		POLICY("a", "egress: [{toEntities: [world]}, {toCIDR: [10.0.0.0/8]}, "
			    "{toFQDNs: [{matchName: a.example}]}]"),
		"");
	expect(POLICY("a", "egress: [{toCIDR: [10.0.0.0/8]}]"),
		POLICY("a", "egress: [{toCIDR: [10.0.0.0/8]}, {toCIDRSet: [{cidr: 10.1.0.0/16, "
			    "except: [10.1.2.0/24]}]}]"),
		"");
	expect(POLICY("a", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]"),
		POLICY("a", "egress: [{toCIDR: [10.0.0.0/8]}]"),
		"opens: shop: app=web may reach 10.0.0.0/8 on every port\n");
	expect(POLICY("a", "egress: [{" API "}]"),
		POLICY("a", "egress: [{" API
			    "}, {toEndpoints: [{matchLabels: {app: api, tier: x}}], " TCP(
				    PORT("1")) "}]"),
		"");
}

static void default_deny_tells_what_stays(void **state)
{
	const char *none = POLICY("a", "egress: [{" API "}]");
	const char *both = POLICY("a",
		"egress: [{" API "}], ingress: [{fromEntities: [cluster], " TCP(PORT("80")) "}]");

	(void)state;
	expect(none, both,
		"closes: shop: app=web: default deny turns on for ingress: only what rules allow "
		"may pass\n"
		"changes: shop: app=web may be reached by cluster on 80/TCP, as before\n");
	expect(both, none,
		"opens: shop: app=web: default deny turns off for ingress: everything may pass "
		"that "
		"no rule denies\n");
}

static void deny_rules_work_the_other_way_round(void **state)
{
	const char *none = POLICY("a", "egress: [{toEntities: [all]}]");
	const char *deny =
		POLICY("a", "egress: [{toEntities: [all]}], egressDeny: [{toCIDR: [10.0.0.0/8]}]");

	(void)state;
	expect(none, deny, "closes: shop: app=web is denied to reach 10.0.0.0/8 on every port\n");
	expect(deny, none,
		"opens: shop: app=web is denied to reach 10.0.0.0/8 on every port, no longer\n");
}

static void l7_restricts(void **state)
{
	const char *plain = POLICY("a", "egress: [{" API ", " TCP(PORT("80")) "}]");
	const char *http =
		POLICY("a", "egress: [{" API ", toPorts: [{ports: [" PORT(
				    "80") "], rules: {http: [{method: GET, path: /a}]}}]}]");

	(void)state;
	expect(plain, http, "closes: shop: app=web may reach shop: app=api on 80/TCP, no longer\n");
	expect(http, plain, "opens: shop: app=web may reach shop: app=api on 80/TCP\n");
	expect(POLICY("a", "egress: [{}]"), http,
		"opens: shop: app=web may reach shop: app=api on 80/TCP with GET /a\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_it_is_written_makes_no_difference),
		cmocka_unit_test(a_port_opens_or_closes),
		cmocka_unit_test(only_the_difference_of_ranges_is_told),
		cmocka_unit_test(a_wider_rule_covers_a_narrower_one),
		cmocka_unit_test(default_deny_tells_what_stays),
		cmocka_unit_test(deny_rules_work_the_other_way_round),
		cmocka_unit_test(l7_restricts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
