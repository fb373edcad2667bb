/* Array literals: what PostgreSQL would misread is quoted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "store/array.h"

static void test_literals(void **state)
{
	void *mem = mem_context(NULL);
	struct array *array = array_new(mem);

	(void)state;
	assert_string_equal(array_literal(array), "{}");
	array_text(array, "plain");
	array_text(array, "");
	array_text(array, "NULL");
	array_text(array, "a\"b\\c,{d}");
	assert_string_equal(array_literal(array), "{\"plain\",\"\",\"NULL\",\"a\\\"b\\\\c,{d}\"}");
	assert_int_equal(array_count(array), 4);
	mem_free(mem);
}

static void test_numbers_and_lists(void **state)
{
	static const char *items[] = {"x", "y\"z"};
	void *mem = mem_context(NULL);
	struct array *array = array_new(mem);

	(void)state;
	array_number(array, INT64_MIN);
	array_bool(array, true);
	array_list(array, &(struct text_list){items, 2});
	assert_string_equal(array_literal(array),
		"{-9223372036854775808,t,\"{\\\"x\\\",\\\"y\\\\\\\"z\\\"}\"}");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_numbers_and_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
