#include "cli/diff.h"

#include <getopt.h>
#include <stdio.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/flow_input.h"
#include "cli/simulate_flows.h"
#include "cli/simulate_print.h"
#include "core/policy_diff.h"
#include "core/report.h"

static const char help[] =
	"usage: cpa diff [OPTIONS] OLD NEW\n"
	"\n"
	"Tells what NEW opens and closes against OLD: subjects, directions, peers, ports, L7. OLD "
	"and "
	"NEW\n"
	"are files or folders of policies; moving or splitting rules is no difference.\n"
	"\n"
	"      --flows FILE     recorded flows too: which connections change; may be repeated\n"
	"      --cluster NAME   name of the local cluster, else what the flows' node_name says\n"
	"      --json           as JSON\n"
	"      --help           this text\n"
	"\n"
	"exit codes: 0 the same in meaning, 1 different, 2 wrong usage, 3 input or output failed\n";

enum option_code { OPTION_FLOWS = 256, OPTION_CLUSTER, OPTION_JSON, OPTION_HELP };

static const struct option long_options[] = {
	{"flows", required_argument, NULL, OPTION_FLOWS},
	{"cluster", required_argument, NULL, OPTION_CLUSTER},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

struct arguments {
	void *mem;
	const char **flows;
	size_t flow_count, flow_capacity;
	bool json, help;
	const char *cluster;
};

static int fail(const struct err *err)
{
	fprintf(stderr, "cpa diff: %s\n", err->text);
	return EXIT_INPUT;
}

static bool take_option(struct arguments *arguments, int code, const char *value)
{
	switch (code) {
	case OPTION_FLOWS:
		mem_reserve(arguments->mem, arguments->flows, &arguments->flow_capacity,
			arguments->flow_count + 1);
		arguments->flows[arguments->flow_count++] = value;
		return true;
	case OPTION_CLUSTER:
		arguments->cluster = value;
		return true;
	case OPTION_JSON:
		arguments->json = true;
		return true;
	case OPTION_HELP:
		arguments->help = true;
		return true;
	default:
		fputs("`cpa diff --help` tells how to call it\n", stderr);
		return false;
	}
}

static json_t *change_json(const struct policy_files *old, const struct policy_files *new,
	const struct policy_change *change)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "effect",
		change_effect_name(change->effect), "policy", change->policy, "direction",
		side_name(change->side), "subject", change->subject, "peer", change->peer, "port",
		change->port, "text", change->text, "rule",
		rule_json(change->in_new ? new : old, &change->rule));
}

static json_t *changes_json(const struct policy_files *old, const struct policy_files *new,
	const struct policy_changes *changes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < changes->count; i++)
		json_array_append_new(list, change_json(old, new, &changes->items[i]));
	return list;
}

static void print_changes(const struct policy_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		printf("%-8s %s (%s)\n", change_effect_name(changes->items[i].effect),
			changes->items[i].text, changes->items[i].policy);
}

/* Both sets over the recorded flows, in the room of the arguments. */
static bool simulate_both(const struct arguments *arguments, const struct policy_files *old,
	const struct policy_files *new, struct simulation *ret_simulation, struct err *err)
{
	void *mem = arguments->mem;
	struct flow_input input = {.cluster = arguments->cluster,
		.files = arguments->flows,
		.file_count = arguments->flow_count};
	struct replay *now = mem_new(mem, struct replay);

	if (!flow_input_read(mem, &input, err))
		return false;
	*ret_simulation = (struct simulation){.policies = new,
		.input = replay_prepare(mem, input.traffic, NULL, arguments->cluster),
		.now = now};
	replay(mem, &ret_simulation->input, &new->policies, &ret_simulation->proposed);
	replay(mem, &ret_simulation->input, &old->policies, now);
	return true;
}

static bool print(const struct arguments *arguments, const struct policy_files *old,
	const struct policy_files *new, const struct policy_changes *changes,
	const struct simulation *simulation)
{
	bool flows = arguments->flow_count > 0;
	json_t *json;

	if (arguments->json) {
		json = json_pack("{s:o}", "changes", changes_json(old, new, changes));
		if (flows)
			json_object_set_new(
				json, "simulation", simulation_json(arguments->mem, simulation));
		return json_write(json, stdout) && fflush(stdout) == 0;
	}
	print_changes(changes);
	if (flows) {
		fputs("\nconnections that change:\n", stdout);
		simulation_print(arguments->mem, simulation, stdout);
	}
	return fflush(stdout) == 0 && !ferror(stdout);
}

static int run(const struct arguments *arguments, const char *old_path, const char *new_path)
{
	struct policy_files old = {0}, new = {0};
	struct policy_changes changes;
	struct simulation simulation = {0};
	struct err err = {0};

	if (!policy_files_read(arguments->mem, old_path, &old, &err) ||
		!policy_files_read(arguments->mem, new_path, &new, &err))
		return fail(&err);
	if (arguments->flow_count > 0 && !simulate_both(arguments, &old, &new, &simulation, &err))
		return fail(&err);
	policy_diff(arguments->mem, &old.policies, &new.policies,
		arguments->flow_count > 0 ? simulation.input.cluster : arguments->cluster,
		&changes);
	if (!print(arguments, &old, &new, &changes, &simulation)) {
		fputs("cpa diff: cannot write to stdout\n", stderr);
		return EXIT_INPUT;
	}
	return changes.count > 0 ? EXIT_NO : EXIT_DONE;
}

int command_diff(int argc, char **argv)
{
	struct arguments arguments = {.mem = mem_context(NULL), .cluster = ""};
	int code, result = EXIT_USAGE;
	bool good = true;

	while (good && (code = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		good = take_option(&arguments, code, optarg);
	if (good && arguments.help) {
		fputs(help, stdout);
		result = EXIT_DONE;
	} else if (good && argc - optind != 2) {
		fputs("cpa diff: two files or folders are compared; `cpa diff --help` tells more\n",
			stderr);
	} else if (good) {
		result = run(&arguments, argv[optind], argv[optind + 1]);
	}
	mem_free(arguments.mem);
	return result;
}
