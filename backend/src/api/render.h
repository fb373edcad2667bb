/* From rows to JSON: a column is a member, its name and type are those of the statement. */
#ifndef API_RENDER_H
#define API_RENDER_H

#include <jansson.h>

#include "store/db.h"

/* One row as an object; the caller owns the reference. */
json_t *render_row(const struct rows *rows, size_t row);

/* Rows [first, first + count) as an array of objects. */
json_t *render_rows(const struct rows *rows, size_t first, size_t count);

/* One value, by the kind of its column; times as RFC 3339 with microseconds. */
json_t *render_value(const struct rows *rows, size_t row, size_t column);

/* A time in microseconds since 1970. */
json_t *render_time(int64_t time_us);

/* A text from outside of the database, whatever bytes it holds. */
json_t *render_text(const char *text);

/* Canonical labels as an object: Kubernetes' by their key, others with their source in the key. */
json_t *render_labels(const json_t *labels);

#endif
