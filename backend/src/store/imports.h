/* The rows of imports: what was loaded, by whom, and what became of it. */
#ifndef STORE_IMPORTS_H
#define STORE_IMPORTS_H

#include "core/flow_reader.h"
#include "store/db.h"

/* What an import has counted so far. */
struct import_counts {
	uint64_t bytes, received, accepted, duplicates, rejected, lost_events;
	uint64_t ignored[RECORD_KINDS]; /* records that are no flows, by kind */
	const char *errors;             /* JSON: the first rejects */
	bool has_flows;
	int64_t first_us, last_us; /* of the accepted flows */
};

/* "lost_events" ... as the API names the kinds. */
const char *import_kind_name(enum record_kind kind);

/*
 * Begins one, visible at once; a stream is committed as it goes. `wanted_id` (a UUID) may be NULL; ERR_CONFLICT when an import has
 * it already that did not fail. `ret_id`, and the key of bodies' hashes (base/body_hash.h), are owned by `mem`.
 */
MUST_CHECK bool import_start(struct db *db, void *mem, const char *wanted_id, const char *name,
	const char *author, const char *cluster, bool stream, const char **ret_id,
	const char **ret_body_key, struct err *err);

/* How far it is. Of a stream, in the transaction of the flows that are counted. */
MUST_CHECK bool import_progress(struct db *db, void *mem, const char *id,
	const struct import_counts *counts, struct err *err);

/*
 * In the transaction of the flows: it is done. `body_hash` (hexadecimal, or NULL) makes the body known;
 * ERR_CONFLICT when another import stored the same body meanwhile.
 */
MUST_CHECK bool import_done(struct db *db, void *mem, const char *id,
	const struct import_counts *counts, const char *body_hash, struct err *err);

/* A stream that says nothing is still there. */
MUST_CHECK bool import_alive(struct db *db, void *mem, const char *id, struct err *err);

/* It did not come to its end: of a stream, what was committed is kept, of all else nothing. */
MUST_CHECK bool import_failed(
	struct db *db, void *mem, const char *id, const char *why, uint64_t bytes, struct err *err);

/* The id of the import that stored this body, owned by `mem`, or NULL. */
MUST_CHECK bool import_known(
	struct db *db, void *mem, const char *body_hash, const char **ret_id, struct err *err);

/* Removes the row of an import whose body turned out to be known. */
MUST_CHECK bool import_forget(struct db *db, void *mem, const char *id, struct err *err);

/* One import as the API shows it; ERR_NOT_FOUND. */
MUST_CHECK bool import_get(
	struct db *db, void *mem, const char *id, struct rows **ret_rows, struct err *err);

#endif
