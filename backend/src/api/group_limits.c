#include "api/group_limits.h"

#include <string.h>

#include "api/items.h"
#include "base/mem.h"
#include "core/view_limits.h"

/* "GROUP=LIMITS" in two; a group may hold a "=", limits do not. */
static bool split(
	void *mem, const char *item, size_t size, const char **ret_group, const char **ret_limits)
{
	char *text = mem_text_n(mem, item, size), *equals = strrchr(text, '=');

	if (equals == NULL || equals == text)
		return false;
	*equals = '\0';
	*ret_group = text;
	*ret_limits = equals + 1;
	return true;
}

/* Adds the limits of a group; false when one of them is none. */
static bool add(void *mem, const char *texts, struct text_list *limits, size_t *capacity)
{
	const char *item;
	size_t size;

	if (*texts == '\0')
		return true;
	while (items_next(&texts, ',', &item, &size)) {
		const char *limit = mem_text_n(mem, item, size);

		if (!limit_check(limit, "", NULL))
			return false;
		mem_reserve(mem, limits->items, capacity, limits->count + 1);
		limits->items[limits->count++] = limit;
	}
	return true;
}

static bool is_among(const struct text_list *groups, const char *group)
{
	for (size_t i = 0; i < groups->count; i++)
		if (strcmp(groups->items[i], group) == 0)
			return true;
	return false;
}

bool group_limits_are_valid(const char *setting)
{
	void *mem = mem_context(NULL);
	struct text_list limits = {NULL, 0};
	const char *item, *group, *texts;
	size_t capacity = 0, size;
	bool valid = true;

	while (valid && items_next(&setting, ';', &item, &size))
		valid = split(mem, item, size, &group, &texts) &&
			add(mem, texts, &limits, &capacity);
	mem_free(mem);
	return valid;
}

const struct text_list *group_limits_of(
	void *mem, const char *setting, const struct text_list *groups)
{
	struct text_list *limits = mem_new(mem, struct text_list);
	const char *item, *group, *texts;
	size_t capacity = 0, size;
	bool limited = false;

	if (*setting == '\0')
		return NULL;
	while (items_next(&setting, ';', &item, &size)) {
		if (!split(mem, item, size, &group, &texts) || !is_among(groups, group))
			continue;
		limited = true;
		/* The setting was checked when it was read. */
		if (!add(mem, texts, limits, &capacity))
			break;
	}
	return limited ? limits : NULL;
}
