/* What was generated and why, as the API shows it. Lists of examples are cut, counts never are. */
#ifndef API_GENERATE_RENDER_H
#define API_GENERATE_RENDER_H

#include <jansson.h>
#include <limits.h>

#include "core/generate.h"
#include "store/traffic.h"

struct generated {
	const struct stored_traffic *stored;
	const struct generation *generation;
};

/* The evidence behind the rules of one policy, or of all (EVERY_POLICY). */
#define EVERY_POLICY UINT_MAX
json_t *generated_rules(void *mem, const struct generated *generated, unsigned policy);

/* The connections whose flows the rules show as samples: indexes, owned by `mem`. */
const uint32_t *generated_samples(void *mem, const struct generated *generated, size_t *ret_count);

json_t *generated_coverage(const struct generated *generated);
json_t *generated_left_out(void *mem, const struct generated *generated);
json_t *generated_warnings(const struct generated *generated);

/* When the selection was seen: {"from": .., "to": ..}, null if nothing was selected. */
json_t *generated_window(const struct generated *generated);

#endif
