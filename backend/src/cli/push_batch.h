/*
 * From a stream of flows to batches: bytes in, in any shape that an import takes (compressed too),
 * and out come bodies of whole records, one per line, gzipped. The same records in the same order
 * make the same bytes, so that a body which is sent again is known to the server by its hash.
 */
#ifndef CLI_PUSH_BATCH_H
#define CLI_PUSH_BATCH_H

#include <stdint.h>

#include "core/record_split.h"

/* Owns all it points to but `file`; whoever gets it frees it. */
struct push_batch {
	char *body; /* gzip */
	size_t size;
	uint64_t records;
	const char *file;
	/* Of each line of the body, from 0: its line of the input, from 1. */
	unsigned long *lines;
	size_t line_count;
	/* For the sender: how often it was sent, and the batch behind it. */
	unsigned attempts;
	struct push_batch *next;
};

/* A batch is closed with the record that reaches one of these. */
struct push_batch_limits {
	uint64_t records;
	size_t bytes; /* before compression; a batch has one record more at most */
};

struct push_batch_handlers {
	void (*batch)(void *context, struct push_batch *batch);
	/* A record without an end, which cannot be sent. */
	void (*broken)(void *context, const char *file, const struct err *problem);
	void *context;
};

struct push_batcher;

/* Owned by `mem`; limits and handlers are copied. */
struct push_batcher *push_batcher_new(void *mem, const struct push_batch_limits *limits,
	const struct push_batch_handlers *handlers);

/* Begins a file, of which the name is kept by the caller. */
void push_batcher_open(struct push_batcher *batcher, const char *file);

/* Takes `size` bytes more. False when the input is in no form we read, or broken compression. */
MUST_CHECK bool push_batcher_feed(
	struct push_batcher *batcher, const char *bytes, size_t size, struct err *err);

/* The file ends: its last record and its last batch go out. False if compressed data is cut. */
MUST_CHECK bool push_batcher_close(struct push_batcher *batcher, struct err *err);

/* Closes the batch with the whole records it has, if any. */
void push_batcher_cut(struct push_batcher *batcher);

/* Whole records that are in no batch yet. */
uint64_t push_batcher_pending(const struct push_batcher *batcher);

#endif
