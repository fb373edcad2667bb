#include "api/generate_render.h"

#include "api/flow_id.h"
#include "api/render.h"
#include "base/mem.h"
#include "core/report.h"

/* Connections shown of a rule or of a reason to leave out, and those of which flows are shown. */
#define EXAMPLES 20
#define SAMPLED  3

#define NS_PER_US 1000

/* "shop/web -> shop/cart 8080/TCP" */
static const char *connection_text(
	void *mem, const struct traffic *traffic, const struct connection *connection)
{
	const char *client = identity_title(mem, traffic, connection->client);
	const char *server = identity_title(mem, traffic, connection->server);
	const char *protocol = protocol_name(connection->protocol);

	switch (connection->protocol) {
	case PROTOCOL_ICMPV4:
	case PROTOCOL_ICMPV6:
		return mem_format(mem, "%s -> %s %s type %u", client, server, protocol,
			connection->icmp_type);
	default:
		if (connection->port == 0)
			return mem_format(mem, "%s -> %s %s", client, server, protocol);
		return mem_format(
			mem, "%s -> %s %u/%s", client, server, connection->port, protocol);
	}
}

static json_t *connection_side(
	void *mem, const struct generated *generated, uint32_t index, enum side side)
{
	const struct traffic *traffic = generated->stored->traffic;
	const struct connection *connection = &traffic->connections[index];

	return json_pack("{s:o, s:s, s:o, s:I}", "connection_id",
		json_string(db_number(mem, generated->stored->ids[index])), "side", side_name(side),
		"text", render_text(connection_text(mem, traffic, connection)), "events",
		(json_int_t)connection->events);
}

static json_t *sample_ids(const struct generated *generated, const struct provenance *provenance)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < provenance->connection_count; i++) {
		const struct connection *connection =
			&generated->stored->traffic->connections[provenance->connections[i]];

		for (size_t j = 0; j < connection->sample_count; j++) {
			char text[FLOW_ID_SIZE];

			flow_id_write((struct flow_key){connection->samples[j].time_ns / NS_PER_US,
					      connection->samples[j].id},
				text);
			json_array_append_new(ids, json_string(text));
		}
	}
	return ids;
}

static json_t *rule_json(
	void *mem, const struct generated *generated, const struct provenance *provenance)
{
	enum side side = provenance->section == SECTION_EGRESS ? SIDE_EGRESS : SIDE_INGRESS;
	json_t *peers = json_array(), *nodes = json_array();

	for (size_t i = 0; i < provenance->connection_count && i < EXAMPLES; i++)
		json_array_append_new(
			peers, connection_side(mem, generated, provenance->connections[i], side));
	for (size_t i = 0; i < provenance->nodes.count; i++)
		json_array_append_new(nodes, render_text(provenance->nodes.items[i]));
	return json_pack("{s:i, s:s, s:i, s:I, s:I, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:o, s:o}",
		"policy", (int)provenance->policy, "section", section_name(provenance->section),
		"element", (int)provenance->element, "events", (json_int_t)provenance->events,
		"connections", (json_int_t)provenance->connection_count, "first_seen",
		render_time(provenance->first_ns / NS_PER_US), "last_seen",
		render_time(provenance->last_ns / NS_PER_US), "nodes", nodes, "guess",
		provenance->guess, "single", provenance->single, "audited", provenance->audited,
		"denied", provenance->denied, "peers", peers, "flow_ids",
		sample_ids(generated, provenance));
}

json_t *generated_rules(void *mem, const struct generated *generated, unsigned policy)
{
	const struct generation *generation = generated->generation;
	json_t *rules = json_array();

	for (size_t i = 0; i < generation->provenance_count; i++)
		if (policy == EVERY_POLICY || generation->provenance[i].policy == policy)
			json_array_append_new(
				rules, rule_json(mem, generated, &generation->provenance[i]));
	return rules;
}

