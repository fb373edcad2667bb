/* From one side of a flow to the identity behind it (flows.md 4.5, 9.4, 10.6). */
#ifndef CORE_IDENTIFY_H
#define CORE_IDENTIFY_H

#include "core/traffic.h"

/*
 * The identity of `end`, whose packets carry `address` (""), reported by a node of `cluster`.
 * Labels that say nothing about policy (cidr:, fqdn: and node labels of peers that are no pods) are
 * left out, so that one peer is one identity. `room` needs space for end->labels.count + 1 texts; the
 * result refers to it and to the texts of `end`.
 */
struct identity identify(const struct flow_endpoint *end, const char *address, const char *cluster,
	const char **room);

#endif
