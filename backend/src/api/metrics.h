/*
 * Counts requests by their route, for GET /metrics (ops.md 3).
 */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "base/counters.h"
#include "http/router.h"

/* Opens the counters of all routes of api_routes in the file at `path`; see counters_open. */
MUST_CHECK bool metrics_open(
	void *mem, const char *path, struct counters **ret_counters, struct err *err);

/* One request was answered; `route` is NULL when there was none for it. */
void metrics_count(
	struct counters *counters, const struct route *route, int status, int64_t duration_us);

#endif
