#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/yaml_tree.h"

static struct yaml_documents read_text(void *mem, const char *text)
{
	struct yaml_documents documents = {0};
	struct err err = {0};

	if (!yaml_read(mem, text, strlen(text), &documents, &err))
		fail_msg("%s", err.text);
	return documents;
}

static void scalars_have_the_types_of_the_api_server(void **state)
{
	static const struct {
		const char *text;
		enum yaml_kind kind;
		long integer;
	} cases[] = {
		{"80", YAML_INTEGER, 80},
		{"010", YAML_INTEGER, 8},
		{"0x50", YAML_INTEGER, 80},
		{"0b101", YAML_INTEGER, 5},
		{"0o17", YAML_INTEGER, 15},
		{"-1", YAML_INTEGER, -1},
		{"+7", YAML_INTEGER, 7},
		{"1_000", YAML_INTEGER, 1000},
		{"080", YAML_INTEGER, 80}, /* no octal number, but a fraction without a fraction */
		{"8e1", YAML_INTEGER, 80},
		{"1.0", YAML_INTEGER, 1},
		{"1.5", YAML_FLOAT, 0},
		{".5", YAML_FLOAT, 0},
		{".inf", YAML_FLOAT, 0},
		{"99999999999999999999", YAML_INTEGER, INT64_MAX},
		{"0x0x1", YAML_TEXT, 0},
		{"0b2", YAML_TEXT, 0},
		{"1.2.3.4", YAML_TEXT, 0},
		{"1:20", YAML_TEXT, 0},
		{"2001-01-01", YAML_TEXT, 0},
		{"10.0.0.0/8", YAML_TEXT, 0},
		{"-a", YAML_TEXT, 0},
		{".", YAML_TEXT, 0},
		{"1e", YAML_TEXT, 0},
		{"yes", YAML_BOOL, 0},
		{"y", YAML_BOOL, 0},
		{"Off", YAML_BOOL, 0},
		{"True", YAML_BOOL, 0},
		{"tRue", YAML_TEXT, 0},
		{"~", YAML_NULL, 0},
		{"Null", YAML_NULL, 0},
		{"", YAML_NULL, 0},
		{"\"80\"", YAML_TEXT, 0},
		{"'yes'", YAML_TEXT, 0},
		{"!!str 80", YAML_TEXT, 0},
		{"\"\"", YAML_TEXT, 0},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yaml_documents documents =
			read_text(mem, mem_format(mem, "a: %s\n", cases[i].text));
		const struct yaml_node *value = documents.items[0].root->items;

		if (value->kind != cases[i].kind ||
			(value->kind == YAML_INTEGER && value->integer != cases[i].integer))
			fail_msg("\"%s\" is %s %lld", cases[i].text, yaml_kind_name(value->kind),
				(long long)value->integer);
	}
	mem_free(mem);
}

static void nodes_know_their_place(void **state)
{
	void *mem = mem_context(NULL);
	struct yaml_documents documents =
		read_text(mem, "---\n# first\na:\n  - b\n  - {c: d}\n---\n---\n\nü: x\n");
	const struct yaml_node *list, *map;

	(void)state;
	assert_int_equal(documents.count, 2);
	list = yaml_member(documents.items[0].root, "a");
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->key_where.line, 3);
	assert_int_equal(list->items[0].where.line, 4);
	assert_int_equal(list->items[0].where.column, 5);
	map = &list->items[1];
	assert_int_equal(yaml_member(map, "c")->where.column, 9);
	/* The empty document between the two counts. */
	assert_int_equal(documents.items[1].number, 2);
	assert_int_equal(documents.items[1].root->items[0].where.line, 9);
	assert_int_equal(documents.items[1].root->items[0].where.column, 4);
	mem_free(mem);
}

static void keys_are_what_json_makes_of_them(void **state)
{
	void *mem = mem_context(NULL);
	struct yaml_documents documents = read_text(mem, "{on: 1, 010: 2, \"no\": 3}");
	const struct yaml_node *root = documents.items[0].root;

	(void)state;
	assert_string_equal(root->items[0].key, "true");
	assert_string_equal(root->items[1].key, "8");
	assert_string_equal(root->items[2].key, "no");
	assert_null(yaml_member(root, "on"));
	mem_free(mem);
}

