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
#include "core/record_split_parts.h"

#include "base/limits.h"
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

/* What of a line that is no JSON is handed on. */
#define TEXT_SHOWN 1024

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

unsigned long split_column(const struct record_split *split)
{
	return (unsigned long)((ptrdiff_t)split->position - split->line_begin + 1);
}

void split_next_line(struct record_split *split)
{
	split->position++;
	split->line++;
	split->line_begin = (ptrdiff_t)split->position;
}

bool split_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool split_in_envelope(const struct record_split *split)
{
	return split->base > 0 && split->open[split->base - 1] == '{';
}

bool split_is_oversize(const struct record_split *split)
{
	return split->dropped || split->position - split->start > LIMIT_RECORD;
}

void split_hold(struct record_split *split)
{
	split->holding = true;
	split->dropped = false;
	split->pretty = false;
	split->start = split->position;
	split->second = 0;
	split->start_line = split->line;
	split->start_column = split_column(split);
}

bool split_hand_on(struct record_split *split, enum slice_kind kind, const struct err *problem)
{
	struct slice slice = {
		.kind = kind,
		.line = split->start_line,
		.column = split->start_column,
		.problem = problem,
	};

	if (kind != SLICE_BROKEN) {
		slice.bytes = split->bytes + split->start;
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

bool split_too_large(struct record_split *split)
{
	struct err err = {0};

	err_at(&err, ERR_TOO_LARGE, split->start_line, split->start_column,
		"The record is larger than %d bytes.", LIMIT_RECORD);
	return split_hand_on(split, SLICE_BROKEN, &err);
}

void split_reset_value(struct record_split *split)
{
	split->holding = false;
	split->level = split->base;
	split->in_string = split->escaped = split->in_scalar = split->in_key = false;
	split->envelope = 0;
	split->hint = HINT_NONE;
	split->is_flow = split->is_record = false;
}

/* Goes on between the items, or the members, of the innermost container. */
static void go_on(struct record_split *split)
{
	split_reset_value(split);
	split->mode = split_in_envelope(split) ? VALUE : BETWEEN;
	split->expect = EXPECT_NEXT;
}

void split_leave_container(struct record_split *split)
{
	split->base--;
	go_on(split);
}

/* The rest of the line will be skipped, and with it the end of every container begun on it. */
static void leave_line(struct record_split *split)
{
	while (split->base > 0 && split->container_lines[split->base - 1] == split->line)
		split->base--;
	split_reset_value(split);
}

bool split_broken(struct record_split *split, const char *why)
{
	struct err err = {0};
	bool oversize = split_is_oversize(split), result;

	if (split_in_envelope(split)) {
		split->start_line = split->line;
		split->start_column = split_column(split);
		split->second = 0;
		split->base--;
		oversize = false;
	}
	err_at(&err, ERR_INVALID, split->line, split_column(split), "%s", why);
	result = oversize ? split_too_large(split) : split_hand_on(split, SLICE_BROKEN, &err);
	if (!oversize && split->second != 0) {
		split_reset_value(split);
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

void split_begin_text(struct record_split *split)
{
	leave_line(split);
	split_hold(split);
	split->mode = TEXT;
}

static bool begin_container(struct record_split *split)
{
	if (split->base >= LIMIT_ENVELOPE_DEPTH) {
		split_begin_text(split);
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
	split_reset_value(split);
	split_hold(split);
	split->mode = VALUE;
	split->expect = EXPECT_VALUE;
}

/* Are these the first bytes of a line of which the others may make a record that is taken? */
static bool may_be_completed(const struct record_split *split, const char *bytes, size_t size)
{
	return !split->ended && size < LIMIT_SCAN_WAIT && memchr(bytes, '\n', size) == NULL;
}

/* The short way for a record whose bytes are all there. */
static bool begin_object(struct record_split *split)
{
	const char *bytes = split->bytes + split->position;
	size_t size = split->size - split->position, used;

	if (!split->taker(split->context, bytes, size, split->line, &used))
		return false;
	split->position += used;
	if (used == 0 && may_be_completed(split, bytes, size))
		split->waiting = true;
	else if (used == 0)
		begin_record(split);
	return true;
}

static bool between(struct record_split *split)
{
	static const char mark[] = "\xef\xbb\xbf";
	char c = split->bytes[split->position];

	if (c == '\n') {
		split_next_line(split);
	} else if (split_is_space(c) || c == ',' || c == '\x1e') { /* \x1e: RFC 7464 */
		split->position++;
	} else if (c == '{') {
		return begin_object(split);
	} else if (split->base > 0 && c != '\0' && strchr("\"-0123456789tfn", c)) {
		begin_record(split);
	} else if (c == '[') {
		return begin_container(split);
	} else if (c == ']' && split->base > 0) {
		split->position++;
		split_leave_container(split);
	} else if (split->base == 0 && c == mark[split->bom]) {
		split->position++;
		split->bom = (split->bom + 1) % (sizeof mark - 1);
	} else {
		split_begin_text(split);
	}
	return true;
}

static bool in_text(struct record_split *split)
{
	size_t end = split->start + TEXT_SHOWN;
	const char *newline;

	if (end > split->size)
		end = split->size;
	newline = memchr(split->bytes + split->position, '\n', end - split->position);
	split->position = newline ? (size_t)(newline - split->bytes) : end;
	if (newline == NULL && split->position - split->start < TEXT_SHOWN)
		return true;
	split->mode = SKIP_LINE;
	return split_hand_on(split, SLICE_TEXT, NULL);
}

static bool skip_line(struct record_split *split)
{
	const char *newline =
		memchr(split->bytes + split->position, '\n', split->size - split->position);

	split->position = newline ? (size_t)(newline - split->bytes) : split->size;
	if (newline == NULL)
		return true;
	split_next_line(split);
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
	char c = split->bytes[split->position];
	const char *newline;

	if (!split->in_rest && split_is_space(c)) {
		split->position++;
		return true;
	}
	if (!split->in_rest && c != '\n' && resumes(split, c, split_column(split))) {
		split->mode = BETWEEN;
		return true;
	}
	newline = memchr(split->bytes + split->position, '\n', split->size - split->position);
	split->in_rest = newline == NULL;
	split->position = newline ? (size_t)(newline - split->bytes) : split->size;
	if (newline != NULL)
		split_next_line(split);
	return true;
}

static bool run(struct record_split *split)
{
	static bool (*const steps[])(struct record_split * split) = {
		[BETWEEN] = between,
		[VALUE] = split_value,
		[TEXT] = in_text,
		[SKIP_LINE] = skip_line,
		[SKIP_BLOCK] = skip_block,
	};

	split->waiting = false;
	while (split->position < split->size && !split->waiting)
		if (!steps[split->mode](split))
			return false;
	return true;
}

/* Keeps the bytes that are still needed, and no others. */
static void keep_needed(struct record_split *split)
{
	size_t used;

	if (split->holding && split->mode == VALUE && split_is_oversize(split)) {
		split->holding = false;
		split->dropped = true;
	}
	used = split->holding ? split->start : split->position;
	split->size -= used;
	/* a large record that comes in small pieces stays where it is */
	if (split->size > 0 && split->bytes + used != split->kept) {
		mem_reserve(split, split->kept, &split->capacity, split->size);
		memmove(split->kept, split->bytes + used, split->size);
		split->bytes = split->kept;
	}
	split->position -= used;
	split->line_begin -= (ptrdiff_t)used;
	if (split->holding) {
		split->start -= used;
		split->key -= used;
		if (split->second != 0)
			split->second -= used;
	}
}

/* Reads more bytes: where they are, unless something must stand before them. */
static bool read_more(struct record_split *split, const char *bytes, size_t size)
{
	if (split->size > 0) {
		mem_reserve(split, split->kept, &split->capacity, split->size + size);
		memcpy(split->kept + split->size, bytes, size);
		bytes = split->kept;
	}
	split->bytes = bytes;
	split->size += size;
	if (!run(split))
		return false;
	keep_needed(split);
	return true;
}

bool record_split_feed(struct record_split *split, const char *bytes, size_t size)
{
	const char *line_end = split->size > 0 ? memchr(bytes, '\n', size) : NULL;
	size_t line = line_end != NULL ? (size_t)(line_end - bytes) + 1 : 0;

	/* after the line that began before, most often nothing is needed any more */
	if (line > 0 && !read_more(split, bytes, line))
		return false;
	return line == size || read_more(split, bytes + line, size - line);
}

/* Whether a later line of an unfinished record looks like the beginning of another one. */
static bool another_begins(const struct record_split *split)
{
	bool indent = true;
	size_t line_begin = split->second;

	if (split->second == 0)
		return false;
	for (size_t i = split->second; i < split->size; i++) {
		char c = split->bytes[i];

		if (c == '\n') {
			indent = true;
			line_begin = i + 1;
		} else if (indent && !split_is_space(c)) {
			indent = false;
			if ((c == '{' || c == '[') && resumes(split, c, i - line_begin + 1))
				return true;
		}
	}
	return false;
}

bool record_split_end(struct record_split *split)
{
	split->ended = true;
	if (!run(split)) /* what waited */
		return false;
	/* Each round goes back to a later line of the bytes. */
	while (split->mode == VALUE && !split_in_envelope(split) && !split_is_oversize(split) &&
		another_begins(split))
		if (!split_broken(split, "The record is not closed before the next one begins.") ||
			!run(split))
			return false;
	if (split->mode == TEXT)
		return split_hand_on(split, SLICE_TEXT, NULL);
	if (split->mode == VALUE && !split_in_envelope(split)) {
		if (split_is_oversize(split))
			return split_too_large(split);
		return hand_on_cut(split, split->start_line, split->start_column, "a record");
	}
	if (split->base > 0)
		return hand_on_cut(split, split->container_lines[0], 1, "an array of records");
	return true;
}
