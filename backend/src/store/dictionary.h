/*
 * Names that a table numbers (nodes, drop reasons), met in a stream: each is asked for once.
 *
 * dictionary_resolve and dictionary_id may run beside dictionary_place, and beside nothing else.
 */
#ifndef STORE_DICTIONARY_H
#define STORE_DICTIONARY_H

#include "store/db.h"

struct dictionary;

/* An empty one, owned by `mem`. More than `limit` different names are all treated as "". */
struct dictionary *dictionary_new(
	void *mem, const struct query *add, const struct query *find, size_t limit);

/* The place of a name; 0 for "". */
uint32_t dictionary_place(struct dictionary *dictionary, const char *name);

/* What has been placed until now is what dictionary_resolve gives ids to. */
void dictionary_take(struct dictionary *dictionary);

/* Gives an id to every place that was taken and has none yet. Not to be called inside a transaction. */
MUST_CHECK bool dictionary_resolve(struct dictionary *dictionary, struct db *db, struct err *err);

/* The id of a resolved place; 0 for place 0. */
int32_t dictionary_id(const struct dictionary *dictionary, uint32_t place);

#endif
