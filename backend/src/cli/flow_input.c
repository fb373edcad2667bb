#include "cli/flow_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PIECE (64 * 1024)

struct reading {
	void *mem;
	struct flow_input *input;
	const char *file;
	time_t shown; /* when progress was shown last, or reading began */
	bool shows;
	uint64_t records;
};

static void note_problem(struct reading *reading, const struct record *record)
{
	struct flow_input *input = reading->input;

	if (input->problem_count == sizeof input->problems / sizeof *input->problems)
		return;
	input->problems[input->problem_count++] = mem_format(reading->mem, "%s:%lu: %s%s%s%s",
		reading->file, record->line, record->problem->field,
		*record->problem->field != '\0' ? ": " : "", record->problem->text,
		record->last_cut ? " (the input ends inside this record)" : "");
}

static bool take_record(void *context, const struct record *record)
{
	struct reading *reading = context;
	struct flow_input *input = reading->input;

	input->lines[record->kind]++;
	reading->records++;
	if (record->kind == RECORD_FLOW)
		traffic_add(input->traffic, record->flow);
	else if (record->kind == RECORD_LOST_EVENTS)
		input->traffic->lost_events += record->lost_events;
	else if (record->kind == RECORD_REJECTED)
		note_problem(reading, record);
	return true;
}

static void show_progress(void *context, uint64_t bytes)
{
	struct reading *reading = context;
	time_t now = time(NULL);

	if (now == reading->shown)
		return;
	reading->shown = now;
	reading->shows = true;
	fprintf(stderr, "\r%s: %" PRIu64 " MB, %" PRIu64 " records, %zu connections ",
		reading->file, bytes / 1000000, reading->records,
		reading->input->traffic->connection_count);
}

static bool read_pieces(int descriptor, struct flow_reader *reader, char *piece,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err)
{
	ssize_t got;

	while ((got = read(descriptor, piece, PIECE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_INVALID, "cannot read: %s", strerror(errno));
		if (!flow_reader_feed(reader, piece, (size_t)got, err))
			return false;
		if (tick != NULL)
			tick(context, flow_reader_bytes(reader));
	}
	return flow_reader_end(reader, err);
}

bool flow_file_read(const char *path, const char *cluster, record_handler *handler,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err)
{
	struct flow_reader_options options = {.cluster = cluster};
	bool standard = strcmp(path, "-") == 0, good;
	int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct flow_reader *reader;
	void *mem;

	if (descriptor < 0)
		return err_set(err, ERR_INVALID, "%s: cannot open: %s", path, strerror(errno));
	mem = mem_context(NULL);
	reader = flow_reader_new(mem, &options, handler, context);
	good = read_pieces(descriptor, reader, mem_zeroed(mem, 1, PIECE), tick, context, err);
	mem_free(mem);
	if (!standard)
		close(descriptor);
	return good || err_where(err, "%s", path);
}

bool flow_input_read(void *mem, struct flow_input *input, struct err *err)
{
	bool terminal = isatty(STDERR_FILENO) != 0;

	input->traffic = traffic_new(mem);
	for (size_t i = 0; i < input->file_count; i++) {
		struct reading reading = {
			.mem = mem, .input = input, .file = input->files[i], .shown = time(NULL)};
		bool good = flow_file_read(input->files[i], input->cluster, take_record,
			terminal ? show_progress : NULL, &reading, err);

		if (reading.shows)
			fputs("\r\033[K", stderr);
		if (!good)
			return false;
	}
	return true;
}
