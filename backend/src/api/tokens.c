/* API tokens: a user's own, and for admins everybody's. */
#include "api/handlers.h"

#include <string.h>

#include "api/app.h"
#include "api/change.h"
#include "api/page.h"
#include "api/policy_input.h"
#include "api/render.h"
#include "api/token_issue.h"
#include "api/token_user.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/view_limits.h"
#include "store/tokens.h"

#define DAY_S 86400

/* Whose tokens the user sees: NULL for all. */
static const char *visible_owner(const struct request *request)
{
	return request->user.role == ROLE_ADMIN ? NULL : request->user.name;
}

struct token_list {
	struct db *db;
	const char *owner;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	static const int keys[] = {TOKEN_PAGE_ID};
	const struct token_list *list = context;
	struct rows *rows;

	if (after[0] != NULL && !token_id_is_valid(after[0]))
		return page_refuse(err);
	if (!token_page(list->db, mem, limit + 1, after[0], list->owner, &rows, err))
		return false;
	*ret_page = page_of_rows(rows, limit, keys, 1);
	return true;
}

bool tokens_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct token_list list = {app->db, visible_owner(request)};

	return page_answer(request, response,
		&(struct list){.read = read_page, .context = &list, .parts = 1}, err);
}

static bool read_list(void *mem, const json_t *body, const char *name, struct text_list *ret_list,
	bool *ret_given, struct err *err)
{
	const json_t *array = json_object_get(body, name), *item;
	size_t i;

	*ret_given = array != NULL && !json_is_null(array);
	if (!*ret_given)
		return true;
	if (!json_is_array(array) || json_array_size(array) > LIMIT_LIMITS)
		return err_field(err, ERR_INVALID, name, "It must be a list of at most %d texts.",
			LIMIT_LIMITS);
	*ret_list = (struct text_list){
		mem_array(mem, const char *, json_array_size(array)), json_array_size(array)};
	json_array_foreach(array, i, item)
	{
		ret_list->items[i] = json_string_value(item);
		if (ret_list->items[i] == NULL)
			return err_field(err, ERR_INVALID, name, "It must be a list of texts.");
	}
	return true;
}

static bool read_scopes(void *mem, const json_t *body, unsigned *ret_scopes, struct err *err)
{
	struct text_list names = {NULL, 0};
	unsigned scope;
	bool given;

	if (!read_list(mem, body, "scopes", &names, &given, err))
		return false;
	*ret_scopes = SCOPE_NONE;
	for (size_t i = 0; i < names.count; i++) {
		if (!scope_parse(names.items[i], &scope))
			return err_field(err, ERR_INVALID, "scopes",
				"\"%.40s\" is no scope; there are %s.", names.items[i],
				scope_text(mem, SCOPE_ALL));
		*ret_scopes |= scope;
	}
	return true;
}

/* `otherwise` when the member is not there. */
static bool read_lifetime(
	const json_t *body, int64_t otherwise, int64_t *ret_lifetime_s, struct err *err)
{
	const json_t *days = json_object_get(body, "expires_in_days");

	*ret_lifetime_s = otherwise;
	if (days == NULL || json_is_null(days))
		return true;
	if (!json_is_integer(days) || json_integer_value(days) < 1 ||
		json_integer_value(days) > LIMIT_TOKEN_DAYS)
		return err_field(err, ERR_INVALID, "expires_in_days",
			"It must be a number from 1 to %d.", LIMIT_TOKEN_DAYS);
	*ret_lifetime_s = json_integer_value(days) * DAY_S;
	return true;
}

static bool read_kind(const json_t *body, enum token_kind *ret_kind, struct err *err)
{
	const char *name;

	*ret_kind = TOKEN_USER;
	return member_text(body, "kind", false, 0, &name, err) &&
	       (name == NULL || token_kind_parse(name, ret_kind) ||
		       err_field(err, ERR_INVALID, "kind",
			       "\"%.40s\" is none of user, service, ingest.", name));
}

/* Nobody hands out more than they may themselves. */
static bool may_hand_out(
	const struct user *user, const struct token_wish *wish, void *mem, struct err *err)
{
	unsigned beyond = wish->scopes & ~user->scopes;

	if (wish->role > user->role)
		return err_set(err, ERR_FORBIDDEN, "The token has the role %s; yours is %s.",
			role_name(wish->role), role_name(user->role));
	if (beyond != SCOPE_NONE)
		return err_field(err, ERR_FORBIDDEN, "scopes",
			"Your own token does not have the scope %s.", scope_text(mem, beyond));
	if (user->limits != NULL && wish->limits == NULL)
		return err_field(err, ERR_FORBIDDEN, "limits",
			"The token may see everything, and you may not.");
	for (size_t i = 0; wish->limits != NULL && i < wish->limits->count; i++)
		if (!limits_hold(user->limits, wish->limits->items[i]))
			return err_field(err, ERR_FORBIDDEN, "limits",
				"You may not see \"%.100s\" yourself.", wish->limits->items[i]);
	return true;
}

