/*
 * Who changed what: a row for each change, in its transaction, so that no change is without its row. Rows
 * are only ever added; the database gives each one the next number and a hash over its content and the hash
 * of the row before (sql/migrations/0007_audit.sql). Whoever changes, removes or inserts a row behind
 * the product's back breaks the chain from there on, and would have to replace everything after it,
 * which the end of the chain noted somewhere else gives away.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/sha256.h"
#include "core/flow.h"
#include "store/db.h"

/* A row. Texts are "" where there is nothing to say; versions are text, NULL for none. */
struct audit {
	const char *actor, *role, *auth, *token, *address; /* who, how known, from where */
	const char *request_id, *trace_id;
	const char *action, *object, *name; /* "policy.update", an id, what people call it */
	const char *before_version, *before_sha256, *after_version, *after_sha256;
	const char *reason; /* in the words of the user, or of the failure */
	const char *detail; /* a JSON object */
	bool failed;
};

/*
 * The last statement before the commit: rows wait for each other from here to there, and nothing else
 * may be waited for meanwhile.
 */
MUST_CHECK bool audit_add(struct db *db, void *mem, const struct audit *audit, struct err *err);

/* What a list shows; empty lists and NULL mean all. */
struct audit_filter {
	struct text_list actors, actions, tokens, objects;
	const char *name_part;
	const char *from, *to; /* db_time; `to` is the first moment left out */
};

/* A page of at most `limit` rows, newest first, before the row `before` (NULL: the newest). */
MUST_CHECK bool audit_page(struct db *db, void *mem, const struct audit_filter *filter,
	size_t limit, const char *before, struct rows **ret_rows, struct err *err);

enum audit_page_column { AUDIT_PAGE_ID = 0 };

/* A place in the chain. */
struct audit_place {
	int64_t id;
	char hash[SHA256_TEXT];
};

/* What audit_verify found. */
struct audit_verdict {
	struct audit_place end; /* of the rows that are good */
	int64_t broken;         /* the first row that is not; 0 = none */
	const char *why;        /* then: a sentence */
};

/*
 * Walks the chain from its first row. `known` is a place of it that was noted earlier (NULL: none): the
 * chain must still lead through it. False only when it could not be read.
 */
MUST_CHECK bool audit_verify(struct db *db, void *mem, const struct audit_place *known,
	struct audit_verdict *ret_verdict, struct err *err);

#endif
