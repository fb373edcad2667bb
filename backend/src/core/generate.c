#include "core/generate.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/assemble.h"
#include "core/generate_warnings.h"
#include "core/labels.h"
#include "core/needs.h"
#include "core/policy_merge.h"
#include "core/policy_name.h"
#include "core/text_set.h"

const struct generate_options generate_defaults = {
	.egress = true,
	.ingress = true,
	.default_deny = DEFAULT_DENY_AUTOMATIC,
	.audited = true,
	.guesses = true,
	.names = true,
	.outside_ingress = OUTSIDE_AUTOMATIC,
	.prefix_ipv4 = 32,
	.prefix_ipv6 = 128,
	.minimum_events = 1,
	.kind = POLICY_CILIUM,
	.name = "",
	.cluster = "",
	.namespace = "",
	.workload = "",
};

#define MANAGED_BY "cilium-policy-advisor"

static bool check_options(const struct generate_options *options, struct err *err)
{
	if (!options->egress && !options->ingress)
		return err_field(err, ERR_INVALID, "direction",
			"neither egress nor ingress is asked for; choose at least one");
	if (options->nodes && options->kind != POLICY_CLUSTERWIDE)
		return err_field(err, ERR_INVALID, "nodes",
			"only clusterwide policies can have nodes as subjects; choose that kind");
	if (options->kind == POLICY_KUBERNETES && options->default_deny == DEFAULT_DENY_STAGED)
		return err_field(err, ERR_INVALID, "default_deny",
			"a Kubernetes NetworkPolicy cannot be staged: default deny is part of it; "
			"choose "
			"another kind or another mode");
	if (*options->name != '\0' && !policy_name_is_valid(options->name))
		return err_field(err, ERR_INVALID, "policy_name",
			"a policy name has 1 to 253 characters of a-z, 0-9, '-' and '.', and "
			"begins and "
			"ends with a letter or digit");
	if (options->prefix_ipv4 > 32 || options->prefix_ipv6 > 128)
		return err_field(err, ERR_INVALID, "cidr_grouping",
			"prefix lengths go up to 32 for IPv4 and 128 for IPv6");
	return true;
}

static const char *cluster_of_node(void *mem, const char *node)
{
	const char *slash = strchr(node, '/');

	return slash != NULL ? mem_text_n(mem, node, (size_t)(slash - node)) : "default";
}

/*
 * A workload's policy can be judged only where nodes of its cluster reported. Where the nodes do not
 * tell their cluster, or no node is named at all, every cluster counts as reporting.
 */
static void find_reporting(struct analysis *analysis)
{
	const struct traffic *traffic = analysis->traffic;
	const struct workloads *workloads = analysis->workloads;
	struct text_list clusters = {NULL, 0};
	const char *one = NULL; /* of the reporting clusters */
	bool any = false;

	for (size_t i = 0; i < traffic->connection_count; i++)
		for (size_t j = 0; j < traffic->connections[i].nodes.count; j++)
			text_set_add(analysis->mem, &clusters,
				cluster_of_node(
					analysis->mem, traffic->connections[i].nodes.items[j]),
				SIZE_MAX);
	analysis->reporting = mem_array(analysis->mem, bool, workloads->count + 1);
	for (size_t i = 0; i < workloads->count; i++) {
		analysis->reporting[i] = text_set_has(&clusters, workloads->items[i].cluster);
		any |= analysis->reporting[i];
	}
	for (size_t i = 0; i < workloads->count && !any; i++)
		analysis->reporting[i] = true;
	for (size_t i = 0; i < workloads->count; i++) {
		if (!analysis->reporting[i])
			continue;
		if (one == NULL)
			one = workloads->items[i].cluster;
		analysis->several_clusters |= strcmp(workloads->items[i].cluster, one) != 0;
	}
}

static int64_t window_ns(const struct traffic *traffic)
{
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; i < traffic->connection_count; i++) {
		if (traffic->connections[i].first_ns < first)
			first = traffic->connections[i].first_ns;
		if (traffic->connections[i].last_ns > last)
			last = traffic->connections[i].last_ns;
	}
	return traffic->connection_count > 0 ? last - first : 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void add_evidence(
	const struct analysis *analysis, const struct need *need, struct provenance *to)
{
	const struct settled *settled = &analysis->settlement->items[need->settled];

	to->guess |= settled->guess;
	to->audited |= settled->outcomes[need->side][OUTCOME_AUDITED] > 0;
	to->denied |= settled->outcomes[need->side][OUTCOME_ALLOWED] == 0 &&
		      settled->outcomes[need->side][OUTCOME_DENIED] > 0;
	for (size_t i = 0; i < settled->connection_count; i++) {
		const struct connection *line =
			&analysis->traffic->connections[settled->connections[i]];

		to->connections[to->connection_count++] = settled->connections[i];
		to->events += line->events;
		to->first_ns = earlier(to->first_ns, line->first_ns);
		to->last_ns = later(to->last_ns, line->last_ns);
		for (size_t j = 0; j < line->nodes.count; j++)
			text_set_add(analysis->mem, &to->nodes, line->nodes.items[j],
				LIMIT_CONNECTION_NODES);
	}
}

