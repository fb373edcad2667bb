/* base/body_hash: the same for any pieces, another for another body or key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/body_hash.h"
#include "base/mem.h"

#define KEY_BYTES 192

/* A key of KEY_BYTES bytes that begins with `first`. */
static const char *key_of(void *mem, const char *first)
{
	char *key = mem_zeroed(mem, 2 * KEY_BYTES + 1, 1);

	memset(key, '7', 2 * KEY_BYTES);
	memcpy(key, first, strlen(first));
	return key;
}

static const char *hash_of(void *mem, const char *key, const char *body, size_t size, size_t piece)
{
	struct body_hash *hash = body_hash_new(mem, key);
	char *text = mem_zeroed(mem, BODY_HASH_TEXT, 1);

	for (size_t at = 0; at < size; at += piece)
		body_hash_add(hash, body + at, size - at < piece ? size - at : piece);
	body_hash_text(hash, text);
	return text;
}

static void pieces_do_not_matter(void **state)
{
	static char body[100 * 1024];
	void *mem = mem_context(NULL);
	const char *key = key_of(mem, "0a"), *whole;

	(void)state;
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (char)(i * 31 + i / 251);
	whole = hash_of(mem, key, body, sizeof body, sizeof body);
	assert_int_equal(strlen(whole), BODY_HASH_TEXT - 1);
	for (size_t piece = 1; piece < sizeof body; piece = piece * 3 + 1)
		assert_string_equal(hash_of(mem, key, body, sizeof body, piece), whole);
	mem_free(mem);
}

static void every_byte_and_the_key_matter(void **state)
{
	char body[1000] = {0};
	void *mem = mem_context(NULL);
	const char *key = key_of(mem, "0a");
	const char *hash = hash_of(mem, key, body, sizeof body, sizeof body);

	(void)state;
	assert_string_not_equal(
		hash_of(mem, key_of(mem, "0b"), body, sizeof body, sizeof body), hash);
	assert_string_not_equal(hash_of(mem, key, body, sizeof body - 1, sizeof body), hash);
	for (size_t i = 0; i < sizeof body; i++) {
		body[i] = 1;
		assert_string_not_equal(hash_of(mem, key, body, sizeof body, sizeof body), hash);
		body[i] = 0;
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_matter),
		cmocka_unit_test(every_byte_and_the_key_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
