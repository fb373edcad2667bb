#include "cli/flow_parts.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"

/* Smaller files are read before a second thread would be of use. */
#define WORTH_IT (8 * 1024 * 1024)
/* Room for two records of any size, and the beginning of a third. */
#define WINDOW (3 * (size_t)LIMIT_RECORD)

static bool is_object(const char *bytes, size_t size)
{
	json_t *value = size > 0 && *bytes == '{' ? json_loadb(bytes, size, 0, NULL) : NULL;
	bool object = json_is_object(value);

	json_decref(value);
	return object;
}

/* Where in the window a record begins behind a whole line; 0 for nowhere. */
static size_t find_begin(const char *window, size_t size)
{
	const char *end = window + size, *line = memchr(window, '\n', size), *next;

	while (line != NULL && (next = memchr(line + 1, '\n', (size_t)(end - line - 1))) != NULL) {
		if (next + 1 < end && next[1] == '{' &&
			is_object(line + 1, (size_t)(next - line - 1)))
			return (size_t)(next + 1 - window);
		line = next;
	}
	return 0;
}

int64_t flow_parts_split(int descriptor)
{
	struct stat about;
	char *window;
	ssize_t got;
	size_t begin = 0;

	if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size < WORTH_IT)
		return 0;
	window = mem_array(NULL, char, WINDOW);
	got = pread(descriptor, window, WINDOW, about.st_size / 2);
	if (got > 0)
		begin = find_begin(window, (size_t)got);
	mem_free(window);
	return begin == 0 ? 0 : about.st_size / 2 + (int64_t)begin;
}

unsigned long flow_parts_lines(int descriptor, int64_t end)
{
	char *window = mem_array(NULL, char, WINDOW);
	unsigned long lines = 0;
	int64_t at = 0;
	ssize_t got;

	while (at < end && (got = pread(descriptor, window, WINDOW, at)) > 0) {
		size_t size = got < end - at ? (size_t)got : (size_t)(end - at);

		for (const char *c = window;
			(c = memchr(c, '\n', size - (size_t)(c - window))) != NULL; c++)
			lines++;
		at += got;
	}
	mem_free(window);
	return lines;
}
