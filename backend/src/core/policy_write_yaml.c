#include "core/policy_write_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "base/mem.h"
#include "core/yaml_tree.h"

struct yaml_writer {
	void *mem;
	yaml_emitter_t emitter;
	struct err problem;
	char *bytes;
	size_t size, capacity;
	size_t documents;
};

static int keep_bytes(void *context, unsigned char *bytes, size_t size)
{
	struct yaml_writer *w = context;

	mem_reserve(w->mem, w->bytes, &w->capacity, w->size + size + 1);
	memcpy(w->bytes + w->size, bytes, size);
	w->size += size;
	w->bytes[w->size] = '\0';
	return 1;
}

static void end_emitter(void *emitter)
{
	yaml_emitter_delete(emitter);
}

/* `good`: whether libyaml could make the event, which fails on texts that are not UTF-8. */
static void emit(struct yaml_writer *w, yaml_event_t *event, int good)
{
	if (w->problem.code != ERR_NONE) {
		if (good)
			yaml_event_delete(event);
		return;
	}
	if (!good)
		write_refuse(w, "a text of the policy is not UTF-8");
	else if (!yaml_emitter_emit(&w->emitter, event))
		write_refuse(w, "the policy cannot be written as YAML: %s",
			w->emitter.problem != NULL ? w->emitter.problem : "unknown reason");
}

struct yaml_writer *yaml_writer_new(void *mem)
{
	struct yaml_writer *w = mem_new(mem, struct yaml_writer);
	yaml_event_t event;

	w->mem = mem;
	if (!yaml_emitter_initialize(&w->emitter))
		abort(); /* out of memory */
	mem_attach(w, &w->emitter, end_emitter);
	yaml_emitter_set_output(&w->emitter, keep_bytes, w);
	yaml_emitter_set_unicode(&w->emitter, 1);
	yaml_emitter_set_width(&w->emitter, -1);
	yaml_emitter_set_indent(&w->emitter, 2);
	keep_bytes(w, (unsigned char *)"", 0);
	emit(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	return w;
}

bool yaml_writer_end(
	struct yaml_writer *w, const char **ret_text, size_t *ret_size, struct err *err)
{
	yaml_event_t event;
	bool good;

