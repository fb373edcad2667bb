/*
 * All that the database is told about a batch of flows, in this order: the partitions of its days and the
 * ids of what it talks about (on `side`, see store/dimensions.h), its rows (on `db`, inside a transaction, in
 * which nothing is left of them when that fails), and their counts.
 *
 * It can run beside the caller (base/background.h), who then leaves alone what it was given: both
 * connections, the batch, the tally, the first `day_count` of the days, and of the places all but what
 * adds to them (traffic_add, dictionary_place). flow_attempt_prepare comes before, while nothing runs.
 */
#ifndef STORE_FLOW_ATTEMPT_H
#define STORE_FLOW_ATTEMPT_H

#include "store/flow_batch.h"
#include "store/tally.h"

enum attempt_way {
	ATTEMPT_STRAIGHT, /* copied in; ERR_CONFLICT when a flow is there already */
	ATTEMPT_NEW,    /* the same, after what is there already has been taken out of the batch */
	ATTEMPT_ASIDE,  /* into the temporary tables, to wait there */
	ATTEMPT_WAITING /* what waits in the temporary tables; the batch is empty */
};

struct flow_attempt {
	struct db *db, *side;
	const struct flow_places *places;
	struct tally *tally;
	const int64_t *days; /* their first moments, in microseconds since 1970 */
	size_t day_count, days_made;
	struct flow_batch *batch;
	enum attempt_way way;

	/* It failed, and because of what other transactions do: it may be made again. */
	bool in_the_way;
	/* What ATTEMPT_NEW took out of the batch, in all tries. */
	uint64_t dropped;
	/* What it stored (but ATTEMPT_ASIDE nothing) and counted, and the times of that. */
	uint64_t stored;
	int64_t first_us, last_us;
};

/* Makes the first try at `batch` ready: what was added to the places until now gets its ids in it. */
void flow_attempt_prepare(
	struct flow_attempt *attempt, struct flow_batch *batch, enum attempt_way way);

/* `context` is the struct flow_attempt; a background_work. */
MUST_CHECK bool flow_attempt(void *context, struct err *err);

#endif
