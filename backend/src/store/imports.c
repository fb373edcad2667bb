#include "store/imports.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"

const char *import_kind_name(enum record_kind kind)
{
	static const char *const names[RECORD_KINDS] = {[RECORD_FLOW] = "flow",
		[RECORD_LOST_EVENTS] = "lost_events",
		[RECORD_NODE_STATUS] = "node_status",
		[RECORD_AGENT_EVENT] = "agent_event",
		[RECORD_DEBUG_EVENT] = "debug_event",
		[RECORD_OTHER] = "other",
		[RECORD_REJECTED] = "rejected"};

	return names[kind];
}

bool import_start(struct db *db, void *mem, const char *wanted_id, const char *name,
	const char *author, const char *cluster, bool stream, const char **ret_id,
	const char **ret_body_key, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_import_start, &rows, err, wanted_id, name, author, cluster,
		    stream ? "t" : "f"))
		return false;
	if (rows_count(rows) == 0)
		return err_field(err, ERR_CONFLICT, "import_id",
			"There is an import with the id %s already; choose a new one.", wanted_id);
	*ret_id = rows_text(rows, 0, 0);
	*ret_body_key = rows_text(rows, 0, 1);
	return true;
}

/* {"node_status": 3} */
static const char *ignored_json(void *mem, const struct import_counts *counts)
{
	const char *json = "{", *separator = "";

	for (enum record_kind kind = RECORD_FLOW + 1; kind < RECORD_REJECTED; kind++) {
		if (counts->ignored[kind] == 0)
			continue;
		json = mem_format(mem, "%s%s\"%s\":%" PRIu64, json, separator,
			import_kind_name(kind), counts->ignored[kind]);
		separator = ",";
	}
	return mem_format(mem, "%s}", json);
}

static const char *number(void *mem, uint64_t value)
{
	return db_number(mem, (int64_t)value);
}

/* The parameters of import_progress.sql, and after them those of import_done.sql. */
enum { DONE_BODY_HASH = 11, DONE_PARAMETERS };

static void count_values(
	void *mem, const char *id, const struct import_counts *counts, const char **values)
{
	const char *const list[DONE_PARAMETERS] = {id, number(mem, counts->bytes),
		number(mem, counts->received), number(mem, counts->accepted),
		number(mem, counts->duplicates), ignored_json(mem, counts),
		number(mem, counts->rejected), number(mem, counts->lost_events), counts->errors,
		counts->has_flows ? db_time(mem, counts->first_us) : NULL,
		counts->has_flows ? db_time(mem, counts->last_us) : NULL, NULL};

	memcpy(values, list, sizeof list);
}

bool import_progress(struct db *db, void *mem, const char *id, const struct import_counts *counts,
	struct err *err)
{
	const char *values[DONE_PARAMETERS];

	count_values(mem, id, counts, values);
	return db_query(db, mem, &query_import_progress, values, NULL, err);
}

bool import_done(struct db *db, void *mem, const char *id, const struct import_counts *counts,
	const char *body_hash, struct err *err)
{
	const char *values[DONE_PARAMETERS];

	count_values(mem, id, counts, values);
	values[DONE_BODY_HASH] = body_hash;
	return db_query(db, mem, &query_import_done, values, NULL, err);
}

bool import_alive(struct db *db, void *mem, const char *id, struct err *err)
{
	return DB_QUERY(db, mem, &query_import_alive, NULL, err, id);
}

bool import_failed(
	struct db *db, void *mem, const char *id, const char *why, uint64_t bytes, struct err *err)
{
	return DB_QUERY(db, mem, &query_import_failed, NULL, err, id, why, number(mem, bytes));
}

bool import_known(
	struct db *db, void *mem, const char *body_hash, const char **ret_id, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_import_known, &rows, err, body_hash))
		return false;
	*ret_id = rows_count(rows) == 0 ? NULL : rows_text(rows, 0, 0);
	return true;
}

bool import_forget(struct db *db, void *mem, const char *id, struct err *err)
{
	return DB_QUERY(db, mem, &query_import_forget, NULL, err, id);
}

bool import_get(struct db *db, void *mem, const char *id, struct rows **ret_rows, struct err *err)
{
	if (!DB_QUERY(db, mem, &query_import_get, ret_rows, err, id, db_limits(db), db_viewer(db)))
		return false;
	return rows_count(*ret_rows) > 0 ||
	       err_set(err, ERR_NOT_FOUND, "There is no import with the id %s.", id);
}
