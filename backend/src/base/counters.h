/*
 * Counters of all workers of one host, of every pool: a file beside their sockets that each of them
 * maps. Numbers only; api/metrics.c gives them names. They last until the file is gone or another
 * version of the program makes a new one, which is what Prometheus expects of a counter.
 */
#ifndef BASE_COUNTERS_H
#define BASE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* HTTP statuses are below this. */
#define COUNTERS_STATUSES 600
/* Upper ends of the classes of duration; anything slower is in none. */
#define COUNTERS_CLASSES 7
extern const int64_t counters_classes_us[COUNTERS_CLASSES];

struct route_counters {
	_Atomic uint64_t statuses[COUNTERS_STATUSES];
	_Atomic uint64_t classes[COUNTERS_CLASSES]; /* each duration in one class alone */
	_Atomic uint64_t duration_us;               /* of all requests together */
};

struct counters;

/*
 * Opens or makes the file at `path` for `routes` kinds of requests, and takes one of its places for
 * workers. `layout` is any number that tells what the routes are: a file of another layout is
 * replaced. ERR_UNAVAILABLE when it cannot be used. Owned by `mem`.
 */
MUST_CHECK bool counters_open(void *mem, const char *path, size_t routes, uint64_t layout,
	struct counters **ret_counters, struct err *err);

/* In these two NULL stands for counters that could not be opened. */

/* This worker has a request in hand, or has done with it. */
void counters_busy(struct counters *counters, bool busy);

void counters_count(struct counters *counters, size_t route, int status, int64_t duration_us);

const struct route_counters *counters_of_route(const struct counters *counters, size_t route);

/* How many workers there are, and how many of them have a request in hand. */
void counters_workers(const struct counters *counters, int *ret_all, int *ret_busy);

#endif
