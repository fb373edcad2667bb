/* Policy files, folders of them, and what else folders hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/policy_files.h"

#define POLICY(name)                                                                               \
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"                                    \
	"metadata: {name: " name ", namespace: shop}\n"                                            \
	"spec: {endpointSelector: {}, ingress: [{}]}\n"

/* A folder of the test's own; files are removed by name. */
struct folder {
	void *mem;
	char *path;
};

static int make_folder(void **state)
{
	struct folder *folder = mem_new(NULL, struct folder);
	const char *parent = getenv("TMPDIR");

	folder->mem = folder;
	folder->path = mem_format(
		folder, "%s/cpa-files-XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");
	*state = folder;
	return mkdtemp(folder->path) == NULL;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {
		"a.yaml", "b.yml", "note.txt", "sub/c.json", "sub", "big.yaml", "loop"};
	struct folder *folder = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		remove(mem_format(folder, "%s/%s", folder->path, names[i]));
	rmdir(folder->path);
	mem_free(folder);
	return 0;
}

static void write_file(struct folder *folder, const char *name, const char *text, size_t size)
{
	FILE *file = fopen(mem_format(folder->mem, "%s/%s", folder->path, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void write_text(struct folder *folder, const char *name, const char *text)
{
	write_file(folder, name, text, strlen(text));
}

static void a_folder_is_read_whole_and_in_order(void **state)
{
	struct folder *folder = *state;
	struct policy_files input = {0};
	struct err err = {0};

	write_text(folder, "b.yml", POLICY("second") "---\n" POLICY("third"));
	write_text(folder, "a.yaml", "apiVersion: v1\nkind: Service\n---\n" POLICY("first"));
	write_text(folder, "note.txt", "not: [yaml");
	assert_int_equal(mkdir(mem_format(folder, "%s/sub", folder->path), 0700), 0);
	write_text(folder, "sub/c.json",
		"{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": "
		"\"cilium.io/v2\", \"kind\": \"CiliumNetworkPolicy\", \"metadata\": {\"name\": "
		"\"fourth\", \"namespace\": \"n\"}, \"spec\": {\"endpointSelector\": {}, "
		"\"egress\": [{}]}}]}");
	assert_int_equal(symlink(folder->path, mem_format(folder, "%s/loop", folder->path)), 0);
	assert_true(policy_files_read(folder->mem, folder->path, &input, &err));
	assert_int_equal(input.policies.count, 4);
	assert_int_equal(input.other_objects, 1);
	assert_string_equal(input.policies.items[0].name, "first");
	assert_int_equal(input.policies.items[0].document, 1);
	assert_string_equal(input.policies.items[2].name, "third");
	assert_string_equal(input.policies.items[3].name, "fourth");
	assert_string_equal(policy_files_path(&input, &input.policies.items[2]),
		mem_format(folder, "%s/b.yml", folder->path));
}

static void errors_name_file_line_and_column(void **state)
{
	struct folder *folder = *state;
	struct policy_files input = {0};
	struct err err = {0};

	write_text(folder, "a.yaml",
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\n"
		"spec: [not, a, map]\n");
	assert_false(policy_files_read(folder->mem, folder->path, &input, &err));
	assert_non_null(strstr(err.text, "a.yaml:4:7: "));
	err = (struct err){0};
	assert_false(policy_files_read(folder->mem, "/nowhere/at/all.yaml", &input, &err));
	assert_non_null(strstr(err.text, "/nowhere/at/all.yaml: cannot open"));
}

static void a_folder_without_policies_is_a_mistake(void **state)
{
	struct folder *folder = *state;
	struct policy_files input = {0};
	struct err err = {0};

	assert_false(policy_files_read(folder->mem, folder->path, &input, &err));
	assert_non_null(strstr(err.text, "no .yaml"));
}

static void a_file_is_bounded(void **state)
{
	struct folder *folder = *state;
	struct policy_files input = {0};
	struct err err = {0};
	char *text = mem_zeroed(folder->mem, 1, LIMIT_YAML + 1);

	memset(text, '#', LIMIT_YAML + 1);
	write_file(folder, "big.yaml", text, LIMIT_YAML);
	assert_true(policy_files_read(folder->mem, folder->path, &input, &err));
	write_file(folder, "big.yaml", text, LIMIT_YAML + 1);
	assert_false(policy_files_read(folder->mem, folder->path, &input, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_folder_is_read_whole_and_in_order, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			errors_name_file_line_and_column, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_folder_without_policies_is_a_mistake, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_file_is_bounded, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
