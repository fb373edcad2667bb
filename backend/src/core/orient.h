/*
 * What one line says by itself: can it become evidence at all, was it a request or a reply, and
 * what does it prove for each side. Nothing here looks at other lines; the analyser settles what
 * only other lines can tell.
 */
#ifndef CORE_ORIENT_H
#define CORE_ORIENT_H

#include "core/traffic.h"

struct orientation {
	enum standing standing;
	bool reply; /* the packet's source is the server; meaningless when unoriented */
};

/* flows.md 10.1 step 2 and 10.2 steps 1 to 7. */
struct orientation orient(const struct flow *flow);

/* Adds `flow.weight` to the outcomes that this line proves (flows.md 10.3). */
void prove(const struct flow *flow, struct orientation orientation,
	uint64_t outcomes[SIDES][OUTCOMES]);

/* The requesting ICMP type that `type` asks or answers (8 for 0 and 8), or -1 if it needs no rule. */
int icmp_request_type(enum protocol protocol, uint8_t type);

/* Was an L7 request refused by a rule of the proxy? */
bool l7_refused(const struct flow *flow);

#endif
