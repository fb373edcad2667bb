#include "store/flow_attempt.h"

#include "base/mem.h"
#include "store/array.h"
#include "store/facts.h"

void flow_attempt_prepare(
	struct flow_attempt *attempt, struct flow_batch *batch, enum attempt_way way)
{
	attempt->batch = batch;
	attempt->way = way;
	attempt->dropped = attempt->stored = 0;
	dimensions_take(attempt->places->dimensions);
	dictionary_take(attempt->places->nodes);
	dictionary_take(attempt->places->drop_reasons);
}

/* Committed before the rows are sent, since a partition cannot be made inside their transaction. */
static bool make_days(struct flow_attempt *attempt, struct err *err)
{
	void *scratch;
	struct array *days;
	bool done;

	if (attempt->days_made == attempt->day_count)
		return true;
	scratch = mem_context(NULL);
	days = array_new(scratch);
	for (size_t i = attempt->days_made; i < attempt->day_count; i++)
		array_text(days, db_time(scratch, attempt->days[i]));
	done = DB_QUERY(attempt->side, scratch, &query_days_add, NULL, err, array_literal(days));
	mem_free(scratch);
	if (done)
		attempt->days_made = attempt->day_count;
	return done;
}

static bool resolve(struct flow_attempt *attempt, struct err *err)
{
	const struct flow_places *places = attempt->places;

	return make_days(attempt, err) &&
	       dimensions_resolve(places->dimensions, attempt->side, err) &&
	       dictionary_resolve(places->nodes, attempt->side, err) &&
	       dictionary_resolve(places->drop_reasons, attempt->side, err);
}

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
	void *scratch = mem_context(NULL);
	struct rows *rows;
	bool done = DB_QUERY(attempt->db, scratch, &query_pending_store, &rows, err,
		db_number(scratch, facts_counted(-1)));

	if (done) {
		attempt->stored = (uint64_t)rows_number(rows, 0, STORED_COUNT);
		attempt->first_us = rows_number(rows, 0, STORED_FIRST);
		attempt->last_us = rows_number(rows, 0, STORED_LAST);
	}
	mem_free(scratch);
	return done;
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

/* Nothing is left of it when it fails. */
static bool try_to_store(struct flow_attempt *attempt, struct err *err)
{
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

/* The rows that were copied straight in. What waited aside was counted where it was stored. */
static bool count_rows(struct flow_attempt *attempt, struct err *err)
{
	const struct flow_batch *batch = attempt->batch;
	const struct dimensions *dimensions = attempt->places->dimensions;

	if (attempt->way == ATTEMPT_ASIDE || attempt->way == ATTEMPT_WAITING || batch->count == 0)
		return true;
	for (size_t i = 0; i < batch->count; i++) {
		const struct flow_row *row = &batch->rows[i];

		if (!tally_flow(attempt->tally, dimensions_connection(dimensions, row->connection),
			    row->time_us, row->facts, row->weight, 1, err) ||
			!tally_fact(attempt->tally,
				dimensions_fact(dimensions, row->connection, row->fact),
				row->time_us, row->weight, 1, err))
			return false;
	}
	attempt->stored = batch->count;
	attempt->first_us = batch->rows[0].time_us;
	attempt->last_us = batch->rows[batch->count - 1].time_us;
	return true;
}

bool flow_attempt(void *context, struct err *err)
{
	struct flow_attempt *attempt = context;

	attempt->in_the_way = false;
	if (!resolve(attempt, err))
		return false;
	if (try_to_store(attempt, err))
		return count_rows(attempt, err);
	attempt->in_the_way = err->code == ERR_BUSY || err->code == ERR_CONFLICT;
	return false;
}
