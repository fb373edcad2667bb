#include "api/policy_references.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/policy_input.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_read.h"

/* The policies read so far; those of all stored ones stand first and give way to any named later. */
struct reading {
	struct app *app;
	struct request *request;
	struct policies policies;
	size_t capacity, stored;
};

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
			"A policy is named by an object with \"policy_id\", \"yaml_content\" or "
			"\"all_stored\".");
	if (!member_text(reference, "policy_id", false, 0, &id, err) ||
		!member_text(reference, "yaml_content", false, LIMIT_POLICY_TEXT, &yaml, err))
		return false;
	if ((id == NULL) == (yaml == NULL) || json_object_get(reference, "all_stored") != NULL)
		return err_set(err, ERR_INVALID,
			"Give one of \"policy_id\" (and perhaps \"version\"), \"yaml_content\" and "
			"\"all_stored\": true.");
	*ret_yaml = yaml;
	return id == NULL || stored_text(app, request, reference, id, ret_yaml, err);
}

static bool add_text(struct reading *reading, const char *yaml, struct err *err)
{
	void *mem = reading->request->mem;
	struct policies more;

	if (!policy_read(mem, yaml, strlen(yaml), &more, err))
		return false;
	mem_reserve(mem, reading->policies.items, &reading->capacity,
		reading->policies.count + more.count);
	for (size_t i = 0; i < more.count; i++)
		reading->policies.items[reading->policies.count++] = more.items[i];
	return true;
}

static bool is_all_stored(const json_t *reference)
{
	return json_is_true(json_object_get(reference, "all_stored")) &&
	       json_object_size(reference) == 1;
}

static bool add_all_stored(struct reading *reading, struct err *err)
{
	struct policy_texts texts;

	if (!policy_texts(reading->app->db, reading->request->mem, NULL, &texts, err))
		return false;
	for (size_t i = 0; i < texts.count; i++)
		if (!add_text(reading, texts.items[i].yaml, err))
			return err_where(
				err, "%s/%s", texts.items[i].namespace, texts.items[i].name);
	reading->stored = reading->policies.count;
	return true;
}

static bool add_one(struct reading *reading, const json_t *reference, struct err *err)
{
	const char *yaml = "";

	if (is_all_stored(reference))
		return true; /* read before the others */
	return reference_text(reading->app, reading->request, reference, &yaml, err) &&
	       add_text(reading, yaml, err);
}

static int by_name(const void *left, const void *right)
{
	const struct policy *a = *(const struct policy *const *)left;
	const struct policy *b = *(const struct policy *const *)right;
	int order = a->kind == b->kind ? strcmp(a->namespace, b->namespace)
				       : (a->kind > b->kind) - (a->kind < b->kind);

	return order != 0 ? order : strcmp(a->name, b->name);
}

/* A policy that is named stands for the stored one of its kind, namespace and name. */
static void give_way(struct reading *reading)
{
	struct policies *all = &reading->policies;
	size_t named = all->count - reading->stored, kept = 0;
	const struct policy **sorted =
		mem_array(reading->request->mem, const struct policy *, named + 1);

	if (named == 0 || reading->stored == 0)
		return;
	for (size_t i = 0; i < named; i++)
		sorted[i] = &all->items[reading->stored + i];
	qsort(sorted, named, sizeof *sorted, by_name);
	for (size_t i = 0; i < reading->stored; i++) {
		const struct policy *policy = &all->items[i];

		if (bsearch(&policy, sorted, named, sizeof *sorted, by_name) == NULL)
			all->items[kept++] = *policy;
	}
	memmove(all->items + kept, all->items + reading->stored, named * sizeof *all->items);
	all->count = kept + named;
}

bool policy_references_read(struct app *app, struct request *request, const json_t *body,
	const char *name, struct policies *ret_policies, struct err *err)
{
	const json_t *references = json_object_get(body, name);
	struct reading reading = {.app = app, .request = request};
	struct err why = {0};

	if (!json_is_array(references))
		return err_field(
			err, ERR_INVALID, name, "\"%s\" must be a list of policies.", name);
	if (json_array_size(references) > LIMIT_POLICIES_NAMED)
		return err_field(err, ERR_TOO_LARGE, name, "More than %d policies are named.",
			LIMIT_POLICIES_NAMED);
	for (size_t i = 0; i < json_array_size(references) && reading.stored == 0; i++)
		if (is_all_stored(json_array_get(references, i)) && !add_all_stored(&reading, err))
			return false;
	for (size_t i = 0; i < json_array_size(references); i++) {
		if (add_one(&reading, json_array_get(references, i), &why))
			continue;
		*err = why;
		snprintf(err->field, sizeof err->field, "%s[%zu]", name, i);
		return false;
	}
	give_way(&reading);
	*ret_policies = reading.policies;
	return true;
}
