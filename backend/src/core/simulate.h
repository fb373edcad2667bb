/*
 * Is this connection allowed? Policies x connections -> verdicts, as Cilium's own policy engine
 * gives them in enforcement mode `default` (policies.md 9), and the rules that decide.
 *
 * A set is compiled once from a policy model and then asked any number of times. Who selects an
 * endpoint, and which rules concern a pair of endpoints, is found at the first question and kept,
 * so the cost of a question does not grow with policies that have nothing to do with it. A set
 * belongs to one thread.
 *
 * What a recorded flow cannot tell (policies.md 9.8) makes the answer JUDGED_UNKNOWN, with the
 * reason, and only where both answers remain possible.
 */
#ifndef CORE_SIMULATE_H
#define CORE_SIMULATE_H

#include "base/err.h"
#include "core/flow.h"
#include "core/policy.h"
#include "core/traffic.h"

enum judged {
	JUDGED_NONE, /* no policy applies there; of L7: no fact to judge, or the side is not allowed */
	JUDGED_ALLOWED,
	JUDGED_DENIED,
	JUDGED_UNKNOWN,
	JUDGED_COUNT
};

/* Why; judged_reason_name and judged_reason_text have a row for each. */
enum judged_reason {
	/* none */
	REASON_OUTSIDE,
	REASON_NODE,
	REASON_UNMANAGED,
	REASON_OTHER_CLUSTER,
	REASON_SAME_POD,
	/* allowed */
	REASON_RULE,
	REASON_NO_RULES,
	REASON_LOCAL_HOST,
	REASON_NO_DEFAULT_DENY,
	/* denied */
	REASON_DENY_RULE,
	REASON_DEFAULT_DENY,
	REASON_INIT,
	/* unknown */
	REASON_SUBJECT_UNTOLD,
	REASON_SUBJECT_LABELS,
	REASON_NODE_LABELS,
	REASON_PEER_LABELS,
	REASON_PEER_ADDRESS,
	REASON_NODE_SELECTOR,
	REASON_SERVICE,
	REASON_GROUP,
	REASON_CIDR_GROUP,
	REASON_BROKEN_CIDR,
	REASON_ENTITY,
	REASON_PORT_NAME,
	REASON_PORT_UNTOLD,
	REASON_PROTOCOL_UNTOLD,
	REASON_SERVER_NAME,
	REASON_CONFLICT,
	/* unknown L7 */
	REASON_HEADERS_UNTOLD,
	REASON_HEADER_SECRET,
	REASON_HOST_UNTOLD,
	REASON_REQUEST_UNTOLD,
	REASON_PATTERN,
	/* L7 */
	REASON_L7_NOT_LOOKED_AT, /* allowed: no L7 rule restricts it */
	REASON_L7_RULE,
	REASON_L7_NO_RULE, /* denied: L7 rules restrict it and none matches */
	REASONS
};

const char *judged_name(enum judged judged); /* "allowed" */
/* A stable name for programs: "default_deny". */
const char *judged_reason_name(enum judged_reason reason);
/* A sentence for people. */
const char *judged_reason_text(enum judged_reason reason);

/* One element of a rule list: where to find it in its policy. */
struct deciding_rule {
	const struct policy *policy;
	unsigned rule; /* index into policy->rules */
	enum section section;
	unsigned element; /* index into the section */
};

/* "spec.ingress[0]"; owned by `mem`. */
char *deciding_rule_path(void *mem, const struct deciding_rule *rule);
/* The element's line in its text, 0 if it has none. */
unsigned deciding_rule_line(const struct deciding_rule *rule);

/* A verdict of one side. What it points to lives until its judgement is filled again. */
struct side_judgement {
	enum judged verdict; /* L3/L4 */
	enum judged_reason reason;
	/* All rules that decide: the denying, else the allowing; of `unknown` those it hangs on. */
	const struct deciding_rule *by;
	size_t by_count;
	/* REASON_DEFAULT_DENY: one rule that turned default deny on. */
	struct deciding_rule default_deny;
	enum judged l7;
	enum judged_reason l7_reason; /* unless l7 is JUDGED_NONE */
	bool proxied;                 /* a proxy looks into the connection */
	bool authentication;          /* allowed after mutual authentication only */
};

/* The reason as a sentence; for default deny, and by which policy. Owned by `mem`. */
char *side_judgement_reason(void *mem, const struct side_judgement *side);

struct judgement {
	struct side_judgement sides[SIDES];
	struct judgement_room *room; /* private */
};

/* Room for judgements, owned by `mem`; filled again and again. */
struct judgement *judgement_new(void *mem);

struct simulate_options {
	const char *cluster; /* name of the local cluster; "" = "default" */
};

struct policy_set;

/*
 * Compiles the policies, which must outlive the set and not change. All is owned by `mem`. Any model
 * can be compiled; parts that Cilium would refuse are read as the reference says Cilium reads them,
 * or make verdicts unknown.
 */
struct policy_set *policy_set_new(
	void *mem, const struct policies *policies, const struct simulate_options *options);

/* Someone at one end of connections, as the set sees it. */
struct party;

/* The party of an identity; the same identity gives the same party. Its texts are copied. */
const struct party *policy_set_party(struct policy_set *set, const struct identity *identity);

/* How many there are: what the set remembers grows with them. */
size_t policy_set_parties(const struct policy_set *set);

/* Can policies of this set apply to it at all? */
bool party_is_subject(const struct party *party);

/* What a request asks for on L7, if anything is known of it. Texts "" = untold. */
struct l7_request {
	enum l7_kind kind; /* L7_KIND_NONE, L7_HTTP or L7_DNS */
	const char *method, *host;
	/* With ?query. Several are samples of what a template stands for: where a rule takes one
	 * and not the other, the answer is unknown. */
	struct text_list paths;
	const struct http_header *headers;
	size_t header_count;
	bool headers_told; /* false: there may be others */
	const char *name;  /* DNS question */
};

/* One attempt to connect, from the client to the server. */
struct attempt {
	const struct party *client, *server;
	bool same_pod; /* the pod talks to itself */
	enum protocol protocol;
	bool has_port; /* TCP, UDP, SCTP: the port is told */
	uint16_t port; /* the server's, after service translation */
	uint8_t icmp_type;
	struct text_list server_names; /* DNS names known to the client for the server's address */
	struct l7_request l7;
};

/* Judges one request. */
void simulate(struct policy_set *set, const struct attempt *request, struct judgement *judgement);

/*
 * The request that a flow shows: as it is, or turned round if it is a reply. Texts refer to `flow`,
 * what must be made is owned by `mem`.
 */
void attempt_from_flow(
	void *mem, struct policy_set *set, const struct flow *flow, struct attempt *ret_request);

/*
 * What a recorded request or question asks for. A path template gives its example and another
 * instance; headers are never recorded. What is made is owned by `mem`.
 */
struct l7_request l7_from_fact(void *mem, const struct l7_fact *fact);

#endif
