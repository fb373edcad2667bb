/* What people call a peer: for lists and filters, never for a rule. */
#ifndef STORE_WORKLOAD_H
#define STORE_WORKLOAD_H

#include "core/traffic.h"

/*
 * The workload of an identity, owned by `mem`: as a node told it of `endpoint` (NULL if no pod of
 * the identity is known), else guessed from labels or the pod's name, with the kind "" then. The
 * name is "" for peers that are no pods.
 */
struct workload workload_of(
	void *mem, const struct identity *identity, const struct endpoint *endpoint);

#endif
