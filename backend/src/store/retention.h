/* What comes and goes with time: the days of flows, made ahead and dropped when old, and short memories. */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include "store/db.h"

/*
 * Makes the partitions of today and the week to come and drops the days whose flows are more than
 * `keep_days` old (0: none). Connections keep what the dropped flows taught.
 */
MUST_CHECK bool retention_apply(
	struct db *db, void *mem, int keep_days, int64_t *ret_dropped_days, struct err *err);

/* Forgets the answers that are kept no longer (store/idempotency.h). */
MUST_CHECK bool retention_forget(struct db *db, void *mem, struct err *err);

#endif
