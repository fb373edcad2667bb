/*
 * Parses one record with jansson and finds out what it is (flows.md 1.2): an event in Hubble's
 * wrapper, a bare flow, the flat form, or the record of a log pipeline with one of these inside.
 */
#include "core/flow_json.h"

#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

struct judging {
	struct json_reading reading;
	const struct flow_reader_options *options;
	const char *bytes;
	size_t size;
	struct record *record;
};

static void release(void *value)
{
	json_decref(value);
}

/*
 * The path of the member at byte `end` of a JSON text, as "flow.source.labels": jansson tells where
 * it stopped, people want to know in which field.
 */
static void path_at(const char *bytes, size_t end, char *ret_path, size_t room)
{
	struct {
		const char *name;
		size_t size;
	} keys[LIMIT_JSON_DEPTH + 1] = {0};
	size_t depth = 0, used = 0;

	for (size_t i = 0; i < end; i++) {
		size_t begin = i + 1;

		if (bytes[i] == '{' || bytes[i] == '[') {
			if (++depth > LIMIT_JSON_DEPTH)
				break;
			keys[depth].name = NULL;
		} else if ((bytes[i] == '}' || bytes[i] == ']') && depth > 0) {
			depth--;
		} else if (bytes[i] == '"') {
			for (i++; i < end && bytes[i] != '"'; i++)
				if (bytes[i] == '\\')
					i++;
			if (i + 1 < end && bytes[i + 1] == ':') {
				keys[depth].name = bytes + begin;
				keys[depth].size = i - begin;
			}
		}
	}
	ret_path[0] = '\0';
	for (size_t i = 0; i <= depth && i <= LIMIT_JSON_DEPTH && used < room; i++) {
		int size = keys[i].name == NULL
				   ? 0
				   : snprintf(ret_path + used, room - used, "%s%.*s",
					     used > 0 ? "." : "",
					     (int)(keys[i].size < room ? keys[i].size : room),
					     keys[i].name);

		used += size < 0 ? 0 : (size_t)size;
	}
}

static bool syntax_error(const json_error_t *error, const char *bytes, size_t size, struct err *err)
{
	static const struct {
		enum json_error_code code;
		const char *text;
	} texts[] = {
		{json_error_invalid_utf8, "The record holds bytes that are no UTF-8."},
		{json_error_null_character, "The record holds \\u0000, which no text may hold."},
		{json_error_duplicate_key, "The record has a member twice."},
		{json_error_premature_end_of_input, "The record ends too early."},
		{json_error_numeric_overflow, "The record holds a number that is too large."},
		{json_error_stack_overflow, "The record is nested too deep."},
	};
	const char *text = "The record is no valid JSON.";
	size_t position = error->position > 0 ? (size_t)error->position : 0;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].code == json_error_code(error))
			text = texts[i].text;
	err_at(err, ERR_INVALID, error->line > 0 ? (unsigned long)error->line : 1,
		error->column > 0 ? (unsigned long)error->column : 0, "%s", text);
	path_at(bytes, position < size ? position : size, err->field, sizeof err->field);
	return false;
}

/* A JSON value owned by the reading's context, or NULL with an error. */
static json_t *parse(struct judging *judging, const char *bytes, size_t size, struct err *err)
{
	size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_error_t error;
	json_t *value = json_loadb(bytes, size, flags, &error);

	/* An unsigned 64-bit number in a member that nobody needs is no reason to lose the record. */
	if (value == NULL && json_error_code(&error) == json_error_numeric_overflow)
		value = json_loadb(bytes, size, flags | JSON_DECODE_INT_AS_REAL, &error);
	if (value == NULL)
		syntax_error(&error, bytes, size, err);
	else
		mem_attach(judging->reading.mem, value, release);
	return value;
}

