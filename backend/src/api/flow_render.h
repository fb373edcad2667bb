/* A row of flow_list.sql as the API's Flow. */
#ifndef API_FLOW_RENDER_H
#define API_FLOW_RENDER_H

#include <jansson.h>

#include "store/flows.h"

json_t *flow_render(const struct rows *rows, size_t row);

/* Where it is: the key of the row. */
struct flow_key flow_render_key(const struct rows *rows, size_t row);

#endif
