/*
 * CPA_GROUP_LIMITS: "GROUP=LIMIT,LIMIT;GROUP=LIMIT", limits as in core/view_limits.h. The members of a group
 * named there see what its limits show, and those of several of them all of that. A group without any
 * limit ("staff=") shows nothing by itself. Whoever is in none of them sees everything.
 */
#ifndef API_GROUP_LIMITS_H
#define API_GROUP_LIMITS_H

#include "base/text_list.h"

#include <stdbool.h>

bool group_limits_are_valid(const char *setting);

/* What members of these groups may see, owned by `mem`; NULL = everything. */
const struct text_list *group_limits_of(
	void *mem, const char *setting, const struct text_list *groups);

#endif
