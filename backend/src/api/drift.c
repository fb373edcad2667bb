/* GET /api/policies/{policy_id}/drift: what was seen since that a policy does not cover. */
#include <string.h>

#include "api/handlers.h"
#include "api/page.h"
#include "api/policy_input.h"
#include "api/render.h"
#include "api/replay_render.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_read.h"
#include "core/timestamp.h"

static bool read_since(struct app *app, struct request *request, const struct policy_row *row,
	int64_t *ret_since_us, struct err *err)
{
	const char *text = request_query(request, "since");
	int64_t since_ns;

	if (text == NULL)
		return policy_version_time(app->db, request->mem, row, ret_since_us, err);
	if (timestamp_parse(text, strlen(text), &since_ns) != TIMESTAMP_OK)
		return err_field(err, ERR_INVALID, "since",
			"\"%.40s\" is no time; write it as 2026-03-01T10:15:00Z.", text);
	*ret_since_us = since_ns / 1000;
	return true;
}

/* Not let through, and not because a rule says so. */
static bool is_uncovered(const struct replayed_side *side)
{
	return (side->judgement.verdict == JUDGED_DENIED &&
		       side->judgement.reason != REASON_DENY_RULE) ||
	       (side->judgement.verdict == JUDGED_ALLOWED && side->l7[JUDGED_DENIED] > 0);
}

static size_t find_uncovered(
	const struct replay_input *input, const struct replay *replay, struct replay_item *items)
{
	size_t count = 0;

	for (size_t i = 0; i < replay->count; i++) {
		const struct replayed *replayed = &replay->items[i];

		if (is_uncovered(&replayed->sides[SIDE_EGRESS]) ||
			is_uncovered(&replayed->sides[SIDE_INGRESS]))
			items[count++] = (struct replay_item){.index = i,
				.before = JUDGED_ALLOWED,
				.changed = true,
				.events = input->settlement->items[i].events};
	}
	return count;
}

static bool load_since(struct app *app, struct request *request, int64_t since_us,
	struct stored_traffic *ret_stored, struct err *err)
{
	struct filter filter = {.l7 = "", .has_from = true, .from_us = since_us};
	struct selection selection;

	return filter_connections(app->db, request->mem, &filter, &selection, err) &&
	       stored_traffic_load(app->db, request->mem, &selection, ret_stored, err);
}

bool policies_drift(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	void *mem = request->mem;
	struct policies policies;
	struct policy_row row;
	struct stored_traffic stored;
	struct replay_input input;
	struct replay replayed;
	struct replay_item *items;
	json_t *uncovered;
	int64_t since_us;
	size_t count, most;
	bool limited;

	if (!page_limit(request, &most, &limited, err) ||
		!policy_get(app->db, mem, request_path(request, "policy_id"), &row, err) ||
		!read_since(app, request, &row, &since_us, err) ||
		!policy_read(mem, row.yaml, strlen(row.yaml), &policies, err) ||
		!load_since(app, request, since_us, &stored, err))
		return false;
	if (!limited)
		most = LIMIT_REPLAYED;
	input = replay_prepare(mem, stored.traffic, stored.selected, "");
	replay(mem, &input, &policies, &replayed);
	items = mem_array(mem, struct replay_item, replayed.count);
	count = find_uncovered(&input, &replayed, items);
	if (!replay_items_render(app, mem, &(struct replayed_traffic){&stored, &input, &replayed},
		    items, count, most, &uncovered, err))
		return false;
	/* where nothing was recorded since, that a rule was not hit means nothing */
	response_json(response, 200,
		json_pack("{s:o, s:I, s:o, s:o, s:b}", "since", render_time(since_us), "total",
			(json_int_t)count, "uncovered", uncovered, "unused_rules",
			replayed.count == 0 ? json_array() : replay_unused_rules(mem, &replayed),
			"truncated", count > most));
	return true;
}
