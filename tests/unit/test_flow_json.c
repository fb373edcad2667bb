/* What one JSON record means: encodings, members, labels, forms, and refusals that name the field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json.h"

#define IMPORT_TIME_NS 1700000000000000000
#define MARCH_2        1772442901000000000 /* 2026-03-02T09:15:01Z */

static void *mem; /* of the test that runs */

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static struct record read_bytes(const char *bytes, size_t size)
{
	struct flow_reader_options options = {.cluster = "here", .import_time_ns = IMPORT_TIME_NS};
	struct record record;

	/* A copy of just this size lets the address sanitizer see any read beyond it. */
	flow_json_read(mem, mem_text_n(mem, bytes, size), size, &options, &record);
	return record;
}

static struct record read(const char *json)
{
	return read_bytes(json, strlen(json));
}

static const struct flow *flow_of(const char *json)
{
	struct record record = read(json);

	if (record.kind != RECORD_FLOW)
		fail_msg("%s: %s: %s", json, record.problem ? record.problem->field : "no flow",
			record.problem ? record.problem->text : "");
	assert_null(record.problem);
	return record.flow;
}

/* The flow of {"flow":{MEMBERS}}. */
static const struct flow *with(const char *members)
{
	return flow_of(mem_format(mem, "{\"flow\":{%s}}", members));
}

static void rejects(const char *json, const char *field)
{
	struct record record = read(json);

	if (record.kind != RECORD_REJECTED)
		fail_msg("%s: not rejected", json);
	if (strcmp(record.problem->field, field) != 0)
		fail_msg("%s: field \"%s\" instead of \"%s\": %s", json, record.problem->field,
			field, record.problem->text);
	assert_true(record.problem->text[0] != '\0');
	assert_true(record.problem->code == ERR_INVALID || record.problem->code == ERR_TOO_LARGE);
}

static void rejects_with(const char *members, const char *field)
{
	rejects(mem_format(mem, "{\"flow\":{%s}}", members), mem_format(mem, "flow.%s", field));
}

static const char *list_text(const struct text_list *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->count; i++)
		text = mem_format(mem, "%s%s%s", text, i > 0 ? " " : "", list->items[i]);
	return text;
}

