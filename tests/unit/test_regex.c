#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/regex.h"

static bool matches(const char *pattern, const char *text)
{
	void *mem = mem_context(NULL);
	struct regex *regex = regex_new(mem, pattern, NULL);
	bool answer;

	assert_non_null(regex);
	answer = regex_matches(regex, text, strlen(text));
	mem_free(mem);
	return answer;
}

static enum err_code refusal(const char *pattern)
{
	void *mem = mem_context(NULL);
	struct err err = {0};

	assert_null(regex_new(mem, pattern, &err));
	assert_string_not_equal(err.text, "");
	mem_free(mem);
	return err.code;
}

static void the_whole_text_must_match(void **state)
{
	(void)state;
	assert_true(matches("/items", "/items"));
	assert_false(matches("/items", "/items?page=2"));
	assert_false(matches("/items", "/x/items"));
	assert_true(matches("^/a$", "/a"));
	assert_true(matches("/items(\\?.*)?", "/items?page=2"));
	assert_true(matches("", ""));
	assert_false(matches("", "/"));
}

static void alternatives_bind_as_a_whole(void **state)
{
	(void)state;
	assert_true(matches("/b|/c", "/c"));
	assert_false(matches("/b|/c", "/bc"));
	assert_true(matches("/b|/bcd", "/bcd"));
}

static void the_syntax_is_that_of_re2(void **state)
{
	(void)state;
	assert_true(matches("/[[:alpha:]]+/\\d{2,3}", "/ab/123"));
	assert_true(matches("(?i)get", "GET"));
	assert_false(matches("get", "GET"));
	assert_int_equal(refusal("*"), ERR_INVALID);
	assert_int_equal(refusal("(a)\\1"), ERR_INVALID);
	assert_int_equal(refusal("a(?=b)"), ERR_INVALID);
	assert_int_equal(refusal("(a"), ERR_INVALID);
	assert_int_equal(refusal("a{1001}"), ERR_INVALID);
}

static void text_may_hold_any_byte(void **state)
{
	void *mem = mem_context(NULL);
	struct regex *regex = regex_new(mem, "(?s)a.b", NULL);

	(void)state;
	assert_non_null(regex);
	assert_true(regex_matches(regex, "a\0b", 3));
	assert_false(regex_matches(regex, "a\377b", 3));
	assert_false(regex_matches(regex, "a\0b!", 4));
	mem_free(mem);
}

static void patterns_that_blow_up_elsewhere_are_quick(void **state)
{
	char text[20001];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_false(matches("(a*)*b", text));
	assert_false(matches("(a|aa)+$b", text));
}

static void patterns_are_bounded(void **state)
{
	void *mem = mem_context(NULL);
	char pattern[LIMIT_PATTERN + 2];
	struct err err = {0};

	(void)state;
	memset(pattern, 'a', sizeof pattern - 1);
	pattern[LIMIT_PATTERN] = '\0';
	assert_non_null(regex_new(mem, pattern, &err));
	pattern[LIMIT_PATTERN] = 'a';
	pattern[LIMIT_PATTERN + 1] = '\0';
	assert_int_equal(refusal(pattern), ERR_TOO_LARGE);
	assert_int_equal(refusal("((\\pL{50}){20}){1}"), ERR_TOO_LARGE);
	mem_free(mem);
}

static void the_dialect_is_that_of_the_agent(void **state)
{
	(void)state;
	assert_true(matches("(?<n>a)b", "ab"));
	assert_true(matches("(?P<n>a)", "a"));
	assert_true(matches("x(?<n>[(?<]*)", "x(?<"));
	assert_true(matches("[](?<n>]+", "](?<n>"));
	assert_true(matches("[^](?<n>]+", "xyz"));
	assert_true(matches("[[:alpha:](?<]+", "a(?<"));
	assert_true(matches("\\Q(?<n>\\E", "(?<n>"));
	assert_true(matches("\\(?<n>", "<n>")); /* the bracket is escaped */
	assert_true(matches("\\\\C", "\\C"));
	assert_true(matches("\\Q\\C\\E", "\\C"));
	assert_int_equal(refusal("\\C"), ERR_INVALID);
	assert_int_equal(refusal("(?<=a)b"), ERR_INVALID);
	assert_int_equal(refusal("(?<!a)b"), ERR_INVALID);
	assert_int_equal(refusal("(?<n"), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_text_must_match),
		cmocka_unit_test(alternatives_bind_as_a_whole),
		cmocka_unit_test(the_syntax_is_that_of_re2),
		cmocka_unit_test(text_may_hold_any_byte),
		cmocka_unit_test(patterns_that_blow_up_elsewhere_are_quick),
		cmocka_unit_test(patterns_are_bounded),
		cmocka_unit_test(the_dialect_is_that_of_the_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
