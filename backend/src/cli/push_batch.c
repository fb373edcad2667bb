#include "cli/push_batch.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "core/decompress.h"

/* Beyond level 1 zlib is slower than the server, and flows hardly get smaller. */
#define GZIP_LEVEL 1
/* zlib: the largest window, in the gzip form; its header has no time in it. */
#define GZIP_WINDOW (15 + 16)
#define GZIP_MEMORY 9

struct push_batcher {
	struct push_batch_limits limits;
	struct push_batch_handlers handlers;
	const char *file;
	void *reading; /* of one file: */
	struct decompress *decompress;
	struct record_split *split;
	/* The open batch. */
	char *text;
	size_t size, capacity;
	unsigned long *lines;
	size_t line_count, line_capacity;
	uint64_t records;
};

/* Can only fail without memory, or if zlib is misused. */
static void gzip(void *mem, const char *text, size_t size, char **ret_body, size_t *ret_size)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)size};
	size_t bound;

	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	bound = deflateBound(&stream, (uLong)size);
	*ret_body = mem_array(mem, char, bound);
	stream.next_out = (Bytef *)*ret_body;
	stream.avail_out = (uInt)bound;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	*ret_size = stream.total_out;
	deflateEnd(&stream);
}

void push_batcher_cut(struct push_batcher *batcher)
{
	struct push_batch *batch;
	char *bound;

	if (batcher->records == 0)
		return;
	batch = mem_new(NULL, struct push_batch);
	batch->file = batcher->file;
	batch->records = batcher->records;
	gzip(batch, batcher->text, batcher->size, &bound, &batch->size);
	/* it may wait for long: without the room that compression did not need */
	batch->body = mem_array(batch, char, batch->size);
	memcpy(batch->body, bound, batch->size);
	mem_free(bound);
	batch->line_count = batcher->line_count;
	batch->lines = mem_array(batch, unsigned long, batch->line_count);
	memcpy(batch->lines, batcher->lines, batch->line_count * sizeof *batch->lines);
	batcher->size = batcher->line_count = 0;
	batcher->records = 0;
	batcher->handlers.batch(batcher->handlers.context, batch);
}

static void add_line(struct push_batcher *batcher, unsigned long line)
{
	mem_reserve(batcher, batcher->lines, &batcher->line_capacity, batcher->line_count + 1);
	batcher->lines[batcher->line_count++] = line;
}

static void add_record(struct push_batcher *batcher, const struct slice *slice)
{
	const char *end = slice->bytes + slice->size, *newline = slice->bytes;
	unsigned long line = slice->line;

	mem_reserve(batcher, batcher->text, &batcher->capacity, batcher->size + slice->size + 1);
	memcpy(batcher->text + batcher->size, slice->bytes, slice->size);
	batcher->size += slice->size;
	batcher->text[batcher->size++] = '\n';
	add_line(batcher, line);
	while ((newline = memchr(newline, '\n', (size_t)(end - newline))) != NULL) {
		add_line(batcher, ++line);
		newline++;
	}
	batcher->records++;
	if (batcher->records >= batcher->limits.records || batcher->size >= batcher->limits.bytes)
		push_batcher_cut(batcher);
}

static bool take_slice(void *context, const struct slice *slice)
{
	struct push_batcher *batcher = context;

	if (slice->kind == SLICE_BROKEN)
		batcher->handlers.broken(batcher->handlers.context, batcher->file, slice->problem);
	else
		add_record(batcher, slice);
	return true;
}

/* There is no shorter way: every record is framed. */
static bool take_nothing(
	void *context, const char *bytes, size_t size, unsigned long line, size_t *ret_used)
{
	(void)context, (void)bytes, (void)size, (void)line;
	*ret_used = 0;
	return true;
}

static bool take_plain(void *context, const char *bytes, size_t size, struct err *err)
{
	struct push_batcher *batcher = context;

	(void)err;
	return record_split_feed(batcher->split, bytes, size);
}

struct push_batcher *push_batcher_new(void *mem, const struct push_batch_limits *limits,
	const struct push_batch_handlers *handlers)
{
	struct push_batcher *batcher = mem_new(mem, struct push_batcher);

	batcher->limits = *limits;
	batcher->handlers = *handlers;
	return batcher;
}

void push_batcher_open(struct push_batcher *batcher, const char *file)
{
	batcher->file = file;
	batcher->reading = mem_context(batcher);
	batcher->decompress = decompress_new(batcher->reading, take_plain, batcher);
	batcher->split = record_split_new(batcher->reading, take_slice, take_nothing, batcher);
}

bool push_batcher_feed(
	struct push_batcher *batcher, const char *bytes, size_t size, struct err *err)
{
	return decompress_feed(batcher->decompress, bytes, size, err);
}

bool push_batcher_close(struct push_batcher *batcher, struct err *err)
{
	bool whole = decompress_end(batcher->decompress, err) && record_split_end(batcher->split);

	push_batcher_cut(batcher);
	mem_free(batcher->reading);
	batcher->reading = NULL;
	return whole;
}

uint64_t push_batcher_pending(const struct push_batcher *batcher)
{
	return batcher->records;
}
