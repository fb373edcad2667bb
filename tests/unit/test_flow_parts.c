/* Where a file is read in two parts: only between two records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "cli/flow_parts.h"

#define LINES 300000

/* A file of so many times the text, its descriptor is that of the stream. */
static FILE *file_of(const char *begin, const char *text, size_t count, const char *end)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	fputs(begin, file);
	for (size_t i = 0; i < count; i++)
		fputs(text, file);
	fputs(end, file);
	assert_int_equal(fflush(file), 0);
	return file;
}

static int64_t split_of(const char *begin, const char *text, size_t count, const char *end)
{
	FILE *file = file_of(begin, text, count, end);
	int64_t split = flow_parts_split(fileno(file));

	fclose(file);
	return split;
}

static void test_lines_are_split_between_two(void **state)
{
	static const char line[] = "{\"flow\":{\"verdict\":\"FORWARDED\",\"a\":[{},{}]}}\n";
	FILE *file = file_of("", line, LINES, "");
	int64_t size = (int64_t)strlen(line), split = flow_parts_split(fileno(file));

	(void)state;
	assert_true(split > size * LINES / 2 && split < size * LINES / 2 + 4 * size);
	assert_int_equal(split % size, 0);
	assert_int_equal(flow_parts_lines(fileno(file), split), split / size);
	assert_int_equal(flow_parts_lines(fileno(file), 0), 0);
	fclose(file);
}

static void test_other_forms_are_not_split(void **state)
{
	(void)state;
	assert_int_equal(split_of("", "{\"flow\":{\"verdict\":\"FORWARDED\"}}\n", 10, ""), 0);
	assert_int_equal(
		split_of("[", "{\"flow\":{\"verdict\":\"FORWARDED\"}},\n", LINES, "1]"), 0);
	assert_int_equal(split_of("", "{\n\"flow\":\n{\n\"verdict\":\n{\n}\n}\n}\n", LINES, ""), 0);
	/* the line before is no record, or cut; the one after begins with none */
	assert_int_equal(
		split_of("", "{\"flow\":{\"verdict\":\n{\"flow\":[1,2,3,4,5\n", LINES, ""), 0);
	assert_int_equal(
		split_of("", "text of fifty bytes, more or less, without {}\n", LINES, ""), 0);
	assert_int_equal(split_of("", "{\"flow\":{\"verdict\":\"FORWARDED\"}} ", LINES, ""), 0);
}

static void test_what_is_no_file_is_not_split(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(flow_parts_split(ends[0]), 0);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_split_between_two),
		cmocka_unit_test(test_other_forms_are_not_split),
		cmocka_unit_test(test_what_is_no_file_is_not_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