static void kinds_of_records(void **state)
{
	static const struct {
		const char *json;
		enum record_kind kind;
	} cases[] = {
		{"{\"flow\":{\"verdict\":\"DROPPED\"}}", RECORD_FLOW},
		{"{\"verdict\":\"DROPPED\"}", RECORD_FLOW},
		{"{\"verdict\":2}", RECORD_FLOW},
		{"{\"IP\":{}}", RECORD_FLOW},
		{"{\"l4\":{}}", RECORD_FLOW},
		{"{\"source\":{}}", RECORD_FLOW},
		{"{\"destination\":{}}", RECORD_FLOW},
		{"{\"Type\":\"L7\"}", RECORD_FLOW},
		{"{\"event_type\":{\"type\":4}}", RECORD_FLOW},
		{"{\"eventType\":{\"type\":4}}", RECORD_FLOW},
		{"{\"flow\":{\"source\":{},\"destination\":{}}}", RECORD_FLOW},
		{"{\"flow\":{}}", RECORD_OTHER},
		{"{\"flow\":null}", RECORD_OTHER},
		{"{\"flow\":\"text\"}", RECORD_OTHER},
		{"{}", RECORD_OTHER},
		{"{\"node_name\":\"n\",\"time\":\"2026-03-02T09:15:01Z\"}", RECORD_OTHER},
		{"{\"level\":\"info\",\"msg\":\"up\",\"source\":\"stdin\"}", RECORD_OTHER},
		{"{\"something_event\":{\"verdict\":\"DROPPED\"}}", RECORD_OTHER},
		{"{\"lost_events\":{\"num_events_lost\":\"17\"}}", RECORD_LOST_EVENTS},
		{"{\"lostEvents\":{\"numEventsLost\":\"17\"}}", RECORD_LOST_EVENTS},
		{"{\"node_status\":{\"state_change\":\"NODE_GONE\"}}", RECORD_NODE_STATUS},
		{"{\"nodeStatus\":{}}", RECORD_NODE_STATUS},
		{"{\"agent_event\":{\"type\":\"POLICY_UPDATED\"}}", RECORD_AGENT_EVENT},
		{"{\"agentEvent\":{}}", RECORD_AGENT_EVENT},
		{"{\"debug_event\":{\"type\":\"DBG_CT_VERDICT\",\"source\":{}}}",
			RECORD_DEBUG_EVENT},
		{"{\"debugEvent\":{}}", RECORD_DEBUG_EVENT},
		{"17", RECORD_REJECTED},
		{"null", RECORD_REJECTED},
		{"[]", RECORD_REJECTED},
		{"{\"flow\":", RECORD_REJECTED},
		{"", RECORD_REJECTED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct record record = read(cases[i].json);

		if (record.kind != cases[i].kind)
			fail_msg("%s: %d instead of %d", cases[i].json, record.kind, cases[i].kind);
		assert_non_null(record.node);
		assert_non_null(record.state);
		assert_non_null(record.lost_source);
	}
}

static void lost_events_and_node_status(void **state)
{
	struct record record;

	(void)state;
	record = read("{\"lost_events\":{\"source\":\"HUBBLE_RING_BUFFER\",\"num_events_lost\":"
		      "\"18446744073709551615\",\"cpu\":3},\"node_name\":\"a/b\"}");
	assert_int_equal(record.lost_events, UINT64_MAX);
	assert_string_equal(record.lost_source, "HUBBLE_RING_BUFFER");
	assert_string_equal(record.node, "a/b");
	record = read("{\"lost_events\":{\"source\":2,\"num_events_lost\":17}}");
	assert_int_equal(record.lost_events, 17);
	assert_string_equal(record.lost_source, "OBSERVER_EVENTS_QUEUE");
	assert_string_equal(record.node, "");
	rejects("{\"lost_events\":{\"num_events_lost\":\"many\"}}", "lost_events.num_events_lost");
	record = read("{\"node_status\":{\"state_change\":\"NODE_UNAVAILABLE\",\"node_names\":["
		      "\"p/a\",\"p/b\"],\"message\":\"refused\"},\"node_name\":\"relay\"}");
	assert_string_equal(record.state, "NODE_UNAVAILABLE");
	assert_string_equal(record.node, "p/a, p/b");
	record = read("{\"node_status\":{\"state_change\":3}}");
	assert_string_equal(record.state, "NODE_GONE");
}

static void every_member_of_a_full_flow(void **state)
{
	const struct flow *flow = flow_of(
		"{\"flow\":{\"time\":\"2026-03-02T09:15:01.204417301Z\",\"uuid\":\"u-1\","
		"\"verdict\":\"DROPPED\",\"drop_reason\":133,\"auth_type\":\"SPIRE\","
		"\"IP\":{\"source\":\"10.0.1.23\",\"source_xlated\":\"192.0.2.1\","
		"\"destination\":\"10.0.2.41\",\"ipVersion\":\"IPv4\"},"
		"\"l4\":{\"TCP\":{\"source_port\":51734,\"destination_port\":8080,\"flags\":"
		"{\"SYN\":true,\"ACK\":true,\"NS\":true,\"FIN\":false}}},"
		"\"source\":{\"ID\":812,\"identity\":41234,\"cluster_name\":\"prod\","
		"\"namespace\":\"shop\",\"labels\":[\"k8s:app=web\"],\"pod_name\":\"web-1\","
		"\"workloads\":[{\"name\":\"web\",\"kind\":\"Deployment\"}]},"
		"\"destination\":{\"identity\":16777217},\"Type\":\"L3_L4\","
		"\"node_name\":\"prod/node-a\",\"source_names\":[\"A.Example.\"],"
		"\"destination_names\":[\"b.example\",\"c.example.\"],\"reply\":true,"
		"\"event_type\":{\"type\":1,\"sub_type\":133},"
		"\"source_service\":{\"name\":\"s\",\"namespace\":\"n\"},"
		"\"destination_service\":{\"name\":\"d\"},\"traffic_direction\":\"EGRESS\","
		"\"policy_match_type\":4,\"trace_observation_point\":\"TO_NETWORK\","
		"\"trace_reason\":\"RELATED\",\"drop_reason_desc\":\"POLICY_DENIED\","
		"\"is_reply\":false,\"proxy_port\":15001,"
		"\"egress_allowed_by\":[{\"name\":\"p\",\"namespace\":\"shop\",\"kind\":"
		"\"CiliumNetworkPolicy\",\"revision\":\"12\",\"labels\":[\"x\"]}],"
		"\"ingress_allowed_by\":[{\"name\":\"q\"},{\"name\":\"r\"}],"
		"\"egress_denied_by\":[{}],\"ingress_denied_by\":[]}}");

	(void)state;
	assert_true(flow->has_time);
	assert_int_equal(flow->time_ns, MARCH_2 + 204417301);
	assert_string_equal(flow->uuid, "u-1");
	assert_int_equal(flow->verdict, VERDICT_DROPPED);
	assert_int_equal(flow->drop_reason, DROP_POLICY_DENIED);
	assert_string_equal(flow->drop_reason_name, "POLICY_DENIED");
	assert_int_equal(flow->auth_type, 1);
	assert_int_equal(flow->ip_version, 4);
	assert_string_equal(flow->source_address, "10.0.1.23");
	assert_string_equal(flow->source_translated, "192.0.2.1");
	assert_string_equal(flow->destination_address, "10.0.2.41");
	assert_int_equal(flow->protocol, PROTOCOL_TCP);
	assert_false(flow->l4_ambiguous);
	assert_true(flow->has_ports);
	assert_int_equal(flow->source_port, 51734);
	assert_int_equal(flow->destination_port, 8080);
	assert_int_equal(flow->tcp_flags, TCP_SYN | TCP_ACK | TCP_NS);
	assert_true(flow->source.present);
	assert_int_equal(flow->source.id, 812);
	assert_int_equal(flow->source.identity, 41234);
	assert_string_equal(flow->source.cluster, "prod");
	assert_string_equal(flow->source.namespace, "shop");
	assert_string_equal(flow->source.pod, "web-1");
	assert_string_equal(list_text(&flow->source.labels), "k8s:app=web");
	assert_int_equal(flow->source.workload_count, 1);
	assert_string_equal(flow->source.workloads[0].name, "web");
	assert_string_equal(flow->source.workloads[0].kind, "Deployment");
	assert_true(flow->destination.present);
	assert_int_equal(flow->destination.identity, 16777217);
	assert_string_equal(flow->destination.pod, "");
	assert_int_equal(flow->type, FLOW_TYPE_L3_L4);
	assert_string_equal(flow->node, "prod/node-a");
	assert_string_equal(flow->cluster, "prod");
	assert_string_equal(list_text(&flow->source_names), "a.example");
	assert_string_equal(list_text(&flow->destination_names), "b.example c.example");
	assert_int_equal(flow->event, EVENT_DROP);
	assert_true(flow->event_told);
	assert_int_equal(flow->event_sub_type, 133);
	assert_string_equal(flow->source_service, "n/s");
	assert_string_equal(flow->destination_service, "/d");
	assert_int_equal(flow->direction, DIRECTION_EGRESS);
	assert_int_equal(flow->policy_match_type, 4);
	assert_int_equal(flow->point, POINT_TO_NETWORK);
	assert_int_equal(flow->reason, REASON_RELATED);
	assert_int_equal(flow->is_reply, TRISTATE_NO);
	assert_int_equal(flow->proxy_port, 15001);
	assert_int_equal(flow->egress_allowed_by.count, 1);
	assert_string_equal(flow->egress_allowed_by.items[0].name, "p");
	assert_string_equal(flow->egress_allowed_by.items[0].namespace, "shop");
	assert_string_equal(flow->egress_allowed_by.items[0].kind, "CiliumNetworkPolicy");
	assert_int_equal(flow->ingress_allowed_by.count, 2);
	assert_string_equal(flow->ingress_allowed_by.items[1].name, "r");
	assert_string_equal(flow->ingress_allowed_by.items[1].namespace, "");
	assert_int_equal(flow->egress_denied_by.count, 1);
	assert_int_equal(flow->ingress_denied_by.count, 0);
	assert_int_equal(flow->weight, 1);
	assert_false(flow->flat);
}

static void camel_case_means_the_same(void **state)
{
	const struct flow *flow = flow_of(
		"{\"flow\":{\"dropReason\":133,\"authType\":1,\"IP\":{\"source\":\"fd00::1\","
		"\"sourceXlated\":\"fd00::2\"},\"l4\":{\"SCTP\":{\"sourcePort\":\"1\","
		"\"destinationPort\":\"2\",\"chunkType\":\"INIT_ACK\"}},\"source\":{"
		"\"clusterName\":"
		"\"c\",\"podName\":\"p\"},\"nodeName\":\"n\",\"sourceNames\":[\"a\"],"
		"\"destinationNames\":[\"b\"],\"eventType\":{\"type\":1,\"subType\":5},"
		"\"sourceService\":{\"name\":\"s\"},\"destinationService\":{\"name\":\"d\"},"
		"\"trafficDirection\":\"INGRESS\",\"policyMatchType\":2,\"traceObservationPoint\":"
		"\"TO_ENDPOINT\",\"traceReason\":\"NEW\",\"dropReasonDesc\":\"POLICY_DENY\","
		"\"isReply\":true,\"proxyPort\":9,\"egressAllowedBy\":[{}],\"ingressAllowedBy\":[{}"
		"],"
		"\"egressDeniedBy\":[{}],\"ingressDeniedBy\":[{}],"
		"\"aggregate\":{\"ingressFlowCount\":\"3\",\"egressFlowCount\":4,"
		"\"unknownDirectionFlowCount\":5}}}");

	(void)state;
	assert_int_equal(flow->drop_reason, DROP_POLICY_DENY);
	assert_int_equal(flow->auth_type, 1);
	assert_int_equal(flow->ip_version, 6);
	assert_string_equal(flow->source_translated, "fd00::2");
	assert_int_equal(flow->protocol, PROTOCOL_SCTP);
	assert_int_equal(flow->source_port, 1);
	assert_int_equal(flow->destination_port, 2);
	assert_int_equal(flow->sctp_chunk, SCTP_INIT_ACK);
	assert_string_equal(flow->source.cluster, "c");
	assert_string_equal(flow->source.pod, "p");
	assert_string_equal(flow->node, "n");
	assert_string_equal(flow->cluster, "here");
	assert_string_equal(list_text(&flow->source_names), "a");
	assert_string_equal(list_text(&flow->destination_names), "b");
	assert_int_equal(flow->event, EVENT_DROP);
	assert_int_equal(flow->event_sub_type, 5);
	assert_string_equal(flow->source_service, "/s");
	assert_string_equal(flow->destination_service, "/d");
	assert_int_equal(flow->direction, DIRECTION_INGRESS);
	assert_int_equal(flow->policy_match_type, 2);
	assert_int_equal(flow->point, POINT_TO_ENDPOINT);
	assert_int_equal(flow->reason, REASON_NEW);
	assert_int_equal(flow->is_reply, TRISTATE_YES);
	assert_int_equal(flow->proxy_port, 9);
	assert_int_equal(flow->egress_allowed_by.count, 1);
	assert_int_equal(flow->ingress_allowed_by.count, 1);
	assert_int_equal(flow->egress_denied_by.count, 1);
	assert_int_equal(flow->ingress_denied_by.count, 1);
	assert_int_equal(flow->weight, 12);
}

static void numbers_come_in_many_spellings(void **state)
{
	(void)state;
	assert_int_equal(with("\"source\":{\"identity\":\"41234\"}")->source.identity, 41234);
	assert_int_equal(with("\"source\":{\"identity\":41234.0}")->source.identity, 41234);
	assert_int_equal(with("\"source\":{\"identity\":4294967295}")->source.identity, UINT32_MAX);
	assert_int_equal(with("\"verdict\":5")->verdict, VERDICT_REDIRECTED);
	assert_int_equal(with("\"verdict\":\"5\"")->verdict, VERDICT_REDIRECTED);
	assert_int_equal(with("\"l4\":{\"UDP\":{\"source_port\":65535}}")->source_port, 65535);
	assert_int_equal(with("\"verdict\":1,\"aggregate\":{\"ingress_flow_count\":40,"
			      "\"egress_flow_count\":\"38\"}")
				 ->weight,
		78);
	assert_int_equal(with("\"verdict\":1,\"aggregate\":{}")->weight, 1);
	/* Unsigned 64-bit numbers beyond jansson's, in a member that nobody reads. */
	assert_int_equal(with("\"verdict\":1,\"socket_cookie\":18446744073709551615,\"l4\":{"
			      "\"TCP\":{\"source_port\":7}}")
				 ->source_port,
		7);
	rejects_with("\"l4\":{\"TCP\":{\"destination_port\":65536}}", "l4.TCP.destination_port");
	rejects_with("\"l4\":{\"TCP\":{\"destination_port\":70000}}", "l4.TCP.destination_port");
	rejects_with("\"l4\":{\"TCP\":{\"destinationPort\":70000}}", "l4.TCP.destinationPort");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":-1}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":\"-1\"}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":1.5}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":\"\"}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":\" 1\"}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":\"99999999999999999999\"}}",
		"l4.UDP.source_port");
	rejects_with("\"l4\":{\"UDP\":{\"source_port\":true}}", "l4.UDP.source_port");
	rejects_with("\"l4\":{\"ICMPv4\":{\"type\":256}}", "l4.ICMPv4.type");
	rejects_with("\"source\":{\"identity\":4294967296}", "source.identity");
	rejects_with("\"source\":{\"identity\":-5}", "source.identity");
	rejects_with("\"source\":{\"identity\":1e300}", "source.identity");
	rejects_with("\"aggregate\":{\"ingress_flow_count\":1000000000001}", "aggregate");
	rejects_with("\"aggregate\":{\"ingress_flow_count\":\"18446744073709551615\","
		     "\"egress_flow_count\":1}",
		"aggregate");
	assert_int_equal(
		with("\"aggregate\":{\"ingress_flow_count\":1000000000000}")->weight, LIMIT_WEIGHT);
}

