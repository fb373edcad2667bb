/*
 * Framing: which records come out of a stream, on which lines, and what happens after a broken one.
 * Each case is read whole, byte by byte and in random pieces, with the same outcome.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_reader.h"

#define F    "{\"flow\":{\"verdict\":\"FORWARDED\"}}"
#define OPEN "{\"flow\":{\"verdict\":\"FORWARDED\"}" /* a closing bracket is missing */

/* "F1 R2 C3": the kind and line of each record; C is a rejected one that was cut. */
struct trace {
	void *mem;
	char *text;
	struct err last; /* problem of the last rejected record */
	unsigned long stop_after;
	unsigned long records;
};

static bool note(void *context, const struct record *record)
{
	static const char kinds[RECORD_KINDS] = "FLNADOR";
	struct trace *trace = context;
	char kind = kinds[record->kind];

	if (record->kind == RECORD_REJECTED) {
		assert_non_null(record->problem);
		assert_int_not_equal(record->problem->code, ERR_NONE);
		assert_int_not_equal(record->problem->text[0], '\0');
		trace->last = *record->problem;
		if (record->last_cut)
			kind = 'C';
	} else {
		assert_null(record->problem);
	}
	assert_true((record->kind == RECORD_FLOW) == (record->flow != NULL));
	trace->text = mem_format(
		trace->mem, "%s%s%c%lu", trace->text, *trace->text ? " " : "", kind, record->line);
	return ++trace->records != trace->stop_after;
}

static struct trace *trace_new(void *mem)
{
	struct trace *trace = mem_new(mem, struct trace);

	trace->mem = mem;
	trace->text = mem_text(mem, "");
	return trace;
}

/* Reads in pieces of at most `piece` bytes, random ones if it is 0. */
static bool read_pieces(
	struct trace *trace, const char *bytes, size_t size, size_t piece, struct err *err)
{
	struct flow_reader_options options = {.cluster = "", .import_time_ns = 7};
	struct flow_reader *reader = flow_reader_new(trace->mem, &options, note, trace);
	bool read = true;

	for (size_t i = 0; read && i < size;) {
		size_t some = piece ? piece : (size_t)(rand() % 40) + 1;

		if (some > size - i)
			some = size - i;
		read = flow_reader_feed(reader, bytes + i, some, err);
		i += some;
	}
	return read && flow_reader_end(reader, err);
}

static void check(const char *bytes, size_t size, const char *expected)
{
	static const size_t pieces[] = {1 << 20, 1, 0, 0};

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		void *mem = mem_context(NULL);
		struct trace *trace = trace_new(mem);
		struct err err = {0};

		if (!read_pieces(trace, bytes, size, pieces[i], &err))
			fail_msg("%s", err.text);
		if (strcmp(trace->text, expected) != 0)
			fail_msg("pieces of %zu: \"%s\" instead of \"%s\" from:\n%.*s", pieces[i],
				trace->text, expected, (int)(size < 2000 ? size : 2000), bytes);
		mem_free(mem);
	}
}

struct framing {
	const char *input, *records;
};

static void check_all(const struct framing *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(cases[i].input, strlen(cases[i].input), cases[i].records);
}

#define CHECK_ALL(cases) check_all(cases, sizeof cases / sizeof *cases)

