/* The scanner against jansson: the same flow, or the scanner leaves the record to jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json.h"
#include "core/flow_scan.h"
#include "flow_difference.h"

static const struct flow_reader_options options = {
	.cluster = "here", .import_time_ns = 1700000000000000000, .hash_key = 42};

/* Whether the scanner takes the record; if it does, it must agree with jansson. */
static bool takes(struct flow_scan *scan, const char *bytes, size_t size)
{
	struct record quick, slow;
	size_t used = flow_scan_read(scan, bytes, size, &quick);
	void *mem;

	if (used == 0)
		return false;
	mem = mem_context(NULL);
	flow_json_read(mem, bytes, used, &options, &slow);
	if (slow.kind != RECORD_FLOW)
		fail_msg("%.*s: jansson: %s %s", (int)used, bytes,
			slow.problem ? slow.problem->field : "no flow",
			slow.problem ? slow.problem->text : "");
	if (flow_difference(quick.flow, slow.flow) != NULL)
		fail_msg("%.*s: %s", (int)used, bytes, flow_difference(quick.flow, slow.flow));
	mem_free(mem);
	return true;
}

/* Reads lines, each again and again, as memories learn; how many of them the scanner took. */
static unsigned long take_lines(FILE *stream, unsigned long *ret_lines)
{
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);
	unsigned long taken = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;

	*ret_lines = 0;
	while ((size = getline(&line, &room, stream)) > 0) {
		bool taken_once = takes(scan, line, (size_t)size);

		for (int again = 0; again < 3; again++)
			assert_int_equal(takes(scan, line, (size_t)size), taken_once);
		taken += taken_once;
		(*ret_lines)++;
	}
	free(line);
	mem_free(mem);
	return taken;
}

static void captures_read_alike(void **state)
{
	static const struct {
		const char *file;
		unsigned long jansson; /* lines that are left to it */
	} files[] = {
		{"01-cilium-hubble-otel-http.jsonl", 0},
		{"02-cilium-hubble-otel-udp.jsonl", 0},
		{"03-cilium-hubble-otel-icmpv4.jsonl", 0},
		{"04-cilium-hubble-otel-mixed.jsonl", 0},
		{"05-cilium-hubble-otel-dns.jsonl", 0},
		{"06-cilium-hubble-otel-redirected.jsonl", 0},
		{"08-imroc-tke-guide-exporter.jsonl", 0},
		{"09-ephico2real2-cilium-implementation-poc-clustermesh-audit.jsonl", 0},
		{"11-cilium-cilium-docs-exporter-fieldmask.jsonl", 0},
		{"13-daithang59-NT531-eks-dns-socklb.jsonl", 1},
		{"14-unnamed-go-test-topgun-egress-denied-by.jsonl", 0},
	};
	const char *shared = getenv("CPA_SHARED");

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		void *mem = mem_context(NULL);
		FILE *stream = fopen(
			mem_format(mem, "%s/data/flows/%s", shared ? shared : "", files[i].file),
			"r");
		unsigned long lines, taken;

		mem_free(mem);
		if (stream == NULL) {
			print_message("skipped: no %s below $CPA_SHARED\n", files[i].file);
			skip();
		}
		taken = take_lines(stream, &lines);
		fclose(stream);
		print_message("%s: %lu of %lu lines\n", files[i].file, taken, lines);
		assert_true(taken > 0);
		assert_true(lines - taken <= files[i].jansson);
	}
}

static void generated_flows_read_alike(void **state)
{
	const char *shared = getenv("CPA_SHARED");
	void *mem = mem_context(NULL);
	const char *script = mem_format(mem, "%s/data/gen_flows.py", shared ? shared : "");
	const char *command = mem_format(mem,
		"python3 '%s' --flows 4000 --rich --noise 0.05 --denied 0.1 2>/dev/null", script);
	FILE *file = fopen(script, "r"), *stream;
	unsigned long lines, taken;

	(void)state;
	if (file == NULL) {
		print_message("skipped: no data/gen_flows.py below $CPA_SHARED\n");
		mem_free(mem);
		skip();
	}
	fclose(file);
	stream = popen(command, "r");
	assert_non_null(stream);
	taken = take_lines(stream, &lines);
	assert_int_equal(pclose(stream), 0);
	mem_free(mem);
	print_message("%lu of %lu lines\n", taken, lines);
	assert_int_equal(lines, 4000);
	/* Lost events and queries with "&" go to jansson. */
	assert_true(taken > lines * 95 / 100);
}

