/* Hubble's Flow: the table of its members, and what is recovered when a field mask left some out. */
#include "base/mem.h"
#include "core/flow_json_parts.h"
#include "core/json_scan.h"

#include <string.h>

#define NO_ENDPOINT_TOLD                                                                           \
	{                                                                                          \
		.cluster = "", .namespace = "", .pod = ""                                          \
	}

#define NOTHING_TOLD                                                                               \
	{                                                                                          \
		.uuid = "", .node = "", .cluster = "", .drop_reason_name = "",                     \
		.source_address = "", .source_translated = "", .destination_address = "",          \
		.source = NO_ENDPOINT_TOLD, .destination = NO_ENDPOINT_TOLD, .source_service = "", \
		.destination_service = "",                                                         \
		.l7 = {.http = {.method = "", .url = "", .protocol = ""}, .dns = {.query = ""}},   \
		.weight = 1,                                                                       \
	}

const struct flow flow_json_unknown = NOTHING_TOLD;
const struct flow_json_wrapped flow_json_nothing = {.hubble = {.flow = NOTHING_TOLD}, .node = ""};

#define FIELD(name) offsetof(struct flow_json_hubble, name)
#define FLOW(name)  FIELD(flow.name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

#define VERDICT_MEMBER .mark = FIELD(verdict_member), .decoration = true

/* In the order of the protobuf definition, in which the official producers write. */
static const struct json_member rows[] = {
	{"timestamp", NULL, &json_kind_time, .offset = FLOW(time_ns), .mark = FLOW(has_time),
		.alias = true},
	{"time", NULL, &json_kind_time, .offset = FLOW(time_ns), .mark = FLOW(has_time)},
	{"uuid", NULL, &json_kind_name, .offset = FLOW(uuid), .decoration = true},
	{.name = "emitter"},
	{"verdict", NULL, &flow_json_verdict, .offset = FLOW(verdict)},
	{"drop_reason", "dropReason", &json_kind_uint32, .offset = FIELD(drop_reason_told),
		.decoration = true},
	{"auth_type", "authType", &json_kind_enum, .offset = FLOW(auth_type), &flow_enum_auth,
		VERDICT_MEMBER},
	{.name = "ethernet"},
	{"ip", NULL, &flow_json_ip, .offset = 0, .alias = true},
	{"IP", NULL, &flow_json_ip, .offset = 0},
	{"l4", NULL, &json_kind_object, .offset = 0, &flow_json_l4},
	{.name = "tunnel"},
	{"source", NULL, &flow_json_endpoint, .offset = FLOW(source)},
	{"destination", NULL, &flow_json_endpoint, .offset = FLOW(destination), .ends_part = true},
	{"Type", NULL, &json_kind_enum, .offset = FLOW(type), &flow_enum_type},
	{"node_name", "nodeName", &json_kind_name, .offset = FLOW(node)},
	{.name = "node_labels", .camel = "nodeLabels"},
	{"source_names", "sourceNames", &json_kind_hosts, .offset = FLOW(source_names)},
	{"destination_names", "destinationNames", &json_kind_hosts,
		.offset = FLOW(destination_names)},
	{"l7", NULL, &flow_json_l7, .offset = FLOW(l7)},
	{"reply", NULL, &json_kind_bool, .offset = FIELD(reply)},
	{"event_type", "eventType", &flow_json_event, .offset = 0},
	{"source_service", "sourceService", &flow_json_service, .offset = FLOW(source_service),
		.decoration = true},
	{"destination_service", "destinationService", &flow_json_service,
		.offset = FLOW(destination_service), .decoration = true},
	{"traffic_direction", "trafficDirection", &json_kind_enum, .offset = FLOW(direction),
		&flow_enum_direction},
	{"policy_match_type", "policyMatchType", &json_kind_uint32,
		.offset = FLOW(policy_match_type), VERDICT_MEMBER},
	{"trace_observation_point", "traceObservationPoint", &json_kind_enum, .offset = FLOW(point),
		&flow_enum_point},
	{"trace_reason", "traceReason", &json_kind_enum, .offset = FLOW(reason), &flow_enum_reason},
	{.name = "file"},
	{.name = "ip_trace_id", .camel = "ipTraceId"},
	{"drop_reason_desc", "dropReasonDesc", &flow_json_drop_reason, .offset = 0,
		&flow_enum_drop_reason},
	{"is_reply", "isReply", &json_kind_tristate, .offset = FIELD(is_reply)},
	{.name = "debug_capture_point", .camel = "debugCapturePoint"},
	{.name = "interface"},
	{"proxy_port", "proxyPort", &json_kind_uint32, .offset = FLOW(proxy_port),
		.decoration = true},
	{.name = "trace_context", .camel = "traceContext"},
	{.name = "sock_xlate_point", .camel = "sockXlatePoint"},
	{.name = "socket_cookie", .camel = "socketCookie"},
	{.name = "cgroup_id", .camel = "cgroupId"},
	{.name = "Summary"},
	{.name = "extensions"},
	{"egress_allowed_by", "egressAllowedBy", &flow_json_policies,
		.offset = FLOW(egress_allowed_by), VERDICT_MEMBER},
	{"ingress_allowed_by", "ingressAllowedBy", &flow_json_policies,
		.offset = FLOW(ingress_allowed_by), VERDICT_MEMBER},
	{"egress_denied_by", "egressDeniedBy", &flow_json_policies,
		.offset = FLOW(egress_denied_by), VERDICT_MEMBER},
	{"ingress_denied_by", "ingressDeniedBy", &flow_json_policies,
		.offset = FLOW(ingress_denied_by), VERDICT_MEMBER},
	{.name = "policy_log", .camel = "policyLog"},
	{"aggregate", NULL, &flow_json_aggregate, .offset = FLOW(weight)},
};
static const struct json_members members = MEMBERS(rows);

