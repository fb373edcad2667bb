/*
 * What browsers tell about where a request comes from. Identity that a browser adds by itself (a
 * session with the SSO proxy, being on this machine) could be used by any page that it shows; tokens
 * are sent on purpose, so these rules are not for them.
 */
#ifndef API_ORIGIN_H
#define API_ORIGIN_H

#include "api/auth.h"

/*
 * May the request change things? Without tokens against forgery, as Go's CrossOriginProtection:
 * Sec-Fetch-Site says same-origin or none, or else Origin is our own, and the body is of no kind that
 * a form can send. Without either header it is no browser: right in dev mode, refused behind a proxy,
 * where only browsers have a session. ERR_FORBIDDEN, ERR_UNSUPPORTED.
 */
MUST_CHECK bool origin_may_change(
	const struct auth_settings *settings, const struct request *request, struct err *err);

/* Is the header Host one of this machine's loopback names? A page whose name was bound anew to
 * 127.0.0.1 (DNS rebinding) still sends its own. */
bool origin_host_is_loopback(const struct request *request);

/* "https://host" or "http://host:port", in lower case, without a default port or anything behind. */
bool origin_is_valid(const char *text);

#endif
