/* The user behind an API token. */
#ifndef API_TOKEN_USER_H
#define API_TOKEN_USER_H

#include "api/app.h"

/*
 * Fills in the request's user from the token `text`. A user's token acts in its owner's name, others as
 * "token:NAME". ERR_UNAUTHENTICATED when the token does not hold, which only a checksum or an answer of
 * the database says: while that is away it is ERR_UNAVAILABLE, since a shipper drops what gets a 401
 * (ops.md 0.3).
 */
MUST_CHECK bool token_user(
	struct app *app, struct request *request, const char *text, struct err *err);

/* Texts separated by spaces, as a list of `mem`. */
struct text_list token_words(void *mem, const char *text);

/* The scopes named in a text, separated by spaces; those that are not known give nothing. */
unsigned token_scopes(void *mem, const char *text);

#endif
