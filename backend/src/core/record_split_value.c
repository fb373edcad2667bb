/* Inside a record: JSON's brackets, texts and commas, and the members that make an envelope. */
#include "core/record_split_parts.h"

#include "base/limits.h"

#include <string.h>

#define NUMBER_TEXT(number) #number
#define NUMBER(number)      NUMBER_TEXT(number)

/* Members that tell what an object is: one record, or an envelope with an array of them. */
static enum hint hint_of(const char *key, size_t size)
{
	static const struct {
		const char *name;
		enum hint hint;
	} hints[] = {
		{"flow", HINT_FLOW},
		{"verdict", HINT_RECORD},
		{"IP", HINT_RECORD},
		{"l4", HINT_RECORD},
		{"destination", HINT_RECORD},
		{"event_type", HINT_RECORD},
		{"eventType", HINT_RECORD},
		{"log", HINT_RECORD},
		{"message", HINT_RECORD},
		{"MESSAGE", HINT_RECORD},
		{"flows", HINT_ENVELOPE},
		{"resourceLogs", HINT_ENVELOPE},
		{"scopeLogs", HINT_ENVELOPE},
		{"logRecords", HINT_ENVELOPE},
		{"items", HINT_MAYBE_ENVELOPE},
		{"records", HINT_MAYBE_ENVELOPE},
		{"events", HINT_MAYBE_ENVELOPE},
		{"data", HINT_MAYBE_ENVELOPE},
		{"logs", HINT_MAYBE_ENVELOPE},
	};

	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strlen(hints[i].name) == size && memcmp(hints[i].name, key, size) == 0)
			return hints[i].hint;
	return HINT_NONE;
}

static bool push(struct record_split *split, char bracket)
{
	if (split->level - split->base >= LIMIT_JSON_DEPTH)
		return split_broken(split,
			"The record is nested deeper than " NUMBER(LIMIT_JSON_DEPTH) " levels.");
	split->open[split->level++] = bracket;
	split->expect = bracket == '{' ? EXPECT_KEY : EXPECT_VALUE;
	split->position++;
	return true;
}

/* A value ended just before the current position. */
static bool value_ends(struct record_split *split)
{
	bool result = true;

	split->expect = EXPECT_NEXT;
	if (split->level > split->base || split_in_envelope(split))
		return true;
	result = split_is_oversize(split) ? split_too_large(split)
					  : split_hand_on(split, SLICE_JSON, NULL);
	split_reset_value(split);
	split->mode = BETWEEN;
	return result;
}

/* The record turns out to be an envelope: the array just begun holds the records. */
static bool become_envelope(struct record_split *split)
{
	if (split->level > LIMIT_ENVELOPE_DEPTH)
		return split_broken(split,
			"There are more than " NUMBER(
				LIMIT_ENVELOPE_DEPTH) " arrays and objects around the records.");
	for (size_t i = split->base; i < split->level; i++)
		split->container_lines[i] = i + 1 < split->level ? split->start_line : split->line;
	split->base = split->level;
	split_reset_value(split);
	split->mode = BETWEEN;
	return true;
}

/* The level of the object whose members tell whether it is an envelope. */
static size_t own_level(const struct record_split *split)
{
	return split_in_envelope(split) ? split->base : split->base + 1;
}

static void key_ends(struct record_split *split)
{
	enum hint hint = HINT_NONE;

	if (split->holding && !split_is_oversize(split))
		hint = hint_of(split->bytes + split->key, split->position - split->key);
	split->hint = hint;
	split->is_flow |= hint == HINT_FLOW;
	split->is_record |= hint == HINT_RECORD;
	if (split_in_envelope(split))
		split->holding = false;
}

static bool in_string(struct record_split *split)
{
	const char *bytes = split->bytes;
	size_t i = split->position, size = split->size;

	if (split->escaped && bytes[i] != '\n') {
		split->escaped = false;
		i++;
	}
	while (i < size && bytes[i] != '"' && bytes[i] != '\\' && bytes[i] != '\n')
		i++;
	split->position = i;
	if (i == size)
		return true;
	if (bytes[i] == '\n')
		return split_broken(split, "The line ends inside a text.");
	if (bytes[i] == '\\') {
		split->escaped = true;
		split->position++;
		return true;
	}
	split->in_string = false;
	if (split->in_key) {
		split->in_key = false;
		split->expect = EXPECT_COLON;
		if (split->level == own_level(split))
			key_ends(split);
		split->position++;
		return true;
	}
	split->position++;
	return value_ends(split);
}

