/* Which workloads have a policy: does any stored policy select one of their pods? */
#ifndef API_COVERAGE_H
#define API_COVERAGE_H

#include <jansson.h>

#include "store/db.h"

struct coverage;

/* Reads the stored policies that are not deleted; owned by `mem`. */
MUST_CHECK bool coverage_load(
	struct db *db, void *mem, struct coverage **ret_coverage, struct err *err);

/* Does a policy select a pod with these labels (an array of canonical texts) in the namespace? */
bool coverage_selects(const struct coverage *coverage, const char *namespace, const json_t *labels);

#endif