static void unknown_names_are_kept_harmlessly(void **state)
{
	(void)state;
	assert_int_equal(with("\"verdict\":\"QUARANTINED\"")->verdict, VERDICTS);
	assert_true(with("\"verdict\":99")->verdict >= VERDICTS);
	assert_string_equal(verdict_name(with("\"verdict\":99")->verdict), "");
	assert_int_equal(with("\"Type\":\"L8\"")->type, FLOW_TYPE_UNKNOWN);
	assert_int_equal(with("\"traffic_direction\":\"UP\"")->direction, DIRECTION_UNKNOWN);
	assert_int_equal(with("\"trace_observation_point\":\"TO_MOON\"")->point, POINT_UNKNOWN);
	assert_int_equal(with("\"trace_reason\":\"WHY\"")->reason, REASON_UNKNOWN);
	assert_string_equal(with("\"drop_reason_desc\":\"MADE_UP\"")->drop_reason_name, "MADE_UP");
	assert_int_equal(with("\"drop_reason_desc\":\"MADE_UP\"")->drop_reason, 0);
	assert_int_equal(with("\"drop_reason_desc\":250")->drop_reason, 250);
	assert_string_equal(with("\"drop_reason_desc\":250")->drop_reason_name, "");
	assert_string_equal(with("\"drop_reason_desc\":181")->drop_reason_name, "POLICY_DENY");
	assert_string_equal(with("\"drop_reason\":133")->drop_reason_name, "POLICY_DENIED");
	assert_int_equal(with("\"event_type\":{\"type\":1,\"sub_type\":132}")->drop_reason, 132);
	assert_int_equal(with("\"event_type\":{\"type\":42},\"verdict\":1")->event, EVENT_UNKNOWN);
	assert_true(with("\"event_type\":{\"type\":42}")->event_told);
	assert_int_equal(with("\"verdict\":\"ALLOWED\"")->verdict, VERDICT_FORWARDED);
	assert_int_equal(with("\"verdict\":\"DENIED\"")->verdict, VERDICT_DROPPED);
	rejects_with("\"verdict\":true", "verdict");
	rejects_with("\"verdict\":-1", "verdict");
	rejects_with("\"verdict\":{}", "verdict");
}

