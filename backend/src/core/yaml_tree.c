/*
 * The tree is built from libyaml's events, not from its documents: loading a document of nested
 * brackets costs libyaml time by the square, and its loader lets repeated keys pass.
 */
#include "core/yaml_tree.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/limits.h"
#include "base/mem.h"

struct reader {
	void *mem;
	yaml_parser_t parser;
	const char *text; /* the part being parsed */
	size_t size;
	unsigned long line_offset; /* lines of the whole text before that part */
	size_t node_count;         /* of the whole text */
	struct err *err;
	/* Texts are carved from blocks: an allocation for each would cost more than all else here. */
	char *room;
	size_t room_left;
	/* Items of the lists and maps that are not at their end yet. */
	struct yaml_node *open;
	size_t open_count, open_capacity;
};

#define ROOM 4096

static const char *copy_text(struct reader *r, const char *text, size_t length)
{
	char *copy;

	if (length >= r->room_left) {
		r->room_left = length < ROOM ? ROOM : length + 1;
		r->room = mem_array(r->mem, char, r->room_left);
	}
	copy = r->room;
	memcpy(copy, text, length); /* the block is zeroed, so the copy ends */
	r->room += length + 1;
	r->room_left -= length + 1;
	return copy;
}

static struct where where_of(const struct reader *r, const yaml_mark_t *mark)
{
	return (struct where){.line = (unsigned)(r->line_offset + mark->line + 1),
		.column = (unsigned)(mark->column + 1)};
}

static bool refuse(struct reader *r, const yaml_mark_t *mark, enum err_code code, const char *text)
{
	struct where where = where_of(r, mark);

	return err_at(r->err, code, where.line, where.column, "%s", text);
}

