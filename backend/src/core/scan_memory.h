/*
 * What was read from a text before, to be found again by the same text. Bounded: it has sets of four, and in a
 * full set the oldest makes room. So a lookup costs at most four comparisons, whatever a hostile input makes of
 * the hash.
 */
#ifndef CORE_SCAN_MEMORY_H
#define CORE_SCAN_MEMORY_H

#include <stddef.h>
#include <stdint.h>

struct scan_memory;

/* The first member of what is remembered. The bytes belong to it. */
struct scan_entry {
	uint64_t hash;
	const char *bytes;
	size_t size;
};

/* Owned by `mem`. `entries` is a multiple of four. */
struct scan_memory *scan_memory_new(void *mem, size_t entries);

/* NULL if there is none of these bytes, whose hash the caller chose. */
const struct scan_entry *scan_memory_find(
	const struct scan_memory *memory, uint64_t hash, const char *bytes, size_t size);

/* Frees the entry whose place it takes, which is not `pinned`. An entry is a block of its own (base/mem.h). */
void scan_memory_put(struct scan_memory *memory, struct scan_entry *entry, const void *pinned);

#endif
