#include "api/items.h"

bool items_next(const char **list, char between, const char **ret_item, size_t *ret_size)
{
	const char *item = *list;
	size_t size = 0;

	if (item == NULL)
		return false;
	while (item[size] != '\0' && item[size] != between)
		size++;
	*list = item[size] == '\0' ? NULL : item + size + 1;
	while (size > 0 && *item == ' ')
		item++, size--;
	while (size > 0 && item[size - 1] == ' ')
		size--;
	*ret_item = item;
	*ret_size = size;
	return true;
}