static void null_and_unknown_members_are_as_if_absent(void **state)
{
	const struct flow *flow = with(
		"\"verdict\":null,\"time\":null,\"uuid\":null,\"IP\":null,\"l4\":{\"TCP\":null},"
		"\"source\":null,\"destination\":{\"labels\":null,\"pod_name\":null,"
		"\"workloads\":null},\"source_names\":null,\"l7\":null,\"event_type\":null,"
		"\"is_reply\":null,\"egress_allowed_by\":null,\"aggregate\":null,"
		"\"brand_new\":{\"a\":[1,{\"b\":null}]},\"extensions\":{\"@type\":\"x\"}");

	(void)state;
	assert_int_equal(flow->verdict, VERDICT_UNKNOWN);
	assert_false(flow->has_time);
	assert_int_equal(flow->time_ns, IMPORT_TIME_NS);
	assert_int_equal(flow->protocol, PROTOCOL_NONE);
	assert_int_equal(flow->ip_version, 0);
	assert_false(flow->source.present);
	assert_true(flow->destination.present);
	assert_int_equal(flow->is_reply, TRISTATE_UNKNOWN);
	assert_int_equal(flow->l7.kind, L7_KIND_NONE);
	assert_string_equal(flow->source_address, "");
	assert_string_equal(flow->l7.http.method, "");
	assert_string_equal(flow->l7.dns.query, "");
	assert_string_equal(flow->source.pod, "");
	assert_string_equal(flow->source_service, "");
	assert_string_equal(flow->cluster, "here");
}

