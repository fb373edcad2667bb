/* The dashboard: totals, traffic over time, who talks most, who has no policy, what changed. */
#include "api/handlers.h"

#include "api/app.h"
#include "api/connection_render.h"
#include "api/coverage.h"
#include "api/filter.h"
#include "api/render.h"
#include "base/mem.h"
#include "core/traffic.h"

#define HOUR_S INT64_C(3600)
/* Points of the timeline; more are no better to look at. */
#define POINTS 200
/* Rows of each list. */
#define TALKERS   "10"
#define IMPORTS   "5"
#define CHANGES   "10"
#define WORKLOADS 20

/* Columns of workload_list.sql; the first ones are members of the answer as they are. */
enum workload_column { WORKLOAD_NAMESPACE = 1, WORKLOAD_SHOWN = 7, WORKLOAD_LABELS = 7 };

/* Adds what has no policy to `ret_list`, and counts all of it. */
static bool find_unprotected(
	struct app *app, void *mem, json_t *totals, json_t *ret_list, struct err *err)
{
	struct coverage *coverage;
	struct rows *rows;
	json_int_t without = 0;

	/* by the unlimited view: a policy protects also those who may not see it */
	if (!coverage_load(app->side, mem, &coverage, err) ||
		!DB_QUERY(app->reads, mem, &query_workload_list, &rows, err,
			db_number(mem, PEER_POD), db_limits(app->reads)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++) {
		json_t *identities = render_value(rows, i, WORKLOAD_LABELS), *labels, *workload;
		bool selected = false;
		size_t j;

		json_array_foreach(identities, j, labels) selected |=
			coverage_selects(coverage, rows_text(rows, i, WORKLOAD_NAMESPACE), labels);
		json_decref(identities);
		if (selected || ++without > WORKLOADS)
			continue;
		workload = json_object();
		for (size_t k = 0; k < WORKLOAD_SHOWN; k++)
			json_object_set_new(
				workload, rows_column_name(rows, k), render_value(rows, i, k));
		json_array_append_new(ret_list, workload);
	}
	json_object_set_new(totals, "workloads", json_integer((json_int_t)rows_count(rows)));
	json_object_set_new(totals, "workloads_without_policy", json_integer(without));
	return true;
}

/* The point of the timeline for a time; points come in order. */
static json_t *point_at(json_t *points, int64_t time_s)
{
	json_t *time = render_time(time_s * 1000000);
	json_t *last = json_array_get(points, json_array_size(points) - 1);

	if (last == NULL || !json_equal(json_object_get(last, "time"), time)) {
		last = json_pack("{s:O, s:{}}", "time", time, "verdicts");
		json_array_append_new(points, last);
	}
	json_decref(time);
	return last;
}

static bool find_traffic(struct app *app, void *mem, const struct filter *window,
	json_t **ret_traffic, struct err *err)
{
	json_t *traffic, *points;
	int64_t from_s, to_s, bucket_s = HOUR_S;
	struct rows *range, *rows;

	if (!DB_QUERY(app->reads, mem, &query_dashboard_range, &range, err,
		    filter_from(mem, window), filter_to(mem, window), db_limits(app->reads)))
		return false;
	from_s = rows_number(range, 0, 0);
	to_s = rows_number(range, 0, 1);
	if (to_s - from_s > POINTS * HOUR_S)
		bucket_s = ((to_s - from_s) / (POINTS * HOUR_S) + 1) * HOUR_S;
	if (!DB_QUERY(app->reads, mem, &query_dashboard_traffic, &rows, err,
		    db_number(mem, bucket_s), db_number(mem, from_s), db_number(mem, to_s),
		    db_limits(app->reads)))
		return false;
	points = json_array();
	for (size_t i = 0; i < rows_count(rows); i++)
		json_object_set_new(
			json_object_get(point_at(points, rows_number(rows, i, 0)), "verdicts"),
			verdict_name((enum verdict)rows_number(rows, i, 1)),
			render_value(rows, i, 2));
	traffic = json_pack("{s:I, s:o, s:o, s:o}", "bucket_seconds", (json_int_t)bucket_s, "from",
		rows_null(range, 0, 0) ? json_null() : render_time(from_s * 1000000), "to",
		rows_null(range, 0, 1) ? json_null() : render_time(to_s * 1000000), "points",
		points);
	*ret_traffic = traffic;
	return true;
}

/* Columns of dashboard_talkers.sql. */
enum talker_column {
	TALKER_CONNECTION,
	TALKER_PROTOCOL,
	TALKER_PORT,
	TALKER_EVENTS,
	TALKER_DROPPED,
	TALKER_CLIENT,
	TALKER_SERVER = TALKER_CLIENT + END_COLUMNS
};

static bool find_talkers(struct app *app, void *mem, const struct filter *window,
	json_t *ret_talkers, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(app->reads, mem, &query_dashboard_talkers, &rows, err,
		    filter_from(mem, window), filter_to(mem, window), TALKERS,
		    db_limits(app->reads)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++) {
		int64_t protocol = rows_number(rows, i, TALKER_PROTOCOL);

		json_array_append_new(ret_talkers,
			json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o}", "connection_id",
				rows_text(rows, i, TALKER_CONNECTION), "client",
				end_render(rows, i, TALKER_CLIENT), "server",
				end_render(rows, i, TALKER_SERVER), "protocol",
				protocol_name((enum protocol)protocol), "port",
				port_render(protocol, rows_number(rows, i, TALKER_PORT)), "events",
				render_value(rows, i, TALKER_EVENTS), "dropped",
				render_value(rows, i, TALKER_DROPPED)));
	}
	return true;
}

static bool find_window(const struct request *request, struct filter *ret_window, struct err *err)
{
	static const char *const others[] = {NULL};

	if (!filter_of_query(request, others, ret_window, err))
		return false;
	for (enum filter_list i = 0; i < FILTER_LISTS; i++)
		if (ret_window->lists[i].count > 0)
			return err_set(err, ERR_INVALID,
				"The dashboard can be narrowed by time_from and time_to only.");
	return true;
}

static void json_free(void *value)
{
	json_decref(value);
}

bool dashboard_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct rows *totals, *imports, *changes;
	struct filter window;
	json_t *answer, *traffic;
	void *mem = request->mem;

	if (!find_window(request, &window, err) ||
		!DB_QUERY(app->reads, mem, &query_dashboard_totals, &totals, err,
			db_limits(app->reads), db_viewer(app->reads)) ||
		!DB_QUERY(app->db, mem, &query_import_list, &imports, err, IMPORTS, NULL,
			db_limits(app->db), db_viewer(app->db)) ||
		!DB_QUERY(app->db, mem, &query_dashboard_changes, &changes, err, CHANGES,
			db_limits(app->db)) ||
		!find_traffic(app, mem, &window, &traffic, err))
		return false;
	answer = json_pack("{s:o, s:o, s:[], s:[], s:o, s:o}", "totals", render_row(totals, 0),
		"traffic", traffic, "top_talkers", "workloads_without_policy", "imports",
		render_rows(imports, 0, rows_count(imports)), "changes",
		render_rows(changes, 0, rows_count(changes)));
	mem_attach(mem, answer, json_free);
	if (!find_talkers(app, mem, &window, json_object_get(answer, "top_talkers"), err) ||
		!find_unprotected(app, mem, json_object_get(answer, "totals"),
			json_object_get(answer, "workloads_without_policy"), err))
		return false;
	response_json(response, 200, json_incref(answer));
	return true;
}
