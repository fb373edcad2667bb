/* cpa simulate --per-flow: one line of JSON per record. */
#ifndef CLI_SIMULATE_FLOWS_H
#define CLI_SIMULATE_FLOWS_H

#include <jansson.h>

#include "cli/policy_files.h"
#include "core/simulate.h"

/*
 * Judges every record of the files and writes a line for each to stdout. `cluster` "" takes each
 * flow's own. `ret_denied` tells whether a flow that was let pass would be denied.
 */
MUST_CHECK bool simulate_flows(const struct policy_files *policies, const char *cluster,
	char **files, size_t file_count, bool *ret_denied, struct err *err);

/* Where a rule stands, as JSON; the caller owns the reference. */
json_t *rule_json(const struct policy_files *policies, const struct deciding_rule *rule);

/* A side as JSON, its reason as a sentence; the caller owns the reference. */
json_t *side_json(const struct policy_files *policies, const struct side_judgement *side);

#endif