static bool read_flow(struct judging *judging, json_t *object, json_t *wrapper, bool flat)
{
	struct flow *flow = mem_new(judging->reading.mem, struct flow);
	bool read =
		flat ? flow_json_flat(&judging->reading, object, judging->options, flow)
		     : flow_json_hubble(&judging->reading, object, wrapper, judging->options, flow);

	if (!read)
		return false;
	/* Of an aggregating exporter only the content tells two lines apart. */
	flow->id = *flow->uuid != '\0' && json_object_get(object, "aggregate") == NULL
			   ? XXH3_64bits(flow->uuid, strlen(flow->uuid))
			   : XXH3_64bits(judging->bytes, judging->size);
	judging->record->kind = RECORD_FLOW;
	judging->record->flow = flow;
	return true;
}

static bool read_wrapped_flow(struct judging *judging, json_t *event, json_t *wrapper)
{
	return json_object_size(event) == 0 || read_flow(judging, event, wrapper, false);
}

#define FIELD(name) offsetof(struct record, name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

/* An enumeration that is only shown: its name, also where a number stands. */
static bool read_enum_name(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const struct enumerator *item;
	uint32_t number;

	if (json_is_string(value))
		return json_read_name(reading, value, NULL, target);
	if (!json_read_enum(reading, value, detail, &number))
		return false;
	item = enumeration_item(detail, number);
	*(const char **)target = item != NULL ? item->name : mem_format(reading->mem, "%u", number);
	return true;
}

static bool read_node_names(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct text_list names;
	const char *text = "";

	if (!json_read_names(reading, value, detail, &names))
		return false;
	for (size_t i = 0; i < names.count; i++)
		text = mem_format(reading->mem, "%s%s%s", text, i > 0 ? ", " : "", names.items[i]);
	*(const char **)target = text;
	return true;
}

static const struct json_kind json_enum_name = {read_enum_name, NULL};
static const struct json_kind json_node_names = {read_node_names, NULL};

static const struct json_member lost_rows[] = {
	{"num_events_lost", "numEventsLost", &json_kind_uint64, .offset = FIELD(lost_events)},
	{"source", NULL, &json_enum_name, .offset = FIELD(lost_source), &flow_enum_lost_source,
		.decoration = true},
};
static const struct json_member status_rows[] = {
	{"state_change", "stateChange", &json_enum_name, .offset = FIELD(state),
		&flow_enum_node_state, .decoration = true},
	{"node_names", "nodeNames", &json_node_names, .offset = FIELD(node), .decoration = true},
};
static const struct json_member node_row[] = {
	{"node_name", "nodeName", &json_kind_name, .offset = FIELD(node), .decoration = true},
};
static const struct json_members lost_members = MEMBERS(lost_rows);
static const struct json_members status_members = MEMBERS(status_rows);
static const struct json_members node_member = MEMBERS(node_row);

static bool read_lost_events(struct judging *judging, json_t *event, json_t *wrapper)
{
	struct json_reading *reading = &judging->reading;
	bool read;

	judging->record->kind = RECORD_LOST_EVENTS;
	json_enter(reading, "lost_events", 0);
	read = json_read_members(reading, event, &lost_members, judging->record);
	json_leave(reading);
	return read && json_read_members(reading, wrapper, &node_member, judging->record);
}

static bool read_node_status(struct judging *judging, json_t *event, json_t *wrapper)
{
	judging->record->kind = RECORD_NODE_STATUS;
	return json_read_members(&judging->reading, wrapper, &node_member, judging->record) &&
	       json_read_members(&judging->reading, event, &status_members, judging->record);
}

static bool skip_agent_event(struct judging *judging, json_t *event, json_t *wrapper)
{
	(void)event;
	(void)wrapper;
	judging->record->kind = RECORD_AGENT_EVENT;
	return true;
}

static bool skip_debug_event(struct judging *judging, json_t *event, json_t *wrapper)
{
	(void)event;
	(void)wrapper;
	judging->record->kind = RECORD_DEBUG_EVENT;
	return true;
}

