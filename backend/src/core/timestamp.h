/* RFC 3339 time stamps as nanoseconds since 1970-01-01 UTC (flows.md 2). */
#ifndef CORE_TIMESTAMP_H
#define CORE_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum timestamp_problem { TIMESTAMP_OK, TIMESTAMP_MALFORMED, TIMESTAMP_OUT_OF_RANGE };

/*
 * Reads "2026-03-02T09:15:01.204417301Z": any number of fractional digits (those after the ninth
 * are cut off), "Z", an offset like "+02:00", or neither, which means UTC. A leap second becomes the
 * last nanosecond before it. Out of range: years outside LIMIT_YEAR_FIRST..LIMIT_YEAR_LAST.
 */
enum timestamp_problem timestamp_parse(const char *text, size_t size, int64_t *ret_ns);

/* The same bounds for seconds since 1970 and nanoseconds within the second. */
enum timestamp_problem timestamp_from_seconds(int64_t seconds, int64_t nanos, int64_t *ret_ns);

#endif
