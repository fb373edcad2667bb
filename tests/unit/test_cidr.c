#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/cidr.h"

static bool contains(const char *cidr_text, const char *address_text)
{
	struct address address = address_parse(address_text);
	struct cidr cidr;

	assert_int_not_equal(address.version, 0);
	assert_true(cidr_parse(cidr_text, &cidr));
	return cidr_contains(&cidr, &address);
}

static bool within(const char *inner_text, const char *outer_text)
{
	struct cidr inner, outer;

	assert_true(cidr_parse(inner_text, &inner));
	assert_true(cidr_parse(outer_text, &outer));
	return cidr_within(&inner, &outer);
}

static void prefixes_hold_their_first_and_last_address(void **state)
{
	(void)state;
	assert_true(contains("10.0.0.0/8", "10.0.0.0"));
	assert_true(contains("10.0.0.0/8", "10.255.255.255"));
	assert_false(contains("10.0.0.0/8", "9.255.255.255"));
	assert_false(contains("10.0.0.0/8", "11.0.0.0"));
	assert_true(contains("192.0.2.128/25", "192.0.2.128"));
	assert_false(contains("192.0.2.128/25", "192.0.2.127"));
	assert_true(contains("192.0.2.1/32", "192.0.2.1"));
	assert_false(contains("192.0.2.1/32", "192.0.2.0"));
	assert_true(contains("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(contains("2001:db8::/33", "2001:db8:8000::"));
}

static void host_bits_are_ignored(void **state)
{
	(void)state;
	assert_true(contains("192.0.2.77/24", "192.0.2.1"));
	assert_false(contains("192.0.2.77/24", "192.0.3.77"));
	assert_true(contains("2001:db8::77/32", "2001:db8:ffff::1"));
}

static void length_zero_is_one_family(void **state)
{
	(void)state;
	assert_true(contains("0.0.0.0/0", "8.8.8.8"));
	assert_false(contains("0.0.0.0/0", "2001:db8::1"));
	assert_true(contains("::/0", "2001:db8::1"));
	assert_false(contains("::/0", "8.8.8.8"));
}

static void a_plain_address_is_itself(void **state)
{
	(void)state;
	assert_true(contains("192.0.2.1", "192.0.2.1"));
	assert_false(contains("192.0.2.1", "192.0.2.2"));
	assert_true(contains("2001:db8::1", "2001:db8::1"));
	assert_false(contains("2001:db8::1", "2001:db8::2"));
}

static void prefixes_nest(void **state)
{
	(void)state;
	assert_true(within("10.1.0.0/16", "10.0.0.0/8"));
	assert_true(within("10.0.0.0/8", "10.0.0.0/8"));
	assert_false(within("10.0.0.0/7", "10.0.0.0/8"));
	assert_false(within("11.0.0.0/16", "10.0.0.0/8"));
	assert_false(within("::/8", "0.0.0.0/0"));
}

static void what_is_no_prefix_is_refused(void **state)
{
	static const char *const texts[] = {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08",
		"10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0/8", "10.0.0.0.0/8",
		"010.0.0.0/8", "::/129", "::1%eth0/64", "fe80::1%1", "10.0.0.0/255.0.0.0", "x/8",
		"::/99999999999999999999", "1:2:3:4:5:6:7:8:9/64",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8"};
	struct cidr cidr;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (cidr_parse(texts[i], &cidr))
			fail_msg("\"%s\" was taken for a prefix", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_hold_their_first_and_last_address),
		cmocka_unit_test(host_bits_are_ignored),
		cmocka_unit_test(length_zero_is_one_family),
		cmocka_unit_test(a_plain_address_is_itself),
		cmocka_unit_test(prefixes_nest),
		cmocka_unit_test(what_is_no_prefix_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
