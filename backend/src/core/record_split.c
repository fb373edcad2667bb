/*
 * One pushdown automaton over the whole stream. Its levels are JSON's open brackets: the first
 * `base` of them are containers (arrays and envelope objects around the records), those above
 * belong to the value being read. A value that ends at level `base` is a record.
 *
 * The one hard idea is what to do with a record that breaks. A line cut in the middle usually
 * leaves brackets open, so the next line, a good one, is taken for a part of it until something
 * impossible turns up ("{" where "," must be). The bytes since the record's start are still at hand, so
 * reading goes back to the line after the one where the broken record began. A pretty-printed
 * record is known by a line end right after its "{"; there reading goes on at the next line that
 * is not indented deeper.
 */
#include "core/record_split.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

#define NUMBER_TEXT(number) #number
#define NUMBER(number)      NUMBER_TEXT(number)

/* What of a line that is no JSON is handed on. */
#define TEXT_SHOWN 1024

enum mode {
	BETWEEN,    /* between records */
	VALUE,      /* inside a record, or between the members of an envelope */
	TEXT,       /* in a line that is no JSON */
	SKIP_LINE,  /* over the rest of a broken line */
	SKIP_BLOCK, /* over the rest of a broken pretty-printed record */
};

enum expect { EXPECT_VALUE, EXPECT_KEY, EXPECT_COLON, EXPECT_NEXT };

enum hint { HINT_NONE, HINT_RECORD, HINT_ENVELOPE, HINT_MAYBE_ENVELOPE };

struct record_split {
	slice_handler *handler;
	slice_taker *taker;
	void *context;
	char *buffer; /* from the first byte that is still needed */
	size_t size, capacity;

	enum mode mode;
	size_t position; /* of the next byte, in the buffer */
	unsigned long line;
	ptrdiff_t line_begin; /* of the current line, in the buffer or before it */
	unsigned bom;         /* bytes of a byte-order mark seen */

	/* The value being read. */
	bool holding;  /* its bytes are kept from `start` */
	bool dropped;  /* it grew over LIMIT_RECORD and is no longer kept */
	bool pretty;   /* its "{" ends a line */
	size_t start;  /* in the buffer */
	size_t second; /* start of the second line that it covers; 0 if it is on one */
	unsigned long start_line, start_column;

	enum expect expect;
	bool in_string, escaped, in_scalar, in_key;
	bool in_rest;    /* of a line that is skipped, after its indentation */
	size_t key;      /* in the buffer, after the quote */
	enum hint hint;  /* of the newest member of the record's own object */
	bool is_record;  /* a member showed that the object is no envelope */
	size_t envelope; /* level of an array that may be an envelope's; 0 if none */

	size_t level, base;
	char open[LIMIT_ENVELOPE_DEPTH + LIMIT_JSON_DEPTH + 1];
	unsigned long container_lines[LIMIT_ENVELOPE_DEPTH]; /* where each container begins */
};

struct record_split *record_split_new(
	void *mem, slice_handler *handler, slice_taker *taker, void *context)
{
	struct record_split *split = mem_new(mem, struct record_split);

	split->handler = handler;
	split->taker = taker;
	split->context = context;
	split->line = 1;
	return split;
}