	emit(w, &event, yaml_stream_end_event_initialize(&event));
	good = w->problem.code == ERR_NONE;
	if (good) {
		*ret_text = w->bytes;
		if (ret_size != NULL)
			*ret_size = w->size;
	} else {
		err_set(err, w->problem.code, "%s", w->problem.text);
	}
	mem_free(w);
	return good;
}

void write_refuse(struct yaml_writer *w, const char *format, ...)
{
	char text[sizeof w->problem.text];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	err_set(&w->problem, ERR_INVALID, "%s", text);
}

void write_document_begin(struct yaml_writer *w)
{
	yaml_event_t event;

	/* Documents are divided by `---`; the first one needs none. */
	emit(w, &event,
		yaml_document_start_event_initialize(
			&event, NULL, NULL, NULL, w->documents++ == 0));
}

void write_document_end(struct yaml_writer *w)
{
	yaml_event_t event;

	emit(w, &event, yaml_document_end_event_initialize(&event, 1));
}

void write_map_begin(struct yaml_writer *w)
{
	yaml_event_t event;

	emit(w, &event,
		yaml_mapping_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
}

void write_map_end(struct yaml_writer *w)
{
	yaml_event_t event;

	emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static void list_begin(struct yaml_writer *w)
{
	yaml_event_t event;

	emit(w, &event,
		yaml_sequence_start_event_initialize(
			&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
}

void write_list_begin(struct yaml_writer *w, const char *key)
{
	write_key(w, key);
	list_begin(w);
}

void write_list_end(struct yaml_writer *w)
{
	yaml_event_t event;

	emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

/*
 * Words that some reader of YAML 1.1 or 1.2 takes for something else; they compare without case.
 * "=" and "<<" cannot occur among the characters allowed below.
 */
static const char *const reserved_words[] = {
	"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"};

/*
 * Plain only what no reader can mistake: letters, digits and `-._/` and, inside and not before a
 * blank, `:`, beginning with a letter. What begins with a digit could be a number or a date, unless
 * it has a slash, as CIDRs have.
 */
static bool is_safe_plain(const char *text)
{
	size_t length = strlen(text);
	bool digit = *text >= '0' && *text <= '9';
	bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');

	if (!letter && !(digit && strchr(text, '/') != NULL && strchr(text, ':') == NULL))
		return false;
	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:") !=
			length ||
		text[length - 1] == ':')
		return false;
	for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; i++)
		if (strcasecmp(text, reserved_words[i]) == 0)
			return false;
	return true;
}

static void write_scalar(struct yaml_writer *w, const char *text, yaml_scalar_style_t style)
{
	bool plain = style == YAML_PLAIN_SCALAR_STYLE;
	yaml_event_t event;

	emit(w, &event,
		yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
			(int)strlen(text), plain, !plain, style));
}

void write_text(struct yaml_writer *w, const char *text, enum write_style style)
{
	write_scalar(w, text,
		style == WRITE_SHORT && is_safe_plain(text) ? YAML_PLAIN_SCALAR_STYLE
							    : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

void write_key(struct yaml_writer *w, const char *key)
{
	write_text(w, key, WRITE_SHORT);
}

void write_text_member(struct yaml_writer *w, const char *key, const char *text)
{
	write_key(w, key);
	write_text(w, text, WRITE_SHORT);
}

void write_quoted_member(struct yaml_writer *w, const char *key, const char *text)
{
	write_key(w, key);
	write_text(w, text, WRITE_QUOTED);
}

void write_optional_member(struct yaml_writer *w, const char *key, const char *text)
{
	if (*text != '\0')
		write_text_member(w, key, text);
}

static void write_number(struct yaml_writer *w, long long number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", number);
	write_scalar(w, digits, YAML_PLAIN_SCALAR_STYLE);
}

void write_number_member(struct yaml_writer *w, const char *key, int number)
{
	write_key(w, key);
	write_number(w, number);
}

void write_texts_member(struct yaml_writer *w, const char *key, const char *const *items,
	size_t count, enum write_style style)
{
	write_list_begin(w, key);
	for (size_t i = 0; i < count; i++)
		write_text(w, items[i], style);
	write_list_end(w);
}

void write_key_values_member(
	struct yaml_writer *w, const char *key, const struct key_values *values)
{
	if (values->count == 0)
		return;
	write_key(w, key);
	write_map_begin(w);
	for (size_t i = 0; i < values->count; i++)
		write_text_member(w, values->items[i].key, values->items[i].value);
	write_map_end(w);
}

static void write_bool(struct yaml_writer *w, bool value)
{
	write_scalar(w, value ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
}

void write_tristate_member(struct yaml_writer *w, const char *key, enum tristate value)
{
	if (value == TRISTATE_UNKNOWN)
		return;
	write_key(w, key);
	write_bool(w, value == TRISTATE_YES);
}

static void write_node(struct yaml_writer *w, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_NULL:
		write_scalar(w, "null", YAML_PLAIN_SCALAR_STYLE);
		return;
	case YAML_BOOL:
		write_bool(w, node->truth);
		return;
	case YAML_INTEGER:
		write_number(w, node->integer);
		return;
	case YAML_FLOAT:
		write_scalar(w, node->text, YAML_PLAIN_SCALAR_STYLE);
		return;
	case YAML_TEXT:
		write_text(w, node->text, WRITE_SHORT);
		return;
	case YAML_LIST:
		list_begin(w);
		for (size_t i = 0; i < node->count; i++)
			write_node(w, &node->items[i]);
		write_list_end(w);
		return;
	case YAML_MAP:
		write_map_begin(w);
		for (size_t i = 0; i < node->count; i++) {
			write_key(w, node->items[i].key);
			write_node(w, &node->items[i]);
		}
		write_map_end(w);
		return;
	}
}

void write_node_member(struct yaml_writer *w, const char *key, const struct yaml_node *node)
{
	if (node == NULL)
		return;
	write_key(w, key);
	write_node(w, node);
}