/* libyaml gives a byte offset, and no mark, when the encoding is wrong. */
static bool refuse_encoding(struct reader *r)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < r->parser.problem_offset && i < r->size; i++) {
		mark.column++;
		if (r->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return refuse(r, &mark, ERR_INVALID,
		"this byte is no UTF-8 text or is a control character that YAML does not allow");
}

static bool refuse_syntax(struct reader *r)
{
	const yaml_parser_t *parser = &r->parser;
	struct where where = where_of(r, &parser->problem_mark);
	size_t at = parser->problem_mark.index;

	if (parser->error == YAML_READER_ERROR)
		return refuse_encoding(r);
	return err_at(r->err, ERR_INVALID, where.line, where.column, "invalid YAML: %s%s%s%s",
		parser->problem != NULL ? parser->problem : "cannot be parsed",
		parser->context != NULL ? " " : "", parser->context != NULL ? parser->context : "",
		at < r->size && r->text[at] == '\t' ? "; indent with blanks, not tabs" : "");
}

static bool next_event(struct reader *r, yaml_event_t *ret_event)
{
	return yaml_parser_parse(&r->parser, ret_event) ? true : refuse_syntax(r);
}

static const struct word {
	const char *text;
	enum yaml_kind kind;
	bool truth;
} words[] = {
	{"", YAML_NULL, false},
	{"~", YAML_NULL, false},
	{"null", YAML_NULL, false},
	{"Null", YAML_NULL, false},
	{"NULL", YAML_NULL, false},
	{"y", YAML_BOOL, true},
	{"Y", YAML_BOOL, true},
	{"yes", YAML_BOOL, true},
	{"Yes", YAML_BOOL, true},
	{"YES", YAML_BOOL, true},
	{"true", YAML_BOOL, true},
	{"True", YAML_BOOL, true},
	{"TRUE", YAML_BOOL, true},
	{"on", YAML_BOOL, true},
	{"On", YAML_BOOL, true},
	{"ON", YAML_BOOL, true},
	{"n", YAML_BOOL, false},
	{"N", YAML_BOOL, false},
	{"no", YAML_BOOL, false},
	{"No", YAML_BOOL, false},
	{"NO", YAML_BOOL, false},
	{"false", YAML_BOOL, false},
	{"False", YAML_BOOL, false},
	{"FALSE", YAML_BOOL, false},
	{"off", YAML_BOOL, false},
	{"Off", YAML_BOOL, false},
	{"OFF", YAML_BOOL, false},
	{".nan", YAML_FLOAT, false},
	{".NaN", YAML_FLOAT, false},
	{".NAN", YAML_FLOAT, false},
	{".inf", YAML_FLOAT, false},
	{".Inf", YAML_FLOAT, false},
	{".INF", YAML_FLOAT, false},
	{"+.inf", YAML_FLOAT, false},
	{"+.Inf", YAML_FLOAT, false},
	{"+.INF", YAML_FLOAT, false},
	{"-.inf", YAML_FLOAT, false},
	{"-.Inf", YAML_FLOAT, false},
	{"-.INF", YAML_FLOAT, false},
};

/* Go's strconv.ParseInt with base 0; beyond 64 bits the value is clipped. */
static bool is_integer(const char *text, int64_t *ret_value)
{
	const char *digits = text + (*text == '+' || *text == '-');
	int base = 10;
	char *end;
	long long value;

	if (digits[0] == '0' && digits[1] != '\0') {
		char mark = (char)tolower((unsigned char)digits[1]);

		base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
		digits += mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1;
	}
	if (!isxdigit((unsigned char)*digits))
		return false;
	errno = 0;
	value = strtoll(digits, &end, base);
	/* strtoll takes another "0x" after the one that was skipped. */
	if (*end != '\0' || (base == 16 && tolower((unsigned char)digits[1]) == 'x'))
		return false;
	*ret_value = *text == '-' ? -value : value;
	return true;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(const char *text)
{
	size_t whole, fraction = 0;

	text += *text == '+' || *text == '-';
	whole = strspn(text, "0123456789");
	text += whole;
	if (*text == '.') {
		fraction = strspn(text + 1, "0123456789");
		text += 1 + fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '+' || *text == '-';
		if (!isdigit((unsigned char)*text))
			return false;
		text += strspn(text, "0123456789");
	}
	return *text == '\0';
}

/* A plain scalar that begins like a number: underscores are ignored, as in YAML 1.1. */
static void type_number(struct yaml_node *node)
{
	char digits[64];
	size_t length = 0;
	double value;

	for (const char *c = node->text; *c != '\0'; c++)
		if (*c != '_' && length < sizeof digits - 1)
			digits[length++] = *c;
	digits[length] = '\0';
	if (is_integer(digits, &node->integer)) {
		node->kind = YAML_INTEGER;
		return;
	}
	if (!is_float(digits))
		return;
	node->kind = YAML_FLOAT;
	value = strtod(digits, NULL);
	if (value >= -1e15 && value <= 1e15 && value == (double)(int64_t)value) {
		node->kind = YAML_INTEGER;
		node->integer = (int64_t)value;
	}
}

#define LONGEST_WORD 5

static void type_plain(struct yaml_node *node, size_t length)
{
	for (size_t i = 0; length <= LONGEST_WORD && i < sizeof words / sizeof *words; i++)
		if (strcmp(node->text, words[i].text) == 0) {
			node->kind = words[i].kind;
			node->truth = words[i].truth;
			return;
		}
	/* Nothing longer is a number that anybody writes. */
	if (strchr("0123456789+-.", node->text[0]) != NULL && length < 64)
		type_number(node);
}

static bool check_properties(struct reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
	const yaml_char_t *tag)
{
	if (anchor != NULL)
		return refuse(r, &event->start_mark, ERR_UNSUPPORTED,
			"anchors (&name) are not read; write the part out in full");
	if (tag != NULL && strcmp((const char *)tag, "!") != 0 &&
		strcmp((const char *)tag, YAML_STR_TAG) != 0)
		return refuse(r, &event->start_mark, ERR_UNSUPPORTED,
			"tags (!name) are not read; remove the tag");
	return true;
}

static bool read_scalar(struct reader *r, const yaml_event_t *event, struct yaml_node *node)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;

	if (!check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag))
		return false;
	if (strlen(value) != length)
		return refuse(r, &event->start_mark, ERR_INVALID,
			"a NUL character cannot be part of a policy");
	node->text = copy_text(r, value, length);
	node->kind = YAML_TEXT;
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.tag == NULL)
		type_plain(node, length);
	return true;
}

static bool read_node(
	struct reader *r, const yaml_event_t *event, unsigned depth, struct yaml_node *node);

