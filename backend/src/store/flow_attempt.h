/*
 * One try to store a batch of flows, inside a transaction, of which nothing is left when it fails.
 *
 * It can run beside the caller (base/background.h), who then leaves alone what it was given: the
 * batch, the connection, the memory, and the ids of the places.
 */
#ifndef STORE_FLOW_ATTEMPT_H
#define STORE_FLOW_ATTEMPT_H

#include "store/flow_batch.h"

enum attempt_way {
	ATTEMPT_STRAIGHT, /* copied in; ERR_CONFLICT when a flow is there already */
	ATTEMPT_NEW,    /* the same, after what is there already has been taken out of the batch */
	ATTEMPT_ASIDE,  /* into the temporary tables, to wait there */
	ATTEMPT_WAITING /* what waits in the temporary tables; the batch is empty */
};

struct flow_attempt {
	struct db *db;
	const struct flow_places *places;
	void *mem;
	struct flow_batch *batch;
	enum attempt_way way;

	/* What ATTEMPT_NEW took out of the batch, in all tries. */
	uint64_t dropped;
	/* What ATTEMPT_WAITING stored and added to the pending counts. */
	uint64_t stored;
	int64_t first_us, last_us;
};

/* `context` is the struct flow_attempt; a background_work. */
MUST_CHECK bool flow_attempt(void *context, struct err *err);

#endif