#define FLOW(members)       "{\"flow\":{" members "}}"
#define LINE(before, after) FLOW(before "\"verdict\":\"FORWARDED\"" after)

static void usual_records_are_taken(void **state)
{
	static const char *const records[] = {
		FLOW("\"verdict\":\"FORWARDED\""),
		"{\"flow\": {\"verdict\": \"DROPPED\", \"IP\": {\"source\": \"10.0.0.1\"}}}",
		"{\"flow\":{\"source\":{}},\"node_name\":\"a/"
		"b\",\"time\":\"2026-03-02T09:15:01Z\"}",
		"{\"flow\":{\"node_name\":\"c\",\"time\":\"2026-03-02T09:15:01.5Z\"},\"node_name\":"
		"\"a/b\",\"time\":\"2026-03-02T09:15:02Z\",\"date\":1772442901.25}",
		LINE("\"uuid\":\"u\",", ""),
		LINE("\"uuid\":\"\",", ""),
		LINE("\"brand_new\":{\"a\":[1,-2,3.5,null,true,\"\\u0026\\\"\"]},", ""),
		LINE("\"Summary\":\"DNS Answer \\\"1.2.3.4\\\" TTL: 30\",", ""),
		LINE("\"IP\":{\"source\":\"fd00::1\",\"destination\":\"FD00::2\"},", ""),
		LINE("\"IP\":{\"ipVersion\":\"IPv6\"},", ""),
		LINE("\"l4\":{\"TCP\":{\"source_port\":1,\"flags\":{\"SYN\":true,\"NS\":false}}},",
			""),
		LINE("\"l4\":{\"ICMPv4\":{}},", ""),
		LINE("\"l4\":{\"SCTP\":{\"chunk_type\":\"INIT\"}},", ""),
		LINE("\"l4\":{\"VRRP\":{\"type\":1}},", ""),
		LINE("\"l4\":{},", ""),
		LINE("\"source\":{\"labels\":[\"k8s:b=1\",\"k8s:a\",\"reserved:host\"],"
		     "\"workloads\":[{"
		     "\"name\":\"w\",\"kind\":\"k\"}],\"namespace\":\"n\",\"pod_name\":\"p\"},",
			""),
		LINE("\"destination_names\":[\"A.Example.\",\"b\"],\"source_names\":[],", ""),
		LINE("\"l7\":{\"type\":\"REQUEST\",\"http\":{\"method\":\"GET\",\"url\":\"/\","
		     "\"headers\":[{\"key\":\"a\",\"value\":\"b\"},{\"key\":\"c\"}]}},",
			""),
		LINE("\"l7\":{\"type\":\"RESPONSE\",\"latency_ns\":\"1\",\"dns\":{\"query\":\"a.\","
		     "\"ips\":[\"1.2.3.4\"],\"ttl\":4294967295,\"rcode\":3,\"qtypes\":[\"A\"]}},",
			""),
		LINE("", ",\"event_type\":{\"type\":1,\"sub_type\":133}"),
		LINE("", ",\"event_type\":{\"type\":42}"),
		LINE("", ",\"drop_reason_desc\":\"POLICY_DENIED\",\"drop_reason\":181"),
		LINE("", ",\"drop_reason\":181,\"is_reply\":false,\"reply\":true"),
		LINE("", ",\"egress_allowed_by\":[{\"name\":\"a\",\"labels\":[\"x\"],\"revision\":"
			 "\"1\",\"kind\":\"K\"},{}],\"ingress_denied_by\":[]"),
		LINE("", ",\"auth_type\":\"SPIRE\""),
		LINE("", ",\"proxy_port\":15001,\"policy_match_type\":2,\"interface\":{\"index\":"
			 "1}"),
	};
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		if (!takes(scan, records[i], strlen(records[i])))
			fail_msg("left to jansson: %s", records[i]);
		/* Cut anywhere it is not whole, and what follows does not matter. */
		for (size_t size = 0; size < strlen(records[i]); size++)
			assert_false(takes(scan, records[i], size));
		assert_true(takes(
			scan, mem_format(mem, "%s,]}x\n{", records[i]), strlen(records[i]) + 6));
	}
	mem_free(mem);
}

