#include "store/db.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/array.h"

/*
 * Times are UTC and ISO in every session. Plans are made for the values at hand (limits.md 9.13). How long a
 * statement may take is set for the role (sql/migrations/0006_roles.sql).
 */
#define SESSION                                                                                    \
	"-c timezone=UTC -c datestyle=ISO -c plan_cache_mode=force_custom_plan -c jit=off "        \
	"-c client_min_messages=warning"
/* To kept plans and back again. */
#define PLANS_KEPT        "SET plan_cache_mode = force_generic_plan"
#define PLANS_CUSTOM      "SET plan_cache_mode = force_custom_plan"
#define SESSION_RELAXED   SESSION " -c synchronous_commit=off"
#define CONNECT_TIMEOUT_S "5"
/* Between two looks at a replica; longer when it is away, since finding that out may take CONNECT_TIMEOUT_S. */
#define LOOK_MS  1000
#define AWAIT_MS 10000

struct db {
	const char *target; /* NULL: as libpq's variables say */
	bool relaxed;
	PGconn *connection; /* NULL until needed */
	bool prepared[QUERIES];
	bool plans_kept; /* as the session is set at the moment */
	struct transaction *transaction;
	const struct text_list *view_limits;
	const char *limits; /* the same as an array literal */
	const char *viewer;

	/* Of a replica: */
	struct db *primary; /* else NULL */
	int most_lag_s;
	int64_t look_ms;   /* when it is looked at next */
	double lag_s;      /* -1: not known */
	char problem[256]; /* "" = it is used */
};

/* Freed with the context of db_begin: rolls back unless it is over by then. */
struct transaction {
	struct db *db; /* NULL once it is over */
};

struct rows {
	const PGresult *result;
};

static void db_close(void *object)
{
	struct db *db = object;

	PQfinish(db->connection);
	db->connection = NULL;
}

void db_view(struct db *db, void *mem, const struct text_list *limits, const char *viewer)
{
	db->view_limits = limits;
	db->limits = limits == NULL ? NULL : array_of_list(mem, limits);
	db->viewer = viewer;
}

/* A replica shows what its primary may show. */
static const struct db *viewed(const struct db *db)
{
	return db->primary != NULL ? db->primary : db;
}

const struct text_list *db_view_limits(const struct db *db)
{
	return viewed(db)->view_limits;
}

const char *db_limits(const struct db *db)
{
	return viewed(db)->limits;
}

const char *db_viewer(const struct db *db)
{
	return viewed(db)->viewer;
}

struct db *db_new(void *mem)
{
	struct db *db = mem_new(mem, struct db);

	mem_attach(db, db, db_close);
	return db;
}

struct db *db_new_relaxed(void *mem)
{
	struct db *db = db_new(mem);

	db->relaxed = true;
	return db;
}

struct db *db_new_replica(void *mem, struct db *primary, const char *target, int most_lag_s)
{
	struct db *db = db_new(mem);

	db->target = target;
	db->primary = primary;
	db->most_lag_s = most_lag_s;
	return db;
}

size_t rows_count(const struct rows *rows)
{
	return (size_t)PQntuples(rows->result);
}

bool rows_null(const struct rows *rows, size_t row, size_t column)
{
	return PQgetisnull(rows->result, (int)row, (int)column) != 0;
}

const char *rows_text(const struct rows *rows, size_t row, size_t column)
{
	return PQgetvalue(rows->result, (int)row, (int)column);
}

int64_t rows_number(const struct rows *rows, size_t row, size_t column)
{
	return strtoll(rows_text(rows, row, column), NULL, 10);
}

bool rows_bool(const struct rows *rows, size_t row, size_t column)
{
	return *rows_text(rows, row, column) == 't';
}

size_t rows_columns(const struct rows *rows)
{
	return (size_t)PQnfields(rows->result);
}

const char *rows_column_name(const struct rows *rows, size_t column)
{
	return PQfname(rows->result, (int)column);
}

enum column_kind rows_column_kind(const struct rows *rows, size_t column)
{
	/* pg_type.oid of the types that sql/queries return */
	static const struct {
		Oid oid;
		enum column_kind kind;
	} kinds[] = {
		{16, COLUMN_BOOL},
		{20, COLUMN_NUMBER},
		{21, COLUMN_NUMBER},
		{23, COLUMN_NUMBER},
		{114, COLUMN_JSON},
		{1184, COLUMN_TIME},
		{3802, COLUMN_JSON},
	};
	Oid oid = PQftype(rows->result, (int)column);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].oid == oid)
			return kinds[i].kind;
	return COLUMN_TEXT;
}