static const struct {
	const char *name, *camel;
	bool (*read)(struct judging *judging, json_t *event, json_t *wrapper);
} events[] = {
	{"flow", NULL, read_wrapped_flow},
	{"lost_events", "lostEvents", read_lost_events},
	{"node_status", "nodeStatus", read_node_status},
	{"agent_event", "agentEvent", skip_agent_event},
	{"debug_event", "debugEvent", skip_debug_event},
};

/* Where log pipelines put the line they read (ops.md 4); OTLP writes {"body": {"stringValue"}}. */
static const char *const log_members[] = {
	"log", "message", "MESSAGE", "body", "event", "stringValue"};

static bool judge(struct judging *judging, json_t *value, unsigned unwrapped);

/* The text of a log line: JSON, or an agent's own message, which is none of our business. */
static bool judge_text(struct judging *judging, json_t *text, unsigned unwrapped)
{
	const char *bytes = json_string_value(text);
	size_t size = json_string_length(text);
	json_t *value;

	while (size > 0 && strchr(" \t\r\n", *bytes) != NULL) {
		bytes++;
		size--;
	}
	if (size == 0 || *bytes != '{')
		return true;
	value = parse(judging, bytes, size, judging->reading.err);
	if (value == NULL)
		return false;
	return judge(judging, value, unwrapped);
}

static bool judge_log(struct judging *judging, json_t *object, unsigned unwrapped)
{
	for (size_t i = 0; i < sizeof log_members / sizeof *log_members; i++) {
		json_t *inner = json_object_get(object, log_members[i]);
		bool read;

		if (!json_is_string(inner) && !json_is_object(inner))
			continue;
		json_enter(&judging->reading, log_members[i], 0);
		read = json_is_string(inner) ? judge_text(judging, inner, unwrapped + 1)
					     : judge(judging, inner, unwrapped + 1);
		json_leave(&judging->reading);
		if (!read || judging->record->kind != RECORD_OTHER)
			return read;
	}
	return true;
}

static bool judge(struct judging *judging, json_t *value, unsigned unwrapped)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		json_t *event = json_member_get(value, events[i].name, events[i].camel);

		if (json_is_object(event))
			return events[i].read(judging, event, value);
	}
	/* Before the bare flow: a pipeline's record may have a `source` of its own. */
	if (unwrapped < LIMIT_UNWRAP && !judge_log(judging, value, unwrapped))
		return false;
	if (judging->record->kind != RECORD_OTHER)
		return true;
	if (flow_json_is_flat(value))
		return read_flow(judging, value, NULL, true);
	return !flow_json_is_hubble(value) || read_flow(judging, value, NULL, false);
}

static bool judge_record(struct judging *judging)
{
	json_t *value = parse(judging, judging->bytes, judging->size, judging->reading.err);

	if (value == NULL)
		return false;
	if (json_is_string(value)) /* a raw line as an array's item */
		return judge_text(judging, value, 1);
	if (!json_is_object(value))
		return err_set(judging->reading.err, ERR_INVALID,
			"A record must be an object; this is %s.",
			json_is_null(value) ? "null" : "a number, true, false or an array");
	return judge(judging, value, 0);
}

void flow_json_read(void *mem, const char *bytes, size_t size,
	const struct flow_reader_options *options, struct record *ret_record)
{
	struct err err = {0}, *problem;
	struct judging judging = {
		.reading = {.mem = mem, .err = &err},
		.options = options,
		.bytes = bytes,
		.size = size,
		.record = ret_record,
	};

	*ret_record =
		(struct record){.kind = RECORD_OTHER, .lost_source = "", .node = "", .state = ""};
	if (judge_record(&judging))
		return;
	problem = mem_new(mem, struct err);
	*problem = err;
	*ret_record = (struct record){.kind = RECORD_REJECTED,
		.lost_source = "",
		.node = "",
		.state = "",
		.problem = problem};
}
