/*
 * Undoes the compression of a stream, found by its first bytes: gzip (also several members in one
 * file, as `cat a.gz b.gz` makes), zlib and zstd; anything else passes as it is. Memory is flat, and
 * what comes out is bounded by what went in (LIMIT_INFLATE_*), so a small file cannot become a
 * large one. Plain input has no bound.
 */
#ifndef CORE_DECOMPRESS_H
#define CORE_DECOMPRESS_H

#include "base/err.h"

#include <stdint.h>

/* Receives plain bytes, in pieces of at most 64 KiB. False stops. */
typedef bool byte_sink(void *context, const char *bytes, size_t size, struct err *err);

struct decompress;

/* Owned by `mem`. */
struct decompress *decompress_new(void *mem, byte_sink *sink, void *context);

/*
 * Takes `size` bytes more. False when the sink stopped, or with ERR_INVALID (broken), ERR_TOO_LARGE
 * (over a bound) or ERR_UNSUPPORTED (another compression or encoding; the text says what to do).
 */
MUST_CHECK bool decompress_feed(
	struct decompress *decompress, const void *bytes, size_t size, struct err *err);

/* Ends the stream; ERR_INVALID if compressed data is cut. */
MUST_CHECK bool decompress_end(struct decompress *decompress, struct err *err);

/* Plain bytes so far. */
uint64_t decompress_bytes(const struct decompress *decompress);

#endif
