/*
 * Idempotency-Key: a request that creates something may be sent again, when its answer was lost, without
 * creating it twice. The answer of the first one is sent again, with Idempotency-Replayed: true.
 * Answers are kept for a day, by caller, route and key; one that changed nothing is not kept.
 */
#ifndef API_ONCE_H
#define API_ONCE_H

#include "api/app.h"

/*
 * Runs the handler, unless its request has a key under which an answer is kept. ERR_INVALID for a key
 * that is none; ERR_CONFLICT and ERR_KEY_REUSED as store/idempotency.h.
 */
MUST_CHECK bool once(struct app *app, struct request *request, struct response *response,
	handler *work, struct err *err);

/*
 * Commits a change whose answer is in `response`, and keeps that for a repetition if the request came
 * with a key.
 */
MUST_CHECK bool once_commit(
	struct app *app, const struct request *request, struct response *response, struct err *err);

#endif
