/* A list of texts, owned by whoever made it. */
#ifndef BASE_TEXT_LIST_H
#define BASE_TEXT_LIST_H

#include <stddef.h>

struct text_list {
	const char **items;
	size_t count;
};

#endif
