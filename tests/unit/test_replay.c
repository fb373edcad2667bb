#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/flow_reader.h"
#include "core/policy_read.h"
#include "core/replay.h"

#define POD(app)                                                                                   \
	"{\"ID\":1,\"identity\":1000,\"namespace\":\"shop\",\"pod_name\":\"" app                   \
	"-1\",\"labels\":[\"k8s:app=" app "\",\"k8s:io.cilium.k8s.policy.cluster=c1\","            \
	"\"k8s:io.kubernetes.pod.namespace=shop\"]}"
/* A SYN that its node let pass to the server's own end. */
#define FLOW(second, client, server, port)                                                         \
	"{\"time\":\"2026-05-01T12:00:" second "Z\",\"node_name\":\"c1/n\",\"verdict\":"           \
	"\"FORWARDED\",\"Type\":\"L3_L4\",\"IP\":{\"source\":\"10.0.0.1\",\"destination\":"        \
	"\"10.0.0.2\",\"ipVersion\":\"IPv4\"},\"l4\":{\"TCP\":{\"source_port\":40000,"             \
	"\"destination_port\":" port                                                               \
	",\"flags\":{\"SYN\":true}}},\"source\":" POD(client) ",\"destination\":" POD(             \
		server) ",\"event_type\":{\"type\":4},\"is_reply\":false,"                         \
			"\"trace_observation_point\":\"TO_ENDPOINT\",\"traffic_direction\":"       \
			"\"INGRESS\"}\n"

static const char flows[] = FLOW("01", "web", "api", "80") FLOW("02", "web", "api", "80")
	FLOW("03", "web", "api", "81") FLOW("04", "api", "db", "5432");

static const char policies_text[] =
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
	"metadata: {name: api, namespace: shop}\n"
	"spec:\n"
	"  endpointSelector: {matchLabels: {app: api}}\n"
	"  ingress:\n"
	"  - {fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: \"80\"}]}]}\n"
	"  - fromEndpoints: [{matchLabels: {app: gone}}]\n"
	"  - {}\n";

static bool take_flow(void *traffic, const struct record *record)
{
	assert_int_equal(record->kind, RECORD_FLOW);
	traffic_add(traffic, record->flow);
	return true;
}

static struct replay_input read_traffic(void *mem)
{
	struct flow_reader_options options = {.cluster = ""};
	struct traffic *traffic = traffic_new(mem);
	struct flow_reader *reader = flow_reader_new(mem, &options, take_flow, traffic);
	struct err err = {0};

	assert_true(flow_reader_feed(reader, flows, strlen(flows), &err));
	assert_true(flow_reader_end(reader, &err));
	return replay_prepare(mem, traffic, NULL, "");
}

static struct replay replay_text(void *mem, const struct replay_input *input, const char *text)
{
	struct policies *policies = mem_new(mem, struct policies);
	struct replay result;

	assert_true(policy_read(mem, text, strlen(text), policies, NULL));
	replay(mem, input, policies, &result);
	return result;
}

static const struct replayed *on_port(
	const struct replay_input *input, const struct replay *result, uint16_t port)
{
	for (size_t i = 0; i < result->count; i++)
		if (input->settlement->items[i].port == port)
			return &result->items[i];
	fail_msg("no connection on port %u", port);
	return NULL;
}

static void connections_meet_the_policies(void **state)
{
	void *mem = mem_context(NULL);
	struct replay_input input = read_traffic(mem);
	struct replay result = replay_text(mem, &input, policies_text);
	const struct replayed *allowed = on_port(&input, &result, 80);
	const struct replayed *denied = on_port(&input, &result, 81);
	const struct replayed *open = on_port(&input, &result, 5432);

	(void)state;
	assert_string_equal(input.cluster, "c1");
	assert_int_equal(result.count, 3);
	assert_int_equal(allowed->verdict, JUDGED_ALLOWED);
	assert_true(allowed->sides[SIDE_INGRESS].evidence);
	assert_int_equal(denied->verdict, JUDGED_DENIED);
	assert_true(denied->evidence_denied);
	assert_int_equal(denied->sides[SIDE_INGRESS].judgement.reason, REASON_DEFAULT_DENY);
	assert_int_equal(open->verdict, JUDGED_ALLOWED);
	assert_true(open->uncovered);
	assert_false(allowed->uncovered);
	assert_int_equal(result.totals[JUDGED_ALLOWED], 2);
	assert_int_equal(result.totals[JUDGED_DENIED], 1);
	assert_int_equal(result.evidence_denied, 1);
	assert_int_equal(result.uncovered, 1);
	mem_free(mem);
}

static void rules_know_what_they_decided(void **state)
{
	void *mem = mem_context(NULL);
	struct replay_input input = read_traffic(mem);
	struct replay result = replay_text(mem, &input, policies_text);

	(void)state;
	/* The empty element allows nothing and is not counted as a rule without hits. */
	assert_int_equal(result.rule_count, 2);
	assert_int_equal(result.rules[0].connections, 1);
	assert_int_equal(result.rules[0].events, 2);
	assert_int_equal(result.rules[1].connections, 0);
	assert_string_equal(deciding_rule_path(mem, &result.rules[1].rule), "spec.ingress[1]");
	mem_free(mem);
}

static void without_policies_nothing_is_denied_or_covered(void **state)
{
	void *mem = mem_context(NULL);
	struct replay_input input = read_traffic(mem);
	struct replay result = replay_text(mem, &input, "");

	(void)state;
	assert_int_equal(result.totals[JUDGED_ALLOWED], 3);
	assert_int_equal(result.evidence_denied, 0);
	assert_int_equal(result.uncovered, 3);
	assert_int_equal(result.rule_count, 0);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_meet_the_policies),
		cmocka_unit_test(rules_know_what_they_decided),
		cmocka_unit_test(without_policies_nothing_is_denied_or_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
