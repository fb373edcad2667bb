/*
 * Bytes -> a few policies and flows aimed at them, and the comparison of the simulator with the naive
 * evaluator. The same bytes give the same case, so a fuzzer steers it and a test feeds it at random.
 */
#ifndef NAIVE_CASE_H
#define NAIVE_CASE_H

#include "naive.h"

struct naive_case {
	struct policies policies;
	const char *cluster;
	struct naive_flow *flows;
	size_t flow_count;
};

struct naive_case naive_case_make(void *mem, const uint8_t *bytes, size_t size);

/* Compares all sides of all flows; returns how many, or 0 with the difference in `ret_text`. */
size_t naive_case_compare(void *mem, const struct naive_case *made, const char **ret_text);

#endif
