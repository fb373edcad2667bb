/* Which connections a request is about: its members `flow_ids` or `filter`; all without either. */
#ifndef API_SELECTION_H
#define API_SELECTION_H

#include <jansson.h>

#include "api/app.h"
#include "store/filter.h"

/*
 * Everything is owned by the request. ERR_INVALID naming the member, also when both are given;
 * ERR_NOT_FOUND naming the flows that are not stored; ERR_TOO_LARGE beyond LIMIT_FLOW_IDS.
 */
MUST_CHECK bool selection_read(struct app *app, struct request *request, const json_t *body,
	struct selection *ret_selection, struct err *err);

#endif