static void unusual_records_are_left_to_jansson(void **state)
{
	static const char *const records[] = {
		"{}",
		"{\"flow\":{}}",
		"{\"flow\":{ }}",
		"{\"flow\":null}",
		"{\"verdict\":\"FORWARDED\"}",
		"{\"lost_events\":{\"num_events_lost\":\"1\"}}",
		"{\"flows\":[{\"verdict\":1}]}",
		"{\"time\":\"2026-03-02T09:15:01Z\",\"flow\":{\"verdict\":\"AUDIT\"}}",
		"{\"flow\":{\"verdict\":\"AUDIT\"},\"nodeName\":\"n\"}",
		"{\"flow\":{\"verdict\":\"AUDIT\"},\"flow\":{}}",
		"{\"flow\":\n{\"verdict\":\"AUDIT\"}}",
		"{\"flow\":{\"verdict\":\"AUDIT\",}}",
		"{\"flow\":{\"verdict\":\"AUDIT\"}",
		LINE("\"verdict\":\"AUDIT\",", ""),
		LINE("\"x\":1,\"x\":1,", ""),
		LINE("\"x\":{\"a\":1,\"a\":1},", ""),
		LINE("\"x\":{\"source\":{\"a\":1,\"a\":1}},", ""),
		LINE("\"x\":[[[[[[[[[1]]]]]]]]],", ""),
		LINE("\"x\":01,", ""),
		LINE("\"x\":.5,", ""),
		LINE("\"x\":1.,", ""),
		LINE("\"x\":- 1,", ""),
		LINE("\"x\":1e5,", ""),
		LINE("\"x\":18446744073709551615,", ""),
		LINE("\"x\":tru,", ""),
		LINE("\"x\":truex,", ""),
		LINE("\"x\":\"\\u0000\",", ""),
		LINE("\"x\":\"\\ud800\",", ""),
		LINE("\"x\":\"\\x\",", ""),
		LINE("\"x\":\"a\tb\",", ""),
		LINE("\"x\":\"\xc3\xa4\",", ""),
		LINE("\"x\":\"\x7f\",", ""),
		LINE("\"timestamp\":\"2026-03-02T09:15:01Z\",", ""),
		LINE("\"time\":\"0001-01-01T00:00:00Z\",", ""),
		LINE("\"time\":{\"seconds\":1},", ""),
		LINE("\"time\":null,", ""),
		LINE("\"uuid\":7,", ""),
		LINE("\"uuid\":\"\\u0026\",", ""),
		LINE("\"ip\":{\"source\":\"10.0.0.1\"},", ""),
		LINE("\"IP\":{\"source\":\"10.0.0.300\"},", ""),
		LINE("\"IP\":{\"sourceXlated\":\"10.0.0.1\"},", ""),
		LINE("\"l4\":{\"TCP\":{},\"UDP\":{}},", ""),
		LINE("\"l4\":{\"TCP\":{\"source_port\":65536}},", ""),
		LINE("\"l4\":{\"TCP\":{\"source_port\":\"1\"}},", ""),
		LINE("\"l4\":{\"TCP\":{\"source_port\":1.0}},", ""),
		LINE("\"l4\":{\"TCP\":{\"sourcePort\":1}},", ""),
		LINE("\"source\":{\"labels\":[\"\"]},", ""),
		LINE("\"source\":{\"identity\":-1},", ""),
		LINE("\"source\":{\"pod_name\":\"a\",\"pod_name\":\"a\"},", ""),
		LINE("\"source\":{\"x\":]},", ""),
		LINE("\"source\":[],", ""),
		LINE("\"source\":null,", ""),
		LINE("\"l7\":{},", ""),
		LINE("\"l7\":{\"kafka\":{}},", ""),
		LINE("\"l7\":{\"http\":{},\"dns\":{}},", ""),
		LINE("\"l7\":{\"http\":{\"path\":\"/\"}},", ""),
		LINE("", ",\"is_reply\":{\"value\":true}"),
		LINE("", ",\"aggregate\":{\"ingress_flow_count\":2}"),
		LINE("", ",\"trafficDirection\":\"EGRESS\""),
		LINE("", ",\"traffic_direction\":\"SIDEWAYS\""),
		LINE("", ",\"traffic_direction\":2"),
		LINE("", ",\"destination_service\":{\"name\":\"s\"}"),
	};
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (takes(scan, records[i], strlen(records[i])))
			fail_msg("taken: %s", records[i]);
	mem_free(mem);
}

