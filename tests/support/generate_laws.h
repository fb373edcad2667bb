/* The analyser's laws (core/generate.h), checked on any traffic: for property tests and fuzzing. */
#ifndef TEST_GENERATE_LAWS_H
#define TEST_GENERATE_LAWS_H

#include "core/generate.h"

/*
 * Generates policies and tells which law they break, or NULL. `ret_text` gets the YAML. All is owned by
 * `mem`.
 *
 * - What is written is read back as the same policies, and Cilium takes it.
 * - Every side reported as used is allowed, by a rule, in its cluster.
 * - No side reported as left out is allowed by a rule, unless the same need of the same workloads is used,
 *   or the report says why its workload cannot be told from another.
 */
const char *generate_laws_broken(void *mem, const struct traffic *traffic,
	const struct generate_options *options, const char **ret_text);

/* The same traffic, put together again from its parts in another order, as from a database. */
struct traffic *traffic_rebuilt(void *mem, const struct traffic *traffic);

#endif
