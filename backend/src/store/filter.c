#include "store/filter.h"

#include <string.h>

#include "base/mem.h"
#include "store/array.h"

bool filter_is_empty(const struct filter *filter)
{
	for (size_t i = 0; i < FILTER_LISTS; i++)
		if (filter->lists[i].count > 0)
			return false;
	return *filter->l7 == '\0' && !filter->has_from && !filter->has_to;
}

const char *filter_list(void *mem, const struct filter *filter, enum filter_list list)
{
	return filter->lists[list].count == 0 ? NULL : array_of_list(mem, &filter->lists[list]);
}

const char *filter_from(void *mem, const struct filter *filter)
{
	return filter->has_from ? db_time(mem, filter->from_us) : NULL;
}

const char *filter_to(void *mem, const struct filter *filter)
{
	return filter->has_to ? db_time(mem, filter->to_us) : NULL;
}

const char *filter_l7(void *mem, const struct filter *filter)
{
	char *pattern = mem_array(mem, char, strlen(filter->l7) * 2 + 3);
	char *to = pattern;

	if (*filter->l7 == '\0')
		return NULL;
	*to++ = '%';
	for (const char *c = filter->l7; *c != '\0'; c++) {
		if (strchr("%_\\", *c) != NULL)
			*to++ = '\\';
		*to++ = *c;
	}
	*to = '%';
	return pattern;
}

static bool any_given(const struct filter *filter, enum filter_list first, enum filter_list last)
{
	for (enum filter_list i = first; i <= last; i++)
		if (filter->lists[i].count > 0)
			return true;
	return false;
}

static bool has_sides(const struct filter *filter)
{
	return any_given(filter, FILTER_SOURCE_CLUSTER, FILTER_DESTINATION_LABEL);
}

/* Does the filter narrow the connections, or only the events of each? */
static bool narrows(const struct filter *filter)
{
	return any_given(filter, FILTER_CLUSTER, FILTER_CONNECTION);
}

static bool match(struct db *db, void *mem, const struct filter *filter, const char *l7,
	struct rows **ret_rows, struct err *err)
{
	const char *values[21] = {NULL};

	for (enum filter_list i = FILTER_CLUSTER; i <= FILTER_CONNECTION; i++)
		values[i] = filter_list(mem, filter, i);
	values[15] = l7;
	values[16] = filter_list(mem, filter, FILTER_VERDICT);
	values[17] = filter_from(mem, filter);
	values[18] = filter_to(mem, filter);
	values[19] = db_limits(db);
	return db_query(db, mem, &query_connection_match, values, ret_rows, err);
}

/* With fewer flows of a verdict than these, a page of them is looked for by connection. */
#define RARE_FLOWS 10000

/*
 * Verdicts do not narrow the connections, unless that is needed: without any flow of them, or with few, a page
 * would read all flows.
 */
static bool verdicts_narrow(struct db *db, void *mem, const struct filter *filter, bool *ret_none,
	bool *ret_narrow, struct err *err)
{
	struct rows *rows;

	*ret_none = *ret_narrow = false;
	if (filter->lists[FILTER_VERDICT].count == 0)
		return true;
	if (!DB_QUERY(db, mem, &query_flow_count_hours, &rows, err, NULL,
		    filter_list(mem, filter, FILTER_VERDICT), NULL, NULL))
		return false;
	*ret_none = rows_number(rows, 0, 0) == 0;
	*ret_narrow = rows_number(rows, 0, 0) < RARE_FLOWS;
	return true;
}

enum match_column { MATCH_ID, MATCH_FORWARD, MATCH_BACKWARD };

bool filter_flows(struct db *db, void *mem, const struct filter *filter,
	struct selection *ret_selection, struct err *err)
{
	struct selection selection = {0};
	struct array *ids, *forward, *backward;
	struct rows *rows;
	bool narrow;

	if (!verdicts_narrow(db, mem, filter, &selection.none, &narrow, err))
		return false;
	*ret_selection = selection;
	if (selection.none || (!narrow && !narrows(filter) && db_limits(db) == NULL))
		return true;
	if (!match(db, mem, filter, NULL, &rows, err))
		return false;
	ids = array_new(mem);
	forward = array_new(mem);
	backward = array_new(mem);
	for (size_t i = 0; i < rows_count(rows); i++) {
		int64_t id = rows_number(rows, i, MATCH_ID);

		array_number(ids, id);
		if (rows_bool(rows, i, MATCH_FORWARD))
			array_number(forward, id);
		if (rows_bool(rows, i, MATCH_BACKWARD))
			array_number(backward, id);
	}
	selection.count = rows_count(rows);
	selection.none = selection.count == 0;
	selection.ids = array_literal(ids);
	if (has_sides(filter)) {
		selection.forward = array_literal(forward);
		selection.backward = array_literal(backward);
	}
	*ret_selection = selection;
	return true;
}

/* The selection that the ids make; a filter that selects nothing need not be asked further. */
static struct selection selection_of(struct array *ids)
{
	size_t count = array_count(ids);

	return (struct selection){.none = count == 0, .count = count, .ids = array_literal(ids)};
}

/* A connection has no direction, its flows have: those that are still stored decide. */
static bool narrow_by_direction(struct db *db, void *mem, const struct filter *filter,
	struct selection *selection, struct err *err)
{
	struct array *ids = array_new(mem);
	struct rows *rows;

	if (selection->none || filter->lists[FILTER_DIRECTION].count == 0)
		return true;
	if (!DB_QUERY(db, mem, &query_flow_directions, &rows, err, selection->ids,
		    filter_list(mem, filter, FILTER_DIRECTION), filter_from(mem, filter),
		    filter_to(mem, filter)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++)
		array_number(ids, rows_number(rows, i, 0));
	*selection = selection_of(ids);
	return true;
}

bool filter_connections(struct db *db, void *mem, const struct filter *filter,
	struct selection *ret_selection, struct err *err)
{
	struct array *ids = array_new(mem);
	struct rows *rows;

	*ret_selection = (struct selection){0};
	if (filter_is_empty(filter) && db_limits(db) == NULL)
		return true;
	if (!match(db, mem, filter, filter_l7(mem, filter), &rows, err))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++)
		if (rows_bool(rows, i, MATCH_FORWARD))
			array_number(ids, rows_number(rows, i, MATCH_ID));
	*ret_selection = selection_of(ids);
	return narrow_by_direction(db, mem, filter, ret_selection, err);
}
