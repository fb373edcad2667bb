/* The filter of a request: from its query parameters, or from a JSON object of the same names. */
#ifndef API_FILTER_H
#define API_FILTER_H

#include <jansson.h>

#include "http/request.h"
#include "store/filter.h"

/*
 * ERR_INVALID naming the parameter. So that a misspelt filter never selects everything, parameters
 * other than the filter's and those named in `others` (ended by NULL) are refused.
 */
MUST_CHECK bool filter_of_query(const struct request *request, const char *const *others,
	struct filter *ret_filter, struct err *err);

/* ERR_INVALID naming the member ("filter.port"), also for one that nobody knows. NULL: no filter. */
MUST_CHECK bool filter_of_json(
	void *mem, const json_t *object, struct filter *ret_filter, struct err *err);

#endif
