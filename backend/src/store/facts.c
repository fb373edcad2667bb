#include "store/facts.h"

enum field {
	FIELD_VERDICT,
	FIELD_DIRECTION,
	FIELD_IS_REPLY,
	FIELD_REPLY,
	FIELD_EVENT,
	FIELD_POINT,
	FIELD_REASON,
	FIELD_TCP_FLAGS,
	FIELD_NO_TIME,
	FIELD_L7_TYPE,
	FIELD_L7_KIND,
	FIELD_EGRESS,
	FIELD_INGRESS,
	FIELD_DROP_REASON,
	FIELDS
};

static const struct {
	unsigned first, width;
} layout[FIELDS] = {
	[FIELD_VERDICT] = {0, 3},
	[FIELD_DIRECTION] = {3, 2},
	[FIELD_IS_REPLY] = {5, 2},
	[FIELD_REPLY] = {7, 1},
	[FIELD_EVENT] = {8, 3},
	[FIELD_POINT] = {11, 4},
	[FIELD_REASON] = {15, 4},
	[FIELD_TCP_FLAGS] = {19, 9},
	[FIELD_NO_TIME] = {28, 1},
	[FIELD_L7_TYPE] = {29, 2},
	[FIELD_L7_KIND] = {31, 3},
	[FIELD_EGRESS] = {34, 8},
	[FIELD_INGRESS] = {42, 8},
	[FIELD_DROP_REASON] = {50, 12},
};

_Static_assert(OUTCOMES <= 8, "outcomes have 8 bits a side");

/* Enumerations with large numbers, by the position under which they are stored: append only. */
static const enum event_type events[] = {EVENT_UNKNOWN, EVENT_DROP, EVENT_DEBUG, EVENT_CAPTURE,
	EVENT_TRACE, EVENT_POLICY_VERDICT, EVENT_SOCK, EVENT_L7};
static const enum observation_point points[] = {POINT_UNKNOWN, POINT_TO_PROXY, POINT_TO_HOST,
	POINT_TO_STACK, POINT_TO_OVERLAY, POINT_FROM_ENDPOINT, POINT_FROM_PROXY, POINT_FROM_HOST,
	POINT_FROM_STACK, POINT_FROM_OVERLAY, POINT_FROM_NETWORK, POINT_TO_NETWORK,
	POINT_FROM_CRYPTO, POINT_TO_CRYPTO, POINT_TO_ENDPOINT};

static uint64_t mask(enum field field)
{
	return ((UINT64_C(1) << layout[field].width) - 1) << layout[field].first;
}

static uint64_t put(enum field field, unsigned value)
{
	return ((uint64_t)value << layout[field].first) & mask(field);
}

static unsigned get(uint64_t bits, enum field field)
{
	return (unsigned)((bits & mask(field)) >> layout[field].first);
}

static unsigned event_place(enum event_type event)
{
	for (unsigned i = 0; i < sizeof events / sizeof *events; i++)
		if (events[i] == event)
			return i;
	return 0;
}

static unsigned point_place(enum observation_point point)
{
	for (unsigned i = 0; i < sizeof points / sizeof *points; i++)
		if (points[i] == point)
			return i;
	return 0;
}

int64_t facts_pack(const struct facts *facts)
{
	return (int64_t)(put(FIELD_VERDICT, facts->verdict) |
			 put(FIELD_DIRECTION, facts->direction) |
			 put(FIELD_IS_REPLY, facts->is_reply) | put(FIELD_REPLY, facts->reply) |
			 put(FIELD_EVENT, event_place(facts->event)) |
			 put(FIELD_POINT, point_place(facts->point)) |
			 put(FIELD_REASON, facts->reason) | put(FIELD_TCP_FLAGS, facts->tcp_flags) |
			 put(FIELD_NO_TIME, facts->no_time) | put(FIELD_L7_TYPE, facts->l7_type) |
			 put(FIELD_L7_KIND, facts->l7_kind) |
			 put(FIELD_EGRESS, facts->outcomes[SIDE_EGRESS]) |
			 put(FIELD_INGRESS, facts->outcomes[SIDE_INGRESS]) |
			 put(FIELD_DROP_REASON, facts->drop_reason));
}

struct facts facts_unpack(int64_t packed)
{
	uint64_t bits = (uint64_t)packed;
	unsigned point = get(bits, FIELD_POINT);

	return (struct facts){.verdict = get(bits, FIELD_VERDICT),
		.direction = get(bits, FIELD_DIRECTION),
		.is_reply = get(bits, FIELD_IS_REPLY),
		.reply = get(bits, FIELD_REPLY),
		.event = events[get(bits, FIELD_EVENT)],
		.point = point < sizeof points / sizeof *points ? points[point] : POINT_UNKNOWN,
		.reason = get(bits, FIELD_REASON),
		.tcp_flags = get(bits, FIELD_TCP_FLAGS),
		.no_time = get(bits, FIELD_NO_TIME),
		.l7_type = get(bits, FIELD_L7_TYPE),
		.l7_kind = get(bits, FIELD_L7_KIND),
		.outcomes = {(uint8_t)get(bits, FIELD_EGRESS), (uint8_t)get(bits, FIELD_INGRESS)},
		.drop_reason = get(bits, FIELD_DROP_REASON)};
}

unsigned facts_drop_reason(int64_t packed)
{
	return get((uint64_t)packed, FIELD_DROP_REASON);
}

int64_t facts_with_drop_reason(int64_t packed, unsigned drop_reason)
{
	return (int64_t)(((uint64_t)packed & ~mask(FIELD_DROP_REASON)) |
			 put(FIELD_DROP_REASON, drop_reason));
}

int64_t facts_counted(int64_t packed)
{
	return (int64_t)((uint64_t)packed & (mask(FIELD_VERDICT) | mask(FIELD_NO_TIME) |
						    mask(FIELD_EGRESS) | mask(FIELD_INGRESS)));
}
