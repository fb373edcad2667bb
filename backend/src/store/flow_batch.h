/*
 * Flows on their way to the database, before the ids of what they talk about are known: rows of
 * flows and flow_l7 that name connections, endpoints and so on by their places in memory.
 */
#ifndef STORE_FLOW_BATCH_H
#define STORE_FLOW_BATCH_H

#include "core/traffic.h"
#include "store/db.h"
#include "store/dictionary.h"
#include "store/dimensions.h"

struct flow_row {
	int64_t time_us;
	uint64_t id;
	int64_t facts; /* packed (store/facts.h); the drop reason is a place of the dictionary */
	uint32_t connection, fact, source_endpoint, destination_endpoint; /* indexes of traffic */
	uint32_t node;                                                    /* a place */
	uint32_t ports;
	int32_t weight;
	uint32_t l7; /* index + 1 into the batch's L7 rows; 0 = none */
};

struct flow_l7_row;

struct flow_batch {
	struct flow_row *rows;
	size_t count, capacity;
	struct flow_l7_row *l7;
	size_t l7_count, l7_capacity;
	void *texts; /* of the L7 rows */
	size_t text_bytes;
};

/* Where the ids of a batch's places are found. */
struct flow_places {
	struct dimensions *dimensions;
	struct dictionary *nodes, *drop_reasons;
};

/* An empty one, owned by `mem`. */
struct flow_batch *flow_batch_new(void *mem);

/* Adds a flow that the traffic saw as `sighting`; its texts may go away. */
void flow_batch_add(struct flow_batch *batch, const struct flow *flow,
	const struct sighting *sighting, const struct flow_places *places);

/* LIMIT_BATCH_FLOWS or LIMIT_BATCH_TEXT is reached. */
bool flow_batch_full(const struct flow_batch *batch);

void flow_batch_clear(struct flow_batch *batch);

/* In the order of the key. */
void flow_batch_sort(struct flow_batch *batch);

/*
 * Takes out the rows at the places that `known` lists in its only column, in their order and from 1, and those
 * that have the key of the row before. The batch is sorted. Returns how many went.
 */
size_t flow_batch_drop(struct flow_batch *batch, const struct rows *known);

/* The facts of a row with the id of its drop reason. All of its places must be resolved. */
int64_t flow_batch_facts(const struct flow_row *row, const struct flow_places *places);

/*
 * Copies the rows with a COPY statement that has the columns of flow_copy.sql, the L7 rows with one
 * that has those of flow_l7_copy.sql.
 */
MUST_CHECK bool flow_batch_copy(const struct flow_batch *batch, struct db *db,
	const struct query *query, const struct flow_places *places, struct err *err);
MUST_CHECK bool flow_batch_copy_l7(const struct flow_batch *batch, struct db *db,
	const struct query *query, const struct flow_places *places, struct err *err);

#endif
