/* The texts of the model's enumerations, as Hubble and our API write them. */
#include "core/flow.h"
#include "core/traffic.h"

#define NAME(table, number)                                                                        \
	((size_t)(number) < sizeof table / sizeof *table && table[number] ? table[number] : "")

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {"VERDICT_UNKNOWN", "FORWARDED", "DROPPED",
		"ERROR", "AUDIT", "REDIRECTED", "TRACED", "TRANSLATED"};

	return NAME(names, verdict);
}

const char *protocol_name(enum protocol protocol)
{
	static const char *const names[PROTOCOLS] = {
		"", "TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"};

	return NAME(names, protocol);
}

const char *direction_name(enum direction direction)
{
	static const char *const names[] = {"", "INGRESS", "EGRESS"};

	return NAME(names, direction);
}

const char *event_name(enum event_type event)
{
	switch (event) {
	case EVENT_DROP:
		return "drop";
	case EVENT_DEBUG:
		return "debug";
	case EVENT_CAPTURE:
		return "capture";
	case EVENT_TRACE:
		return "trace";
	case EVENT_POLICY_VERDICT:
		return "policy-verdict";
	case EVENT_SOCK:
		return "socket";
	case EVENT_L7:
		return "l7";
	case EVENT_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *point_name(enum observation_point point)
{
	static const char *const names[] = {"", "TO_PROXY", "TO_HOST", "TO_STACK", "TO_OVERLAY",
		"FROM_ENDPOINT", "FROM_PROXY", "FROM_HOST", "FROM_STACK", "FROM_OVERLAY",
		"FROM_NETWORK", "TO_NETWORK", "FROM_CRYPTO", "TO_CRYPTO"};

	return point == POINT_TO_ENDPOINT ? "TO_ENDPOINT" : NAME(names, point);
}

const char *peer_class_name(enum peer_class class)
{
	static const char *const names[PEER_CLASSES] = {"unknown", "pod", "host", "remote-node",
		"kube-apiserver", "health", "init", "ingress", "unmanaged", "outside"};

	return NAME(names, class);
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOMES] = {
		"allowed", "sent", "audited", "denied", "refused", "authenticate", "passed"};

	return NAME(names, outcome);
}

static const struct {
	const char *name, *reason;
} standings[STANDINGS] = {
	[STANDING_ORIENTED] = {"oriented", "Client and server are known."},
	[STANDING_UNORIENTED] = {"unoriented", "No line tells whether this was a request or a "
					       "reply, so neither side is known to be the server."},
	[STANDING_SOCKET] = {"socket_translation",
		"Service translation at connect time: it shows an address, not traffic."},
	[STANDING_BEFORE_POLICY] = {"before_policy", "Seen before policy and service translation, "
						     "so it may name an address no rule can use."},
	[STANDING_CAPTURE] = {"capture",
		"A debug or capture event, which proves nothing about policy."},
	[STANDING_RELATED] = {"related",
		"Belongs to another connection (an ICMP error, for example) and passes with it."},
	[STANDING_NO_ENDS] = {"no_ends", "Neither source nor destination tells who it is."},
	[STANDING_NO_PROTOCOL] = {"no_protocol", "No protocol and port: a fragment, a masked "
						 "field, or a protocol that policies cannot name."},
	[STANDING_AMBIGUOUS_L4] = {"ambiguous_protocol",
		"Two protocols at once: the exporter's field mask reaches into l4. Use `l4` as a "
		"whole."},
	[STANDING_NO_PORT] = {"no_port",
		"The server's port is missing; a rule without it would open every port."},
	[STANDING_OTHER_PROTOCOL] = {"other_protocol",
		"A protocol that default policies do not govern."},
	[STANDING_ICMP_OTHER] = {"icmp_no_rule",
		"An ICMP message that needs no rule: an error, neighbour or router discovery."},
	[STANDING_MULTICAST] = {"multicast", "Multicast, broadcast or link-local traffic."},
	[STANDING_HAIRPIN] = {"hairpin", "A pod talking to itself: policy does not apply."},
	[STANDING_INFRASTRUCTURE] = {"infrastructure_drop",
		"Dropped for a reason other than policy (see the drop reason)."},
	[STANDING_ERROR] = {"proxy_error", "The proxy could not read the request."},
	[STANDING_NO_VERDICT] = {"no_verdict",
		"No verdict, and nothing shows that the packet passed."},
	[STANDING_AGGREGATED] = {"aggregated", "The aggregating exporter left out who talked to "
					       "whom; list those fields in fieldAggregate."},
	[STANDING_NOT_UNDERSTOOD] = {"not_understood",
		"A value that no known version of Hubble writes."},
};

const char *standing_name(enum standing standing)
{
	return (unsigned)standing < STANDINGS ? standings[standing].name : "";
}

const char *standing_reason(enum standing standing)
{
	return (unsigned)standing < STANDINGS ? standings[standing].reason : "";
}