static void what_cannot_be_read_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *word;
	} cases[] = {
		{"a: &x 1\n", 1, 4, "anchors"},
		{"a: *x\n", 1, 4, "aliases"},
		{"a: {<<: {b: c}}\n", 1, 5, "merge"},
		{"a: !secret x\n", 1, 4, "tags"},
		{"a: !!int 1\n", 1, 4, "tags"},
		{"a: 1\nb: 2\na: 3\n", 3, 1, "line 1"},
		{"yes: 1\non: 3\n", 2, 1, "already"},
		{"? [a]\n: b\n", 1, 3, "key"},
		{"~: b\n", 1, 1, "null"},
		{"a:\n\t- b\n", 2, 1, "tabs"},
		{"a: [b\n", 2, 1, "invalid YAML"},
		{"a: b: c\n", 1, 5, "invalid YAML"},
		{"a: \"\\0\"\n", 1, 4, "NUL"},
		{"a: b\nc: \xff\n", 2, 4, "UTF-8"},
		{"a: \x01\n", 1, 4, "control"},
		{"b: *a\n---\n", 1, 4, "aliases"},
		{"%TAG ! tag:x,2000:\n---\na: 1\n", 2, 1, "invalid YAML"},
	};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yaml_documents documents = read_text(mem, cases[i].text);
		const struct yaml_document *first = documents.items;

		if (documents.count == 0 || first->root != NULL ||
			strstr(first->problem.text, cases[i].word) == NULL ||
			first->problem.line != cases[i].line ||
			first->problem.column != cases[i].column)
			fail_msg("%s: %s at %lu:%lu", cases[i].text, first->problem.text,
				first->problem.line, first->problem.column);
	}
	mem_free(mem);
}

static void one_bad_document_does_not_spoil_the_others(void **state)
{
	void *mem = mem_context(NULL);
	struct yaml_documents documents =
		read_text(mem, "a: 1\n---\nb: [\n---\r\nc: 3\n...\nd: 4\n--- {e: 5}\n----\n");

	(void)state;
	assert_int_equal(documents.count, 6);
	assert_non_null(yaml_member(documents.items[0].root, "a"));
	assert_null(documents.items[1].root);
	assert_int_equal(documents.items[1].problem.line, 4);
	assert_non_null(yaml_member(documents.items[2].root, "c"));
	assert_int_equal(documents.items[2].root->where.line, 5);
	/* A document after "..." needs its "---". */
	assert_null(documents.items[3].root);
	assert_int_equal(documents.items[3].problem.line, 7);
	assert_non_null(yaml_member(documents.items[4].root, "e"));
	/* "----" begins no document: it is a stray text after the map. */
	assert_null(documents.items[5].root);
	mem_free(mem);
}

static void a_byte_order_mark_and_no_final_newline_are_fine(void **state)
{
	void *mem = mem_context(NULL);
	struct yaml_documents documents = read_text(mem, "\xef\xbb\xbf{\"a\":\t\"b\"}");

	(void)state;
	assert_string_equal(yaml_member(documents.items[0].root, "a")->text, "b");
	assert_int_equal(read_text(mem, "").count, 0);
	assert_int_equal(read_text(mem, "# nothing\n---\n").count, 0);
	mem_free(mem);
}

static char *repeated(void *mem, const char *head, const char *part, size_t count)
{
	size_t start = strlen(head), length = strlen(part);
	char *text = mem_array(mem, char, start + count * length + 1);

	memcpy(text, head, start);
	for (size_t i = 0; i < count; i++)
		memcpy(text + start + i * length, part, length);
	return text;
}

static void bounds_hold_at_their_edges(void **state)
{
	void *mem = mem_context(NULL);
	struct yaml_documents documents;
	struct err err = {0};
	char *text;

	(void)state;
	text = repeated(mem, "#", "x", LIMIT_YAML - 1);
	assert_true(yaml_read(mem, text, LIMIT_YAML, &documents, &err));
	assert_false(yaml_read(mem, text, LIMIT_YAML + 1, &documents, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);

	documents =
		read_text(mem, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	assert_non_null(documents.items[0].root);
	documents = read_text(
		mem, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	assert_int_equal(documents.items[0].problem.code, ERR_TOO_LARGE);
	/* Far beyond the bound it must still be quick. */
	documents = read_text(mem, repeated(mem, "", "[", 200000));
	assert_int_equal(documents.items[0].problem.code, ERR_TOO_LARGE);

	/* The list itself is a node, too. */
	text = repeated(mem, "", "- a\n", LIMIT_YAML_NODES - 1);
	assert_int_equal(read_text(mem, text).items[0].root->count, LIMIT_YAML_NODES - 1);
	text = repeated(mem, "", "- a\n", LIMIT_YAML_NODES);
	err = (struct err){0};
	assert_false(yaml_read(mem, text, strlen(text), &documents, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);

	text = repeated(mem, "", "--- a\n", LIMIT_YAML_DOCUMENTS);
	assert_int_equal(read_text(mem, text).count, LIMIT_YAML_DOCUMENTS);
	text = repeated(mem, "", "--- a\n", LIMIT_YAML_DOCUMENTS + 1);
	err = (struct err){0};
	assert_false(yaml_read(mem, text, strlen(text), &documents, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_have_the_types_of_the_api_server),
		cmocka_unit_test(nodes_know_their_place),
		cmocka_unit_test(keys_are_what_json_makes_of_them),
		cmocka_unit_test(what_cannot_be_read_is_told_with_its_place),
		cmocka_unit_test(one_bad_document_does_not_spoil_the_others),
		cmocka_unit_test(a_byte_order_mark_and_no_final_newline_are_fine),
		cmocka_unit_test(bounds_hold_at_their_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
