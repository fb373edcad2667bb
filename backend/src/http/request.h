/*
 * One HTTP request as a handler sees it, whatever carried it: http/fastcgi.c fills it from
 * libfcgi, a unit test from memory. Every text is NUL-terminated valid UTF-8 without NUL inside,
 * because requests that hold anything else are refused before a handler runs.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <jansson.h>

#include "base/err.h"
#include "http/user.h"

struct parameter {
	const char *name, *value;
};

struct parameters {
	struct parameter *items;
	size_t count;
};

/* What waiting for a body came to. */
enum body_state {
	BODY_READY,   /* request_read will not wait: bytes, or the end */
	BODY_SILENT,  /* nothing came in time */
	BODY_STOPPING /* this process was asked to end */
};

/* Where the body and the server's parameters come from. */
struct request_source {
	void *context;
	/* The value of a CGI parameter ("REQUEST_METHOD"), or NULL. */
	const char *(*parameter)(void *context, const char *name);
	/* As request_read, without a cap. */
	bool (*read)(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err);
	/* As request_wait; NULL where nobody waits. */
	bool (*wait)(void *context, int timeout_ms, enum body_state *ret_state, struct err *err);
};

struct request {
	void *mem;      /* owns everything made for this request; freed after the answer is sent */
	const char *id; /* request id, for logs, problems and the X-Request-Id header */
	const char *trace_id; /* of the trace that the header traceparent names, or "": for logs */
	const char *method;   /* "GET" */
	const char *path;     /* as sent, before "?", still percent-encoded: for logs */
	const char *remote_address;        /* of the TCP peer of nginx */
	struct parameters query;           /* in the order sent, decoded; names may repeat */
	struct parameters path_parameters; /* filled by the router */
	size_t body_cap;                   /* bytes; set by the router from the route's row */
	size_t body_read;                  /* bytes of the body read so far */
	const char *body;                  /* once request_body has read it */
	struct user user;
	struct request_source source;
};

/*
 * A request owned by `mem`, from the parameters REQUEST_METHOD, REQUEST_URI, QUERY_STRING,
 * REMOTE_ADDR, REQUEST_ID and HTTP_TRACEPARENT. ERR_INVALID when they cannot be decoded; the request is usable for
 * the answer even then.
 */
MUST_CHECK bool request_open(
	void *mem, struct request_source source, struct request **ret_request, struct err *err);

/* The {name} of the route's path, decoded. Asking for one the route does not have ends the process. */
const char *request_path(const struct request *request, const char *name);

/* The first query parameter of that name, or NULL. */
const char *request_query(const struct request *request, const char *name);

/*
 * A header of the allow-list in request.c ("If-Match"), or NULL when the client did not send it.
 * nginx forwards only these (deploy/nginx/api.conf); asking for another ends the process.
 */
const char *request_header(const struct request *request, const char *name);

/*
 * Does the header Accept name this media type? "*" stands for the usual one, and does not count.
 */
bool request_accepts(const struct request *request, const char *type);

/*
 * What nginx itself says about the request ("CPA_LISTENER", deploy/nginx/api.conf), "" if nothing. It
 * may quote a header, so it is not always UTF-8. No header of a client can make such a parameter.
 */
const char *request_told(const struct request *request, const char *name);

/*
 * Reads up to `size` bytes of the body; fewer only at its end, *ret_got 0 when all was read.
 * ERR_CUT when the client went away first (an end of input does not prove a whole body:
 * limits.md 9.3), ERR_TOO_LARGE beyond the route's cap.
 */
MUST_CHECK bool request_read(
	struct request *request, void *buffer, size_t size, size_t *ret_got, struct err *err);

/*
 * Waits at most `timeout_ms` for more of a body that may come slowly and never end; request_read
 * then gives what has come. ERR_UNAVAILABLE when the system cannot do it.
 */
MUST_CHECK bool request_wait(
	struct request *request, int timeout_ms, enum body_state *ret_state, struct err *err);

/*
 * The whole body, with a NUL after it that is not counted; owned by the request. May be asked for
 * more than once.
 */
MUST_CHECK bool request_body(
	struct request *request, const char **ret_bytes, size_t *ret_size, struct err *err);

/*
 * The whole body as JSON, owned by the request. ERR_UNSUPPORTED unless the content type is JSON,
 * ERR_INVALID with line and column when it is none, or an object names a member twice.
 */
MUST_CHECK bool request_json(struct request *request, json_t **ret_value, struct err *err);

#endif
