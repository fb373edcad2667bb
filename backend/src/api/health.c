/* Is it alive, is it ready, and who is asking. */
#include "api/handlers.h"

#include "api/app.h"

bool health_live(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	(void)app, (void)request, (void)err;
	response_json(response, 200, json_pack("{s:s}", "status", "ok"));
	return true;
}

bool health_ready(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(app->db, request->mem, &query_schema_ready, &rows, err, NULL))
		return false;
	if (!rows_bool(rows, 0, 0))
		return err_set(err, ERR_UNAVAILABLE,
			"The database does not have the schema yet; apply sql/migrations.");
	response_json(response, 200, json_pack("{s:s}", "status", "ok"));
	return true;
}

bool session_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	(void)err;
	response_json(response, 200,
		json_pack("{s:s, s:s, s:s, s:s}", "auth_mode", auth_mode_name(app->auth_mode),
			"user", request->user.name, "role", role_name(request->user.role),
			"version", CPA_VERSION));
	return true;
}
