/* The names of Hubble's enumerations, by their protobuf numbers (flows.md 3, 5.2, 6). */
#include "core/flow_json_parts.h"

#define ENUMERATION(symbol, table, other)                                                          \
	const struct enumeration symbol = {table, sizeof table / sizeof *table, other}

/* A verdict that we do not know must not pass for a missing one: VERDICTS. */
static const struct enumerator verdicts[] = {
	{"VERDICT_UNKNOWN", 0},
	{"FORWARDED", 1},
	{"DROPPED", 2},
	{"ERROR", 3},
	{"AUDIT", 4},
	{"REDIRECTED", 5},
	{"TRACED", 6},
	{"TRANSLATED", 7},
};
ENUMERATION(flow_enum_verdict, verdicts, VERDICTS);

static const struct enumerator types[] = {
	{"UNKNOWN_TYPE", 0},
	{"L3_L4", 1},
	{"L7", 2},
	{"SOCK", 3},
};
ENUMERATION(flow_enum_type, types, FLOW_TYPE_UNKNOWN);

static const struct enumerator directions[] = {
	{"TRAFFIC_DIRECTION_UNKNOWN", 0},
	{"INGRESS", 1},
	{"EGRESS", 2},
};
ENUMERATION(flow_enum_direction, directions, DIRECTION_UNKNOWN);

static const struct enumerator points[] = {
	{"UNKNOWN_POINT", POINT_UNKNOWN},
	{"TO_PROXY", POINT_TO_PROXY},
	{"TO_HOST", POINT_TO_HOST},
	{"TO_STACK", POINT_TO_STACK},
	{"TO_OVERLAY", POINT_TO_OVERLAY},
	{"FROM_ENDPOINT", POINT_FROM_ENDPOINT},
	{"FROM_PROXY", POINT_FROM_PROXY},
	{"FROM_HOST", POINT_FROM_HOST},
	{"FROM_STACK", POINT_FROM_STACK},
	{"FROM_OVERLAY", POINT_FROM_OVERLAY},
	{"FROM_NETWORK", POINT_FROM_NETWORK},
	{"TO_NETWORK", POINT_TO_NETWORK},
	{"FROM_CRYPTO", POINT_FROM_CRYPTO},
	{"TO_CRYPTO", POINT_TO_CRYPTO},
	{"TO_ENDPOINT", POINT_TO_ENDPOINT},
};
ENUMERATION(flow_enum_point, points, POINT_UNKNOWN);

static const struct enumerator reasons[] = {
	{"TRACE_REASON_UNKNOWN", 0},
	{"NEW", 1},
	{"ESTABLISHED", 2},
	{"REPLY", 3},
	{"RELATED", 4},
	{"REOPENED", 5},
	{"SRV6_ENCAP", 6},
	{"SRV6_DECAP", 7},
	{"ENCRYPT_OVERLAY", 8},
};
ENUMERATION(flow_enum_reason, reasons, REASON_UNKNOWN);

static const struct enumerator auth_types[] = {
	{"DISABLED", 0},
	{"SPIRE", 1},
	{"TEST_ALWAYS_FAIL", 2},
};
ENUMERATION(flow_enum_auth, auth_types, 0);

static const struct enumerator l7_types[] = {
	{"UNKNOWN_L7_TYPE", 0},
	{"REQUEST", 1},
	{"RESPONSE", 2},
	{"SAMPLE", 3},
};
ENUMERATION(flow_enum_l7_type, l7_types, L7_NONE);

static const struct enumerator sctp_chunks[] = {
	{"UNSUPPORTED", 0},
	{"INIT", 1},
	{"INIT_ACK", 2},
	{"SHUTDOWN", 3},
	{"SHUTDOWN_ACK", 4},
	{"SHUTDOWN_COMPLETE", 5},
	{"ABORT", 6},
};
ENUMERATION(flow_enum_sctp_chunk, sctp_chunks, SCTP_OTHER);

static const struct enumerator ip_versions[] = {
	{"IP_NOT_USED", 0},
	{"IPv4", 1},
	{"IPv6", 2},
};
ENUMERATION(flow_enum_ip_version, ip_versions, 0);

static const struct enumerator node_states[] = {
	{"UNKNOWN_NODE_STATE", 0},
	{"NODE_CONNECTED", 1},
	{"NODE_UNAVAILABLE", 2},
	{"NODE_GONE", 3},
	{"NODE_ERROR", 4},
};
ENUMERATION(flow_enum_node_state, node_states, 0);

static const struct enumerator lost_sources[] = {
	{"UNKNOWN_LOST_EVENT_SOURCE", 0},
	{"PERF_EVENT_RING_BUFFER", 1},
	{"OBSERVER_EVENTS_QUEUE", 2},
	{"HUBBLE_RING_BUFFER", 3},
};
ENUMERATION(flow_enum_lost_source, lost_sources, 0);

