#include "store/dictionary.h"

#include <string.h>

#include "base/mem.h"
#include "core/table.h"
#include "store/array.h"

struct dictionary {
	const struct query *add, *find;
	size_t limit;
	const char **names; /* of place i + 1 */
	size_t count, capacity;
	int32_t *ids;
	size_t resolved, id_capacity;
	struct table table;
};

struct dictionary *dictionary_new(
	void *mem, const struct query *add, const struct query *find, size_t limit)
{
	struct dictionary *dictionary = mem_new(mem, struct dictionary);

	dictionary->add = add;
	dictionary->find = find;
	dictionary->limit = limit;
	return dictionary;
}

static bool name_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct dictionary *dictionary = context;

	return strcmp(dictionary->names[number], wanted) == 0;
}

uint32_t dictionary_place(struct dictionary *dictionary, const char *name)
{
	uint64_t hash;
	uint32_t number;

	if (*name == '\0')
		return 0;
	hash = table_hash_text(name, 0);
	number = table_find(&dictionary->table, hash, name_equal, dictionary, name);
	if (number != TABLE_NONE)
		return number + 1;
	if (dictionary->count == dictionary->limit)
		return 0;
	mem_reserve(dictionary, dictionary->names, &dictionary->capacity, dictionary->count + 1);
	dictionary->names[dictionary->count] = mem_text(dictionary, name);
	table_add(dictionary, &dictionary->table, hash, (uint32_t)dictionary->count);
	return (uint32_t)++dictionary->count;
}

bool dictionary_resolve(struct dictionary *dictionary, struct db *db, struct err *err)
{
	void *scratch;
	struct array *names;
	struct rows *rows;
	bool done;

	if (dictionary->resolved == dictionary->count)
		return true;
	scratch = mem_context(NULL);
	names = array_new(scratch);
	for (size_t i = dictionary->resolved; i < dictionary->count; i++)
		array_text(names, dictionary->names[i]);
	done = DB_QUERY(db, scratch, dictionary->add, NULL, err, array_literal(names)) &&
	       DB_QUERY(db, scratch, dictionary->find, &rows, err, array_literal(names));
	if (done) {
		mem_reserve(
			dictionary, dictionary->ids, &dictionary->id_capacity, dictionary->count);
		for (size_t i = 0; i < rows_count(rows); i++)
			dictionary->ids[dictionary->resolved + i] =
				(int32_t)rows_number(rows, i, 0);
		dictionary->resolved = dictionary->count;
	}
	mem_free(scratch);
	return done;
}

int32_t dictionary_id(const struct dictionary *dictionary, uint32_t place)
{
	return place == 0 ? 0 : dictionary->ids[place - 1];
}
