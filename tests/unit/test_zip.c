/* The archive's form, byte by byte where others depend on it, and its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#include "api/zip.h"
#include "base/mem.h"

static size_t number_at(const char *bytes, size_t at, size_t size)
{
	size_t number = 0;

	while (size-- > 0)
		number = number << 8 | (unsigned char)bytes[at + size];
	return number;
}

/* Follows the directory from its end, as every reader does. */
static void test_files_are_found_through_the_directory(void **state)
{
	void *mem = mem_context(NULL);
	struct zip *zip = zip_new(mem);
	const char *texts[] = {"one\n", "", "three"}, *names[] = {"a.yaml", "b", "\xc3\xa9.yaml"};
	const char *bytes;
	size_t size, end, at;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		zip_add(zip, names[i], texts[i], strlen(texts[i]));
	assert_true(zip_finish(zip, &bytes, &size, NULL));
	end = size - 22;
	assert_int_equal(number_at(bytes, end, 4), 0x06054b50);
	assert_int_equal(number_at(bytes, end + 10, 2), 3);
	at = number_at(bytes, end + 16, 4);
	assert_true(at + number_at(bytes, end + 12, 4) == end);
	for (size_t i = 0; i < 3; i++) {
		size_t name_size = strlen(names[i]), text_size = strlen(texts[i]);
		size_t local = number_at(bytes, at + 42, 4);

		assert_int_equal(number_at(bytes, at, 4), 0x02014b50);
		assert_int_equal(number_at(bytes, at + 28, 2), name_size);
		assert_memory_equal(bytes + at + 46, names[i], name_size);
		assert_int_equal(number_at(bytes, at + 16, 4),
			crc32_z(0, (const unsigned char *)texts[i], text_size));
		assert_int_equal(number_at(bytes, local, 4), 0x04034b50);
		assert_memory_equal(bytes + local + 4, bytes + at + 6, 26);
		assert_memory_equal(bytes + local + 30 + name_size, texts[i], text_size);
		at += 46 + name_size;
	}
	assert_true(at == end);
	mem_free(mem);
}

static void test_more_files_than_the_format_counts_are_refused(void **state)
{
	void *mem = mem_context(NULL);
	struct zip *fits = zip_new(mem), *over = zip_new(mem);
	struct err err = {0};
	const char *bytes;
	size_t size;

	(void)state;
	for (size_t i = 0; i < UINT16_MAX; i++) {
		if (i > 0)
			zip_add(fits, "x", "", 0);
		zip_add(over, "x", "", 0);
	}
	assert_true(zip_finish(fits, &bytes, &size, &err));
	assert_false(zip_finish(over, &bytes, &size, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_are_found_through_the_directory),
		cmocka_unit_test(test_more_files_than_the_format_counts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
