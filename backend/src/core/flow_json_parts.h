/* What the files flow_json*.c share. */
#ifndef CORE_FLOW_JSON_PARTS_H
#define CORE_FLOW_JSON_PARTS_H

#include "core/flow_reader.h"
#include "core/json_scan.h"

/* A flow of which nothing is known: texts are "", the weight is 1. */
extern const struct flow flow_json_unknown;

/* A flow, and members that only help to fill it. */
struct flow_json_hubble {
	struct flow flow;
	bool reply;
	enum tristate is_reply;
	uint32_t drop_reason_told;
	bool verdict_member; /* one that only policy verdicts carry */
};

/* In Hubble's wrapper (flows.md 1.2). */
struct flow_json_wrapped {
	struct flow_json_hubble hubble;
	const char *node;
	bool has_time;
	int64_t time_ns;
};

/* One in which nothing was told. */
extern const struct flow_json_wrapped flow_json_nothing;

/* Hubble's Flow (flows.md 3); node and time may also stand in its wrapper (NULL if there is none). */
MUST_CHECK bool flow_json_hubble(struct json_reading *reading, json_t *object, json_t *wrapper,
	const struct flow_reader_options *options, struct flow *ret_flow);

/* The same from the text of a wrapper, up to its end; all but the flow's id. It is in `room`; NULL for jansson's. */
MUST_CHECK struct flow *flow_json_hubble_scan(struct json_scanning *scanning,
	const struct flow_reader_options *options, struct flow_json_wrapped *room);

/* Its last part: what follows `destination`, up to the end of the wrapper. */
MUST_CHECK bool flow_json_scan_rest(struct json_scanning *scanning, struct json_object_scan *flow,
	struct flow_json_wrapped *wrapped);

/* Whether an object without a wrapper is a Flow (flows.md 1.2), or a flow in the flat form. */
bool flow_json_is_hubble(json_t *object);
bool flow_json_is_flat(json_t *object);

/* The flat form, as people and scripts write it. */
MUST_CHECK bool flow_json_flat(struct json_reading *reading, json_t *object,
	const struct flow_reader_options *options, struct flow *ret_flow);

/* Fills namespace and cluster from the labels where they are not told. */
void flow_json_endpoint_complete(struct flow_endpoint *endpoint);

/* The kinds of members, and what they fill. */
extern const struct json_kind flow_json_verdict;     /* enum verdict, also by other tools' names */
extern const struct json_kind flow_json_ip;          /* struct flow */
extern const struct json_members flow_json_l4;       /* struct flow */
extern const struct json_kind flow_json_event;       /* struct flow */
extern const struct json_kind flow_json_drop_reason; /* struct flow */
extern const struct json_kind flow_json_endpoint;    /* struct flow_endpoint (flows.md 4) */
extern const struct json_kind flow_json_labels;      /* struct text_list; an array of
	"source:key=value" or an object {"key": "value"} */
extern const struct json_kind flow_json_l7;          /* struct flow_l7 (flows.md 8) */
extern const struct json_kind flow_json_service;     /* const char *, "namespace/name" */
extern const struct json_kind flow_json_policies;    /* struct policy_references */
extern const struct json_kind flow_json_aggregate;   /* uint64_t, the weight */

/* `source` or `destination` by the cache of core/flow_scan.h, which owns the scanning. */
json_scanner flow_scan_endpoint;
/* The same as flow_json_scan_rest, by the memory of what was read before; the scanning is core/flow_scan.h's, too. */
MUST_CHECK bool flow_scan_rest(struct json_scanning *scanning, struct json_object_scan *flow,
	struct flow_json_wrapped *wrapped);
/* An endpoint by jansson. */
json_reader flow_json_read_endpoint;

extern const struct enumeration flow_enum_verdict, flow_enum_type, flow_enum_direction,
	flow_enum_point, flow_enum_reason, flow_enum_auth, flow_enum_l7_type, flow_enum_sctp_chunk,
	flow_enum_drop_reason, flow_enum_ip_version, flow_enum_node_state, flow_enum_lost_source;

#endif