const uint32_t *generated_samples(void *mem, const struct generated *generated, size_t *ret_count)
{
	const struct generation *generation = generated->generation;
	uint32_t *samples = mem_array(mem, uint32_t, generation->provenance_count * SAMPLED);

	*ret_count = 0;
	for (size_t i = 0; i < generation->provenance_count; i++) {
		const struct provenance *provenance = &generation->provenance[i];

		for (size_t j = 0; j < provenance->connection_count && j < SAMPLED; j++)
			samples[(*ret_count)++] = provenance->connections[j];
	}
	return samples;
}

json_t *generated_coverage(const struct generated *generated)
{
	const struct generation_coverage *coverage = &generated->generation->coverage;

	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "connections",
		(json_int_t)coverage->connections, "connections_used",
		(json_int_t)coverage->connections_used, "connections_left_out",
		(json_int_t)(coverage->connections - coverage->connections_used), "events",
		(json_int_t)coverage->events, "events_used", (json_int_t)coverage->events_used);
}

/* Unusable lines are told apart by why they are: those groups stand behind the others. */
#define GROUPS (LEFT_OUT_REASONS + STANDINGS)

struct group {
	size_t connections;
	uint64_t events;
	uint32_t last; /* the connection counted last, plus one */
	json_t *examples;
};

static unsigned group_of(const struct side_use *use, const struct connection *connection)
{
	return use->left_out == LEFT_OUT_UNUSABLE ? LEFT_OUT_REASONS + connection->standing
						  : use->left_out;
}

static json_t *group_json(const struct group *group, unsigned number)
{
	bool standing = number >= LEFT_OUT_REASONS;
	enum standing which = number - LEFT_OUT_REASONS;

	return json_pack("{s:s, s:s, s:I, s:I, s:O}", "reason",
		standing ? standing_name(which) : left_out_name(number), "explanation",
		standing ? standing_reason(which) : left_out_reason(number), "connections",
		(json_int_t)group->connections, "events", (json_int_t)group->events, "examples",
		group->examples);
}

json_t *generated_left_out(void *mem, const struct generated *generated)
{
	const struct generation *generation = generated->generation;
	struct group *groups = mem_array(mem, struct group, GROUPS);
	json_t *list = json_array();

	for (size_t i = 0; i < generation->use_count; i++) {
		const struct side_use *use = &generation->uses[i];
		const struct connection *connection =
			&generated->stored->traffic->connections[use->connection];
		struct group *group = &groups[group_of(use, connection)];

		if (use->left_out == LEFT_OUT_NOT)
			continue;
		if (group->examples == NULL)
			group->examples = json_array();
		if (group->last != use->connection + 1) {
			group->connections++;
			group->events += connection->events;
		}
		group->last = use->connection + 1;
		if (json_array_size(group->examples) < EXAMPLES)
			json_array_append_new(group->examples,
				connection_side(mem, generated, use->connection, use->side));
	}
	for (unsigned i = 0; i < GROUPS; i++) {
		if (groups[i].examples == NULL)
			continue;
		json_array_append_new(list, group_json(&groups[i], i));
		json_decref(groups[i].examples);
	}
	return list;
}

json_t *generated_warnings(const struct generated *generated)
{
	const struct generation *generation = generated->generation;
	json_t *warnings = json_array();

	for (size_t i = 0; i < generation->warning_count; i++)
		json_array_append_new(
			warnings, json_pack("{s:s, s:o, s:o}", "code", generation->warnings[i].code,
					  "policy", render_text(generation->warnings[i].policy),
					  "message", render_text(generation->warnings[i].text)));
	return warnings;
}

json_t *generated_window(const struct generated *generated)
{
	const struct stored_traffic *stored = generated->stored;
	int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;

	for (size_t i = 0; i < stored->traffic->connection_count; i++) {
		const struct connection *connection = &stored->traffic->connections[i];

		if (!stored->selected[i])
			continue;
		first_ns = connection->first_ns < first_ns ? connection->first_ns : first_ns;
		last_ns = connection->last_ns > last_ns ? connection->last_ns : last_ns;
	}
	if (first_ns > last_ns)
		return json_null();
	return json_pack("{s:o, s:o}", "from", render_time(first_ns / NS_PER_US), "to",
		render_time(last_ns / NS_PER_US));
}
