/* Names of generated policies: DNS-1123, short, stable, each its own (policies.md 12). */
#ifndef CORE_POLICY_NAME_H
#define CORE_POLICY_NAME_H

#include <stdbool.h>

#include "core/workloads.h"

/* Is it what the API server takes as a name: 1 to 253 of a-z 0-9 - . with alphanumeric ends? */
bool policy_name_is_valid(const char *name);

/*
 * A name for each workload, from its own; where two of one namespace (of any cluster) would be equal,
 * the later get a suffix made of their labels, so that no policy overwrites another. Clusterwide names
 * begin with the namespace and are unique over all.
 */
const char **policy_names(void *mem, const struct workloads *workloads, bool clusterwide);

#endif
