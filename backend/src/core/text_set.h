/* Sorted sets of texts, small and bounded. */
#ifndef CORE_TEXT_SET_H
#define CORE_TEXT_SET_H

#include "core/flow.h"

/*
 * Adds a copy of `text` to the sorted list, unless it is there. Of more than `limit` texts the
 * smallest stay, so the result does not depend on the order of adding. Memory is owned by `mem`.
 */
void text_set_add(void *mem, struct text_list *set, const char *text, size_t limit);

/*
 * The same in two steps, for callers with memory of their own: would adding `text` change the set,
 * and at which place? Then the caller makes room for one more item, keeps the text, and puts it there.
 */
bool text_set_lacks(const struct text_list *set, const char *text, size_t limit, size_t *ret_at);
void text_set_put(struct text_list *set, size_t at, const char *text, size_t limit);

bool text_set_has(const struct text_list *set, const char *text);

#endif
