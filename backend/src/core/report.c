#include "core/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/stable_labels.h"

#define NS_PER_SECOND 1000000000LL

void time_text(int64_t time_ns, char ret_text[TIME_TEXT])
{
	time_t seconds = (time_t)(time_ns / NS_PER_SECOND);
	int64_t rest = time_ns % NS_PER_SECOND;
	struct tm parts;
	size_t used;

	if (rest < 0) {
		rest += NS_PER_SECOND;
		seconds--;
	}
	gmtime_r(&seconds, &parts);
	used = strftime(ret_text, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(ret_text + used, TIME_TEXT - used, ".%09" PRId64 "Z", rest);
}

const char *side_name(enum side side)
{
	return side == SIDE_EGRESS ? "egress" : "ingress";
}

static const char *pod_title(void *mem, const struct traffic *traffic, uint32_t identity)
{
	static const struct text_list none = {NULL, 0};
	const struct identity *who = &traffic->identities[identity];
	const char *best = who->pod;
	unsigned preference = UINT32_MAX;

	for (size_t i = 0; i < who->labels.count; i++) {
		const char *label = who->labels.items[i];

		if (label_rank(label, &none, &none) < LABEL_UNUSABLE &&
			label_preference(label) < preference && *label_split(label).value != '\0') {
			preference = label_preference(label);
			best = label_split(label).value;
		}
	}
	if (*best == '\0')
		best = who->number != 0 ? mem_format(mem, "identity %" PRIu32, who->number)
					: "pod without labels";
	return mem_format(mem, "%s/%s", who->namespace, best);
}

const char *identity_title(void *mem, const struct traffic *traffic, uint32_t identity)
{
	const struct identity *who = &traffic->identities[identity];

	switch (who->class) {
	case PEER_POD:
		return pod_title(mem, traffic, identity);
	case PEER_OUTSIDE:
		return *who->address != '\0' ? who->address : "outside";
	case PEER_UNKNOWN:
		if (*who->address != '\0')
			return who->address;
		return who->number != 0 ? mem_format(mem, "identity %" PRIu32, who->number)
					: "unknown";
	default:
		return peer_class_name(who->class);
	}
}

static json_t *json_of_list(const struct text_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(array, json_string(list->items[i]));
	return array;
}

static json_t *json_of_time(int64_t time_ns)
{
	char text[TIME_TEXT];

	if (time_ns == 0 || time_ns == INT64_MAX || time_ns == INT64_MIN)
		return json_null();
	time_text(time_ns, text);
	return json_string(text);
}

static json_t *json_of_identity(void *mem, const struct traffic *traffic, uint32_t identity)
{
	const struct identity *who = &traffic->identities[identity];
	json_t *object = json_object();

	json_object_set_new(object, "title", json_string(identity_title(mem, traffic, identity)));
	json_object_set_new(object, "class", json_string(peer_class_name(who->class)));
	json_object_set_new(object, "cluster", json_string(who->cluster));
	if (who->class == PEER_POD)
		json_object_set_new(object, "namespace", json_string(who->namespace));
	if (*who->address != '\0')
		json_object_set_new(object, "address", json_string(who->address));
	json_object_set_new(object, "labels", json_of_list(&who->labels));
	return object;
}

static const char *rule_path(void *mem, const struct provenance *provenance)
{
	return mem_format(
		mem, "spec.%s[%u]", section_name(provenance->section), provenance->element);
}

static json_t *json_of_samples(void *mem, const struct connection *line)
{
	json_t *array = json_array();

	for (size_t i = 0; i < line->sample_count; i++)
		json_array_append_new(
			array, json_string(mem_format(mem, "%016" PRIx64, line->samples[i].id)));
	return array;
}

static json_t *json_of_use(void *mem, const struct generation *generation,
	const struct connection *line, const struct side_use *use)
{
	json_t *object = json_object();
	const char *reason = left_out_reason(use->left_out);

	json_object_set_new(object, "used", json_boolean(use->left_out == LEFT_OUT_NOT));
	json_object_set_new(object, "guess", json_boolean(use->guess));
	if (use->left_out != LEFT_OUT_NOT) {
		if (use->left_out == LEFT_OUT_UNUSABLE)
			reason = standing_reason(line->standing);
		json_object_set_new(object, "reason",
			json_string(use->left_out == LEFT_OUT_UNUSABLE
					    ? standing_name(line->standing)
					    : left_out_name(use->left_out)));
		json_object_set_new(object, "explanation", json_string(reason));
		return object;
	}
	json_object_set_new(object, "policy",
		json_string(policy_title(mem, &generation->policies.items[use->policy])));
	json_object_set_new(object, "rule",
		json_string(rule_path(mem, &generation->provenance[use->provenance])));
	return object;
}

static json_t *json_of_connection(
	void *mem, const struct traffic *traffic, const struct side_use *use)
{
	const struct connection *line = &traffic->connections[use->connection];
	json_t *object = json_object();

	json_object_set_new(object, "client", json_of_identity(mem, traffic, use->client));
	json_object_set_new(object, "server", json_of_identity(mem, traffic, use->server));
	json_object_set_new(object, "protocol", json_string(protocol_name(line->protocol)));
	if (line->protocol == PROTOCOL_ICMPV4 || line->protocol == PROTOCOL_ICMPV6)
		json_object_set_new(object, "icmp_type", json_integer(line->icmp_type));
	else
		json_object_set_new(object, "port", json_integer(use->port));
	if (use->left_out == LEFT_OUT_UNORIENTED)
		json_object_set_new(object, "client_port", json_integer(line->client_port));
	json_object_set_new(object, "standing", json_string(standing_name(line->standing)));
	json_object_set_new(object, "events", json_integer((json_int_t)line->events));
	json_object_set_new(object, "first_seen", json_of_time(line->first_ns));
	json_object_set_new(object, "last_seen", json_of_time(line->last_ns));
	json_object_set_new(object, "nodes", json_of_list(&line->nodes));
	json_object_set_new(object, "names", json_of_list(&line->names));
	json_object_set_new(object, "samples", json_of_samples(mem, line));
	return object;
}

struct row {
	json_t *value;
	char *text;
};

static int by_text(const void *left, const void *right)
{
	return strcmp(((const struct row *)left)->text, ((const struct row *)right)->text);
}

/* Sorts an array by the text of its elements, which does not depend on the order of the input. */
static json_t *sorted(void *mem, json_t *array)
{
	size_t count = json_array_size(array);
	struct row *rows = mem_array(mem, struct row, count);
	json_t *result = json_array();

	for (size_t i = 0; i < count; i++) {
		rows[i].value = json_array_get(array, i);
		rows[i].text = json_dumps(rows[i].value, JSON_COMPACT);
	}
	qsort(rows, count, sizeof *rows, by_text);
	for (size_t i = 0; i < count; i++) {
		json_array_append(result, rows[i].value);
		free(rows[i].text);
	}
	json_decref(array);
	return result;
}

static json_t *list_connections(
	void *mem, const struct traffic *traffic, const struct generation *generation)
{
	json_t *array = json_array();

	for (size_t from = 0, to; from < generation->use_count; from = to) {
		uint32_t index = generation->uses[from].connection;
		json_t *object = json_of_connection(mem, traffic, &generation->uses[from]);

		for (to = from;
			to < generation->use_count && generation->uses[to].connection == index;
			to++)
			json_object_set_new(object, side_name(generation->uses[to].side),
				json_of_use(mem, generation, &traffic->connections[index],
					&generation->uses[to]));
		json_array_append_new(array, object);
	}
	return sorted(mem, array);
}

/* Totals per reason. */
static json_t *list_left_out(const struct traffic *traffic, const struct generation *generation)
{
	struct {
		uint64_t sides, events;
	} totals[LEFT_OUT_REASONS] = {0}, unusable[STANDINGS] = {0};
	json_t *array = json_array();

	for (size_t i = 0; i < generation->use_count; i++) {
		const struct side_use *use = &generation->uses[i];
		const struct connection *line = &traffic->connections[use->connection];

		totals[use->left_out].sides++;
		totals[use->left_out].events += line->events;
		if (use->left_out == LEFT_OUT_UNUSABLE) {
			unusable[line->standing].sides++;
			unusable[line->standing].events += line->events;
		}
	}
	for (int i = LEFT_OUT_UNORIENTED; i < LEFT_OUT_REASONS; i++)
		if (totals[i].sides > 0)
			json_array_append_new(
				array, json_pack("{s:s, s:s, s:I, s:I}", "reason",
					       left_out_name((enum left_out)i), "explanation",
					       left_out_reason((enum left_out)i), "sides",
					       (json_int_t)totals[i].sides, "events",
					       (json_int_t)totals[i].events));
	for (int i = STANDING_ORIENTED + 1; i < STANDINGS; i++)
		if (unusable[i].sides > 0)
			json_array_append_new(
				array, json_pack("{s:s, s:s, s:I, s:I}", "reason",
					       standing_name((enum standing)i), "explanation",
					       standing_reason((enum standing)i), "sides",
					       (json_int_t)unusable[i].sides, "events",
					       (json_int_t)unusable[i].events));
	return array;
}

static json_t *list_rules(void *mem, const struct generation *generation)
{
	json_t *array = json_array();

	for (size_t i = 0; i < generation->provenance_count; i++) {
		const struct provenance *p = &generation->provenance[i];

		json_array_append_new(array,
			json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:b, s:b, s:b, s:b}",
				"policy", policy_title(mem, &generation->policies.items[p->policy]),
				"rule", rule_path(mem, p), "connections",
				(json_int_t)p->connection_count, "events", (json_int_t)p->events,
				"first_seen", json_of_time(p->first_ns), "last_seen",
				json_of_time(p->last_ns), "nodes", json_of_list(&p->nodes), "guess",
				p->guess, "single", p->single, "audited", p->audited, "denied",
				p->denied));
	}
	return array;
}

