/* Stored policies: list, read, create, edit, delete, restore. Each change is one transaction. */
#include <string.h>

#include "api/handlers.h"
#include "api/once.h"
#include "api/page.h"
#include "api/policy_input.h"
#include "api/policy_problems.h"
#include "api/render.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/report.h"

static bool read_filter(
	const struct request *request, struct policy_filter *ret_filter, struct err *err)
{
	const char *deleted = request_query(request, "deleted");
	struct text_list *namespaces = &ret_filter->namespaces;
	size_t capacity = 0;

	*ret_filter = (struct policy_filter){.name_part = request_query(request, "q"),
		.deleted = deleted != NULL && strcmp(deleted, "true") == 0};
	if (deleted != NULL && !ret_filter->deleted && strcmp(deleted, "false") != 0)
		return err_field(err, ERR_INVALID, "deleted",
			"\"%.40s\" is neither true nor false.", deleted);
	for (size_t i = 0; i < request->query.count; i++) {
		if (strcmp(request->query.items[i].name, "namespace") != 0)
			continue;
		mem_reserve(request->mem, namespaces->items, &capacity, namespaces->count + 1);
		namespaces->items[namespaces->count++] = request->query.items[i].value;
	}
	return true;
}

struct policy_list {
	struct db *db;
	struct policy_filter filter;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	static const int keys[] = {POLICY_PAGE_UPDATED_US, POLICY_PAGE_ID};
	const struct policy_list *list = context;
	struct rows *rows;
	json_t *item;
	size_t i;

	if (!page_number(after[0], err) || !page_number(after[1], err) ||
		!policy_page(
			list->db, mem, &list->filter, limit + 1, after[0], after[1], &rows, err))
		return false;
	*ret_page = page_of_rows(rows, limit, keys, 2);
	json_array_foreach(ret_page->items, i, item)
	{
		json_object_del(item, rows_column_name(rows, POLICY_PAGE_UPDATED_US));
	}
	return true;
}

bool policies_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct policy_list list = {.db = app->db};

	return read_filter(request, &list.filter, err) &&
	       page_answer(request, response,
		       &(struct list){.read = read_page, .context = &list, .parts = 2}, err);
}

bool policies_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct policy_row row;

	if (!policy_get(app->db, request->mem, request_path(request, "policy_id"), &row, err))
		return false;
	policy_answer(response, 200, &row, NULL);
	if (policy_known(request, &row))
		response_empty(response, 304);
	return true;
}

/* The members of a request that saves a text. */
struct save {
	const char *name, *yaml, *summary;
	struct policy policy; /* as read from the text */
	struct checked_policies checked;
};

static bool read_save(struct request *request, struct save *ret_save, struct err *err)
{
	static const char *const members[] = {
		"policy_name", "yaml_content", "change_summary", NULL};
	json_t *body;

	if (!request_json(request, &body, err) || !members_check(body, members, err) ||
		!member_text(body, "yaml_content", true, LIMIT_POLICY_TEXT, &ret_save->yaml, err) ||
		!member_text(body, "policy_name", false, 0, &ret_save->name, err) ||
		!member_text(body, "change_summary", false, LIMIT_SUMMARY, &ret_save->summary, err))
		return false;
	if (ret_save->summary == NULL)
		ret_save->summary = "";
	return policy_input_read(request->mem, ret_save->yaml, &ret_save->policy, err) &&
	       policy_check(request->mem, ret_save->yaml, strlen(ret_save->yaml),
		       &ret_save->checked, err);
}

/*
 * Reads the policy as it is now and answers with it, as the last step of a change. `checked` is what
 * was found in a text that came from outside, else NULL.
 */
static bool finish(struct app *app, struct request *request, struct response *response,
	struct change *change, const struct checked_policies *checked, struct err *err)
{
	struct policy_row row;

	if (!policy_get(app->db, request->mem, change->object, &row, err))
		return false;
	change->name = policy_full_name(request->mem, row.namespace, row.name);
	change->after = policy_state(&row);
	if (!change_audit(app->db, request, change, err))
		return false;
	policy_answer(response, change->before.version == 0 ? 201 : 200, &row,
		checked == NULL ? NULL : policy_problems(request->mem, checked));
	if (change->before.version == 0)
		response_header(response, "Location", "/api/policies/%s", row.id);
	return once_commit(app, request, response, err);
}

/*
 * Answers a change that came too late with the policy as it is now, so that nothing of either is
 * lost. False when there is no such policy.
 */
static bool refuse_stale(struct app *app, struct request *request, struct response *response,
	const char *id, const struct err *stale)
{
	struct policy_row current;

	if (id == NULL || !policy_get(app->db, request->mem, id, &current, NULL))
		return false;
	response_problem(
		response, stale, json_pack("{s:o}", "current", render_row(current.rows, 0)));
	return true;
}

static bool create(struct app *app, struct request *request, struct response *response,
	const struct save *save, const char *name, struct err *err)
{
	struct change change = {.action = "policy.create", .reason = save->summary};
	struct policy_saved saved;

	if (!db_begin(app->db, request->mem, err) ||
		!policy_add(app->db, request->mem, save->policy.namespace, name,
			policy_kind_name(save->policy.kind),
			&(struct policy_draft){.yaml = save->yaml,
				.author = request->user.name,
				.summary = save->summary,
				.origin = "created"},
			&saved, err))
		return false;
	change.object = saved.id;
	return finish(app, request, response, &change, &save->checked, err);
}

