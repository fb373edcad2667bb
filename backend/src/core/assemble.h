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

/* The selector of a peer as seen from a subject of this namespace and cluster. */
struct selector peer_selector(
	void *mem, const struct pod_workload *peer, const char *namespace, const char *cluster);

#endif
