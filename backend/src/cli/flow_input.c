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
	time_t shown;
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

static void show_progress(struct reading *reading, const struct flow_reader *reader)
{
	time_t now = time(NULL);

	if (now == reading->shown)
		return;
	reading->shown = now;
	fprintf(stderr, "\r%s: %" PRIu64 " MB, %" PRIu64 " records, %zu connections ",
		reading->file, flow_reader_bytes(reader) / 1000000, reading->records,
		reading->input->traffic->connection_count);
}

static bool read_file(struct reading *reading, int descriptor, struct err *err)
{
	struct flow_reader_options options = {.cluster = reading->input->cluster};
	void *mem = mem_context(reading->mem);
	struct flow_reader *reader = flow_reader_new(mem, &options, take_record, reading);
	char *piece = mem_zeroed(mem, 1, PIECE);
	bool terminal = isatty(STDERR_FILENO) != 0, good = true;
	ssize_t got;

	while (good && (got = read(descriptor, piece, PIECE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			good = err_set(err, ERR_INVALID, "cannot read: %s", strerror(errno));
		else
			good = flow_reader_feed(reader, piece, (size_t)got, err);
		if (terminal)
			show_progress(reading, reader);
	}
	good = good && flow_reader_end(reader, err);
	if (terminal && reading->shown != 0)
		fputs("\r\033[K", stderr);
	mem_free(mem);
	return good;
}

bool flow_input_read(void *mem, struct flow_input *input, struct err *err)
{
	input->traffic = traffic_new(mem);
	for (size_t i = 0; i < input->file_count; i++) {
		struct reading reading = {
			.mem = mem, .input = input, .file = input->files[i], .shown = time(NULL)};
		bool standard = strcmp(input->files[i], "-") == 0, good;
		int descriptor =
			standard ? STDIN_FILENO : open(input->files[i], O_RDONLY | O_CLOEXEC);

		if (descriptor < 0)
			return err_set(err, ERR_INVALID, "%s: cannot open: %s", input->files[i],
				strerror(errno));
		good = read_file(&reading, descriptor, err);
		if (!standard)
			close(descriptor);
		if (!good)
			return err_where(err, "%s", input->files[i]);
	}
	return true;
}
