/*
 * The flat form: one connection per record, written by people and scripts, so a missing or wrong
 * member is told instead of guessed around. It says "client talked to server", which is read as a
 * request that was let through.
 */
#include "core/flow_json_parts.h"
#include "core/labels.h"

#include <strings.h>

struct flat {
	int64_t time_ns;
	struct flow_endpoint source, destination;
	const char *protocol, *method, *path;
	uint16_t port;
	enum verdict verdict;
};

#define FIELD(name) offsetof(struct flat, name)

static const struct json_member rows[] = {
	{"timestamp", NULL, &json_kind_time, .offset = FIELD(time_ns)},
	{"source_namespace", "sourceNamespace", &json_kind_name, .offset = FIELD(source.namespace)},
	{"source_pod", "sourcePod", &json_kind_name, .offset = FIELD(source.pod)},
	{"source_labels", "sourceLabels", &flow_json_labels, .offset = FIELD(source.labels)},
	{"destination_namespace", "destinationNamespace", &json_kind_name,
		.offset = FIELD(destination.namespace)},
	{"destination_pod", "destinationPod", &json_kind_name, .offset = FIELD(destination.pod)},
	{"destination_labels", "destinationLabels", &flow_json_labels,
		.offset = FIELD(destination.labels)},
	{"destination_port", "destinationPort", &json_kind_uint16, .offset = FIELD(port)},
	{"protocol", NULL, &json_kind_name, .offset = FIELD(protocol)},
	{"http_method", "httpMethod", &json_kind_name, .offset = FIELD(method)},
	{"http_path", "httpPath", &json_kind_text, .offset = FIELD(path)},
	{"verdict", NULL, &flow_json_verdict, .offset = FIELD(verdict)},
};
static const struct json_members members = {rows, sizeof rows / sizeof *rows};

static const char *const required[][2] = {
	{"timestamp", NULL},
	{"source_namespace", "sourceNamespace"},
	{"source_labels", "sourceLabels"},
	{"destination_namespace", "destinationNamespace"},
	{"destination_labels", "destinationLabels"},
};

static const struct {
	const char *name;
	enum protocol protocol;
	uint8_t icmp_type; /* of a request */
	int ip_version;
} protocols[] = {
	{"", PROTOCOL_NONE, 0, 0},
	{"TCP", PROTOCOL_TCP, 0, 0},
	{"UDP", PROTOCOL_UDP, 0, 0},
	{"SCTP", PROTOCOL_SCTP, 0, 0},
	{"ICMP", PROTOCOL_ICMPV4, 8, 4},
	{"ICMPv4", PROTOCOL_ICMPV4, 8, 4},
	{"ICMPv6", PROTOCOL_ICMPV6, 128, 6},
};

bool flow_json_is_flat(json_t *object)
{
	/* From the second on: other records have a time stamp too. */
	for (size_t i = 1; i < sizeof required / sizeof *required; i++)
		if (json_object_get(object, required[i][0]) != NULL ||
			json_object_get(object, required[i][1]) != NULL)
			return true;
	return false;
}

static bool check_required(struct json_reading *reading, json_t *object)
{
	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		if (json_member_get(object, required[i][0], required[i][1]) != NULL)
			continue;
		json_enter(reading, required[i][0], 0);
		return json_fail(reading, ERR_INVALID,
			"is required (\"\" or {} for a peer outside the cluster)");
	}
	return true;
}

static bool set_protocol(struct json_reading *reading, const struct flat *flat, struct flow *flow)
{
	const char *name = flat->protocol;

	if (*name == '\0' && (*flat->method != '\0' || *flat->path != '\0'))
		name = "TCP";
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
		if (strcasecmp(protocols[i].name, name) != 0)
			continue;
		flow->protocol = protocols[i].protocol;
		flow->icmp_type = protocols[i].icmp_type;
		flow->ip_version = protocols[i].ip_version;
		return true;
	}
	json_enter(reading, "protocol", 0);
	return json_fail(
		reading, ERR_INVALID, "must be TCP, UDP, SCTP, ICMPv4 or ICMPv6, or be left out");
}

bool flow_json_flat(struct json_reading *reading, json_t *object,
	const struct flow_reader_options *options, struct flow *ret_flow)
{
	struct flat flat = {
		.source = flow_json_unknown.source,
		.destination = flow_json_unknown.destination,
		.protocol = "",
		.method = "",
		.path = "",
		.verdict = VERDICT_FORWARDED,
	};
	struct flow flow = flow_json_unknown;

	if (!json_read_members(reading, object, &members, &flat) ||
		!check_required(reading, object) || !set_protocol(reading, &flat, &flow))
		return false;
	flow.flat = true;
	flow.has_time = true;
	flow.time_ns = flat.time_ns;
	flow.cluster = options->cluster;
	flow.verdict = flat.verdict;
	flow.type = FLOW_TYPE_L3_L4;
	flow.event = EVENT_TRACE;
	flow.is_reply = TRISTATE_NO;
	flow.has_ports = json_member_get(object, "destination_port", "destinationPort") != NULL;
	flow.destination_port = flat.port;
	flow.source = flat.source;
	flow.destination = flat.destination;
	flow.source.present = flow.destination.present = true;
	flow_json_endpoint_complete(&flow.source);
	flow_json_endpoint_complete(&flow.destination);
	if (*flat.method != '\0' || *flat.path != '\0') {
		flow.type = FLOW_TYPE_L7;
		flow.l7.type = L7_REQUEST;
		flow.l7.kind = L7_HTTP;
		flow.l7.http.method = flat.method;
		flow.l7.http.url = flat.path;
	}
	*ret_flow = flow;
	return true;
}
