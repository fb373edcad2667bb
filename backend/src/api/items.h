/* Lists in one text: settings and headers. */
#ifndef API_ITEMS_H
#define API_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The next item of *list, without the spaces around it, and *list moved behind it; false at the end of
 * the list. An item may be empty.
 */
bool items_next(const char **list, char between, const char **ret_item, size_t *ret_size);

#endif