static bool read_wish(struct request *request, struct token_wish *ret_wish, struct err *err)
{
	static const char *const members[] = {
		"name", "kind", "scopes", "expires_in_days", "limits", NULL};
	const struct user *user = &request->user;
	struct text_list *limits = mem_new(request->mem, struct text_list);
	struct token_wish wish = {.owner = user->name, .role = user->role};
	bool limited;
	json_t *body;

	if (!request_json(request, &body, err) || !members_check(body, members, err) ||
		!member_text(body, "name", true, LIMIT_TOKEN_NAME, &wish.name, err) ||
		!read_kind(body, &wish.kind, err) ||
		!read_scopes(request->mem, body, &wish.scopes, err) ||
		!read_lifetime(body, TOKEN_DAYS_DEFAULT * DAY_S, &wish.lifetime_s, err) ||
		!read_list(request->mem, body, "limits", limits, &limited, err))
		return false;
	if (wish.kind == TOKEN_SERVICE && user->role != ROLE_ADMIN)
		return err_field(err, ERR_FORBIDDEN, "kind",
			"A token of a service, which acts in no user's name, needs the role "
			"admin.");
	wish.limits = limited ? limits : user->limits;
	*ret_wish = wish;
	return may_hand_out(user, &wish, request->mem, err);
}

static json_t *change_detail(void *mem, const struct token_wish *wish)
{
	return json_pack("{s:s, s:s, s:s, s:I}", "kind", token_kind_name(wish->kind), "owner",
		wish->owner, "scopes", scope_text(mem, wish->scopes), "days",
		(json_int_t)(wish->lifetime_s / DAY_S));
}

/* Answers with the token's row and, this once, its text, after the commit. */
static bool finish(struct app *app, struct request *request, struct response *response,
	struct change *change, const char *id, const char *text, struct err *err)
{
	struct rows *rows;
	json_t *answer;

	if (!token_row(app->db, request->mem, id, &rows, err) ||
		!change_audit(app->db, request, change, err) || !db_commit(app->db, err))
		return false;
	answer = render_row(rows, 0);
	json_object_set_new(answer, "token", json_string(text));
	response_header(response, "Location", "/api/tokens/%s", id);
	response_json(response, 201, answer);
	return true;
}

bool tokens_create(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct token_wish wish;
	const char *id, *text;
	struct change change = {.action = "token.create"};

	if (!read_wish(request, &wish, err) || !db_begin(app->db, request->mem, err) ||
		!token_issue(app->db, request->mem, &wish, &id, &text, err))
		return false;
	change.object = id;
	change.name = wish.name;
	change.detail = change_detail(request->mem, &wish);
	return finish(app, request, response, &change, id, text, err);
}

bool tokens_revoke(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *id = request_path(request, "token_id");
	struct token_row row;
	struct change change = {.action = "token.revoke", .object = id};

	if (!db_begin(app->db, request->mem, err) ||
		!token_get(app->db, request->mem, id, visible_owner(request), &row, err))
		return false;
	response_empty(response, 204);
	if (row.revoked)
		return true;
	change.name = row.name;
	return token_revoke(app->db, request->mem, id, request->user.name, err) &&
	       change_audit(app->db, request, &change, err) && db_commit(app->db, err);
}

/* The same again, but for its secret and, when asked for, its days. */
static bool read_successor(struct request *request, const struct token_row *row,
	struct token_wish *ret_wish, struct err *err)
{
	static const char *const members[] = {"expires_in_days", NULL};
	struct text_list *limits = mem_new(request->mem, struct text_list);
	json_t *body;

	*limits = token_words(request->mem, row->limits);
	*ret_wish = (struct token_wish){.name = row->name,
		.owner = row->owner,
		.scopes = token_scopes(request->mem, row->scopes),
		.limits = row->limited ? limits : NULL};
	if (!token_kind_parse(row->kind, &ret_wish->kind) ||
		!role_parse(row->role, &ret_wish->role))
		return err_set(err, ERR_INTERNAL, "The token's row has no known kind or role.");
	return request_json(request, &body, err) && members_check(body, members, err) &&
	       read_lifetime(body, row->lifetime_s, &ret_wish->lifetime_s, err);
}

bool tokens_rotate(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *id = request_path(request, "token_id"), *next, *text;
	struct token_wish wish;
	struct token_row row;
	struct change change = {.action = "token.rotate", .object = id};

	if (!db_begin(app->db, request->mem, err) ||
		!token_get(app->db, request->mem, id, visible_owner(request), &row, err))
		return false;
	if (row.revoked || row.expired || *row.successor != '\0')
		return err_set(err, ERR_CONFLICT,
			"Only a token that holds and has no successor yet is "
			"rotated; make a new one.");
	if (!read_successor(request, &row, &wish, err) ||
		!may_hand_out(&request->user, &wish, request->mem, err) ||
		!token_issue(app->db, request->mem, &wish, &next, &text, err) ||
		!token_rotate(app->db, request->mem, id, next, TOKEN_OVERLAP_S, err))
		return false;
	change.name = wish.name;
	change.detail = change_detail(request->mem, &wish);
	json_object_set_new(change.detail, "successor", json_string(next));
	return finish(app, request, response, &change, next, text, err);
}
