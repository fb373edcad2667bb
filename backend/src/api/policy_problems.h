/* What core/policy_check.h finds, as the API shows it. */
#ifndef API_POLICY_PROBLEMS_H
#define API_POLICY_PROBLEMS_H

#include <jansson.h>

#include "core/policy_check.h"
#include "http/response.h"

/* Every problem of every document; the caller owns the reference. */
json_t *policy_problems(void *mem, const struct checked_policies *checked);

/* Answers that the text is refused for its errors, each with its place; always true: it is answered. */
bool policy_problems_refuse(
	void *mem, struct response *response, const struct checked_policies *checked);

#endif
