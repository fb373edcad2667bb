/*
 * What the analyser works on: who was seen (identities and their endpoints) and what they did
 * (connections), kept apart from the events that showed it. A capture of a million lines becomes a
 * few thousand connections; memory grows with those, not with the lines.
 *
 * One `struct traffic` is filled either from flows (traffic_add) or from rows that were stored
 * before (traffic_identity, traffic_endpoint, traffic_connection): the analyser sees no difference,
 * which is why the API and the command line answer alike.
 *
 * An identity is what Cilium means by it: a set of labels. Numbers are not trusted across nodes,
 * clusters or time (flows.md 4.4). A connection is oriented client -> server, with the server's port,
 * whatever direction its packets had (flows.md 10.2).
 */
#ifndef CORE_TRAFFIC_H
#define CORE_TRAFFIC_H

#include "base/err.h"
#include "core/flow.h"

/* flows.md 4.5. The numbers are stored: append only. */
enum peer_class {
	PEER_UNKNOWN,
	PEER_POD,
	PEER_HOST,
	PEER_REMOTE_NODE,
	PEER_KUBE_APISERVER,
	PEER_HEALTH,
	PEER_INIT,
	PEER_INGRESS,
	PEER_UNMANAGED,
	PEER_OUTSIDE,
	PEER_CLASSES
};

struct identity {
	enum peer_class class;
	const char *cluster;     /* "default" if nothing tells */
	const char *namespace;   /* pods */
	struct text_list labels; /* canonical, sorted; empty if the capture has none */
	uint32_t number;         /* only where there are no labels, else 0 */
	const char *pod;         /* only where there are no labels, else "" */
	const char *address;     /* outside peers and unknown ones, else "" */
};

/* A pod that has the identity, or its pods as a whole where a field mask left only their workload. */
struct endpoint {
	uint32_t identity;                    /* index into traffic.identities */
	const char *pod;                      /* "" as a whole */
	const char *workload, *workload_kind; /* "" unless a node reported its own pod */
};

/*
 * A number under which a labelled identity was reported. It lets the analyser find the labels of a
 * line that has only the number, within one cluster (flows.md 10.6).
 */
struct identity_number {
	uint32_t identity; /* index into traffic.identities */
	uint32_t number;   /* below 2^24: others are local to a node */
};

enum side { SIDE_EGRESS, SIDE_INGRESS, SIDES };

/* What the sightings of a connection prove for one side's rule (flows.md 10.3). Stored: append only. */
enum outcome {
	OUTCOME_ALLOWED,      /* the rule is needed and the traffic works today */
	OUTCOME_SENT,         /* left the client; arrival unknown */
	OUTCOME_AUDITED,      /* audit mode: would have been denied */
	OUTCOME_DENIED,       /* default deny */
	OUTCOME_REFUSED,      /* an explicit deny rule */
	OUTCOME_AUTHENTICATE, /* allowed once mutual authentication is there */
	OUTCOME_PASSED, /* passed at a place that a field mask hides: holds unless denials say otherwise */
	OUTCOMES
};

/* Why a sighting can never become a rule, or STANDING_ORIENTED. Stored: append only. */
enum standing {
	STANDING_ORIENTED,
	STANDING_UNORIENTED,     /* request or reply unknown so far: other lines may tell */
	STANDING_SOCKET,         /* socket-level service translation */
	STANDING_BEFORE_POLICY,  /* FROM_* trace: before policy and service translation */
	STANDING_CAPTURE,        /* debug or capture event */
	STANDING_RELATED,        /* ICMP error or other packet related to a connection */
	STANDING_NO_ENDS,        /* neither side tells who it is */
	STANDING_NO_PROTOCOL,    /* no l4 member: fragment, mask, or a protocol without a name */
	STANDING_AMBIGUOUS_L4,   /* two l4 members at once, a broken field mask */
	STANDING_NO_PORT,        /* TCP, UDP or SCTP without the server's port */
	STANDING_OTHER_PROTOCOL, /* VRRP, IGMP */
	STANDING_ICMP_OTHER, /* ICMP that needs no rule: errors, neighbour and router discovery */
	STANDING_MULTICAST,  /* multicast, broadcast, link-local */
	STANDING_HAIRPIN,    /* a pod to itself */
	STANDING_INFRASTRUCTURE, /* dropped for a reason that is no policy's */
	STANDING_ERROR,          /* verdict ERROR: the proxy could not parse */
	STANDING_NO_VERDICT,     /* verdict unknown and nothing shows that it passed */
	STANDING_AGGREGATED,     /* an aggregating exporter left out what tells the connection */
	STANDING_NOT_UNDERSTOOD, /* a flow's member that no version we know writes */
	STANDINGS
};

