/* From needs to rule elements: what shares its ports is one rule (policies.md 12). */
#ifndef CORE_ASSEMBLE_H
#define CORE_ASSEMBLE_H

#include "core/needs.h"

/* One rule element and the needs behind it. */
struct assembled {
	struct rule_element element;
	const struct need **needs;
	size_t need_count;
	bool l7_partial; /* L7 was asked for, but part of the traffic was not seen by a proxy */
};

struct assembly {
	struct assembled *items;
	size_t count;
};

/*
 * The elements of one subject and direction, from its run of sorted needs. Peers of another
 * namespace or cluster name theirs.
 */
struct assembly assemble(const struct analysis *analysis, const struct need *needs, size_t count);

/*
 * The selector of a workload in a policy of this kind, as seen from this namespace and cluster: keys
 * for the workload's own are added where they differ.
 */
struct selector peer_selector(void *mem, const struct pod_workload *peer, enum policy_kind kind,
	const char *namespace, const char *cluster);

#endif