struct building {
	const struct analysis *analysis;
	const struct needs *needs;
	struct generation *to;
	struct side_use *(
		*use_of)[SIDES]; /* per connection of the traffic: its sides in to->uses */
	/* Per settled connection: 1 + the provenance that has it. Host and remote-node needs share one. */
	unsigned *counted_in;
	size_t provenance_capacity;
};

static void mark_used(
	struct building *building, const struct need *need, unsigned policy, unsigned provenance)
{
	const struct settled *settled = &building->analysis->settlement->items[need->settled];

	for (size_t i = 0; i < settled->connection_count; i++) {
		struct side_use *use = building->use_of[settled->connections[i]][need->side];

		use->policy = policy;
		use->provenance = provenance;
	}
}

static unsigned add_provenance(struct building *building, const struct assembled *assembled,
	unsigned policy, enum section section, unsigned element)
{
	struct generation *to = building->to;
	unsigned index = (unsigned)to->provenance_count++;
	struct provenance *provenance;
	size_t lines = 0;

	mem_reserve(building->analysis->mem, to->provenance, &building->provenance_capacity,
		to->provenance_count);
	provenance = &to->provenance[index];
	*provenance = (struct provenance){.policy = policy,
		.section = section,
		.element = element,
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN};
	for (size_t i = 0; i < assembled->need_count; i++)
		lines += building->analysis->settlement->items[assembled->needs[i]->settled]
				 .connection_count;
	provenance->connections = mem_array(building->analysis->mem, uint32_t, lines);
	for (size_t i = 0; i < assembled->need_count; i++) {
		unsigned *counted_in = &building->counted_in[assembled->needs[i]->settled];

		if (assembled->needs[i]->assumed)
			continue; /* the evidence is that of other workloads */
		if (*counted_in != index + 1)
			add_evidence(building->analysis, assembled->needs[i], provenance);
		*counted_in = index + 1;
		mark_used(building, assembled->needs[i], policy, index);
	}
	if (provenance->connection_count == 0)
		provenance->first_ns = provenance->last_ns = 0;
	provenance->single = provenance->events == 1;
	return index;
}

static void add_section(struct building *building, struct rule *rule, unsigned policy,
	const struct need *needs, size_t count)
{
	enum section section = needs[0].side == SIDE_EGRESS ? SECTION_EGRESS : SECTION_INGRESS;
	struct assembly assembly = assemble(building->analysis, needs, count);
	struct rule_elements *elements = &rule->elements[section];

	elements->present = true;
	elements->count = assembly.count;
	elements->items = mem_array(building->analysis->mem, struct rule_element, assembly.count);
	for (size_t i = 0; i < assembly.count; i++) {
		elements->items[i] = assembly.items[i].element;
		elements->items[i].provenance = 1 + add_provenance(building, &assembly.items[i],
							    policy, section, (unsigned)i);
		if (assembly.items[i].l7_partial)
			warn_l7_partial(building->to, building->analysis, needs[0].subject, section,
				(unsigned)i);
	}
}

/* A direction without evidence, closed on request: one element that allows nothing. */
static void close_section(void *mem, struct rule_elements *elements)
{
	if (elements->present)
		return;
	elements->present = true;
	elements->count = 1;
	elements->items = mem_new(mem, struct rule_element);
	elements->items[0].authentication = "";
}

static void set_default_deny(const struct analysis *analysis, struct rule *rule)
{
	switch (analysis->options->default_deny) {
	case DEFAULT_DENY_AUTOMATIC:
		break;
	case DEFAULT_DENY_STAGED:
		if (rule->elements[SECTION_INGRESS].present)
			rule->default_deny_ingress = TRISTATE_NO;
		if (rule->elements[SECTION_EGRESS].present)
			rule->default_deny_egress = TRISTATE_NO;
		break;
	case DEFAULT_DENY_BOTH:
		if (analysis->options->ingress)
			close_section(analysis->mem, &rule->elements[SECTION_INGRESS]);
		if (analysis->options->egress)
			close_section(analysis->mem, &rule->elements[SECTION_EGRESS]);
		break;
	}
}

