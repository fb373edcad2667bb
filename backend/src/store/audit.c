#include "store/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/array.h"

/* Rows checked at a time. */
#define ROWS "2000"
#define HASH 32

bool audit_add(struct db *db, void *mem, const struct audit *audit, struct err *err)
{
	return DB_QUERY(db, mem, &query_audit_add, NULL, err, audit->actor, audit->role,
		audit->auth, audit->token, audit->address, audit->request_id, audit->trace_id,
		audit->action, audit->object, audit->name, audit->before_version,
		audit->before_sha256, audit->after_version, audit->after_sha256,
		audit->failed ? "failed" : "done", audit->reason, audit->detail);
}

static const char *list_or_null(void *mem, const struct text_list *list)
{
	return list->count == 0 ? NULL : array_of_list(mem, list);
}

bool audit_page(struct db *db, void *mem, const struct audit_filter *filter, size_t limit,
	const char *before, struct rows **ret_rows, struct err *err)
{
	if (db_limits(db) != NULL)
		return err_set(err, ERR_FORBIDDEN,
			"The audit is shown to those who may see everything; you have limits.");
	return DB_QUERY(db, mem, &query_audit_list, ret_rows, err, db_number(mem, (int64_t)limit),
		before, list_or_null(mem, &filter->actors), list_or_null(mem, &filter->actions),
		list_or_null(mem, &filter->tokens), list_or_null(mem, &filter->objects),
		filter->name_part, filter->from, filter->to);
}

/* Columns of audit_rows.sql; from the id on they are what is hashed. */
enum row_column { ROW_PREVIOUS, ROW_HASH, ROW_ID };

static void from_hex(const char *text, unsigned char *ret_bytes)
{
	for (size_t i = 0; i < HASH; i++) {
		char pair[] = {text[2 * i], text[2 * i + 1], '\0'};

		ret_bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

/* As the trigger audit_chain: the hash before, then each column, its length before it. */
static void hash_row(struct sha256 *hash, const struct rows *rows, size_t row, const char *previous,
	char ret_text[SHA256_TEXT])
{
	unsigned char bytes[HASH];

	from_hex(previous, bytes);
	sha256_add(hash, bytes, sizeof bytes);
	for (size_t column = ROW_ID; column < rows_columns(rows); column++) {
		const char *text = rows_text(rows, row, column);
		char length[32];

		sha256_add(hash, ",", column > ROW_ID);
		if (rows_null(rows, row, column)) {
			sha256_add(hash, "-", 1);
			continue;
		}
		snprintf(length, sizeof length, "%zu:", strlen(text));
		sha256_add(hash, length, strlen(length));
		sha256_add(hash, text, strlen(text));
	}
	sha256_text(hash, ret_text);
}

static bool broken(struct audit_verdict *verdict, int64_t id, const char *why)
{
	verdict->broken = id;
	verdict->why = why;
	return false;
}

/* Is the row the one that follows the end of what was found good? It becomes the end. */
static bool check_row(struct sha256 *hash, const struct rows *rows, size_t row,
	const struct audit_place *known, struct audit_verdict *verdict)
{
	struct audit_place *end = &verdict->end;
	int64_t id = rows_number(rows, row, ROW_ID);
	char own[SHA256_TEXT];

	if (id != end->id + 1)
		return broken(verdict, end->id + 1, "it is missing");
	if (strcmp(rows_text(rows, row, ROW_PREVIOUS), end->hash) != 0)
		return broken(verdict, id, "it does not follow the row before it");
	hash_row(hash, rows, row, end->hash, own);
	if (strcmp(rows_text(rows, row, ROW_HASH), own) != 0)
		return broken(verdict, id, "its content is not what was written");
	if (known != NULL && known->id == id && strcmp(known->hash, own) != 0)
		return broken(verdict, id, "it is not the row that was noted");
	end->id = id;
	memcpy(end->hash, own, sizeof own);
	return true;
}

/* The rows that were there when the end was read are all there, and lead to it. */
static void check_end(const struct rows *last, const char *hash_there,
	const struct audit_place *known, struct audit_verdict *verdict)
{
	int64_t id = rows_number(last, 0, 0);

	if (rows_count(last) != 1 || id > verdict->end.id)
		broken(verdict, verdict->end.id + 1, "it is missing");
	else if (hash_there != NULL && strcmp(rows_text(last, 0, 1), hash_there) != 0)
		broken(verdict, id, "it is not the row that was added last");
	else if (known != NULL && known->id > verdict->end.id)
		broken(verdict, verdict->end.id + 1, "it is missing, and later ones were noted");
}

bool audit_verify(struct db *db, void *mem, const struct audit_place *known,
	struct audit_verdict *ret_verdict, struct err *err)
{
	struct sha256 *hash = sha256_new(mem);
	char there[SHA256_TEXT];
	bool passed = false;
	struct rows *last, *rows;
	size_t count;

	*ret_verdict = (struct audit_verdict){.broken = 0};
	memset(ret_verdict->end.hash, '0', SHA256_TEXT - 1);
	if (!DB_QUERY(db, mem, &query_audit_end, &last, err, NULL))
		return false;
	do {
		void *batch = mem_context(mem);

		if (!DB_QUERY(db, batch, &query_audit_rows, &rows, err,
			    db_number(batch, ret_verdict->end.id), ROWS))
			return false;
		count = rows_count(rows);
		for (size_t i = 0; i < count; i++) {
			if (!check_row(hash, rows, i, known, ret_verdict))
				return true;
			if (rows_count(last) == 1 &&
				rows_number(last, 0, 0) == ret_verdict->end.id) {
				memcpy(there, ret_verdict->end.hash, sizeof there);
				passed = true;
			}
		}
		mem_free(batch);
	} while (count > 0);
	check_end(last, passed ? there : NULL, known, ret_verdict);
	return true;
}
