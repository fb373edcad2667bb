/* cpa push: how input becomes batches, what answers mean, and how long it waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/push_answer.h"
#include "cli/push_batch.h"

/* --- Batches ----------------------------------------------------------------------------------- */

struct caught {
	void *mem;
	struct push_batch *batches[16];
	char *texts[16];
	size_t count, broken;
	unsigned long broken_line;
};

static char *gunzip(void *mem, const struct push_batch *batch)
{
	size_t room = 1024 * 1024;
	char *text = mem_array(mem, char, room + 1);
	z_stream stream = {.next_in = (Bytef *)batch->body,
		.avail_in = (uInt)batch->size,
		.next_out = (Bytef *)text,
		.avail_out = (uInt)room};

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.avail_in, 0);
	inflateEnd(&stream);
	return text;
}

static void catch_batch(void *context, struct push_batch *batch)
{
	struct caught *caught = context;

	assert_true(caught->count < 16);
	caught->texts[caught->count] = gunzip(caught->mem, batch);
	caught->batches[caught->count++] = batch;
}

static void catch_broken(void *context, const char *file, const struct err *problem)
{
	struct caught *caught = context;

	assert_string_equal(file, "flows");
	caught->broken++;
	caught->broken_line = problem->line;
}

static struct push_batcher *batcher_of(
	struct caught *caught, uint64_t records, size_t bytes, const char *file)
{
	struct push_batch_limits limits = {.records = records, .bytes = bytes};
	struct push_batch_handlers handlers = {catch_batch, catch_broken, caught};
	struct push_batcher *batcher;

	*caught = (struct caught){.mem = mem_context(NULL)};
	batcher = push_batcher_new(caught->mem, &limits, &handlers);
	push_batcher_open(batcher, file);
	return batcher;
}

static void free_caught(struct caught *caught)
{
	for (size_t i = 0; i < caught->count; i++)
		mem_free(caught->batches[i]);
	mem_free(caught->mem);
}

static void feed(struct push_batcher *batcher, const char *text, size_t piece)
{
	size_t size = strlen(text);

	for (size_t at = 0; at < size; at += piece)
		assert_true(push_batcher_feed(
			batcher, text + at, size - at < piece ? size - at : piece, NULL));
}

static void test_batches_end_at_records(void **state)
{
	struct caught caught;
	struct push_batcher *batcher = batcher_of(&caught, 2, 1000, "flows");

	(void)state;
	feed(batcher, "{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}\n{\"a\":", 3);
	assert_int_equal(caught.count, 1);
	assert_int_equal(push_batcher_pending(batcher), 1);
	feed(batcher, "4}\n{\"a\":5}", 3);
	assert_true(push_batcher_close(batcher, NULL));
	assert_int_equal(caught.count, 3);
	assert_string_equal(caught.texts[0], "{\"a\":1}\n{\"a\":2}\n");
	assert_string_equal(caught.texts[1], "{\"a\":3}\n{\"a\":4}\n");
	assert_string_equal(caught.texts[2], "{\"a\":5}\n"); /* a last line without its end */
	assert_int_equal(caught.batches[1]->records, 2);
	assert_int_equal(caught.batches[1]->line_count, 2);
	assert_int_equal(caught.batches[1]->lines[0], 4);
	assert_int_equal(caught.batches[1]->lines[1], 5);
	free_caught(&caught);
}