static bool away(struct err *err, const char *what)
{
	size_t size = strcspn(what, "\n");

	return err_set(
		err, ERR_UNAVAILABLE, "The database cannot be reached: %.*s", (int)size, what);
}

/*
 * Is the connection still there, as far as can be seen without asking the database? One that it
 * closed while idle has a last message and the end of the stream waiting to be read.
 */
static bool alive(struct db *db)
{
	struct pollfd socket = {.events = POLLIN};

	if (db->connection == NULL || PQstatus(db->connection) != CONNECTION_OK)
		return false;
	socket.fd = PQsocket(db->connection);
	while (poll(&socket, 1, 0) > 0)
		if (PQconsumeInput(db->connection) == 0)
			return false;
	return PQstatus(db->connection) == CONNECTION_OK;
}

static bool connected(struct db *db, struct err *err)
{
	static const char *const names[] = {"options", "connect_timeout", "client_encoding",
		"fallback_application_name", "dbname", NULL};
	const char *values[] = {db->relaxed ? SESSION_RELAXED : SESSION, CONNECT_TIMEOUT_S, "UTF8",
		"cpa", db->target, NULL};

	if (alive(db))
		return true;
	/* what follows in a transaction must never run outside of one */
	if (db->transaction != NULL)
		return away(err, PQerrorMessage(db->connection));
	memset(db->prepared, 0, sizeof db->prepared);
	db->plans_kept = false;
	if (db->connection == NULL)
		db->connection = PQconnectdbParams(names, values, 1);
	else
		PQreset(db->connection);
	if (PQstatus(db->connection) != CONNECTION_OK)
		return away(err, PQerrorMessage(db->connection));
	return true;
}

/* How the database says no: the beginning of its SQLSTATE. */
static const struct {
	const char *state;
	enum err_code code;
	const char *text; /* what to say instead of the database's own words */
} states[] = {
	{"23505", ERR_CONFLICT, NULL},
	{"23514", ERR_BUSY, "Its day was deleted in between; try again."}, /* no partition */
	{"40", ERR_BUSY, "Another change came in between; try again."},
	{"55P03", ERR_BUSY, "Another change is in progress; try again."},
	{"57014", ERR_BUSY, "It took too long; narrow the filter or the time."},
	{"08", ERR_UNAVAILABLE, NULL},
	{"25006", ERR_UNAVAILABLE, NULL},
	{"53", ERR_UNAVAILABLE, NULL},
	{"57P", ERR_UNAVAILABLE, NULL},
};

/* Fills `err` from a failed result (which may be NULL); false. */
static bool failed(struct db *db, const PGresult *result, const char *what, struct err *err)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL || PQstatus(db->connection) != CONNECTION_OK)
		return away(err, PQerrorMessage(db->connection));
	/* what was replayed is in the way of a statement that reads on a replica */
	if (db->primary != NULL && strncmp(state, "40", 2) == 0)
		return away(err, text);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return err_set(err, states[i].code, "%s",
				states[i].text == NULL ? text : states[i].text);
	return err_set(err, ERR_INTERNAL, "%s: %s %s", what, state, text);
}

static bool succeeded(const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_COPY_IN:
		return true;
	default:
		return false;
	}
}

/* Runs a command without parameters or rows. */
static bool command(struct db *db, const char *text, struct err *err)
{
	PGresult *result = PQexec(db->connection, text);
	bool done = succeeded(result) || failed(db, result, text, err);

	PQclear(result);
	return done;
}

static bool prepared(struct db *db, const struct query *query, struct err *err)
{
	PGresult *result;

	if (db->prepared[query->number])
		return true;
	result = PQprepare(db->connection, query->name, query->text, query->parameters, NULL);
	db->prepared[query->number] = succeeded(result) || failed(db, result, query->name, err);
	PQclear(result);
	return db->prepared[query->number];
}

/* Not inside a transaction, whose end might undo it. */
static bool set_plans(struct db *db, bool kept, struct err *err)
{
	if (db->plans_kept == kept || db->transaction != NULL)
		return true;
	if (!command(db, kept ? PLANS_KEPT : PLANS_CUSTOM, err))
		return false;
	db->plans_kept = kept;
	return true;
}

