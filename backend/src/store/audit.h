/* Who changed what: one row for each change, in its transaction. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/db.h"

/* `action` as "policy.update", `object` the id of what it was done to, `detail` a JSON object. */
struct audit {
	const char *actor, *request_id, *action, *object, *detail;
};

MUST_CHECK bool audit_add(struct db *db, void *mem, const struct audit *audit, struct err *err);

#endif
