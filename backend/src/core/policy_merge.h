/* Adds what a generated policy needs to one that exists, and changes nothing else in it. */
#ifndef CORE_POLICY_MERGE_H
#define CORE_POLICY_MERGE_H

#include "core/policy.h"

/* The existing policy for the same subject: equal kind, namespace and name, else equal subject; or NULL. */
const struct policy *policy_merge_target(
	const struct policies *existing, const struct policy *generated);

/*
 * `existing` with those peers and ports of `generated` that it does not allow yet; hand-written
 * rules, names and metadata stay. Merging the result again changes nothing. `ret_places`, if not
 * NULL, gets the element that now covers each element of generated.rules[0], per section: an array of
 * SECTIONS arrays, owned by `mem`. The result refers to texts of both.
 */
struct policy policy_merge(void *mem, const struct policy *existing, const struct policy *generated,
	unsigned **ret_places);

#endif