static void sound_input_in_every_framing(void **state)
{
	static const struct framing cases[] = {
		{"", ""},
		{"\n \r\n\t\n", ""},
		{F, "F1"},
		{F "\n" F "\n", "F1 F2"},
		{F "\r\n\r\n" F "\r\n", "F1 F3"},
		{"\xef\xbb\xbf" F "\n" F, "F1 F2"},
		{F F F, "F1 F1 F1"},
		{F " \t" F "\n\n" F, "F1 F1 F3"},
		{F ",\n" F ",\n", "F1 F2"},
		{"\x1e" F "\n\x1e" F "\n", "F1 F2"},
		{"[" F "," F "]", "F1 F1"},
		{"[\n" F ",\n" F "\n]\n", "F2 F3"},
		{"[]\n[ ]\n", ""},
		{"[" F "]\n[" F "]" F, "F1 F2 F2"},
		{"[[" F "],[" F "]]", "F1 F1"},
		{"{\n  \"flow\": {\n    \"verdict\": \"DROPPED\"\n  }\n}\n{\n  \"flow\":\n  {\n    "
		 "\"verdict\": \"DROPPED\"\n  }\n}",
			"F1 F6"},
		{"[\n  {\n    \"verdict\": \"DROPPED\"\n  },\n  {\n    \"verdict\": \"AUDIT\"\n  "
		 "}\n]",
			"F2 F5"},
		{"{\"flows\":[" F "," F "]}", "F1 F1"},
		{"{\"flows\":[]}", ""},
		{"{\"schema\":\"x\",\"n\":{\"a\":[1,{}]},\"flows\":[\n" F ",\n" F
		 "],\"next\":{\"flows\":[1]},\"more\":[{\"a\":1}]}\n" F,
			"F2 F3 F4"},
		{"[{\"flows\":[" F "]},{\"flows\":[" F "," F "]}]", "F1 F1 F1"},
		{"{\"items\":[" F "],\"next_cursor\":null}", "F1"},
		{"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":["
		 "{\"body\":{\"stringValue\":\"{\\\"verdict\\\":\\\"AUDIT\\\"}\"}},"
		 "{\"body\":{\"stringValue\":\"started\"}}]}]}]}",
			"F1 O1"},
		{"{\"flow\":{\"verdict\":\"AUDIT\"},\"items\":[{\"a\":1}]}", "F1"},
		{"{\"flow\":{\"verdict\":\"AUDIT\"},\"flows\":[{\"a\":1}]}", "F1"},
		{"{\"message\":\"ok\",\"flows\":[" F "]}", "F1"},
		{"{\"message\":\"ok\",\"data\":[" F "]}", "O1"},
		{"{\"msg\":\"got\",\"data\":[1,2]}\n" F, "O1 F2"},
		{"[\"{\\\"verdict\\\":\\\"AUDIT\\\"}\",\"started\"]", "F1 O1"},
		{"{\"a\":\"\\\"}{[\\\\\"}\n" F, "O1 F2"},
		{"{}\n{\"flow\":{}}\n{\"level\":\"info\",\"msg\":\"x\"}\n" F, "O1 O2 O3 F4"},
	};

	(void)state;
	CHECK_ALL(cases);
}

static void a_broken_record_never_loses_the_next(void **state)
{
	static const struct framing cases[] = {
		{"this is no JSON\n" F, "R1 F2"},
		{"[" F ",{\"a\" \"b\"}," F "]\n" F, "F1 R1 F2"},
		{"[" F ",garbage," F "]\n" F, "F1 R1 F2"},
		{"[\n" F ",\ngarbage\n" F "\n]\n" F, "F2 R3 F4 F6"},
		{"{\"flows\":\n[" F ",garbage," F "],\n\"a\":1}\n" F, "F2 R2 R3 F4"},
		{F "\nlevel=info msg=\"{\" {\n" F "\nbye", "F1 R2 F3 R4"},
		{"[INFO] {started}\n" F, "R1 F2"},
		{"[2026-03-02T09:15:01Z] up\n[10:15:00] up\n" F "\n", "R1 R2 F3"},
		{"}\n]\n" F, "R1 R2 F3"},
		{"123\n\"text\"\ntrue\n" F, "R1 R2 R3 F4"},
		{"\xff\xff\x01\n" F, "R1 F2"},
		/* Cut in a member's name, a text, a number, after a bracket, a colon, a comma. */
		{"{\"flow\":{\"verd\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"verdict\":\"FORW\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"verdict\":1\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"verdict\":1,\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"labels\":[\"a\",\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"verdict\"\n" F "\n" F, "R1 F2 F3"},
		{"{\"flow\":{\"a\":\"\\\n" F "\n" F, "R1 F2 F3"},
		{OPEN "\n" F "\n" F, "R1 F2 F3"},
		{OPEN "\n" OPEN "\n" F "\n" OPEN "\n" F, "R1 R2 F3 R4 F5"},
		{OPEN "\nno JSON\n" F, "R1 R2 F3"},
		/* The good one is the last, so only the end of input shows it. */
		{"{\"flow\":\n" F, "R1 F2"},
		{"{\"flow\":{\"labels\":[\n" F "\n", "R1 F2"},
		{"{\"flow\":{\"labels\":[\n{\"flow\":[\n" F "\n", "R1 R2 F3"},
		/* Framed well, but wrong inside: what follows on the line is not lost. */
		{"{\"flow\":{\"verdict\":tru}}" F, "R1 F1"},
		{"[{\"a\":1,}," F ",{\"a\" \"b\"}\n," F "]", "R1 F1 R1 F2 R2"},
		{"[" F ",17,null," F "]", "F1 R1 R1 F1"},
		{F "}\n" F, "F1 R1 F2"},
		/* Pretty-printed: one broken record is one rejection. */
		{"{\n  \"flow\": {\n    \"verdict\": \"DROPPED\n  }\n}\n{\n  \"verdict\": 1\n}\n",
			"R1 F6"},
		{"[\n  {\n    \"verdict\": 1\n    \"uuid\": {\n      \"a\": 1\n    }\n  },\n  {\n  "
		 "  "
		 "\"verdict\": 1\n  }\n]\n" F,
			"R2 F8 F12"},
		{"{\n  \"flow\": {\n{\n  \"verdict\": 1\n}\n{\n  \"verdict\": 1\n}\n", "R1 F3 F6"},
		/* An envelope that breaks off between its members. */
		{"{\"flows\":[" F "],\"a\" \"b\"}\n" F, "F1 R1 F2"},
		{"[{\"flow\":{\"verdict\":1}\n," F "\n," F "\n]\n", "R1 F2 F3"},
	};

	(void)state;
	CHECK_ALL(cases);
}

static void the_end_may_be_cut(void **state)
{
	static const struct framing cases[] = {
		{F "\n{\"flow\":{\"verd", "F1 C2"},
		{F "\n" OPEN, "F1 C2"},
		{F "\n" OPEN "\n", "F1 C2"},
		{F "\n{", "F1 C2"},
		{"{\n  \"flow\": {\n    \"labels\": [\n      {\n", "C1"},
		{"[" F "," F, "F1 F1 C1"},
		{"[" F ",{\"flow\":", "F1 C1"},
		{"\n{\"flows\":[" F, "F2 C2"},
		{"{\"flows\":[" F "]", "F1 C1"},
		{"{\"flows\":[" F "],\"a\":\"b", "F1 C1"},
		{"[" F ",17", "F1 C1"},
	};

	(void)state;
	CHECK_ALL(cases);
}

/* A text of `parts` repeated: OPEN × count, MIDDLE, CLOSE × count, and a flow on the next line. */
static char *nested(
	void *mem, const char *open, const char *middle, const char *close, size_t count)
{
	size_t room = (strlen(open) + strlen(close)) * count + strlen(middle) + strlen(F) + 2;
	char *text = mem_array(mem, char, room), *end = text;

	for (size_t i = 0; i < count; i++)
		end = stpcpy(end, open);
	end = stpcpy(end, middle);
	for (size_t i = 0; i < count; i++)
		end = stpcpy(end, close);
	stpcpy(end, "\n" F);
	return text;
}

static void depth_is_bounded(void **state)
{
	void *mem = mem_context(NULL);
	char *text;

	(void)state;
	text = nested(mem, "{\"a\":", "1", "}", LIMIT_JSON_DEPTH);
	check(text, strlen(text), "O1 F2");
	text = nested(mem, "{\"a\":", "1", "}", LIMIT_JSON_DEPTH + 1);
	check(text, strlen(text), "R1 F2");
	text = nested(mem, "{\"a\":", "1", "}", 10000);
	check(text, strlen(text), "R1 F2");
	text = nested(mem, "[", F, "]", LIMIT_ENVELOPE_DEPTH);
	check(text, strlen(text), "F1 F2");
	text = nested(mem, "[", F, "]", LIMIT_ENVELOPE_DEPTH + 1);
	check(text, strlen(text), "R1 F2");
	text = nested(mem, "[", "", "]", 10000);
	check(text, strlen(text), "R1 F2");
	text = nested(mem, "{\"flows\":[", F, "]}", LIMIT_ENVELOPE_DEPTH / 2);
	check(text, strlen(text), "F1 F2");
	text = nested(mem, "{\"flows\":[", F, "]}", LIMIT_ENVELOPE_DEPTH / 2 + 1);
	check(text, strlen(text), "R1 F2");
	mem_free(mem);
}

/* {"a":"xxx"} of `size` bytes, then a flow on the next line. */
static char *padded(void *mem, size_t size)
{
	char *text = mem_array(mem, char, size + strlen(F) + 2);

	memset(text, 'x', size);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + size - 2, "\"}", 2);
	stpcpy(text + size, "\n" F);
	return text;
}

