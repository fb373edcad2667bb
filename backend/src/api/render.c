#include "api/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static json_t *must(json_t *value)
{
	if (value == NULL)
		abort();
	return value;
}

/* "2026-03-01 10:15:00.5+00" -> "2026-03-01T10:15:00.500000Z"; sessions are in UTC. */
static json_t *database_time(const char *text)
{
	size_t size = strcspn(text, "+.");
	size_t digits = text[size] == '.' ? strspn(text + size + 1, "0123456789") : 0;
	char result[64] = "";
	char *separator;

	if (size > 40 || digits > 6)
		return must(json_string(text));
	memcpy(result, text, size);
	separator = strchr(result, ' ');
	if (separator != NULL)
		*separator = 'T';
	memcpy(result + size, ".000000Z", sizeof ".000000Z");
	if (digits > 0)
		memcpy(result + size + 1, text + size + 1, digits);
	return must(json_string(result));
}

json_t *render_time(int64_t time_us)
{
	void *scratch = mem_context(NULL);
	json_t *value = must(json_string(db_time(scratch, time_us)));

	mem_free(scratch);
	return value;
}

json_t *render_text(const char *text)
{
	json_t *value = json_string(text);
	char *plain;

	if (value != NULL)
		return value;
	plain = mem_text(NULL, text);
	for (char *c = plain; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	value = must(json_string(plain));
	mem_free(plain);
	return value;
}

json_t *render_value(const struct rows *rows, size_t row, size_t column)
{
	const char *text = rows_text(rows, row, column);

	if (rows_null(rows, row, column))
		return json_null();
	switch (rows_column_kind(rows, column)) {
	case COLUMN_NUMBER:
		return must(json_integer(rows_number(rows, row, column)));
	case COLUMN_BOOL:
		return json_boolean(rows_bool(rows, row, column));
	case COLUMN_TIME:
		return database_time(text);
	case COLUMN_JSON:
		return must(json_loads(text, JSON_DECODE_ANY, NULL));
	case COLUMN_TEXT:
		break;
	}
	return must(json_string(text));
}

json_t *render_row(const struct rows *rows, size_t row)
{
	json_t *object = must(json_object());

	for (size_t i = 0; i < rows_columns(rows); i++)
		json_object_set_new(object, rows_column_name(rows, i), render_value(rows, row, i));
	return object;
}

json_t *render_rows(const struct rows *rows, size_t first, size_t count)
{
	json_t *array = must(json_array());

	for (size_t i = first; i < first + count; i++)
		json_array_append_new(array, render_row(rows, i));
	return array;
}

json_t *render_labels(const json_t *labels)
{
	static const char kubernetes[] = "k8s:";
	json_t *object = must(json_object());
	const json_t *label;
	size_t i;

	json_array_foreach(labels, i, label)
	{
		const char *text = json_string_value(label);
		const char *key = strncmp(text, kubernetes, strlen(kubernetes)) == 0
					  ? text + strlen(kubernetes)
					  : text;
		size_t size = strcspn(key, "=");
		char *name = mem_text_n(NULL, key, size);

		json_object_set_new(
			object, name, must(json_string(key[size] == '=' ? key + size + 1 : "")));
		mem_free(name);
	}
	return object;
}
