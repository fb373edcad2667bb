/* What the database remembers of how it is served. */
#ifndef STORE_INSTANCE_H
#define STORE_INSTANCE_H

#include "store/db.h"

/* Was it served with authentication before? */
MUST_CHECK bool instance_is_authenticated(
	struct db *db, void *mem, bool *ret_authenticated, struct err *err);

/* It is, from now on. */
MUST_CHECK bool instance_claim(struct db *db, void *mem, struct err *err);

#endif
