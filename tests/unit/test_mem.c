#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"

static void count_up(void *object)
{
	++*(int *)object;
}

static void freeing_a_context_ends_its_attachments_once(void **state)
{
	void *outer = mem_context(NULL), *inner = mem_context(outer);
	int ended = 0;

	(void)state;
	mem_attach(inner, &ended, count_up);
	mem_free(outer);
	assert_int_equal(ended, 1);
}

static void reserved_room_is_zeroed_and_keeps_what_was_there(void **state)
{
	void *mem = mem_context(NULL);
	int *numbers = NULL;
	size_t capacity = 0;

	(void)state;
	mem_reserve(mem, numbers, &capacity, 1);
	numbers[0] = 7;
	mem_reserve(mem, numbers, &capacity, 1000);
	assert_true(capacity >= 1000);
	assert_int_equal(numbers[0], 7);
	for (size_t i = 1; i < capacity; i++)
		assert_int_equal(numbers[i], 0);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(freeing_a_context_ends_its_attachments_once),
		cmocka_unit_test(reserved_room_is_zeroed_and_keeps_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
