/* GET /metrics: what Prometheus asks, in its text format 0.0.4. */
#include "api/metrics.h"

#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

#include "api/app.h"
#include "api/bytes.h"
#include "api/handlers.h"
#include "base/mem.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The counters of requests that no route was found for; a route's are at its row plus one. */
static const struct route no_route = {.method = "", .path = ""};

static size_t routes_count(void)
{
	size_t count = 1;

	for (const struct route *route = api_routes; route->method != NULL; route++)
		count++;
	return count;
}

static const struct route *route_at(size_t index)
{
	return index == 0 ? &no_route : &api_routes[index - 1];
}

bool metrics_open(void *mem, const char *path, struct counters **ret_counters, struct err *err)
{
	const char *layout = CPA_VERSION;

	for (size_t i = 1; i < routes_count(); i++)
		layout =
			mem_format(mem, "%s %s %s", layout, route_at(i)->method, route_at(i)->path);
	return counters_open(
		mem, path, routes_count(), XXH64(layout, strlen(layout), 0), ret_counters, err);
}

void metrics_count(
	struct counters *counters, const struct route *route, int status, int64_t duration_us)
{
	size_t index = route == NULL ? 0 : (size_t)(route - api_routes) + 1;

	counters_count(counters, index, status, duration_us);
}

/* Adds a piece of the answer. */
#define ADD(text, ...) add_text((text), mem_format((text)->mem, __VA_ARGS__))

static void add_text(struct bytes *text, char *piece)
{
	bytes_add(text, piece, strlen(piece));
	mem_free(piece);
}

static void add_head(struct bytes *text, const char *name, const char *type, const char *help)
{
	ADD(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Fit for a label's value between quotes. */
static const char *label_value(void *mem, const char *value)
{
	char *escaped = mem_array(mem, char, 2 * strlen(value) + 1), *end = escaped;

	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\' || *value == '\n')
			*end++ = '\\';
		*end++ = *value;
		if (*value == '\n')
			end[-1] = 'n';
	}
	return escaped;
}

static void add_requests(struct bytes *text, const struct counters *counters)
{
	add_head(text, "cpa_http_requests_total", "counter", "Requests answered.");
	for (size_t i = 0; i < routes_count(); i++)
		for (int status = 0; status < COUNTERS_STATUSES; status++) {
			uint64_t count = counters_of_route(counters, i)->statuses[status];

			if (count > 0)
				ADD(text,
					"cpa_http_requests_total{method=\"%s\",route=\"%s\","
					"code=\"%d\"} %" PRIu64 "\n",
					route_at(i)->method, route_at(i)->path, status, count);
		}
}

static void add_durations(struct bytes *text, const struct counters *counters)
{
	static const char name[] = "cpa_http_request_duration_seconds";

	add_head(text, name, "histogram", "From the first byte of a request to its answer's last.");
	for (size_t i = 0; i < routes_count(); i++) {
		const struct route_counters *of_route = counters_of_route(counters, i);
		const char *labels = mem_format(text->mem, "method=\"%s\",route=\"%s\"",
			route_at(i)->method, route_at(i)->path);
		uint64_t within = 0, all = 0;

		for (int status = 0; status < COUNTERS_STATUSES; status++)
			all += of_route->statuses[status];
		if (all == 0)
			continue;
		for (size_t j = 0; j < COUNTERS_CLASSES; j++)
			ADD(text, "%s_bucket{%s,le=\"%g\"} %" PRIu64 "\n", name, labels,
				(double)counters_classes_us[j] / 1e6,
				within += of_route->classes[j]);
		ADD(text, "%s_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", name, labels, all);
		ADD(text, "%s_sum{%s} %.6f\n", name, labels, (double)of_route->duration_us / 1e6);
		ADD(text, "%s_count{%s} %" PRIu64 "\n", name, labels, all);
	}
}

static void add_workers(struct bytes *text, const struct counters *counters)
{
	int all, busy;

	counters_workers(counters, &all, &busy);
	add_head(text, "cpa_workers", "gauge",
		"Worker processes of this host; one is busy with this answer.");
	ADD(text, "cpa_workers{state=\"busy\"} %d\ncpa_workers{state=\"idle\"} %d\n", busy,
		all - busy);
}

/* What the database knows is the same on every host; false when it does not answer. */
static bool add_flows(struct bytes *text, struct db *db, struct err *err)
{
	static const char *const results[] = {"accepted", "duplicate", "ignored", "rejected"};
	struct rows *totals, *clusters, *ahead;

	if (!DB_QUERY(db, text->mem, &query_metrics_flows, &totals, err, NULL) ||
		!DB_QUERY(db, text->mem, &query_metrics_clusters, &clusters, err, NULL) ||
		!DB_QUERY(db, text->mem, &query_days_ahead, &ahead, err, NULL))
		return false;
	add_head(text, "cpa_ingest_records_total", "counter",
		"Records of all imports that were stored.");
	for (size_t i = 0; i < sizeof results / sizeof *results; i++)
		ADD(text, "cpa_ingest_records_total{result=\"%s\"} %" PRId64 "\n", results[i],
			rows_number(totals, 0, i));
	add_head(text, "cpa_hubble_lost_events_total", "counter",
		"Events that Hubble told it had lost.");
	ADD(text, "cpa_hubble_lost_events_total %" PRId64 "\n", rows_number(totals, 0, 4));
	add_head(text, "cpa_ingest_last_flow_timestamp_seconds", "gauge",
		"Time of the latest flow.");
	for (size_t i = 0; i < rows_count(clusters); i++)
		ADD(text, "cpa_ingest_last_flow_timestamp_seconds{cluster=\"%s\"} %" PRId64 "\n",
			label_value(text->mem, rows_text(clusters, i, 0)),
			rows_number(clusters, i, 1));
	add_head(text, "cpa_partition_ahead_days", "gauge",
		"Days after today that flows can be stored for.");
	ADD(text, "cpa_partition_ahead_days %" PRId64 "\n", rows_number(ahead, 0, 0));
	return true;
}

bool metrics_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct bytes text = {.mem = request->mem};
	struct err away = {0};

	(void)err;
	add_head(&text, "cpa_build_info", "gauge",
		"The version that runs, and how users are known.");
	ADD(&text, "cpa_build_info{version=\"%s\",auth_mode=\"%s\"} 1\n", CPA_VERSION,
		auth_mode_name(app->auth->mode));
	if (app->counters != NULL) {
		add_requests(&text, app->counters);
		add_durations(&text, app->counters);
		add_workers(&text, app->counters);
	}
	add_head(&text, "cpa_database_up", "gauge", "1 when the database answers.");
	ADD(&text, "cpa_database_up %d\n", add_flows(&text, app->db, &away));
	response_text(response, 200, METRICS_TYPE, text.items, text.count);
	return true;
}
