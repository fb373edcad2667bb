/* The versions of a policy, which never change. */
#include "api/handlers.h"
#include "api/page.h"
#include "api/policy_input.h"
#include "api/render.h"

bool versions_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *id = request_path(request, "policy_id");
	const char *before = NULL, *next = NULL;
	struct policy_row policy;
	struct rows *rows;
	size_t limit, count;
	bool given;

	if (!page_limit(request, &limit, err) || !page_after(request, &before, 1, &given, err) ||
		(given && !page_number(before, err)) ||
		!policy_get(app->db, request->mem, id, &policy, err) ||
		!policy_version_page(
			app->db, request->mem, policy.id, limit + 1, before, &rows, err))
		return false;
	count = rows_count(rows) > limit ? limit : rows_count(rows);
	if (rows_count(rows) > limit)
		next = rows_text(rows, count - 1, POLICY_VERSION_PAGE_NUMBER);
	page_answer(response, render_rows(rows, 0, count), next == NULL ? NULL : &next, 1);
	return true;
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
