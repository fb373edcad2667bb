#include "cli/flow_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/background.h"
#include "base/mem.h"
#include "cli/flow_parts.h"
#include "core/traffic_merge.h"

#define PIECE (64 * 1024)

/* The bytes of a file that are read one after the other. */
struct stretch {
	int descriptor;
	int64_t at, end; /* both -1: what comes, to its end */
};

/* A file, or one of two parts of it that are read at a time, each by a thread of its own. */
struct part {
	void *mem; /* owns what is found */
	const char *cluster;
	struct stretch stretch;
	struct traffic *traffic;
	uint64_t lines[RECORD_KINDS];
	struct problem {
		unsigned long line;
		const char *text;
	} problems[FLOW_INPUT_PROBLEMS];
	size_t problem_count;
	/* Of a part that shows how far it is: */
	const char *file; /* else NULL */
	time_t shown;     /* when that was shown last, or reading began */
	bool shows;
};

static void note_problem(struct part *part, const struct record *record)
{
	if (part->problem_count == FLOW_INPUT_PROBLEMS)
		return;
	part->problems[part->problem_count++] = (struct problem){record->line,
		mem_format(part->mem, "%s%s%s%s", record->problem->field,
			*record->problem->field != '\0' ? ": " : "", record->problem->text,
			record->last_cut ? " (the input ends inside this record)" : "")};
}

static bool take_record(void *context, const struct record *record)
{
	struct part *part = context;

	part->lines[record->kind]++;
	if (record->kind == RECORD_FLOW)
		traffic_add(part->traffic, record->flow);
	else if (record->kind == RECORD_LOST_EVENTS)
		part->traffic->lost_events += record->lost_events;
	else if (record->kind == RECORD_REJECTED)
		note_problem(part, record);
	return true;
}

static void show_progress(void *context, uint64_t bytes)
{
	struct part *part = context;
	time_t now = time(NULL);

	if (now == part->shown)
		return;
	part->shown = now;
	part->shows = true;
	fprintf(stderr, "\r%s: %" PRIu64 " MB%s, %zu connections ", part->file, bytes / 1000000,
		part->stretch.end < 0 ? "" : " of the first half", part->traffic->connection_count);
}

static ssize_t read_piece(struct stretch *stretch, char *piece)
{
	size_t size = PIECE;
	ssize_t got;

	if (stretch->at < 0)
		return read(stretch->descriptor, piece, size);
	if (stretch->end - stretch->at < PIECE)
		size = (size_t)(stretch->end - stretch->at);
	got = pread(stretch->descriptor, piece, size, stretch->at);
	if (got > 0)
		stretch->at += got;
	return got;
}

static bool read_pieces(struct stretch *stretch, struct flow_reader *reader, char *piece,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err)
{
	ssize_t got;

	while ((got = read_piece(stretch, piece)) != 0) {
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

static bool read_stretch(struct stretch stretch, const char *cluster, record_handler *handler,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err)
{
	struct flow_reader_options options = {.cluster = cluster};
	void *mem = mem_context(NULL);
	struct flow_reader *reader;
	bool good;

	if (getrandom(&options.hash_key, sizeof options.hash_key, 0) != sizeof options.hash_key)
		abort();
	reader = flow_reader_new(mem, &options, handler, context);
	good = read_pieces(&stretch, reader, mem_zeroed(mem, 1, PIECE), tick, context, err);
	mem_free(mem);
	return good;
}

static bool open_file(const char *path, int *ret_descriptor, struct err *err)
{
	*ret_descriptor = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	return *ret_descriptor >= 0 ||
	       err_set(err, ERR_INVALID, "%s: cannot open: %s", path, strerror(errno));
}

static void close_file(int descriptor)
{
	if (descriptor != STDIN_FILENO)
		close(descriptor);
}

bool flow_file_read(const char *path, const char *cluster, record_handler *handler,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err)
{
	struct stretch whole = {.at = -1, .end = -1};
	bool good;

	if (!open_file(path, &whole.descriptor, err))
		return false;
	good = read_stretch(whole, cluster, handler, tick, context, err);
	close_file(whole.descriptor);
	return good || err_where(err, "%s", path);
}

static bool read_part(void *context, struct err *err)
{
	struct part *part = context;

	return read_stretch(part->stretch, part->cluster, take_record,
		part->file != NULL ? show_progress : NULL, part, err);
}

/* The first part is read here and the second one beside it. */
static bool read_both(struct part parts[2], struct err *err)
{
	struct background *beside = background_new(parts[1].mem);
	bool first;

	background_begin(beside, read_part, &parts[1]);
	first = read_part(&parts[0], err);
	return background_wait(beside, err) && first;
}

/* Adds what was found to the input; `lines` are before the part. */
static void add_part(void *mem, struct flow_input *input, const char *file, const struct part *part,
	unsigned long lines)
{
	for (size_t i = 0; i < RECORD_KINDS; i++)
		input->lines[i] += part->lines[i];
	for (size_t i = 0; i < part->problem_count && input->problem_count < FLOW_INPUT_PROBLEMS;
		i++)
		input->problems[input->problem_count++] = mem_format(mem, "%s:%lu: %s", file,
			lines + part->problems[i].line, part->problems[i].text);
	if (part->traffic != input->traffic)
		traffic_merge(input->traffic, part->traffic);
}

static bool read_file(
	void *mem, struct flow_input *input, const char *file, int descriptor, struct err *err)
{
	bool terminal = isatty(STDERR_FILENO) != 0;
	/* standard input may have been read up to somewhere by others */
	bool two = descriptor != STDIN_FILENO && sysconf(_SC_NPROCESSORS_ONLN) > 1;
	int64_t split = two ? flow_parts_split(descriptor) : 0;
	/* memory of the second part alone: a context is used by one thread at a time */
	void *second = mem_context(NULL);
	struct part parts[2] = {
		{.mem = mem,
			.cluster = input->cluster,
			.stretch = {descriptor, split > 0 ? 0 : -1, split > 0 ? split : -1},
			.traffic = input->traffic,
			.file = terminal ? file : NULL,
			.shown = time(NULL)},
		{.mem = second,
			.cluster = input->cluster,
			.stretch = {descriptor, split, INT64_MAX},
			.traffic = traffic_new(second)}};
	bool good = split > 0 ? read_both(parts, err) : read_part(&parts[0], err);

	if (parts[0].shows)
		fputs("\r\033[K", stderr);
	if (good) {
		add_part(mem, input, file, &parts[0], 0);
		add_part(mem, input, file, &parts[1],
			parts[1].problem_count > 0 ? flow_parts_lines(descriptor, split) : 0);
	}
	mem_free(second);
	return good;
}

bool flow_input_read(void *mem, struct flow_input *input, struct err *err)
{
	input->traffic = traffic_new(mem);
	for (size_t i = 0; i < input->file_count; i++) {
		const char *file = input->files[i];
		int descriptor;
		bool good;

		if (!open_file(file, &descriptor, err))
			return false;
		good = read_file(mem, input, file, descriptor, err);
		close_file(descriptor);
		if (!good)
			return err_where(err, "%s", file);
	}
	return true;
}
