#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

static void the_first_failure_stays(void **state)
{
	struct err err = {0};

	(void)state;
	assert_false(err_at(&err, ERR_INVALID, 3, 14, "port %d is too large", 70000));
	assert_false(err_set(&err, ERR_INTERNAL, "later"));
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 14);
	assert_string_equal(err.text, "port 70000 is too large");
}

static void the_place_goes_in_front(void **state)
{
	struct err err = {0};

	(void)state;
	err_field(&err, ERR_INVALID, "policy_name", "too long");
	err_where(&err, "document %d", 2);
	assert_string_equal(err.text, "document 2: too long");
	assert_string_equal(err.field, "policy_name");
}

static void every_code_has_a_name(void **state)
{
	(void)state;
	for (int code = 0; code < ERR_CODES; code++)
		assert_non_null(err_name((enum err_code)code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failure_stays),
		cmocka_unit_test(the_place_goes_in_front),
		cmocka_unit_test(every_code_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
