/* Every capture of the shared data through the reader: what becomes of it, and why that is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/flow_reader.h"

struct tally {
	unsigned long records[RECORD_KINDS];
	uint64_t lost_events;
	uint64_t ids; /* of all flows, in order */
};

static const struct {
	const char *file;
	unsigned long flows, lost, debug, other, rejected;
	const char *why;
} captures[] = {
	{"01-cilium-hubble-otel-http.jsonl", 348, 0, 0, 0, 0, "one wrapped flow per line"},
	{"02-cilium-hubble-otel-udp.jsonl", 400, 0, 0, 0, 0, "one wrapped flow per line"},
	{"03-cilium-hubble-otel-icmpv4.jsonl", 18, 0, 0, 0, 0, "an empty ICMPv4 is an echo reply"},
	{"04-cilium-hubble-otel-mixed.jsonl", 10, 0, 0, 0, 0, "old lines without is_reply"},
	{"05-cilium-hubble-otel-dns.jsonl", 5, 0, 0, 0, 0, "a TTL of 4294967295 fits"},
	{"06-cilium-hubble-otel-redirected.jsonl", 400, 0, 0, 0, 0, "one wrapped flow per line"},
	{"07-bakito-policy-report-publisher-denied.json", 226, 0, 0, 0, 0,
		"a pretty-printed array; its last line has no end"},
	{"08-imroc-tke-guide-exporter.jsonl", 3, 0, 0, 0, 0, "unknown members are ignored"},
	{"09-ephico2real2-cilium-implementation-poc-clustermesh-audit.jsonl", 3, 0, 0, 0, 0,
		"flows of two clusters"},
	{"10-flowguarder-flowguarder-bare-flow-spaced.jsonl", 5, 0, 0, 0, 0, "bare flows"},
	{"11-cilium-cilium-docs-exporter-fieldmask.jsonl", 2, 0, 0, 0, 0,
		"masked fields are absent, endpoints may be {}"},
	{"12-accuknox-discovery-engine-legacy.json", 16, 0, 0, 0, 0,
		"a pretty-printed array of bare flows"},
	{"13-daithang59-NT531-eks-dns-socklb.jsonl", 480, 1, 0, 0, 0,
		"socket events are flows, too; the analyser leaves them out"},
	{"14-unnamed-go-test-topgun-egress-denied-by.jsonl", 1, 0, 0, 0, 0, "one wrapped flow"},
	{"15-SoulKyu-cpg-l7-http.jsonl", 4, 0, 0, 0, 0, "l7 without Type or event_type"},
	{"16-SoulKyu-cpg-l7-dns.jsonl", 3, 0, 0, 0, 0, "the same for DNS"},
	{"17-SoulKyu-cpg-mixed-tcp-icmp.jsonl", 4, 0, 0, 0, 0, "IP with a destination only"},
	{"18-SoulKyu-cpg-malformed.jsonl", 2, 0, 0, 0, 1, "a line of text between two flows"},
	{"19-amey-collab69-Cilium-Policy-Advisor-sample-logs.json", 3, 0, 0, 0, 0,
		"another tool's form, which says all that the flat form says"},
	{"20-prabhakaran-jm-cilium-policypilot-sample-flows.json", 3, 0, 0, 0, 0,
		"an envelope; ip for IP and ALLOWED for FORWARDED have one meaning only"},
	{"21-cilium-hubble-printer-test.jsonl", 1, 0, 1, 0, 0,
		"a flow of 1970: a node whose clock is not set says so"},
	{"22-daithang59-NT531-failed-capture.jsonl", 0, 0, 0, 0, 1, "a shell's error message"},
};

static bool count(void *context, const struct record *record)
{
	struct tally *tally = context;

	tally->records[record->kind]++;
	if (record->kind == RECORD_LOST_EVENTS)
		tally->lost_events += record->lost_events;
	if (record->kind == RECORD_FLOW)
		tally->ids = tally->ids * 31 + record->flow->id;
	return true;
}

/* Reads a file in pieces of `piece` bytes; false if it is not there. */
static bool read_capture(const char *file, size_t piece, struct tally *ret_tally)
{
	const char *shared = getenv("CPA_SHARED");
	void *mem = mem_context(NULL);
	struct flow_reader_options options = {.cluster = "", .import_time_ns = 1};
	struct flow_reader *reader = flow_reader_new(mem, &options, count, ret_tally);
	struct err err = {0};
	char *bytes = mem_array(mem, char, piece);
	size_t size;
	FILE *stream = fopen(mem_format(mem, "%s/data/flows/%s", shared ? shared : "", file), "r");

	if (stream == NULL) {
		mem_free(mem);
		return false;
	}
	while ((size = fread(bytes, 1, piece, stream)) > 0)
		if (!flow_reader_feed(reader, bytes, size, &err))
			fail_msg("%s: %s", file, err.text);
	if (!flow_reader_end(reader, &err))
		fail_msg("%s: %s", file, err.text);
	fclose(stream);
	mem_free(mem);
	return true;
}

static void every_capture_has_its_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
		struct tally tally = {0};

		if (!read_capture(captures[i].file, 65536, &tally)) {
			print_message("skipped: no %s below $CPA_SHARED\n", captures[i].file);
			skip();
		}
		print_message("%s: %s\n", captures[i].file, captures[i].why);
		assert_int_equal(tally.records[RECORD_FLOW], captures[i].flows);
		assert_int_equal(tally.records[RECORD_LOST_EVENTS], captures[i].lost);
		assert_int_equal(tally.lost_events, captures[i].lost);
		assert_int_equal(tally.records[RECORD_DEBUG_EVENT], captures[i].debug);
		assert_int_equal(tally.records[RECORD_OTHER], captures[i].other);
		assert_int_equal(tally.records[RECORD_REJECTED], captures[i].rejected);
	}
}

static void the_size_of_pieces_changes_nothing(void **state)
{
	static const size_t pieces[] = {1, 7, 4096};

	(void)state;
	for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
		struct tally whole = {0};

		if (!read_capture(captures[i].file, 4 * 1024 * 1024, &whole)) {
			print_message("skipped: no %s below $CPA_SHARED\n", captures[i].file);
			skip();
		}
		for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++) {
			struct tally tally = {0};

			assert_true(read_capture(captures[i].file, pieces[j], &tally));
			assert_memory_equal(&tally, &whole, sizeof tally);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_capture_has_its_outcome),
		cmocka_unit_test(the_size_of_pieces_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