static const struct enumerator drop_reasons[] = {
	{"DROP_REASON_UNKNOWN", 0},
	{"INVALID_SOURCE_MAC", 130},
	{"INVALID_DESTINATION_MAC", 131},
	{"INVALID_SOURCE_IP", 132},
	{"POLICY_DENIED", 133},
	{"INVALID_PACKET_DROPPED", 134},
	{"CT_TRUNCATED_OR_INVALID_HEADER", 135},
	{"CT_MISSING_TCP_ACK_FLAG", 136},
	{"CT_UNKNOWN_L4_PROTOCOL", 137},
	{"CT_CANNOT_CREATE_ENTRY_FROM_PACKET", 138},
	{"UNSUPPORTED_L3_PROTOCOL", 139},
	{"MISSED_TAIL_CALL", 140},
	{"ERROR_WRITING_TO_PACKET", 141},
	{"UNKNOWN_L4_PROTOCOL", 142},
	{"UNKNOWN_ICMPV4_CODE", 143},
	{"UNKNOWN_ICMPV4_TYPE", 144},
	{"UNKNOWN_ICMPV6_CODE", 145},
	{"UNKNOWN_ICMPV6_TYPE", 146},
	{"ERROR_RETRIEVING_TUNNEL_KEY", 147},
	{"ERROR_RETRIEVING_TUNNEL_OPTIONS", 148},
	{"INVALID_GENEVE_OPTION", 149},
	{"UNKNOWN_L3_TARGET_ADDRESS", 150},
	{"STALE_OR_UNROUTABLE_IP", 151},
	{"NO_MATCHING_LOCAL_CONTAINER_FOUND", 152},
	{"ERROR_WHILE_CORRECTING_L3_CHECKSUM", 153},
	{"ERROR_WHILE_CORRECTING_L4_CHECKSUM", 154},
	{"CT_MAP_INSERTION_FAILED", 155},
	{"INVALID_IPV6_EXTENSION_HEADER", 156},
	{"IP_FRAGMENTATION_NOT_SUPPORTED", 157},
	{"SERVICE_BACKEND_NOT_FOUND", 158},
	{"NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT", 160},
	{"FAILED_TO_INSERT_INTO_PROXYMAP", 161},
	{"REACHED_EDT_RATE_LIMITING_DROP_HORIZON", 162},
	{"UNKNOWN_CONNECTION_TRACKING_STATE", 163},
	{"LOCAL_HOST_IS_UNREACHABLE", 164},
	{"NO_CONFIGURATION_AVAILABLE_TO_PERFORM_POLICY_DECISION", 165},
	{"UNSUPPORTED_L2_PROTOCOL", 166},
	{"NO_MAPPING_FOR_NAT_MASQUERADE", 167},
	{"UNSUPPORTED_PROTOCOL_FOR_NAT_MASQUERADE", 168},
	{"FIB_LOOKUP_FAILED", 169},
	{"ENCAPSULATION_TRAFFIC_IS_PROHIBITED", 170},
	{"INVALID_IDENTITY", 171},
	{"UNKNOWN_SENDER", 172},
	{"NAT_NOT_NEEDED", 173},
	{"IS_A_CLUSTERIP", 174},
	{"FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND", 175},
	{"FORBIDDEN_ICMPV6_MESSAGE", 176},
	{"DENIED_BY_LB_SRC_RANGE_CHECK", 177},
	{"SOCKET_LOOKUP_FAILED", 178},
	{"SOCKET_ASSIGN_FAILED", 179},
	{"PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL", 180},
	{"POLICY_DENY", 181},
	{"VLAN_FILTERED", 182},
	{"INVALID_VNI", 183},
	{"INVALID_TC_BUFFER", 184},
	{"NO_SID", 185},
	{"MISSING_SRV6_STATE", 186},
	{"NAT46", 187},
	{"NAT64", 188},
	{"AUTH_REQUIRED", 189},
	{"CT_NO_MAP_FOUND", 190},
	{"SNAT_NO_MAP_FOUND", 191},
	{"INVALID_CLUSTER_ID", 192},
	{"UNSUPPORTED_PROTOCOL_FOR_DSR_ENCAP", 193},
	{"NO_EGRESS_GATEWAY", 194},
	{"UNENCRYPTED_TRAFFIC", 195},
	{"TTL_EXCEEDED", 196},
	{"NO_NODE_ID", 197},
	{"DROP_RATE_LIMITED", 198},
	{"IGMP_HANDLED", 199},
	{"IGMP_SUBSCRIBED", 200},
	{"MULTICAST_HANDLED", 201},
	{"DROP_HOST_NOT_READY", 202},
	{"DROP_EP_NOT_READY", 203},
	{"DROP_NO_EGRESS_IP", 204},
	{"DROP_PUNT_PROXY", 205},
	{"DROP_FRAG_NOT_FOUND_WORLD", 207},
};
ENUMERATION(flow_enum_drop_reason, drop_reasons, DROP_REASON_UNKNOWN);
