/*
 * The reader puts three parts in a row: decompress -> record_split -> flow_json, with flow_scan as
 * the short way through the last two. What is its own: the life of a record, and recognising
 * `hubble observe` output that is no JSON.
 */
#include "core/flow_reader.h"

#include "base/limits.h"
#include "base/mem.h"
#include "core/decompress.h"
#include "core/flow_json.h"
#include "core/flow_scan.h"
#include "core/observe_text.h"
#include "core/record_split.h"

#include <stdio.h>
#include <string.h>

/* Lines of another format are recognised among the first ones, before any JSON. */
#define LINES_LOOKED_AT 20

struct flow_reader {
	struct flow_reader_options options;
	record_handler *handler;
	void *context;
	struct decompress *decompress;
	struct record_split *split;
	struct flow_scan *scan;
	unsigned texts; /* lines that were no JSON */
	bool any_json;
	struct err failure; /* why nothing more is read */
	bool stopped;       /* by the handler or by `failure` */
};

static bool give(struct flow_reader *reader, const struct record *record)
{
	reader->stopped = !reader->handler(reader->context, record);
	return !reader->stopped;
}

static bool give_problem(
	struct flow_reader *reader, const struct slice *slice, const struct err *problem)
{
	struct record record = {
		.kind = RECORD_REJECTED,
		.line = slice->line,
		.lost_source = "",
		.node = "",
		.state = "",
		.last_cut = slice->cut,
		.problem = problem,
	};

	return give(reader, &record);
}

static bool give_json(struct flow_reader *reader, const struct slice *slice)
{
	struct record record;
	void *mem;
	bool result;

	reader->any_json = true;
	if (flow_scan_read(reader->scan, slice->bytes, slice->size, &record) == slice->size) {
		record.line = slice->line;
		return give(reader, &record);
	}
	mem = mem_context(reader);
	flow_json_read(mem, slice->bytes, slice->size, &reader->options, &record);
	record.line = slice->line;
	if (record.kind == RECORD_REJECTED) {
		struct err problem = *record.problem;

		if (problem.line <= 1 && problem.column > 0)
			problem.column += slice->column - 1;
		problem.line = slice->line + (problem.line > 0 ? problem.line - 1 : 0);
		result = give_problem(reader, slice, &problem);
	} else {
		result = give(reader, &record);
	}
	mem_free(mem);
	return result;
}

static bool give_text(struct flow_reader *reader, const struct slice *slice)
{
	struct err problem = {0};
	const char *format = NULL;
	char shown[48];
	size_t size = 0;

	if (!reader->any_json && reader->texts < LINES_LOOKED_AT)
		format = observe_text_format(slice->bytes, slice->size);
	reader->texts++;
	if (format != NULL) {
		err_at(&reader->failure, ERR_UNSUPPORTED, slice->line, 1,
			"This is the \"%s\" text format of hubble observe, which leaves out what "
			"policies need. Capture with `hubble observe -o jsonpb`.",
			format);
		reader->stopped = true;
		return false;
	}
	for (; size < slice->size && size < sizeof shown - 1; size++)
		shown[size] = slice->bytes[size] >= ' ' && slice->bytes[size] <= '~'
				      ? slice->bytes[size]
				      : '?';
	while (size > 0 && (shown[size - 1] == '?' || shown[size - 1] == ' ')) /* "\r" */
		size--;
	err_at(&problem, ERR_INVALID, slice->line, slice->column, "No JSON: \"%.*s\"%s", (int)size,
		shown, size < slice->size && size == sizeof shown - 1 ? "..." : "");
	return give_problem(reader, slice, &problem);
}

static bool take_slice(void *context, const struct slice *slice)
{
	struct flow_reader *reader = context;

	switch (slice->kind) {
	case SLICE_JSON:
		return give_json(reader, slice);
	case SLICE_TEXT:
		return give_text(reader, slice);
	case SLICE_BROKEN:
		break;
	}
	return give_problem(reader, slice, slice->problem);
}

/* A flow of the usual shape, framed and read in one pass. */
static bool take_usual(
	void *context, const char *bytes, size_t size, unsigned long line, size_t *ret_used)
{
	struct flow_reader *reader = context;
	struct record record;

	*ret_used = flow_scan_read(reader->scan, bytes, size, &record);
	if (*ret_used == 0)
		return true;
	reader->any_json = true;
	record.line = line;
	return give(reader, &record);
}

static bool take_plain(void *context, const char *bytes, size_t size, struct err *err)
{
	struct flow_reader *reader = context;

	(void)err;
	return record_split_feed(reader->split, bytes, size);
}

struct flow_reader *flow_reader_new(void *mem, const struct flow_reader_options *options,
	record_handler *handler, void *context)
{
	struct flow_reader *reader = mem_new(mem, struct flow_reader);

	reader->options = *options;
	reader->options.cluster = mem_text(
		reader, options->cluster == NULL || *options->cluster == '\0' ? "default"
									      : options->cluster);
	reader->handler = handler;
	reader->context = context;
	reader->split = record_split_new(reader, take_slice, take_usual, reader);
	reader->scan = flow_scan_new(reader, &reader->options);
	reader->decompress = decompress_new(reader, take_plain, reader);
	return reader;
}

/* Nothing is read after a failure; asked again, it is told again. */
static bool result(struct flow_reader *reader, bool read, struct err *err)
{
	if (!read)
		reader->stopped = true;
	if (reader->failure.code != ERR_NONE && err != NULL && err->code == ERR_NONE)
		*err = reader->failure;
	return read && !reader->stopped;
}

bool flow_reader_feed(struct flow_reader *reader, const void *bytes, size_t size, struct err *err)
{
	if (reader->stopped)
		return result(reader, false, err);
	return result(
		reader, decompress_feed(reader->decompress, bytes, size, &reader->failure), err);
}

bool flow_reader_end(struct flow_reader *reader, struct err *err)
{
	if (reader->stopped)
		return result(reader, false, err);
	return result(reader,
		decompress_end(reader->decompress, &reader->failure) &&
			record_split_end(reader->split),
		err);
}

uint64_t flow_reader_bytes(const struct flow_reader *reader)
{
	return decompress_bytes(reader->decompress);
}
