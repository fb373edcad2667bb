#include "store/flows.h"

#include "base/limits.h"
#include "base/mem.h"
#include "store/array.h"
#include "store/tally.h"

#define HOUR_US (INT64_C(3600) * 1000000)

/* The least key of a time: what is before it is before the time. */
static struct flow_key time_key(int64_t time_us)
{
	return (struct flow_key){time_us, (uint64_t)INT64_MIN};
}

/* Ids are compared as the database has them, with a sign. */
static bool is_before(struct flow_key a, struct flow_key b)
{
	return a.time_us != b.time_us ? a.time_us < b.time_us : (int64_t)a.id < (int64_t)b.id;
}

/* Where a page begins: before what is asked for and before the end of the filter's time. */
static void find_place(void *mem, const struct filter *filter, const struct flow_key *before,
	const char **ret_time, const char **ret_id)
{
	struct flow_key place = time_key(filter->to_us);
	bool bounded = filter->has_to || before != NULL;

	if (before != NULL && (!filter->has_to || is_before(*before, place)))
		place = *before;
	*ret_time = bounded ? db_time(mem, place.time_us) : "infinity";
	*ret_id = db_number(mem, bounded ? (int64_t)place.id : 0);
}

/* Is what is selected a range of time and no more, for which one plan does? */
static bool is_range(const struct filter *filter, const struct selection *selection)
{
	return selection->ids == NULL && filter->lists[FILTER_VERDICT].count == 0 &&
	       filter->lists[FILTER_DIRECTION].count == 0 && *filter->l7 == '\0';
}

/* Which flows are on a page, where that is found out before; all NULL: it is not. */
struct chosen {
	const char *times, *ids;
	size_t count;
};

/* The parameters that l7_page.sql and flow_list.sql have in common. */
#define PLACE_VALUES 9

static void place_values(void *mem, const struct filter *filter, const struct selection *selection,
	size_t limit, const struct flow_key *before, const char **values)
{
	values[0] = db_number(mem, (int64_t)limit);
	find_place(mem, filter, before, &values[1], &values[2]);
	values[3] = filter->has_from ? filter_from(mem, filter) : "-infinity";
	values[4] = selection->ids;
	values[5] = selection->forward;
	values[6] = selection->backward;
	values[7] = filter_list(mem, filter, FILTER_VERDICT);
	values[8] = filter_list(mem, filter, FILTER_DIRECTION);
}

/* The facts that a text may be of: l7_facts.sql. */
static bool find_facts(struct db *db, void *mem, const struct filter *filter,
	const struct selection *selection, const char **ret_sure, const char **ret_maybe,
	struct err *err)
{
	struct array *sure = array_new(mem), *maybe = array_new(mem);
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_l7_facts, &rows, err, filter_l7(mem, filter), selection->ids))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++)
		array_number(rows_bool(rows, i, 1) ? sure : maybe, rows_number(rows, i, 0));
	*ret_sure = array_literal(sure);
	*ret_maybe = array_literal(maybe);
	return true;
}

/*
 * The newest flows with an L7 text. Most flows have none, so it is looked for among the L7 parts, and there among
 * those of the facts that may have it.
 */
static bool find_l7(struct db *db, void *mem, const struct filter *filter,
	const struct selection *selection, size_t limit, const struct flow_key *before,
	struct chosen *ret_chosen, struct err *err)
{
	struct array *times = array_new(mem), *ids = array_new(mem);
	const char *values[PLACE_VALUES + 3];
	struct rows *rows;

	place_values(mem, filter, selection, limit, before, values);
	values[PLACE_VALUES] = filter_l7(mem, filter);
	if (!find_facts(db, mem, filter, selection, &values[PLACE_VALUES + 1],
		    &values[PLACE_VALUES + 2], err) ||
		!db_query(db, mem, &query_l7_page, values, &rows, err))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++) {
		array_text(times, db_time(mem, rows_number(rows, i, 0)));
		array_number(ids, rows_number(rows, i, 1));
	}
	*ret_chosen = (struct chosen){array_literal(times), array_literal(ids), rows_count(rows)};
	return true;
}

/* flow_list.sql; `selection` is that of the filter. */
static bool list_flows(struct db *db, void *mem, const struct filter *filter,
	const struct selection *selection, size_t limit, const struct flow_key *before,
	struct rows **ret_rows, struct err *err)
{
	const char *values[PLACE_VALUES + 3];
	struct chosen chosen = {0};

	if (*filter->l7 != '\0' &&
		!find_l7(db, mem, filter, selection, limit, before, &chosen, err))
		return false;
	place_values(mem, filter, selection, limit, before, values);
	values[PLACE_VALUES] = chosen.times;
	values[PLACE_VALUES + 1] = chosen.ids;
	values[PLACE_VALUES + 2] = db_limits(db);
	return (is_range(filter, selection) ? db_query_planned : db_query)(
		db, mem, &query_flow_list, values, ret_rows, err);
}

/* Of more connections than these, some were seen at nearly any time. */
#define SPAN_CONNECTIONS 1000

