/*
 * Counts on their way to the connections: added up by connection, hour and what is counted apart
 * (store/facts.h), passed on to the session's pending_* tables whenever there are many, and applied
 * at the end of the transaction, where the connections are locked for a moment and in order.
 */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H

#include "store/db.h"

struct tally;

/* Begins a transaction in which flows are stored or deleted: db_begin, with what that needs. */
MUST_CHECK bool tally_begin(struct db *db, void *mem, struct err *err);

/* An empty one, for a transaction begun by tally_begin; owned by `mem`. */
struct tally *tally_new(void *mem, struct db *db);

/* One flow's row, times `sign`: 1 when it was stored, -1 when it was deleted. */
MUST_CHECK bool tally_flow(struct tally *tally, int32_t connection, int64_t time_us, int64_t facts,
	int64_t weight, int sign, struct err *err);

/* Its L7 fact, if it has one. */
MUST_CHECK bool tally_fact(struct tally *tally, int32_t fact, int64_t time_us, int64_t weight,
	int sign, struct err *err);

/* Adds everything to the connections. Only the commit should follow. */
MUST_CHECK bool tally_apply(struct tally *tally, struct err *err);

#endif
