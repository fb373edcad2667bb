/*
 * Memory by context, over talloc.
 *
 * A context owns everything made from it; freeing the context frees all of it, children first.
 * A request, a batch or a command has one context, so no function below it needs cleanup code.
 * Nothing here returns NULL: running out of memory ends the process with a message, and the
 * supervisor starts another (the two kinds of death, CONTRIBUTING.md).
 *
 * A context is a `void *` as in talloc: any pointer made here can be the context of others.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* A new, empty context below `parent`; NULL makes a root, which the caller frees. */
void *mem_context(void *parent);

/* Frees `pointer` and everything below it. NULL is accepted. */
void mem_free(void *pointer);

/* One zeroed object, or an array of zeroed objects, owned by `context`. */
#define mem_new(context, type)          ((type *)mem_zeroed((context), sizeof(type), 1))
#define mem_array(context, type, count) ((type *)mem_zeroed((context), sizeof(type), (count)))
void *mem_zeroed(void *context, size_t size, size_t count);

/*
 * Makes room for `count` items in an array that `context` owns (NULL at first); the room at least
 * doubles, `*capacity` counts items. New items are zeroed. The array may move.
 */
#define mem_reserve(context, array, capacity, count)                                               \
	((array) = mem_reserved((context), (array), sizeof *(array), (capacity), (count)))
void *mem_reserved(void *context, void *array, size_t size, size_t *capacity, size_t count);

/* NUL-terminated copies and built text, owned by `context`. */
char *mem_text(void *context, const char *text);
char *mem_text_n(void *context, const char *bytes, size_t size);
char *mem_format(void *context, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lets `context` own a foreign object: `destroy(object)` runs when the context is freed. */
void mem_attach(void *context, void *object, void (*destroy)(void *object));

#endif
