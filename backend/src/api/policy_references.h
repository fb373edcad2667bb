/* Policies that a request names: stored ones, versions of them, all that are stored, or YAML. */
#ifndef API_POLICY_REFERENCES_H
#define API_POLICY_REFERENCES_H

#include <jansson.h>

#include "api/app.h"
#include "core/policy.h"

/*
 * Reads the member `name` of a body, a list of references; all is owned by the request. Of all stored
 * policies those give way that the list names otherwise: "what if this one were so". ERR_INVALID
 * naming the member, line and column of a YAML text; ERR_NOT_FOUND; ERR_TOO_LARGE beyond
 * LIMIT_POLICIES_NAMED.
 */
MUST_CHECK bool policy_references_read(struct app *app, struct request *request, const json_t *body,
	const char *name, struct policies *ret_policies, struct err *err);

#endif
