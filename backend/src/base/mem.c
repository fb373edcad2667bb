#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

struct attachment {
	void *object;
	void (*destroy)(void *object);
};

static void *must(void *pointer)
{
	if (pointer == NULL) {
		fputs("cpa: out of memory\n", stderr);
		abort();
	}
	return pointer;
}

void *mem_context(void *parent)
{
	return must(talloc_new(parent));
}

void mem_free(void *pointer)
{
	if (pointer != NULL)
		talloc_free(pointer);
}

void *mem_zeroed(void *context, size_t size, size_t count)
{
	size_t total;

	if (__builtin_mul_overflow(size, count, &total))
		return must(NULL);
	return must(talloc_zero_size(context, total));
}

void *mem_reserved(void *context, void *array, size_t size, size_t *capacity, size_t count)
{
	size_t room = *capacity, total;

	if (count <= room)
		return array;
	if (room < 8)
		room = 8;
	while (room < count)
		if (__builtin_mul_overflow(room, (size_t)2, &room))
			return must(NULL);
	if (__builtin_mul_overflow(room, size, &total))
		return must(NULL);
	array = must(talloc_realloc_size(context, array, total));
	for (char *p = (char *)array + *capacity * size, *end = (char *)array + total; p < end; p++)
		*p = 0;
	*capacity = room;
	return array;
}

char *mem_text(void *context, const char *text)
{
	return must(talloc_strdup(context, text));
}

char *mem_text_n(void *context, const char *bytes, size_t size)
{
	return must(talloc_strndup(context, bytes, size));
}

char *mem_format(void *context, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = must(talloc_vasprintf(context, format, arguments));
	va_end(arguments);
	return text;
}

static int attachment_end(struct attachment *attachment)
{
	attachment->destroy(attachment->object);
	return 0;
}

void mem_attach(void *context, void *object, void (*destroy)(void *object))
{
	struct attachment *attachment = mem_new(context, struct attachment);

	attachment->object = object;
	attachment->destroy = destroy;
	talloc_set_destructor(attachment, attachment_end);
}
