#include "api/replay_render.h"

#include <inttypes.h>
#include <stdlib.h>

#include "api/connection_render.h"
#include "api/render.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/report.h"
#include "store/array.h"

static bool is_allowed(enum judged judged)
{
	return judged == JUDGED_NONE || judged == JUDGED_ALLOWED;
}

const char *replay_verdict(enum judged judged)
{
	return judged_name(is_allowed(judged) ? JUDGED_ALLOWED : judged);
}

/* L7 counts where the connection itself is let through. */
static enum judged side_verdict(const struct replayed_side *side)
{
	if (!is_allowed(side->judgement.verdict))
		return side->judgement.verdict;
	if (side->l7[JUDGED_DENIED] > 0)
		return JUDGED_DENIED;
	return side->l7[JUDGED_UNKNOWN] > 0 ? JUDGED_UNKNOWN : side->judgement.verdict;
}

/* The rule to show for a verdict: one that decides, or the one that turned default deny on. */
static const struct deciding_rule *telling_rule(const struct side_judgement *judgement)
{
	if (judgement->by_count > 0)
		return &judgement->by[0];
	return judgement->reason == REASON_DEFAULT_DENY ? &judgement->default_deny : NULL;
}

static json_t *decision(void *mem, const struct replayed_side *side)
{
	const struct side_judgement *judgement = &side->judgement;
	const struct deciding_rule *rule = telling_rule(judgement);
	enum judged verdict = side_verdict(side);
	const char *reason =
		verdict == judgement->verdict
			? side_judgement_reason(mem, judgement)
			: mem_format(mem, "%" PRIu64 " requests or questions: %s by L7 rules",
				  side->l7[verdict], judged_name(verdict));
	json_t *json = json_pack(
		"{s:s, s:o}", "verdict", replay_verdict(verdict), "reason", render_text(reason));

	if (rule != NULL) {
		json_object_set_new(json, "policy", render_text(policy_title(mem, rule->policy)));
		json_object_set_new(json, "line", json_integer(deciding_rule_line(rule)));
	}
	return json;
}

static int by_interest(const void *left, const void *right)
{
	const struct replay_item *a = left, *b = right;

	if (a->changed != b->changed)
		return a->changed ? -1 : 1;
	if (a->events != b->events)
		return a->events > b->events ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* The stored connection that stands for a settled one. */
static int32_t connection_id(
	const struct replayed_traffic *replayed, const struct replay_item *item)
{
	const struct settled *settled = &replayed->input->settlement->items[item->index];

	return replayed->stored->ids[settled->connections[0]];
}

static void json_release(void *value)
{
	json_decref(value);
}

/* The connections of the items as the API shows them, by their ids. */
static bool find_connections(struct app *app, void *mem, const struct replayed_traffic *replayed,
	const struct replay_item *items, size_t count, json_t **ret_connections, struct err *err)
{
	struct array *ids = array_new(mem);
	json_t *connections = json_object();
	struct rows *rows;

	mem_attach(mem, connections, json_release);
	for (size_t i = 0; i < count; i++)
		array_number(ids, connection_id(replayed, &items[i]));
	if (!DB_QUERY(app->db, mem, &query_connection_list, &rows, err,
		    db_number(mem, (int64_t)count), NULL, NULL, array_literal(ids)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++)
		json_object_set_new(
			connections, connection_render_id(rows, i), connection_render(rows, i));
	*ret_connections = connections;
	return true;
}

static json_t *item_json(void *mem, const struct replayed_traffic *replayed,
	const struct replay_item *item, json_t *connection)
{
	const struct replayed *result = &replayed->replay->items[item->index];

	return json_pack("{s:O, s:o, s:o, s:s, s:s, s:b}", "connection", connection, "egress",
		decision(mem, &result->sides[SIDE_EGRESS]), "ingress",
		decision(mem, &result->sides[SIDE_INGRESS]), "verdict",
		replay_verdict(result->verdict), "before", replay_verdict(item->before), "changed",
		item->changed);
}

bool replay_items_render(struct app *app, void *mem, const struct replayed_traffic *replayed,
	struct replay_item *items, size_t count, size_t most, json_t **ret_items, struct err *err)
{
	json_t *connections, *list;

	qsort(items, count, sizeof *items, by_interest);
	count = count > most ? most : count;
	if (!find_connections(app, mem, replayed, items, count, &connections, err))
		return false;
	list = json_array();
	for (size_t i = 0; i < count; i++) {
		const char *id = db_number(mem, connection_id(replayed, &items[i]));
		json_t *connection = json_object_get(connections, id);

		if (connection != NULL) /* deleted meanwhile otherwise */
			json_array_append_new(
				list, item_json(mem, replayed, &items[i], connection));
	}
	*ret_items = list;
	return true;
}

json_t *replay_unused_rules(void *mem, const struct replay *replay)
{
	json_t *list = json_array();

	for (size_t i = 0; i < replay->rule_count; i++) {
		const struct deciding_rule *rule = &replay->rules[i].rule;

		if (replay->rules[i].connections > 0)
			continue;
		json_array_append_new(
			list, json_pack("{s:o, s:s, s:i, s:i, s:s}", "policy",
				      render_text(policy_title(mem, rule->policy)), "section",
				      section_name(rule->section), "element", (int)rule->element,
				      "line", (int)deciding_rule_line(rule), "text",
				      deciding_rule_path(mem, rule)));
	}
	return list;
}
