#include "cli/check.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "core/policy_check.h"

static const char help[] =
	"usage: cpa check [--json] [--quiet] POLICY...\n"
	"\n"
	"Tells whether Cilium v1.20.2 would accept the policies, and what in them may surprise. A\n"
	"POLICY is a file, a folder with .yaml, .yml or .json files, or - for stdin.\n"
	"\n"
	"  -j, --json    one JSON object a line for each document\n"
	"  -q, --quiet   errors only\n"
	"\n"
	"exit codes: 0 all accepted, 1 some refused, 2 wrong usage, 3 a file cannot be read\n";

struct totals {
	size_t documents, refused, warnings;
};

static void print_human(
	const char *file, const struct checked_policy *checked, bool quiet, struct totals *totals)
{
	for (size_t i = 0; i < checked->problem_count; i++) {
		const struct policy_problem *problem = &checked->problems[i];

		totals->warnings += problem->severity == SEVERITY_WARNING;
		if (quiet && problem->severity == SEVERITY_WARNING)
			continue;
		printf("%s:%u:%u: %s %s: %s%s%s\n", file, problem->where.line,
			problem->where.column, severity_name(problem->severity), problem->rule,
			problem->path, *problem->path != '\0' ? ": " : "", problem->message);
	}
}

static json_t *problem_json(const struct policy_problem *problem)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "rule", problem->rule, "severity",
		severity_name(problem->severity), "line", (int)problem->where.line, "column",
		(int)problem->where.column, "path", problem->path, "message", problem->message);
}

static void print_json(const char *file, const struct checked_policy *checked, bool quiet)
{
	json_t *problems = json_array(), *name = json_string(file), *line;

	for (size_t i = 0; i < checked->problem_count; i++)
		if (!quiet || checked->problems[i].severity == SEVERITY_ERROR)
			json_array_append_new(problems, problem_json(&checked->problems[i]));
	/* JSON cannot hold a file's name that is no UTF-8. */
	if (name == NULL)
		name = json_string("");
	line = json_pack("{s:o, s:i, s:s, s:s, s:s, s:b, s:o}", "file", name, "document",
		(int)checked->document, "kind", checked->kind, "namespace", checked->namespace,
		"name", checked->name, "accepted", checked->accepted, "problems", problems);
	if (line == NULL)
		abort(); /* out of memory */
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static bool check_file(
	const struct text_file *file, bool json, bool quiet, struct totals *totals, struct err *err)
{
	struct checked_policies checked;
	void *mem = mem_context(NULL);
	bool good = policy_check(mem, file->text, file->size, &checked, err);

	for (size_t i = 0; good && i < checked.count; i++) {
		totals->documents++;
		totals->refused += !checked.items[i].accepted;
		if (json)
			print_json(file->path, &checked.items[i], quiet);
		else
			print_human(file->path, &checked.items[i], quiet, totals);
	}
	mem_free(mem);
	return good || err_where(err, "%s", file->path);
}

static int check_all(void *mem, char **paths, size_t count, bool json, bool quiet)
{
	struct text_files files = {0};
	struct totals totals = {0};
	struct err err = {0};

	for (size_t i = 0; i < count; i++)
		if (!files_read(mem, paths[i], &files, &err)) {
			fprintf(stderr, "cpa check: %s\n", err.text);
			return EXIT_INPUT;
		}
	for (size_t i = 0; i < files.count; i++)
		if (!check_file(&files.items[i], json, quiet, &totals, &err)) {
			fprintf(stderr, "cpa check: %s\n", err.text);
			return EXIT_INPUT;
		}
	if (!json)
		printf("%zu document%s, %zu refused, %zu warning%s\n", totals.documents,
			totals.documents == 1 ? "" : "s", totals.refused, totals.warnings,
			totals.warnings == 1 ? "" : "s");
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("cpa check: cannot write");
		return EXIT_INPUT;
	}
	return totals.refused > 0 ? EXIT_NO : EXIT_DONE;
}

int command_check(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"quiet", no_argument, NULL, 'q'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool json = false, quiet = false;
	int option, code;
	void *mem;

	optind = 1;
	while ((option = getopt_long(argc, argv, "jqh", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'q':
			quiet = true;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_DONE;
		default:
			fputs("`cpa check --help` tells what there is\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind >= argc) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	mem = mem_context(NULL);
	code = check_all(mem, argv + optind, (size_t)(argc - optind), json, quiet);
	mem_free(mem);
	return code;
}