/* A statement and how it is planned. */
struct asked {
	const struct query *query;
	const char *const *values;
	bool plan_kept;
};

/* The result, whatever it says, or NULL with `err` set when it could not be asked for. */
static PGresult *run(struct db *db, const struct asked *asked, struct err *err)
{
	const struct query *query = asked->query;

	if (!connected(db, err) || !set_plans(db, asked->plan_kept, err) ||
		!prepared(db, query, err))
		return NULL;
	return PQexecPrepared(
		db->connection, query->name, query->parameters, asked->values, NULL, NULL, 0);
}

/* A connection may break while it is idle; that shows at the next use, once. */
static bool worth_again(const struct db *db, const struct query *query)
{
	return query->reads && db->transaction == NULL && db->connection != NULL &&
	       PQstatus(db->connection) != CONNECTION_OK;
}

static void result_clear(void *result)
{
	PQclear(result);
}

/* db_query on this very connection. */
static bool query_here(struct db *db, void *mem, const struct asked *asked, struct rows **ret_rows,
	struct err *err)
{
	struct err first = {0};
	PGresult *result = run(db, asked, &first);
	struct rows *rows;

	if (!succeeded(result) && worth_again(db, asked->query)) {
		PQclear(result);
		first = (struct err){0};
		result = run(db, asked, &first);
	}
	if (!succeeded(result)) {
		if (first.code == ERR_NONE)
			failed(db, result, asked->query->name, &first);
		PQclear(result);
		if (err != NULL && err->code == ERR_NONE)
			*err = first;
		return false;
	}
	if (ret_rows == NULL) {
		PQclear(result);
		return true;
	}
	rows = mem_new(mem, struct rows);
	rows->result = result;
	mem_attach(rows, result, result_clear);
	*ret_rows = rows;
	return true;
}

/* --- Replicas ------------------------------------------------------------------------------------ */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void avoid(struct db *replica, const char *why, int64_t time_ms)
{
	snprintf(replica->problem, sizeof replica->problem, "%s", why);
	replica->look_ms = now_ms() + time_ms;
}

/*
 * A replica that has replayed all that the primary has written is not behind at all, however long ago
 * that was. Of another one, the last commit that it replayed tells.
 */
static void look_at(struct db *replica)
{
	void *mem = mem_context(NULL);
	struct rows *primary, *rows;
	struct err err = {0};

	*replica->problem = '\0';
	replica->look_ms = now_ms() + LOOK_MS;
	replica->lag_s = -1;
	if (!query_here(replica->primary, mem, &(struct asked){.query = &query_replica_position},
		    &primary, &err) ||
		!query_here(replica, mem,
			&(struct asked){.query = &query_replica_lag,
				.values = (const char *const[]){rows_text(primary, 0, 0)}},
			&rows, &err)) {
		avoid(replica, err.text, AWAIT_MS);
	} else if (rows_null(rows, 0, 0)) {
		avoid(replica, "It is behind, and cannot tell how far.", LOOK_MS);
	} else {
		replica->lag_s = strtod(rows_text(rows, 0, 0), NULL);
		if (replica->lag_s > replica->most_lag_s)
			avoid(replica, "It is too far behind.", LOOK_MS);
	}
	mem_free(mem);
}

static bool is_near(struct db *replica)
{
	if (now_ms() >= replica->look_ms)
		look_at(replica);
	return *replica->problem == '\0';
}

struct replica_state db_replica_state(struct db *replica)
{
	bool near = is_near(replica);

	return (struct replica_state){
		.used = near, .lag_s = replica->lag_s, .problem = near ? NULL : replica->problem};
}

/* On the replica while it is near, else on the primary. */
static bool query(struct db *db, void *mem, const struct asked *asked, struct rows **ret_rows,
	struct err *err)
{
	struct err first = {0};

	if (db->primary == NULL)
		return query_here(db, mem, asked, ret_rows, err);
	if (is_near(db)) {
		if (query_here(db, mem, asked, ret_rows, &first))
			return true;
		if (first.code != ERR_UNAVAILABLE) {
			if (err != NULL && err->code == ERR_NONE)
				*err = first;
			return false;
		}
		avoid(db, first.text, LOOK_MS);
	}
	return query_here(db->primary, mem, asked, ret_rows, err);
}

bool db_query(struct db *db, void *mem, const struct query *asked, const char *const *values,
	struct rows **ret_rows, struct err *err)
{
	return query(db, mem, &(struct asked){.query = asked, .values = values}, ret_rows, err);
}

