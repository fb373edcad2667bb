#include "store/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct array {
	char *text;
	size_t size, capacity, count;
};

static void append(struct array *array, const char *bytes, size_t size)
{
	mem_reserve(array, array->text, &array->capacity, array->size + size + 2);
	memcpy(array->text + array->size, bytes, size);
	array->size += size;
}

static void separate(struct array *array)
{
	if (array->count++ > 0)
		append(array, ",", 1);
}

struct array *array_new(void *mem)
{
	struct array *array = mem_new(mem, struct array);

	append(array, "{", 1);
	return array;
}

void array_text(struct array *array, const char *text)
{
	separate(array);
	append(array, "\"", 1);
	while (*text != '\0') {
		size_t plain = strcspn(text, "\"\\");

		append(array, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		append(array, "\\", 1);
		append(array, text++, 1);
	}
	append(array, "\"", 1);
}

void array_number(struct array *array, int64_t number)
{
	char text[24];
	int size = snprintf(text, sizeof text, "%" PRId64, number);

	separate(array);
	append(array, text, (size_t)size);
}

void array_bool(struct array *array, bool value)
{
	separate(array);
	append(array, value ? "t" : "f", 1);
}

void array_list(struct array *array, const struct text_list *list)
{
	void *scratch = mem_context(NULL);

	array_text(array, array_of_list(scratch, list));
	mem_free(scratch);
}

size_t array_count(const struct array *array)
{
	return array->count;
}

const char *array_literal(struct array *array)
{
	memcpy(array->text + array->size, "}", 2);
	return array->text;
}

const char *array_of_list(void *mem, const struct text_list *list)
{
	struct array *array = array_new(mem);

	for (size_t i = 0; i < list->count; i++)
		array_text(array, list->items[i]);
	return array_literal(array);
}
