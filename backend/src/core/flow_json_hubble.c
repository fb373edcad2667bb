/* Hubble's Flow: the table of its members, and what is recovered when a field mask left some out. */
#include "base/limits.h"
#include "base/mem.h"
#include "core/address.h"
#include "core/flow_json_parts.h"

#include <string.h>

#define NO_ENDPOINT_TOLD                                                                           \
	{                                                                                          \
		.cluster = "", .namespace = "", .pod = ""                                          \
	}

const struct flow flow_json_unknown = {
	.uuid = "",
	.node = "",
	.cluster = "",
	.drop_reason_name = "",
	.source_address = "",
	.source_translated = "",
	.destination_address = "",
	.source = NO_ENDPOINT_TOLD,
	.destination = NO_ENDPOINT_TOLD,
	.source_service = "",
	.destination_service = "",
	.l7 = {.http = {.method = "", .url = "", .protocol = ""}, .dns = {.query = ""}},
	.weight = 1,
};

/* The flow, and members that only help to fill it. */
struct hubble {
	struct flow flow;
	bool reply;
	enum tristate is_reply;
	uint32_t drop_reason_told;
};

#define FIELD(name) offsetof(struct hubble, name)
#define FLOW(name)  FIELD(flow.name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

static bool read_time(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow *flow = target;

	flow->has_time = json_read_time(reading, value, detail, &flow->time_ns);
	return flow->has_time;
}

bool flow_json_address(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct address address;
	char text[46];

	if (!json_read_name(reading, value, detail, target))
		return false;
	if (json_string_length(value) == 0)
		return true;
	address = address_parse(json_string_value(value));
	if (address.version == 0)
		return json_fail(reading, ERR_INVALID, "is no IP address");
	address_text(&address, text);
	if (strcmp(text, json_string_value(value)) != 0)
		*(const char **)target = mem_text(reading->mem, text);
	return true;
}

static const struct json_member ip_rows[] = {
	{"source", NULL, flow_json_address, FLOW(source_address), NULL, false},
	{"source_xlated", "sourceXlated", flow_json_address, FLOW(source_translated), NULL, false},
	{"destination", NULL, flow_json_address, FLOW(destination_address), NULL, false},
	{"ipVersion", NULL, json_read_enum, FLOW(ip_version), &flow_enum_ip_version, true},
};
static const struct json_members ip_members = MEMBERS(ip_rows);

/* The addresses themselves tell the version; the member counts only where they are masked away. */
static bool read_ip(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow *flow = target;
	const char *address;
	int told;

	if (!json_read_object(reading, value, detail, target))
		return false;
	address = *flow->source_address != '\0' ? flow->source_address : flow->destination_address;
	told = flow->ip_version;
	if (*address != '\0')
		flow->ip_version = address_parse(address).version;
	else
		flow->ip_version = told == 1 || told == 4 ? 4 : told == 2 || told == 6 ? 6 : 0;
	return true;
}

bool flow_json_verdict(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	/* What other tools write in their exports. */
	static const struct {
		const char *name;
		enum verdict verdict;
	} others[] = {
		{"ALLOWED", VERDICT_FORWARDED},
		{"DENIED", VERDICT_DROPPED},
	};

	(void)detail;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!json_is_string(value) || strcmp(json_string_value(value), others[i].name) != 0)
			continue;
		*(enum verdict *)target = others[i].verdict;
		return true;
	}
	return json_read_enum(reading, value, &flow_enum_verdict, target);
}

/* The nine flags, as bits in the order of enum tcp_flag. */
static bool read_tcp_flags(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"};
	unsigned flags = 0;

	if (!json_is_object(value))
		return json_fail(reading, ERR_INVALID, "must be an object");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_t *member = json_member_get(value, names[i], NULL);
		bool set = false, read = true;

		json_enter(reading, names[i], 0);
		if (member != NULL)
			read = json_read_bool(reading, member, detail, &set);
		json_leave(reading);
		if (!read)
			return false;
		if (set)
			flags |= 1U << i;
	}
	*(unsigned *)target = flags;
	return true;
}

#define PORT_ROWS                                                                                  \
	{"source_port", "sourcePort", json_read_uint16, FLOW(source_port), NULL, false},           \
	{                                                                                          \
		"destination_port", "destinationPort", json_read_uint16, FLOW(destination_port),   \
			NULL, false                                                                \
	}