/* More endpoints than are remembered, each a few times, some too long: none is mixed up. */
static void the_memory_of_endpoints_is_bounded(void **state)
{
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);
	char *pod = mem_array(mem, char, LIMIT_SCAN_ENDPOINT + 1);

	(void)state;
	for (int i = 0; i < 2 * LIMIT_SCAN_ENDPOINTS; i++) {
		void *line_mem = mem_context(NULL);
		char *line = mem_format(line_mem,
			"{\"flow\":{\"source\":{\"pod_name\":\"p%d\",\"labels\":[\"k8s:a=%d\"]},"
			"\"destination\":{\"pod_name\":\"p%d\"}}}",
			i, i % 7, i / 3);

		assert_true(takes(scan, line, strlen(line)));
		mem_free(line_mem);
	}
	memset(pod, 'x', LIMIT_NAME);
	pod[LIMIT_NAME] = '\0';
	{
		const char *edge = mem_format(mem,
			"{\"flow\":{\"source\":{\"pod_name\":\"%s\",\"x\":\"%.*s\"}}}", pod,
			LIMIT_SCAN_ENDPOINT - LIMIT_NAME - 22, pod);
		const char *beyond = mem_format(mem,
			"{\"flow\":{\"source\":{\"pod_name\":\"%s\",\"x\":\"%.*s\"}}}", pod,
			LIMIT_SCAN_ENDPOINT - LIMIT_NAME - 21, pod);

		assert_true(takes(scan, edge, strlen(edge)));
		assert_false(takes(scan, beyond, strlen(beyond)));
	}
	mem_free(mem);
}

/* A record whose members behind the endpoints are `rest`. */
#define TIME             "2026-03-02T09:15:01.5Z"
#define NAMED            "\"node_name\":\"a/b\",\"is_reply\":true,\"Summary\":\"TCP\""
#define HEAD(before)     "{\"flow\":{\"time\":\"" TIME "\"," before "\"source\":{},\"destination\":{}"
#define TAIL(rest)       "," rest "},\"node_name\":\"a/b\",\"time\":\"" TIME "\"}\n"
#define OTHER_TIME(line) "{\"flow\":{\"time\":\"2026-03-02T09:15:02Z\"," line

/* The second time it is learnt, from the third time on the same text is shared. */
static void a_rest_that_repeats_is_remembered(void **state)
{
	static const char *const uuids[] = {"a", "bb", "ccc", "dddd", "eeeee"};
	const char *nodes[sizeof uuids / sizeof *uuids];
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);

	(void)state;
	for (size_t i = 0; i < sizeof uuids / sizeof *uuids; i++) {
		const char *line = mem_format(mem, HEAD("\"uuid\":\"%s\",") TAIL(NAMED), uuids[i]);
		struct record record;

		assert_int_equal(
			flow_scan_read(scan, line, strlen(line), &record), strlen(line) - 1);
		assert_string_equal(record.flow->uuid, uuids[i]);
		assert_string_equal(record.flow->node, "a/b");
		nodes[i] = record.flow->node;
	}
	assert_ptr_not_equal(nodes[0], nodes[1]);
	assert_ptr_not_equal(nodes[1], nodes[2]);
	assert_ptr_equal(nodes[2], nodes[3]);
	assert_ptr_equal(nodes[3], nodes[4]);
	mem_free(mem);
}

/* A text whose member `x` makes the rest of a line `size` bytes long, its time and end included. */
static const char *long_rest(void *mem, const char *uuid, size_t size)
{
	static const char end[] = "},\"node_name\":\"a/b\",\"time\":\"" TIME "\"}\n";
	static const char begin[] = ",\"node_name\":\"a/b\",\"x\":\"";
	char *filling = mem_array(mem, char, size);

	/* the comma between the parts is of the first one; behind the filling comes its quote */
	memset(filling, 'x', size - (sizeof begin - 2) - (sizeof end - 1) - 1);
	return mem_format(mem, HEAD("\"uuid\":\"%s\",") "%s%s\"%s", uuid, begin, filling, end);
}

