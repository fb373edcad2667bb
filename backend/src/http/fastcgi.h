/*
 * The only user of libfcgi: a worker's end of the FastCGI socket that spawn-fcgi hands over as
 * file descriptor 0. One connection at a time, accepted and answered by this process.
 */
#ifndef HTTP_FASTCGI_H
#define HTTP_FASTCGI_H

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"

struct fastcgi;

/* Takes the listening socket, or ERR_UNAVAILABLE when descriptor 0 is none. Owned by `mem`. */
MUST_CHECK bool fastcgi_open(void *mem, struct fastcgi **ret_fastcgi, struct err *err);

/*
 * Waits for the next request. False when SIGTERM has come: the signal is blocked outside this
 * function, so that a request in hand, its upload included, is always finished (limits.md 9.4).
 */
MUST_CHECK bool fastcgi_accept(struct fastcgi *fastcgi);

/* The streams of the request accepted last; valid until fastcgi_finish. */
struct request_source fastcgi_source(struct fastcgi *fastcgi);
struct response_sink fastcgi_sink(struct fastcgi *fastcgi);

/* Ends the request and closes its connection. */
void fastcgi_finish(struct fastcgi *fastcgi);

#endif
