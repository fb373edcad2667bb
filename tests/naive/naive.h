/*
 * A second evaluator, naive on purpose: policies.md 9 read aloud, by brute force and with two values
 * only. It shares the policy model with the simulator and nothing else: no compiled form, no cache,
 * other ways to match names, addresses and patterns. Where a verdict hangs on what a container calls
 * its port, it tries every set of names.
 */
#ifndef NAIVE_NAIVE_H
#define NAIVE_NAIVE_H

#include "core/simulate.h"

/* The parties of a request as they are, since the naive evaluator has no use for compiled ones. */
struct naive_flow {
	struct identity client, server;
	struct attempt request; /* without its parties */
};

struct naive_answer {
	enum judged verdict, l7;
};

struct naive_answer naive_judge(const struct policies *policies, const char *cluster,
	const struct naive_flow *flow, enum side side);

#endif
