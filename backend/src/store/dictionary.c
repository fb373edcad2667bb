#include "store/dictionary.h"

#include <string.h>

#include "base/mem.h"
#include "core/table.h"
#include "store/array.h"

struct dictionary {
	const struct query *add, *find;
	size_t limit;
	/* of place i + 1, with room for all: they stay where they are while others are added */
	const char **names;
	int32_t *ids;
	size_t count, taken, resolved;
	uint32_t last; /* the place asked for last: the same name comes again and again */
	struct table table;
};

struct dictionary *dictionary_new(
	void *mem, const struct query *add, const struct query *find, size_t limit)
{
	struct dictionary *dictionary = mem_new(mem, struct dictionary);

	dictionary->add = add;
	dictionary->find = find;
	dictionary->limit = limit;
	dictionary->names = mem_array(dictionary, const char *, limit);
	dictionary->ids = mem_array(dictionary, int32_t, limit);
	return dictionary;
}

static bool name_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct dictionary *dictionary = context;

	return strcmp(dictionary->names[number], wanted) == 0;
}

static uint32_t find_or_add(struct dictionary *dictionary, const char *name)
{
	uint64_t hash = table_hash_text(name, 0);
	uint32_t number = table_find(&dictionary->table, hash, name_equal, dictionary, name);

	if (number != TABLE_NONE)
		return number + 1;
	if (dictionary->count == dictionary->limit)
		return 0;
	dictionary->names[dictionary->count] = mem_text(dictionary, name);
	table_add(dictionary, &dictionary->table, hash, (uint32_t)dictionary->count);
	return (uint32_t)++dictionary->count;
}

uint32_t dictionary_place(struct dictionary *dictionary, const char *name)
{
	if (*name == '\0')
		return 0;
	if (dictionary->last == 0 || !name_equal(dictionary, dictionary->last - 1, name))
		dictionary->last = find_or_add(dictionary, name);
	return dictionary->last;
}

void dictionary_take(struct dictionary *dictionary)
{
	dictionary->taken = dictionary->count;
}

bool dictionary_resolve(struct dictionary *dictionary, struct db *db, struct err *err)
{
	void *scratch;
	struct array *names;
	struct rows *rows;
	bool done;

	if (dictionary->resolved == dictionary->taken)
		return true;
	scratch = mem_context(NULL);
	names = array_new(scratch);
	for (size_t i = dictionary->resolved; i < dictionary->taken; i++)
		array_text(names, dictionary->names[i]);
	done = DB_QUERY(db, scratch, dictionary->add, NULL, err, array_literal(names)) &&
	       DB_QUERY(db, scratch, dictionary->find, &rows, err, array_literal(names));
	if (done) {
		for (size_t i = 0; i < rows_count(rows); i++)
			dictionary->ids[dictionary->resolved + i] =
				(int32_t)rows_number(rows, i, 0);
		dictionary->resolved = dictionary->taken;
	}
	mem_free(scratch);
	return done;
}

int32_t dictionary_id(const struct dictionary *dictionary, uint32_t place)
{
	return place == 0 ? 0 : dictionary->ids[place - 1];
}