#define ICMP_ROWS                                                                                  \
	{"type", NULL, json_read_uint8, FLOW(icmp_type), NULL, false},                             \
	{                                                                                          \
		"code", NULL, json_read_uint8, FLOW(icmp_code), NULL, false                        \
	}

static const struct json_member tcp_rows[] = {
	PORT_ROWS, {"flags", NULL, read_tcp_flags, FLOW(tcp_flags), NULL, false}};
static const struct json_member udp_rows[] = {PORT_ROWS};
static const struct json_member sctp_rows[] = {
	PORT_ROWS, {"chunk_type", "chunkType", json_read_enum, FLOW(sctp_chunk),
			   &flow_enum_sctp_chunk, false}};
static const struct json_member icmp_rows[] = {ICMP_ROWS};

static const struct protocol_row {
	const char *name;
	enum protocol protocol;
	struct json_members members;
} protocol_rows[] = {
	{"TCP", PROTOCOL_TCP, MEMBERS(tcp_rows)},
	{"UDP", PROTOCOL_UDP, MEMBERS(udp_rows)},
	{"SCTP", PROTOCOL_SCTP, MEMBERS(sctp_rows)},
	{"ICMPv4", PROTOCOL_ICMPV4, MEMBERS(icmp_rows)},
	{"ICMPv6", PROTOCOL_ICMPV6, MEMBERS(icmp_rows)},
	{"VRRP", PROTOCOL_VRRP, {NULL, 0}},
	{"IGMP", PROTOCOL_IGMP, {NULL, 0}},
};

/* One member of l4; a second one is left over from another event (flows.md 1.4). */
static bool read_protocol(struct json_reading *reading, json_t *value,
	const struct protocol_row *row, struct flow *flow)
{
	if (flow->protocol != PROTOCOL_NONE) {
		flow->l4_ambiguous = true;
		return true;
	}
	flow->protocol = row->protocol;
	if (!json_read_object(reading, value, &row->members, flow))
		return false;
	flow->has_ports = json_member_get(value, "source_port", "sourcePort") != NULL ||
			  json_member_get(value, "destination_port", "destinationPort") != NULL;
	return true;
}

static bool read_l4(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	(void)detail;
	if (!json_is_object(value))
		return json_fail(reading, ERR_INVALID, "must be an object");
	for (size_t i = 0; i < sizeof protocol_rows / sizeof *protocol_rows; i++) {
		json_t *member = json_member_get(value, protocol_rows[i].name, NULL);
		bool read = true;

		json_enter(reading, protocol_rows[i].name, 0);
		if (member != NULL)
			read = read_protocol(reading, member, &protocol_rows[i], target);
		json_leave(reading);
		if (!read)
			return false;
	}
	return true;
}

static const struct json_member event_rows[] = {
	{"type", NULL, json_read_uint32, FLOW(event), NULL, false},
	{"sub_type", "subType", json_read_uint32, FLOW(event_sub_type), NULL, false},
};
static const struct json_members event_members = MEMBERS(event_rows);

static bool read_event_type(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow *flow = target;

	if (!json_read_object(reading, value, detail, target))
		return false;
	flow->event_told = json_member_get(value, "type", NULL) != NULL;
	if (*event_name(flow->event) == '\0' || strcmp(event_name(flow->event), "unknown") == 0)
		flow->event = EVENT_UNKNOWN;
	return true;
}

/* Its name decides; the deprecated number and the name of a number only fill in. */
static bool read_drop_reason(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow *flow = target;

	if (!json_read_enum(reading, value, detail, &flow->drop_reason))
		return false;
	if (json_is_string(value) && *json_string_value(value) > '9')
		return json_read_name(reading, value, NULL, &flow->drop_reason_name);
	return true;
}

struct named {
	const char *name, *namespace;
};

static const struct json_member service_rows[] = {
	{"name", NULL, json_read_name, offsetof(struct named, name), NULL, false},
	{"namespace", NULL, json_read_name, offsetof(struct named, namespace), NULL, false},
};
static const struct json_members service_members = MEMBERS(service_rows);

static bool read_service(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct named service = {"", ""};

	if (!json_read_object(reading, value, detail, &service))
		return false;
	if (*service.name != '\0')
		*(const char **)target =
			mem_format(reading->mem, "%s/%s", service.namespace, service.name);
	return true;
}

static const struct json_member policy_rows[] = {
	{"name", NULL, json_read_name, offsetof(struct policy_reference, name), NULL, false},
	{"namespace", NULL, json_read_name, offsetof(struct policy_reference, namespace), NULL,
		false},
	{"kind", NULL, json_read_name, offsetof(struct policy_reference, kind), NULL, false},
};
static const struct json_members policy_members = MEMBERS(policy_rows);

