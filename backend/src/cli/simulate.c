#include "cli/simulate.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/flow_input.h"
#include "cli/simulate_flows.h"
#include "cli/simulate_print.h"

static const char help[] =
	"usage: cpa simulate --policies FILE [--policies FILE ...] [OPTIONS] FLOWS...\n"
	"\n"
	"Replays recorded flows through policies: what would each connection meet, by which "
	"rule?\n"
	"FILE is a file or folder of policies (YAML or JSON), FLOWS what hubble or its exporter\n"
	"wrote; - is stdin.\n"
	"\n"
	"  -p, --policies FILE   policies in force; may be repeated\n"
	"  -a, --against FILE    compare with these policies (\"now\"); may be repeated\n"
	"      --cluster NAME    name of the local cluster, else what the flows' node_name says\n"
	"      --per-flow        one line of JSON per record, in order, instead of connections\n"
	"      --json            connections, totals and unused rules as JSON\n"
	"      --help            this text\n"
	"\n"
	"exit codes: 0 no traffic that works today is denied, 1 some is, 2 wrong usage, 3 input or "
	"output failed\n";

enum option_code { OPTION_CLUSTER = 256, OPTION_PER_FLOW, OPTION_JSON, OPTION_HELP };

static const struct option long_options[] = {
	{"policies", required_argument, NULL, 'p'},
	{"against", required_argument, NULL, 'a'},
	{"cluster", required_argument, NULL, OPTION_CLUSTER},
	{"per-flow", no_argument, NULL, OPTION_PER_FLOW},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

struct arguments {
	void *mem;
	struct policy_files policies, against;
	bool has_policies, has_against, per_flow, json, help;
	const char *cluster;
};

static int fail(const struct err *err)
{
	fprintf(stderr, "cpa simulate: %s\n", err->text);
	return EXIT_INPUT;
}

static int fail_to_write(void)
{
	fputs("cpa simulate: cannot write to stdout\n", stderr);
	return EXIT_INPUT;
}

static bool read_policies(
	struct arguments *arguments, struct policy_files *input, const char *path, int *ret_code)
{
	size_t others = input->other_objects;
	struct err err = {0};

	if (!policy_files_read(arguments->mem, path, input, &err)) {
		*ret_code = fail(&err);
		return false;
	}
	if (input->other_objects > others)
		fprintf(stderr, "%s: %zu objects that are no policies are left out\n", path,
			input->other_objects - others);
	return true;
}

static bool take_option(struct arguments *arguments, int code, const char *value, int *ret_code)
{
	switch (code) {
	case 'p':
		arguments->has_policies = true;
		return read_policies(arguments, &arguments->policies, value, ret_code);
	case 'a':
		arguments->has_against = true;
		return read_policies(arguments, &arguments->against, value, ret_code);
	case OPTION_CLUSTER:
		arguments->cluster = value;
		return true;
	case OPTION_PER_FLOW:
		arguments->per_flow = true;
		return true;
	case OPTION_JSON:
		arguments->json = true;
		return true;
	case OPTION_HELP:
		arguments->help = true;
		return true;
	default:
		fputs("`cpa simulate --help` tells how to call it\n", stderr);
		return false;
	}
}

static int run_per_flow(const struct arguments *arguments, char **files, size_t file_count)
{
	struct err err = {0};
	bool denied;

	if (!simulate_flows(
		    &arguments->policies, arguments->cluster, files, file_count, &denied, &err))
		return fail(&err);
	return denied ? EXIT_NO : EXIT_DONE;
}

static void report_problems(const struct flow_input *input)
{
	for (size_t i = 0; i < input->problem_count; i++)
		fprintf(stderr, "%s\n", input->problems[i]);
}

static int run(const struct arguments *arguments, char **files, size_t file_count)
{
	void *mem = arguments->mem;
	struct flow_input input = {.cluster = arguments->cluster,
		.files = (const char *const *)files,
		.file_count = file_count};
	struct simulation simulation = {.policies = &arguments->policies};
	struct replay now;
	struct err err = {0};

	if (!flow_input_read(mem, &input, &err))
		return fail(&err);
	report_problems(&input);
	simulation.input = replay_prepare(mem, input.traffic, NULL, arguments->cluster);
	replay(mem, &simulation.input, &arguments->policies.policies, &simulation.proposed);
	if (arguments->has_against) {
		replay(mem, &simulation.input, &arguments->against.policies, &now);
		simulation.now = &now;
	}
	if (!arguments->json)
		simulation_print(mem, &simulation, stdout);
	else if (!json_write(simulation_json(mem, &simulation), stdout))
		return fail_to_write();
	if (fflush(stdout) != 0 || ferror(stdout))
		return fail_to_write();
	return simulation.proposed.evidence_denied > 0 ? EXIT_NO : EXIT_DONE;
}

static int check_and_run(struct arguments *arguments, char **files, size_t file_count)
{
	if (arguments->help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (!arguments->has_policies || file_count == 0) {
		fprintf(stderr,
			"cpa simulate: no %s given; `cpa simulate --help` tells how to call it\n",
			arguments->has_policies ? "file of flows" : "--policies");
		return EXIT_USAGE;
	}
	if (arguments->per_flow && (arguments->has_against || arguments->json)) {
		fputs("cpa simulate: --per-flow writes JSON lines about one set of policies; leave "
		      "out --against and --json\n",
			stderr);
		return EXIT_USAGE;
	}
	return arguments->per_flow ? run_per_flow(arguments, files, file_count)
				   : run(arguments, files, file_count);
}

int command_simulate(int argc, char **argv)
{
	struct arguments arguments = {.mem = mem_context(NULL), .cluster = ""};
	int code, result = EXIT_USAGE;
	bool good = true;

	while (good && (code = getopt_long(argc, argv, "p:a:", long_options, NULL)) != -1)
		good = take_option(&arguments, code, optarg, &result);
	if (good)
		result = check_and_run(&arguments, argv + optind, (size_t)(argc - optind));
	mem_free(arguments.mem);
	return result;
}
