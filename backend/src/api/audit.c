/* GET /api/audit: who changed what, as a list or in bulk. */
#include <string.h>

#include "api/app.h"
#include "api/handlers.h"
#include "api/page.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/timestamp.h"
#include "store/audit.h"

static const char *const columns[] = {"audit_id", "at", "actor", "role", "auth", "token", "address",
	"action", "object", "name", "before_version", "before_sha256", "after_version",
	"after_sha256", "outcome", "reason", "detail", "request_id", "trace_id", "hash", NULL};

static bool read_list(const struct request *request, const char *name, struct text_list *ret_list,
	struct err *err)
{
	size_t capacity = 0;

	for (size_t i = 0; i < request->query.count; i++) {
		if (strcmp(request->query.items[i].name, name) != 0)
			continue;
		if (ret_list->count == LIMIT_FILTER_VALUES)
			return err_field(
				err, ERR_INVALID, name, "%d values are most.", LIMIT_FILTER_VALUES);
		mem_reserve(request->mem, ret_list->items, &capacity, ret_list->count + 1);
		ret_list->items[ret_list->count++] = request->query.items[i].value;
	}
	return true;
}

static bool read_time(
	const struct request *request, const char *name, const char **ret_time, struct err *err)
{
	const char *text = request_query(request, name);
	int64_t time_ns;

	*ret_time = NULL;
	if (text == NULL)
		return true;
	if (timestamp_parse(text, strlen(text), &time_ns) != TIMESTAMP_OK)
		return err_field(err, ERR_INVALID, name,
			"\"%.40s\" is no time; write it as 2026-03-01T10:15:00Z.", text);
	*ret_time = db_time(request->mem, time_ns / 1000);
	return true;
}

/* A misspelt filter must not show everything. */
static bool check_names(const struct request *request, struct err *err)
{
	static const char *const known[] = {"actor", "action", "token", "object", "name",
		"time_from", "time_to", "limit", "cursor"};

	for (size_t i = 0; i < request->query.count; i++) {
		const char *name = request->query.items[i].name;
		size_t place = 0;

		while (place < sizeof known / sizeof *known && strcmp(name, known[place]) != 0)
			place++;
		if (place == sizeof known / sizeof *known)
			return err_field(
				err, ERR_INVALID, name, "There is no parameter of this name.");
	}
	return true;
}

struct audit_list {
	struct db *db;
	struct audit_filter filter;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	const struct audit_list *list = context;
	struct rows *rows;

	if (!page_number(after[0], err) ||
		!audit_page(list->db, mem, &list->filter, limit + 1, after[0], &rows, err))
		return false;
	*ret_page = page_of_rows(rows, limit, (const int[]){AUDIT_PAGE_ID}, 1);
	return true;
}

bool audit_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct audit_list list = {.db = app->db};
	struct audit_filter *filter = &list.filter;

	if (request->user.limits != NULL)
		return err_set(err, ERR_FORBIDDEN,
			"The audit is of everything; what you may see is limited to some clusters "
			"or "
			"namespaces.");
	filter->name_part = request_query(request, "name");
	return check_names(request, err) && read_list(request, "actor", &filter->actors, err) &&
	       read_list(request, "action", &filter->actions, err) &&
	       read_list(request, "token", &filter->tokens, err) &&
	       read_list(request, "object", &filter->objects, err) &&
	       read_time(request, "time_from", &filter->from, err) &&
	       read_time(request, "time_to", &filter->to, err) &&
	       page_answer(request, response,
		       &(struct list){
			       .read = read_page, .context = &list, .parts = 1, .columns = columns},
		       err);
}
