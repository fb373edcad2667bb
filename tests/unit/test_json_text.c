#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "api/json_text.h"
#include "api/render.h"
#include "base/mem.h"

static const char *text_of(struct bytes *json)
{
	bytes_add(json, "", 1);
	return json->items;
}

static void test_commas(void **state)
{
	struct bytes json = {.mem = mem_context(NULL)};

	(void)state;
	json_text_raw(&json, "{");
	json_text_name(&json, "", "number");
	json_text_number(&json, INT64_MIN);
	json_text_name(&json, "is_", "true");
	json_text_bool(&json, true);
	json_text_name(&json, "", "list");
	json_text_raw(&json, "[");
	for (int i = 0; i < 2; i++) {
		json_text_next(&json);
		json_text_null(&json);
	}
	json_text_raw(&json, "]");
	json_text_name(&json, "", "nothing");
	json_text_string(&json, "");
	json_text_raw(&json, "}");
	assert_string_equal(text_of(&json), "{\"number\":-9223372036854775808,\"is_true\":true,"
					    "\"list\":[null,null],\"nothing\":\"\"}");
	mem_free(json.mem);
}

/* Every byte that a text may hold comes back as jansson reads it. */
static void test_strings(void **state)
{
	char all[128] = "";

	(void)state;
	for (int c = 1; c < 128; c++)
		all[c - 1] = (char)c;
	const char *const texts[] = {
		"", "plain", all, "\"", "\\", "end\n", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct bytes json = {.mem = mem_context(NULL)};
		json_t *read;

		json_text_string(&json, texts[i]);
		read = json_loads(text_of(&json), JSON_DECODE_ANY, NULL);
		assert_non_null(read);
		assert_string_equal(json_string_value(read), texts[i]);
		json_decref(read);
		mem_free(json.mem);
	}
}

static void test_labels(void **state)
{
	static const char *const lists[] = {
		"[]",
		"[\"k8s:app=web\"]",
		"[\"k8s:app=web\",\"k8s:tier=a=b\",\"reserved:host\",\"k8s:bare\",\"k8s:empty=\"]",
		"[\"app=first\",\"other:app=x\",\"k8s:app=last\"]",
		"[\"k8s:note=a\\\"b\\\\\",\"k8s:q\\\"=\\n\\u0001\",\"k8s:\\\\=\\\\\"]",
		"[\"\",\"=\",\"k8s:\",\"k8s:=v\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct bytes json = {.mem = mem_context(NULL)};
		json_t *list = json_loads(lists[i], 0, NULL), *wanted = render_labels(list), *read;

		json_text_labels(&json, lists[i]);
		read = json_loads(text_of(&json), JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(read);
		assert_true(json_equal(read, wanted));
		json_decref(read);
		json_decref(wanted);
		json_decref(list);
		mem_free(json.mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commas),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
