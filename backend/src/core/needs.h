/*
 * From settled connections to needs: this workload, in this direction, has to reach or be reached by
 * this peer on this port (flows.md 10.4, policies.md 6).
 */
#ifndef CORE_NEEDS_H
#define CORE_NEEDS_H

#include "core/generate.h"
#include "core/settle.h"

/* In the order in which rules are written. */
enum peer_kind { PEER_BY_LABELS, PEER_BY_ENTITY, PEER_BY_NAME, PEER_BY_CIDR, PEER_KINDS };

struct peer {
	enum peer_kind kind;
	const char *key;   /* entity, name or CIDR; for labels a text that orders and tells apart */
	uint32_t workload; /* PEER_BY_LABELS */
};

struct need {
	uint32_t subject; /* index into workloads */
	enum side side;
	struct peer peer;
	enum protocol protocol;
	uint16_t port;
	uint8_t icmp_type;
	uint32_t settled;
	bool dns;     /* a name server: its rule may restrict names */
	bool assumed; /* taken from other workloads: the resolver that names need */
};

struct needs {
	struct need *items; /* sorted by subject, side, peer, protocol, port, ICMP type, settled */
	size_t count, capacity;
	/* Per settled connection and side: why it made no need, or LEFT_OUT_NOT. */
	enum left_out (*left_out)[SIDES];
	/* Per workload: names are used, but its lookups were not recorded; or nobody's were. */
	bool *resolver_assumed, *resolver_missing;
	bool *several_names; /* per workload: an address of its rules by name has more than one */
	bool *names_denied;  /* per workload: addresses, since its names would open denied ones */
	bool *names_capped;  /* per workload: see outside_names_find */
	bool *inexpressible; /* per workload: the kind of policy cannot say all it needs */
	void *mem;
};

/* The common ground of the analyser's steps. */
struct analysis {
	void *mem;
	const struct traffic *traffic;
	const struct generate_options *options;
	const struct workloads *workloads;
	const struct settlement *settlement;
	bool *reporting;       /* per workload: nodes of its cluster reported */
	bool several_clusters; /* among the reporting ones */
	int64_t window_ns;     /* from the first to the last sighting */
};

/*
 * Do the workload's pods carry the label of their cluster? In a set for several clusters its policy
 * then names it, and fits no other's pods.
 */
bool workload_names_cluster(const struct analysis *analysis, const struct pod_workload *workload);

struct needs *needs_find(const struct analysis *analysis);

#endif
