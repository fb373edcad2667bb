/* POST /api/policies/validate: would Cilium take this text? */
#include <string.h>

#include "api/handlers.h"
#include "api/policy_input.h"
#include "api/policy_problems.h"
#include "base/limits.h"

bool policies_validate(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	static const char *const members[] = {"yaml_content", NULL};
	struct checked_policies checked;
	const char *yaml;
	json_t *body;

	(void)app;
	if (!request_json(request, &body, err) || !members_check(body, members, err) ||
		!member_text(body, "yaml_content", true, LIMIT_POLICY_TEXT, &yaml, err) ||
		!policy_check(request->mem, yaml, strlen(yaml), &checked, err))
		return false;
	response_json(response, 200,
		json_pack("{s:b, s:I, s:o}", "valid", checked.accepted, "policies",
			(json_int_t)checked.count, "problems",
			policy_problems(request->mem, &checked)));
	return true;
}
