#include "generate_laws.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_check.h"
#include "core/policy_read.h"
#include "core/policy_write.h"
#include "core/replay.h"

struct laws {
	void *mem;
	const struct traffic *traffic;
	const struct generate_options *options;
	struct generation generation;
	struct replay_input input;
	struct replay *replays; /* one per cluster */
	const char **clusters;
	size_t cluster_count;
};

static const char *title(struct laws *laws, const struct side_use *use)
{
	const struct identity *client = &laws->traffic->identities[use->client];
	const struct identity *server = &laws->traffic->identities[use->server];

	return mem_format(laws->mem, "%s of %s/%s%s%s -> %s/%s%s%s %s %u (%s)",
		use->side == SIDE_EGRESS ? "egress" : "ingress", client->cluster, client->namespace,
		client->labels.count > 0 ? client->labels.items[0] : "", client->address,
		server->cluster, server->namespace,
		server->labels.count > 0 ? server->labels.items[0] : "", server->address,
		protocol_name(laws->traffic->connections[use->connection].protocol), use->port,
		left_out_name(use->left_out));
}

static const char *check_round_trip(struct laws *laws, const char *text, size_t size)
{
	struct policies read;
	struct err err = {0};

	if (!policy_read(laws->mem, text, size, &read, &err))
		return mem_format(laws->mem, "what was written cannot be read: %s", err.text);
	if (read.count != laws->generation.policies.count)
		return "another number of policies is read than was written";
	for (size_t i = 0; i < read.count; i++)
		if (!policy_equal(&read.items[i], &laws->generation.policies.items[i]))
			return mem_format(laws->mem,
				"policy %s is read otherwise than it was written",
				read.items[i].name);
	return NULL;
}

/* Cilium takes every document; warnings are of no concern here. */
static const char *check_accepted(struct laws *laws, const char *text, size_t size)
{
	struct checked_policies checked;
	struct err err = {0};

	if (!policy_check(laws->mem, text, size, &checked, &err))
		return mem_format(laws->mem, "what was written cannot be checked: %s", err.text);
	for (size_t i = 0; i < checked.count; i++)
		for (size_t j = 0; j < checked.items[i].problem_count; j++) {
			const struct policy_problem *problem = &checked.items[i].problems[j];

			if (problem->severity == SEVERITY_ERROR)
				return mem_format(laws->mem, "policy %s is refused by %s: %s: %s",
					checked.items[i].name, problem->rule, problem->path,
					problem->message);
		}
	return NULL;
}

static const char *check_names(struct laws *laws)
{
	const struct policies *policies = &laws->generation.policies;

	for (size_t i = 0; i < policies->count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(policies->items[i].name, policies->items[j].name) == 0 &&
				strcmp(policies->items[i].namespace,
					policies->items[j].namespace) == 0)
				return mem_format(laws->mem, "two policies are called %s/%s",
					policies->items[i].namespace, policies->items[i].name);
	return NULL;
}

static void replay_in(struct laws *laws, const char *cluster)
{
	for (size_t i = 0; i < laws->cluster_count; i++)
		if (strcmp(laws->clusters[i], cluster) == 0)
			return;
	laws->input.cluster = cluster;
	replay(laws->mem, &laws->input, &laws->generation.policies,
		&laws->replays[laws->cluster_count]);
	laws->clusters[laws->cluster_count++] = cluster;
}

static uint32_t self_of(const struct side_use *use)
{
	return use->side == SIDE_EGRESS ? use->client : use->server;
}

static uint32_t peer_of(const struct side_use *use)
{
	return use->side == SIDE_EGRESS ? use->server : use->client;
}

/* The judgement of a side in the cluster of its subject; NULL if the connection was not settled. */
static const struct side_judgement *judgement_of(struct laws *laws, const struct side_use *use)
{
	uint32_t settled = laws->input.settlement->of[use->connection];
	const char *cluster = laws->traffic->identities[self_of(use)].cluster;

	if (settled == NOT_SETTLED)
		return NULL;
	for (size_t i = 0; i < laws->cluster_count; i++)
		if (strcmp(laws->clusters[i], cluster) == 0)
			return &laws->replays[i].items[settled].sides[use->side].judgement;
	return NULL;
}

/* Workloads, and peers that a rule cannot tell apart, as one. */
static bool same_end(const struct laws *laws, uint32_t a, uint32_t b)
{
	const struct identity *left = &laws->traffic->identities[a];
	const struct identity *right = &laws->traffic->identities[b];
	const uint32_t *of = laws->input.workloads->of;
	bool left_is_node = left->class == PEER_HOST || left->class == PEER_REMOTE_NODE ||
			    left->class == PEER_KUBE_APISERVER;
	bool right_is_node = right->class == PEER_HOST || right->class == PEER_REMOTE_NODE ||
			     right->class == PEER_KUBE_APISERVER;

	if (of[a] != NO_WORKLOAD || of[b] != NO_WORKLOAD)
		return of[a] == of[b];
	if (left_is_node || right_is_node)
		return left_is_node && right_is_node;
	return left->class == right->class && strcmp(left->address, right->address) == 0;
}

