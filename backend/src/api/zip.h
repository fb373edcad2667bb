/*
 * A zip archive in memory, its files stored as they are: policies are small, and what a person
 * downloads should open everywhere. Equal files give equal bytes: no times, no attributes.
 */
#ifndef API_ZIP_H
#define API_ZIP_H

#include "base/err.h"

struct zip;

/* An empty archive, owned by `mem`. */
struct zip *zip_new(void *mem);

/* Adds a file; names are UTF-8, each its own. The bytes are copied. */
void zip_add(struct zip *zip, const char *name, const char *bytes, size_t size);

/*
 * The archive, which must not be added to any more; it lives as long as `zip`. ERR_TOO_LARGE
 * beyond the 65,535 files or 4 GiB that the plain format can hold.
 */
MUST_CHECK bool zip_finish(
	struct zip *zip, const char **ret_bytes, size_t *ret_size, struct err *err);

#endif