static bool read_policies(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct policy_references list = {0};
	json_t *item;
	size_t i;

	if (!json_check_array(reading, value, LIMIT_POLICY_REFERENCES))
		return false;
	list.items = mem_array(reading->mem, struct policy_reference, json_array_size(value));
	json_array_foreach(value, i, item)
	{
		list.items[i] = (struct policy_reference){"", "", ""};
		if (!json_read_object(reading, item, detail, &list.items[i]))
			return false;
	}
	list.count = json_array_size(value);
	*(struct policy_references *)target = list;
	return true;
}

struct counts {
	uint64_t ingress, egress, unknown;
};

static const struct json_member count_rows[] = {
	{"ingress_flow_count", "ingressFlowCount", json_read_uint64,
		offsetof(struct counts, ingress), NULL, false},
	{"egress_flow_count", "egressFlowCount", json_read_uint64, offsetof(struct counts, egress),
		NULL, false},
	{"unknown_direction_flow_count", "unknownDirectionFlowCount", json_read_uint64,
		offsetof(struct counts, unknown), NULL, false},
};
static const struct json_members count_members = MEMBERS(count_rows);

static bool read_aggregate(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct counts counts = {0};
	uint64_t sum;

	if (!json_read_object(reading, value, detail, &counts))
		return false;
	if (__builtin_add_overflow(counts.ingress, counts.egress, &sum) ||
		__builtin_add_overflow(sum, counts.unknown, &sum) || sum > LIMIT_WEIGHT)
		return json_fail(reading, ERR_TOO_LARGE, "stands for more than %lld events",
			(long long)LIMIT_WEIGHT);
	if (sum > 0)
		*(uint64_t *)target = sum;
	return true;
}

static const struct json_member rows[] = {
	{"timestamp", NULL, read_time, 0, NULL, false}, /* hand-made files */
	{"time", NULL, read_time, 0, NULL, false},
	{"uuid", NULL, json_read_name, FLOW(uuid), NULL, true},
	{"verdict", NULL, flow_json_verdict, FLOW(verdict), NULL, false},
	{"drop_reason", "dropReason", json_read_uint32, FIELD(drop_reason_told), NULL, true},
	{"auth_type", "authType", json_read_enum, FLOW(auth_type), &flow_enum_auth, true},
	{"ip", NULL, read_ip, 0, &ip_members, false}, /* hand-made files */
	{"IP", NULL, read_ip, 0, &ip_members, false},
	{"l4", NULL, read_l4, 0, NULL, false},
	{"source", NULL, flow_json_endpoint, FLOW(source), NULL, false},
	{"destination", NULL, flow_json_endpoint, FLOW(destination), NULL, false},
	{"Type", NULL, json_read_enum, FLOW(type), &flow_enum_type, false},
	{"node_name", "nodeName", json_read_name, FLOW(node), NULL, false},
	{"source_names", "sourceNames", json_read_hosts, FLOW(source_names), NULL, false},
	{"destination_names", "destinationNames", json_read_hosts, FLOW(destination_names), NULL,
		false},
	{"l7", NULL, flow_json_l7, FLOW(l7), NULL, false},
	{"reply", NULL, json_read_bool, FIELD(reply), NULL, false},
	{"event_type", "eventType", read_event_type, 0, &event_members, false},
	{"source_service", "sourceService", read_service, FLOW(source_service), &service_members,
		true},
	{"destination_service", "destinationService", read_service, FLOW(destination_service),
		&service_members, true},
	{"traffic_direction", "trafficDirection", json_read_enum, FLOW(direction),
		&flow_enum_direction, false},
	{"policy_match_type", "policyMatchType", json_read_uint32, FLOW(policy_match_type), NULL,
		true},
	{"trace_observation_point", "traceObservationPoint", json_read_enum, FLOW(point),
		&flow_enum_point, false},
	{"trace_reason", "traceReason", json_read_enum, FLOW(reason), &flow_enum_reason, false},
	{"drop_reason_desc", "dropReasonDesc", read_drop_reason, 0, &flow_enum_drop_reason, false},
	{"is_reply", "isReply", json_read_tristate, FIELD(is_reply), NULL, false},
	{"proxy_port", "proxyPort", json_read_uint32, FLOW(proxy_port), NULL, true},
	{"egress_allowed_by", "egressAllowedBy", read_policies, FLOW(egress_allowed_by),
		&policy_members, true},
	{"ingress_allowed_by", "ingressAllowedBy", read_policies, FLOW(ingress_allowed_by),
		&policy_members, true},
	{"egress_denied_by", "egressDeniedBy", read_policies, FLOW(egress_denied_by),
		&policy_members, true},
	{"ingress_denied_by", "ingressDeniedBy", read_policies, FLOW(ingress_denied_by),
		&policy_members, true},
	{"aggregate", NULL, read_aggregate, FLOW(weight), &count_members, false},
};
static const struct json_members members = MEMBERS(rows);

