/* The versions of a policy, which never change. */
#include "api/handlers.h"
#include "api/page.h"
#include "api/policy_input.h"
#include "api/render.h"

struct history {
	struct db *db;
	struct policy_row policy;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	const struct history *history = context;
	struct rows *rows;

	if (!page_number(after[0], err) ||
		!policy_version_page(
			history->db, mem, history->policy.id, limit + 1, after[0], &rows, err))
		return false;
	*ret_page = page_of_rows(rows, limit, (const int[]){POLICY_VERSION_PAGE_NUMBER}, 1);
	return true;
}

bool versions_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct history history = {.db = app->db};

	return policy_get(app->db, request->mem, request_path(request, "policy_id"),
		       &history.policy, err) &&
	       page_answer(request, response,
		       &(struct list){.read = read_page, .context = &history, .parts = 1}, err);
}

bool versions_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct version_row version;

	if (!policy_version_get(app->db, request->mem, request_path(request, "policy_id"),
		    request_path(request, "version"), &version, err))
		return false;
	response_json(response, 200, render_row(version.rows, 0));
	return true;
}
