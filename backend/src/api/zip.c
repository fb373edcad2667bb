/* The records of PKWARE's APPNOTE 4.3: each file behind its header, then a directory of all. */
#include "api/zip.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "api/bytes.h"
#include "base/mem.h"

struct zip {
	struct bytes files, directory;
	size_t count;
};

#define LOCAL_HEADER     0x04034b50
#define DIRECTORY_HEADER 0x02014b50
#define DIRECTORY_END    0x06054b50
#define VERSION_NEEDED   10
#define UTF8_NAMES       0x0800
/* 1980-01-01, the first day the format knows. */
#define FIRST_DAY 0x0021

struct zip *zip_new(void *mem)
{
	struct zip *zip = mem_new(mem, struct zip);

	zip->files.mem = zip->directory.mem = zip;
	return zip;
}

/* Little endian. */
static void put_number(struct bytes *to, uint32_t number, size_t size)
{
	unsigned char text[4] = {(unsigned char)number, (unsigned char)(number >> 8),
		(unsigned char)(number >> 16), (unsigned char)(number >> 24)};

	bytes_add(to, text, size);
}

/* What the header of a file and its entry in the directory have in common. */
static void put_facts(struct bytes *to, const char *name, const char *bytes, size_t size)
{
	uint32_t sum = (uint32_t)crc32_z(0, (const unsigned char *)bytes, size);

	put_number(to, VERSION_NEEDED, 2);
	put_number(to, UTF8_NAMES, 2);
	put_number(to, 0, 2); /* stored */
	put_number(to, 0, 2); /* midnight */
	put_number(to, FIRST_DAY, 2);
	put_number(to, sum, 4);
	put_number(to, (uint32_t)size, 4);
	put_number(to, (uint32_t)size, 4);
	put_number(to, (uint32_t)strlen(name), 2);
	put_number(to, 0, 2); /* no extra fields */
}

void zip_add(struct zip *zip, const char *name, const char *bytes, size_t size)
{
	struct bytes *directory = &zip->directory;
	uint32_t place = (uint32_t)zip->files.count;

	put_number(&zip->files, LOCAL_HEADER, 4);
	put_facts(&zip->files, name, bytes, size);
	bytes_add(&zip->files, name, strlen(name));
	bytes_add(&zip->files, bytes, size);

	put_number(directory, DIRECTORY_HEADER, 4);
	put_number(directory, VERSION_NEEDED, 2); /* made by */
	put_facts(directory, name, bytes, size);
	put_number(directory, 0, 2); /* no comment */
	put_number(directory, 0, 2); /* first disk */
	put_number(directory, 0, 2); /* attributes */
	put_number(directory, 0, 4);
	put_number(directory, place, 4);
	bytes_add(directory, name, strlen(name));
	zip->count++;
}

bool zip_finish(struct zip *zip, const char **ret_bytes, size_t *ret_size, struct err *err)
{
	size_t place = zip->files.count, size = zip->directory.count;

	if (zip->count >= UINT16_MAX || place + size >= UINT32_MAX)
		return err_set(err, ERR_TOO_LARGE,
			"%zu policies are too many for one zip file; download fewer, or "
			"format=yaml.",
			zip->count);
	bytes_add(&zip->files, zip->directory.items, size);
	put_number(&zip->files, DIRECTORY_END, 4);
	put_number(&zip->files, 0, 4); /* one disk */
	put_number(&zip->files, (uint32_t)zip->count, 2);
	put_number(&zip->files, (uint32_t)zip->count, 2);
	put_number(&zip->files, (uint32_t)size, 4);
	put_number(&zip->files, (uint32_t)place, 4);
	put_number(&zip->files, 0, 2); /* no comment */
	*ret_bytes = zip->files.items;
	*ret_size = zip->files.count;
	return true;
}
