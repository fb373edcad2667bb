#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/http_path.h"

static void a_url_is_taken_apart(void **state)
{
	static const struct {
		const char *url, *host, *template, *example;
	} cases[] = {
		{"http://web:8080/a/b", "web:8080", "/a/b", "/a/b"},
		{"https://u:p@web/a?token=1#part", "web", "/a?{query}", "/a?"},
		{"http://web", "web", "/", "/"},
		{"http://web?x=1", "web", "/?{query}", "/?"},
		{"/a#b?c", "", "/a", "/a"},
		{"/redirect?to=http://other/", "", "/redirect?{query}", "/redirect?"},
		{"", "", "/", "/"},
		{"1", "", "{int}", "1"},
		{"/1/22/x3", "", "/{int}/{int}/x3", "/1/22/x3"},
		{"//1//", "", "//{int}//", "//1//"},
		{"/2026-03-02/4f1c0a9b/facade", "", "/{date}/{hex}/facade",
			"/2026-03-02/4f1c0a9b/facade"},
		{"/3f0c5a5e-1d2b-4c3d-8e9f-0a1b2c3d4e5f.json", "", "/{uuid}.json",
			"/3f0c5a5e-1d2b-4c3d-8e9f-0a1b2c3d4e5f.json"},
		{"/Zq8xK7v2mPw4Lr9TbYc1/1.2/3.x", "", "/{token}/1.2/{int}.x",
			"/Zq8xK7v2mPw4Lr9TbYc1/1.2/3.x"},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_target target = http_target_read(mem, cases[i].url);

		assert_string_equal(target.host, cases[i].host);
		assert_string_equal(target.template, cases[i].template);
		assert_string_equal(target.example, cases[i].example);
	}
	mem_free(mem);
}

/* What grows most in a template, as long as a URL may be. */
static void a_long_path_of_numbers_fits(void **state)
{
	void *mem = mem_context(NULL);
	char *url = mem_array(mem, char, LIMIT_TEXT + 1);
	struct http_target target;

	(void)state;
	for (size_t i = 0; i < LIMIT_TEXT; i++)
		url[i] = i % 2 == 0 ? '1' : '/';
	url[LIMIT_TEXT - 1] = '?';
	target = http_target_read(mem, url);
	assert_int_equal(strlen(target.example), LIMIT_TEXT);
	assert_int_equal(strlen(target.template),
		LIMIT_TEXT / 2 * strlen("{int}/") - 1 + strlen("?{query}"));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_taken_apart),
		cmocka_unit_test(a_long_path_of_numbers_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
