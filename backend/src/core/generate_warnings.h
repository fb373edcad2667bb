/* What an administrator must know before applying what was generated. */
#ifndef CORE_GENERATE_WARNINGS_H
#define CORE_GENERATE_WARNINGS_H

#include "core/needs.h"

/* Warnings about the policy just made, the last one, whose needs are the run [from, to). */
void warn_policy(struct generation *generation, const struct analysis *analysis,
	const struct needs *needs, size_t from, size_t to);

/* An element whose HTTP traffic was seen in part only, so it stays without HTTP rules. */
void warn_l7_partial(struct generation *generation, const struct analysis *analysis,
	uint32_t subject, enum section section, unsigned element);

/* Warnings about the whole of the evidence. */
void warn_whole(struct generation *generation, const struct analysis *analysis);

/* Why no policy came out and what to do; "" if one did. */
const char *explain_empty(const struct generation *generation, const struct analysis *analysis);

#endif
