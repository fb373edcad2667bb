#include "store/policies.h"

#include <string.h>

#include "base/mem.h"
#include "core/view_limits.h"
#include "store/array.h"

/* Longest text of an int in the database. */
#define INT_DIGITS 9

/* Ids and versions come from outside as texts; one that cannot be a key is not there. */
static bool is_key(const char *text)
{
	size_t size = strlen(text);

	return size > 0 && size <= INT_DIGITS && *text != '0' && strspn(text, "0123456789") == size;
}

static bool no_policy(const char *id, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no policy \"%.40s\".", id);
}

bool policy_page(struct db *db, void *mem, const struct policy_filter *filter, size_t limit,
	const char *before_us, const char *before_id, struct rows **ret_rows, struct err *err)
{
	const char *namespaces =
		filter->namespaces.count == 0 ? NULL : array_of_list(mem, &filter->namespaces);

	return DB_QUERY(db, mem, &query_policy_list, ret_rows, err, db_number(mem, (int64_t)limit),
		before_us, before_id, filter->name_part, namespaces, filter->deleted ? "t" : "f",
		db_limits(db));
}

/* Columns of policy_get.sql. */
enum policy_column {
	POLICY_ID,
	POLICY_NAME,
	POLICY_NAMESPACE,
	POLICY_KIND,
	POLICY_VERSION,
	POLICY_DELETED_AT = 8,
	POLICY_UPDATED_BY = 10,
	POLICY_SHA256 = 12,
	POLICY_YAML
};

bool policy_get(
	struct db *db, void *mem, const char *id, struct policy_row *ret_row, struct err *err)
{
	struct rows *rows;

	if (!is_key(id))
		return no_policy(id, err);
	if (!DB_QUERY(db, mem, &query_policy_get, &rows, err, id, db_limits(db)))
		return false;
	if (rows_count(rows) == 0)
		return no_policy(id, err);
	*ret_row = (struct policy_row){.rows = rows,
		.id = rows_text(rows, 0, POLICY_ID),
		.name = rows_text(rows, 0, POLICY_NAME),
		.namespace = rows_text(rows, 0, POLICY_NAMESPACE),
		.kind = rows_text(rows, 0, POLICY_KIND),
		.yaml = rows_text(rows, 0, POLICY_YAML),
		.sha256 = rows_text(rows, 0, POLICY_SHA256),
		.updated_by = rows_text(rows, 0, POLICY_UPDATED_BY),
		.version = rows_number(rows, 0, POLICY_VERSION),
		.deleted = !rows_null(rows, 0, POLICY_DELETED_AT)};
	return true;
}

bool policy_named(struct db *db, void *mem, const char *namespace, const char *name,
	const char *kind, const char **ret_id, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_policy_named, &rows, err, namespace, name, kind))
		return false;
	*ret_id = rows_count(rows) == 0 ? NULL : rows_text(rows, 0, 0);
	return true;
}

static bool name_taken(struct db *db, void *mem, const char *namespace, const char *name,
	const char *kind, struct err *err)
{
	const char *id;

	if (!policy_named(db, mem, namespace, name, kind, &id, err))
		return false;
	return err_field(err, ERR_CONFLICT, "policy_name",
		"There is already a %s \"%s%s%s\" (policy %s). Choose another name, or edit that "
		"policy: it keeps its history.",
		kind, namespace, *namespace == '\0' ? "" : "/", name,
		id == NULL ? "just deleted" : id);
}

/* Columns of policy_add.sql and policy_version_add.sql. */
enum saved_column { SAVED_ID, SAVED_VERSION, SAVED_SHA256 };

static struct policy_saved saved_of(const struct rows *rows)
{
	return (struct policy_saved){.id = rows_text(rows, 0, SAVED_ID),
		.sha256 = rows_text(rows, 0, SAVED_SHA256),
		.version = rows_number(rows, 0, SAVED_VERSION)};
}

bool policy_add(struct db *db, void *mem, const char *namespace, const char *name, const char *kind,
	const struct policy_draft *draft, struct policy_saved *ret_saved, struct err *err)
{
	struct rows *rows;

	if (!limits_show_policy(db_view_limits(db), namespace))
		return err_field(err, ERR_FORBIDDEN, "namespace",
			"You may not see policies of the namespace \"%.100s\", so you cannot "
			"make one.",
			namespace);
	if (!DB_QUERY(db, mem, &query_policy_add, &rows, err, name, namespace, kind, draft->yaml,
		    draft->author, draft->summary, draft->origin, draft->evidence))
		return false;
	if (rows_count(rows) == 0)
		return name_taken(db, mem, namespace, name, kind, err);
	*ret_saved = saved_of(rows);
	return true;
}

