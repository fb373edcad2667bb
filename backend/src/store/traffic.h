/*
 * Stored evidence as the traffic model of core/, for generating and simulating.
 *
 * Some lines can be understood only beside all others (core/settle.h), and a selector is unique only
 * among all endpoints. So everything known of the clusters concerned is loaded, and `selected` tells
 * which connections were asked for.
 */
#ifndef STORE_TRAFFIC_H
#define STORE_TRAFFIC_H

#include "core/traffic.h"
#include "store/filter.h"

struct stored_traffic {
	struct traffic *traffic;
	bool *selected; /* by connection */
	int32_t *ids;   /* by connection: its id in the database */
};

/*
 * Loads the clusters that the selection has to do with into new traffic; all is owned by `mem`.
 * ERR_TOO_LARGE beyond LIMIT_ANALYSIS_CONNECTIONS.
 */
MUST_CHECK bool stored_traffic_load(struct db *db, void *mem, const struct selection *selection,
	struct stored_traffic *ret_traffic, struct err *err);

/* Adds the first flow of these connections (indexes) to their samples, where it is still stored. */
MUST_CHECK bool stored_traffic_samples(struct db *db, void *mem,
	const struct stored_traffic *stored, const uint32_t *connections, size_t count,
	struct err *err);

#endif
