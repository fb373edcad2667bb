#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"

#define PIECE 65536

static bool read_all(void *mem, int descriptor, struct text_file *file, struct err *err)
{
	char *text = NULL;
	size_t size = 0, capacity = 0;
	ssize_t got;

	for (;;) {
		mem_reserve(mem, text, &capacity, size + PIECE + 1);
		got = read(descriptor, text + size, PIECE);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_INVALID, "cannot read: %s", strerror(errno));
		if (got == 0)
			break;
		size += (size_t)got;
		if (size > LIMIT_YAML)
			return err_set(err, ERR_TOO_LARGE,
				"has more than %d bytes; divide it into several files", LIMIT_YAML);
	}
	/* The text itself may have NULs: a binary file is no reason to see less of it than its size says. */
	text[size] = '\0';
	file->text = text;
	file->size = size;
	return true;
}

static bool add_file(void *mem, const char *path, struct text_files *files, struct err *err)
{
	bool standard = strcmp(path, "-") == 0, good;
	struct text_file file = {.path = mem_text(mem, path)};
	int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		return err_set(err, ERR_INVALID, "%s: cannot open: %s", path, strerror(errno));
	good = files->count < LIMIT_POLICY_FILES ||
	       err_set(err, ERR_TOO_LARGE, "more than %d files", LIMIT_POLICY_FILES);
	good = good && read_all(mem, descriptor, &file, err);
	if (!standard)
		close(descriptor);
	if (!good)
		return err_where(err, "%s", path);
	mem_reserve(mem, files->items, &files->capacity, files->count + 1);
	files->items[files->count++] = file;
	return true;
}

static bool has_ending(const char *name)
{
	static const char *const endings[] = {".yaml", ".yml", ".json"};
	size_t size = strlen(name);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (size > strlen(endings[i]) &&
			strcmp(name + size - strlen(endings[i]), endings[i]) == 0)
			return true;
	return false;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Links to folders are not followed, so that a loop of them ends. */
static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

static bool add_folder(void *mem, const char *path, struct text_files *files, struct err *err)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	bool good = true;

	if (count < 0)
		return err_set(err, ERR_INVALID, "%s: cannot open: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		char *inner = mem_format(mem, "%s/%s", path, name);

		if (good && *name != '.') {
			if (is_folder(inner))
				good = is_link(inner) || add_folder(mem, inner, files, err);
			else if (has_ending(name))
				good = add_file(mem, inner, files, err);
		}
		free(entries[i]);
	}
	free(entries);
	return good;
}

bool files_read(void *mem, const char *path, struct text_files *files, struct err *err)
{
	size_t before = files->count;

	if (!is_folder(path))
		return add_file(mem, path, files, err);
	if (!add_folder(mem, path, files, err))
		return false;
	if (files->count == before)
		return err_set(err, ERR_INVALID, "%s: no .yaml, .yml or .json file in it", path);
	return true;
}
