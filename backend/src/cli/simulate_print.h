/* The result of cpa simulate, as a table for people or as JSON. */
#ifndef CLI_SIMULATE_PRINT_H
#define CLI_SIMULATE_PRINT_H

#include <jansson.h>
#include <stdio.h>

#include "cli/policy_files.h"
#include "core/replay.h"

struct simulation {
	const struct policy_files *policies;
	struct replay_input input;
	struct replay proposed;
	const struct replay *now; /* what it is compared with, or NULL */
};

/* The table. Whether writing went well the stream knows. */
void simulation_print(void *mem, const struct simulation *simulation, FILE *to);

/* The same as JSON; the caller owns the reference. */
json_t *simulation_json(void *mem, const struct simulation *simulation);

/* Writes and drops the value. False if writing failed. */
MUST_CHECK bool json_write(json_t *json, FILE *to);

#endif
