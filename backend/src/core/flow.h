/*
 * The flow model: one event as Hubble reports it, after names and encodings are normalised and
 * before anything is concluded from it. What each field means, and how far it can be trusted, is
 * in flows.md, backend/docs (Hubble's API definition: api/v1/flow/flow.proto).
 *
 * Texts are UTF-8, NUL-terminated, never NULL ("" when absent) and free of NUL characters. They
 * belong to the context given to the reader. Every member is optional in the input: field masks of
 * the exporter leave out anything.
 */
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text_list.h"

/* Numbers are those of the protobuf definition, so that enums sent as numbers map directly. */
enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_FORWARDED,
	VERDICT_DROPPED,
	VERDICT_ERROR,
	VERDICT_AUDIT,
	VERDICT_REDIRECTED,
	VERDICT_TRACED,
	VERDICT_TRANSLATED,
	VERDICTS
};

enum flow_type { FLOW_TYPE_UNKNOWN, FLOW_TYPE_L3_L4, FLOW_TYPE_L7, FLOW_TYPE_SOCK };

/* event_type.type; EVENT_UNKNOWN when absent and not recoverable from other members. */
enum event_type {
	EVENT_UNKNOWN = 0,
	EVENT_DROP = 1,
	EVENT_DEBUG = 2,
	EVENT_CAPTURE = 3,
	EVENT_TRACE = 4,
	EVENT_POLICY_VERDICT = 5,
	EVENT_SOCK = 7,
	EVENT_L7 = 129
};

/* trace_observation_point. */
enum observation_point {
	POINT_UNKNOWN = 0,
	POINT_TO_PROXY = 1,
	POINT_TO_HOST = 2,
	POINT_TO_STACK = 3,
	POINT_TO_OVERLAY = 4,
	POINT_FROM_ENDPOINT = 5,
	POINT_FROM_PROXY = 6,
	POINT_FROM_HOST = 7,
	POINT_FROM_STACK = 8,
	POINT_FROM_OVERLAY = 9,
	POINT_FROM_NETWORK = 10,
	POINT_TO_NETWORK = 11,
	POINT_FROM_CRYPTO = 12,
	POINT_TO_CRYPTO = 13,
	POINT_TO_ENDPOINT = 101
};

enum trace_reason {
	REASON_UNKNOWN,
	REASON_NEW,
	REASON_ESTABLISHED,
	REASON_REPLY,
	REASON_RELATED,
	REASON_REOPENED,
	REASON_SRV6_ENCAP,
	REASON_SRV6_DECAP,
	REASON_ENCRYPT_OVERLAY
};

enum direction { DIRECTION_UNKNOWN, DIRECTION_INGRESS, DIRECTION_EGRESS };

/* is_reply has three states; absent must never be read as "no". */
enum tristate { TRISTATE_UNKNOWN, TRISTATE_NO, TRISTATE_YES };

enum protocol {
	PROTOCOL_NONE, /* no l4 member: masked, a fragment, or a protocol Hubble does not name */
	PROTOCOL_TCP,
	PROTOCOL_UDP,
	PROTOCOL_SCTP,
	PROTOCOL_ICMPV4,
	PROTOCOL_ICMPV6,
	PROTOCOL_VRRP,
	PROTOCOL_IGMP,
	PROTOCOLS
};

/* l4.TCP.flags as bits. */
enum tcp_flag {
	TCP_FIN = 1 << 0,
	TCP_SYN = 1 << 1,
	TCP_RST = 1 << 2,
	TCP_PSH = 1 << 3,
	TCP_ACK = 1 << 4,
	TCP_URG = 1 << 5,
	TCP_ECE = 1 << 6,
	TCP_CWR = 1 << 7,
	TCP_NS = 1 << 8
};

enum sctp_chunk {
	SCTP_OTHER,
	SCTP_INIT,
	SCTP_INIT_ACK,
	SCTP_SHUTDOWN,
	SCTP_SHUTDOWN_ACK,
	SCTP_SHUTDOWN_COMPLETE,
	SCTP_ABORT
};

/* drop_reason_desc; the numbers that decide something, others are kept as they come. */
enum drop_reason {
	DROP_REASON_UNKNOWN = 0,
	DROP_POLICY_DENIED = 133, /* no rule matched: default deny */
	DROP_POLICY_DENY = 181,   /* an explicit deny rule matched */
	DROP_AUTH_REQUIRED = 189  /* allowed, but mutual authentication is missing */
};

