#include "api/policy_problems.h"

#include <stdio.h>
#include <string.h>

#include "api/render.h"
#include "base/mem.h"

static const char *title(void *mem, const struct checked_policy *policy)
{
	return *policy->namespace == '\0'
		       ? policy->name
		       : mem_format(mem, "%s/%s", policy->namespace, policy->name);
}

json_t *policy_problems(void *mem, const struct checked_policies *checked)
{
	json_t *problems = json_array();

	for (size_t i = 0; i < checked->count; i++)
		for (size_t j = 0; j < checked->items[i].problem_count; j++) {
			const struct policy_problem *problem = &checked->items[i].problems[j];

			json_array_append_new(problems,
				json_pack("{s:s, s:s, s:o, s:i, s:i, s:o, s:o}", "severity",
					severity_name(problem->severity), "code", problem->rule,
					"message", render_text(problem->message), "line",
					(int)problem->where.line, "column",
					(int)problem->where.column, "path",
					render_text(problem->path), "policy",
					render_text(title(mem, &checked->items[i]))));
		}
	return problems;
}

/* A problem in the words of a problem document's list of errors. */
static json_t *error_of(const json_t *problem)
{
	return json_pack("{s:O, s:O, s:O, s:O, s:O}", "line", json_object_get(problem, "line"),
		"column", json_object_get(problem, "column"), "field",
		json_object_get(problem, "path"), "code", json_object_get(problem, "code"),
		"detail", json_object_get(problem, "message"));
}

static bool is_error(const json_t *problem)
{
	return strcmp(json_string_value(json_object_get(problem, "severity")),
		       severity_name(SEVERITY_ERROR)) == 0;
}

bool policy_problems_refuse(
	void *mem, struct response *response, const struct checked_policies *checked)
{
	json_t *problems = policy_problems(mem, checked), *errors = json_array(), *problem;
	struct err err = {0};
	size_t i;

	json_array_foreach(problems, i, problem)
	{
		if (is_error(problem))
			json_array_append_new(errors, error_of(problem));
	}
	problem = json_array_get(errors, 0);
	(void)err_at(&err, ERR_INVALID,
		(unsigned long)json_integer_value(json_object_get(problem, "line")),
		(unsigned long)json_integer_value(json_object_get(problem, "column")),
		"Cilium would refuse this policy: %s%s",
		json_string_value(json_object_get(problem, "detail")),
		json_array_size(errors) > 1 ? " (There is more: see the list.)" : "");
	snprintf(err.field, sizeof err.field, "yaml_content");
	response_problem(response, &err, json_pack("{s:o}", "errors", errors));
	json_decref(problems);
	return true;
}
