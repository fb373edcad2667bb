/* Text files and folders of them, read whole, for the offline commands. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

#include "base/err.h"

struct text_file {
	const char *path;
	const char *text; /* NUL-terminated */
	size_t size;
};

struct text_files {
	struct text_file *items;
	size_t count, capacity;
};

/*
 * Adds a file, stdin ("-"), or of a folder and the folders in it every .yaml, .yml and .json file in
 * the order of their names. False if something cannot be read, exceeds LIMIT_YAML or
 * LIMIT_POLICY_FILES, or the folder holds no such file. All is owned by `mem`.
 */
MUST_CHECK bool files_read(void *mem, const char *path, struct text_files *files, struct err *err);

#endif
