/* A row of flow_list.sql as the API's Flow. */
#ifndef API_FLOW_RENDER_H
#define API_FLOW_RENDER_H

#include "api/bytes.h"
#include "store/flows.h"

/* Adds it, as JSON without a newline. */
void flow_render(struct bytes *json, const struct rows *rows, size_t row);

/* Where it is: the key of the row. */
struct flow_key flow_render_key(const struct rows *rows, size_t row);

#endif
