#include "store/audit.h"

bool audit_add(struct db *db, void *mem, const struct audit *audit, struct err *err)
{
	return DB_QUERY(db, mem, &query_audit_add, NULL, err, audit->actor, audit->request_id,
		audit->action, audit->object, audit->detail);
}