/* The key as JSON would have it: `on: x` has the key "true", `010: x` the key "8". */
static bool read_key(struct reader *r, const yaml_event_t *event, struct yaml_node *node)
{
	struct yaml_node key = {.text = ""};

	if (event->type == YAML_ALIAS_EVENT)
		return refuse(r, &event->start_mark, ERR_UNSUPPORTED,
			"aliases (*name) are not read; write the part out in full");
	if (event->type != YAML_SCALAR_EVENT)
		return refuse(r, &event->start_mark, ERR_INVALID,
			"a key must be a text, not a list or a map");
	if (!read_scalar(r, event, &key))
		return false;
	if (strcmp(key.text, "<<") == 0 && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return refuse(r, &event->start_mark, ERR_UNSUPPORTED,
			"merge keys (<<) are not read; write the members out");
	if (key.kind == YAML_NULL)
		return refuse(r, &event->start_mark, ERR_INVALID,
			"a key must not be null; put it in quotes");
	node->key = key.text;
	if (key.kind == YAML_BOOL)
		node->key = key.truth ? "true" : "false";
	if (key.kind == YAML_INTEGER)
		node->key = mem_format(r->mem, "%lld", (long long)key.integer);
	node->key_where = where_of(r, &event->start_mark);
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	const struct yaml_node *left = *(const struct yaml_node *const *)a;
	const struct yaml_node *right = *(const struct yaml_node *const *)b;
	int order = strcmp(left->key, right->key);

	return order != 0 ? order : (left < right ? -1 : left > right);
}

static bool refuse_duplicates(struct reader *r, const struct yaml_node *map)
{
	const struct yaml_node **sorted;
	bool good = true;

	if (map->count < 2)
		return true;
	sorted = mem_array(r->mem, const struct yaml_node *, map->count);
	for (size_t i = 0; i < map->count; i++)
		sorted[i] = &map->items[i];
	qsort(sorted, map->count, sizeof *sorted, compare_keys);
	for (size_t i = 1; good && i < map->count; i++)
		if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
			good = err_at(r->err, ERR_INVALID, sorted[i]->key_where.line,
				sorted[i]->key_where.column,
				"\"%s\" is there already, in line %u; remove one of the two",
				sorted[i]->key, sorted[i - 1]->key_where.line);
	mem_free(sorted);
	return good;
}

/* Moves the items from place `first` on into the list or map that they belong to. */
static bool close_items(struct reader *r, size_t first, struct yaml_node *node)
{
	node->count = r->open_count - first;
	node->items = mem_array(r->mem, struct yaml_node, node->count);
	if (node->count > 0)
		memcpy(node->items, r->open + first, node->count * sizeof *node->items);
	r->open_count = first;
	return node->kind == YAML_LIST || refuse_duplicates(r, node);
}

/* The items of a list or the members of a map, up to its end. */
static bool read_items(
	struct reader *r, yaml_event_type_t end, unsigned depth, struct yaml_node *node)
{
	size_t first = r->open_count;
	bool good = true;

	while (good) {
		yaml_event_t event;
		struct yaml_node item = {.text = ""};

		if (!next_event(r, &event))
			return false;
		if (event.type == end) {
			yaml_event_delete(&event);
			return close_items(r, first, node);
		}
		if (node->kind == YAML_MAP) {
			good = read_key(r, &event, &item);
			yaml_event_delete(&event);
			if (!good || !next_event(r, &event))
				return false;
		}
		good = read_node(r, &event, depth + 1, &item);
		yaml_event_delete(&event);
		mem_reserve(r->mem, r->open, &r->open_capacity, r->open_count + 1);
		r->open[r->open_count++] = item;
	}
	return false;
}

static bool read_node(
	struct reader *r, const yaml_event_t *event, unsigned depth, struct yaml_node *node)
{
	bool list = event->type == YAML_SEQUENCE_START_EVENT;

	node->where = where_of(r, &event->start_mark);
	if (++r->node_count > LIMIT_YAML_NODES)
		return refuse(r, &event->start_mark, ERR_TOO_LARGE,
			"the text has too many parts; divide it into several texts");
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(r, event, node);
	if (event->type == YAML_ALIAS_EVENT)
		return refuse(r, &event->start_mark, ERR_UNSUPPORTED,
			"aliases (*name) are not read; write the part out in full");
	if (depth >= LIMIT_YAML_DEPTH)
		return refuse(r, &event->start_mark, ERR_TOO_LARGE,
			"nested too deeply; no policy needs this");
	node->kind = list ? YAML_LIST : YAML_MAP;
	if (list)
		return check_properties(r, event, event->data.sequence_start.anchor,
			       event->data.sequence_start.tag) &&
		       read_items(r, YAML_SEQUENCE_END_EVENT, depth, node);
	return check_properties(
		       r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag) &&
	       read_items(r, YAML_MAPPING_END_EVENT, depth, node);
}

/* The content of one document; its start has been seen. */
static bool read_document(struct reader *r, struct yaml_document *document)
{
	yaml_event_t event;
	bool good;

	r->err = &document->problem;
	r->open_count = 0;
	if (!next_event(r, &event))
		return false;
	document->where = where_of(r, &event.start_mark);
	document->root = mem_new(r->mem, struct yaml_node);
	document->root->text = "";
	good = read_node(r, &event, 0, document->root);
	yaml_event_delete(&event);
	if (good && next_event(r, &event)) {
		yaml_event_delete(&event); /* the document's end */
		return true;
	}
	return false;
}

struct collection {
	struct yaml_documents *documents;
	size_t capacity;
	unsigned number;
};

/* All documents of a part: mostly one, several if some end in `...`. */
static void read_part(struct reader *r, struct collection *to)
{
	bool good = true, done = false;

	yaml_parser_initialize(&r->parser);
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text, r->size);
	while (good && !done) {
		yaml_event_t event;
		struct yaml_document document = {.number = to->number};
		bool begins;

		r->err = &document.problem;
		good = next_event(r, &event);
		begins = good && event.type == YAML_DOCUMENT_START_EVENT;
		done = good && event.type == YAML_STREAM_END_EVENT;
		if (good)
			yaml_event_delete(&event);
		if (begins)
			good = read_document(r, &document);
		if (!good) {
			document.root = NULL;
			document.where.line = (unsigned)document.problem.line;
			document.where.column = (unsigned)document.problem.column;
		}
		if (good && !begins)
			continue;
		to->number++;
		if (good && document.root->kind == YAML_NULL)
			continue;
		mem_reserve(r->mem, to->documents->items, &to->capacity, to->documents->count + 1);
		to->documents->items[to->documents->count++] = document;
	}
	yaml_parser_delete(&r->parser);
}