/* With If-None-Match: * a name that is taken is told as a state: the policy that has it. */
static bool create_policy(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *none = request_header(request, "If-None-Match"), *name, *id;
	struct err taken = {0};
	struct save save;

	if (!read_save(request, &save, err))
		return false;
	if (!save.checked.accepted)
		return policy_problems_refuse(request->mem, response, &save.checked);
	name = save.name == NULL ? save.policy.name : save.name;
	if (!policy_name_check(name, "policy_name", err))
		return false;
	if (create(app, request, response, &save, name, err))
		return true;
	if (err->code != ERR_CONFLICT || none == NULL || strcmp(none, "*") != 0)
		return false;
	db_rollback(app->db);
	err_field(&taken, ERR_STALE, err->field, "%s", err->text);
	return policy_named(app->db, request->mem, save.policy.namespace, name,
		       policy_kind_name(save.policy.kind), &id, NULL) &&
	       refuse_stale(app, request, response, id, &taken);
}

bool policies_create(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return once(app, request, response, create_policy, err);
}

static bool not_deleted(const struct policy_row *row, struct err *err)
{
	return !row->deleted ||
	       err_set(err, ERR_NOT_FOUND,
		       "The policy \"%s\" was deleted. Restore one of its versions "
		       "to go on with it.",
		       row->name);
}

/* An edit may change everything but what the policy is called: that would be another policy. */
static bool same_policy(
	void *mem, const struct policy_row *row, const struct policy *edited, struct err *err)
{
	struct policy current;

	if (!policy_input_read(mem, row->yaml, &current, NULL))
		return true;
	if (current.kind == edited->kind && strcmp(current.name, edited->name) == 0 &&
		strcmp(current.namespace, edited->namespace) == 0)
		return true;
	return err_field(err, ERR_INVALID, "yaml_content",
		"This is the %s \"%s\", and the text is now the %s \"%.200s\". Kind, name and "
		"namespace stay as they are; create a new policy for another.",
		row->kind, policy_title(mem, &current), policy_kind_name(edited->kind),
		policy_title(mem, edited));
}

static bool edit_update(struct app *app, struct request *request, struct response *response,
	const char *id, struct err *err)
{
	struct policy_saved saved;
	struct policy_row row;
	struct change change;
	struct save save;

	if (!policy_get(app->db, request->mem, id, &row, err) || !not_deleted(&row, err) ||
		!policy_match(request, &row, err) || !read_save(request, &save, err) ||
		!same_policy(request->mem, &row, &save.policy, err))
		return false;
	if (!save.checked.accepted)
		return policy_problems_refuse(request->mem, response, &save.checked);
	if (strcmp(save.yaml, row.yaml) == 0) {
		policy_answer(response, 200, &row, policy_problems(request->mem, &save.checked));
		return true;
	}
	change = (struct change){.action = "policy.update",
		.object = id,
		.reason = save.summary,
		.before = policy_state(&row)};
	return db_begin(app->db, request->mem, err) &&
	       policy_add_version(app->db, request->mem, &row,
		       &(struct policy_draft){.yaml = save.yaml,
			       .author = request->user.name,
			       .summary = save.summary,
			       .origin = "edited"},
		       &saved, err) &&
	       finish(app, request, response, &change, &save.checked, err);
}

static bool edit_delete(struct app *app, struct request *request, struct response *response,
	const char *id, struct err *err)
{
	struct change change = {.action = "policy.delete", .object = id};
	struct policy_row row;

	if (!policy_get(app->db, request->mem, id, &row, err) || !not_deleted(&row, err) ||
		!policy_match(request, &row, err) || !db_begin(app->db, request->mem, err) ||
		!policy_delete(app->db, request->mem, &row, err))
		return false;
	change.name = policy_full_name(request->mem, row.namespace, row.name);
	change.before = policy_state(&row);
	if (!change_audit(app->db, request, &change, err) || !db_commit(app->db, err))
		return false;
	response_empty(response, 204);
	return true;
}

static bool edit_restore(struct app *app, struct request *request, struct response *response,
	const char *id, struct err *err)
{
	static const char *const members[] = {"version", "change_summary", NULL};
	struct policy_saved saved;
	struct policy_row row;
	struct version_row version;
	struct change change;
	const char *number, *summary;
	json_t *body;

	if (!request_json(request, &body, err) || !members_check(body, members, err) ||
		!member_version(request->mem, body, &number, err) ||
		!member_text(body, "change_summary", false, LIMIT_SUMMARY, &summary, err) ||
		!policy_get(app->db, request->mem, id, &row, err) ||
		!policy_match(request, &row, err) ||
		!policy_version_get(app->db, request->mem, id, number, &version, err))
		return false;
	if (summary == NULL)
		summary = mem_format(request->mem, "Restored version %s", number);
	change = (struct change){.action = "policy.restore",
		.object = id,
		.reason = summary,
		.before = policy_state(&row)};
	return db_begin(app->db, request->mem, err) &&
	       policy_add_version(app->db, request->mem, &row,
		       &(struct policy_draft){.yaml = version.yaml,
			       .author = request->user.name,
			       .summary = summary,
			       .origin = "restored",
			       .restored_from = number},
		       &saved, err) &&
	       finish(app, request, response, &change, NULL, err);
}

typedef bool editor(struct app *app, struct request *request, struct response *response,
	const char *id, struct err *err);

static bool run_edit(editor *edit, struct app *app, struct request *request,
	struct response *response, struct err *err)
{
	const char *id = request_path(request, "policy_id");

	if (edit(app, request, response, id, err))
		return true;
	db_rollback(app->db);
	return err->code == ERR_STALE && refuse_stale(app, request, response, id, err);
}

bool policies_update(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return run_edit(edit_update, app, request, response, err);
}

bool policies_delete(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return run_edit(edit_delete, app, request, response, err);
}

bool policies_restore(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return run_edit(edit_restore, app, request, response, err);
}
