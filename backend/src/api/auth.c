#include "api/auth.h"

#include <string.h>
#include <strings.h>

#include "api/app.h"
#include "api/origin.h"
#include "api/proxy_user.h"
#include "api/token_user.h"
#include "base/mem.h"
#include "store/instance.h"

static const char *const modes[] = {
	[AUTH_PROXY] = "proxy",
	[AUTH_TOKEN] = "token",
	[AUTH_DEV] = "dev",
};

const char *auth_mode_name(enum auth_mode mode)
{
	return modes[mode];
}

const char *auth_token(const struct request *request)
{
	static const char scheme[] = "Bearer ", prefix[] = "cpa_";
	const char *given = request_header(request, "Authorization");

	if (given == NULL || strncasecmp(given, scheme, strlen(scheme)) != 0)
		return NULL;
	given += strlen(scheme);
	given += strspn(given, " ");
	return strncmp(given, prefix, strlen(prefix)) == 0 ? given : NULL;
}

static bool dev_user(struct app *app, struct request *request, struct err *err)
{
	(void)app;
	if (*request_told(request, "CPA_FORWARDED") != '\0')
		return err_set(err, ERR_FORBIDDEN,
			"A proxy has forwarded this request (headers Forwarded, X-Forwarded-*, Via "
			"...), and in dev mode everybody would be admin. Set CPA_AUTH_MODE=proxy.");
	if (!origin_host_is_loopback(request))
		return err_set(err, ERR_FORBIDDEN,
			"Dev mode answers at localhost, 127.0.0.1 and [::1] alone, since everybody "
			"is admin there. Set CPA_AUTH_MODE=proxy or token.");
	request->user.name = "local developer";
	request->user.role = ROLE_ADMIN;
	request->user.scopes = SCOPE_ALL;
	request->user.authentication = AUTHENTICATION_DEV;
	return true;
}

static bool user_of_proxy(struct app *app, struct request *request, struct err *err)
{
	return proxy_user(app->auth, app->proxy_secret, request, err);
}

static bool nobody(struct app *app, struct request *request, struct err *err)
{
	(void)app, (void)request, (void)err;
	return true;
}

/* Who it is without a token, by mode. */
typedef bool identify(struct app *app, struct request *request, struct err *err);
static identify *const without_token[] = {
	[AUTH_PROXY] = user_of_proxy,
	[AUTH_TOKEN] = nobody,
	[AUTH_DEV] = dev_user,
};

/*
 * Once per worker: a database that was served with authentication is never served without, and
 * remembers it.
 */
static bool database_agrees(struct app *app, struct request *request, struct err *err)
{
	bool authenticated = false;

	if (app->database_agrees)
		return true;
	if (app->auth->mode == AUTH_DEV
			? !instance_is_authenticated(app->db, request->mem, &authenticated, err)
			: !instance_claim(app->db, request->mem, err))
		return false;
	if (authenticated)
		return err_set(err, ERR_FORBIDDEN,
			"This database was served with authentication before, and in dev mode "
			"everybody would be admin: set CPA_AUTH_MODE=proxy or token "
			"(deploy/README.md).");
	app->database_agrees = true;
	return true;
}

bool auth_identify(struct app *app, struct request *request, struct err *err)
{
	const char *token = auth_token(request);

	if (!database_agrees(app, request, err))
		return false;
	if (token != NULL)
		return token_user(app, request, token, err);
	if (strcmp(request_told(request, "CPA_LISTENER"), "portal") != 0)
		return nobody(app, request, err);
	return without_token[app->auth->mode](app, request, err);
}

static const char *joined(void *mem, const struct text_list *list)
{
	const char *text = list->count == 0 ? "none" : list->items[0];

	for (size_t i = 1; i < list->count; i++)
		text = mem_format(mem, "%s, %s", text, list->items[i]);
	return text;
}

bool auth_has_role(
	const struct auth_settings *settings, const struct request *request, struct err *err)
{
	const struct user *user = &request->user;

	if (user->authentication == AUTHENTICATION_NONE)
		return err_set(err, ERR_UNAUTHENTICATED, "%s",
			settings->mode == AUTH_PROXY
				? "Sign in first, or send an API token."
				: "Send an API token: Authorization: Bearer cpa_...");
	if (user->role == ROLE_NONE && user->authentication == AUTHENTICATION_TOKEN)
		return err_set(err, ERR_FORBIDDEN,
			"%s, in whose name this token acts, has no role here any more.",
			user->name);
	if (user->role == ROLE_NONE)
		return err_set(err, ERR_FORBIDDEN,
			"You are signed in as %s, but none of your groups has a role here. Your "
			"groups: %.600s. To get one, ask %s.",
			user->name, joined(request->mem, &user->groups),
			*settings->contact == '\0' ? "the administrators of this portal"
						   : settings->contact);
	return true;
}

static bool may(const struct request *request, const struct route *route, struct err *err)
{
	const struct user *user = &request->user;
	bool by_token = user->authentication == AUTHENTICATION_TOKEN;

	if (by_token && route->scopes == SCOPE_NONE)
		return err_set(err, ERR_FORBIDDEN, "No API token may do this, only a person.");
	if ((user->scopes & route->scopes) != route->scopes)
		return err_set(err, ERR_FORBIDDEN, "This needs the scope %s; the token has %s.",
			scope_text(request->mem, route->scopes),
			scope_text(request->mem, user->scopes));
	if (user->role < route->role)
		return err_set(err, ERR_FORBIDDEN, "This needs the role %s; yours is %s.",
			role_name(route->role), role_name(user->role));
	return true;
}

bool auth_check(
	struct app *app, struct request *request, const struct route *route, struct err *err)
{
	db_view(app->db, request->mem, NULL, "");
	if (route->role == ROLE_NONE)
		return true;
	if (!auth_identify(app, request, err) || !auth_has_role(app->auth, request, err) ||
		!may(request, route, err))
		return false;
	db_view(app->db, request->mem, request->user.limits, request->user.name);
	return request->user.authentication == AUTHENTICATION_TOKEN ||
	       origin_may_change(app->auth, request, err);
}
