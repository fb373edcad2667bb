#include "api/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void json_text_raw(struct bytes *json, const char *text)
{
	bytes_add(json, text, strlen(text));
}

void json_text_next(struct bytes *json)
{
	char last = json->count == 0 ? '{' : json->items[json->count - 1];

	if (last != '{' && last != '[')
		bytes_add(json, ",", 1);
}

void json_text_name(struct bytes *json, const char *prefix, const char *name)
{
	json_text_next(json);
	bytes_add(json, "\"", 1);
	json_text_raw(json, prefix);
	json_text_raw(json, name);
	bytes_add(json, "\":", 2);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

void json_text_string(struct bytes *json, const char *text)
{
	char escaped[8];

	bytes_add(json, "\"", 1);
	while (*text != '\0') {
		size_t size = 0;

		while (is_plain((unsigned char)text[size]))
			size++;
		bytes_add(json, text, size);
		text += size;
		if (*text == '\0')
			break;
		snprintf(escaped, sizeof escaped, (unsigned char)*text < 0x20 ? "\\u%04x" : "\\%c",
			(unsigned char)*text);
		json_text_raw(json, escaped);
		text++;
	}
	bytes_add(json, "\"", 1);
}

void json_text_number(struct bytes *json, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, number);
	json_text_raw(json, text);
}

void json_text_bool(struct bytes *json, bool value)
{
	json_text_raw(json, value ? "true" : "false");
}

void json_text_null(struct bytes *json)
{
	json_text_raw(json, "null");
}

/* A canonical label in two, as parts of the JSON text it comes in. */
struct label {
	const char *key, *value;
	size_t key_size, value_size;
};

/*
 * The next label of the text of array_to_json, which *list is within; false at its end. The parts need not
 * be unescaped, since neither "=" nor the letters of the prefix are ever escaped there.
 */
static bool next_label(const char **list, struct label *ret_label)
{
	static const char kubernetes[] = "\"k8s:";
	const char *text = *list + 1, *end = text + 1, *equals;

	if (*text != '"')
		return false;
	while (*end != '"')
		end += *end == '\\' ? 2 : 1;
	*list = end + 1;
	text += strncmp(text, kubernetes, strlen(kubernetes)) == 0 ? strlen(kubernetes) : 1;
	equals = memchr(text, '=', (size_t)(end - text));
	if (equals == NULL)
		equals = end;
	*ret_label = (struct label){.key = text,
		.key_size = (size_t)(equals - text),
		.value = equals == end ? end : equals + 1};
	ret_label->value_size = (size_t)(end - ret_label->value);
	return true;
}

/* A key may come from two sources; an object has it once, with the value that was told last. */
static bool comes_again(const char *list, const struct label *label)
{
	struct label later;

	while (next_label(&list, &later))
		if (later.key_size == label->key_size &&
			memcmp(later.key, label->key, label->key_size) == 0)
			return true;
	return false;
}

void json_text_labels(struct bytes *json, const char *list)
{
	struct label label;

	json_text_raw(json, "{");
	while (next_label(&list, &label)) {
		if (comes_again(list, &label))
			continue;
		json_text_next(json);
		bytes_add(json, "\"", 1);
		bytes_add(json, label.key, label.key_size);
		bytes_add(json, "\":\"", 3);
		bytes_add(json, label.value, label.value_size);
		bytes_add(json, "\"", 1);
	}
	json_text_raw(json, "}");
}