/* Members that only policy verdicts carry. */
static bool has_verdict_members(json_t *object)
{
	static const char *const names[][2] = {
		{"policy_match_type", "policyMatchType"},
		{"auth_type", "authType"},
		{"egress_allowed_by", "egressAllowedBy"},
		{"ingress_allowed_by", "ingressAllowedBy"},
		{"egress_denied_by", "egressDeniedBy"},
		{"ingress_denied_by", "ingressDeniedBy"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_member_get(object, names[i][0], names[i][1]) != NULL)
			return true;
	return false;
}

/* The event type of a record whose field mask left it out (flows.md 5.1). */
static enum event_type recover_event(const struct flow *flow, json_t *object)
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
	if (has_verdict_members(object))
		return EVENT_POLICY_VERDICT;
	return (unsigned)flow->verdict < VERDICTS ? by_verdict[flow->verdict] : EVENT_UNKNOWN;
}

/* Fills what other members tell. */
static void complete(struct hubble *hubble, json_t *object)
{
	struct flow *flow = &hubble->flow;

	if (flow->type == FLOW_TYPE_UNKNOWN && flow->l7.kind != L7_KIND_NONE)
		flow->type = FLOW_TYPE_L7;
	if (!flow->event_told)
		flow->event = recover_event(flow, object);
	/* 0 is to-endpoint, but also what a mask leaves of any other place. */
	if (flow->event == EVENT_TRACE && flow->point == POINT_UNKNOWN &&
		flow->event_sub_type <= POINT_TO_CRYPTO)
		flow->point = (enum observation_point)flow->event_sub_type;
	flow->is_reply = hubble->is_reply;
	if (flow->is_reply == TRISTATE_UNKNOWN && hubble->reply)
		flow->is_reply = TRISTATE_YES;
	if (flow->drop_reason == 0 && *flow->drop_reason_name == '\0')
		flow->drop_reason = hubble->drop_reason_told;
	if (flow->drop_reason == 0 && *flow->drop_reason_name == '\0' && flow->event == EVENT_DROP)
		flow->drop_reason = flow->event_sub_type;
	if (*flow->drop_reason_name == '\0' && flow->drop_reason > 0 &&
		flow->drop_reason < flow_enum_drop_reason.count &&
		flow_enum_drop_reason.names[flow->drop_reason] != NULL)
		flow->drop_reason_name = flow_enum_drop_reason.names[flow->drop_reason];
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

static bool take_from_wrapper(struct json_reading *reading, json_t *wrapper, struct flow *flow)
{
	static const struct json_member time_row = {"time", NULL, read_time, 0, NULL, false};
	static const struct json_member node_row = {
		"node_name", "nodeName", json_read_name, FLOW(node), NULL, false};
	static const struct json_members time = {&time_row, 1}, node = {&node_row, 1};

	if (!flow->has_time && !json_read_members(reading, wrapper, &time, flow))
		return false;
	return *flow->node != '\0' || json_read_members(reading, wrapper, &node, flow);
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
	struct hubble hubble = {.flow = flow_json_unknown};
	struct flow *flow = &hubble.flow;
	const char *slash;

	if (wrapper != NULL)
		json_enter(reading, "flow", 0);
	if (!json_read_members(reading, object, &members, &hubble))
		return false;
	if (wrapper != NULL) {
		json_leave(reading);
		if (!take_from_wrapper(reading, wrapper, flow))
			return false;
	}
	complete(&hubble, object);
	if (wrapper == NULL && is_hand_made(object))
		complete_hand_made(flow);
	if (!flow->has_time)
		flow->time_ns = options->import_time_ns;
	slash = strchr(flow->node, '/');
	flow->cluster =
		slash == NULL || slash == flow->node
			? options->cluster
			: mem_text_n(reading->mem, flow->node, (size_t)(slash - flow->node));
	*ret_flow = *flow;
	return true;
}
