/* Which DNS names a workload knows for an address outside the cluster (flows.md 9.3, 8.2). */
#ifndef CORE_OUTSIDE_NAMES_H
#define CORE_OUTSIDE_NAMES_H

#include "core/settle.h"

struct outside_name {
	uint32_t workload;
	const char *address, *name;
	int64_t since_ns; /* the earliest answer; INT64_MIN if a flow itself told */
};

struct outside_names {
	struct outside_name *items; /* sorted by workload, address, name */
	size_t count;
};

/*
 * From the names in flows and from the DNS answers that the workload's own pods got. Which answers a
 * connection kept depends on their order once it has LIMIT_L7_FACTS, so then none is used and
 * `capped[workload]` is set; `capped` may be NULL.
 */
struct outside_names *outside_names_find(void *mem, const struct traffic *traffic,
	const struct workloads *workloads, const struct settlement *settlement, bool *capped);

/* The run of names of one address; `ret_count` may be 0. */
const struct outside_name *outside_names_of(const struct outside_names *names, uint32_t workload,
	const char *address, size_t *ret_count);

/* A name that a rule can carry: valid, and no expansion of the cluster's search list. */
bool outside_name_is_usable(const char *name);

#endif
