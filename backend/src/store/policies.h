/*
 * Stored policies. The row of a policy says which version is the current one; versions are only
 * ever added, so that history cannot be lost. Rows come out in the words of the API.
 *
 * Changes run in a transaction of the caller's, who commits.
 */
#ifndef STORE_POLICIES_H
#define STORE_POLICIES_H

#include "core/flow.h"
#include "store/db.h"

/* What a list shows. */
struct policy_filter {
	const char *name_part;       /* NULL = any */
	struct text_list namespaces; /* empty = all */
	bool deleted;                /* the deleted ones instead */
};

/* A page of at most `limit`; `before_us` and `before_id` are NULL on the first one. */
MUST_CHECK bool policy_page(struct db *db, void *mem, const struct policy_filter *filter,
	size_t limit, const char *before_us, const char *before_id, struct rows **ret_rows,
	struct err *err);

/* What the cursors of the pages are made of: columns of policy_list.sql and policy_version_list.sql. */
enum policy_page_column { POLICY_PAGE_ID = 0, POLICY_PAGE_UPDATED_US = 13 };
enum policy_version_page_column { POLICY_VERSION_PAGE_NUMBER = 2 };

/* One policy with its current text, be it deleted; ERR_NOT_FOUND. */
struct policy_row {
	const struct rows *rows; /* one row, as the API shows it */
	const char *id, *name, *namespace, *kind, *yaml, *sha256, *updated_by;
	int64_t version;
	bool deleted;
};
MUST_CHECK bool policy_get(
	struct db *db, void *mem, const char *id, struct policy_row *ret_row, struct err *err);

/*
 * The policy that is stored under a name; *ret_id is NULL if there is none. Deleted ones don't
 * count.
 */
MUST_CHECK bool policy_named(struct db *db, void *mem, const char *namespace, const char *name,
	const char *kind, const char **ret_id, struct err *err);

/* What becomes a version. */
struct policy_draft {
	const char *yaml, *author, *summary;
	const char *origin;        /* "generated", "created", "edited", "restored" */
	const char *restored_from; /* a version, or NULL */
	const char *evidence;      /* JSON, or NULL */
};

/* What a draft became. */
struct policy_saved {
	const char *id, *sha256;
	int64_t version;
};

/* A new policy, as version 1. ERR_CONFLICT names the policy that has the name. */
MUST_CHECK bool policy_add(struct db *db, void *mem, const char *namespace, const char *name,
	const char *kind, const struct policy_draft *draft, struct policy_saved *ret_saved,
	struct err *err);

/*
 * The next version of a policy, made from the version `row` shows. ERR_STALE when that is not the
 * current one any more, ERR_CONFLICT when the name of a restored policy was taken since.
 */
MUST_CHECK bool policy_add_version(struct db *db, void *mem, const struct policy_row *row,
	const struct policy_draft *draft, struct policy_saved *ret_saved, struct err *err);

/* Hides a policy; its history stays. ERR_STALE as above. */
MUST_CHECK bool policy_delete(
	struct db *db, void *mem, const struct policy_row *row, struct err *err);

/* A page of versions before `before` (NULL: the newest) without their text. */
MUST_CHECK bool policy_version_page(struct db *db, void *mem, const char *id, size_t limit,
	const char *before, struct rows **ret_rows, struct err *err);

/* One version with its text; ERR_NOT_FOUND. */
struct version_row {
	const struct rows *rows; /* one row, as the API shows it */
	const char *version, *yaml;
};
MUST_CHECK bool policy_version_get(struct db *db, void *mem, const char *id, const char *version,
	struct version_row *ret_row, struct err *err);

/* When the current version of a policy was made, in microseconds since 1970. */
MUST_CHECK bool policy_version_time(struct db *db, void *mem, const struct policy_row *row,
	int64_t *ret_time_us, struct err *err);

/* Current texts of several policies in the order asked for (NULL: all that are not deleted). */
struct policy_texts {
	struct policy_text {
		const char *id, *name, *namespace, *kind, *yaml, *sha256;
		int64_t version;
	} * items;
	size_t count;
};
MUST_CHECK bool policy_texts(struct db *db, void *mem, const struct text_list *ids,
	struct policy_texts *ret_texts, struct err *err);

#endif
