/* Connections: what the analyser works on, as a list. */
#include "api/handlers.h"

#include "api/app.h"
#include "api/connection_render.h"
#include "api/filter.h"
#include "api/page.h"

static bool read_cursor(
	struct request *request, const char *after[2], bool *ret_given, struct err *err)
{
	return page_after(request, after, 2, ret_given, err) &&
	       (!*ret_given || (page_number(after[0], err) && page_number(after[1], err)));
}

bool connections_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const others[] = {"limit", "cursor", NULL};
	const char *after[2] = {NULL, NULL}, *next[2];
	struct selection selection;
	struct filter filter;
	struct rows *rows;
	size_t limit, count;
	json_t *items;
	bool given;

	if (!filter_of_query(request, others, &filter, err) || !page_limit(request, &limit, err) ||
		!read_cursor(request, after, &given, err) ||
		!filter_connections(app->db, request->mem, &filter, &selection, err) ||
		!DB_QUERY(app->db, request->mem, &query_connection_list, &rows, err,
			db_number(request->mem, (int64_t)limit + 1), after[0], after[1],
			selection.ids))
		return false;
	count = rows_count(rows) > limit ? limit : rows_count(rows);
	items = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(items, connection_render(rows, i));
	if (count > 0) {
		next[0] = connection_render_events(rows, count - 1);
		next[1] = connection_render_id(rows, count - 1);
	}
	page_answer(response, items, rows_count(rows) > limit ? next : NULL, 2);
	return true;
}
