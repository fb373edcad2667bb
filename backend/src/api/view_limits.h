/*
 * Limits of what a user may see: texts "CLUSTER/NAMESPACE" with * for any. What lies in none of them is
 * not there for the user.
 */
#ifndef API_VIEW_LIMITS_H
#define API_VIEW_LIMITS_H

#include "base/err.h"
#include "base/text_list.h"

/* ERR_INVALID, naming `field`, for a text of another form. */
MUST_CHECK bool limit_check(const char *limit, const char *field, struct err *err);

/* Does one of the limits hold all that `limit` does? NULL holds everything. */
bool limits_hold(const struct text_list *limits, const char *limit);

#endif