static void size_is_bounded(void **state)
{
	static const struct {
		size_t size;
		const char *records;
	} cases[] = {
		{LIMIT_RECORD, "O1 F2"}, {LIMIT_RECORD + 1, "R1 F2"}, {3 * LIMIT_RECORD, "R1 F2"}};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = padded(mem, cases[i].size);

		check(text, strlen(text), cases[i].records);
		/* Never closed: the next line is still found. */
		text[cases[i].size - 1] = 'x';
		text[cases[i].size - 2] = 'x';
		check(text, strlen(text), "R1 F2");
	}
	mem_free(mem);
}

/* A line of 256 MiB in pieces: the reader must not keep it. */
static void a_huge_line_is_refused_in_flat_memory(void **state)
{
	void *mem = mem_context(NULL);
	struct trace *trace = trace_new(mem);
	struct flow_reader_options options = {.cluster = ""};
	struct flow_reader *reader = flow_reader_new(mem, &options, note, trace);
	struct err err = {0};
	const size_t piece = 1 << 20;
	char *bytes = mem_array(mem, char, piece);

	(void)state;
	memset(bytes, 'x', piece);
	assert_true(flow_reader_feed(reader, "{\"a\":\"", 6, &err));
	for (int i = 0; i < 256; i++)
		assert_true(flow_reader_feed(reader, bytes, piece, &err));
	assert_true(flow_reader_feed(reader, "\n" F "\n", strlen(F) + 2, &err));
	assert_true(flow_reader_end(reader, &err));
	assert_string_equal(trace->text, "R1 F2");
	assert_int_equal(trace->last.code, ERR_TOO_LARGE);
	assert_true(flow_reader_bytes(reader) > 256 * piece);
	assert_true(talloc_total_size(reader) < 4 * LIMIT_RECORD);
	mem_free(mem);
}

