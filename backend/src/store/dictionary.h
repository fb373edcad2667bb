/* Names that a table numbers (nodes, drop reasons), met in a stream: each is asked for once. */
#ifndef STORE_DICTIONARY_H
#define STORE_DICTIONARY_H

#include "store/db.h"

struct dictionary;

/* An empty one, owned by `mem`. More than `limit` different names are all treated as "". */
struct dictionary *dictionary_new(
	void *mem, const struct query *add, const struct query *find, size_t limit);

/* The place of a name; 0 for "". */
uint32_t dictionary_place(struct dictionary *dictionary, const char *name);

/* Gives an id to every place that has none yet. Not to be called inside a transaction. */
MUST_CHECK bool dictionary_resolve(struct dictionary *dictionary, struct db *db, struct err *err);

/* The id of a resolved place; 0 for place 0. */
int32_t dictionary_id(const struct dictionary *dictionary, uint32_t place);

#endif