struct workload {
	const char *name, *kind;
};

/* One side of a packet: source or destination, not yet client or server. */
struct flow_endpoint {
	bool present;      /* the member was there, be it empty */
	uint32_t id;       /* number on the reporting node; 0 unless the endpoint is local to it */
	uint32_t identity; /* 0 = not told */
	const char *cluster;   /* cluster_name, or the identity's cluster label */
	const char *namespace; /* namespace, or the identity's namespace label */
	const char *pod;
	/*
	 * Canonical, sorted, without repeats: "source:key=value", always with "=", source "unspec"
	 * where none is told; but "reserved:host" without "=". (flows.md 4.2)
	 */
	struct text_list labels;
	struct workload *workloads;
	size_t workload_count;
	uint64_t
		known; /* a number for exactly these contents, of a reader that met them before; 0 */
};

struct http_header {
	const char *key, *value;
};

enum l7_type { L7_NONE, L7_REQUEST, L7_RESPONSE, L7_SAMPLE };
enum l7_kind { L7_KIND_NONE, L7_HTTP, L7_DNS, L7_KAFKA, L7_OTHER };

struct flow_l7 {
	enum l7_type type;
	enum l7_kind kind;
	struct {
		uint32_t code; /* responses only; 0 otherwise */
		const char *method, *url, *protocol;
		struct http_header *headers; /* may hold secrets: never stored */
		size_t header_count;
	} http;
	struct {
		const char *query; /* as asked, with its final dot */
		struct text_list addresses, cnames, qtypes;
		uint32_t rcode, ttl;
	} dns;
};

/* A policy that a policy-verdict event names as having decided. */
struct policy_reference {
	const char *name, *namespace, *kind;
};

struct policy_references {
	struct policy_reference *items;
	size_t count;
};

struct flow {
	uint64_t id;      /* hash of uuid, else of the record's bytes: finds duplicates */
	const char *uuid; /* "" if absent (before 1.14, or masked) */
	bool has_time;
	int64_t time_ns;     /* since 1970-01-01 UTC; the import's time when !has_time */
	const char *node;    /* node_name as reported: "node" or "cluster/node" */
	const char *cluster; /* of the reporting node: from node, else the reader's default */

	enum verdict verdict; /* VERDICTS or more: one that we do not know */
	uint32_t drop_reason; /* enum drop_reason or another number; 0 if none */
	const char *drop_reason_name;
	enum flow_type type;
	enum event_type event; /* after the recovery rules for masked input */
	bool event_told;       /* event_type was in the record */
	uint32_t event_sub_type;
	enum observation_point point;
	enum trace_reason reason;
	enum direction direction; /* never to be trusted on trace events since Cilium 1.16 */
	enum tristate is_reply;   /* `reply: true` of old files counts as yes */
	uint32_t policy_match_type;
	uint32_t auth_type;
	uint32_t proxy_port;

	int ip_version; /* 4, 6, or 0 when there is no IP member */
	const char *source_address, *source_translated, *destination_address;

	enum protocol protocol;
	bool l4_ambiguous; /* two l4 members at once: not to be trusted */
	bool has_ports;    /* false: masked away, or a fragment */
	uint16_t source_port, destination_port;
	unsigned tcp_flags; /* of enum tcp_flag */
	enum sctp_chunk sctp_chunk;
	uint8_t icmp_type, icmp_code;

	struct flow_endpoint source, destination;
	struct text_list source_names, destination_names; /* lower case, no final dot */
	const char *source_service, *destination_service; /* "namespace/name", "" if none */
	struct flow_l7 l7;

	struct policy_references egress_allowed_by, ingress_allowed_by;
	struct policy_references egress_denied_by, ingress_denied_by;

	/* One record of an aggregating exporter stands for several events; otherwise 1. */
	uint64_t weight;
	/* Written by a person or a script in the flat form, without any of Hubble's metadata. */
	bool flat;
};

const char *verdict_name(enum verdict verdict);       /* "FORWARDED" */
const char *protocol_name(enum protocol protocol);    /* "TCP", "ICMPv4"; "" for none */
const char *direction_name(enum direction direction); /* "EGRESS"; "" for unknown */
const char *event_name(enum event_type event); /* "trace", "policy-verdict", "drop", "l7" ... */
const char *point_name(enum observation_point point); /* "TO_ENDPOINT"; "" for unknown */

#endif
