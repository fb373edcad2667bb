/*
 * Stores a stream of flows in one transaction, each event once, in memory that stays flat.
 *
 * Flows are collected in batches. Of a batch, what it talks about gets its ids first (on `side`,
 * see store/dimensions.h), the partitions of its days are made there too, and the rows are copied
 * straight in. A batch that holds a flow that is stored already fails as a whole: it is undone and
 * done again by way of a staging table that keeps only what is new. Counts are added up from the
 * rows that were really stored, so that duplicates never count.
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

/* Begins the transaction on `db`; it is rolled back when `mem` is freed before the commit. */
MUST_CHECK bool flow_writer_begin(void *mem, struct db *db, struct db *side,
	struct flow_writer **ret_writer, struct err *err);

/*
 * Takes one flow; its texts may go away. False with ERR_INVALID when the flow cannot be stored
 * (*ret_refused true: a time outside of the window, one day too many) and the next one can, or
 * when the database failed (false).
 */
MUST_CHECK bool flow_writer_add(
	struct flow_writer *writer, const struct flow *flow, bool *ret_refused, struct err *err);

/* Stores what is waiting. */
MUST_CHECK bool flow_writer_flush(struct flow_writer *writer, struct err *err);

/* As flow_writer_flush, then adds the counts to the connections; only the commit should follow. */
MUST_CHECK bool flow_writer_finish(struct flow_writer *writer, struct err *err);

/* So far, without what is waiting. */
const struct flow_counts *flow_writer_counts(const struct flow_writer *writer);

#endif
