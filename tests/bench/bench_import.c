/*
 * One worker's way from a file to the commit, without nginx and FastCGI in front: what the rest of a worker
 * reaches of PostgreSQL's own speed. The database is the one that libpq's variables name.
 *
 * usage: bench_import FILE
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "api/ingest.h"
#include "base/mem.h"
#include "base/read_ahead.h"

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool read_file(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	ssize_t got = read(*(int *)context, buffer, size);

	*ret_got = got > 0 ? (size_t)got : 0;
	return got >= 0 || err_set(err, ERR_INVALID, "The file cannot be read.");
}

static bool load(struct app *app, void *mem, int file, json_t **ret_result, struct err *err)
{
	struct request request = {.mem = mem,
		.id = "bench",
		.trace_id = "",
		.remote_address = "",
		.user = {.name = "bench", .token_id = ""}};
	struct ingest_options options = {.action = "flows.import",
		.name = "bench",
		.request = &request,
		.cluster = "",
		.known_bodies = true};
	struct read_ahead *ahead = read_ahead_new(mem, read_file, &file);
	struct ingest *ingest;
	const char *bytes;
	size_t size;

	if (!ingest_begin(app, mem, &options, &ingest, err))
		return false;
	do
		if (!read_ahead_next(ahead, &bytes, &size, err) ||
			!ingest_feed(ingest, bytes, size, err))
			return false;
	while (size > 0);
	return ingest_end(ingest, ret_result, err);
}

int main(int argc, char **argv)
{
	void *mem = mem_context(NULL);
	struct app app = {.db = db_new(mem), .side = db_new_relaxed(mem)};
	double begun = seconds(CLOCK_MONOTONIC);
	int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	struct rusage usage;
	json_t *result;
	struct err err = {0};

	if (file < 0 || !load(&app, mem, file, &result, &err)) {
		fprintf(stderr, "bench_import: %s\n", file < 0 ? "no file" : err.text);
		return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("accepted %lld, duplicates %lld, %.0f ms, %.0f ms of processor time, %ld kB\n",
		(long long)json_integer_value(json_object_get(result, "accepted")),
		(long long)json_integer_value(json_object_get(result, "duplicates")),
		(seconds(CLOCK_MONOTONIC) - begun) * 1e3, seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e3,
		usage.ru_maxrss);
	json_decref(result);
	mem_free(mem);
	return 0;
}