/* Where few connections are selected, flows are looked for only while those were seen. */
static bool narrow_time(struct db *db, void *mem, const struct selection *selection,
	struct filter *filter, struct err *err)
{
	int64_t first_us, end_us;
	struct rows *rows;

	if (selection->ids == NULL || selection->count > SPAN_CONNECTIONS)
		return true;
	if (!DB_QUERY(db, mem, &query_connection_span, &rows, err, selection->ids))
		return false;
	if (rows_null(rows, 0, 0))
		return true;
	first_us = rows_number(rows, 0, 0);
	end_us = rows_number(rows, 0, 1) + 1;
	if (!filter->has_from || filter->from_us < first_us)
		filter->from_us = first_us;
	if (!filter->has_to || filter->to_us > end_us)
		filter->to_us = end_us;
	filter->has_from = filter->has_to = true;
	return true;
}

bool flows_page(struct db *db, void *mem, const struct filter *filter, size_t limit,
	const struct flow_key *before, struct rows **ret_rows, struct err *err)
{
	struct filter narrowed = *filter;
	struct selection selection;

	return filter_flows(db, mem, filter, &selection, err) &&
	       narrow_time(db, mem, &selection, &narrowed, err) &&
	       list_flows(db, mem, &narrowed, &selection, selection.none ? 0 : limit, before,
		       ret_rows, err);
}

bool flows_one(
	struct db *db, void *mem, struct flow_key key, struct rows **ret_rows, struct err *err)
{
	const struct filter this_time = {.l7 = "", .has_from = true, .from_us = key.time_us};
	const struct selection all = {0};
	/* the page that ends with it: the newest one that is not newer */
	struct flow_key next = key.id == INT64_MAX ? time_key(key.time_us + 1)
						   : (struct flow_key){key.time_us, key.id + 1};

	if (!list_flows(db, mem, &this_time, &all, 1, &next, ret_rows, err))
		return false;
	if (rows_count(*ret_rows) == 0 || (uint64_t)rows_number(*ret_rows, 0, 1) != key.id)
		return err_set(err, ERR_NOT_FOUND,
			"There is no such flow. It may have expired or been deleted.");
	return true;
}

