/* Who is asking. */
#include "api/handlers.h"

#include "api/app.h"
#include "base/mem.h"
#include "store/tokens.h"

static json_t *texts(const struct text_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(array, json_string(list->items[i]));
	return array;
}

static json_t *text_or_null(const char *text)
{
	return *text == '\0' ? json_null() : json_string(text);
}

/*
 * Why the user may do nothing, "" when they may. False for what is no answer to the question: a
 * token that does not hold, a database that is away.
 */
static bool find_reason(
	struct app *app, struct request *request, const char **ret_reason, struct err *err)
{
	struct err why = {0};

	*ret_reason = "";
	if (auth_identify(app, request, &why) && auth_has_role(app->auth, request, &why))
		return true;
	if (why.code == ERR_UNAVAILABLE || why.code == ERR_BUSY || why.code == ERR_INTERNAL ||
		auth_token(request) != NULL) {
		*err = why;
		return false;
	}
	*ret_reason = mem_text(request->mem, why.text);
	return true;
}

/* Every page begins with this question: a good time for a user's tokens to learn of a new role. */
static bool note_role(struct app *app, struct request *request, struct err *err)
{
	const struct user *user = &request->user;

	return user->authentication != AUTHENTICATION_PROXY ||
	       token_owner_seen(app->db, request->mem, user->name, role_name(user->role), err);
}

bool session_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const struct user *user = &request->user;
	struct text_list scopes;
	const char *reason;

	if (!find_reason(app, request, &reason, err) || !note_role(app, request, err))
		return false;
	scopes = scope_names(request->mem, user->scopes);
	response_json(response, 200,
		json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s}",
			"auth_mode", auth_mode_name(app->auth->mode), "authentication",
			authentication_name(user->authentication), "user", user->name, "role",
			role_name(user->role), "display_name", text_or_null(user->display_name),
			"email", text_or_null(user->email), "groups", texts(&user->groups),
			"scopes", texts(&scopes), "limits",
			user->limits == NULL ? json_null() : texts(user->limits), "token_id",
			text_or_null(user->token_id), "sign_in_url",
			text_or_null(app->auth->sign_in_url), "reason", reason, "version",
			CPA_VERSION));
	return true;
}
