#include "store/retention.h"

bool retention_apply(
	struct db *db, void *mem, int keep_days, int64_t *ret_dropped_days, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_days_keep, &rows, err, db_number(mem, keep_days)))
		return false;
	*ret_dropped_days = rows_number(rows, 0, 0);
	return true;
}

bool retention_forget(struct db *db, void *mem, struct err *err)
{
	return DB_QUERY(db, mem, &query_idempotency_clean, NULL, err, NULL);
}
