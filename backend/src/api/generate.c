/* POST /api/policies/generate: from stored flows to policies, each rule with its evidence. */
#include <stdlib.h>
#include <string.h>

#include "api/generate_input.h"
#include "api/generate_render.h"
#include "api/handlers.h"
#include "api/once.h"
#include "api/policy_input.h"
#include "api/render.h"
#include "api/selection.h"
#include "base/mem.h"
#include "core/policy_name.h"
#include "core/policy_write.h"

/* Longest name of a Kubernetes object. */
#define NAME_BYTES 253

struct job {
	struct app *app;
	struct request *request;
	json_t *body;
	struct generate_input input;
	struct policies existing; /* that are merged into, as read from `texts` */
	struct policy_texts texts;
	struct stored_traffic stored;
	struct generation generation;
	struct generated generated; /* the two before, for rendering */
};

/* What became of one policy. */
struct result {
	const char *id; /* NULL in a preview */
	int64_t version;
	const char *yaml;
};

static bool read_existing(struct job *job, struct err *err)
{
	void *mem = job->request->mem;
	struct policy *items = mem_array(mem, struct policy, job->input.existing.count);
	struct policy_texts *texts = &job->texts;

	if (job->input.existing.count == 0)
		return true;
	if (!policy_texts(job->app->db, mem, &job->input.existing, texts, err))
		return err_where(err, "options.existing");
	for (size_t i = 0; i < texts->count; i++)
		if (!policy_input_read(mem, texts->items[i].yaml, &items[i], err))
			return err_where(
				err, "the policy %s cannot be merged into", texts->items[i].id);
	job->existing = (struct policies){items, texts->count};
	job->input.options.existing = &job->existing;
	return true;
}

/* What the policy was merged into, or NULL. */
static const struct policy_text *existing_of(const struct job *job, const struct policy *policy)
{
	for (size_t i = 0; i < job->existing.count; i++)
		if (strcmp(job->existing.items[i].name, policy->name) == 0 &&
			strcmp(job->existing.items[i].namespace, policy->namespace) == 0 &&
			job->existing.items[i].kind == policy->kind)
			return &job->texts.items[i];
	return NULL;
}

/* With several policies the name given is the first one's, and begins the names of the others. */
static void spread_name(struct job *job)
{
	const char *name = job->input.options.name;
	struct policies *policies = &job->generation.policies;
	bool first = true;

	for (size_t i = 0; i < policies->count && policies->count > 1 && *name != '\0'; i++) {
		struct policy *policy = &policies->items[i];
		size_t own = strlen(policy->name), room = NAME_BYTES - own - 1;

		if (existing_of(job, policy) != NULL)
			continue;
		if (first)
			policy->name = name;
		else if (own < NAME_BYTES - 1)
			policy->name = mem_format(
				job->request->mem, "%.*s-%s", (int)room, name, policy->name);
		first = false;
	}
}

static bool run(struct job *job, struct err *err)
{
	void *mem = job->request->mem;
	struct selection selection;
	const uint32_t *samples;
	size_t count;

	job->input.options.within = job->request->user.limits;
	if (!selection_read(job->app, job->request, job->body, &selection, err) ||
		!stored_traffic_load(job->app->db, mem, &selection, &job->stored, err) ||
		!generate(mem, job->stored.traffic, job->stored.selected, &job->input.options,
			&job->generation, err))
		return false;
	if (selection.none)
		job->generation.empty_reason =
			"The filter selects no connection. Widen it, or choose another time.";
	spread_name(job);
	job->generated = (struct generated){&job->stored, &job->generation};
	samples = generated_samples(mem, &job->generated, &count);
	return stored_traffic_samples(job->app->db, mem, &job->stored, samples, count, err);
}

static bool write_yaml(
	struct job *job, const struct policies *policies, const char **ret_yaml, struct err *err)
{
	return policy_write(job->request->mem, policies, ret_yaml, NULL, err);
}

static void text_free(void *text)
{
	free(text);
}

