#include "api/bytes.h"

#include <string.h>

#include "base/mem.h"

void bytes_add(struct bytes *bytes, const void *from, size_t size)
{
	if (bytes->count + size > bytes->capacity)
		mem_reserve(bytes->mem, bytes->items, &bytes->capacity, bytes->count + size);
	if (size > 0)
		memcpy(bytes->items + bytes->count, from, size);
	bytes->count += size;
}