bool flows_connections(struct db *db, void *mem, const struct flow_key *keys, size_t count,
	bool *found, struct selection *ret_selection, struct err *err)
{
	struct array *times = array_new(mem), *ids = array_new(mem), *connections = array_new(mem);
	struct rows *rows;

	for (size_t i = 0; i < count; i++) {
		array_text(times, db_time(mem, keys[i].time_us));
		array_number(ids, (int64_t)keys[i].id);
	}
	if (!DB_QUERY(db, mem, &query_flow_connections, &rows, err, array_literal(times),
		    array_literal(ids), db_limits(db)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++) {
		found[rows_number(rows, i, 0)] = true;
		array_number(connections, rows_number(rows, i, 1));
	}
	ret_selection->count = array_count(connections);
	ret_selection->none = ret_selection->count == 0;
	ret_selection->ids = array_literal(connections);
	return true;
}

static bool is_hour(bool given, int64_t time_us)
{
	return !given || time_us % HOUR_US == 0;
}

/* Can the hourly counts of connections answer, exactly and without touching a flow? */
static bool hours_can_count(const struct filter *filter, const struct selection *selection)
{
	return selection->forward == NULL && filter->lists[FILTER_DIRECTION].count == 0 &&
	       is_hour(filter->has_from, filter->from_us) && is_hour(filter->has_to, filter->to_us);
}

static bool count_l7(struct db *db, void *mem, const struct filter *filter,
	const struct selection *selection, struct flow_total *ret_total, struct err *err)
{
	struct chosen chosen;

	if (!find_l7(db, mem, filter, selection, LIMIT_COUNT_L7, NULL, &chosen, err))
		return false;
	*ret_total = (struct flow_total){(int64_t)chosen.count, chosen.count < LIMIT_COUNT_L7};
	return true;
}

bool flows_count(struct db *db, void *mem, const struct filter *filter,
	struct flow_total *ret_total, struct err *err)
{
	const char *verdicts = filter_list(mem, filter, FILTER_VERDICT);
	const char *from = filter_from(mem, filter), *to = filter_to(mem, filter);
	struct selection selection;
	struct rows *rows;
	bool by_hours;

	*ret_total = (struct flow_total){0, true};
	if (!filter_flows(db, mem, filter, &selection, err))
		return false;
	if (selection.none)
		return true;
	if (*filter->l7 != '\0')
		return count_l7(db, mem, filter, &selection, ret_total, err);
	by_hours = hours_can_count(filter, &selection);
	if (by_hours && !DB_QUERY(db, mem, &query_flow_count_hours, &rows, err, selection.ids,
				verdicts, from, to))
		return false;
	if (!by_hours &&
		!DB_QUERY(db, mem, &query_flow_count, &rows, err, db_number(mem, LIMIT_COUNT),
			selection.ids, selection.forward, selection.backward, verdicts,
			filter_list(mem, filter, FILTER_DIRECTION), from, to))
		return false;
	ret_total->flows = rows_number(rows, 0, 0);
	ret_total->exact = by_hours || ret_total->flows < LIMIT_COUNT;
	return true;
}

struct deletion {
	struct tally *tally;
	uint64_t deleted;
	int64_t first_us, last_us;
};

/* Columns of flow_delete.sql and of flow_l7_delete.sql. */
enum deleted_column { DELETED_CONNECTION, DELETED_TIME, DELETED_FACTS, DELETED_WEIGHT };
enum deleted_l7_column { DELETED_FACT, DELETED_L7_TIME, DELETED_L7_WEIGHT };

static bool count_deleted(void *context, const struct rows *rows, struct err *err)
{
	struct deletion *deletion = context;

	for (size_t i = 0; i < rows_count(rows); i++) {
		int64_t time_us = rows_number(rows, i, DELETED_TIME);

		if (deletion->deleted == 0 || time_us < deletion->first_us)
			deletion->first_us = time_us;
		if (deletion->deleted == 0 || time_us > deletion->last_us)
			deletion->last_us = time_us;
		deletion->deleted++;
		if (!tally_flow(deletion->tally, (int32_t)rows_number(rows, i, DELETED_CONNECTION),
			    time_us, rows_number(rows, i, DELETED_FACTS),
			    rows_number(rows, i, DELETED_WEIGHT), -1, err))
			return false;
	}
	return true;
}

static bool count_deleted_l7(void *context, const struct rows *rows, struct err *err)
{
	struct deletion *deletion = context;

	for (size_t i = 0; i < rows_count(rows); i++)
		if (!tally_fact(deletion->tally, (int32_t)rows_number(rows, i, DELETED_FACT),
			    rows_number(rows, i, DELETED_L7_TIME),
			    rows_number(rows, i, DELETED_L7_WEIGHT), -1, err))
			return false;
	return true;
}

static bool run_all(struct db *db, void *mem, const struct query *const *steps, struct err *err)
{
	for (; *steps != NULL; steps++)
		if (!DB_QUERY(db, mem, *steps, NULL, err, NULL))
			return false;
	return true;
}

/* Runs the statement that deletes and says what, and takes that off the connections. */
static bool delete_by(struct db *db, void *mem, const struct query *query,
	const char *const *values, uint64_t *ret_deleted, struct err *err)
{
	static const struct query *const cleaning[] = {&query_hour_clean, &query_traffic_hour_clean,
		&query_connection_clean, &query_import_bodies_forget, NULL};
	struct deletion deletion = {.tally = tally_new(mem, db)};

	if (!db_each(db, query, values, count_deleted, &deletion, err))
		return false;
	*ret_deleted = deletion.deleted;
	if (deletion.deleted == 0)
		return true;
	return db_each(db, &query_flow_l7_delete,
		       (const char *const[]){
			       db_time(mem, deletion.first_us), db_time(mem, deletion.last_us + 1)},
		       count_deleted_l7, &deletion, err) &&
	       tally_apply(deletion.tally, err) && run_all(db, mem, cleaning, err);
}

static bool delete_everything(struct db *db, void *mem, uint64_t *ret_deleted, struct err *err)
{
	static const struct query *const steps[] = {&query_connection_reset, &query_hour_reset,
		&query_traffic_hour_reset, &query_fact_reset, &query_import_bodies_forget, NULL};
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_flow_total, &rows, err, NULL))
		return false;
	*ret_deleted = (uint64_t)rows_number(rows, 0, 0);
	/* The days to come are made again at once: without them nothing is ready. */
	return DB_QUERY(db, mem, &query_flow_days_drop, NULL, err, "infinity") &&
	       DB_QUERY(db, mem, &query_days_keep, NULL, err, "0") && run_all(db, mem, steps, err);
}

bool flows_delete(struct db *db, void *mem, const struct filter *filter, uint64_t *ret_deleted,
	struct err *err)
{
	struct selection selection;

	if (filter_is_empty(filter) && db_limits(db) == NULL)
		return delete_everything(db, mem, ret_deleted, err);
	*ret_deleted = 0;
	if (!filter_flows(db, mem, filter, &selection, err))
		return false;
	if (selection.none)
		return true;
	return delete_by(db, mem, &query_flow_delete,
		(const char *const[]){selection.ids, selection.forward, selection.backward,
			filter_list(mem, filter, FILTER_VERDICT),
			filter_list(mem, filter, FILTER_DIRECTION), filter_l7(mem, filter),
			filter_from(mem, filter), filter_to(mem, filter)},
		ret_deleted, err);
}

bool flows_delete_one(struct db *db, void *mem, struct flow_key key, struct err *err)
{
	struct rows *rows;
	uint64_t deleted;

	/* what may not be seen is not there */
	if (db_limits(db) != NULL && !flows_one(db, mem, key, &rows, err))
		return false;
	if (!delete_by(db, mem, &query_flow_delete_one,
		    (const char *const[]){
			    db_time(mem, key.time_us), db_number(mem, (int64_t)key.id)},
		    &deleted, err))
		return false;
	return deleted > 0 || err_set(err, ERR_NOT_FOUND,
				      "There is no such flow. It may have expired or been "
				      "deleted.");
}
