/* base/sha256: the vectors of FIPS 180-2, whole and in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/sha256.h"

static void known_texts(void **state)
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	void *mem = mem_context(NULL);
	struct sha256 *hash = sha256_new(mem);
	char text[SHA256_TEXT];

	(void)state;
	/* one after the other with the same object, each whole and byte by byte */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sha256_add(hash, rows[i].text, strlen(rows[i].text));
		sha256_text(hash, text);
		assert_string_equal(text, rows[i].hash);
		for (const char *c = rows[i].text; *c != '\0'; c++)
			sha256_add(hash, c, 1);
		sha256_text(hash, text);
		assert_string_equal(text, rows[i].hash);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
