/*
 * An index over an array: finds an item's number by hash and comparison. Open addressing; it holds
 * numbers only, so the array may move. Shared by the parts of the core that number things.
 */
#ifndef CORE_TABLE_H
#define CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
	uint32_t *slots; /* number + 1; 0 = empty */
	uint64_t *hashes;
	size_t size, used; /* size is a power of two, or 0 */
};

/* Does item `number` equal the one looked for? */
typedef bool table_equal(const void *context, uint32_t number, const void *wanted);

#define TABLE_NONE UINT32_MAX

/* The number of the equal item, or TABLE_NONE. */
uint32_t table_find(const struct table *table, uint64_t hash, table_equal *equal,
	const void *context, const void *wanted);

/* Adds an item that is not there yet; the table's memory is owned by `mem`. */
void table_add(void *mem, struct table *table, uint64_t hash, uint32_t number);

/* Hashes a text, or bytes, on top of `seed`, so that calls can be chained. */
uint64_t table_hash_text(const char *text, uint64_t seed);
uint64_t table_hash(const void *bytes, size_t size, uint64_t seed);

#endif
