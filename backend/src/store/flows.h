/* The raw flows: lists, single ones, counting and deleting. */
#ifndef STORE_FLOWS_H
#define STORE_FLOWS_H

#include "store/filter.h"

/* Where a flow is; the API writes it as 32 hexadecimal digits. */
struct flow_key {
	int64_t time_us; /* since 1970 */
	uint64_t id;
};

/* A page of at most `limit` flows before `before` (NULL: the newest), as flow_list.sql gives them. */
MUST_CHECK bool flows_page(struct db *db, void *mem, const struct filter *filter, size_t limit,
	const struct flow_key *before, struct rows **ret_rows, struct err *err);

/* One flow in the same columns; ERR_NOT_FOUND. */
MUST_CHECK bool flows_one(
	struct db *db, void *mem, struct flow_key key, struct rows **ret_rows, struct err *err);

/* The connections of the flows named; found[i] tells whether the flow keys[i] is there. */
MUST_CHECK bool flows_connections(struct db *db, void *mem, const struct flow_key *keys,
	size_t count, bool *found, struct selection *ret_selection, struct err *err);

struct flow_total {
	int64_t flows;
	bool exact; /* false: at least so many */
};

/* How many flows a filter selects. */
MUST_CHECK bool flows_count(struct db *db, void *mem, const struct filter *filter,
	struct flow_total *ret_total, struct err *err);

/*
 * Delete, and take what is deleted off the connections. In a transaction of the caller's, who
 * commits. An empty filter deletes everything, evidence of expired flows included.
 */
MUST_CHECK bool flows_delete(struct db *db, void *mem, const struct filter *filter,
	uint64_t *ret_deleted, struct err *err);
MUST_CHECK bool flows_delete_one(struct db *db, void *mem, struct flow_key key, struct err *err);

#endif
