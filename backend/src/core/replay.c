#include "core/replay.h"

#include <string.h>

#include "base/mem.h"

struct replayer {
	void *mem;
	const struct replay_input *input;
	const struct policies *policies;
	struct policy_set *set;
	const struct party **parties; /* of each identity, when first met */
	struct judgement *judgement;
	size_t **first_use; /* per policy, per rule and section: index into uses */
	struct replay *replay;
};

/* Nodes are "CLUSTER/NODE", or "NODE" alone for the cluster "default". */
static char *cluster_of_node(void *mem, const char *node)
{
	const char *slash = strchr(node, '/');

	return slash != NULL ? mem_text_n(mem, node, (size_t)(slash - node))
			     : mem_text(mem, "default");
}

struct cluster_count {
	const char *name;
	size_t count;
};

static const char *busiest_cluster(void *mem, const struct traffic *traffic)
{
	struct cluster_count *counts = NULL;
	size_t count = 0, capacity = 0, best = 0;
	void *scratch = mem_context(NULL);
	const char *name;

	for (size_t i = 0; i < traffic->connection_count; i++) {
		const struct text_list *nodes = &traffic->connections[i].nodes;

		for (size_t j = 0; j < nodes->count; j++) {
			size_t at = 0;

			name = cluster_of_node(scratch, nodes->items[j]);
			while (at < count && strcmp(counts[at].name, name) != 0)
				at++;
			mem_reserve(scratch, counts, &capacity, at + 1);
			counts[at].name = name;
			counts[at].count++;
			count = at < count ? count : at + 1;
		}
	}
	for (size_t i = 1; i < count; i++)
		if (counts[i].count > counts[best].count ||
			(counts[i].count == counts[best].count &&
				strcmp(counts[i].name, counts[best].name) < 0))
			best = i;
	name = mem_text(mem, count > 0 ? counts[best].name : "default");
	mem_free(scratch);
	return name;
}

struct replay_input replay_prepare(
	void *mem, const struct traffic *traffic, const bool *selected, const char *cluster)
{
	static const struct text_list none;
	struct replay_input input = {.traffic = traffic};

	input.workloads = workloads_find(mem, traffic, &none, &none, false);
	input.settlement = settle(mem, traffic, selected, input.workloads);
	input.names = outside_names_find(mem, traffic, input.workloads, input.settlement, NULL);
	input.cluster = *cluster != '\0' ? cluster : busiest_cluster(mem, traffic);
	return input;
}

static bool says_something(const struct policy *policy, const struct rule_element *element)
{
	return policy->kind == POLICY_KUBERNETES || element->endpoints.present ||
	       element->entities.present || element->cidrs.present || element->cidr_sets.present ||
	       element->nodes.present || element->fqdns.count > 0 || element->services.count > 0 ||
	       element->has_groups || element->to_ports.count > 0 || element->icmps.count > 0;
}

static void number_section(struct replayer *replayer, const struct policy *policy, unsigned rule,
	enum section section, size_t *capacity)
{
	const struct rule_elements *list = &policy->rules[rule].elements[section];
	struct replay *replay = replayer->replay;

	for (size_t i = 0; i < list->count; i++) {
		struct rule_use *use;

		mem_reserve(replayer->mem, replay->rules, capacity, replay->rule_count + 1);
		use = &replay->rules[replay->rule_count++];
		use->rule = (struct deciding_rule){policy, rule, section, (unsigned)i};
	}
}

/* Every element gets a use; where those of a section begin is kept to find them again. */
static void number_rules(struct replayer *replayer)
{
	size_t capacity = 0;

	replayer->first_use = mem_array(replayer->mem, size_t *, replayer->policies->count);
	for (size_t p = 0; p < replayer->policies->count; p++) {
		const struct policy *policy = &replayer->policies->items[p];

		replayer->first_use[p] =
			mem_array(replayer->mem, size_t, policy->rule_count * SECTIONS);
		for (unsigned r = 0; r < policy->rule_count; r++)
			for (enum section s = 0; s < SECTIONS; s++) {
				replayer->first_use[p][r * SECTIONS + s] =
					replayer->replay->rule_count;
				number_section(replayer, policy, r, s, &capacity);
			}
	}
}

/* Leaves out elements that allow and deny nothing, such as {}: nothing can hit them. */
static void drop_silent_rules(struct replay *replay)
{
	size_t kept = 0;

	for (size_t i = 0; i < replay->rule_count; i++) {
		const struct deciding_rule *rule = &replay->rules[i].rule;

		if (says_something(rule->policy, &rule->policy->rules[rule->rule]
							  .elements[rule->section]
							  .items[rule->element]))
			replay->rules[kept++] = replay->rules[i];
	}
	replay->rule_count = kept;
}

static void count_use(
	struct replayer *replayer, const struct side_judgement *judgement, uint64_t events)
{
	for (size_t i = 0; i < judgement->by_count; i++) {
		const struct deciding_rule *rule = &judgement->by[i];
		size_t policy = (size_t)(rule->policy - replayer->policies->items);
		size_t first = replayer->first_use[policy][rule->rule * SECTIONS + rule->section];
		struct rule_use *use = &replayer->replay->rules[first + rule->element];

		use->connections++;
		use->events += events;
	}
}

static const struct party *party_of(struct replayer *replayer, uint32_t identity)
{
	if (replayer->parties[identity] == NULL)
		replayer->parties[identity] = policy_set_party(
			replayer->set, &replayer->input->traffic->identities[identity]);
	return replayer->parties[identity];
}

