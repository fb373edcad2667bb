/*
 * Who asks, and may they? The one place that decides it, before any handler runs.
 */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "base/err.h"
#include "http/request.h"

/* CPA_AUTH_MODE. */
enum auth_mode {
	AUTH_DEV, /* everybody is admin; the listener is on loopback alone */
};

const char *auth_mode_name(enum auth_mode mode); /* "dev" */

/*
 * Names the request's user and checks that the role is at least `needed`. ERR_UNAUTHENTICATED,
 * ERR_FORBIDDEN; the latter also for a change that a browser sends on behalf of another site.
 */
MUST_CHECK bool auth_check(
	enum auth_mode mode, struct request *request, enum role needed, struct err *err);

#endif
