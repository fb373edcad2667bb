#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/fqdn.h"

/* The table of policies.md 6.3: accepted and refused names of each pattern. */
static void patterns_follow_the_table(void **state)
{
	static const struct {
		const char *pattern, *accepted[4], *refused[4];
	} rows[] = {
		{"cilium.io", {"cilium.io"}, {"a.cilium.io"}},
		{"*.cilium.io", {"a.cilium.io", ".cilium.io"}, {"cilium.io", "a.b.cilium.io"}},
		{"*cilium.io", {"cilium.io", "subcilium.io", "sub-cilium.io"}, {"a.cilium.io"}},
		{"sub*.cilium.io", {"sub.cilium.io", "subdomain.cilium.io"},
			{"a.cilium.io", "cilium.io"}},
		{"*.ci*.io", {"a.cilium.io", "a.ci.io"}, {"cilium.io"}},
		{"*.*.cilium.io", {"_foobar._tcp.cilium.io"}, {"a.cilium.io"}},
		{"**.cilium.io", {"a.cilium.io", "a.b.c.cilium.io"}, {"cilium.io"}},
		{"**.*.cilium.io", {"a.b.cilium.io", "a.b.c.cilium.io"}, {"a.cilium.io"}},
		{"test.**.cilium.io", {"test.a.cilium.io"}, {"test.a.b.cilium.io"}},
		{"*", {"a", "a.b.c", "_x-1.example", "."}, {"", ".a", "a..b", "a b"}},
		{"***.", {"a.b.c"}, {""}},
		{"*a*b*.example", {"ab.example", "xaybz.example", "aab.example", "abab.example"},
			{"ba.example", "a.b.example", "xa.example"}},
		{"*.Example.ORG.", {"A.example.org", "a.EXAMPLE.org."}, {"a.example.org.."}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t j = 0; j < 4; j++) {
			const char *yes = rows[i].accepted[j], *no = rows[i].refused[j];

			if (yes != NULL && !fqdn_pattern_matches(rows[i].pattern, yes))
				fail_msg("%s refuses \"%s\"", rows[i].pattern, yes);
			if (no != NULL && fqdn_pattern_matches(rows[i].pattern, no))
				fail_msg("%s accepts \"%s\"", rows[i].pattern, no);
		}
}

static void names_are_compared_whole(void **state)
{
	(void)state;
	assert_true(fqdn_name_matches("Api.Pay.Example", "api.pay.example."));
	assert_true(fqdn_name_matches("api.pay.example.", "API.pay.example"));
	assert_false(fqdn_name_matches("api.pay.example", "xapi.pay.example"));
	assert_false(fqdn_name_matches("api.pay.example", "pay.example"));
	assert_false(fqdn_name_matches("api.pay.example", "api.pay.exampl"));
}

static void patterns_are_quick(void **state)
{
	char pattern[256], name[256];

	(void)state;
	for (size_t i = 0; i < 126; i++)
		memcpy(pattern + 2 * i, "*a", 3);
	pattern[252] = 'b';
	pattern[253] = '\0';
	memset(name, 'a', 255);
	name[255] = '\0';
	assert_false(fqdn_pattern_matches(pattern, name));
}

static size_t check_names(const json_t *entry)
{
	const char *field = json_string_value(json_object_get(entry, "field"));
	const char *value = json_string_value(json_object_get(entry, "value"));
	bool is_name = strcmp(field, "matchName") == 0;
	const struct name_match match = {is_name ? value : "", is_name ? "" : value, {0, 0}};
	size_t answers = 0, i;
	json_t *row;

	json_array_foreach(json_object_get(entry, "names"), i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		bool by_name = json_is_true(json_object_get(row, "to_fqdns"));
		bool by_question = json_is_true(json_object_get(row, "dns"));

		if (fqdn_matches(&match, name) != by_name || by_name != by_question)
			fail_msg("%s %s: \"%s\" to_fqdns %d, dns %d", field, value, name, by_name,
				by_question);
		answers += 2;
	}
	return answers;
}

/* What Cilium's own code answers; see names.jsonl in the shared conformance vectors. */
static void names_agree_with_the_vectors(void **state)
{
	const char *shared = getenv("CPA_SHARED");
	char path[4096], *line = NULL;
	size_t room = 0, answers = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/data/vectors/names.jsonl", shared != NULL ? shared : "");
	file = fopen(path, "r");
	if (file == NULL) {
		print_message("SKIPPED: no conformance vectors at %s\n", path);
		skip();
	}
	while (getline(&line, &room, file) > 0) {
		json_t *entry = json_loads(line, 0, NULL);

		assert_non_null(entry);
		answers += check_names(entry);
		json_decref(entry);
	}
	free(line);
	fclose(file);
	print_message("%zu answers\n", answers);
	assert_true(answers > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_follow_the_table),
		cmocka_unit_test(names_are_compared_whole),
		cmocka_unit_test(patterns_are_quick),
		cmocka_unit_test(names_agree_with_the_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