static struct side_judgement keep(void *mem, const struct side_judgement *judgement)
{
	struct side_judgement kept = *judgement;
	struct deciding_rule *by;

	if (kept.by_count == 0)
		return kept;
	by = mem_array(mem, struct deciding_rule, kept.by_count);
	memcpy(by, kept.by, kept.by_count * sizeof *by);
	kept.by = by;
	return kept;
}

static void replay_facts(struct replayer *replayer, const struct connection *connection,
	struct attempt *request, struct replayed *replayed)
{
	void *scratch = mem_context(NULL);

	for (size_t i = 0; i < connection->l7_count; i++) {
		const struct l7_fact *fact = &connection->l7[i];

		if (fact->denied)
			continue;
		request->l7 = l7_from_fact(scratch, fact);
		simulate(replayer->set, request, replayer->judgement);
		for (enum side side = 0; side < SIDES; side++)
			replayed->sides[side].l7[replayer->judgement->sides[side].l7] +=
				fact->count;
	}
	mem_free(scratch);
}

/* Denied beats unknown beats allowed; a side where nothing applies does not count. */
static enum judged worse(enum judged a, enum judged b)
{
	static const int rank[JUDGED_COUNT] = {
		[JUDGED_NONE] = 0, [JUDGED_ALLOWED] = 1, [JUDGED_UNKNOWN] = 2, [JUDGED_DENIED] = 3};

	return rank[a] > rank[b] ? a : b;
}

static bool nobody_speaks(const struct side_judgement *judgement)
{
	return judgement->verdict == JUDGED_NONE ||
	       (judgement->by_count == 0 && judgement->verdict == JUDGED_ALLOWED);
}

static void sum_up(struct replayer *replayer, struct replayed *replayed)
{
	struct replay *replay = replayer->replay;

	replayed->uncovered = true;
	for (enum side i = 0; i < SIDES; i++) {
		const struct replayed_side *side = &replayed->sides[i];
		enum judged verdict = side->judgement.verdict;

		for (enum judged l7 = JUDGED_ALLOWED; l7 < JUDGED_COUNT; l7++)
			if (side->l7[l7] > 0)
				verdict = worse(verdict, l7);
		replayed->verdict = worse(replayed->verdict, verdict);
		replayed->evidence_denied |= side->evidence && verdict == JUDGED_DENIED;
		replayed->uncovered &= nobody_speaks(&side->judgement);
	}
	replayed->uncovered &= replayed->verdict != JUDGED_NONE;
	replay->totals[replayed->verdict]++;
	replay->evidence_denied += replayed->evidence_denied;
	replay->uncovered += replayed->uncovered;
}

/*
 * The names of all sightings together, and those that the client's workload got for the address from
 * name servers: the proxy knew each of them.
 */
static struct text_list collect_names(
	void *mem, const struct replay_input *input, const struct settled *settled)
{
	const struct traffic *traffic = input->traffic;
	struct text_list names = {0};
	size_t capacity = 0, count;
	const struct outside_name *learnt =
		outside_names_of(input->names, input->workloads->of[settled->client],
			traffic->identities[settled->server].address, &count);

	for (size_t i = 0; i < settled->connection_count; i++) {
		const struct text_list *more = &traffic->connections[settled->connections[i]].names;

		mem_reserve(mem, names.items, &capacity, names.count + more->count);
		for (size_t j = 0; j < more->count; j++)
			names.items[names.count++] = more->items[j];
	}
	mem_reserve(mem, names.items, &capacity, names.count + count);
	for (size_t i = 0; i < count; i++)
		names.items[names.count++] = learnt[i].name;
	return names;
}

static void replay_one(
	struct replayer *replayer, const struct settled *settled, struct replayed *replayed)
{
	const struct traffic *traffic = replayer->input->traffic;
	void *scratch = mem_context(NULL);
	struct attempt request = {.client = party_of(replayer, settled->client),
		.server = party_of(replayer, settled->server),
		.protocol = settled->protocol,
		.has_port = true,
		.port = settled->port,
		.icmp_type = settled->icmp_type,
		.server_names = collect_names(scratch, replayer->input, settled)};

	simulate(replayer->set, &request, replayer->judgement);
	for (enum side side = 0; side < SIDES; side++) {
		struct replayed_side *to = &replayed->sides[side];

		to->judgement = keep(replayer->mem, &replayer->judgement->sides[side]);
		to->evidence = settled_evidence(settled, side, &generate_defaults) == LEFT_OUT_NOT;
		count_use(replayer, &to->judgement, settled->events);
	}
	for (size_t i = 0; i < settled->connection_count; i++)
		replay_facts(replayer, &traffic->connections[settled->connections[i]], &request,
			replayed);
	sum_up(replayer, replayed);
	mem_free(scratch);
}

void replay(void *mem, const struct replay_input *input, const struct policies *policies,
	struct replay *ret_replay)
{
	struct simulate_options options = {input->cluster};
	void *scratch = mem_context(NULL);
	struct replayer replayer = {.mem = mem,
		.input = input,
		.policies = policies,
		.set = policy_set_new(scratch, policies, &options),
		.parties = mem_array(scratch, const struct party *, input->traffic->identity_count),
		.judgement = judgement_new(scratch),
		.replay = ret_replay};

	*ret_replay = (struct replay){.count = input->settlement->count,
		.items = mem_array(mem, struct replayed, input->settlement->count)};
	number_rules(&replayer);
	for (size_t i = 0; i < ret_replay->count; i++)
		replay_one(&replayer, &input->settlement->items[i], &ret_replay->items[i]);
	drop_silent_rules(ret_replay);
	mem_free(scratch);
}
