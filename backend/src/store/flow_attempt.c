#include "store/flow_attempt.h"

#include "base/mem.h"
#include "store/array.h"
#include "store/facts.h"

static bool copy_batch(struct flow_attempt *attempt, const struct query *flows,
	const struct query *l7, struct err *err)
{
	return flow_batch_copy(attempt->batch, attempt->db, flows, attempt->places, err) &&
	       flow_batch_copy_l7(attempt->batch, attempt->db, l7, attempt->places, err);
}

static bool store_straight(struct flow_attempt *attempt, struct err *err)
{
	return copy_batch(attempt, &query_flow_copy, &query_flow_l7_copy, err);
}

/*
 * Takes the flows out that are stored. What another transaction stores at this moment is not seen: then the
 * COPY waits for it, fails, and the next try sees it.
 */
static bool drop_known(struct flow_attempt *attempt, struct err *err)
{
	struct flow_batch *batch = attempt->batch;
	void *scratch;
	struct array *times, *ids;
	struct rows *rows;
	bool done;

	if (batch->count == 0)
		return true;
	scratch = mem_context(NULL);
	times = array_new(scratch);
	ids = array_new(scratch);
	for (size_t i = 0; i < batch->count; i++) {
		array_number(times, batch->rows[i].time_us);
		array_number(ids, (int64_t)batch->rows[i].id);
	}
	done = DB_QUERY(attempt->db, scratch, &query_flow_known, &rows, err, array_literal(times),
		array_literal(ids), db_time(scratch, batch->rows[0].time_us),
		db_time(scratch, batch->rows[batch->count - 1].time_us));
	if (done)
		attempt->dropped += flow_batch_drop(batch, rows);
	mem_free(scratch);
	return done;
}

static bool put_aside(struct flow_attempt *attempt, struct err *err)
{
	return copy_batch(attempt, &query_pending_flow_copy, &query_pending_l7_copy, err);
}

/* Columns of pending_store.sql. */
enum stored_column { STORED_COUNT, STORED_FIRST, STORED_LAST };

static bool store_waiting(struct flow_attempt *attempt, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(attempt->db, attempt->mem, &query_pending_store, &rows, err,
		    db_number(attempt->mem, facts_counted(-1))))
		return false;
	attempt->stored = (uint64_t)rows_number(rows, 0, STORED_COUNT);
	attempt->first_us = rows_number(rows, 0, STORED_FIRST);
	attempt->last_us = rows_number(rows, 0, STORED_LAST);
	return true;
}

static bool store(struct flow_attempt *attempt, struct err *err)
{
	switch (attempt->way) {
	case ATTEMPT_STRAIGHT:
		return store_straight(attempt, err);
	case ATTEMPT_NEW:
		return drop_known(attempt, err) && store_straight(attempt, err);
	case ATTEMPT_ASIDE:
		return put_aside(attempt, err);
	case ATTEMPT_WAITING:
		break;
	}
	return store_waiting(attempt, err);
}

bool flow_attempt(void *context, struct err *err)
{
	struct flow_attempt *attempt = context;
	struct err problem = {0};

	flow_batch_sort(attempt->batch);
	if (!db_savepoint(attempt->db, err))
		return false;
	if (store(attempt, &problem))
		return db_savepoint_keep(attempt->db, err);
	if (db_savepoint_undo(attempt->db, err))
		*err = problem;
	return false;
}