static void a_long_rest_is_read_each_time(void **state)
{
	static const char *const uuids[] = {"a", "bb", "ccc", "dddd"};

	(void)state;
	for (int beyond = 0; beyond < 2; beyond++) {
		void *mem = mem_context(NULL);
		struct flow_scan *scan = flow_scan_new(mem, &options);
		const char *nodes[sizeof uuids / sizeof *uuids];

		for (size_t i = 0; i < sizeof uuids / sizeof *uuids; i++) {
			const char *line =
				long_rest(mem, uuids[i], LIMIT_SCAN_REST + (size_t)beyond);
			struct record record;

			assert_true(takes(scan, line, strlen(line)));
			assert_true(flow_scan_read(scan, line, strlen(line), &record) > 0);
			nodes[i] = record.flow->node;
		}
		if (beyond == 0)
			assert_ptr_equal(nodes[2], nodes[3]);
		else
			assert_ptr_not_equal(nodes[2], nodes[3]);
		mem_free(mem);
	}
}

/* Remembered after other members: it holds only after the same ones. Compared with jansson, as all lines. */
static void a_rest_holds_after_the_same_members_only(void **state)
{
	static const struct {
		const char *line;
		bool taken;
	} lines[] = {
		{HEAD("") TAIL("\"auth_type\":\"SPIRE\"," NAMED), true},
		{HEAD("\"auth_type\":\"DISABLED\",") TAIL("\"auth_type\":\"SPIRE\"," NAMED), false},
		{HEAD("\"verdict\":\"DROPPED\",\"auth_type\":\"SPIRE\",")
				TAIL("\"policy_match_type\":1," NAMED),
			true},
		{HEAD("\"x\":1,") TAIL("\"x\":2," NAMED), false},
		{HEAD("\"y\":1,") TAIL("\"x\":2," NAMED), true},
		{HEAD("") TAIL("\"x\":2," NAMED), true},
		{HEAD("\"x\":1,") TAIL("\"x\":2," NAMED), false},
		/* the time of the wrapper is another one, or none, or not last */
		{OTHER_TIME("\"source\":{},\"destination\":{}" TAIL(NAMED)), true},
		{HEAD("") "," NAMED "},\"time\":\"" TIME "\",\"node_name\":\"" TIME "\"}\n", true},
		{OTHER_TIME("\"source\":{},\"destination\":{}," NAMED
			    "},\"node_name\":\"2026-03-02T09:15:02Z\"}\n"),
			true},
		{HEAD("") "," NAMED "}}\n", true},
		{HEAD("") "}}\n", true},
		/* an endpoint, of which the memory may forget the texts */
		{"{\"flow\":{\"time\":\"" TIME "\",\"destination\":{\"pod_name\":\"q\"},"
		 "\"source\":{\"pod_name\":\"p\"}" TAIL(NAMED),
			true},
		/* lists and texts of its own */
		{HEAD("") TAIL(
			 "\"source_names\":[\"a.b\"],\"l7\":{\"type\":\"REQUEST\",\"http\":{"
			 "\"method\":\"GET\",\"url\":\"/\",\"headers\":[{\"key\":\"a\"}]}}," NAMED),
			true},
		{HEAD("") TAIL(
			 "\"egress_denied_by\":[{\"name\":\"p\"}],\"event_type\":{\"type\":5}"),
			true},
	};
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);

	(void)state;
	for (int round = 0; round < 4; round++)
		for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
			if (takes(scan, lines[i].line, strlen(lines[i].line)) != lines[i].taken)
				fail_msg("%s: %s", lines[i].taken ? "left to jansson" : "taken",
					lines[i].line);
	mem_free(mem);
}

/* More kinds of rests than are remembered, in turns: none is mixed up. */
static void the_memory_of_rests_is_bounded(void **state)
{
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);

	(void)state;
	for (int i = 0; i < 6 * LIMIT_SCAN_RESTS; i++) {
		void *line_mem = mem_context(NULL);
		char *line = mem_format(line_mem,
			HEAD("\"uuid\":\"%d\",") TAIL("\"proxy_port\":%d," NAMED), i,
			i / 3 % (LIMIT_SCAN_RESTS + LIMIT_SCAN_RESTS / 2));

		assert_true(takes(scan, line, strlen(line)));
		mem_free(line_mem);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_read_alike),
		cmocka_unit_test(generated_flows_read_alike),
		cmocka_unit_test(usual_records_are_taken),
		cmocka_unit_test(unusual_records_are_left_to_jansson),
		cmocka_unit_test(the_memory_of_endpoints_is_bounded),
		cmocka_unit_test(a_rest_that_repeats_is_remembered),
		cmocka_unit_test(a_long_rest_is_read_each_time),
		cmocka_unit_test(a_rest_holds_after_the_same_members_only),
		cmocka_unit_test(the_memory_of_rests_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
