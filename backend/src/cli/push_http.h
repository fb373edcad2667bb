/*
 * The one user of libcurl: sends a body at a time to the import address, and waits for its answer and
 * for other descriptors together, so that one thread can read on while a batch is under way.
 */
#ifndef CLI_PUSH_HTTP_H
#define CLI_PUSH_HTTP_H

#include <poll.h>

#include "cli/push_answer.h"

struct push_target {
	const char *url;        /* of the server, with or without the path of the import */
	const char *name;       /* of the imports, for people */
	const char *cluster;    /* of records that do not tell; NULL = as the server has it */
	const char *token_file; /* read for every request, so that it can be renewed; or NULL */
	const char *token;      /* without a file; or NULL */
	const char *ca_file;    /* certificates to trust instead of the system's; or NULL */
};

struct push_http;

/*
 * The sender, owned by `mem`; `target` is kept by the caller. ERR_INVALID if the address is none, or
 * holds a password.
 */
MUST_CHECK bool push_http_new(
	void *mem, const struct push_target *target, struct push_http **ret_http, struct err *err);

/* The address that bodies go to. */
const char *push_http_address(const struct push_http *http);

/* Begins to send a gzipped body, which stays until the reply. ERR_INVALID if there is no good token. */
MUST_CHECK bool push_http_send(
	struct push_http *http, const char *body, size_t size, struct err *err);

/*
 * Waits until there is a reply, one of the descriptors has what it waits for, or the time is over. Fills
 * `revents` as poll(2) does.
 */
void push_http_wait(
	struct push_http *http, struct pollfd *descriptors, unsigned count, int64_t timeout_ms);

/* The reply to what was sent, once; it lives until the next send. */
bool push_http_reply(struct push_http *http, struct push_reply *ret_reply);

#endif