static void is_reply_has_three_states(void **state)
{
	static const struct {
		const char *members;
		enum tristate state;
	} cases[] = {
		{"\"is_reply\":true", TRISTATE_YES},
		{"\"is_reply\":false", TRISTATE_NO},
		{"\"is_reply\":null", TRISTATE_UNKNOWN},
		{"\"verdict\":1", TRISTATE_UNKNOWN},
		{"\"is_reply\":{\"value\":true}", TRISTATE_YES},
		{"\"isReply\":{\"value\":false}", TRISTATE_NO},
		{"\"is_reply\":{\"value\":null}", TRISTATE_UNKNOWN},
		{"\"is_reply\":{}", TRISTATE_UNKNOWN},
		{"\"is_reply\":\"true\"", TRISTATE_YES},
		{"\"reply\":true", TRISTATE_YES},
		{"\"reply\":false", TRISTATE_UNKNOWN},
		{"\"reply\":true,\"is_reply\":false", TRISTATE_NO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(with(cases[i].members)->is_reply, cases[i].state);
	rejects_with("\"is_reply\":7", "is_reply");
	rejects_with("\"is_reply\":{\"value\":7}", "is_reply");
}

static void times(void **state)
{
	static const struct {
		const char *time;
		int64_t ns;
	} cases[] = {
		{"\"2026-03-02T09:15:01Z\"", MARCH_2},
		{"\"2026-03-02T09:15:01.2Z\"", MARCH_2 + 200000000},
		{"\"2026-03-02T09:15:01.204Z\"", MARCH_2 + 204000000},
		{"\"2026-03-02T09:15:01.204417Z\"", MARCH_2 + 204417000},
		{"\"2026-03-02T09:15:01.204417301Z\"", MARCH_2 + 204417301},
		{"\"2026-03-02T09:15:01.2044173019Z\"", MARCH_2 + 204417301},
		{"\"2026-03-02t09:15:01z\"", MARCH_2},
		{"\"2026-03-02 09:15:01Z\"", MARCH_2},
		{"\"2026-03-02T09:15:01\"", MARCH_2},
		{"\"2026-03-02T11:15:01+02:00\"", MARCH_2},
		{"\"2026-03-01T23:45:01-09:30\"", MARCH_2},
		{"{\"seconds\":\"1772442901\",\"nanos\":5}", MARCH_2 + 5},
		{"{\"seconds\":1772442901}", MARCH_2},
		{"\"1970-01-01T00:00:00Z\"", 0},
		{"\"2000-02-29T23:59:60Z\"", 951868799999999999},
		{"\"2100-12-31T23:59:59.999999999Z\"", 4133980799999999999},
	};
	static const char *const wrong[] = {"\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"",
		"\"1969-12-31T23:59:59Z\"", "\"1970-01-01T00:00:00+00:01\"",
		"\"2101-01-01T00:00:00Z\"", "\"2026-02-29T00:00:00Z\"", "\"2026-13-01T00:00:00Z\"",
		"\"2026-00-01T00:00:00Z\"", "\"2026-01-00T00:00:00Z\"", "\"2026-01-01T24:00:00Z\"",
		"\"2026-01-01T00:60:00Z\"", "\"2026-01-01T00:00:61Z\"", "\"2026-01-01T00:00:00.Z\"",
		"\"2026-01-01T00:00:00Zx\"", "\"2026-01-01T00:00:00+0200\"",
		"\"2026-01-01T00:00:00+25:00\"", "\"2026-01-01\"", "\"yesterday\"", "\"\"", "17",
		"{}", "{\"seconds\":-1}", "{\"seconds\":\"99999999999\"}",
		"{\"seconds\":1,\"nanos\":1000000000}", "{\"seconds\":1,\"nanos\":-1}",
		"{\"seconds\":18446744073709551615}", "[]"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct flow *flow =
			with(mem_format(mem, "\"time\":%s,\"verdict\":1", cases[i].time));

		assert_true(flow->has_time);
		if (flow->time_ns != cases[i].ns)
			fail_msg("%s: %lld", cases[i].time, (long long)flow->time_ns);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		rejects_with(mem_format(mem, "\"time\":%s", wrong[i]), "time");
}

static void the_wrapper_fills_in(void **state)
{
	const struct flow *flow =
		flow_of("{\"flow\":{\"verdict\":1},\"node_name\":\"prod/n\",\"time\":"
			"\"2026-03-02T09:15:01Z\"}");

	(void)state;
	assert_true(flow->has_time);
	assert_int_equal(flow->time_ns, MARCH_2);
	assert_string_equal(flow->node, "prod/n");
	assert_string_equal(flow->cluster, "prod");
	flow = flow_of("{\"flow\":{\"time\":\"2026-03-02T09:15:01Z\",\"node_name\":\"inner\"},"
		       "\"nodeName\":\"outer\",\"time\":\"nonsense\"}");
	assert_int_equal(flow->time_ns, MARCH_2);
	assert_string_equal(flow->node, "inner");
	assert_string_equal(flow->cluster, "here");
	rejects("{\"flow\":{\"verdict\":1},\"time\":\"0001-01-01T00:00:00Z\"}", "time");
}

static void protocols(void **state)
{
	const struct flow *flow;

	(void)state;
	flow = with("\"l4\":{\"ICMPv4\":{}}");
	assert_int_equal(flow->protocol, PROTOCOL_ICMPV4);
	assert_int_equal(flow->icmp_type, 0);
	assert_false(flow->has_ports);
	flow = with("\"l4\":{\"ICMPv6\":{\"type\":128,\"code\":1}}");
	assert_int_equal(flow->protocol, PROTOCOL_ICMPV6);
	assert_int_equal(flow->icmp_type, 128);
	assert_int_equal(flow->icmp_code, 1);
	assert_int_equal(with("\"l4\":{\"VRRP\":{\"vrid\":1}}")->protocol, PROTOCOL_VRRP);
	assert_int_equal(with("\"l4\":{\"IGMP\":{}}")->protocol, PROTOCOL_IGMP);
	assert_int_equal(with("\"l4\":{\"GRE\":{}}")->protocol, PROTOCOL_NONE);
	assert_int_equal(with("\"l4\":{}")->protocol, PROTOCOL_NONE);
	flow = with("\"l4\":{\"TCP\":{\"destination_port\":80}}");
	assert_true(flow->has_ports);
	assert_int_equal(flow->source_port, 0);
	flow = with("\"l4\":{\"TCP\":{\"flags\":{\"SYN\":true}}}");
	assert_false(flow->has_ports);
	flow = with("\"l4\":{\"UDP\":{\"destination_port\":53},\"TCP\":{\"destination_port\":80}}");
	assert_true(flow->l4_ambiguous);
	rejects_with("\"l4\":[]", "l4");
	rejects_with("\"l4\":{\"TCP\":80}", "l4.TCP");
	rejects_with("\"l4\":{\"TCP\":{\"flags\":{\"SYN\":\"yes\"}}}", "l4.TCP.flags.SYN");
}

static void addresses(void **state)
{
	(void)state;
	assert_string_equal(with("\"IP\":{\"source\":\"FD00:0:0::1\"}")->source_address, "fd00::1");
	assert_int_equal(with("\"IP\":{\"destination\":\"fd00::1\"}")->ip_version, 6);
	assert_int_equal(with("\"IP\":{\"ipVersion\":\"IPv6\"}")->ip_version, 6);
	assert_int_equal(with("\"IP\":{\"ipVersion\":1}")->ip_version, 4);
	assert_int_equal(with("\"IP\":{\"ipVersion\":4}")->ip_version, 4);
	assert_int_equal(
		with("\"IP\":{\"ipVersion\":\"IPv6\",\"source\":\"1.2.3.4\"}")->ip_version, 4);
	assert_int_equal(with("\"IP\":{\"source\":\"\"}")->ip_version, 0);
	assert_string_equal(with("\"ip\":{\"source\":\"1.2.3.4\"}")->source_address, "1.2.3.4");
	rejects_with("\"IP\":{\"source\":\"10.0.0.300\"}", "IP.source");
	rejects_with("\"IP\":{\"destination\":\"example.com\"}", "IP.destination");
	rejects_with("\"IP\":{\"destination\":\"10.0.0.0/8\"}", "IP.destination");
	rejects_with("\"IP\":{\"sourceXlated\":\"fe80::1%eth0\"}", "IP.sourceXlated");
}

/* The canonical labels of an endpoint whose `labels` member is this. */
static const char *labels_of(const char *labels)
{
	return list_text(
		&with(mem_format(mem, "\"source\":{\"labels\":%s}", labels))->source.labels);
}

static void labels_have_one_form(void **state)
{
	static const struct {
		const char *labels, *canonical;
	} cases[] = {
		{"[]", ""},
		{"[\"k8s:app=web\"]", "k8s:app=web"},
		{"[\"k8s:b=2\",\"k8s:a=1\",\"k8s:b=2\"]", "k8s:a=1 k8s:b=2"},
		{"[\"k8s:empty\"]", "k8s:empty="},
		{"[\"k8s:empty=\",\"k8s:empty\"]", "k8s:empty="},
		{"[\"k8s:a=b:c=d\"]", "k8s:a=b:c=d"},
		{"[\"k8s:a.b/c=x\"]", "k8s:a.b/c=x"},
		{"[\"reserved:host\"]", "reserved:host"},
		{"[\"reserved:host=\"]", "reserved:host"},
		{"[\"$host\",\"reserved:host\"]", "reserved:host"},
		{"[\"reserved:a=b\"]", "reserved:a=b"},
		{"[\"app=web\"]", "unspec:app=web"},
		{"[\"app\"]", "unspec:app="},
		{"[\":app=web\"]", "unspec:app=web"},
		{"[\"url=http://x\"]", "unspec:url=http://x"},
		{"[\"cidr:203.0.113.0/24\"]", "cidr:203.0.113.0/24="},
		{"[\"cidr:2001-db8--0/64\"]", "cidr:2001-db8--0/64="},
		{"[\"fqdn:*.example.com\"]", "fqdn:*.example.com="},
		{"[\"gen:io.cilium.k8s.named-ports=http.TCP.8080\"]",
			"gen:io.cilium.k8s.named-ports=http.TCP.8080"},
		{"{\"app\":\"web\",\"tier\":\"\"}", "k8s:app=web k8s:tier="},
		{"{\"reserved:world\":\"\"}", "reserved:world"},
		{"{\"k8s:app\":\"web\"}", "k8s:app=web"},
		{"{\"cidr:10.0.0.0/8\":\"\"}", "cidr:10.0.0.0/8="},
		{"{\"a\":null,\"b\":7,\"c\":true}", "k8s:a= k8s:b=7 k8s:c=true"},
		{"{\"app.kubernetes.io/name\":\"a:b\"}", "k8s:app.kubernetes.io/name=a:b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strcmp(labels_of(cases[i].labels), cases[i].canonical) != 0)
			fail_msg("%s: %s", cases[i].labels, labels_of(cases[i].labels));
}

static void labels_that_cannot_be_selected_are_refused(void **state)
{
	char *many = mem_text(mem, "\"source\":{\"labels\":[\"a0\""), *edge;
	char *size = mem_array(mem, char, LIMIT_LABEL + 2);

	(void)state;
	rejects_with("\"source\":{\"labels\":[\"k8s:a=1\",\"k8s:a\\nb=2\"]}", "source.labels[1]");
	rejects_with("\"source\":{\"labels\":[\"k8s:a=\\u0007\"]}", "source.labels[0]");
	rejects_with("\"source\":{\"labels\":[\"k8s:a=\\u007f\"]}", "source.labels[0]");
	rejects_with("\"source\":{\"labels\":[\"k8s:a=\\u0085\"]}", "source.labels[0]");
	rejects_with("\"destination\":{\"labels\":[\"\"]}", "destination.labels[0]");
	rejects_with("\"destination\":{\"labels\":[\"k8s:\"]}", "destination.labels[0]");
	rejects_with("\"destination\":{\"labels\":[\"k8s:=x\"]}", "destination.labels[0]");
	rejects_with("\"destination\":{\"labels\":[7]}", "destination.labels[0]");
	rejects_with("\"destination\":{\"labels\":{\"a\":{}}}", "destination.labels.a");
	rejects_with("\"destination\":{\"labels\":{\"\":\"x\"}}", "destination.labels.");
	rejects_with("\"destination\":{\"labels\":{\"a=b\":\"x\"}}", "destination.labels.a=b");
	rejects_with("\"destination\":{\"labels\":\"k8s:a=b\"}", "destination.labels");
	rejects_with("\"destination\":\"shop/cart\",\"verdict\":1", "destination");

	for (int i = 1; i < LIMIT_LABELS; i++)
		many = mem_format(mem, "%s,\"a%d\"", many, i);
	edge = mem_format(mem, "%s]}", many);
	assert_int_equal(with(edge)->source.labels.count, LIMIT_LABELS);
	rejects_with(mem_format(mem, "%s,\"b\"]}", many), "source.labels");

	memset(size, 'x', LIMIT_LABEL + 1);
	rejects_with(mem_format(mem, "\"source\":{\"labels\":[\"%s\"]}", size), "source.labels[0]");
	size[LIMIT_LABEL] = '\0';
	assert_int_equal(with(mem_format(mem, "\"source\":{\"labels\":[\"%s\"]}", size))
				 ->source.labels.count,
		1);
}

static void the_identity_tells_namespace_and_cluster(void **state)
{
	const struct flow *flow = with(
		"\"source\":{\"labels\":[\"k8s:io.kubernetes.pod.namespace=shop\","
		"\"k8s:io.cilium.k8s.policy.cluster=eu\"]},\"destination\":{\"namespace\":\"own\","
		"\"cluster_name\":\"us\",\"labels\":[\"k8s:io.kubernetes.pod.namespace=shop\","
		"\"k8s:io.cilium.k8s.policy.cluster=eu\"]}");

	(void)state;
	assert_string_equal(flow->source.namespace, "shop");
	assert_string_equal(flow->source.cluster, "eu");
	assert_string_equal(flow->destination.namespace, "own");
	assert_string_equal(flow->destination.cluster, "us");
}

static void the_event_type_is_recovered(void **state)
{
	static const struct {
		const char *members;
		enum event_type event;
	} cases[] = {
		{"\"Type\":\"L7\",\"verdict\":\"DROPPED\"", EVENT_L7},
		{"\"l7\":{\"http\":{\"method\":\"GET\"}},\"verdict\":\"DROPPED\"", EVENT_L7},
		{"\"Type\":\"SOCK\",\"verdict\":\"TRACED\"", EVENT_SOCK},
		{"\"verdict\":\"TRANSLATED\"", EVENT_SOCK},
		{"\"trace_observation_point\":\"TO_STACK\"", EVENT_TRACE},
		{"\"verdict\":\"DROPPED\"", EVENT_DROP},
		{"\"verdict\":\"DROPPED\",\"policy_match_type\":2", EVENT_POLICY_VERDICT},
		{"\"verdict\":\"DROPPED\",\"egress_denied_by\":[]", EVENT_POLICY_VERDICT},
		{"\"auth_type\":\"SPIRE\",\"verdict\":\"FORWARDED\"", EVENT_POLICY_VERDICT},
		{"\"verdict\":\"AUDIT\",\"Type\":\"L3_L4\"", EVENT_POLICY_VERDICT},
		{"\"verdict\":\"REDIRECTED\"", EVENT_POLICY_VERDICT},
		{"\"verdict\":\"FORWARDED\"", EVENT_TRACE},
		{"\"source\":{}", EVENT_UNKNOWN},
		{"\"verdict\":\"QUARANTINED\"", EVENT_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct flow *flow = with(cases[i].members);

		assert_false(flow->event_told);
		if (flow->event != cases[i].event)
			fail_msg("%s: %s", cases[i].members, event_name(flow->event));
	}
	assert_int_equal(
		with("\"event_type\":{\"type\":4,\"sub_type\":4}")->point, POINT_TO_OVERLAY);
	assert_int_equal(with("\"event_type\":{\"type\":4}")->point, POINT_TO_ENDPOINT);
	assert_int_equal(with("\"event_type\":{\"type\":4,\"sub_type\":77}")->point, POINT_UNKNOWN);
	assert_int_equal(with("\"verdict\":1")->point, POINT_UNKNOWN);
	assert_int_equal(with("\"event_type\":{\"type\":5}")->point, POINT_UNKNOWN);
	rejects_with("\"event_type\":4,\"verdict\":1", "event_type");
}

static void l7(void **state)
{
	const struct flow *flow = with(
		"\"l7\":{\"type\":\"RESPONSE\",\"latency_ns\":\"5\",\"http\":{\"code\":200,"
		"\"method\":\"GET\",\"url\":\"http://c/v1?a=1\\u0026b\",\"protocol\":\"HTTP/1.1\","
		"\"headers\":[{\"key\":\"A\",\"value\":\"b\"},{\"key\":\"C\"}]}}");

	(void)state;
	assert_int_equal(flow->type, FLOW_TYPE_L7);
	assert_int_equal(flow->l7.type, L7_RESPONSE);
	assert_int_equal(flow->l7.kind, L7_HTTP);
	assert_int_equal(flow->l7.http.code, 200);
	assert_string_equal(flow->l7.http.method, "GET");
	assert_string_equal(flow->l7.http.url, "http://c/v1?a=1&b");
	assert_string_equal(flow->l7.http.protocol, "HTTP/1.1");
	assert_int_equal(flow->l7.http.header_count, 2);
	assert_string_equal(flow->l7.http.headers[0].value, "b");
	assert_string_equal(flow->l7.http.headers[1].value, "");

	flow = with("\"l7\":{\"type\":2,\"dns\":{\"query\":\"Api.pay.example.\",\"ips\":["
		    "\"203.0.113.7\"],\"ttl\":4294967295,\"cnames\":[\"x.example.\"],\"rcode\":3,"
		    "\"qtypes\":[\"A\",\"AAAA\"],\"rrtypes\":[\"A\"]}}");
	assert_int_equal(flow->l7.kind, L7_DNS);
	assert_string_equal(flow->l7.dns.query, "Api.pay.example.");
	assert_string_equal(list_text(&flow->l7.dns.addresses), "203.0.113.7");
	assert_string_equal(list_text(&flow->l7.dns.cnames), "x.example.");
	assert_string_equal(list_text(&flow->l7.dns.qtypes), "A AAAA");
	assert_int_equal(flow->l7.dns.ttl, UINT32_MAX);
	assert_int_equal(flow->l7.dns.rcode, 3);

	flow = with("\"l7\":{\"type\":\"REQUEST\",\"kafka\":{\"topic\":\"t\"}}");
	assert_int_equal(flow->l7.kind, L7_OTHER);
	rejects_with("\"l7\":{\"http\":{\"code\":\"x\"}}", "l7.http.code");
	rejects_with("\"l7\":{\"dns\":{\"query\":[]}}", "l7.dns.query");
}

/* A wrong decoration misleads nobody, so the flow stays. */
static void decorations_may_be_wrong(void **state)
{
	const struct flow *flow = with(
		"\"verdict\":1,\"uuid\":7,\"proxy_port\":\"x\",\"policy_match_type\":-1,"
		"\"auth_type\":{},\"drop_reason\":[],\"source\":{\"workloads\":[7],\"pod_name\":"
		"\"p\"},\"source_service\":3,\"egress_allowed_by\":{},\"l7\":{\"http\":{"
		"\"headers\":7,"
		"\"protocol\":1}},\"IP\":{\"ipVersion\":{},\"source\":\"1.2.3.4\"}");

	(void)state;
	assert_string_equal(flow->uuid, "");
	assert_string_equal(flow->source.pod, "p");
	assert_int_equal(flow->source.workload_count, 0);
	assert_string_equal(flow->source_service, "");
	assert_int_equal(flow->l7.http.header_count, 0);
	assert_int_equal(flow->ip_version, 4);
}

static void texts_are_bounded(void **state)
{
	static const struct {
		const char *format, *field;
		size_t limit;
	} cases[] = {
		{"\"source\":{\"pod_name\":\"%s\"}", "source.pod_name", LIMIT_NAME},
		{"\"source\":{\"namespace\":\"%s\"}", "source.namespace", LIMIT_NAME},
		{"\"node_name\":\"%s\"", "node_name", LIMIT_NAME},
		{"\"destination_names\":[\"%s\"]", "destination_names[0]", LIMIT_NAME},
		{"\"l7\":{\"dns\":{\"query\":\"%s\"}}", "l7.dns.query", LIMIT_NAME},
		{"\"l7\":{\"http\":{\"url\":\"%s\"}}", "l7.http.url", LIMIT_TEXT},
	};
	char *text = mem_array(mem, char, LIMIT_TEXT + 2), *names = mem_text(mem, "\"a\"");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *hole = strstr(cases[i].format, "%s");
		int before = (int)(hole - cases[i].format);

		memset(text, 'a', LIMIT_TEXT + 2);
		text[cases[i].limit] = '\0';
		with(mem_format(mem, "%.*s%s%s", before, cases[i].format, text, hole + 2));
		text[cases[i].limit] = 'a';
		text[cases[i].limit + 1] = '\0';
		rejects_with(mem_format(mem, "%.*s%s%s", before, cases[i].format, text, hole + 2),
			cases[i].field);
	}
	rejects_with("\"source\":{\"pod_name\":\"a\\u001b[31m\"}", "source.pod_name");
	for (int i = 1; i < LIMIT_NAMES; i++)
		names = mem_format(mem, "%s,\"a\"", names);
	with(mem_format(mem, "\"source_names\":[%s]", names));
	rejects_with(mem_format(mem, "\"source_names\":[%s,\"b\"]", names), "source_names");
}

static void broken_json_names_the_place(void **state)
{
	struct record record;

	(void)state;
	rejects("{\"flow\":{\"source\":{\"pod_name\":\"\xff\"}}}", "flow.source.pod_name");
	rejects("{\"flow\":{\"source\":{\"labels\":[\"a\",\"\\u0000\"]}}}", "flow.source.labels");
	rejects("{\"flow\":{\"uuid\":\"a\",\"uuid\":\"b\"}}", "flow.uuid");
	rejects("{\"flow\":{\"verdict\":\"DROPPED\",\"verdict\":\"FORWARDED\"}}", "flow.verdict");
	rejects("{\"flow\":{\"verdict\":tru}}", "flow.verdict");
	rejects("{\"flow\":{\"a\":1e999}}", "flow.a");
	rejects("{\"flow\":{\"verdict\":\"\\ud800\"}}", "flow.verdict");
	rejects_with("\"source\":{\"pod_name\":[\"x\"]}", "source.pod_name");
	record = read("{\n \"flow\":\n  {\"a\" 1}}");
	assert_int_equal(record.problem->line, 3);
	record = read_bytes("{\"a\":\"\0\"}", 9);
	assert_int_equal(record.kind, RECORD_REJECTED);
}

static void log_pipelines_are_unwrapped(void **state)
{
	static const char *const wraps[] = {
		"{\"date\":1772442901.2,\"log\":%s}",
		"{\"message\":%s,\"timestamp\":\"2020-01-01T00:00:00Z\",\"source_type\":\"file\"}",
		"{\"MESSAGE\":%s,\"_PID\":\"1\"}",
		"{\"body\":{\"stringValue\":%s}}",
		"{\"event\":%s,\"sourcetype\":\"hubble\"}",
		"{\"log\":{\"log\":%s}}",
		"{\"source\":{\"ip\":\"1.2.3.4\"},\"message\":%s}",
	};
	static const char *const flows[] = {
		"{\"flow\":{\"source\":{\"pod_name\":\"p\"}}}",
		"\"{\\\"flow\\\":{\\\"source\\\":{\\\"pod_name\\\":\\\"p\\\"}}}\\n\"",
		"\" {\\\"source\\\":{\\\"pod_name\\\":\\\"p\\\"}}\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++)
		for (size_t j = 0; j < sizeof flows / sizeof *flows; j++) {
			const char *hole = strstr(wraps[i], "%s");

			assert_string_equal(
				flow_of(mem_format(mem, "%.*s%s%s", (int)(hole - wraps[i]),
						wraps[i], flows[j], hole + 2))
					->source.pod,
				"p");
		}
	/* The members that the pipeline adds to a flow do not matter. */
	assert_string_equal(
		flow_of("{\"date\":1.5,\"flow\":{\"source\":{\"pod_name\":\"p\"}}}")->source.pod,
		"p");
	assert_int_equal(read("{\"log\":\"level=info msg=up\"}").kind, RECORD_OTHER);
	assert_int_equal(read("{\"log\":\"\"}").kind, RECORD_OTHER);
	assert_int_equal(read("{\"log\":\"{\\\"level\\\":\\\"info\\\"}\"}").kind, RECORD_OTHER);
	assert_int_equal(read("{\"log\":{\"log\":{\"log\":{\"verdict\":1}}}}").kind, RECORD_OTHER);
	assert_int_equal(read("{\"log\":\"{\\\"flow\\\":{\"}").kind, RECORD_REJECTED);
	rejects("{\"log\":{\"flow\":{\"verdict\":true}}}", "log.flow.verdict");
}

#define FLAT                                                                                       \
	"\"timestamp\":\"2026-03-02T09:15:01Z\",\"source_namespace\":\"shop\",\"source_labels\":{" \
	"\"app\":\"web\"},\"destination_namespace\":\"shop\",\"destination_labels\":{\"app\":"     \
	"\"cart\"}"

static void the_flat_form(void **state)
{
	const struct flow *flow = flow_of("{" FLAT "}");

	(void)state;
	assert_true(flow->flat);
	assert_true(flow->has_time);
	assert_int_equal(flow->time_ns, MARCH_2);
	assert_string_equal(flow->cluster, "here");
	assert_int_equal(flow->verdict, VERDICT_FORWARDED);
	assert_int_equal(flow->event, EVENT_TRACE);
	assert_int_equal(flow->is_reply, TRISTATE_NO);
	assert_int_equal(flow->protocol, PROTOCOL_NONE);
	assert_false(flow->has_ports);
	assert_true(flow->source.present);
	assert_string_equal(flow->source.namespace, "shop");
	assert_string_equal(list_text(&flow->source.labels), "k8s:app=web");
	assert_string_equal(list_text(&flow->destination.labels), "k8s:app=cart");
	assert_int_equal(flow->l7.kind, L7_KIND_NONE);

	flow = flow_of("{" FLAT ",\"source_pod\":\"web-1\",\"destination_pod\":\"cart-0\","
		       "\"destination_port\":\"8080\",\"protocol\":\"tcp\",\"http_method\":\"GET\","
		       "\"http_path\":\"/v1/items?x=1\",\"whatever\":1}");
	assert_string_equal(flow->source.pod, "web-1");
	assert_string_equal(flow->destination.pod, "cart-0");
	assert_int_equal(flow->destination_port, 8080);
	assert_true(flow->has_ports);
	assert_int_equal(flow->protocol, PROTOCOL_TCP);
	assert_int_equal(flow->l7.type, L7_REQUEST);
	assert_int_equal(flow->l7.kind, L7_HTTP);
	assert_string_equal(flow->l7.http.method, "GET");
	assert_string_equal(flow->l7.http.url, "/v1/items?x=1");

	flow = flow_of("{" FLAT ",\"destination_port\":null,\"protocol\":\"ICMPv6\","
		       "\"http_method\":null,\"http_path\":null}");
	assert_int_equal(flow->protocol, PROTOCOL_ICMPV6);
	assert_int_equal(flow->icmp_type, 128);
	assert_int_equal(flow_of("{" FLAT ",\"protocol\":\"ICMP\"}")->icmp_type, 8);
	assert_int_equal(flow_of("{" FLAT ",\"http_method\":\"GET\"}")->protocol, PROTOCOL_TCP);
	assert_int_equal(flow_of("{" FLAT ",\"verdict\":\"DROPPED\"}")->verdict, VERDICT_DROPPED);
}

static void the_flat_form_says_what_is_missing(void **state)
{
	static const char *const members[][2] = {
		{"\"timestamp\":\"2026-03-02T09:15:01Z\"", "timestamp"},
		{"\"source_namespace\":\"\"", "source_namespace"},
		{"\"source_labels\":{}", "source_labels"},
		{"\"destination_namespace\":\"\"", "destination_namespace"},
		{"\"destination_labels\":{\"reserved:world\":\"\"}", "destination_labels"},
	};
	const size_t count = sizeof members / sizeof *members;

	(void)state;
	for (size_t left_out = 0; left_out <= count; left_out++) {
		const char *json = "{\"protocol\":\"TCP\"";

		for (size_t i = 0; i < count; i++)
			if (i != left_out)
				json = mem_format(mem, "%s,%s", json, members[i][0]);
		json = mem_format(mem, "%s}", json);
		if (left_out < count)
			rejects(json, members[left_out][1]);
		else
			assert_true(flow_of(json)->flat);
	}
	rejects("{" FLAT ",\"destination_port\":70000}", "destination_port");
	rejects("{" FLAT ",\"destination_port\":-1}", "destination_port");
	rejects("{" FLAT ",\"protocol\":\"HTTP\"}", "protocol");
	rejects("{" FLAT ",\"source_pod\":7}", "source_pod");
	rejects("{\"source_namespace\":\"a\",\"timestamp\":\"0001-01-01T00:00:00Z\"}", "timestamp");
}

/* Another tool's nested form tells what the flat form tells, and nothing of what Hubble tells. */
static void a_hand_made_nested_flow_counts_as_flat(void **state)
{
	const struct flow *flow = flow_of(
		"{\"timestamp\":\"2026-03-02T09:15:01Z\",\"source\":{\"namespace\":\"a\",\"pod\":"
		"\"p\",\"labels\":{\"app\":\"x\"}},\"destination\":{\"labels\":{\"app\":\"y\"}},"
		"\"l4\":{\"TCP\":{\"destination_port\":80}},\"l7\":{\"http\":{\"method\":\"GET\","
		"\"path\":\"/\"}}}");

	(void)state;
	assert_true(flow->flat);
	assert_int_equal(flow->time_ns, MARCH_2);
	assert_string_equal(flow->source.pod, "p");
	assert_int_equal(flow->verdict, VERDICT_FORWARDED);
	assert_int_equal(flow->is_reply, TRISTATE_NO);
	assert_int_equal(flow->l7.type, L7_REQUEST);
	assert_string_equal(flow->l7.http.url, "/");
	/* A bare flow whose mask left out the verdict is not: its labels are Hubble's. */
	flow = flow_of(
		"{\"timestamp\":\"2026-03-02T09:15:01Z\",\"source\":{\"labels\":[\"k8s:a=b\"]},"
		"\"destination\":{}}");
	assert_false(flow->flat);
	assert_int_equal(flow->verdict, VERDICT_UNKNOWN);
}

static void ids_find_duplicates(void **state)
{
	static const char line[] = "{\"flow\":{\"verdict\":1,\"source\":{}}}";
	const struct flow *a = with("\"uuid\":\"u-1\",\"verdict\":1");

	(void)state;
	assert_int_equal(with("\"uuid\":\"u-1\",\"verdict\":2")->id, a->id);
	assert_int_not_equal(with("\"uuid\":\"u-2\",\"verdict\":1")->id, a->id);
	assert_int_equal(flow_of(line)->id, flow_of(line)->id);
	assert_int_not_equal(
		flow_of(line)->id, flow_of("{\"flow\":{\"verdict\":1,\"source\":{} }}")->id);
	/* Two lines of an aggregating exporter may repeat the uuid of their first event. */
	assert_int_not_equal(with("\"uuid\":\"u-1\",\"aggregate\":{\"ingress_flow_count\":1}")->id,
		with("\"uuid\":\"u-1\",\"aggregate\":{\"ingress_flow_count\":2}")->id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kinds_of_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lost_events_and_node_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_member_of_a_full_flow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(camel_case_means_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numbers_come_in_many_spellings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			unknown_names_are_kept_harmlessly, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			null_and_unknown_members_are_as_if_absent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_reply_has_three_states, set_up, tear_down),
		cmocka_unit_test_setup_teardown(times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_wrapper_fills_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(protocols, set_up, tear_down),
		cmocka_unit_test_setup_teardown(addresses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(labels_have_one_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			labels_that_cannot_be_selected_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_identity_tells_namespace_and_cluster, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_event_type_is_recovered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(l7, set_up, tear_down),
		cmocka_unit_test_setup_teardown(decorations_may_be_wrong, set_up, tear_down),
		cmocka_unit_test_setup_teardown(texts_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_json_names_the_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(log_pipelines_are_unwrapped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_flat_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_flat_form_says_what_is_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_hand_made_nested_flow_counts_as_flat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ids_find_duplicates, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
