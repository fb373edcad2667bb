#include "store/flow_attempt.h"

#include "store/facts.h"

static bool copy_batch(struct flow_attempt *attempt, const struct query *flows,
	const struct query *l7, struct err *err)
{
	return flow_batch_copy(attempt->batch, attempt->db, flows, attempt->places, err) &&
	       flow_batch_copy_l7(attempt->batch, attempt->db, l7, attempt->places, err);
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
		return copy_batch(attempt, &query_flow_copy, &query_flow_l7_copy, err);
	case ATTEMPT_TABLES:
		return put_aside(attempt, err) && store_waiting(attempt, err);
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

	if (!db_savepoint(attempt->db, err))
		return false;
	if (store(attempt, &problem))
		return db_savepoint_keep(attempt->db, err);
	if (db_savepoint_undo(attempt->db, err))
		*err = problem;
	return false;
}
