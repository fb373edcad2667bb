/*
 * The answer to one request. A handler builds it in memory; the worker sends it whole when the
 * handler is done, so a failure half way never leaves half an answer. A handler that must stream
 * (a download, NDJSON) calls response_begin, after it has read the request's body: nginx forwards
 * no more of a body once the answer has begun (limits.md 9.6).
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <jansson.h>

#include "base/err.h"
#include "http/request.h"

/* Where the answer goes: false when the client went away. */
struct response_sink {
	void *context;
	bool (*write)(void *context, const void *bytes, size_t size);
	bool (*flush)(void *context);
};

struct response;

/* An empty answer to `request`, owned by it: 200, no headers, no body. */
struct response *response_new(struct request *request, struct response_sink sink);

/*
 * Adds a header; control characters in the value become spaces, so that a value from outside cannot
 * start a header of its own. X-Request-Id, Cache-Control: no-store and Content-Length are added by
 * themselves.
 */
void response_header(struct response *response, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Set status and body; a later call replaces an earlier one. The bytes are copied. */
void response_text(struct response *response, int status, const char *content_type,
	const char *bytes, size_t size);

/* As response_text, for the compact text of `value`, whose reference is taken. */
void response_json(struct response *response, int status, json_t *value);

/* A status without a body (204). */
void response_empty(struct response *response, int status);

/*
 * Replaces the answer by the problem document (RFC 9457) of `err`: type, title, status, detail,
 * code, request_id, and field, line and column where known. Members of the object `more`, whose
 * reference is taken (NULL for none), are added: the current version beside a stale one. Headers
 * set before stay. A 503 says when to try again, a 401
 * that a bearer token is taken. The text of ERR_INTERNAL is for the log only.
 */
void response_problem(struct response *response, const struct err *err, json_t *more);

/*
 * Streaming: sends status and headers, then pieces as they come. False with ERR_CUT when the
 * client went away. Nothing is sent after the headers of an answer to HEAD.
 */
MUST_CHECK bool response_begin(
	struct response *response, int status, const char *content_type, struct err *err);
MUST_CHECK bool response_write(
	struct response *response, const void *bytes, size_t size, struct err *err);

/* Whether the headers are out: from then on no problem document can be sent. */
bool response_begun(const struct response *response);

/* Sends what was built, unless it was streamed. False with ERR_CUT when the client went away. */
MUST_CHECK bool response_send(struct response *response, struct err *err);

/*
 * What a handler has built so far, for keeping: the body ("" = none) and an object of the headers it
 * added, whose reference the caller owns. The body of these answers is text.
 */
const char *response_body(const struct response *response);
json_t *response_headers(const struct response *response);

/* For the log and for tests. */
int response_status(const struct response *response);
size_t response_bytes(const struct response *response); /* of the body, sent so far */

/* The HTTP status that stands for a code. */
int response_status_of(enum err_code code);

#endif
