/* Flows: a few posted, lists, single ones, facets, deleting. */
#include "api/handlers.h"

#include <stdlib.h>
#include <string.h>

#include "api/change.h"
#include "api/filter.h"
#include "api/flow_id.h"
#include "api/flow_render.h"
#include "api/ingest.h"
#include "api/once.h"
#include "api/page.h"
#include "api/render.h"
#include "base/mem.h"
#include "store/tally.h"

/* Values of each facet: more are found by typing them into the filter. */
#define FACET_VALUES "200"

static void json_free(void *value)
{
	json_decref(value);
}

/* Nothing of the body could be stored: the first error is the problem, with all of them beside it. */
static void answer_refused(struct response *response, const json_t *result)
{
	json_t *errors = json_object_get(result, "errors"), *first = json_array_get(errors, 0);
	struct err problem = {0};

	if (first == NULL)
		err_set(&problem, ERR_INVALID,
			"There is no flow in the body. Send flows as `hubble observe -o jsonpb` "
			"prints them, or in the flat form.");
	else
		err_field(&problem, ERR_INVALID, json_string_value(json_object_get(first, "field")),
			"%s", json_string_value(json_object_get(first, "detail")));
	problem.line = (unsigned long)json_integer_value(json_object_get(first, "line"));
	response_problem(response, &problem, json_pack("{s:O}", "errors", errors));
}

static bool post(
	struct request *request, struct ingest *ingest, json_t **ret_result, struct err *err)
{
	const char *body;
	size_t size;

	return request_body(request, &body, &size, err) && ingest_feed(ingest, body, size, err) &&
	       ingest_end(ingest, ret_result, err);
}

struct posted {
	struct app *app;
	struct request *request;
	struct response *response;
	json_t *ids;
};

/* A batch of which nothing is stored is a problem, which is not kept for a repetition. */
static bool commit_posted(void *context, json_t *result, struct err *err)
{
	struct posted *posted = context;

	if (json_array_size(posted->ids) == 0) {
		answer_refused(posted->response, result);
		return db_commit(posted->app->db, err);
	}
	json_object_set(result, "ids", posted->ids);
	response_json(posted->response, 201, json_incref(result));
	return once_commit(posted->app, posted->request, posted->response, err);
}

static bool post_flows(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct posted posted = {app, request, response, json_array()};
	struct ingest_options options = {.action = "flows.create",
		.name = "flows posted",
		.request = request,
		.cluster = "",
		.flow_ids = posted.ids,
		.commit = commit_posted,
		.context = &posted};
	struct ingest *ingest;
	json_t *result;

	mem_attach(request->mem, posted.ids, json_free);
	if (!ingest_check_form(request, err) ||
		!ingest_begin(app, request->mem, &options, &ingest, err))
		return false;
	if (!post(request, ingest, &result, err)) {
		ingest_fail(ingest, err);
		return false;
	}
	json_decref(result);
	return true;
}

bool flows_post(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return once(app, request, response, post_flows, err);
}

struct flow_list {
	struct db *db;
	struct filter filter;
};

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	const struct flow_list *list = context;
	struct flow_key before;
	struct rows *rows;
	size_t count;
	char id[FLOW_ID_SIZE];

	if ((after[0] != NULL && !flow_id_read(after[0], "cursor", &before, err)) ||
		!flows_page(list->db, mem, &list->filter, limit + 1,
			after[0] == NULL ? NULL : &before, &rows, err))
		return false;
	count = rows_count(rows) > limit ? limit : rows_count(rows);
	ret_page->count = count;
	ret_page->more = rows_count(rows) > limit;
	for (size_t i = 0; i < count; i++) {
		flow_render(&ret_page->lines, rows, i);
		bytes_add(&ret_page->lines, "\n", 1);
	}
	if (ret_page->more) {
		flow_id_write(flow_render_key(rows, count - 1), id);
		ret_page->after[0] = mem_text(mem, id);
	}
	return true;
}

bool flows_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const others[] = {"limit", "cursor", NULL};
	struct flow_list list = {.db = app->reads};

	return filter_of_query(request, others, &list.filter, err) &&
	       page_answer(request, response,
		       &(struct list){.read = read_page, .context = &list, .parts = 1}, err);
}

bool flows_get(struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct bytes json = {.mem = request->mem};
	struct flow_key key;
	struct rows *rows;

	if (!flow_id_read(request_path(request, "flow_id"), "flow_id", &key, err) ||
		!flows_one(app->reads, request->mem, key, &rows, err))
		return false;
	flow_render(&json, rows, 0);
	response_text(response, 200, "application/json", json.items, json.count);
	return true;
}

