/*
 * The last part of a flow's record (flow_json_scan_rest): how, where and by which node it was observed. It
 * repeats from record to record, but for the time at its end; its bytes, met again, need not be read again.
 */
#ifndef CORE_FLOW_RESTS_H
#define CORE_FLOW_RESTS_H

#include "core/flow_json_parts.h"

struct flow_rests;

/* Owned by `mem`; the key is for the hash. */
struct flow_rests *flow_rests_new(void *mem, uint64_t hash_key);

/* As flow_json_scan_rest. What it tells lives until the next call. */
MUST_CHECK bool flow_rests_scan(struct flow_rests *rests, struct json_scanning *scanning,
	struct json_object_scan *flow, struct flow_json_wrapped *wrapped);

#endif