/* Length of the part that begins at `text`: up to the next line that begins with `---`. */
static size_t part_length(const char *text, size_t size, unsigned long *ret_lines)
{
	size_t at = 0;

	*ret_lines = 0;
	while (at < size) {
		const char *newline = memchr(text + at, '\n', size - at);

		if (newline == NULL)
			return size;
		at = (size_t)(newline - text) + 1;
		++*ret_lines;
		if (size - at >= 3 && memcmp(text + at, "---", 3) == 0 &&
			(size - at == 3 || strchr(" \t\r\n", text[at + 3]) != NULL))
			return at;
	}
	return size;
}

bool yaml_read(void *mem, const char *text, size_t size, struct yaml_documents *ret_documents,
	struct err *err)
{
	struct yaml_documents documents = {0};
	struct collection to = {.documents = &documents};
	struct reader r = {.mem = mem};
	unsigned long lines;

	if (size > LIMIT_YAML)
		return err_set(err, ERR_TOO_LARGE,
			"the YAML text has %zu bytes, more than %d; divide it into several texts",
			size, LIMIT_YAML);
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		size -= 3;
	}
	for (size_t at = 0; at < size; at += r.size, r.line_offset += lines) {
		r.text = text + at;
		r.size = part_length(r.text, size - at, &lines);
		read_part(&r, &to);
		if (r.node_count > LIMIT_YAML_NODES)
			return err_set(err, ERR_TOO_LARGE,
				"the YAML text has more than %d parts; divide it into several "
				"texts",
				LIMIT_YAML_NODES);
		if (to.number > LIMIT_YAML_DOCUMENTS)
			return err_set(err, ERR_TOO_LARGE,
				"the YAML text has more than %d documents; divide it into several "
				"texts",
				LIMIT_YAML_DOCUMENTS);
	}
	mem_free(r.open);
	*ret_documents = documents;
	return true;
}

const struct yaml_node *yaml_member(const struct yaml_node *node, const char *key)
{
	if (node == NULL || node->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->items[i].key, key) == 0)
			return node->items[i].kind == YAML_NULL ? NULL : &node->items[i];
	return NULL;
}

static bool keys_equal(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->key == NULL || b->key == NULL)
		return a->key == b->key;
	return strcmp(a->key, b->key) == 0;
}

static bool content_equal(const struct yaml_node *a, const struct yaml_node *b)
{
	switch (a->kind) {
	case YAML_NULL:
		return true;
	case YAML_BOOL:
		return a->truth == b->truth;
	case YAML_INTEGER:
		return a->integer == b->integer;
	case YAML_FLOAT:
	case YAML_TEXT:
		return strcmp(a->text, b->text) == 0;
	case YAML_LIST:
	case YAML_MAP:
		break;
	}
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!keys_equal(&a->items[i], &b->items[i]) ||
			!yaml_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

bool yaml_equal(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->kind == b->kind && content_equal(a, b);
}

const char *yaml_kind_name(enum yaml_kind kind)
{
	switch (kind) {
	case YAML_NULL:
		return "null";
	case YAML_BOOL:
		return "a boolean";
	case YAML_INTEGER:
		return "a whole number";
	case YAML_FLOAT:
		return "a fraction";
	case YAML_TEXT:
		return "a text";
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a map";
	}
	return "";
}
