/*
 * Who and what a stream of flows talks about, with the ids under which the database knows it: the
 * identities, endpoints, connections and L7 facts of one struct traffic.
 *
 * They are written on a connection of their own and at once, before the flows that need them and
 * outside of their transaction. So two imports never wait for each other's new identities until
 * one of them commits, which could be an hour, or never when they wait in a circle. What a failed
 * import leaves are rows without events, which nothing shows.
 *
 * The traffic may grow beside dimensions_resolve and the ids, which do not look at it; dimensions_take
 * does.
 */
#ifndef STORE_DIMENSIONS_H
#define STORE_DIMENSIONS_H

#include "core/traffic.h"
#include "store/db.h"

struct dimensions;

/* For `traffic`, which only grows meanwhile; owned by `mem`. */
struct dimensions *dimensions_new(void *mem, const struct traffic *traffic);

/* Takes what the traffic has and what has no id yet: that is what dimensions_resolve gives ids to. */
void dimensions_take(struct dimensions *dimensions);

/* Gives its id to all that was taken; again, it does nothing. After a failure nothing else may follow. */
MUST_CHECK bool dimensions_resolve(struct dimensions *dimensions, struct db *db, struct err *err);

/* The ids of resolved indexes; 0 for NO_ENDPOINT and NO_FACT. */
int32_t dimensions_endpoint(const struct dimensions *dimensions, uint32_t endpoint);
int32_t dimensions_connection(const struct dimensions *dimensions, uint32_t connection);
int32_t dimensions_fact(const struct dimensions *dimensions, uint32_t connection, uint32_t fact);

#endif
