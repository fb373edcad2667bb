#include "core/scan_memory.h"

#include <string.h>

#include "base/mem.h"

#define WAYS 4

struct set {
	unsigned oldest;
	struct scan_entry *ways[WAYS];
};

struct scan_memory {
	size_t count;
	struct set *sets;
};

struct scan_memory *scan_memory_new(void *mem, size_t entries)
{
	struct scan_memory *memory = mem_new(mem, struct scan_memory);

	memory->count = entries / WAYS;
	memory->sets = mem_array(memory, struct set, memory->count);
	return memory;
}

const struct scan_entry *scan_memory_find(
	const struct scan_memory *memory, uint64_t hash, const char *bytes, size_t size)
{
	const struct set *set = &memory->sets[hash % memory->count];

	for (size_t i = 0; i < WAYS; i++) {
		const struct scan_entry *entry = set->ways[i];

		if (entry != NULL && entry->hash == hash && entry->size == size &&
			memcmp(entry->bytes, bytes, size) == 0)
			return entry;
	}
	return NULL;
}

void scan_memory_put(struct scan_memory *memory, struct scan_entry *entry, const void *pinned)
{
	struct set *set = &memory->sets[entry->hash % memory->count];
	unsigned place = set->oldest;

	if (set->ways[place] != NULL && set->ways[place] == pinned)
		place = (place + 1) % WAYS;
	mem_free(set->ways[place]);
	set->ways[place] = entry;
	set->oldest = (place + 1) % WAYS;
}