/* "oriented", "socket_translation", ... as in reports and the API. */
const char *standing_name(enum standing standing);
/* A sentence for people: what it is and why no rule comes from it. */
const char *standing_reason(enum standing standing);
const char *outcome_name(enum outcome outcome);
const char *peer_class_name(enum peer_class class);

/* An HTTP request or a DNS question that a proxy saw on a connection. */
struct l7_fact {
	enum l7_kind kind; /* L7_HTTP or L7_DNS */
	enum side side;    /* whose proxy saw it */
	bool denied;       /* by an L7 rule */
	/*
	 * HTTP. `path` is a template: segments that are numbers, UUIDs, hashes, dates or tokens are
	 * "{int}", "{uuid}", "{hex}", "{date}", "{token}", and a query is "?{query}", so that a million
	 * requests are a handful of facts and no secret of a query string is kept (core/http_path.h).
	 * `example` is one path without the text of its query, the smallest seen.
	 */
	const char *method, *host, *path, *example;
	const char *name;           /* DNS: lower case, no final dot */
	struct text_list addresses; /* DNS answers: addresses of the name, sorted */
	uint64_t count;
	int64_t first_ns, last_ns;
};

#define CONNECTION_SAMPLES 3

struct connection {
	/* The key. */
	uint32_t client, server; /* indexes into traffic.identities */
	enum protocol protocol;
	uint16_t port;        /* the server's; 0 for ICMP and where there is none */
	uint16_t client_port; /* only STANDING_UNORIENTED, where `client` is the packet's source */
	uint8_t icmp_type;    /* the requesting type (8, 128, ...) */
	enum standing standing;

	uint64_t events; /* sightings, weighted (one line of an aggregating exporter is several) */
	uint64_t outcomes[SIDES][OUTCOMES];
	int64_t first_ns, last_ns;
	uint64_t no_time;       /* sightings whose time is that of the import */
	struct text_list names; /* DNS names known to the client for the server's address, sorted */
	struct text_list nodes; /* that reported it, sorted, at most LIMIT_CONNECTION_NODES */
	struct l7_fact *l7;
	size_t l7_count;
	bool l7_capped; /* more facts were seen than LIMIT_L7_FACTS */
	/* The earliest sightings, by (time, id), for explanations. */
	struct sample {
		int64_t time_ns;
		uint64_t id;
	} samples[CONNECTION_SAMPLES];
	size_t sample_count;
};

struct traffic {
	void *mem; /* owns everything below */
	struct identity *identities;
	size_t identity_count;
	struct endpoint *endpoints;
	size_t endpoint_count;
	struct identity_number *numbers;
	size_t number_count;
	struct connection *connections;
	size_t connection_count;
	uint64_t lost_events;
	struct traffic_index *index; /* private */
};

/* An empty set of traffic, owned by `mem`. */
struct traffic *traffic_new(void *mem);

/* What traffic_add found: where the flow went. */
struct sighting {
	uint32_t connection;
	uint32_t source, destination; /* identities of the packet's ends */
	/* endpoints of the packet's ends, or NO_ENDPOINT where the side is no pod with a name */
	uint32_t source_endpoint, destination_endpoint;
	/* what the line says by itself (core/orient.h) */
	enum standing standing;
	bool reply; /* the packet went from the server to the client */
	/* the l7 fact of the connection that counted it, NO_FACT where there is none (or the cap) */
	uint32_t fact;
};
#define NO_ENDPOINT UINT32_MAX
#define NO_FACT     UINT32_MAX

/* Adds one flow. Texts are copied, so the flow may go away. The same flow twice counts twice. */
struct sighting traffic_add(struct traffic *traffic, const struct flow *flow);

/*
 * Adds what was stored before; equal keys give the same index. Texts and arrays are copied.
 * traffic_connection merges counts, times, names, nodes, facts and samples into the connection
 * that has the same key.
 */
uint32_t traffic_identity(struct traffic *traffic, const struct identity *identity);
uint32_t traffic_endpoint(struct traffic *traffic, const struct endpoint *endpoint);
uint32_t traffic_connection(struct traffic *traffic, const struct connection *connection);
void traffic_number(struct traffic *traffic, const struct identity_number *number);

#endif
