/* base/read_ahead: all bytes in order, the end, a failure, and freeing while a read is at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/read_ahead.h"

/* Counts up, `step` bytes at a time, and fails or ends after `total`. */
struct source {
	size_t total, step, given;
	bool fails;
};

static unsigned char byte_at(size_t place)
{
	return (unsigned char)(place * 7 + place / 256);
}

static bool give(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	struct source *source = context;
	unsigned char *bytes = buffer;
	size_t left = source->total - source->given;

	if (left == 0 && source->fails)
		return err_set(err, ERR_CUT, "It was cut.");
	*ret_got = left < source->step ? left : source->step;
	assert_true(*ret_got <= size);
	for (size_t i = 0; i < *ret_got; i++)
		bytes[i] = byte_at(source->given++);
	return true;
}

static size_t read_all(struct source *source, bool expected, struct err *err)
{
	void *mem = mem_context(NULL);
	struct read_ahead *ahead = read_ahead_new(mem, give, source);
	size_t place = 0, size = 0;
	const char *bytes;
	bool done;

	do {
		done = read_ahead_next(ahead, &bytes, &size, err);
		for (size_t i = 0; done && i < size; i++)
			assert_int_equal((unsigned char)bytes[i], byte_at(place++));
	} while (done && size > 0);
	assert_int_equal(done, expected);
	mem_free(mem);
	return place;
}

static void gives_all_in_order(void **state)
{
	static const size_t totals[] = {0, 1, 1000, 128 * 1024, 1000 * 1000};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
		struct source source = {.total = totals[i], .step = 1 + totals[i] / 37};

		assert_int_equal(read_all(&source, true, &err), totals[i]);
	}
	assert_int_equal(err.code, ERR_NONE);
}

static void what_came_before_a_failure_is_given(void **state)
{
	struct source source = {.total = 5000, .step = 100, .fails = true};
	struct err err = {0};

	(void)state;
	assert_int_equal(read_all(&source, false, &err), 5000);
	assert_int_equal(err.code, ERR_CUT);
}

static void freed_early(void **state)
{
	void *mem = mem_context(NULL);
	struct source source = {.total = 5000, .step = 100};
	struct read_ahead *ahead = read_ahead_new(mem, give, &source);
	struct err err = {0};
	const char *bytes;
	size_t size;

	(void)state;
	assert_true(read_ahead_next(ahead, &bytes, &size, &err));
	mem_free(mem);
	/* the one that was at hand was waited for, and no other begun */
	assert_int_equal(source.given, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_all_in_order),
		cmocka_unit_test(what_came_before_a_failure_is_given),
		cmocka_unit_test(freed_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