/* A record that only jansson reads, without a line end: it may be the beginning of a larger one. */
static void a_short_beginning_of_a_line_waits(void **state)
{
	(void)state;
	for (size_t size = LIMIT_SCAN_WAIT - 1; size <= LIMIT_SCAN_WAIT; size++) {
		void *mem = mem_context(NULL);
		struct flow_reader_options options = {.cluster = "", .import_time_ns = 7};
		struct trace *trace = trace_new(mem);
		struct flow_reader *reader = flow_reader_new(mem, &options, note, trace);
		struct err err = {0};

		assert_true(flow_reader_feed(reader, padded(mem, size), size, &err));
		assert_string_equal(trace->text, size < LIMIT_SCAN_WAIT ? "" : "O1");
		assert_true(flow_reader_end(reader, &err));
		assert_string_equal(trace->text, "O1");
		mem_free(mem);
	}
}

static void the_handler_stops_the_reader(void **state)
{
	void *mem = mem_context(NULL);
	struct trace *trace = trace_new(mem);
	struct flow_reader_options options = {.cluster = ""};
	struct flow_reader *reader = flow_reader_new(mem, &options, note, trace);
	struct err err = {0};

	(void)state;
	trace->stop_after = 2;
	assert_false(flow_reader_feed(reader, F F F, 3 * strlen(F), &err));
	assert_int_equal(err.code, ERR_NONE);
	assert_false(flow_reader_feed(reader, F, strlen(F), &err));
	assert_false(flow_reader_end(reader, &err));
	assert_string_equal(trace->text, "F1 F1");
	mem_free(mem);
}

