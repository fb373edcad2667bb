/*
 * Finds the records in a stream of text, whatever way they are framed: one per line, one after the
 * other, pretty-printed, in arrays, in objects like {"flows": [...]} of any size. Memory is bounded
 * by one record. It knows JSON's brackets and strings and leaves the rest to the JSON parser; what
 * it must get right is where a record ends when it is broken, so that the next good one is not lost
 * (flows.md 1.3).
 */
#ifndef CORE_RECORD_SPLIT_H
#define CORE_RECORD_SPLIT_H

#include "base/err.h"

#include <stddef.h>

enum slice_kind {
	SLICE_JSON,   /* a bracketed or scalar JSON value, whole as far as brackets tell */
	SLICE_TEXT,   /* a line that is no JSON; its first bytes */
	SLICE_BROKEN, /* JSON that cannot be framed; `problem` says why */
};

struct slice {
	enum slice_kind kind;
	const char *bytes; /* not NUL-terminated; none for SLICE_BROKEN */
	size_t size;
	unsigned long line, column; /* where it begins, from 1 */
	bool cut;                   /* SLICE_BROKEN: the input ended inside it */
	const struct err *problem;  /* SLICE_BROKEN */
};

/* Receives a slice, which lives until the function returns. False stops. */
typedef bool slice_handler(void *context, const struct slice *slice);

/*
 * Is offered the bytes where an object begins, on `line`. Gives the size of the record that it
 * framed and took by itself, without a line end in it, or 0 to have it framed. False stops.
 */
typedef bool slice_taker(
	void *context, const char *bytes, size_t size, unsigned long line, size_t *ret_used);

struct record_split;

/* Owned by `mem`. */
struct record_split *record_split_new(
	void *mem, slice_handler *handler, slice_taker *taker, void *context);

/* Takes `size` bytes more, at best some ten thousand at a time. False when the handler stopped. */
MUST_CHECK bool record_split_feed(struct record_split *split, const char *bytes, size_t size);

/* Ends the input: hands on what is unfinished. */
MUST_CHECK bool record_split_end(struct record_split *split);

#endif
