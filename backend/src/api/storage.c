/* What the flows take on the disk, and for how long they are kept. */
#include "api/handlers.h"

#include "api/app.h"
#include "api/render.h"
#include "store/retention.h"

bool storage_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct storage storage;
	int64_t flows_bytes = 0;
	json_t *oldest;
	size_t count;

	if (!storage_measure(app->db, request->mem, &storage, err))
		return false;
	count = rows_count(storage.days);
	for (size_t i = 0; i < count; i++)
		flows_bytes += rows_number(storage.days, i, STORAGE_BYTES);
	oldest = count == 0 ? json_null() : render_value(storage.days, count - 1, STORAGE_DAY);
	response_json(response, 200,
		json_pack("{s:I, s:I, s:i, s:o, s:o}", "database_bytes",
			(json_int_t)storage.database_bytes, "flows_bytes", (json_int_t)flows_bytes,
			"retention_days", app->retention_days, "oldest_day", oldest, "days",
			render_rows(storage.days, 0, count)));
	return true;
}