/* Reads and expects a failure of the whole input. */
static void check_failure(const char *bytes, size_t size, enum err_code code, const char *text)
{
	for (size_t piece = 1; piece <= 1 << 20; piece <<= 20) {
		void *mem = mem_context(NULL);
		struct err err = {0};

		assert_false(read_pieces(trace_new(mem), bytes, size, piece, &err));
		assert_int_equal(err.code, code);
		if (strstr(err.text, text) == NULL)
			fail_msg("\"%s\" is not in \"%s\"", text, err.text);
		mem_free(mem);
	}
}

static void texts_for_people_are_refused_with_the_right_option(void **state)
{
	static const char *const texts[] = {
		"Mar  2 09:15:01.204: shop/web:51734 (ID:41234) -> shop/cart:8080 (ID:55012) "
		"to-endpoint FORWARDED (TCP Flags: SYN)\n",
		"\n2026-03-02T09:15:01Z [prod/node-a]: 10.0.1.23:8080 (host) <> shop/cart:8080 "
		"(ID:5) "
		"policy-verdict:none INGRESS DENIED (x) Policy denied DROPPED (TCP Flags: SYN)\n",
		"Mar  2 09:15:01.204: shop/web:51734 (ID:4) <- shop/cart:80 (ID:5) to-overlay "
		"\x1b[32mFORWARDED\x1b[0m (TCP Flags: ACK)",
		"TIMESTAMP             SOURCE             DESTINATION          TYPE   VERDICT   "
		"SUMMARY\nMar  2 09:15:01.204   shop/web:5   shop/cart:80   to-endpoint   "
		"FORWARDED",
		"  TIMESTAMP: Mar  2 09:15:01.204\n     SOURCE: shop/web:51734\n",
		"------------\n  TIMESTAMP: Mar  2 09:15:01.204\n",
		"+ hubble observe\nTIMESTAMP: Mar  2 09:15:01.204\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check_failure(texts[i], strlen(texts[i]), ERR_UNSUPPORTED, "-o jsonpb");
}

static void log_lines_are_no_observe_output(void **state)
{
	static const struct framing cases[] = {
		{"time=\"2026-03-02\" level=info msg=\"a -> b FORWARDED (x)\"\n" F, "R1 F2"},
		{"2026-03-02T09:15:01Z info a -> b\n" F, "R1 F2"},
		{"TIMESTAMP of the start\nSOURCE\n" F, "R1 R2 F3"},
		/* Once there was JSON, it is a JSON import with other lines in it. */
		{F "\nMar  2 09:15:01.204: a:1 -> b:2 to-endpoint FORWARDED (TCP)\n" F, "F1 R2 F3"},
	};

	(void)state;
	CHECK_ALL(cases);
}

static void other_encodings_are_refused_by_name(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *name;
	} cases[] = {
		{"\xff\xfe{\0\"\0", 6, "UTF-16"},
		{"\xfe\xff\0{\0\"", 6, "UTF-16"},
		{"PK\x03\x04....", 8, "zip"},
		{"BZh91AY", 7, "bzip2"},
		{"\xfd\x37zXZ\0", 6, "xz"},
		{"\xff\x06\x00\x00sNaPpY", 10, "snappy"},
		{"\x04\x22\x4d\x18....", 8, "lz4"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_failure(cases[i].bytes, cases[i].size, ERR_UNSUPPORTED, cases[i].name);
	/* Their first bytes alone are a text like any other. */
	check("BZ\n" F, 3 + strlen(F), "R1 F2");
	check("P", 1, "R1");
}

/* gzip if 31, zlib if 15. */
static char *deflated(void *mem, const char *bytes, size_t size, int window, size_t *ret_size)
{
	z_stream stream = {0};
	char *packed;

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
	*ret_size = deflateBound(&stream, size) + 64;
	packed = mem_array(mem, char, *ret_size);
	stream.next_in = (Bytef *)(uintptr_t)bytes;
	stream.avail_in = (uInt)size;
	stream.next_out = (Bytef *)packed;
	stream.avail_out = (uInt)*ret_size;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	*ret_size = stream.total_out;
	deflateEnd(&stream);
	return packed;
}

static char *joined(void *mem, const char *a, size_t a_size, const char *b, size_t b_size)
{
	char *both = mem_array(mem, char, a_size + b_size);

	memcpy(both, a, a_size);
	memcpy(both + a_size, b, b_size);
	return both;
}

static void compressed_input_reads_like_plain(void **state)
{
	static const char lines[] = F "\n" F "\n";
	void *mem = mem_context(NULL);
	char zstd[256];
	size_t gzip_size, zlib_size,
		zstd_size = ZSTD_compress(zstd, sizeof zstd, lines, strlen(lines), 3);
	char *gzip = deflated(mem, lines, strlen(lines), 31, &gzip_size);
	char *zlib = deflated(mem, lines, strlen(lines), 15, &zlib_size);

	(void)state;
	check(gzip, gzip_size, "F1 F2");
	check(zlib, zlib_size, "F1 F2");
	check(zstd, zstd_size, "F1 F2");
	check(joined(mem, gzip, gzip_size, gzip, gzip_size), 2 * gzip_size, "F1 F2 F3 F4");
	check(joined(mem, zstd, zstd_size, zstd, zstd_size), 2 * zstd_size, "F1 F2 F3 F4");
	check(joined(mem, gzip, gzip_size, zstd, zstd_size), gzip_size + zstd_size, "F1 F2 F3 F4");
	check(joined(mem, gzip, gzip_size, "\0\0\0\0\0", 5), gzip_size + 5, "F1 F2");
	mem_free(mem);
}

static void broken_compression_is_told(void **state)
{
	static const char lines[] = F "\n" F "\n";
	void *mem = mem_context(NULL);
	char zstd[256];
	size_t size, zstd_size = ZSTD_compress(zstd, sizeof zstd, lines, strlen(lines), 3);
	char *gzip = deflated(mem, lines, strlen(lines), 31, &size);

	(void)state;
	/* From the first byte of the header on; less is a text. */
	for (size_t cut = 2; cut < size; cut++)
		check_failure(gzip, cut, ERR_INVALID, "cut");
	for (size_t cut = 4; cut < zstd_size; cut++)
		check_failure(zstd, cut, ERR_INVALID, "cut");
	check_failure(joined(mem, gzip, size, F, strlen(F)), size + strlen(F), ERR_INVALID,
		"After the compressed data");
	gzip[size - 6] = (char)(gzip[size - 6] ^ 1); /* the checksum */
	check_failure(gzip, size, ERR_INVALID, "broken");
	memset(zstd + 6, 0xff, 3); /* the header of the first block */
	check_failure(zstd, zstd_size, ERR_INVALID, "");
	mem_free(mem);
}

static void decompression_is_bounded(void **state)
{
	void *mem = mem_context(NULL);
	const size_t large = 3 * (size_t)LIMIT_INFLATE_FREE;
	char *bytes = mem_array(mem, char, large), *packed;
	char *zstd = mem_array(mem, char, 1 << 20);
	size_t size;

	(void)state;
	packed = deflated(mem, bytes, large, 31, &size);
	check_failure(packed, size, ERR_TOO_LARGE, "200-fold");
	size = ZSTD_compress(zstd, 1 << 20, bytes, large, 1);
	assert_false(ZSTD_isError(size));
	check_failure(zstd, size, ERR_TOO_LARGE, "200-fold");

	/* At the edge: LIMIT_INFLATE_FREE bytes always pass, however well they compress. */
	for (size_t i = 0; i < LIMIT_INFLATE_FREE; i++)
		bytes[i] = '\n';
	packed = deflated(mem, bytes, LIMIT_INFLATE_FREE, 31, &size);
	{
		struct trace *trace = trace_new(mem);
		struct err err = {0};

		assert_true(read_pieces(trace, packed, size, 65536, &err));
		assert_string_equal(trace->text, "");
	}
	mem_free(mem);
}

static void a_long_window_of_zstd_is_refused(void **state)
{
	void *mem = mem_context(NULL);
	const size_t large = (size_t)1 << (LIMIT_ZSTD_WINDOW + 1);
	char *bytes = mem_array(mem, char, large), *packed = mem_array(mem, char, large * 2);
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t size;

	(void)state;
	for (size_t i = 0; i < large; i++)
		bytes[i] = (char)rand();
	ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, LIMIT_ZSTD_WINDOW + 1);
	size = ZSTD_compress2(context, packed, large * 2, bytes, large);
	ZSTD_freeCCtx(context);
	assert_false(ZSTD_isError(size));
	check_failure(packed, size, ERR_INVALID, "--long");
	mem_free(mem);
}

static bool count(void *context, const struct record *record)
{
	unsigned long *counts = context;

	counts[record->kind]++;
	return true;
}

/* Each of these lines opens two brackets and closes none, so each is tried and given up. */
static void openers_in_a_row_do_not_take_time_by_the_square(void **state)
{
	static const char opener[] = "{\"a\":[1,\n";
	void *mem = mem_context(NULL);
	struct flow_reader_options options = {.cluster = ""};
	unsigned long counts[RECORD_KINDS] = {0};
	struct flow_reader *reader = flow_reader_new(mem, &options, count, counts);
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		assert_true(flow_reader_feed(reader, opener, strlen(opener), &err));
	assert_true(flow_reader_feed(reader, F, strlen(F), &err));
	assert_true(flow_reader_end(reader, &err));
	assert_int_equal(counts[RECORD_REJECTED], 100000);
	assert_int_equal(counts[RECORD_FLOW], 1);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_input_in_every_framing),
		cmocka_unit_test(a_broken_record_never_loses_the_next),
		cmocka_unit_test(the_end_may_be_cut),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(a_huge_line_is_refused_in_flat_memory),
		cmocka_unit_test(a_short_beginning_of_a_line_waits),
		cmocka_unit_test(the_handler_stops_the_reader),
		cmocka_unit_test(texts_for_people_are_refused_with_the_right_option),
		cmocka_unit_test(log_lines_are_no_observe_output),
		cmocka_unit_test(other_encodings_are_refused_by_name),
		cmocka_unit_test(compressed_input_reads_like_plain),
		cmocka_unit_test(broken_compression_is_told),
		cmocka_unit_test(decompression_is_bounded),
		cmocka_unit_test(a_long_window_of_zstd_is_refused),
		cmocka_unit_test(openers_in_a_row_do_not_take_time_by_the_square),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
