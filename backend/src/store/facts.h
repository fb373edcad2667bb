/*
 * What a flow's row says in one number: flows.facts. The layout is stored and the statements in
 * sql/queries test its bits, so it only ever grows:
 *
 *   bits  0-2   verdict                 bit  28     the time is that of the import
 *   bits  3-4   direction               bits 29-30  L7 type
 *   bits  5-6   is_reply as reported    bits 31-33  L7 kind
 *   bit   7     reply as concluded      bits 34-41  outcomes for the egress rule, a bit each
 *   bits  8-10  event type, packed      bits 42-49  outcomes for the ingress rule
 *   bits 11-14  observation point,      bits 50-61  drop reason (drop_reasons.id)
 *               packed                  bits 62-63  free
 *   bits 15-18  trace reason
 *   bits 19-27  TCP flags
 */
#ifndef STORE_FACTS_H
#define STORE_FACTS_H

#include <stdint.h>

#include "core/traffic.h"

struct facts {
	enum verdict verdict;
	enum direction direction;
	enum tristate is_reply;
	bool reply;
	enum event_type event;
	enum observation_point point;
	enum trace_reason reason;
	unsigned tcp_flags;
	bool no_time;
	enum l7_type l7_type;
	enum l7_kind l7_kind;
	uint8_t outcomes[SIDES]; /* 1 << enum outcome */
	unsigned drop_reason;    /* drop_reasons.id, 0 = none */
};

int64_t facts_pack(const struct facts *facts);
struct facts facts_unpack(int64_t packed);

/* The drop reason alone, and the same facts with another one. */
unsigned facts_drop_reason(int64_t packed);
int64_t facts_with_drop_reason(int64_t packed, unsigned drop_reason);

/* What is counted apart: verdict, outcomes, and whether the time was told. */
int64_t facts_counted(int64_t packed);

#endif
