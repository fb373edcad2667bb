#include "core/text_set.h"

#include <string.h>

#include "base/mem.h"

/* The place of `text`, or where it belongs. */
static size_t find(const struct text_list *set, const char *text, bool *ret_found)
{
	size_t low = 0, high = set->count;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(set->items[middle], text);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool text_set_lacks(const struct text_list *set, const char *text, size_t limit, size_t *ret_at)
{
	bool found;

	*ret_at = find(set, text, &found);
	return !found && *ret_at < limit;
}

void text_set_put(struct text_list *set, size_t at, const char *text, size_t limit)
{
	if (set->count < limit)
		set->count++;
	memmove(set->items + at + 1, set->items + at, (set->count - 1 - at) * sizeof *set->items);
	set->items[at] = text;
}

void text_set_add(void *mem, struct text_list *set, const char *text, size_t limit)
{
	const char **items;
	size_t at;

	if (!text_set_lacks(set, text, limit, &at))
		return;
	if (set->count < limit) {
		items = mem_array(mem, const char *, set->count + 1);
		if (set->count > 0)
			memcpy(items, set->items, set->count * sizeof *items);
		mem_free(set->items);
		set->items = items;
	}
	text_set_put(set, at, mem_text(mem, text), limit);
}

bool text_set_has(const struct text_list *set, const char *text)
{
	bool found;

	find(set, text, &found);
	return found;
}
