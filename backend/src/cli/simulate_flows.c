#include "cli/simulate_flows.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/flow_input.h"
#include "core/report.h"

/* A set for the flows that one cluster's nodes reported. */
struct cluster_set {
	char *cluster;
	struct policy_set *set;
};

struct flow_replay {
	void *mem;
	const struct policy_files *policies;
	const char *cluster;
	struct cluster_set sets[LIMIT_CLUSTERS];
	size_t set_count;
	struct judgement *judgement;
	bool denied;
	struct err problem;
};

json_t *rule_json(const struct policy_files *policies, const struct deciding_rule *rule)
{
	void *mem = mem_context(NULL);
	json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:s, s:i}", "policy", rule->policy->name,
		"namespace", rule->policy->namespace, "file",
		policy_files_path(policies, rule->policy), "document", (int)rule->policy->document,
		"path", deciding_rule_path(mem, rule), "line", (int)deciding_rule_line(rule));

	mem_free(mem);
	return json;
}

json_t *side_json(const struct policy_files *policies, const struct side_judgement *side)
{
	void *mem = mem_context(NULL);
	json_t *by = json_array(), *json;

	for (size_t i = 0; i < side->by_count; i++)
		json_array_append_new(by, rule_json(policies, &side->by[i]));
	json = json_pack("{s:s, s:o, s:s}", "verdict", judged_name(side->verdict), "by", by,
		"reason", side_judgement_reason(mem, side));
	if (side->l7 != JUDGED_NONE) {
		json_object_set_new(json, "l7", json_string(judged_name(side->l7)));
		json_object_set_new(
			json, "l7_reason", json_string(judged_reason_text(side->l7_reason)));
	}
	mem_free(mem);
	return json;
}

/* The set for the cluster; one that has grown with the peers it met is made anew. */
static struct policy_set *set_for(struct flow_replay *replay, const char *cluster)
{
	struct simulate_options options = {cluster};
	struct cluster_set *found = NULL;

	for (size_t i = 0; i < replay->set_count && found == NULL; i++)
		if (strcmp(replay->sets[i].cluster, cluster) == 0)
			found = &replay->sets[i];
	if (found == NULL && replay->set_count == LIMIT_CLUSTERS) {
		err_set(&replay->problem, ERR_TOO_LARGE,
			"flows of more than %d clusters in one file: name the one to judge "
			"with --cluster",
			LIMIT_CLUSTERS);
		return NULL;
	}
	if (found == NULL) {
		found = &replay->sets[replay->set_count++];
		found->cluster = mem_text(replay->mem, cluster);
	}
	if (found->set != NULL && policy_set_parties(found->set) > LIMIT_PARTIES) {
		mem_free(found->set);
		found->set = NULL;
	}
	if (found->set == NULL)
		found->set = policy_set_new(replay->mem, &replay->policies->policies, &options);
	return found->set;
}

static bool was_let_pass(const struct flow *flow)
{
	return flow->verdict == VERDICT_FORWARDED || flow->verdict == VERDICT_AUDIT ||
	       flow->verdict == VERDICT_REDIRECTED;
}

static bool denies(const struct judgement *judgement)
{
	for (enum side side = 0; side < SIDES; side++)
		if (judgement->sides[side].verdict == JUDGED_DENIED ||
			judgement->sides[side].l7 == JUDGED_DENIED)
			return true;
	return false;
}

static bool add_flow(struct flow_replay *replay, const struct record *record, json_t *line)
{
	const struct flow *flow = record->flow;
	struct policy_set *set =
		set_for(replay, *replay->cluster != '\0' ? replay->cluster : flow->cluster);
	void *mem;
	struct attempt request;

	if (set == NULL)
		return false;
	mem = mem_context(NULL);
	attempt_from_flow(mem, set, flow, &request);
	simulate(set, &request, replay->judgement);
	mem_free(mem);
	replay->denied |= was_let_pass(flow) && denies(replay->judgement);
	json_object_set_new(line, "uuid", json_string(flow->uuid));
	for (enum side side = 0; side < SIDES; side++)
		json_object_set_new(line, side_name(side),
			side_json(replay->policies, &replay->judgement->sides[side]));
	return true;
}

/* A record that is no flow has no sides to judge, one that is broken leaves them unknown. */
static void add_other(const struct record *record, json_t *line)
{
	bool broken = record->kind == RECORD_REJECTED;

	json_object_set_new(line, "uuid", json_string(""));
	for (enum side side = 0; side < SIDES; side++)
		json_object_set_new(line, side_name(side),
			json_pack("{s:s, s:[], s:s}", "verdict",
				judged_name(broken ? JUDGED_UNKNOWN : JUDGED_NONE), "by", "reason",
				broken ? record->problem->text : "the record is no flow"));
}

static bool judge_record(void *context, const struct record *record)
{
	struct flow_replay *replay = context;
	json_t *line = json_pack("{s:I}", "line", (json_int_t)record->line);
	bool good = true;

	if (record->kind == RECORD_FLOW)
		good = add_flow(replay, record, line);
	else
		add_other(record, line);
	if (good && (json_dumpf(line, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF))
		good = err_set(&replay->problem, ERR_INVALID, "cannot write to stdout");
	json_decref(line);
	return good;
}

bool simulate_flows(const struct policy_files *policies, const char *cluster, char **files,
	size_t file_count, bool *ret_denied, struct err *err)
{
	void *mem = mem_context(NULL);
	struct flow_replay *replay = mem_new(mem, struct flow_replay);
	bool good = true;

	replay->mem = mem;
	replay->policies = policies;
	replay->cluster = cluster;
	replay->judgement = judgement_new(mem);
	for (size_t i = 0; good && i < file_count; i++)
		good = flow_file_read(files[i], cluster, judge_record, NULL, replay, err);
	if (replay->problem.code != ERR_NONE)
		*err = replay->problem;
	*ret_denied = replay->denied;
	mem_free(mem);
	return good;
}