static bool stale(const struct policy_row *row, struct err *err)
{
	return err_set(err, ERR_STALE,
		"Version %lld of the policy \"%s\" is not the current one any more; compare and "
		"save again.",
		(long long)row->version, row->name);
}

bool policy_add_version(struct db *db, void *mem, const struct policy_row *row,
	const struct policy_draft *draft, struct policy_saved *ret_saved, struct err *err)
{
	struct err why = {0};
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_policy_version_add, &rows, &why, row->id,
		    db_number(mem, row->version), draft->yaml, draft->author, draft->summary,
		    draft->origin, draft->restored_from, draft->evidence)) {
		if (why.code == ERR_CONFLICT)
			return err_set(err, ERR_CONFLICT,
				"Another policy has the name \"%s\" by now; delete that one first.",
				row->name);
		*err = why;
		return false;
	}
	if (rows_count(rows) == 0)
		return stale(row, err);
	*ret_saved = saved_of(rows);
	return true;
}

bool policy_delete(struct db *db, void *mem, const struct policy_row *row, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_policy_delete, &rows, err, row->id,
		    db_number(mem, row->version)))
		return false;
	return rows_count(rows) > 0 || stale(row, err);
}

bool policy_version_page(struct db *db, void *mem, const char *id, size_t limit, const char *before,
	struct rows **ret_rows, struct err *err)
{
	return DB_QUERY(db, mem, &query_policy_version_list, ret_rows, err, id,
		db_number(mem, (int64_t)limit), before, db_limits(db));
}

/* Columns of policy_version_get.sql. */
enum version_column { VERSION_NUMBER = 2, VERSION_YAML = 9 };

bool policy_version_get(struct db *db, void *mem, const char *id, const char *version,
	struct version_row *ret_row, struct err *err)
{
	struct rows *rows;

	if (!is_key(version))
		return err_field(err, ERR_INVALID, "version",
			"\"%.40s\" is no version; versions are numbers from 1.", version);
	if (!is_key(id))
		return no_policy(id, err);
	if (!DB_QUERY(db, mem, &query_policy_version_get, &rows, err, id, version, db_limits(db)))
		return false;
	if (rows_count(rows) == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no version %s of the policy \"%s\".",
			version, id);
	*ret_row = (struct version_row){
		rows, rows_text(rows, 0, VERSION_NUMBER), rows_text(rows, 0, VERSION_YAML)};
	return true;
}

bool policy_version_time(struct db *db, void *mem, const struct policy_row *row,
	int64_t *ret_time_us, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_policy_version_time, &rows, err, row->id,
		    db_number(mem, row->version)))
		return false;
	*ret_time_us = rows_number(rows, 0, 0);
	return true;
}

/* Columns of policy_texts.sql. */
enum text_column {
	TEXT_ID,
	TEXT_NAME,
	TEXT_NAMESPACE,
	TEXT_KIND,
	TEXT_YAML,
	TEXT_VERSION,
	TEXT_SHA256
};

static bool has_text(const struct policy_texts *texts, const char *id)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i].id, id) == 0)
			return true;
	return false;
}

bool policy_texts(struct db *db, void *mem, const struct text_list *ids,
	struct policy_texts *ret_texts, struct err *err)
{
	struct policy_texts texts = {0};
	struct rows *rows;

	for (size_t i = 0; ids != NULL && i < ids->count; i++)
		if (!is_key(ids->items[i]))
			return no_policy(ids->items[i], err);
	if (!DB_QUERY(db, mem, &query_policy_texts, &rows, err,
		    ids == NULL ? NULL : array_of_list(mem, ids), db_limits(db)))
		return false;
	texts.count = rows_count(rows);
	texts.items = mem_array(mem, struct policy_text, texts.count);
	for (size_t i = 0; i < texts.count; i++)
		texts.items[i] = (struct policy_text){.id = rows_text(rows, i, TEXT_ID),
			.name = rows_text(rows, i, TEXT_NAME),
			.namespace = rows_text(rows, i, TEXT_NAMESPACE),
			.kind = rows_text(rows, i, TEXT_KIND),
			.yaml = rows_text(rows, i, TEXT_YAML),
			.sha256 = rows_text(rows, i, TEXT_SHA256),
			.version = rows_number(rows, i, TEXT_VERSION)};
	for (size_t i = 0; ids != NULL && i < ids->count; i++)
		if (!has_text(&texts, ids->items[i]))
			return no_policy(ids->items[i], err);
	*ret_texts = texts;
	return true;
}
