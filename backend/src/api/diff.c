/* POST /api/policies/diff: what a change of policies means. */
#include "api/handlers.h"
#include "api/policy_input.h"
#include "api/policy_references.h"
#include "api/render.h"
#include "core/policy_diff.h"
#include "core/report.h"

static json_t *change_json(const struct policy_change *change)
{
	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:i}", "effect",
		change_effect_name(change->effect), "policy", render_text(change->policy),
		"direction", side_name(change->side), "subject", render_text(change->subject),
		"peer", render_text(change->peer), "port", render_text(change->port), "text",
		render_text(change->text), "line", (int)deciding_rule_line(&change->rule));
}

bool policies_diff(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const members[] = {"old", "new", NULL};
	struct policies before, after;
	struct policy_changes changes;
	json_t *body, *list;

	if (!request_json(request, &body, err) || !members_check(body, members, err) ||
		!policy_references_read(app, request, body, "old", &before, err) ||
		!policy_references_read(app, request, body, "new", &after, err))
		return false;
	policy_diff(request->mem, &before, &after, "", &changes);
	list = json_array();
	for (size_t i = 0; i < changes.count; i++)
		json_array_append_new(list, change_json(&changes.items[i]));
	response_json(response, 200, json_pack("{s:o}", "changes", list));
	return true;
}