static json_t *list_warnings(const struct generation *generation)
{
	json_t *array = json_array();

	for (size_t i = 0; i < generation->warning_count; i++)
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s}", "code", generation->warnings[i].code,
				       "policy", generation->warnings[i].policy, "message",
				       generation->warnings[i].text));
	return array;
}

static json_t *list_policies(const struct generation *generation)
{
	json_t *array = json_array();

	for (size_t i = 0; i < generation->policies.count; i++)
		json_array_append_new(array, json_pack("{s:s, s:s}", "namespace",
						     generation->policies.items[i].namespace,
						     "name", generation->policies.items[i].name));
	return array;
}

json_t *report_json(void *mem, const struct traffic *traffic, const struct generation *generation)
{
	void *scratch = mem_context(mem);
	const struct generation_coverage *coverage = &generation->coverage;
	json_t *report = json_pack("{s:{s:I, s:I}, s:o, s:o, s:o, s:o, s:o, s:I, s:s}", "coverage",
		"connections_used", (json_int_t)coverage->connections_used, "connections_left_out",
		(json_int_t)(coverage->connections - coverage->connections_used), "policies",
		list_policies(generation), "rules", list_rules(scratch, generation), "connections",
		list_connections(scratch, traffic, generation), "left_out",
		list_left_out(traffic, generation), "warnings", list_warnings(generation),
		"lost_events", (json_int_t)traffic->lost_events, "empty_reason",
		generation->empty_reason);

	mem_free(scratch);
	return report;
}