/* Members that tell what an object is: one record, or an envelope with an array of them. */
static enum hint hint_of(const char *key, size_t size)
{
	static const struct {
		const char *name;
		enum hint hint;
	} hints[] = {
		{"flow", HINT_RECORD},
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

static unsigned long column(const struct record_split *split)
{
	return (unsigned long)((ptrdiff_t)split->position - split->line_begin + 1);
}

/* Steps over a line end. */
static void next_line(struct record_split *split)
{
	split->position++;
	split->line++;
	split->line_begin = (ptrdiff_t)split->position;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Whether the members of an envelope are being read, not a record. */
static bool in_envelope(const struct record_split *split)
{
	return split->base > 0 && split->open[split->base - 1] == '{';
}

static bool is_oversize(const struct record_split *split)
{
	return split->dropped || split->position - split->start > LIMIT_RECORD;
}

static void hold(struct record_split *split)
{
	split->holding = true;
	split->dropped = false;
	split->pretty = false;
	split->start = split->position;
	split->second = 0;
	split->start_line = split->line;
	split->start_column = column(split);
}

static bool hand_on(struct record_split *split, enum slice_kind kind, const struct err *problem)
{
	struct slice slice = {
		.kind = kind,
		.line = split->start_line,
		.column = split->start_column,
		.problem = problem,
	};

	if (kind != SLICE_BROKEN) {
		slice.bytes = split->buffer + split->start;
		slice.size = split->position - split->start;
	}
	split->holding = false;
	return split->handler(split->context, &slice);
}

static bool hand_on_cut(
	struct record_split *split, unsigned long line, unsigned long at_column, const char *what)
{
	struct err err = {0};
	struct slice slice = {.kind = SLICE_BROKEN,
		.line = line,
		.column = at_column,
		.cut = true,
		.problem = &err};

	err_at(&err, ERR_INVALID, line, at_column, "The input ends inside %s: was it cut?", what);
	return split->handler(split->context, &slice);
}

static bool too_large(struct record_split *split)
{
	struct err err = {0};

	err_at(&err, ERR_TOO_LARGE, split->start_line, split->start_column,
		"The record is larger than %d bytes.", LIMIT_RECORD);
	return hand_on(split, SLICE_BROKEN, &err);
}

/* Forgets the value being read. */
static void reset_value(struct record_split *split)
{
	split->holding = false;
	split->level = split->base;
	split->in_string = split->escaped = split->in_scalar = split->in_key = false;
	split->envelope = 0;
	split->hint = HINT_NONE;
	split->is_record = false;
}

/* Goes on between the items, or the members, of the innermost container. */
static void go_on(struct record_split *split)
{
	reset_value(split);
	split->mode = in_envelope(split) ? VALUE : BETWEEN;
	split->expect = EXPECT_NEXT;
}

static void leave_container(struct record_split *split)
{
	split->base--;
	go_on(split);
}

/* The rest of the line will be skipped, and with it the end of every container begun on it. */
static void leave_line(struct record_split *split)
{
	while (split->base > 0 && split->container_lines[split->base - 1] == split->line)
		split->base--;
	reset_value(split);
}

/*
 * Rejects the value being read at the current byte, which cannot stand there, and goes where the
 * next good record may be.
 */
static bool broken(struct record_split *split, const char *why)
{
	struct err err = {0};
	bool oversize = is_oversize(split), result;

	if (in_envelope(split)) {
		split->start_line = split->line;
		split->start_column = column(split);
		split->second = 0;
		split->base--;
		oversize = false;
	}
	err_at(&err, ERR_INVALID, split->line, column(split), "%s", why);
	result = oversize ? too_large(split) : hand_on(split, SLICE_BROKEN, &err);
	if (!oversize && split->second != 0) {
		reset_value(split);
		split->position = split->second;
		split->line = split->start_line + 1;
		split->line_begin = (ptrdiff_t)split->position;
		split->mode = split->pretty ? SKIP_BLOCK : BETWEEN;
		split->in_rest = false;
	} else {
		leave_line(split);
		split->mode = SKIP_LINE;
	}
	return result;
}

/* A byte between records that begins none: the rest of its line is no JSON. */
static void begin_text(struct record_split *split)
{
	leave_line(split);
	hold(split);
	split->mode = TEXT;
}

static bool push(struct record_split *split, char bracket)
{
	if (split->level - split->base >= LIMIT_JSON_DEPTH)
		return broken(split,
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
	if (split->level > split->base || in_envelope(split))
		return true;
	result = is_oversize(split) ? too_large(split) : hand_on(split, SLICE_JSON, NULL);
	reset_value(split);
	split->mode = BETWEEN;
	return result;
}

static bool begin_container(struct record_split *split)
{
	if (split->base >= LIMIT_ENVELOPE_DEPTH) {
		begin_text(split);
		return true;
	}
	split->container_lines[split->base] = split->line;
	split->open[split->base++] = '[';
	split->level = split->base;
	split->position++;
	return true;
}

static void begin_record(struct record_split *split)
{
	reset_value(split);
	hold(split);
	split->mode = VALUE;
	split->expect = EXPECT_VALUE;
}

/* The short way for a record whose bytes are all there. */
static bool begin_object(struct record_split *split)
{
	size_t used;

	if (!split->taker(split->context, split->buffer + split->position,
		    split->size - split->position, split->line, &used))
		return false;
	split->position += used;
	if (used == 0)
		begin_record(split);
	return true;
}

static bool between(struct record_split *split)
{
	static const char mark[] = "\xef\xbb\xbf";
	char c = split->buffer[split->position];

	if (c == '\n') {
		next_line(split);
	} else if (is_space(c) || c == ',' || c == '\x1e') { /* \x1e: RFC 7464 */
		split->position++;
	} else if (c == '{') {
		return begin_object(split);
	} else if (split->base > 0 && c != '\0' && strchr("\"-0123456789tfn", c)) {
		begin_record(split);
	} else if (c == '[') {
		return begin_container(split);
	} else if (c == ']' && split->base > 0) {
		split->position++;
		leave_container(split);
	} else if (split->base == 0 && c == mark[split->bom]) {
		split->position++;
		split->bom = (split->bom + 1) % (sizeof mark - 1);
	} else {
		begin_text(split);
	}
	return true;
}

/* The record turns out to be an envelope: the array just begun holds the records. */
static bool become_envelope(struct record_split *split)
{
	if (split->level > LIMIT_ENVELOPE_DEPTH)
		return broken(split,
			"There are more than " NUMBER(
				LIMIT_ENVELOPE_DEPTH) " arrays and objects around the records.");
	for (size_t i = split->base; i < split->level; i++)
		split->container_lines[i] = i + 1 < split->level ? split->start_line : split->line;
	split->base = split->level;
	reset_value(split);
	split->mode = BETWEEN;
	return true;
}

/* The level of the object whose members tell whether it is an envelope. */
static size_t own_level(const struct record_split *split)
{
	return in_envelope(split) ? split->base : split->base + 1;
}

static void key_ends(struct record_split *split)
{
	enum hint hint = HINT_NONE;

	if (split->holding && !is_oversize(split))
		hint = hint_of(split->buffer + split->key, split->position - split->key);
	split->hint = hint;
	if (hint == HINT_RECORD)
		split->is_record = true;
	if (in_envelope(split))
		split->holding = false;
}

static bool in_string(struct record_split *split)
{
	const char *bytes = split->buffer;
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
		return broken(split, "The line ends inside a text.");
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
	char c = split->buffer[split->position];

	if (!is_space(c) && (c == '\0' || strchr("\n,:]}[{\"", c) == NULL)) {
		split->position++;
		return true;
	}
	split->in_scalar = false;
	/* "[10:15:00] listening" is no array of numbers. */
	if (split->level == split->base && !in_envelope(split) && strchr(":}[{\"", c) != NULL) {
		split->position = split->start;
		begin_text(split);
		return true;
	}
	return value_ends(split);
}

static bool begin_string(struct record_split *split)
{
	if (split->expect != EXPECT_KEY && split->expect != EXPECT_VALUE)
		return broken(split, "A text stands where \",\" or \":\" must be.");
	split->in_key = split->expect == EXPECT_KEY;
	if (split->in_key && in_envelope(split) && split->level == split->base)
		hold(split);
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
		return broken(
			split, "A bracket opens where \",\", \":\" or a member's name must be.");
	if (!push(split, bracket))
		return false;
	if (split->mode != VALUE)
		return true;
	if (bracket == '[' && members && !split->is_record &&
		(hint == HINT_ENVELOPE || hint == HINT_MAYBE_ENVELOPE))
		split->envelope = split->level;
	return true;
}

static bool close_bracket(struct record_split *split, char bracket)
{
	char opened = bracket == '}' ? '{' : '[';

	if (split->level == 0 || split->open[split->level - 1] != opened)
		return broken(split, "A bracket is closed by one of the other kind.");
	split->position++;
	if (split->level == split->base) {
		leave_container(split);
		return true;
	}
	split->level--;
	return value_ends(split);
}

/* The first byte in an array that may be an envelope's decides. */
static bool is_envelope(struct record_split *split, char c)
{
	bool sure = split->hint == HINT_ENVELOPE && !split->is_record;

	split->envelope = 0;
	return !is_oversize(split) && (c == '{' || (sure && (c == '[' || c == '"' || c == ']')));
}

/* Whether the record's first line, which ends here, holds nothing but its bracket. */
static bool only_bracket(const struct record_split *split)
{
	for (size_t i = split->start + 1; i < split->position; i++)
		if (!is_space(split->buffer[i]))
			return false;
	return true;
}

static bool in_value(struct record_split *split)
{
	char c;

	if (split->in_string)
		return in_string(split);
	if (split->in_scalar)
		return in_scalar(split);
	c = split->buffer[split->position];
	if (c == '\n') {
		if (split->holding && split->second == 0) {
			split->pretty = only_bracket(split);
			split->second = split->position + 1;
		}
		next_line(split);
		return true;
	}
	if (is_space(c)) {
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
			return broken(split, "Something stands where \",\", \":\" or a member's "
					     "name must be.");
		split->in_scalar = true;
		return true;
	}
}

static bool in_text(struct record_split *split)
{
	size_t end = split->start + TEXT_SHOWN;
	const char *newline;

	if (end > split->size)
		end = split->size;
	newline = memchr(split->buffer + split->position, '\n', end - split->position);
	split->position = newline ? (size_t)(newline - split->buffer) : end;
	if (newline == NULL && split->position - split->start < TEXT_SHOWN)
		return true;
	split->mode = SKIP_LINE;
	return hand_on(split, SLICE_TEXT, NULL);
}

static bool skip_line(struct record_split *split)
{
	const char *newline =
		memchr(split->buffer + split->position, '\n', split->size - split->position);

	split->position = newline ? (size_t)(newline - split->buffer) : split->size;
	if (newline == NULL)
		return true;
	next_line(split);
	go_on(split);
	return true;
}

/* Whether a line that begins with `c` at `at_column` is no part of the broken record. */
static bool resumes(const struct record_split *split, char c, unsigned long at_column)
{
	return !split->pretty || (at_column <= split->start_column && c != '}');
}

static bool skip_block(struct record_split *split)
{
	char c = split->buffer[split->position];
	const char *newline;

	if (!split->in_rest && is_space(c)) {
		split->position++;
		return true;
	}
	if (!split->in_rest && c != '\n' && resumes(split, c, column(split))) {
		split->mode = BETWEEN;
		return true;
	}
	newline = memchr(split->buffer + split->position, '\n', split->size - split->position);
	split->in_rest = newline == NULL;
	split->position = newline ? (size_t)(newline - split->buffer) : split->size;
	if (newline != NULL)
		next_line(split);
	return true;
}

static bool run(struct record_split *split)
{
	static bool (*const steps[])(struct record_split * split) = {
		[BETWEEN] = between,
		[VALUE] = in_value,
		[TEXT] = in_text,
		[SKIP_LINE] = skip_line,
		[SKIP_BLOCK] = skip_block,
	};

	while (split->position < split->size)
		if (!steps[split->mode](split))
			return false;
	return true;
}

/* Drops the bytes that nothing needs any more. */
static void drop_used(struct record_split *split)
{
	size_t used;

	if (split->holding && split->mode == VALUE && is_oversize(split)) {
		split->holding = false;
		split->dropped = true;
	}
	used = split->holding ? split->start : split->position;
	if (used == 0)
		return;
	split->size -= used;
	memmove(split->buffer, split->buffer + used, split->size);
	split->position -= used;
	split->line_begin -= (ptrdiff_t)used;
	if (split->holding) {
		split->start -= used;
		split->key -= used;
		if (split->second != 0)
			split->second -= used;
	}
}

bool record_split_feed(struct record_split *split, const char *bytes, size_t size)
{
	mem_reserve(split, split->buffer, &split->capacity, split->size + size);
	memcpy(split->buffer + split->size, bytes, size);
	split->size += size;
	if (!run(split))
		return false;
	drop_used(split);
	return true;
}

/* Whether a later line of an unfinished record looks like the beginning of another one. */
static bool another_begins(const struct record_split *split)
{
	bool indent = true;
	size_t line_begin = split->second;

	if (split->second == 0)
		return false;
	for (size_t i = split->second; i < split->size; i++) {
		char c = split->buffer[i];

		if (c == '\n') {
			indent = true;
			line_begin = i + 1;
		} else if (indent && !is_space(c)) {
			indent = false;
			if ((c == '{' || c == '[') && resumes(split, c, i - line_begin + 1))
				return true;
		}
	}
	return false;
}

bool record_split_end(struct record_split *split)
{
	/* Each round goes back to a later line of the buffer. */
	while (split->mode == VALUE && !in_envelope(split) && !is_oversize(split) &&
		another_begins(split))
		if (!broken(split, "The record is not closed before the next one begins.") ||
			!run(split))
			return false;
	if (split->mode == TEXT)
		return hand_on(split, SLICE_TEXT, NULL);
	if (split->mode == VALUE && !in_envelope(split)) {
		if (is_oversize(split))
			return too_large(split);
		return hand_on_cut(split, split->start_line, split->start_column, "a record");
	}
	if (split->base > 0)
		return hand_on_cut(split, split->container_lines[0], 1, "an array of records");
	return true;
}
