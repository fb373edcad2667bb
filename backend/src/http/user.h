/*
 * Who asks, and what they may do. api/auth.c finds it out before a handler runs; everything else
 * only reads it.
 */
#ifndef HTTP_USER_H
#define HTTP_USER_H

#include <stdbool.h>

#include "base/text_list.h"

/* What a user may do; each role may all that the ones before it may. */
enum role { ROLE_NONE, ROLE_VIEWER, ROLE_EDITOR, ROLE_ADMIN, ROLES };

const char *role_name(enum role role); /* "viewer" */
bool role_parse(const char *name, enum role *ret_role);

/* What a token is for. Sets of them are or-ed. */
enum scope {
	SCOPE_FLOWS_READ = 1 << 0,
	SCOPE_FLOWS_WRITE = 1 << 1,
	SCOPE_POLICIES_READ = 1 << 2,
	SCOPE_POLICIES_WRITE = 1 << 3,
	SCOPE_TOKENS_ADMIN = 1 << 4,
	SCOPE_AUDIT_READ = 1 << 5,
};
#define SCOPE_NONE 0u
#define SCOPE_ALL  0x3fu

bool scope_parse(const char *name, unsigned *ret_scope);

/* "flows:read policies:read", in the order above; "none" for the empty set. Owned by `mem`. */
const char *scope_text(void *mem, unsigned scopes);

/* The names in the order above, as an array of `mem`. */
struct text_list scope_names(void *mem, unsigned scopes);

/* How the user is known. */
enum authentication {
	AUTHENTICATION_NONE,
	AUTHENTICATION_PROXY, /* the SSO proxy says so */
	AUTHENTICATION_TOKEN, /* by an API token */
	AUTHENTICATION_DEV    /* not at all: everybody on this machine is admin */
};

const char *authentication_name(enum authentication authentication); /* "proxy" */

struct user {
	const char *name;  /* as the audit and the authors of versions name it; "" until known */
	const char *email; /* "" if not told */
	const char *display_name; /* "" if not told */
	struct text_list groups;  /* as the proxy names them */
	enum role role;
	enum authentication authentication;
	unsigned scopes;      /* SCOPE_ALL unless it is a token */
	const char *token_id; /* the public id of the token; "" without one */
	/* What may be seen: "CLUSTER/NAMESPACE" each, * for any; NULL = everything (core/view_limits.h). */
	const struct text_list *limits;
};

#endif
