/* Rows of connection_list.sql, and ends of connections, as the API shows them. */
#ifndef API_CONNECTION_RENDER_H
#define API_CONNECTION_RENDER_H

#include <jansson.h>

#include "store/db.h"

/* Columns of one end, beginning at `first`: class, cluster, namespace, workload, its kind, labels, address. */
#define END_COLUMNS 7
json_t *end_render(const struct rows *rows, size_t row, size_t first);

/* A port, null where the protocol has none. */
json_t *port_render(int64_t protocol, int64_t port);

json_t *connection_render(const struct rows *rows, size_t row);

/* What the next page begins after. */
const char *connection_render_id(const struct rows *rows, size_t row);
const char *connection_render_events(const struct rows *rows, size_t row);

#endif
