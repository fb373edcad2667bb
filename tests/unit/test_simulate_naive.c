/*
 * The simulator against a second, naive evaluator (tests/naive) on random policies and flows. CASES
 * in the environment asks for more of them than the usual run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../naive/case.h"
#include "base/mem.h"

#define CASES      2500 /* of 16 verdicts each */
#define CASE_BYTES 2048

/* xorshift64*: the same cases in every run. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static void both_evaluators_agree(void **state)
{
	const char *wanted = getenv("CASES");
	unsigned long cases = wanted != NULL ? strtoul(wanted, NULL, 10) : CASES;
	uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
	size_t verdicts = 0;

	(void)state;
	for (unsigned long i = 0; i < cases; i++) {
		void *mem = mem_context(NULL);
		uint8_t bytes[CASE_BYTES];
		struct naive_case made;
		const char *difference = "";
		size_t compared;

		for (size_t j = 0; j < sizeof bytes; j++)
			bytes[j] = (uint8_t)(next(&seed) >> 40);
		made = naive_case_make(mem, bytes, sizeof bytes);
		compared = naive_case_compare(mem, &made, &difference);
		if (compared == 0)
			fail_msg("case %lu: %s", i, difference);
		verdicts += compared;
		mem_free(mem);
	}
	print_message("%lu cases, %zu verdicts\n", cases, verdicts);
	assert_true(verdicts > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_evaluators_agree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
