/*
 * Traffic x policies: what every recorded connection would meet, which rules nothing hit, and which
 * connections no policy speaks about. Two replays of one traffic, "now" and "proposed", are compared
 * connection by connection.
 */
#ifndef CORE_REPLAY_H
#define CORE_REPLAY_H

#include "core/outside_names.h"
#include "core/settle.h"
#include "core/simulate.h"

/* The traffic, settled once for any number of replays. */
struct replay_input {
	const struct traffic *traffic;
	const struct workloads *workloads;
	const struct settlement *settlement;
	const struct outside_names *names;
	const char *cluster; /* the local one */
};

/*
 * Settles the connections with selected[i] (NULL = all). `cluster` "" takes the one whose nodes
 * reported most connections. Everything is owned by `mem` and refers to `traffic`.
 */
struct replay_input replay_prepare(
	void *mem, const struct traffic *traffic, const bool *selected, const char *cluster);

struct replayed_side {
	struct side_judgement judgement;
	bool evidence; /* the recorded traffic shows that it works today (flows.md 10.3) */
	/* Requests and questions that were recorded, by verdict; those refused already don't count. */
	uint64_t l7[JUDGED_COUNT];
};

struct replayed {
	struct replayed_side sides[SIDES];
	enum judged verdict;  /* of both sides and of L7: the worst; none if no policy can apply */
	bool evidence_denied; /* traffic that works today would not */
	bool uncovered;       /* no rule of the set decides about either side */
};

struct rule_use {
	struct deciding_rule rule;
	uint64_t connections, events; /* that it decides */
};

struct replay {
	struct replayed *items; /* one per settled connection, in its order */
	size_t count;
	struct rule_use *rules; /* every rule of the set that says anything, in its order */
	size_t rule_count;
	size_t totals[JUDGED_COUNT]; /* items by verdict */
	size_t evidence_denied, uncovered;
};

/* Replays the settled connections through the policies; all is owned by `mem`. */
void replay(void *mem, const struct replay_input *input, const struct policies *policies,
	struct replay *ret_replay);

#endif
