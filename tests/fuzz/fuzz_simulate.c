/* Policies and flows made of the fuzzer's bytes: simulator and naive evaluator must agree. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../naive/case.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	void *mem = mem_context(NULL);
	struct naive_case made = naive_case_make(mem, bytes, size);
	const char *difference = "";

	if (naive_case_compare(mem, &made, &difference) == 0) {
		fprintf(stderr, "%s\n", difference);
		abort();
	}
	mem_free(mem);
	return 0;
}
