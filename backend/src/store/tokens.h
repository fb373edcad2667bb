/* API tokens as they are stored. Kinds, roles and scopes are the words of the API. */
#ifndef STORE_TOKENS_H
#define STORE_TOKENS_H

#include "base/text_list.h"
#include "store/db.h"

struct token_row {
	const char *sha256; /* of the secret, hexadecimal; token_find alone */
	const char *kind, *name, *owner, *role;
	const char *owner_role; /* token_find: the owner's role when last seen */
	const char *scopes;     /* separated by spaces */
	bool limited;
	const char *limits; /* when limited: separated by spaces */
	bool revoked, expired;
	bool use_is_news;      /* token_find: not used within the last minute */
	const char *successor; /* token_get: the id of the token it was rotated to, "" for none */
	int64_t lifetime_s;    /* token_get: between its making and its end */
};

/* The token with this public id; *ret_found is false when there is none. */
MUST_CHECK bool token_find(struct db *db, void *mem, const char *id, struct token_row *ret_row,
	bool *ret_found, struct err *err);

/* Notes that it was used, from this address. */
MUST_CHECK bool token_use(
	struct db *db, void *mem, const char *id, const char *address, struct err *err);

/* Notes the role of a user, for the tokens in their name. */
MUST_CHECK bool token_owner_seen(
	struct db *db, void *mem, const char *owner, const char *role, struct err *err);

/*
 * As token_find, locked until the end of the transaction; `owner` NULL: whoever's it is.
 * ERR_NOT_FOUND when there is none.
 */
MUST_CHECK bool token_get(struct db *db, void *mem, const char *id, const char *owner,
	struct token_row *ret_row, struct err *err);

struct token_draft {
	const char *id, *kind, *sha256, *name, *owner, *role;
	struct text_list scopes;
	const struct text_list *limits; /* NULL: none */
	int64_t lifetime_s;
};

MUST_CHECK bool token_add(
	struct db *db, void *mem, const struct token_draft *draft, struct err *err);

/* A page of at most `limit` rows, newest first, after the token `after`; `owner` NULL: of all. */
MUST_CHECK bool token_page(struct db *db, void *mem, size_t limit, const char *after,
	const char *owner, struct rows **ret_rows, struct err *err);
enum token_page_column { TOKEN_PAGE_ID = 0 };

/* The row of one token, as in a page. */
MUST_CHECK bool token_row(
	struct db *db, void *mem, const char *id, struct rows **ret_rows, struct err *err);

/* How many of the owner's tokens hold. */
MUST_CHECK bool token_count(
	struct db *db, void *mem, const char *owner, int64_t *ret_count, struct err *err);

MUST_CHECK bool token_revoke(
	struct db *db, void *mem, const char *id, const char *by, struct err *err);

/* It has a successor, and holds for `overlap_s` seconds more at most. */
MUST_CHECK bool token_rotate(struct db *db, void *mem, const char *id, const char *successor,
	int64_t overlap_s, struct err *err);

#endif
