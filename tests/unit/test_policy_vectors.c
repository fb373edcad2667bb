/*
 * What Cilium v1.20.2 itself accepts and refuses, from the shared data: each document and each name
 * must get the same answer here. Skipped, visibly, where the data is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "core/policy_check.h"
#include "core/policy_read.h"
#include "core/policy_write.h"

#define LONGEST_LINE (1024 * 1024)
#define SHOWN        10

/* Calls `row` for each line; zlib reads files that are not compressed as they are. */
static size_t for_each_row(const char *name, size_t row(json_t *row))
{
	const char *shared = getenv("CPA_SHARED");
	char path[4096], *line = malloc(LONGEST_LINE);
	size_t count = 0, wrong = 0;
	gzFile file;

	assert_non_null(line);
	snprintf(path, sizeof path, "%s/data/vectors/%s", shared != NULL ? shared : "", name);
	file = gzopen(path, "rb");
	if (file == NULL) {
		printf("skipped: %s is not there\n", path);
		free(line);
		skip();
	}
	while (gzgets(file, line, LONGEST_LINE) != NULL) {
		json_t *parsed = json_loads(line, 0, NULL);

		assert_non_null(parsed);
		wrong += row(parsed);
		count++;
		json_decref(parsed);
	}
	gzclose(file);
	free(line);
	if (count == 0)
		fail_msg("%s is empty", path);
	if (wrong > 0)
		fail_msg("%zu of %zu answers differ", wrong, count);
	return count;
}

static const char *text_of(json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text != NULL ? text : "";
}

static void show(const struct checked_policies *checked)
{
	for (size_t i = 0; i < checked->count; i++)
		for (size_t p = 0; p < checked->items[i].problem_count; p++) {
			const struct policy_problem *problem = &checked->items[i].problems[p];

			printf("  %u:%u %s %s %s: %s\n", problem->where.line, problem->where.column,
				severity_name(problem->severity), problem->rule, problem->path,
				problem->message);
		}
}

/* An accepted policy must survive being written and read. */
static bool comes_back(void *mem, const struct policy *policy)
{
	struct policy copy = *policy;
	struct policies one = {&copy, 1}, again;
	const char *text;
	size_t size;
	struct err err = {0};

	return policy_write(mem, &one, &text, &size, &err) &&
	       policy_read(mem, text, size, &again, &err) && again.count == 1 &&
	       policy_equal(policy, again.items);
}

static size_t check_document(json_t *row)
{
	static size_t shown;
	const char *document = text_of(row, "document");
	bool wanted = json_is_true(json_object_get(row, "accepted"));
	void *mem = mem_context(NULL);
	struct checked_policies checked;
	struct err err = {0};
	bool good;

	if (!policy_check(mem, document, strlen(document), &checked, &err))
		fail_msg("%s: %s", text_of(row, "id"), err.text);
	good = checked.accepted == wanted && checked.count == 1;
	if (good && wanted)
		good = comes_back(mem, checked.items[0].policy);
	if (good && json_is_true(json_object_get(row, "unknown_fields")))
		good = checked.items[0].problem_count > 0;
	if (!good && shown++ < SHOWN) {
		printf("%s (%s, %s) should be %s:\n%s\n", text_of(row, "id"), text_of(row, "rule"),
			text_of(row, "why"), wanted ? "accepted" : "refused", document);
		show(&checked);
	}
	mem_free(mem);
	return !good;
}

static size_t check_name(json_t *row)
{
	const char *field = text_of(row, "field"), *value = text_of(row, "value");
	bool wanted = json_is_true(json_object_get(row, "accepted"));
	json_t *quoted = json_string(value);
	char *literal = json_dumps(quoted, JSON_ENCODE_ANY);
	void *mem = mem_context(NULL);
	struct checked_policies checked;
	struct err err = {0};
	char *text = mem_format(mem,
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
		"metadata: {name: p, namespace: shop}\n"
		"spec:\n  endpointSelector: {}\n  egress:\n"
		"  - toFQDNs: [{%s: %s}]\n"
		"  - toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{%s: %s}]}}]\n",
		field, literal, field, literal);
	bool good;

	assert_true(policy_check(mem, text, strlen(text), &checked, &err));
	good = checked.accepted == wanted;
	if (!good) {
		printf("%s: %s should be %s\n", field, literal, wanted ? "accepted" : "refused");
		show(&checked);
	}
	free(literal);
	json_decref(quoted);
	mem_free(mem);
	return !good;
}

static void documents_are_accepted_as_by_cilium(void **state)
{
	(void)state;
	printf("%zu documents\n", for_each_row("validity.jsonl.gz", check_document));
}

static void names_are_accepted_as_by_cilium(void **state)
{
	(void)state;
	printf("%zu names\n", for_each_row("names.jsonl", check_name));
}

/* Policies of the simulation scenarios are all valid, and must be read as such. */
static size_t check_scenario(json_t *row)
{
	const char *text = text_of(row, "policies");
	void *mem = mem_context(NULL);
	struct checked_policies checked;
	struct err err = {0};
	bool good;

	assert_true(policy_check(mem, text, strlen(text), &checked, &err));
	good = checked.accepted;
	for (size_t i = 0; good && i < checked.count; i++)
		good = comes_back(mem, checked.items[i].policy);
	if (!good) {
		printf("%s:\n%s\n", text_of(row, "id"), text);
		show(&checked);
	}
	mem_free(mem);
	return !good;
}

static void policies_of_all_scenarios_are_accepted(void **state)
{
	(void)state;
	printf("%zu scenarios\n", for_each_row("directed.jsonl", check_scenario));
	printf("%zu scenarios\n", for_each_row("random.jsonl.gz", check_scenario));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_accepted_as_by_cilium),
		cmocka_unit_test(names_are_accepted_as_by_cilium),
		cmocka_unit_test(policies_of_all_scenarios_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
