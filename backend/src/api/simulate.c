/* POST /api/policies/simulate: policies replayed over stored connections. */
#include <string.h>

#include "api/handlers.h"
#include "api/policy_input.h"
#include "api/policy_references.h"
#include "api/replay_render.h"
#include "api/selection.h"
#include "base/limits.h"
#include "base/mem.h"

struct simulation {
	struct stored_traffic stored;
	struct replay_input input;
	struct replay proposed;
	bool has_against;
	struct replay against;
	bool only_changed;
	/* The answer. */
	struct replay_item *items;
	size_t count;
	size_t totals[JUDGED_COUNT], changed;
};

static const char *const members[] = {
	"policies", "against", "filter", "flow_ids", "only_changed", NULL};

static bool read_only_changed(const json_t *body, bool *ret_only_changed, struct err *err)
{
	const json_t *value = json_object_get(body, "only_changed");

	if (value != NULL && !json_is_null(value) && !json_is_boolean(value))
		return err_field(err, ERR_INVALID, "only_changed", "It must be true or false.");
	*ret_only_changed = json_is_true(value);
	return true;
}

/* What the recorded traffic says about a connection: did it get through? */
static enum judged happened(const struct settled *settled)
{
	enum judged judged = JUDGED_UNKNOWN;

	for (enum side side = 0; side < SIDES; side++)
		switch (settled_evidence(settled, side, &generate_defaults)) {
		case LEFT_OUT_DENIED:
		case LEFT_OUT_REFUSED:
		case LEFT_OUT_L7_DENIED:
			return JUDGED_DENIED;
		case LEFT_OUT_NOT:
			judged = JUDGED_ALLOWED;
			break;
		default:
			break;
		}
	return judged;
}

/* Where the record does not tell what happened, nothing can be said to change. */
static bool differs(const struct simulation *simulation, enum judged before, enum judged after)
{
	if (!simulation->has_against && before == JUDGED_UNKNOWN)
		return false;
	return strcmp(replay_verdict(before), replay_verdict(after)) != 0;
}

static void compare(struct simulation *simulation)
{
	const struct replay *proposed = &simulation->proposed;

	for (size_t i = 0; i < proposed->count; i++) {
		const struct settled *settled = &simulation->input.settlement->items[i];
		enum judged after = proposed->items[i].verdict;
		struct replay_item item = {.index = i,
			.before = simulation->has_against ? simulation->against.items[i].verdict
							  : happened(settled),
			.events = settled->events};

		item.changed = differs(simulation, item.before, after);
		simulation->totals[after]++;
		simulation->changed += item.changed;
		if (item.changed || !simulation->only_changed)
			simulation->items[simulation->count++] = item;
	}
}

static bool read_policies(struct app *app, struct request *request, const json_t *body,
	struct simulation *simulation, struct policies *ret_policies, struct policies *ret_against,
	struct err *err)
{
	const json_t *against = json_object_get(body, "against");

	simulation->has_against = against != NULL && !json_is_null(against);
	return policy_references_read(app, request, body, "policies", ret_policies, err) &&
	       (!simulation->has_against ||
		       policy_references_read(app, request, body, "against", ret_against, err));
}

static bool run(struct app *app, struct request *request, const json_t *body,
	struct simulation *simulation, struct err *err)
{
	void *mem = request->mem;
	struct policies policies, against;
	struct selection selection;

	if (!members_check(body, members, err) ||
		!read_only_changed(body, &simulation->only_changed, err) ||
		!read_policies(app, request, body, simulation, &policies, &against, err) ||
		!selection_read(app, request, body, &selection, err) ||
		!stored_traffic_load(app->db, mem, &selection, &simulation->stored, err))
		return false;
	simulation->input =
		replay_prepare(mem, simulation->stored.traffic, simulation->stored.selected, "");
	replay(mem, &simulation->input, &policies, &simulation->proposed);
	if (simulation->has_against)
		replay(mem, &simulation->input, &against, &simulation->against);
	simulation->items = mem_array(mem, struct replay_item, simulation->proposed.count);
	compare(simulation);
	return true;
}

bool policies_simulate(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct simulation simulation = {0};
	struct replayed_traffic replayed = {
		&simulation.stored, &simulation.input, &simulation.proposed};
	const size_t *totals = simulation.totals;
	json_t *body, *items;

	if (!request_json(request, &body, err) || !run(app, request, body, &simulation, err) ||
		!replay_items_render(app, request->mem, &replayed, simulation.items,
			simulation.count, LIMIT_REPLAYED, &items, err))
		return false;
	response_json(response, 200,
		json_pack("{s:{s:I, s:I, s:I, s:I}, s:o, s:o, s:b}", "totals", "allowed",
			(json_int_t)(totals[JUDGED_ALLOWED] + totals[JUDGED_NONE]), "denied",
			(json_int_t)totals[JUDGED_DENIED], "unknown",
			(json_int_t)totals[JUDGED_UNKNOWN], "changed",
			(json_int_t)simulation.changed, "items", items, "unused_rules",
			replay_unused_rules(request->mem, &simulation.proposed), "truncated",
			simulation.count > LIMIT_REPLAYED));
	return true;
}
