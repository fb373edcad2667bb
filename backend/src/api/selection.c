#include "api/selection.h"

#include "api/filter.h"
#include "api/flow_id.h"
#include "base/limits.h"
#include "base/mem.h"

/* Ids named in one error; whoever sent a thousand wrong ones needs no more. */
#define MISSING_NAMED 5

static bool read_keys(void *mem, const json_t *ids, struct flow_key **ret_keys, struct err *err)
{
	size_t count = json_array_size(ids);
	struct flow_key *keys = mem_array(mem, struct flow_key, count);

	if (!json_is_array(ids) || count == 0)
		return err_field(err, ERR_INVALID, "flow_ids",
			"\"flow_ids\" is a list of at least one id; leave it out to take all "
			"flows, "
			"or those of a filter.");
	if (count > LIMIT_FLOW_IDS)
		return err_field(err, ERR_TOO_LARGE, "flow_ids",
			"%zu ids are more than the %d that a request may name; use a filter.",
			count, LIMIT_FLOW_IDS);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(ids, i));

		if (!flow_id_read(text == NULL ? "" : text, mem_format(mem, "flow_ids[%zu]", i),
			    &keys[i], err))
			return false;
	}
	*ret_keys = keys;
	return true;
}

static bool refuse_missing(
	void *mem, const json_t *ids, const bool *found, size_t count, struct err *err)
{
	const char *names = "";
	size_t missing = 0;

	for (size_t i = 0; i < count; i++)
		if (!found[i] && missing++ < MISSING_NAMED)
			names = mem_format(mem, "%s%s%s", names, missing > 1 ? ", " : "",
				json_string_value(json_array_get(ids, i)));
	return missing == 0 ||
	       err_field(err, ERR_NOT_FOUND, "flow_ids",
		       "%zu of %zu flows are not stored (any more): %s%s. Load the list again and "
		       "select anew.",
		       missing, count, names, missing > MISSING_NAMED ? ", ..." : "");
}

static bool select_flows(struct app *app, void *mem, const json_t *ids,
	struct selection *ret_selection, struct err *err)
{
	size_t count = json_array_size(ids);
	bool *found = mem_array(mem, bool, count);
	struct flow_key *keys = NULL;

	return read_keys(mem, ids, &keys, err) &&
	       flows_connections(app->db, mem, keys, count, found, ret_selection, err) &&
	       refuse_missing(mem, ids, found, count, err);
}

bool selection_read(struct app *app, struct request *request, const json_t *body,
	struct selection *ret_selection, struct err *err)
{
	const json_t *ids = json_object_get(body, "flow_ids");
	const json_t *members = json_object_get(body, "filter");
	struct filter filter;

	*ret_selection = (struct selection){0};
	if (ids != NULL && !json_is_null(ids)) {
		if (members != NULL && !json_is_null(members))
			return err_field(err, ERR_INVALID, "filter",
				"\"flow_ids\" and \"filter\" exclude each other; send one of "
				"them.");
		return select_flows(app, request->mem, ids, ret_selection, err);
	}
	return filter_of_json(request->mem, members, &filter, err) &&
	       filter_connections(app->db, request->mem, &filter, ret_selection, err);
}
