/*
 * What only the whole of the traffic can tell: which end of an undecided line is the server, and
 * what all sightings of one connection together prove for each side (flows.md 10.2 steps 8 to 10,
 * 10.3).
 */
#ifndef CORE_SETTLE_H
#define CORE_SETTLE_H

#include "core/generate.h"
#include "core/workloads.h"

/* One connection between resolved identities, from all its sightings. */
struct settled {
	uint32_t client, server; /* resolved identities */
	enum protocol protocol;
	uint16_t port;
	uint8_t icmp_type;
	bool guess; /* oriented by nothing better than its ports */
	bool dns;   /* to a name server: by its port, or a proxy saw questions on it */
	uint64_t events;
	uint64_t outcomes[SIDES][OUTCOMES];
	bool l7_seen[SIDES], l7_passed[SIDES]; /* L7 facts at a side; one of them not denied */
	uint32_t *connections;                 /* indexes into traffic.connections */
	size_t connection_count;
};

struct settlement {
	struct settled *items; /* sorted by client, server, protocol, port */
	size_t count;
	/* Per connection of the traffic: index into items, or NOT_SETTLED with the reason. */
	uint32_t *of;
	enum left_out *left_out;
};
#define NOT_SETTLED UINT32_MAX

/* Settles the connections with selected[i] (NULL = all). */
struct settlement *settle(void *mem, const struct traffic *traffic, const bool *selected,
	const struct workloads *workloads);

/* LEFT_OUT_NOT if the side has evidence for a rule under these options, else why not. */
enum left_out settled_evidence(
	const struct settled *settled, enum side side, const struct generate_options *options);

#endif
