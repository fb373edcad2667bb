/* PostgreSQL array literals, built item by item, as parameters for statements. */
#ifndef STORE_ARRAY_H
#define STORE_ARRAY_H

#include <stdint.h>

#include "core/flow.h"

struct array;

/* An empty array, owned by `mem`. */
struct array *array_new(void *mem);

void array_text(struct array *array, const char *text);
void array_number(struct array *array, int64_t number);
void array_bool(struct array *array, bool value);
/* A list as one item, itself an array literal: the statement casts it (`labels::text[]`). */
void array_list(struct array *array, const struct text_list *list);

size_t array_count(const struct array *array);

/* The literal "{...}"; it lives until the next item or until the array's memory is freed. */
const char *array_literal(struct array *array);

/* The literal of a list. */
const char *array_of_list(void *mem, const struct text_list *list);

#endif