/* `all=true` and a filter exclude each other, and one of them is needed. */
static bool check_deletion(
	const struct request *request, const struct filter *filter, struct err *err)
{
	const char *text = request_query(request, "all");
	bool all = text != NULL && strcmp(text, "true") == 0;

	if (text != NULL && !all && strcmp(text, "false") != 0)
		return err_field(
			err, ERR_INVALID, "all", "\"%.40s\" is neither true nor false.", text);
	if (all && !filter_is_empty(filter))
		return err_field(
			err, ERR_INVALID, "all", "Give a filter or all=true, but not both.");
	if (!all && filter_is_empty(filter))
		return err_field(err, ERR_INVALID, "all",
			"This would delete every flow. Give a filter, or all=true if that is "
			"meant.");
	return true;
}

/* The query as it was sent, for the audit. */
static json_t *query_json(const struct request *request)
{
	json_t *query = json_object();

	for (size_t i = 0; i < request->query.count; i++) {
		const struct parameter *given = &request->query.items[i];
		json_t *values = json_object_get(query, given->name);

		if (values == NULL) {
			values = json_array();
			json_object_set_new(query, given->name, values);
		}
		json_array_append_new(values, json_string(given->value));
	}
	return query;
}

static bool audit_deletion(struct app *app, struct request *request, const char *object,
	uint64_t deleted, struct err *err)
{
	struct change change = {.action = "flows.delete",
		.object = object,
		.detail = json_pack("{s:I, s:o}", "deleted", (json_int_t)deleted, "filter",
			query_json(request))};

	return change_audit(app->db, request, &change, err);
}

bool flows_remove(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const others[] = {"all", NULL};
	struct filter filter;
	uint64_t deleted;

	if (!filter_of_query(request, others, &filter, err) ||
		!check_deletion(request, &filter, err) ||
		!tally_begin(app->db, request->mem, err) ||
		!flows_delete(app->db, request->mem, &filter, &deleted, err) ||
		!audit_deletion(app, request, "", deleted, err) || !db_commit(app->db, err))
		return false;
	response_json(response, 200, json_pack("{s:I}", "deleted", (json_int_t)deleted));
	return true;
}

bool flows_remove_one(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct flow_key key;

	if (!flow_id_read(request_path(request, "flow_id"), "flow_id", &key, err) ||
		!tally_begin(app->db, request->mem, err) ||
		!flows_delete_one(app->db, request->mem, key, err) ||
		!audit_deletion(app, request, request_path(request, "flow_id"), 1, err) ||
		!db_commit(app->db, err))
		return false;
	response_empty(response, 204);
	return true;
}

/* Names of the values that facet_list.sql gives as numbers. */
static const char *value_name(const char *facet, const char *value)
{
	if (strcmp(facet, "protocols") == 0)
		return protocol_name((enum protocol)atoll(value));
	if (strcmp(facet, "verdicts") == 0)
		return verdict_name((enum verdict)atoll(value));
	return value;
}

static json_t *facets(const struct rows *rows)
{
	json_t *all = json_pack("{s:[], s:[], s:[], s:[], s:[], s:[], s:[]}", "clusters",
		"namespaces", "workloads", "labels", "ports", "protocols", "verdicts");

	for (size_t i = 0; i < rows_count(rows); i++) {
		const char *facet = rows_text(rows, i, 0);
		const char *name = value_name(facet, rows_text(rows, i, 1));

		if (*name != '\0')
			json_array_append_new(json_object_get(all, facet),
				json_pack("{s:s, s:I}", "value", name, "count",
					(json_int_t)rows_number(rows, i, 2)));
	}
	return all;
}

bool flows_facets(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const others[] = {NULL};
	struct selection selection;
	struct flow_total total;
	struct filter filter;
	struct rows *rows, *connections;
	json_t *answer;

	if (!filter_of_query(request, others, &filter, err) ||
		!flows_count(app->reads, request->mem, &filter, &total, err) ||
		!filter_connections(app->reads, request->mem, &filter, &selection, err) ||
		!DB_QUERY(app->reads, request->mem, &query_facet_list, &rows, err, selection.ids,
			FACET_VALUES) ||
		!DB_QUERY(app->reads, request->mem, &query_connection_count, &connections, err,
			selection.ids))
		return false;
	answer = facets(rows);
	json_object_set_new(answer, "matching",
		json_pack("{s:I, s:I, s:b}", "flows", (json_int_t)total.flows, "connections",
			(json_int_t)rows_number(connections, 0, 0), "exact", total.exact));
	response_json(response, 200, answer);
	return true;
}
