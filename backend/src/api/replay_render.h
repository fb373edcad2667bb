/* What a replay of stored traffic (core/replay.h) gave, as the API shows it. */
#ifndef API_REPLAY_RENDER_H
#define API_REPLAY_RENDER_H

#include <jansson.h>

#include "api/app.h"
#include "core/replay.h"
#include "store/traffic.h"

/* A replay and what it was of. */
struct replayed_traffic {
	const struct stored_traffic *stored;
	const struct replay_input *input;
	const struct replay *replay;
};

/* A settled connection to be shown. */
struct replay_item {
	size_t index;       /* into the replay's items */
	enum judged before; /* what it is compared with */
	bool changed;
	uint64_t events;
};

/*
 * The first `most` of the items, those that change and then the busiest before others; sorts them. The
 * caller owns the reference.
 */
MUST_CHECK bool replay_items_render(struct app *app, void *mem,
	const struct replayed_traffic *replayed, struct replay_item *items, size_t count,
	size_t most, json_t **ret_items, struct err *err);

/* The rules that decided nothing; the caller owns the reference. */
json_t *replay_unused_rules(void *mem, const struct replay *replay);

/* Where no policy applies, nothing is denied: "allowed" there. */
const char *replay_verdict(enum judged judged);

#endif