/* The event type of a record whose field mask left it out (flows.md 5.1). */
static enum event_type recover_event(const struct flow *flow, bool verdict_member)
{
	static const enum event_type by_verdict[VERDICTS] = {
		[VERDICT_FORWARDED] = EVENT_TRACE,
		[VERDICT_DROPPED] = EVENT_DROP,
		[VERDICT_ERROR] = EVENT_L7,
		[VERDICT_AUDIT] = EVENT_POLICY_VERDICT,
		[VERDICT_REDIRECTED] = EVENT_POLICY_VERDICT,
		[VERDICT_TRACED] = EVENT_SOCK,
		[VERDICT_TRANSLATED] = EVENT_SOCK,
	};

	if (flow->type == FLOW_TYPE_L7)
		return EVENT_L7;
	if (flow->type == FLOW_TYPE_SOCK)
		return EVENT_SOCK;
	if (flow->point != POINT_UNKNOWN)
		return EVENT_TRACE;
	if (verdict_member)
		return EVENT_POLICY_VERDICT;
	return (unsigned)flow->verdict < VERDICTS ? by_verdict[flow->verdict] : EVENT_UNKNOWN;
}

/* The observation point of a trace that tells it by its sub-type only (flows.md 5.2). */
static enum observation_point point_of_sub_type(uint32_t sub_type)
{
	if (sub_type == 0) /* omitted, as every zero */
		return POINT_TO_ENDPOINT;
	return sub_type <= POINT_TO_CRYPTO ? (enum observation_point)sub_type : POINT_UNKNOWN;
}

/* Fills what other members tell. */
static void complete(struct flow_json_hubble *hubble)
{
	struct flow *flow = &hubble->flow;
	const struct enumerator *reason = NULL;

	if (flow->type == FLOW_TYPE_UNKNOWN && flow->l7.kind != L7_KIND_NONE)
		flow->type = FLOW_TYPE_L7;
	if (!flow->event_told)
		flow->event = recover_event(flow, hubble->verdict_member);
	if (flow->event_told && flow->event == EVENT_TRACE && flow->point == POINT_UNKNOWN)
		flow->point = point_of_sub_type(flow->event_sub_type);
	flow->is_reply = hubble->is_reply;
	if (flow->is_reply == TRISTATE_UNKNOWN && hubble->reply)
		flow->is_reply = TRISTATE_YES;
	if (flow->drop_reason == 0 && *flow->drop_reason_name == '\0')
		flow->drop_reason = hubble->drop_reason_told;
	if (flow->drop_reason == 0 && *flow->drop_reason_name == '\0' && flow->event == EVENT_DROP)
		flow->drop_reason = flow->event_sub_type;
	if (*flow->drop_reason_name == '\0' && flow->drop_reason > 0)
		reason = enumeration_item(&flow_enum_drop_reason, flow->drop_reason);
	if (reason != NULL)
		flow->drop_reason_name = reason->name;
}

/* Files that people made from another tool's idea of a flow: named otherwise, without metadata. */
static bool is_hand_made(json_t *object)
{
	json_t *source = json_object_get(object, "source"),
	       *destination = json_object_get(object, "destination");

	return json_member_get(object, "timestamp", NULL) != NULL &&
	       json_member_get(object, "time", NULL) == NULL &&
	       json_member_get(object, "verdict", NULL) == NULL &&
	       json_member_get(object, "event_type", "eventType") == NULL &&
	       json_member_get(object, "Type", NULL) == NULL &&
	       json_is_object(json_object_get(source, "labels")) &&
	       json_is_object(json_object_get(destination, "labels"));
}

static void complete_hand_made(struct flow *flow)
{
	flow->flat = true;
	flow->verdict = VERDICT_FORWARDED;
	flow->event = EVENT_TRACE;
	flow->is_reply = TRISTATE_NO;
	if (flow->l7.kind != L7_KIND_NONE && flow->l7.type == L7_NONE)
		flow->l7.type = L7_REQUEST;
}

#define OUTER(name) offsetof(struct flow_json_wrapped, name)

