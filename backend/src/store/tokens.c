#include "store/tokens.h"

#include "store/array.h"

/* Of token_find.sql and token_get.sql. */
enum {
	FIND_SHA256,
	FIND_KIND,
	FIND_NAME,
	FIND_OWNER,
	FIND_ROLE,
	FIND_OWNER_ROLE,
	FIND_SCOPES,
	FIND_LIMITED,
	FIND_LIMITS,
	FIND_REVOKED,
	FIND_EXPIRED,
	FIND_USE_IS_NEWS
};
enum {
	GET_KIND,
	GET_NAME,
	GET_OWNER,
	GET_ROLE,
	GET_SCOPES,
	GET_LIMITED,
	GET_LIMITS,
	GET_REVOKED,
	GET_EXPIRED,
	GET_SUCCESSOR,
	GET_LIFETIME_S
};

bool token_find(struct db *db, void *mem, const char *id, struct token_row *ret_row,
	bool *ret_found, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_token_find, &rows, err, id))
		return false;
	*ret_found = rows_count(rows) > 0;
	if (*ret_found)
		*ret_row = (struct token_row){.sha256 = rows_text(rows, 0, FIND_SHA256),
			.kind = rows_text(rows, 0, FIND_KIND),
			.name = rows_text(rows, 0, FIND_NAME),
			.owner = rows_text(rows, 0, FIND_OWNER),
			.role = rows_text(rows, 0, FIND_ROLE),
			.owner_role = rows_text(rows, 0, FIND_OWNER_ROLE),
			.scopes = rows_text(rows, 0, FIND_SCOPES),
			.limited = rows_bool(rows, 0, FIND_LIMITED),
			.limits = rows_text(rows, 0, FIND_LIMITS),
			.revoked = rows_bool(rows, 0, FIND_REVOKED),
			.expired = rows_bool(rows, 0, FIND_EXPIRED),
			.use_is_news = rows_bool(rows, 0, FIND_USE_IS_NEWS)};
	return true;
}

bool token_use(struct db *db, void *mem, const char *id, const char *address, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_use, NULL, err, id, address);
}

bool token_owner_seen(
	struct db *db, void *mem, const char *owner, const char *role, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_owner_seen, NULL, err, owner, role);
}

bool token_get(struct db *db, void *mem, const char *id, const char *owner,
	struct token_row *ret_row, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_token_get, &rows, err, id, owner))
		return false;
	if (rows_count(rows) == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no token with the id \"%.40s\".", id);
	*ret_row = (struct token_row){.sha256 = "",
		.kind = rows_text(rows, 0, GET_KIND),
		.name = rows_text(rows, 0, GET_NAME),
		.owner = rows_text(rows, 0, GET_OWNER),
		.role = rows_text(rows, 0, GET_ROLE),
		.scopes = rows_text(rows, 0, GET_SCOPES),
		.limited = rows_bool(rows, 0, GET_LIMITED),
		.limits = rows_text(rows, 0, GET_LIMITS),
		.revoked = rows_bool(rows, 0, GET_REVOKED),
		.expired = rows_bool(rows, 0, GET_EXPIRED),
		.successor = rows_text(rows, 0, GET_SUCCESSOR),
		.lifetime_s = rows_number(rows, 0, GET_LIFETIME_S)};
	return true;
}

bool token_add(struct db *db, void *mem, const struct token_draft *draft, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_add, NULL, err, draft->id, draft->kind, draft->sha256,
		draft->name, draft->owner, draft->role, array_of_list(mem, &draft->scopes),
		draft->limits == NULL ? NULL : array_of_list(mem, draft->limits),
		db_number(mem, draft->lifetime_s));
}

bool token_page(struct db *db, void *mem, size_t limit, const char *after, const char *owner,
	struct rows **ret_rows, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_list, ret_rows, err, db_number(mem, (int64_t)limit),
		after, owner, NULL);
}

bool token_row(struct db *db, void *mem, const char *id, struct rows **ret_rows, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_list, ret_rows, err, "1", NULL, NULL, id);
}

bool token_count(struct db *db, void *mem, const char *owner, int64_t *ret_count, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_token_count, &rows, err, owner))
		return false;
	*ret_count = rows_number(rows, 0, 0);
	return true;
}

bool token_revoke(struct db *db, void *mem, const char *id, const char *by, struct err *err)
{
	return DB_QUERY(db, mem, &query_token_revoke, NULL, err, id, by);
}

bool token_rotate(struct db *db, void *mem, const char *id, const char *successor,
	int64_t overlap_s, struct err *err)
{
	return DB_QUERY(
		db, mem, &query_token_rotate, NULL, err, id, successor, db_number(mem, overlap_s));
}
