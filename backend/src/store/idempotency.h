/*
 * Requests that are carried out once, however often they are sent: a key is claimed at once, the
 * answer is kept under it in the transaction of the change, and both are forgotten after a day. So an
 * answer is kept exactly when the change is.
 */
#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H

#include "store/db.h"

/* A key, and the claim on it that idempotency_claim made. */
struct idempotency_key {
	const char *caller, *route, *key;
	const char *claim;
};

/* An answer as it was sent. */
struct kept_answer {
	int status;
	const char *headers; /* JSON: name -> value */
	const char *body;
};

/*
 * Claims the key for a request with the hash `sha256` (hexadecimal). *ret_kept is set when it was
 * answered before, to be sent again; else the claim is made. ERR_CONFLICT while another request works on it,
 * ERR_KEY_REUSED when it stands for a request with another hash.
 */
MUST_CHECK bool idempotency_claim(struct db *db, void *mem, struct idempotency_key *key,
	const char *sha256, bool *ret_kept, struct kept_answer *ret_answer, struct err *err);

/* In the transaction of the change. ERR_CONFLICT when another request has taken the claim over. */
MUST_CHECK bool idempotency_keep(struct db *db, void *mem, const struct idempotency_key *key,
	const struct kept_answer *answer, struct err *err);

/*
 * Gives the claim up, unless an answer was kept under it. A database that is away cannot do that; the
 * claim then ends by itself, some minutes later.
 */
void idempotency_release(struct db *db, void *mem, const struct idempotency_key *key);

#endif
