#include "api/auth.h"

#include <string.h>

const char *auth_mode_name(enum auth_mode mode)
{
	static const char *const names[] = {[AUTH_DEV] = "dev"};

	return names[mode];
}

static bool changes_nothing(const struct request *request)
{
	return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* The rule of Go's CrossOriginProtection: no tokens, what browsers say about a request suffices. */
static bool same_origin(const struct request *request)
{
	const char *site = request_header(request, "Sec-Fetch-Site");
	const char *origin = request_header(request, "Origin");
	const char *host = request_header(request, "Host");
	const char *origin_host;

	if (site != NULL)
		return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
	if (origin == NULL)
		return true; /* no browser */
	origin_host = strstr(origin, "://");
	return origin_host != NULL && host != NULL && strcmp(origin_host + 3, host) == 0;
}

static void identify(enum auth_mode mode, struct request *request)
{
	switch (mode) {
	case AUTH_DEV:
		request->user = (struct user){.name = "local developer", .role = ROLE_ADMIN};
		break;
	}
}

bool auth_check(enum auth_mode mode, struct request *request, enum role needed, struct err *err)
{
	identify(mode, request);
	if (request->user.role == ROLE_NONE && needed > ROLE_NONE)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in first.");
	if (request->user.role < needed)
		return err_set(err, ERR_FORBIDDEN, "This needs the role %s; yours is %s.",
			role_name(needed), role_name(request->user.role));
	if (!changes_nothing(request) && !same_origin(request))
		return err_set(
			err, ERR_FORBIDDEN, "A page of another site may not change things here.");
	return true;
}