static void test_batches_are_bounded_by_bytes(void **state)
{
	struct caught caught;
	struct push_batcher *batcher = batcher_of(&caught, 1000, 16, "flows");

	(void)state;
	feed(batcher, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", 100); /* 8 bytes each */
	assert_int_equal(caught.count, 1);
	assert_string_equal(caught.texts[0], "{\"a\":1}\n{\"a\":2}\n");
	assert_int_equal(push_batcher_pending(batcher), 1);
	push_batcher_cut(batcher);
	push_batcher_cut(batcher); /* an empty one is none */
	assert_int_equal(caught.count, 2);
	assert_true(push_batcher_close(batcher, NULL));
	assert_int_equal(caught.count, 2);
	free_caught(&caught);
}

static void test_every_framing_is_unframed(void **state)
{
	static const char *const inputs[] = {
		"{\"a\":1}\r\n{\"a\":2}\r\n",
		"[{\"a\":1},{\"a\":2}]",
		"{\"flows\":[{\"a\":1},\n{\"a\":2}]}",
		"{\"a\":1}{\"a\":2}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		struct caught caught;
		struct push_batcher *batcher = batcher_of(&caught, 100, 1000, "flows");

		feed(batcher, inputs[i], 5);
		assert_true(push_batcher_close(batcher, NULL));
		assert_int_equal(caught.count, 1);
		assert_string_equal(caught.texts[0], "{\"a\":1}\n{\"a\":2}\n");
		free_caught(&caught);
	}
}

static void test_lines_of_pretty_records(void **state)
{
	struct caught caught;
	struct push_batcher *batcher = batcher_of(&caught, 100, 1000, "flows");

	(void)state;
	feed(batcher, "\n{\n \"a\":1\n}\n\n{\"a\":2}\nno JSON\n", 100);
	assert_true(push_batcher_close(batcher, NULL));
	assert_int_equal(caught.batches[0]->records, 3);
	assert_int_equal(caught.batches[0]->line_count, 5);
	assert_int_equal(caught.batches[0]->lines[2], 4);
	assert_int_equal(caught.batches[0]->lines[3], 6);
	assert_int_equal(caught.batches[0]->lines[4], 7);
	assert_non_null(strstr(caught.texts[0], "\nno JSON\n"));
	free_caught(&caught);
}

static void test_a_cut_record_is_told(void **state)
{
	struct caught caught;
	struct push_batcher *batcher = batcher_of(&caught, 100, 1000, "flows");

	(void)state;
	feed(batcher, "{\"a\":1}\n{\"a\":", 100);
	assert_true(push_batcher_close(batcher, NULL));
	assert_string_equal(caught.texts[0], "{\"a\":1}\n");
	assert_int_equal(caught.broken, 1);
	assert_int_equal(caught.broken_line, 2);
	free_caught(&caught);
}

static void test_same_records_same_bytes(void **state)
{
	struct caught first, second;
	struct push_batcher *one = batcher_of(&first, 100, 1000, "flows");
	struct push_batcher *other = batcher_of(&second, 100, 1000, "flows");

	(void)state;
	feed(one, "{\"a\":1}\n{\"a\":2}\n", 1);
	feed(other, "{\"a\":1}{\"a\":2}", 100);
	assert_true(push_batcher_close(one, NULL) && push_batcher_close(other, NULL));
	assert_int_equal(first.batches[0]->size, second.batches[0]->size);
	assert_memory_equal(
		first.batches[0]->body, second.batches[0]->body, first.batches[0]->size);
	free_caught(&first);
	free_caught(&second);
}

static void test_cut_compression_keeps_what_was_read(void **state)
{
	struct caught caught, again;
	struct push_batcher *batcher = batcher_of(&caught, 100, 1000, "flows"), *compressed;
	struct err err = {0};

	(void)state;
	feed(batcher, "{\"a\":1}\n{\"a\":2}\n", 100);
	assert_true(push_batcher_close(batcher, NULL));
	compressed = batcher_of(&again, 100, 1000, "flows");
	assert_true(push_batcher_feed(
		compressed, caught.batches[0]->body, caught.batches[0]->size - 8, &err));
	assert_false(push_batcher_close(compressed, &err));
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(again.count, 1);
	assert_string_equal(again.texts[0], "{\"a\":1}\n{\"a\":2}\n");
	free_caught(&again);
	free_caught(&caught);
}

/* --- Answers ----------------------------------------------------------------------------------- */

static void test_what_statuses_mean(void **state)
{
	static const struct {
		long status;
		enum push_fate fate;
		const char *says;
	} rows[] = {
		{408, PUSH_AGAIN, "408"},
		{425, PUSH_AGAIN, "425"},
		{429, PUSH_AGAIN, "429"},
		{500, PUSH_AGAIN, "500"},
		{502, PUSH_AGAIN, "502"},
		{503, PUSH_AGAIN, "503"},
		{504, PUSH_AGAIN, "504"},
		{599, PUSH_AGAIN, "599"},
		{501, PUSH_NEVER, "does not take"},
		{302, PUSH_NEVER, "redirection"},
		{400, PUSH_NEVER, "would not help"},
		{401, PUSH_NEVER, "--token-file"},
		{403, PUSH_NEVER, "flows:write"},
		{404, PUSH_NEVER, "--url"},
		{413, PUSH_NEVER, "--batch-bytes"},
		{415, PUSH_NEVER, "gzip"},
		{422, PUSH_NEVER, "would not help"},
		{204, PUSH_NEVER, "--url"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		void *mem = mem_context(NULL);
		struct push_reply reply = {.status = rows[i].status,
			.body = "{\"detail\":\"The words of the server.\"}"};
		struct push_counts counts;
		const char *why = NULL;

		assert_int_equal(push_judge(mem, &reply, 1, &counts, &why), rows[i].fate);
		assert_non_null(strstr(why, rows[i].says));
		assert_non_null(strstr(why, "The words of the server."));
		mem_free(mem);
	}
}

static void test_failures_of_the_connection(void **state)
{
	struct push_reply passing = {.failure = "refused"};
	struct push_reply lasting = {.failure = "bad certificate", .hopeless = true};
	struct push_counts counts;
	const char *why = NULL;

	(void)state;
	assert_int_equal(push_judge(NULL, &passing, 1, &counts, &why), PUSH_AGAIN);
	assert_string_equal(why, "refused");
	assert_int_equal(push_judge(NULL, &lasting, 1, &counts, &why), PUSH_NEVER);
	assert_string_equal(why, "bad certificate");
}

#define ANSWER                                                                                     \
	"{\"received\":9,\"accepted\":5,\"duplicates\":1,\"rejected\":1,"                          \
	"\"ignored\":{\"lost_events\":1,\"agent_event\":1},\"already_imported\":%s,"               \
	"\"errors\":[{\"line\":3,\"column\":1,\"field\":\"time\",\"code\":\"invalid\","            \
	"\"detail\":\"is none\"}]}"

static void judge_answer(
	void *mem, const char *known, unsigned attempts, struct push_counts *counts)
{
	struct push_reply reply = {.status = 200, .body = mem_format(mem, ANSWER, known)};
	const char *why = NULL;

	assert_int_equal(push_judge(mem, &reply, attempts, counts, &why), PUSH_STORED);
}

static void test_counts_of_an_answer(void **state)
{
	void *mem = mem_context(NULL);
	struct push_counts counts;

	(void)state;
	judge_answer(mem, "false", 1, &counts);
	assert_int_equal(counts.accepted, 5);
	assert_int_equal(counts.duplicates, 1);
	assert_int_equal(counts.rejected, 1);
	assert_int_equal(counts.ignored, 2);
	assert_int_equal(counts.reject_count, 1);
	assert_int_equal(counts.rejects[0].line, 3);
	assert_string_equal(counts.rejects[0].why, "time: is none");
	/* the answer to our own first try, which was lost */
	judge_answer(mem, "true", 2, &counts);
	assert_int_equal(counts.accepted, 5);
	assert_int_equal(counts.duplicates, 1);
	/* another run stored it */
	judge_answer(mem, "true", 1, &counts);
	assert_int_equal(counts.accepted, 0);
	assert_int_equal(counts.duplicates, 6);
	mem_free(mem);
}

static void test_a_page_is_no_answer(void **state)
{
	static const char *const bodies[] = {
		"", "<html>Sign in</html>", "[]", "{\"status\":\"ok\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		void *mem = mem_context(NULL);
		struct push_reply reply = {.status = 200, .body = bodies[i]};
		struct push_counts counts;
		const char *why = NULL;

		assert_int_equal(push_judge(mem, &reply, 1, &counts, &why), PUSH_NEVER);
		assert_non_null(strstr(why, "--url"));
		mem_free(mem);
	}
}

static void test_waiting(void **state)
{
	static const struct {
		unsigned attempts;
		int64_t retry_after_s, least_ms, most_ms;
	} rows[] = {
		{1, 0, 500, 1000},
		{2, 0, 1000, 2000},
		{3, 0, 2000, 4000},
		{5, 0, 8000, 16000},
		{6, 0, 15000, 30000},
		{1000000, 0, 15000, 30000},
		{1, 7, 7000, 7000},
		{6, 7, 15000, 30000},
		{1, -5, 500, 1000},
		{1, LIMIT_RETRY_AFTER_S, LIMIT_RETRY_AFTER_S * 1000, LIMIT_RETRY_AFTER_S * 1000},
		{1, INT64_MAX, LIMIT_RETRY_AFTER_S * 1000, LIMIT_RETRY_AFTER_S * 1000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool differs = false;
		int64_t first = push_wait_ms(rows[i].attempts, rows[i].retry_after_s, 0);

		for (uint32_t random = 0; random < 100000; random += 97) {
			int64_t wait =
				push_wait_ms(rows[i].attempts, rows[i].retry_after_s, random);

			assert_in_range(wait, rows[i].least_ms, rows[i].most_ms);
			differs = differs || wait != first;
		}
		assert_int_equal(differs, rows[i].least_ms != rows[i].most_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batches_end_at_records),
		cmocka_unit_test(test_batches_are_bounded_by_bytes),
		cmocka_unit_test(test_every_framing_is_unframed),
		cmocka_unit_test(test_lines_of_pretty_records),
		cmocka_unit_test(test_a_cut_record_is_told),
		cmocka_unit_test(test_same_records_same_bytes),
		cmocka_unit_test(test_cut_compression_keeps_what_was_read),
		cmocka_unit_test(test_what_statuses_mean),
		cmocka_unit_test(test_failures_of_the_connection),
		cmocka_unit_test(test_counts_of_an_answer),
		cmocka_unit_test(test_a_page_is_no_answer),
		cmocka_unit_test(test_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