static bool is_also_used(const struct laws *laws, const struct side_use *use)
{
	const struct connection *line = &laws->traffic->connections[use->connection];

	for (size_t i = 0; i < laws->generation.use_count; i++) {
		const struct side_use *other = &laws->generation.uses[i];
		const struct connection *its = &laws->traffic->connections[other->connection];

		if (other->left_out == LEFT_OUT_NOT && other->side == use->side &&
			its->protocol == line->protocol && other->port == use->port &&
			its->icmp_type == line->icmp_type &&
			same_end(laws, self_of(use), self_of(other)) &&
			same_end(laws, peer_of(use), peer_of(other)))
			return true;
	}
	return false;
}

/* Does a rule of this kind let in more than was seen, as it must? */
static bool is_wider(
	const struct laws *laws, const struct side_judgement *judgement, const struct side_use *use)
{
	const struct deciding_rule *by = &judgement->by[0];
	const struct rule_element *element =
		&by->policy->rules[by->rule].elements[by->section].items[by->element];

	if (element->fqdns.present)
		return true; /* a name stands for all its addresses */
	for (size_t i = 0; i < element->entities.count; i++)
		if (strcmp(element->entities.items[i], "world") == 0)
			return use->left_out != LEFT_OUT_DENIED &&
			       use->left_out != LEFT_OUT_REFUSED;
	return laws->options->prefix_ipv4 < 32 || laws->options->prefix_ipv6 < 128 ||
	       laws->options->port_ranges;
}

static bool is_ambiguous(const struct laws *laws, uint32_t identity)
{
	const struct workloads *workloads = laws->input.workloads;
	const struct identity *who = &laws->traffic->identities[identity];

	for (size_t i = 0; i < workloads->count; i++)
		if (workloads->items[i].also_selects_count > 0 &&
			strcmp(workloads->items[i].namespace, who->namespace) == 0)
			return true;
	return false;
}

static const char *check_side(struct laws *laws, const struct side_use *use)
{
	const struct side_judgement *judgement = judgement_of(laws, use);

	if (use->left_out == LEFT_OUT_NOT) {
		if (judgement == NULL || judgement->verdict != JUDGED_ALLOWED ||
			judgement->reason != REASON_RULE)
			return mem_format(laws->mem, "used but not allowed: %s: %s",
				title(laws, use),
				judgement != NULL ? judged_reason_name(judgement->reason)
						  : "not judged");
		return NULL;
	}
	if (judgement == NULL || judgement->verdict != JUDGED_ALLOWED ||
		judgement->reason != REASON_RULE || is_also_used(laws, use) ||
		is_wider(laws, judgement, use) || is_ambiguous(laws, self_of(use)) ||
		is_ambiguous(laws, peer_of(use)))
		return NULL;
	return mem_format(laws->mem, "left out but allowed: %s by %s %s", title(laws, use),
		judgement->by[0].policy->name, deciding_rule_path(laws->mem, &judgement->by[0]));
}

static const char *check_sides(struct laws *laws)
{
	laws->input = replay_prepare(laws->mem, laws->traffic, NULL, "");
	laws->replays = mem_array(laws->mem, struct replay, laws->generation.use_count + 1);
	laws->clusters = mem_array(laws->mem, const char *, laws->generation.use_count + 1);
	for (size_t i = 0; i < laws->generation.use_count; i++)
		replay_in(laws,
			laws->traffic->identities[self_of(&laws->generation.uses[i])].cluster);
	for (size_t i = 0; i < laws->generation.use_count; i++) {
		const char *broken = check_side(laws, &laws->generation.uses[i]);

		if (broken != NULL)
			return broken;
	}
	return NULL;
}

const char *generate_laws_broken(void *mem, const struct traffic *traffic,
	const struct generate_options *options, const char **ret_text)
{
	struct laws laws = {.mem = mem, .traffic = traffic, .options = options};
	struct err err = {0};
	const char *broken;
	size_t size;

	*ret_text = "";
	if (!generate(mem, traffic, NULL, options, &laws.generation, &err))
		return mem_format(mem, "cannot generate: %s", err.text);
	if (!policy_write(mem, &laws.generation.policies, ret_text, &size, &err))
		return mem_format(mem, "cannot write: %s", err.text);
	broken = check_round_trip(&laws, *ret_text, size);
	if (broken == NULL)
		broken = check_accepted(&laws, *ret_text, size);
	if (broken == NULL)
		broken = check_names(&laws);
	return broken != NULL ? broken : check_sides(&laws);
}

struct traffic *traffic_rebuilt(void *mem, const struct traffic *traffic)
{
	struct traffic *copy = traffic_new(mem);
	uint32_t *now = mem_array(mem, uint32_t, traffic->identity_count + 1);

	for (size_t i = traffic->identity_count; i > 0; i--)
		now[i - 1] = traffic_identity(copy, &traffic->identities[i - 1]);
	for (size_t i = traffic->endpoint_count; i > 0; i--) {
		struct endpoint endpoint = traffic->endpoints[i - 1];

		endpoint.identity = now[endpoint.identity];
		traffic_endpoint(copy, &endpoint);
	}
	for (size_t i = traffic->number_count; i > 0; i--) {
		struct identity_number number = traffic->numbers[i - 1];

		number.identity = now[number.identity];
		traffic_number(copy, &number);
	}
	for (size_t i = traffic->connection_count; i > 0; i--) {
		struct connection connection = traffic->connections[i - 1];

		connection.client = now[connection.client];
		connection.server = now[connection.server];
		traffic_connection(copy, &connection);
	}
	copy->lost_events = traffic->lost_events;
	return copy;
}
