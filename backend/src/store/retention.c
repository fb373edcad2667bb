#include "store/retention.h"

bool retention_apply(
	struct db *db, void *mem, int keep_days, int64_t *ret_dropped_days, struct err *err)
{
	struct rows *rows;

	if (!db_begin(db, mem, err) || !DB_QUERY(db, mem, &query_lock_yield, NULL, err, NULL) ||
		!DB_QUERY(db, mem, &query_days_keep, &rows, err, db_number(mem, keep_days)) ||
		!db_commit(db, err))
		return false;
	*ret_dropped_days = rows_number(rows, 0, 0);
	return true;
}

bool retention_index(struct db *db, void *mem, bool *ret_more, struct err *err)
{
	struct rows *rows;

	if (!db_begin(db, mem, err) || !DB_QUERY(db, mem, &query_lock_yield, NULL, err, NULL) ||
		!DB_QUERY(db, mem, &query_day_index, &rows, err, NULL) || !db_commit(db, err))
		return false;
	*ret_more = !rows_null(rows, 0, 0);
	return true;
}

bool retention_forget(struct db *db, void *mem, struct err *err)
{
	return DB_QUERY(db, mem, &query_idempotency_clean, NULL, err, NULL);
}

bool storage_measure(struct db *db, void *mem, struct storage *ret_storage, struct err *err)
{
	struct rows *database, *days;

	if (!DB_QUERY(db, mem, &query_storage_database, &database, err, NULL) ||
		!DB_QUERY(db, mem, &query_storage_days, &days, err, NULL))
		return false;
	*ret_storage = (struct storage){rows_number(database, 0, 0), days};
	return true;
}