/* What the version rests on: its selection, options, window, coverage and rules. */
static const char *evidence(struct job *job, unsigned policy)
{
	void *mem = job->request->mem;
	const json_t *ids = json_object_get(job->body, "flow_ids");
	json_t *value = json_pack("{s:O*, s:O*, s:o, s:o, s:o}", "filter",
		json_object_get(job->body, "filter"), "options",
		json_object_get(job->body, "options"), "window", generated_window(&job->generated),
		"coverage", generated_coverage(&job->generated), "rules",
		generated_rules(mem, &job->generated, policy));
	char *text;

	if (json_is_array(ids))
		json_object_set_new(value, "flows", json_integer((json_int_t)json_array_size(ids)));
	text = json_dumps(value, JSON_COMPACT);
	json_decref(value);
	mem_attach(mem, text, text_free);
	return text;
}

/* The names that stored policies have already, unless they are to be merged into. */
static bool find_taken(struct job *job, json_t *taken, struct err *err)
{
	for (size_t i = 0; i < job->generation.policies.count; i++) {
		const struct policy *policy = &job->generation.policies.items[i];
		const char *kind = policy_kind_name(policy->kind), *id;

		if (existing_of(job, policy) != NULL)
			continue;
		if (!policy_named(job->app->db, job->request->mem, policy->namespace, policy->name,
			    kind, &id, err))
			return false;
		if (id != NULL)
			json_array_append_new(
				taken, json_pack("{s:s, s:s, s:s, s:s}", "policy_id", id,
					       "policy_name", policy->name, "namespace",
					       policy->namespace, "kind", kind));
	}
	return true;
}

/* Merged into the version that was read at the beginning: an edit made since must not be lost. */
static bool store_merged(struct job *job, const struct policy_text *text,
	const struct policy_draft *draft, struct policy_saved *ret_saved, struct err *err)
{
	const struct policy_row row = {
		.id = text->id, .name = text->name, .version = text->version};
	struct err why = {0};

	if (policy_add_version(job->app->db, job->request->mem, &row, draft, ret_saved, &why))
		return true;
	if (why.code != ERR_STALE) {
		*err = why;
		return false;
	}
	return err_field(err, ERR_CONFLICT, "options.existing",
		"The policy \"%s\" was changed or deleted while this was generated. Nothing was "
		"stored; generate again.",
		text->name);
}

/* What becomes of one policy goes into `result` and `ret_change`, whose action is NULL when nothing does. */
static bool store_one(struct job *job, unsigned index, struct result *result,
	struct change *ret_change, struct err *err)
{
	const struct policy *policy = &job->generation.policies.items[index];
	const struct policy_text *text = existing_of(job, policy);
	struct policy_draft draft = {.yaml = result->yaml,
		.author = job->request->user.name,
		.summary = "Generated from flows",
		.origin = "generated",
		.evidence = evidence(job, index)};
	void *mem = job->request->mem;
	struct policy_saved saved;
	bool done;

	*ret_change = (struct change){.action = NULL};
	if (text != NULL && strcmp(text->yaml, result->yaml) == 0) {
		result->id = text->id;
		result->version = text->version;
		return true;
	}
	done = text != NULL ? store_merged(job, text, &draft, &saved, err)
			    : policy_add(job->app->db, mem, policy->namespace, policy->name,
				      policy_kind_name(policy->kind), &draft, &saved, err);
	if (!done)
		return false;
	result->id = saved.id;
	result->version = saved.version;
	*ret_change = (struct change){.action = "policy.generate",
		.object = saved.id,
		.name = policy_full_name(mem, policy->namespace, policy->name),
		.reason = draft.summary,
		.after = {saved.version, saved.sha256}};
	if (text != NULL)
		ret_change->before = (struct change_state){text->version, text->sha256};
	return true;
}