static const struct json_member time_row[] = {
	{"time", NULL, &json_kind_time, .offset = OUTER(time_ns), .mark = OUTER(has_time)}};
static const struct json_member node_row[] = {
	{"node_name", "nodeName", &json_kind_name, .offset = OUTER(node)}};
static const struct json_members time_member = MEMBERS(time_row);
static const struct json_members node_member = MEMBERS(node_row);

/* What the wrapper tells only counts where the flow itself does not tell it. */
static bool read_wrapper(
	struct json_reading *reading, json_t *wrapper, struct flow_json_wrapped *wrapped)
{
	const struct flow *flow = &wrapped->hubble.flow;

	if (!flow->has_time && !json_read_members(reading, wrapper, &time_member, wrapped))
		return false;
	return *flow->node != '\0' || json_read_members(reading, wrapper, &node_member, wrapped);
}

static void complete_from_wrapper(
	struct flow_json_wrapped *wrapped, const struct flow_reader_options *options)
{
	struct flow *flow = &wrapped->hubble.flow;

	if (*flow->node == '\0')
		flow->node = wrapped->node;
	if (!flow->has_time) {
		flow->has_time = wrapped->has_time;
		flow->time_ns = wrapped->has_time ? wrapped->time_ns : options->import_time_ns;
	}
	flow->cluster = options->cluster;
}

/* Bytes of the cluster in "cluster/node"; 0 if it is not told. */
static size_t cluster_size(const struct flow *flow)
{
	const char *slash = strchr(flow->node, '/');

	return slash != NULL ? (size_t)(slash - flow->node) : 0;
}

bool flow_json_is_hubble(json_t *object)
{
	static const char *const objects[] = {"IP", "l4", "source", "destination"};

	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		if (json_is_object(json_object_get(object, objects[i])))
			return true;
	return json_member_get(object, "verdict", NULL) != NULL ||
	       json_member_get(object, "Type", NULL) != NULL ||
	       json_is_object(json_member_get(object, "event_type", "eventType"));
}

bool flow_json_hubble(struct json_reading *reading, json_t *object, json_t *wrapper,
	const struct flow_reader_options *options, struct flow *ret_flow)
{
	struct flow_json_wrapped wrapped = flow_json_nothing;
	struct flow *flow = &wrapped.hubble.flow;

	if (wrapper != NULL)
		json_enter(reading, "flow", 0);
	if (!json_read_members(reading, object, &members, &wrapped.hubble))
		return false;
	if (wrapper != NULL) {
		json_leave(reading);
		if (!read_wrapper(reading, wrapper, &wrapped))
			return false;
	}
	complete(&wrapped.hubble);
	if (wrapper == NULL && is_hand_made(object))
		complete_hand_made(flow);
	complete_from_wrapper(&wrapped, options);
	if (cluster_size(flow) > 0)
		flow->cluster = mem_text_n(reading->mem, flow->node, cluster_size(flow));
	*ret_flow = *flow;
	return true;
}

/* The wrapper, whose first member is the flow. */
static const struct json_member wrapper_rows[] = {
	{.name = "flow"},
	{"node_name", "nodeName", &json_kind_name, .offset = OUTER(node)},
	{"time", NULL, &json_kind_time, .offset = OUTER(time_ns), .mark = OUTER(has_time)},
};
static const struct json_members wrapper_members = MEMBERS(wrapper_rows);

bool flow_json_scan_rest(struct json_scanning *scanning, struct json_object_scan *flow,
	struct flow_json_wrapped *wrapped)
{
	struct json_object_scan wrapper;

	json_scan_begin(&wrapper);
	wrapper.seen = wrapper.next = 1; /* the flow */
	return json_scan_part(scanning, &members, flow, &wrapped->hubble) && flow->ended &&
	       json_scan_go_on(scanning, &wrapper) &&
	       json_scan_part(scanning, &wrapper_members, &wrapper, wrapped);
}

struct flow *flow_json_hubble_scan(struct json_scanning *scanning,
	const struct flow_reader_options *options, struct flow_json_wrapped *room)
{
	static const char begin[] = "{\"flow\":";
	struct flow *flow = &room->hubble.flow;
	struct json_object_scan object;

	/* With another member in front it may be an envelope (core/record_split.h). */
	if ((size_t)(scanning->end - scanning->at) < sizeof begin - 1 ||
		memcmp(scanning->at, begin, sizeof begin - 1) != 0)
		return NULL;
	scanning->at += sizeof begin - 1;
	*room = flow_json_nothing;
	/* an empty flow is none, and not for the scanner */
	if (!json_scan_open(scanning, &object) || object.ended ||
		!json_scan_part(scanning, &members, &object, &room->hubble) ||
		!flow_scan_rest(scanning, &object, room))
		return NULL;
	complete(&room->hubble);
	complete_from_wrapper(room, options);
	if (cluster_size(flow) > 0)
		flow->cluster = json_scan_keep(scanning, flow->node, cluster_size(flow));
	return flow->cluster != NULL ? flow : NULL;
}