static struct selector subject_selector(
	const struct analysis *analysis, const struct pod_workload *workload)
{
	enum policy_kind kind = analysis->options->kind;

	if (workload->nodes)
		return workload->selector;
	/* What is not implied by the policy's own place is written: "" differs from all. */
	return peer_selector(analysis->mem, workload, kind,
		kind == POLICY_CLUSTERWIDE ? "" : workload->namespace,
		analysis->several_clusters && workload_names_cluster(analysis, workload)
			? ""
			: workload->cluster);
}

static void start_policy(
	struct building *building, struct policy *policy, uint32_t subject, const char *name)
{
	void *mem = building->analysis->mem;
	enum policy_kind kind = building->analysis->options->kind;
	const struct pod_workload *workload = &building->analysis->workloads->items[subject];

	*policy = (struct policy){.kind = kind,
		.name = name,
		.namespace = kind == POLICY_CLUSTERWIDE ? "" : workload->namespace,
		.rules = mem_new(mem, struct rule),
		.rule_count = 1};
	policy->labels.items = mem_new(mem, struct key_value);
	policy->labels.items[policy->labels.count++] =
		(struct key_value){.key = "app.kubernetes.io/managed-by", .value = MANAGED_BY};
	policy->rules[0] = (struct rule){.has_endpoint_selector = !workload->nodes,
		.has_node_selector = workload->nodes,
		.subject = subject_selector(building->analysis, workload),
		.log_value = "",
		.description = ""};
	if (kind != POLICY_KUBERNETES)
		policy->rules[0].description = mem_format(mem,
			"What %s %s, generated from recorded flows by Cilium Policy Advisor.",
			workload->nodes ? "the nodes" : workload->name,
			workload->nodes ? "need" : "needs");
}

static size_t count_subjects(const struct needs *needs)
{
	size_t count = 0;
	uint32_t last = NO_WORKLOAD;

	for (size_t i = 0; i < needs->count; i++) {
		if (needs->items[i].assumed)
			continue;
		count += needs->items[i].subject != last;
		last = needs->items[i].subject;
	}
	return count;
}

static size_t run_end(const struct needs *needs, size_t from, bool same_side)
{
	size_t to = from + 1;

	while (to < needs->count && needs->items[to].subject == needs->items[from].subject &&
		(!same_side || needs->items[to].side == needs->items[from].side))
		to++;
	return to;
}

static void build_policies(struct building *building)
{
	const struct analysis *analysis = building->analysis;
	const struct needs *needs = building->needs;
	const char **names = policy_names(
		analysis->mem, analysis->workloads, analysis->options->kind == POLICY_CLUSTERWIDE);
	size_t subjects = count_subjects(needs);
	struct policies *policies = &building->to->policies;

	policies->items = mem_array(analysis->mem, struct policy, subjects + 1);
	for (size_t from = 0, to; from < needs->count; from = to) {
		uint32_t subject = needs->items[from].subject;
		struct policy *policy = &policies->items[policies->count];
		bool named = *analysis->options->name != '\0' && subjects == 1;

		to = run_end(needs, from, false);
		start_policy(building, policy, subject,
			named ? analysis->options->name : names[subject]);
		for (size_t i = from, end; i < to; i = end) {
			end = run_end(needs, i, true);
			add_section(building, &policy->rules[0], (unsigned)policies->count,
				needs->items + i, end - i);
		}
		set_default_deny(analysis, &policy->rules[0]);
		policies->count++;
		warn_policy(building->to, analysis, needs, from, to);
	}
}

/* Adds what is missing to the policies that exist, and tells the evidence where it went. */
static void merge_existing(struct building *building)
{
	const struct analysis *analysis = building->analysis;
	struct generation *to = building->to;
	size_t next = 0;

	for (unsigned i = 0; i < to->policies.count && analysis->options->existing != NULL; i++) {
		struct policy *policy = &to->policies.items[i];
		const struct policy *target =
			policy_merge_target(analysis->options->existing, policy);
		unsigned *places[SECTIONS];

		if (target != NULL)
			*policy = policy_merge(analysis->mem, target, policy, places);
		for (; next < to->provenance_count && to->provenance[next].policy == i; next++)
			if (target != NULL)
				to->provenance[next].element = places[to->provenance[next].section]
								     [to->provenance[next].element];
	}
}