/* All but the commit. */
static bool store(struct job *job, struct result *results, struct err *err)
{
	unsigned count = (unsigned)job->generation.policies.count;
	struct change *changes = mem_array(job->request->mem, struct change, count);

	if (!db_begin(job->app->db, job->request->mem, err))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!store_one(job, i, &results[i], &changes[i], err))
			return false;
	for (unsigned i = 0; i < count; i++)
		if (changes[i].action != NULL &&
			!change_audit(job->app->db, job->request, &changes[i], err))
			return false;
	return true;
}

static json_t *policy_json(const struct policy *policy, const struct result *result)
{
	return json_pack("{s:s?, s:s, s:s, s:s, s:I, s:s}", "policy_id", result->id, "policy_name",
		policy->name, "namespace", policy->namespace, "kind",
		policy_kind_name(policy->kind), "version", (json_int_t)result->version,
		"yaml_content", result->yaml);
}

static bool answer(
	struct job *job, struct response *response, const struct result *results, struct err *err)
{
	const struct policies *policies = &job->generation.policies;
	void *mem = job->request->mem;
	bool stored = !job->input.dry_run && policies->count > 0;
	json_t *list, *first;
	const char *yaml;

	if (!write_yaml(job, policies, &yaml, err))
		return false;
	list = json_array();
	for (size_t i = 0; i < policies->count; i++)
		json_array_append_new(list, policy_json(&policies->items[i], &results[i]));
	first = policies->count == 0 ? json_null() : json_incref(json_array_get(list, 0));
	response_json(response, stored ? 201 : 200,
		json_pack("{s:b, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "dry_run",
			job->input.dry_run, "policy", first, "policies", list, "yaml_content", yaml,
			"rules", generated_rules(mem, &job->generated, EVERY_POLICY), "coverage",
			generated_coverage(&job->generated), "left_out",
			generated_left_out(mem, &job->generated), "warnings",
			generated_warnings(&job->generated), "empty_reason",
			job->generation.empty_reason));
	return true;
}

static bool refuse_taken(struct response *response, json_t *taken)
{
	const json_t *first = json_array_get(taken, 0);
	const char *namespace = json_string_value(json_object_get(first, "namespace"));
	struct err err = {0};

	(void)err_field(&err, ERR_CONFLICT, "policy_name",
		"There is already a %s \"%s%s%s\" (policy %s)%s. Nothing was "
		"stored. Name the existing ones in options.existing to add what they lack as a new "
		"version, or choose another policy_name.",
		json_string_value(json_object_get(first, "kind")), namespace,
		*namespace == '\0' ? "" : "/",
		json_string_value(json_object_get(first, "policy_name")),
		json_string_value(json_object_get(first, "policy_id")),
		json_array_size(taken) > 1 ? ", and others have names that are taken" : "");
	response_problem(response, &err, json_pack("{s:O}", "existing", taken));
	return true;
}

static bool write_all(struct job *job, struct result *results, struct err *err)
{
	for (size_t i = 0; i < job->generation.policies.count; i++) {
		struct policies one = {&job->generation.policies.items[i], 1};

		if (!write_yaml(job, &one, &results[i].yaml, err))
			return false;
	}
	return true;
}

static void taken_free(void *taken)
{
	json_decref(taken);
}

static bool generate_and_store(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct job job = {.app = app, .request = request};
	json_t *taken = json_array();
	struct result *results;

	mem_attach(request->mem, taken, taken_free);
	if (!request_json(request, &job.body, err) ||
		!generate_input_read(request->mem, job.body, &job.input, err) ||
		!read_existing(&job, err) || !run(&job, err))
		return false;
	results = mem_array(request->mem, struct result, job.generation.policies.count);
	if (!write_all(&job, results, err))
		return false;
	if (job.input.dry_run)
		return answer(&job, response, results, err);
	if (!find_taken(&job, taken, err))
		return false;
	if (json_array_size(taken) > 0)
		return refuse_taken(response, taken);
	return store(&job, results, err) && answer(&job, response, results, err) &&
	       once_commit(app, request, response, err);
}

bool generate_policies(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return once(app, request, response, generate_and_store, err);
}
