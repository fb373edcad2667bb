/*
 * Who asks, and may they? The one place that decides it, before any handler runs. The ways in:
 *
 *   token  `Authorization: Bearer cpa_...`, on both listeners and in every mode
 *   proxy  what the SSO proxy says, passed on by nginx as CPA_AUTH_* (api/proxy_user.h)
 *   dev    nothing: on one's own machine everybody is admin
 *
 * Everywhere but on the portal's listener only a token counts.
 */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "base/err.h"
#include "http/router.h"

struct app;

/* CPA_AUTH_MODE. */
enum auth_mode {
	AUTH_PROXY, /* people through the SSO proxy, automation with tokens */
	AUTH_TOKEN, /* tokens alone */
	AUTH_DEV,   /* everybody is admin; on loopback alone */
};

const char *auth_mode_name(enum auth_mode mode); /* "proxy" */

/* CPA_PROXY_PRESET: which product the proxy is. deploy/nginx/presets has its headers. */
enum proxy_preset {
	PRESET_NONE,
	PRESET_OAUTH2_PROXY,
	PRESET_AUTH_REQUEST,
	PRESET_AUTHELIA,
	PRESET_AUTHENTIK,
	PRESET_POMERIUM,
	PRESET_CUSTOM
};

/* Texts are "" where a setting is not set. */
struct auth_settings {
	enum auth_mode mode;
	enum proxy_preset preset;
	int separator; /* of groups, for PRESET_CUSTOM: index into AUTH_SEPARATORS */
	const char *secret_file;
	const char *public_url; /* without a slash at its end */
	const char *sign_in_url;
	const char *contact;            /* whom to ask for a role */
	const char *role_groups[ROLES]; /* groups that have the role, separated by commas */
	const char *group_limits;       /* api/group_limits.h */
};
#define AUTH_SEPARATORS ",;| "

/* The API token that the request carries ("cpa_..."), or NULL: other credentials are not for us. */
const char *auth_token(const struct request *request);

/*
 * Finds out who the request's user is; the name stays "" when nobody says. ERR_UNAUTHENTICATED when
 * what is said does not hold, ERR_FORBIDDEN when dev mode is used by others than its machine,
 * ERR_UNAVAILABLE when the database or the secret's file cannot be asked.
 */
MUST_CHECK bool auth_identify(struct app *app, struct request *request, struct err *err);

/* Does the user have a role? ERR_UNAUTHENTICATED, ERR_FORBIDDEN with what to do about it. */
MUST_CHECK bool auth_has_role(
	const struct auth_settings *settings, const struct request *request, struct err *err);

/*
 * Identifies, then checks that the role and the scopes of the route's row are there, and that no
 * page of another site makes a browser ask (api/origin.h).
 */
MUST_CHECK bool auth_check(
	struct app *app, struct request *request, const struct route *route, struct err *err);

#endif
