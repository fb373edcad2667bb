/* What comes and goes with time: the days of flows, made ahead and dropped when old, and short memories. */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include "store/db.h"

/*
 * Makes the partitions of today and the week to come and drops the days whose flows are more than
 * `keep_days` old (0: none). Connections keep what the dropped flows taught. Dropping waits for
 * whoever uses the table, and everybody else waits behind it: so it gives up soon, with ERR_BUSY,
 * and nothing is changed.
 */
MUST_CHECK bool retention_apply(
	struct db *db, void *mem, int keep_days, int64_t *ret_dropped_days, struct err *err);

/*
 * Makes the index by connection of one day that is over. `ret_more`: there may be another one. ERR_BUSY
 * when flows of that day are being stored: nothing is changed.
 */
MUST_CHECK bool retention_index(struct db *db, void *mem, bool *ret_more, struct err *err);

/* Forgets the answers that are kept no longer (store/idempotency.h). */
MUST_CHECK bool retention_forget(struct db *db, void *mem, struct err *err);

/* What is stored, in bytes: the whole database, and the days that hold flows, newest first. */
struct storage {
	int64_t database_bytes;
	struct rows *days; /* enum storage_column */
};
enum storage_column { STORAGE_DAY, STORAGE_BYTES };

MUST_CHECK bool storage_measure(
	struct db *db, void *mem, struct storage *ret_storage, struct err *err);

#endif
