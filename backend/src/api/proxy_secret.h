/*
 * The secret that the SSO proxy shares with the workers (X-CPA-Proxy-Secret): a file of one line, or
 * two while it is being changed. It is read again when the file changes, so no worker need be started
 * anew.
 */
#ifndef API_PROXY_SECRET_H
#define API_PROXY_SECRET_H

#include "base/err.h"

struct proxy_secret;

/* Of the file at `path`, which is not read yet. Owned by `mem`. */
struct proxy_secret *proxy_secret_new(void *mem, const char *path);

/* Reads the file if it changed since; the same failures as below. For a start that refuses early. */
MUST_CHECK bool proxy_secret_refresh(struct proxy_secret *secret, struct err *err);

/*
 * Is `given` one of the secrets? Takes the same time whatever it is. ERR_UNAVAILABLE when the file
 * cannot be read, or holds no secret, more than two, or one of less than LIMIT_PROXY_SECRET_LEAST or
 * more than LIMIT_PROXY_SECRET bytes.
 */
MUST_CHECK bool proxy_secret_matches(
	struct proxy_secret *secret, const char *given, bool *ret_matches, struct err *err);

#endif
