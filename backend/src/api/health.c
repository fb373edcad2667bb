/* Is it alive, and is it ready? */
#include "api/handlers.h"

#include "api/app.h"
#include "base/mem.h"

bool health_live(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	(void)app, (void)request, (void)err;
	response_json(response, 200, json_pack("{s:s}", "status", "ok"));
	return true;
}

static const char *database_problem(struct db *db, void *mem)
{
	struct rows *rows;
	struct err err = {0};

	if (!DB_QUERY(db, mem, &query_ready_database, &rows, &err, NULL))
		return mem_text(mem, err.text);
	return rows_bool(rows, 0, 0) ? NULL : "The database can only be read.";
}

static const char *schema_problem(struct db *db, void *mem)
{
	struct rows *rows;
	struct err err = {0};

	if (!DB_QUERY(db, mem, &query_ready_migrated, &rows, &err, NULL))
		return mem_text(mem, err.text);
	if (!rows_bool(rows, 0, 0))
		return "The database has no schema yet; apply sql/migrations.";
	if (!DB_QUERY(db, mem, &query_ready_schema, &rows, &err, MIGRATIONS))
		return mem_text(mem, err.text);
	return *rows_text(rows, 0, 0) == '\0'
		       ? NULL
		       : mem_format(mem, "Apply sql/migrations; these are missing: %s.",
				 rows_text(rows, 0, 0));
}

static const char *partitions_problem(struct db *db, void *mem)
{
	struct rows *rows;
	struct err err = {0};

	if (!DB_QUERY(db, mem, &query_days_ahead, &rows, &err, NULL))
		return mem_text(mem, err.text);
	return rows_number(rows, 0, 0) >= 1
		       ? NULL
		       : "There is no room for the flows of tomorrow: is `cpa maintain` running?";
}

/* In the order of their telling: the first problem is the reason of all that follow. */
static const struct {
	const char *name;
	const char *(*problem)(struct db *db, void *mem); /* NULL: there is none */
} checks[] = {
	{"database", database_problem},
	{"schema", schema_problem},
	{"partitions", partitions_problem},
};

/* A replica that is away makes nothing unready: the primary is read instead. */
static json_t *replica_told(struct app *app)
{
	struct replica_state state;

	if (app->reads == app->db)
		return json_null();
	state = db_replica_state(app->reads);
	return json_pack("{s:b, s:o, s:s?}", "used", state.used, "lag_seconds",
		state.lag_s < 0 ? json_null() : json_real(state.lag_s), "problem", state.problem);
}

bool health_ready(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	json_t *list = json_array(), *told = json_object();
	bool verbose = request_query(request, "verbose") != NULL;

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		const char *problem = checks[i].problem(app->db, request->mem);

		json_array_append_new(list, json_pack("{s:s, s:b, s:s?}", "name", checks[i].name,
						    "ok", problem == NULL, "problem", problem));
		if (problem != NULL)
			err_set(err, ERR_UNAVAILABLE, "%s", problem);
	}
	json_object_set_new(told, "checks", list);
	if (verbose)
		json_object_set_new(told, "replica", replica_told(app));
	else
		json_object_clear(told);
	if (err->code != ERR_NONE) {
		response_problem(response, err, told);
		return true;
	}
	json_object_set_new(told, "status", json_string("ok"));
	response_json(response, 200, told);
	return true;
}
