/*
 * Limits of what a user may see: texts "CLUSTER/NAMESPACE" with * for any; an end of a connection, or
 * the subject of a policy, lies within them when one of them matches. A list that is NULL limits
 * nothing. The same rule in SQL: in_limits of sql/migrations/0005_tokens.sql.
 */
#ifndef CORE_VIEW_LIMITS_H
#define CORE_VIEW_LIMITS_H

#include "base/err.h"
#include "base/text_list.h"

/* ERR_INVALID, naming `field`, for a text of another form. */
MUST_CHECK bool limit_check(const char *limit, const char *field, struct err *err);

/* Does this namespace of this cluster lie within them? */
bool limits_show(const struct text_list *limits, const char *cluster, const char *namespace);

/* Policies are of no cluster: may one of this namespace be seen? Those of none ("") may not. */
bool limits_show_policy(const struct text_list *limits, const char *namespace);

/* Does one of the limits hold all that `limit` does? */
bool limits_hold(const struct text_list *limits, const char *limit);

#endif
