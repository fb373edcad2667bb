/* Reads what comes piece by piece: the next piece while the caller works on the one it has. */
#ifndef BASE_READ_AHEAD_H
#define BASE_READ_AHEAD_H

#include <stddef.h>

#include "base/background.h"

/* Reads up to `size` bytes; *ret_got 0 only at the end. */
typedef bool read_more(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err);

struct read_ahead;

/* Owned by `mem`. Nobody else reads from `context` until it is freed, which waits for a read at hand. */
struct read_ahead *read_ahead_new(void *mem, read_more *more, void *context);

/* The next piece, which lives until the next call; *ret_size 0 at the end. */
MUST_CHECK bool read_ahead_next(
	struct read_ahead *ahead, const char **ret_bytes, size_t *ret_size, struct err *err);

#endif
