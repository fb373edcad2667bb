#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/token.h"
#include "api/token_issue.h"
#include "api/token_user.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/view_limits.h"

static void test_made_and_read_again(void **state)
{
	static const char letters[TOKEN_KINDS] = {'u', 's', 'i'};
	void *mem = mem_context(NULL);

	(void)state;
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		struct token made, read, other;
		struct err err = {0};
		const char *text;

		assert_true(token_make((enum token_kind)kind, &made, &err));
		text = token_text(mem, &made);
		assert_int_equal(strlen(text), 4 + 2 + 8 + 1 + 43 + 1 + 6);
		assert_int_equal(text[4], letters[kind]);
		for (const char *c = text; *c != '\0'; c++)
			assert_true(isalnum((unsigned char)*c) || *c == '_');
		assert_true(token_parse(text, &read));
		assert_int_equal(read.kind, kind);
		assert_string_equal(read.id, made.id);
		assert_string_equal(read.secret, made.secret);
		assert_true(token_id_is_valid(read.id));
		assert_true(token_make((enum token_kind)kind, &other, &err));
		assert_string_not_equal(other.id, made.id);
		assert_string_not_equal(other.secret, made.secret);
		assert_string_not_equal(token_digest(mem, &other), token_digest(mem, &made));
	}
	mem_free(mem);
}

/* A token whose parts are known; CRC-32 of it (zlib's, as in gzip) in base 62. */
#define KNOWN "cpa_u_00000000_0000000000000000000000000000000000000000000_"

static void test_a_known_text(void **state)
{
	struct token token = {.kind = TOKEN_USER,
		.id = "00000000",
		.secret = "0000000000000000000000000000000000000000000"};
	void *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(token_text(mem, &token), KNOWN "1wiZUe");
	assert_string_equal(token_digest(mem, &token),
		"b918b22a1581fedd39058065f00e6aad35bd561f20257151131a1ddcd21803de");
	mem_free(mem);
}

static void test_every_mistyped_character_is_noticed(void **state)
{
	void *mem = mem_context(NULL);
	struct token token;
	struct err err = {0};
	char *text;
	size_t size;

	(void)state;
	assert_true(token_make(TOKEN_SERVICE, &token, &err));
	text = mem_text(mem, token_text(mem, &token));
	size = strlen(text);
	for (size_t i = 0; i < size; i++) {
		char right = text[i];

		text[i] = right == 'a' ? 'b' : 'a';
		assert_false(token_parse(text, &token));
		text[i] = '-';
		assert_false(token_parse(text, &token));
		text[i] = right;
	}
	assert_true(token_parse(text, &token));
	assert_false(token_parse(mem_format(mem, "%sx", text), &token));
	assert_false(token_parse(mem_format(mem, "%s ", text), &token));
	text[size - 1] = '\0';
	assert_false(token_parse(text, &token));
	assert_false(token_parse("", &token));
	assert_false(token_parse("cpa_", &token));
	mem_free(mem);
}

static void test_ids(void **state)
{
	(void)state;
	assert_true(token_id_is_valid("abcXYZ09"));
	assert_false(token_id_is_valid("abcXYZ0"));
	assert_false(token_id_is_valid("abcXYZ099"));
	assert_false(token_id_is_valid("abcXYZ0_"));
	assert_false(token_id_is_valid(""));
}

static void test_scopes_and_their_roles(void **state)
{
	void *mem = mem_context(NULL);

	(void)state;
	assert_int_equal(token_scopes(mem, "flows:read policies:write"),
		SCOPE_FLOWS_READ | SCOPE_POLICIES_WRITE);
	assert_int_equal(token_scopes(mem, ""), SCOPE_NONE);
	assert_int_equal(token_scopes(mem, "flows:erase"), SCOPE_NONE);
	assert_int_equal(scopes_role(SCOPE_FLOWS_READ | SCOPE_POLICIES_READ), ROLE_VIEWER);
	assert_int_equal(scopes_role(SCOPE_FLOWS_WRITE), ROLE_EDITOR);
	assert_int_equal(scopes_role(SCOPE_POLICIES_WRITE), ROLE_EDITOR);
	assert_int_equal(scopes_role(SCOPE_FLOWS_READ | SCOPE_AUDIT_READ), ROLE_ADMIN);
	mem_free(mem);
}

static bool is_limit(const char *text)
{
	struct err err = {0};

	return limit_check(text, "limits", &err);
}

static void test_limits(void **state)
{
	static const char *const good[] = {"*/*", "north/*", "*/shop", "north/shop", "a.b_c-1/x"};
	static const char *const bad[] = {"", "*", "/", "north/", "/shop", "a/b/c", "a b/c",
		"a,b/c", "*x/shop", "north/sh*p", "n\nx/a"};
	const char *items[] = {"north/shop", "*/cart"};
	const struct text_list limits = {items, 2};
	const char *any = "*/*";
	const struct text_list everything = {&any, 1}, nothing = {NULL, 0};
	char longest[LIMIT_LIMIT_NAME + 1];
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(is_limit(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(is_limit(bad[i]));
	memset(longest, 'a', LIMIT_LIMIT_NAME);
	longest[LIMIT_LIMIT_NAME] = '\0';
	assert_true(is_limit(mem_format(mem, "%s/%s", longest, longest)));
	assert_false(is_limit(mem_format(mem, "%sa/*", longest)));
	assert_false(is_limit(mem_format(mem, "*/%sa", longest)));
	mem_free(mem);
	assert_true(limits_hold(&limits, "north/shop"));
	assert_true(limits_hold(&limits, "south/cart"));
	assert_true(limits_hold(&limits, "*/cart"));
	assert_false(limits_hold(&limits, "*/shop"));
	assert_false(limits_hold(&limits, "north/*"));
	assert_false(limits_hold(&limits, "south/shop"));
	assert_true(limits_hold(&everything, "*/*"));
	assert_false(limits_hold(&nothing, "north/shop"));
	assert_true(limits_hold(NULL, "*/*"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_and_read_again),
		cmocka_unit_test(test_a_known_text),
		cmocka_unit_test(test_every_mistyped_character_is_noticed),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_scopes_and_their_roles),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
