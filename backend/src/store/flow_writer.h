/*
 * Stores a stream of flows, each event once, in memory that stays flat and without ever waiting in
 * a circle with another import.
 *
 * Flows are collected in batches. All that the database is told about a batch (store/flow_attempt.h) it is
 * told while the next one is collected: what it talks about gets its ids on `side`, and its rows are copied
 * straight in on `db`. So `db` is the writer's alone until flow_writer_finish or flow_writer_abandon, and
 * `side` until then or until flow_writer_settle. A batch that holds a flow that is stored already fails as
 * a whole: it is undone and done again without what is there.
 *
 * A transaction holds the keys of the flows it stored until its end, and whoever stores the same
 * flows waits for it. So only one import at a time may store batch after batch as it reads; it
 * waits for everybody. All others store at their end, all at once: what fits into one batch
 * straight from memory, more than that from temporary tables (pending_store in sql/migrations). When they
 * meet a key that another one holds, they let go of theirs, pause, and try again.
 */
#ifndef STORE_FLOW_WRITER_H
#define STORE_FLOW_WRITER_H

#include "core/flow.h"
#include "store/db.h"

struct flow_writer;

struct flow_counts {
	uint64_t stored, duplicates;
	int64_t first_us, last_us; /* of the stored ones; meaningless when there are none */
};

/*
 * Owned by `mem`. A transaction that is open when it is freed is rolled back. Flows of days that
 * are more than `keep_days` old (0: none) are refused: they would be deleted soon (store/retention.h),
 * and counted again when they come again.
 */
struct flow_writer *flow_writer_new(void *mem, struct db *db, struct db *side, int keep_days);

/*
 * Takes one flow; its texts may go away. False with ERR_INVALID when the flow cannot be stored
 * (*ret_refused true: a time outside of the window, one day too many) and the next one can, or
 * when the database failed (false).
 */
MUST_CHECK bool flow_writer_add(
	struct flow_writer *writer, const struct flow *flow, bool *ret_refused, struct err *err);

/*
 * Waits until nothing is on its way any more: then `side` is the caller's, until the next flow is added, and
 * the counts are those of all flows that were sent. A failure is as one of flow_writer_add.
 */
MUST_CHECK bool flow_writer_settle(struct flow_writer *writer, struct err *err);

/* Flows taken since flow_writer_finish. */
size_t flow_writer_waiting(const struct flow_writer *writer);

/*
 * Stores what is waiting and adds the counts to the connections, in a transaction on `db` that the
 * caller should commit at once. Flows may follow after that, in the next transaction. ERR_BUSY when
 * another import held the same flows for too long.
 */
MUST_CHECK bool flow_writer_finish(struct flow_writer *writer, struct err *err);

/* Undoes what the caller has not committed: the transaction is rolled back. Nothing may follow. */
void flow_writer_abandon(struct flow_writer *writer);

/* Of all flows so far, without what is waiting. */
const struct flow_counts *flow_writer_counts(const struct flow_writer *writer);

#endif
