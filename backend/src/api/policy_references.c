#include "api/policy_references.h"

#include <stdio.h>
#include <string.h>

#include "api/policy_input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_read.h"

static bool stored_text(struct app *app, struct request *request, const json_t *reference,
	const char *id, const char **ret_yaml, struct err *err)
{
	const json_t *number = json_object_get(reference, "version");
	struct policy_row policy;
	struct version_row version;
	const char *text;

	if (!policy_get(app->db, request->mem, id, &policy, err))
		return false;
	*ret_yaml = policy.yaml;
	if (number == NULL || json_is_null(number))
		return true;
	if (!member_version(request->mem, reference, &text, err) ||
		!policy_version_get(app->db, request->mem, id, text, &version, err))
		return false;
	*ret_yaml = version.yaml;
	return true;
}

static bool reference_text(struct app *app, struct request *request, const json_t *reference,
	const char **ret_yaml, struct err *err)
{
	const char *id, *yaml;

	if (!json_is_object(reference))
		return err_set(err, ERR_INVALID,
			"A policy is named by an object with \"policy_id\" or \"yaml_content\".");
	if (!member_text(reference, "policy_id", false, 0, &id, err) ||
		!member_text(reference, "yaml_content", false, LIMIT_POLICY_TEXT, &yaml, err))
		return false;
	if ((id == NULL) == (yaml == NULL))
		return err_set(err, ERR_INVALID,
			"Give either \"policy_id\" (and perhaps \"version\") or \"yaml_content\".");
	*ret_yaml = yaml;
	return id == NULL || stored_text(app, request, reference, id, ret_yaml, err);
}

static bool read_one(struct app *app, struct request *request, const json_t *reference,
	struct policies *policies, size_t *capacity, struct err *err)
{
	struct policies more;
	const char *yaml = "";

	if (!reference_text(app, request, reference, &yaml, err) ||
		!policy_read(request->mem, yaml, strlen(yaml), &more, err))
		return false;
	mem_reserve(request->mem, policies->items, capacity, policies->count + more.count);
	for (size_t i = 0; i < more.count; i++)
		policies->items[policies->count++] = more.items[i];
	return true;
}

bool policy_references_read(struct app *app, struct request *request, const json_t *body,
	const char *name, struct policies *ret_policies, struct err *err)
{
	const json_t *references = json_object_get(body, name);
	struct policies policies = {0};
	struct err why = {0};
	size_t capacity = 0;

	if (!json_is_array(references))
		return err_field(
			err, ERR_INVALID, name, "\"%s\" must be a list of policies.", name);
	if (json_array_size(references) > LIMIT_POLICIES_NAMED)
		return err_field(err, ERR_TOO_LARGE, name, "More than %d policies are named.",
			LIMIT_POLICIES_NAMED);
	for (size_t i = 0; i < json_array_size(references); i++) {
		if (read_one(app, request, json_array_get(references, i), &policies, &capacity,
			    &why))
			continue;
		*err = why;
		snprintf(err->field, sizeof err->field, "%s[%zu]", name, i);
		return false;
	}
	*ret_policies = policies;
	return true;
}