/* A pod, or a node where nodes are asked for. */
static bool can_be_subject(const struct analysis *analysis, uint32_t identity)
{
	uint32_t resolved = analysis->workloads->resolved[identity];

	return analysis->traffic->identities[resolved].class == PEER_POD ||
	       analysis->workloads->of[resolved] != NO_WORKLOAD;
}

static void add_use(
	struct building *building, uint32_t number, const struct side_use *ends, enum side side)
{
	const struct analysis *analysis = building->analysis;
	struct side_use *use = &building->to->uses[building->to->use_count++];
	uint32_t at = analysis->settlement->of[number];

	*use = *ends;
	use->side = side;
	use->left_out = at != NOT_SETTLED ? building->needs->left_out[at][side]
					  : analysis->settlement->left_out[number];
	building->use_of[number][side] = use;
}

/* The connection as it was understood, without a judgement. */
static struct side_use ends_of(const struct analysis *analysis, uint32_t number)
{
	const struct settlement *settlement = analysis->settlement;
	const struct connection *line = &analysis->traffic->connections[number];
	const uint32_t *resolved = analysis->workloads->resolved;
	uint32_t at = settlement->of[number];
	const struct settled *settled = at != NOT_SETTLED ? &settlement->items[at] : NULL;

	return (struct side_use){.connection = number,
		.client = settled != NULL ? settled->client : resolved[line->client],
		.server = settled != NULL ? settled->server : resolved[line->server],
		.port = settled != NULL ? settled->port : line->port,
		.guess = settled != NULL && settled->guess};
}

/* Lists every side of every selected connection that could have been a subject. */
static void list_uses(struct building *building, const bool *selected)
{
	const struct analysis *analysis = building->analysis;
	size_t connections = analysis->traffic->connection_count;
	struct generation *to = building->to;

	to->uses = mem_array(analysis->mem, struct side_use, SIDES * connections + 1);
	building->use_of = mem_zeroed(analysis->mem, sizeof *building->use_of, connections + 1);
	for (uint32_t i = 0; i < connections; i++) {
		struct side_use ends = ends_of(analysis, i);
		size_t before = to->use_count;

		if (selected != NULL && !selected[i])
			continue;
		if (can_be_subject(analysis, ends.client))
			add_use(building, i, &ends, SIDE_EGRESS);
		if (can_be_subject(analysis, ends.server))
			add_use(building, i, &ends, SIDE_INGRESS);
		if (to->use_count > before)
			continue;
		add_use(building, i, &ends, SIDE_EGRESS);
		if (to->uses[before].left_out != LEFT_OUT_UNUSABLE)
			to->uses[before].left_out = LEFT_OUT_NO_POD;
	}
}

/* A connection is used if one of its sides is; it is left out if it has a pod and no side is. */
static void count_coverage(struct building *building)
{
	struct generation_coverage *coverage = &building->to->coverage;
	const struct generation *generation = building->to;

	for (size_t from = 0, to; from < generation->use_count; from = to) {
		const struct side_use *first = &generation->uses[from];
		uint64_t events =
			building->analysis->traffic->connections[first->connection].events;
		bool used = false;

		for (to = from; to < generation->use_count &&
				generation->uses[to].connection == first->connection;
			to++)
			used |= generation->uses[to].left_out == LEFT_OUT_NOT;
		if (!can_be_subject(building->analysis, first->client) &&
			!can_be_subject(building->analysis, first->server))
			continue;
		coverage->connections++;
		coverage->events += events;
		coverage->connections_used += used;
		coverage->events_used += used ? events : 0;
	}
}

bool generate(void *mem, const struct traffic *traffic, const bool *selected,
	const struct generate_options *options, struct generation *ret_generation, struct err *err)
{
	struct generation generation = {.empty_reason = ""};
	struct analysis analysis = {.mem = mem, .traffic = traffic, .options = options};
	struct building building = {.analysis = &analysis, .to = &generation};

	if (!check_options(options, err))
		return false;
	analysis.workloads = workloads_find(
		mem, traffic, &options->label_keys_add, &options->label_keys_never, options->nodes);
	analysis.settlement = settle(mem, traffic, selected, analysis.workloads);
	find_reporting(&analysis);
	analysis.window_ns = window_ns(traffic);
	building.needs = needs_find(&analysis);
	building.counted_in = mem_array(mem, unsigned, analysis.settlement->count + 1);
	list_uses(&building, selected);
	build_policies(&building);
	merge_existing(&building);
	count_coverage(&building);
	warn_whole(&generation, &analysis);
	generation.empty_reason = explain_empty(&generation, &analysis);
	*ret_generation = generation;
	return true;
}