static bool in_scalar(struct record_split *split)
{
	char c = split->bytes[split->position];

	if (!split_is_space(c) && (c == '\0' || strchr("\n,:]}[{\"", c) == NULL)) {
		split->position++;
		return true;
	}
	split->in_scalar = false;
	/* "[10:15:00] listening" is no array of numbers. */
	if (split->level == split->base && !split_in_envelope(split) &&
		strchr(":}[{\"", c) != NULL) {
		split->position = split->start;
		split_begin_text(split);
		return true;
	}
	return value_ends(split);
}

static bool begin_string(struct record_split *split)
{
	if (split->expect != EXPECT_KEY && split->expect != EXPECT_VALUE)
		return split_broken(split, "A text stands where \",\" or \":\" must be.");
	split->in_key = split->expect == EXPECT_KEY;
	if (split->in_key && split_in_envelope(split) && split->level == split->base)
		split_hold(split);
	split->in_string = true;
	split->position++;
	split->key = split->position;
	return true;
}

static bool open_bracket(struct record_split *split, char bracket)
{
	bool members = split->level == own_level(split);
	enum hint hint = split->hint;

	if (split->expect != EXPECT_VALUE)
		return split_broken(
			split, "A bracket opens where \",\", \":\" or a member's name must be.");
	if (!push(split, bracket))
		return false;
	if (split->mode != VALUE)
		return true;
	if (bracket == '[' && members && !split->is_flow &&
		(hint == HINT_ENVELOPE || (hint == HINT_MAYBE_ENVELOPE && !split->is_record)))
		split->envelope = split->level;
	return true;
}

static bool close_bracket(struct record_split *split, char bracket)
{
	char opened = bracket == '}' ? '{' : '[';

	if (split->level == 0 || split->open[split->level - 1] != opened)
		return split_broken(split, "A bracket is closed by one of the other kind.");
	split->position++;
	if (split->level == split->base) {
		split_leave_container(split);
		return true;
	}
	split->level--;
	return value_ends(split);
}

/* The first byte in an array that may be an envelope's decides. */
static bool is_envelope(struct record_split *split, char c)
{
	bool sure = split->hint == HINT_ENVELOPE;

	split->envelope = 0;
	return !split_is_oversize(split) &&
	       (c == '{' || (sure && (c == '[' || c == '"' || c == ']')));
}

/* Whether the record's first line, which ends here, holds nothing but its bracket. */
static bool only_bracket(const struct record_split *split)
{
	for (size_t i = split->start + 1; i < split->position; i++)
		if (!split_is_space(split->bytes[i]))
			return false;
	return true;
}

bool split_value(struct record_split *split)
{
	char c;

	if (split->in_string)
		return in_string(split);
	if (split->in_scalar)
		return in_scalar(split);
	c = split->bytes[split->position];
	if (c == '\n') {
		if (split->holding && split->second == 0) {
			split->pretty = only_bracket(split);
			split->second = split->position + 1;
		}
		split_next_line(split);
		return true;
	}
	if (split_is_space(c)) {
		split->position++;
		return true;
	}
	if (split->envelope != 0 && is_envelope(split, c))
		return become_envelope(split);
	switch (c) {
	case '"':
		return begin_string(split);
	case '{':
	case '[':
		return open_bracket(split, c);
	case '}':
	case ']':
		return close_bracket(split, c);
	case ':':
		split->expect = EXPECT_VALUE;
		split->position++;
		return true;
	case ',':
		split->expect = split->open[split->level - 1] == '{' ? EXPECT_KEY : EXPECT_VALUE;
		split->position++;
		return true;
	default:
		if (split->expect != EXPECT_VALUE)
			return split_broken(split,
				"Something stands where \",\", \":\" or a member's "
				"name must be.");
		split->in_scalar = true;
		return true;
	}
}
