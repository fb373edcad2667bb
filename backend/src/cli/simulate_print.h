/* The result of cpa simulate, as a table for people or as JSON. */
#ifndef CLI_SIMULATE_PRINT_H
#define CLI_SIMULATE_PRINT_H

#include <stdio.h>

#include "cli/policy_files.h"
#include "core/replay.h"

struct simulation {
	const struct policy_files *policies;
	struct replay_input input;
	struct replay proposed;
	const struct replay *now; /* what it is compared with, or NULL */
};

/* False if writing failed. */
MUST_CHECK bool simulation_print(
	void *mem, const struct simulation *simulation, bool json, FILE *to);

#endif
