/*
 * The only user of libpq: one connection to PostgreSQL, opened when first needed and opened again
 * once when it turns out to be broken. Settings are libpq's own (PGHOST, PGUSER, PGPASSFILE ...).
 *
 * Statements are the files of sql/queries (store/queries.h is made from them), prepared when first
 * used. Values go in and out as text; arrays are made with store/array.h.
 *
 * Failures: ERR_UNAVAILABLE when the database is away or gives up for a passing reason, ERR_BUSY
 * when a statement took too long or lost a deadlock, ERR_CONFLICT when a unique index says no,
 * ERR_INTERNAL for everything else, which would be our mistake.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text_list.h"
#include "store/queries.h"

struct db;

/* A connection that is not open yet, owned by `mem`. */
struct db *db_new(void *mem);

/*
 * The same, but its commits do not wait for the disk. What they wrote is seen at once; a crash of the database
 * may lose the last of it, but nothing that was written before the commit of another connection.
 */
struct db *db_new_relaxed(void *mem);

/*
 * For whom the statements that follow are run: a user's name, and what they may see (core/view_limits.h;
 * NULL = everything, as it is from the start). The statements of store/ that show something obey it, so
 * no handler has to. `limits` and `viewer` must live until the next call.
 */
void db_view(struct db *db, void *mem, const struct text_list *limits, const char *viewer);

/* The limits, and as a parameter: an array literal, NULL = everything. The viewer's name. */
const struct text_list *db_view_limits(const struct db *db);
const char *db_limits(const struct db *db);
const char *db_viewer(const struct db *db);

/*
 * A connection to a replica of `primary`, for statements that only read, outside of transactions.
 * `target` says where, in the form of libpq ("host=replica", "postgresql://..."), and is kept by the
 * caller. Once a second it is looked whether the replica is there and not more than `most_lag_s` seconds
 * behind; otherwise, and when a statement fails on it for a passing reason, `primary` is asked. Its view is
 * the one of `primary`.
 */
struct db *db_new_replica(void *mem, struct db *primary, const char *target, int most_lag_s);

/* What was found at the last look, which is taken now if it was long ago. */
struct replica_state {
	bool used;
	double lag_s;        /* -1: not known */
	const char *problem; /* NULL when it is used; lives until the next look */
};
struct replica_state db_replica_state(struct db *replica);

/* The rows of an answer, owned by the context given to db_query. */
struct rows;

size_t rows_count(const struct rows *rows);
bool rows_null(const struct rows *rows, size_t row, size_t column);
/* The text of a value, "" for null; it lives as long as the rows. */
const char *rows_text(const struct rows *rows, size_t row, size_t column);
int64_t rows_number(const struct rows *rows, size_t row, size_t column); /* 0 for null */
bool rows_bool(const struct rows *rows, size_t row, size_t column);

/* What columns are, for rendering: their name and kind. */
enum column_kind { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_BOOL, COLUMN_TIME, COLUMN_JSON };
size_t rows_columns(const struct rows *rows);
const char *rows_column_name(const struct rows *rows, size_t column);
enum column_kind rows_column_kind(const struct rows *rows, size_t column);

/*
 * Runs a statement. `values` are its parameters, NULL for null, as many as the statement has.
 * `ret_rows` may be NULL. A statement that only reads is tried again once on a new connection.
 */
MUST_CHECK bool db_query(struct db *db, void *mem, const struct query *query,
	const char *const *values, struct rows **ret_rows, struct err *err);

/* As db_query with the values written out: DB_QUERY(db, mem, &query_flow_get, &rows, err, time, id). */
#define DB_QUERY(db, mem, query, ret_rows, err, ...)                                               \
	db_query((db), (mem), (query), (const char *const[]){__VA_ARGS__, NULL}, (ret_rows), (err))

/*
 * As db_query, by a plan that is made once and kept. Every other statement is planned for the values at hand:
 * a filter on connections chooses its index by how many there are. But a list over many days takes longer to
 * plan than to run. Inside a transaction it is db_query.
 */
MUST_CHECK bool db_query_planned(struct db *db, void *mem, const struct query *query,
	const char *const *values, struct rows **ret_rows, struct err *err);

/* As db_query, but hands over the rows a few at a time, so that memory stays flat. */
typedef bool rows_handler(void *context, const struct rows *rows, struct err *err);
MUST_CHECK bool db_each(struct db *db, const struct query *query, const char *const *values,
	rows_handler *handler, void *context, struct err *err);

/*
 * Begins a transaction. It is rolled back when `mem` is freed before db_commit. One at a time.
 * ERR_UNAVAILABLE from db_commit leaves open whether it was committed: every change carries its
 * own proof (a hash, a version), so doing it again is safe.
 */
MUST_CHECK bool db_begin(struct db *db, void *mem, struct err *err);
MUST_CHECK bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/* A place inside a transaction to go back to: only what follows it is undone. */
MUST_CHECK bool db_savepoint(struct db *db, struct err *err);
MUST_CHECK bool db_savepoint_undo(struct db *db, struct err *err);
MUST_CHECK bool db_savepoint_keep(struct db *db, struct err *err);

/*
 * COPY ... FROM STDIN with the statement `query`, in the bytes of its format (store/copy.h makes
 * them). A failure may show only at the end, which must be reached; ERR_CONFLICT when a row is
 * there already.
 */
MUST_CHECK bool db_copy_begin(struct db *db, const struct query *query, struct err *err);
MUST_CHECK bool db_copy_put(struct db *db, const void *bytes, size_t size, struct err *err);
MUST_CHECK bool db_copy_end(struct db *db, struct err *err);

/* A number as a parameter, owned by `mem`. */
const char *db_number(void *mem, int64_t number);
/* A time, in microseconds since 1970, as a parameter, owned by `mem`. */
const char *db_time(void *mem, int64_t time_us);

#endif
