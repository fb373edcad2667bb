/* What every change has in common: its row in the audit, with who made it and from where. */
#ifndef API_CHANGE_H
#define API_CHANGE_H

#include <jansson.h>

#include "http/request.h"
#include "store/db.h"

/* A state of something that has versions. */
struct change_state {
	int64_t version; /* 0: there is none */
	const char *sha256;
};

struct change {
	const char *action;        /* "policy.update" */
	const char *object, *name; /* what was changed: its id, what people call it; NULL = none */
	const char *reason;        /* NULL = none given */
	struct change_state before, after;
	json_t *detail; /* an object whose reference is taken, or NULL */
	bool failed;    /* nothing was changed, and `reason` says why */
};

/* Adds the row to the transaction open on `db`, of which it must be the last step (store/audit.h). */
MUST_CHECK bool change_audit(
	struct db *db, const struct request *request, const struct change *change, struct err *err);

#endif
