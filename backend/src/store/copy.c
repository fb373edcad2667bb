/*
 * Pieces of 32 to 64 KB let this process and the database work at the same time; larger ones make
 * them wait for each other (limits.md 3).
 */
#include "store/copy.h"

#include <endian.h>
#include <string.h>

#include "base/mem.h"

#define PIECE (48 * 1024)
/* PostgreSQL counts from 2000-01-01. */
#define EPOCH_US (INT64_C(946684800) * 1000000)
#define TEXT_OID 25

struct copy {
	struct db *db;
	unsigned char *bytes;
	size_t size, capacity;
	struct err err; /* the first failure */
};

static void flush(struct copy *copy)
{
	bool sent = copy->err.code == ERR_NONE &&
		    db_copy_put(copy->db, copy->bytes, copy->size, &copy->err);

	(void)sent; /* a failure is kept in copy->err until copy_end */
	copy->size = 0;
}

static void put(struct copy *copy, const void *bytes, size_t size)
{
	if (copy->size + size > copy->capacity)
		mem_reserve(copy, copy->bytes, &copy->capacity, copy->size + size);
	memcpy(copy->bytes + copy->size, bytes, size);
	copy->size += size;
}

static void put_number(struct copy *copy, uint64_t value, int size)
{
	uint64_t bytes = htobe64(value);

	put(copy, (unsigned char *)&bytes + sizeof bytes - size, (size_t)size);
}

static void put_sized(struct copy *copy, uint64_t value, int size)
{
	put_number(copy, (uint64_t)size, 4);
	put_number(copy, value, size);
}

bool copy_begin(struct db *db, void *mem, const struct query *query, struct copy **ret_copy,
	struct err *err)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
	struct copy *copy;

	if (!db_copy_begin(db, query, err))
		return false;
	copy = mem_new(mem, struct copy);
	copy->db = db;
	put(copy, header, sizeof header);
	*ret_copy = copy;
	return true;
}

void copy_row(struct copy *copy, int columns)
{
	if (copy->size >= PIECE)
		flush(copy);
	put_number(copy, (uint64_t)columns, 2);
}

void copy_int(struct copy *copy, int32_t value)
{
	put_sized(copy, (uint64_t)value, 4);
}

void copy_bigint(struct copy *copy, int64_t value)
{
	put_sized(copy, (uint64_t)value, 8);
}

void copy_bool(struct copy *copy, bool value)
{
	put_sized(copy, value, 1);
}

void copy_time(struct copy *copy, int64_t time_us)
{
	put_sized(copy, (uint64_t)(time_us - EPOCH_US), 8);
}

void copy_text(struct copy *copy, const char *value)
{
	size_t size = strlen(value);

	put_number(copy, size, 4);
	put(copy, value, size);
}

void copy_list(struct copy *copy, const struct text_list *list)
{
	size_t size = 12;

	for (size_t i = 0; i < list->count; i++)
		size += 4 + strlen(list->items[i]);
	if (list->count > 0)
		size += 8;
	put_number(copy, size, 4);
	put_number(copy, list->count > 0, 4); /* dimensions */
	put_number(copy, 0, 4);               /* no nulls */
	put_number(copy, TEXT_OID, 4);
	if (list->count > 0) {
		put_number(copy, list->count, 4);
		put_number(copy, 1, 4); /* first index */
	}
	for (size_t i = 0; i < list->count; i++)
		copy_text(copy, list->items[i]);
}

bool copy_end(struct copy *copy, struct err *err)
{
	put_number(copy, UINT64_MAX, 2);
	flush(copy);
	if (db_copy_end(copy->db, &copy->err) && copy->err.code == ERR_NONE)
		return true;
	*err = copy->err;
	return false;
}
