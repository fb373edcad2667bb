#include "store/idempotency.h"

#include <string.h>

/* Columns of idempotency_get.sql. */
enum kept_column { KEPT_REQUEST, KEPT_STATUS, KEPT_HEADERS, KEPT_ANSWER };

static bool in_progress(struct err *err)
{
	return err_field(err, ERR_CONFLICT, "Idempotency-Key",
		"A request with this key is being worked on. Ask again in a moment.");
}

static bool read_kept(const struct rows *rows, const char *sha256, struct kept_answer *ret_answer,
	struct err *err)
{
	/* given up between our claim and our look */
	if (rows_count(rows) == 0)
		return in_progress(err);
	if (strcmp(rows_text(rows, 0, KEPT_REQUEST), sha256) != 0)
		return err_field(err, ERR_KEY_REUSED, "Idempotency-Key",
			"This key was used with another request within the last 24 hours. Each "
			"request has a key of its own.");
	if (rows_null(rows, 0, KEPT_STATUS))
		return in_progress(err);
	*ret_answer = (struct kept_answer){.status = (int)rows_number(rows, 0, KEPT_STATUS),
		.headers = rows_text(rows, 0, KEPT_HEADERS),
		.body = rows_text(rows, 0, KEPT_ANSWER)};
	return true;
}

bool idempotency_claim(struct db *db, void *mem, struct idempotency_key *key, const char *sha256,
	bool *ret_kept, struct kept_answer *ret_answer, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_idempotency_claim, &rows, err, key->caller, key->route,
		    key->key, sha256))
		return false;
	*ret_kept = rows_count(rows) == 0;
	if (!*ret_kept) {
		key->claim = rows_text(rows, 0, 0);
		return true;
	}
	return DB_QUERY(db, mem, &query_idempotency_get, &rows, err, key->caller, key->route,
		       key->key) &&
	       read_kept(rows, sha256, ret_answer, err);
}

bool idempotency_keep(struct db *db, void *mem, const struct idempotency_key *key,
	const struct kept_answer *answer, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(db, mem, &query_idempotency_keep, &rows, err, key->caller, key->route,
		    key->key, key->claim, db_number(mem, answer->status), answer->headers,
		    answer->body))
		return false;
	return rows_count(rows) > 0 || in_progress(err);
}

void idempotency_release(struct db *db, void *mem, const struct idempotency_key *key)
{
	struct err ignored = {0};

	if (!DB_QUERY(db, mem, &query_idempotency_release, NULL, &ignored, key->caller, key->route,
		    key->key, key->claim))
		return;
}
