#include "core/table.h"

#include <string.h>
#include <xxhash.h>

#include "base/mem.h"

uint32_t table_find(const struct table *table, uint64_t hash, table_equal *equal,
	const void *context, const void *wanted)
{
	if (table->size == 0)
		return TABLE_NONE;
	for (size_t i = hash & (table->size - 1); table->slots[i] != 0;
		i = (i + 1) & (table->size - 1))
		if (table->hashes[i] == hash && equal(context, table->slots[i] - 1, wanted))
			return table->slots[i] - 1;
	return TABLE_NONE;
}

static void place(struct table *table, uint64_t hash, uint32_t slot)
{
	size_t i = hash & (table->size - 1);

	while (table->slots[i] != 0)
		i = (i + 1) & (table->size - 1);
	table->slots[i] = slot;
	table->hashes[i] = hash;
}

static void grow(void *mem, struct table *table)
{
	struct table bigger = {
		.size = table->size == 0 ? 64 : 2 * table->size, .used = table->used};

	bigger.slots = mem_array(mem, uint32_t, bigger.size);
	bigger.hashes = mem_array(mem, uint64_t, bigger.size);
	for (size_t i = 0; i < table->size; i++)
		if (table->slots[i] != 0)
			place(&bigger, table->hashes[i], table->slots[i]);
	mem_free(table->slots);
	mem_free(table->hashes);
	*table = bigger;
}

void table_add(void *mem, struct table *table, uint64_t hash, uint32_t number)
{
	if (4 * (table->used + 1) > 3 * table->size)
		grow(mem, table);
	place(table, hash, number + 1);
	table->used++;
}

uint64_t table_hash(const void *bytes, size_t size, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, size, seed);
}

uint64_t table_hash_text(const char *text, uint64_t seed)
{
	return table_hash(text, strlen(text), seed);
}
