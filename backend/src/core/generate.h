/*
 * The analyser: from traffic to policies, each rule with its reasons.
 *
 * Law 1: the generated set allows every connection side it reports as used and none it reports as
 * left out. Law 2: the same traffic gives the same result, whatever the order of lines or files.
 * Law 3: every policy passes policy_check.
 */
#ifndef CORE_GENERATE_H
#define CORE_GENERATE_H

#include "base/err.h"
#include "core/policy.h"
#include "core/traffic.h"

enum default_deny {
	DEFAULT_DENY_AUTOMATIC, /* directions with evidence become default deny, others stay open */
	DEFAULT_DENY_STAGED,    /* enableDefaultDeny: false, for watching before enforcing */
	DEFAULT_DENY_BOTH       /* also directions without evidence (`[{}]`) */
};

/* How clients outside the cluster are let in. */
enum outside_ingress {
	OUTSIDE_AUTOMATIC, /* `world` where several public addresses came, else each address */
	OUTSIDE_ADDRESSES,
	OUTSIDE_WORLD
};

struct generate_options {
	bool egress, ingress;
	enum default_deny default_deny;
	bool audited;     /* AUDIT traffic makes rules */
	bool denied;      /* default-deny drops make rules too; explicit denies never do */
	bool guesses;     /* heuristic orientation makes rules, marked */
	bool names;       /* toFQDNs where names are known; otherwise addresses */
	bool l7;          /* HTTP and DNS rules from L7 facts */
	bool port_ranges; /* many high ports of one pair become a range */
	enum outside_ingress outside_ingress;
	unsigned prefix_ipv4,
		prefix_ipv6;     /* outside addresses are grouped to these lengths: 32, 128 = not */
	uint64_t minimum_events; /* connections seen less often are left out */
	struct text_list label_keys_add, label_keys_never; /* for selectors, keys without source */
	enum policy_kind kind;
	bool nodes;       /* host policies too, for the nodes as a whole; kind clusterwide only */
	const char *name; /* of the policy when there is one subject; "" = from the workload */
	const char *cluster; /* only subjects of this cluster; "" = all that reported */
	const char *namespace, *workload; /* only these subjects; "" = all */
	const struct text_list
		*within; /* only subjects within these limits (core/view_limits.h); NULL = all */
	const struct policies *existing; /* merge into these; NULL = none */
};

/* What `cpa generate` does without options. */
extern const struct generate_options generate_defaults;

/* Why a side of a connection made no rule. */
enum left_out {
	LEFT_OUT_NOT,
	LEFT_OUT_UNUSABLE, /* its standing: standing_name() */
	LEFT_OUT_UNORIENTED,
	LEFT_OUT_GUESS, /* a guess, and guesses are off */
	LEFT_OUT_SENT,  /* arrival unknown */
	LEFT_OUT_DENIED,
	LEFT_OUT_REFUSED,
	LEFT_OUT_AUTHENTICATE,
	LEFT_OUT_L7_DENIED,       /* every request was refused by an L7 rule */
	LEFT_OUT_AUDITED,         /* audit mode, and `audited` is off */
	LEFT_OUT_SCAN,            /* looks like a scan */
	LEFT_OUT_RARE,            /* below minimum_events */
	LEFT_OUT_PEER_UNKNOWN,    /* the peer cannot be told or selected */
	LEFT_OUT_SUBJECT_UNKNOWN, /* the pod itself cannot be selected */
	LEFT_OUT_HOST,            /* from the local host: always allowed */
	LEFT_OUT_NO_EVIDENCE,     /* seen, but nothing shows that it works */
	LEFT_OUT_FOREIGN,         /* the subject is in a cluster whose nodes did not report */
	LEFT_OUT_OPTION,          /* the options exclude this direction or subject */
	LEFT_OUT_INEXPRESSIBLE,   /* the kind of policy asked for cannot say it */
	LEFT_OUT_NO_POD,          /* neither end is a pod: no policy of ours could speak of it */
	LEFT_OUT_REASONS
};

const char *left_out_name(enum left_out reason);
const char *left_out_reason(enum left_out reason);

/*
 * What became of one side of one connection. Listed are the sides whose end could be a subject and, once
 * as egress, the connections of which neither end could be: these count nowhere else.
 */
struct side_use {
	uint32_t connection; /* index into traffic.connections */
	enum side side;
	enum left_out left_out; /* LEFT_OUT_NOT = used */
	/*
	 * The connection as it was understood: a line whose ends were only numbered has theirs found, and one that turned
	 * out to be a reply is turned round, with the server's port.
	 */
	uint32_t client, server; /* indexes into traffic.identities */
	uint16_t port;
	bool guess;
	unsigned policy;     /* used: index into generation.policies */
	unsigned provenance; /* used: index into generation.provenance */
};

/* The evidence behind one rule element (struct rule_element.provenance is this index + 1). */
struct provenance {
	unsigned policy;
	enum section section;
	unsigned element;      /* index in the section */
	uint32_t *connections; /* none, and no times: assumed, from what other workloads use */
	size_t connection_count;
	uint64_t events;
	int64_t first_ns, last_ns;
	struct text_list nodes;
	bool guess, single, audited, denied; /* rests on a guess; on one event; on such sightings */
};

struct warning {
	const char *code;   /* "default_deny", "lost_events", "world", ... */
	const char *policy; /* "namespace/name" it is about, "" = the whole */
	const char *text;   /* what, why, what to do */
};

struct generation {
	struct policies policies;
	struct provenance *provenance;
	size_t provenance_count;
	struct side_use *uses;
	size_t use_count;
	struct warning *warnings;
	size_t warning_count, warning_capacity;
	/* Of the connections with a pod; used: one of their sides is. */
	struct generation_coverage {
		size_t connections, connections_used;
		uint64_t events, events_used;
	} coverage;
	const char *empty_reason; /* why there is no policy at all and what to do; "" otherwise */
};

/*
 * Generates policies from the connections i with selected[i] (NULL = all). All identities and
 * endpoints of `traffic` serve to test selectors for uniqueness. Everything in `ret_generation` is
 * owned by `mem` and refers to texts of `traffic`. Fails with ERR_INVALID only for options that
 * contradict each other or a name that is no DNS-1123 subdomain.
 */
MUST_CHECK bool generate(void *mem, const struct traffic *traffic, const bool *selected,
	const struct generate_options *options, struct generation *ret_generation, struct err *err);

#endif
