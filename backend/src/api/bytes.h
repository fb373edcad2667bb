/* Bytes put together piece by piece. */
#ifndef API_BYTES_H
#define API_BYTES_H

#include <stddef.h>

struct bytes {
	void *mem; /* owns the items; set by whoever makes it */
	char *items;
	size_t count, capacity;
};

void bytes_add(struct bytes *bytes, const void *from, size_t size);

#endif