bool db_query_planned(struct db *db, void *mem, const struct query *asked,
	const char *const *values, struct rows **ret_rows, struct err *err)
{
	return query(db, mem, &(struct asked){.query = asked, .values = values, .plan_kept = true},
		ret_rows, err);
}

bool db_each(struct db *db, const struct query *query, const char *const *values,
	rows_handler *handler, void *context, struct err *err)
{
	bool going = true;
	PGresult *result;

	if (db->primary != NULL && !is_near(db))
		db = db->primary;
	if (!connected(db, err) || !set_plans(db, false, err) || !prepared(db, query, err))
		return false;
	if (PQsendQueryPrepared(
		    db->connection, query->name, query->parameters, values, NULL, NULL, 0) == 0 ||
		PQsetSingleRowMode(db->connection) == 0)
		return away(err, PQerrorMessage(db->connection));
	while ((result = PQgetResult(db->connection)) != NULL) {
		if (going && !succeeded(result))
			going = failed(db, result, query->name, err);
		if (going && PQntuples(result) > 0)
			going = handler(context, &(struct rows){result}, err);
		PQclear(result);
	}
	return going;
}

static void transaction_over(struct db *db)
{
	if (db->transaction != NULL)
		db->transaction->db = NULL;
	db->transaction = NULL;
}

void db_rollback(struct db *db)
{
	if (db->transaction == NULL)
		return;
	transaction_over(db);
	/* a connection that broke has rolled back by itself */
	PQclear(PQexec(db->connection, "ROLLBACK"));
}

static void transaction_free(void *object)
{
	struct transaction *transaction = object;

	if (transaction->db != NULL)
		db_rollback(transaction->db);
}

bool db_begin(struct db *db, void *mem, struct err *err)
{
	struct transaction *transaction;

	if (!connected(db, err))
		return false;
	if ((!set_plans(db, false, NULL) || !command(db, "BEGIN", NULL)) &&
		(!connected(db, err) || !command(db, "BEGIN", err)))
		return false;
	transaction = mem_new(mem, struct transaction);
	transaction->db = db;
	mem_attach(transaction, transaction, transaction_free);
	db->transaction = transaction;
	return true;
}

bool db_commit(struct db *db, struct err *err)
{
	PGresult *result = PQexec(db->connection, "COMMIT");
	bool done = succeeded(result) || failed(db, result, "COMMIT", err);

	/* the commit of a transaction that failed before answers ROLLBACK */
	if (done && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		done = err_set(err, ERR_INTERNAL, "The transaction had failed before its commit.");
	PQclear(result);
	transaction_over(db);
	return done;
}

bool db_savepoint(struct db *db, struct err *err)
{
	return command(db, "SAVEPOINT place", err);
}

bool db_savepoint_undo(struct db *db, struct err *err)
{
	return command(db, "ROLLBACK TO SAVEPOINT place; RELEASE SAVEPOINT place", err);
}

bool db_savepoint_keep(struct db *db, struct err *err)
{
	return command(db, "RELEASE SAVEPOINT place", err);
}

bool db_copy_begin(struct db *db, const struct query *query, struct err *err)
{
	if (!connected(db, err))
		return false;
	return command(db, query->text, err);
}

bool db_copy_put(struct db *db, const void *bytes, size_t size, struct err *err)
{
	if (PQputCopyData(db->connection, bytes, (int)size) != 1)
		return away(err, PQerrorMessage(db->connection));
	return true;
}

bool db_copy_end(struct db *db, struct err *err)
{
	PGresult *result;
	bool done = true;

	if (PQputCopyEnd(db->connection, NULL) != 1)
		return away(err, PQerrorMessage(db->connection));
	while ((result = PQgetResult(db->connection)) != NULL) {
		if (done && !succeeded(result))
			done = failed(db, result, "COPY", err);
		PQclear(result);
	}
	return done;
}

const char *db_number(void *mem, int64_t number)
{
	return mem_format(mem, "%" PRId64, number);
}

const char *db_time(void *mem, int64_t time_us)
{
	time_t seconds = (time_t)(time_us / 1000000);
	long rest = (long)(time_us % 1000000);
	char text[32];
	struct tm parts;

	if (rest < 0) {
		rest += 1000000;
		seconds--;
	}
	gmtime_r(&seconds, &parts);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
	return mem_format(mem, "%s.%06ldZ", text, rest);
}
