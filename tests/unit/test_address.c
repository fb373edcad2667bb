/* core/address: what is an address is what the system's own parser takes for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "core/address.h"

static void check(const char *text)
{
	struct address address = address_parse(text);
	uint8_t expected[16] = {0};
	int version = inet_pton(AF_INET, text, expected) == 1    ? 4
		      : inet_pton(AF_INET6, text, expected) == 1 ? 6
								 : 0;

	if (address.version != version)
		fail_msg("\"%s\" is taken for version %d, not %d", text, address.version, version);
	assert_memory_equal(address.bytes, expected, sizeof expected);
}

static void known_texts(void **state)
{
	static const char *const texts[] = {"", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4",
		"1.2.3.4.", "1.2.3.4.5", "1..2.3", "0.0.0.0", "00.0.0.0", "01.2.3.4", "1.2.3.04",
		"255.255.255.255", "256.1.1.1", "1.2.3.256", "1.2.3.999", "1.2.3.1000",
		"1.2.3.4294967297", " 1.2.3.4", "1.2.3.4 ", "+1.2.3.4", "-1.2.3.4", "1.2.3.4x",
		"0x1.2.3.4", "::", "::1", "::ffff:1.2.3.4", "fd00::1", "fe80::1%eth0", "1:2",
		"g::1", "2001:db8::1", "2001:0db8::0001"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check(texts[i]);
}

/* Every text of up to seven characters of a few, and longer ones that are nearly addresses. */
static void nearly_addresses(void **state)
{
	static const char letters[] = "0129.";
	char text[24] = "";

	(void)state;
	for (unsigned number = 0; number < 78125; number++) { /* 5 to the power of 7 */
		unsigned rest = number;

		for (int i = 0; i < 7; i++, rest /= 5)
			text[i] = letters[rest % 5];
		check(text);
		text[7] = '.';
		text[8] = '1';
		text[9] = '\0';
		check(text);
		text[7] = '\0';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts),
		cmocka_unit_test(nearly_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
