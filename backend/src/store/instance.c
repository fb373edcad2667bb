#include "store/instance.h"

bool instance_is_authenticated(struct db *db, void *mem, bool *ret_authenticated, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_instance_get, &rows, err, NULL))
		return false;
	*ret_authenticated = rows_bool(rows, 0, 0);
	return true;
}

bool instance_claim(struct db *db, void *mem, struct err *err)
{
	return DB_QUERY(db, mem, &query_instance_claim, NULL, err, NULL);
}
