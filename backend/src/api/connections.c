/* Connections: what the analyser works on, as a list. */
#include "api/handlers.h"

#include "api/app.h"
#include "api/connection_render.h"
#include "api/filter.h"
#include "api/page.h"

struct connection_list {
	struct db *db;
	struct selection selection;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	const struct connection_list *list = context;
	struct rows *rows;
	size_t count;

	if (!page_number(after[0], err) || !page_number(after[1], err) ||
		!DB_QUERY(list->db, mem, &query_connection_list, &rows, err,
			db_number(mem, (int64_t)limit + 1), after[0], after[1],
			list->selection.ids))
		return false;
	count = rows_count(rows) > limit ? limit : rows_count(rows);
	*ret_page = (struct page){.items = json_array(), .more = rows_count(rows) > limit};
	for (size_t i = 0; i < count; i++)
		json_array_append_new(ret_page->items, connection_render(rows, i));
	if (ret_page->more) {
		ret_page->after[0] = connection_render_events(rows, count - 1);
		ret_page->after[1] = connection_render_id(rows, count - 1);
	}
	return true;
}

bool connections_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const others[] = {"limit", "cursor", NULL};
	struct connection_list list = {.db = app->reads};
	struct filter filter;

	return filter_of_query(request, others, &filter, err) &&
	       filter_connections(app->reads, request->mem, &filter, &list.selection, err) &&
	       page_answer(request, response,
		       &(struct list){.read = read_page, .context = &list, .parts = 2}, err);
}
