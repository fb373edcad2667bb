#include "cli/generate.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/flow_input.h"
#include "cli/policy_files.h"
#include "core/generate.h"
#include "core/policy_write.h"
#include "core/report.h"

static const char help[] =
	"usage: cpa generate [OPTIONS] FILE...\n"
	"\n"
	"Writes the least-privilege policies that the flows in the files need. A file may hold "
	"what\n"
	"`hubble observe -o jsonpb` or the Hubble exporter wrote, gzip or zstd included; - is "
	"stdin.\n"
	"\n"
	"output:\n"
	"  -o, --output DIR         one file per policy instead of stdout: NAMESPACE.NAME.yaml;\n"
	"                           NAME.yaml if it has no namespace\n"
	"      --report FILE        connections used and left out with reasons, rules with "
	"evidence (JSON)\n"
	"      --merge FILE         add what is missing to the policies of this file or folder; "
	"what they\n"
	"                           allow already is kept as it is written; may be repeated. "
	"Policies\n"
	"                           that the flows say nothing about are not written again\n"
	"  -q, --quiet              no summary on stderr\n"
	"\n"
	"what to generate:\n"
	"      --namespace NAME     only for workloads of this namespace\n"
	"      --workload NAME      only for this workload\n"
	"      --cluster NAME       cluster of flows that do not tell, and the only one generated "
	"for\n"
	"      --direction WHICH    egress, ingress or both (default)\n"
	"      --name NAME          of the policy, if there is one only\n"
	"\n"
	"what counts:\n"
	"      --no-audited         traffic that audit mode let pass makes no rules\n"
	"      --include-denied     drops by default deny make rules (explicit denies never do)\n"
	"      --no-guesses         no rules from connections oriented by their ports alone\n"
	"      --minimum-events N   connections seen less often are left out\n"
	"\n"
	"how it is written:\n"
	"      --kind KIND          cilium (default), clusterwide, or kubernetes (which cannot say "
	"all)\n"
	"      --nodes              host policies too (with --kind clusterwide)\n"
	"      --default-deny MODE  automatic (default), staged (enableDefaultDeny: false) or "
	"both\n"
	"      --no-fqdn            addresses even where DNS names are known\n"
	"      --l7                 HTTP and DNS rules where a proxy saw the traffic\n"
	"      --port-ranges        many high ports of one peer become a range\n"
	"      --outside MODE       clients outside: automatic (default), addresses or world\n"
	"      --cidr-ipv4 N, --cidr-ipv6 N   group outside addresses to prefixes of this length\n"
	"      --label-add KEY, --label-never KEY   label keys to trust or never to select on\n"
	"\n"
	"exit codes: 0 policies written, 1 no flow made a rule, 2 wrong usage, 3 input or output "
	"failed\n";

enum option_code {
	OPTION_REPORT = 256,
	OPTION_MERGE,
	OPTION_NAMESPACE,
	OPTION_WORKLOAD,
	OPTION_CLUSTER,
	OPTION_DIRECTION,
	OPTION_NAME,
	OPTION_NO_AUDITED,
	OPTION_DENIED,
	OPTION_NO_GUESSES,
	OPTION_MINIMUM,
	OPTION_DEFAULT_DENY,
	OPTION_KIND,
	OPTION_NODES,
	OPTION_NO_FQDN,
	OPTION_L7,
	OPTION_RANGES,
	OPTION_OUTSIDE,
	OPTION_IPV4,
	OPTION_IPV6,
	OPTION_LABEL_ADD,
	OPTION_LABEL_NEVER,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"report", required_argument, NULL, OPTION_REPORT},
	{"merge", required_argument, NULL, OPTION_MERGE},
	{"quiet", no_argument, NULL, 'q'},
	{"namespace", required_argument, NULL, OPTION_NAMESPACE},
	{"workload", required_argument, NULL, OPTION_WORKLOAD},
	{"cluster", required_argument, NULL, OPTION_CLUSTER},
	{"direction", required_argument, NULL, OPTION_DIRECTION},
	{"name", required_argument, NULL, OPTION_NAME},
	{"no-audited", no_argument, NULL, OPTION_NO_AUDITED},
	{"include-denied", no_argument, NULL, OPTION_DENIED},
	{"no-guesses", no_argument, NULL, OPTION_NO_GUESSES},
	{"minimum-events", required_argument, NULL, OPTION_MINIMUM},
	{"kind", required_argument, NULL, OPTION_KIND},
	{"nodes", no_argument, NULL, OPTION_NODES},
	{"default-deny", required_argument, NULL, OPTION_DEFAULT_DENY},
	{"no-fqdn", no_argument, NULL, OPTION_NO_FQDN},
	{"l7", no_argument, NULL, OPTION_L7},
	{"port-ranges", no_argument, NULL, OPTION_RANGES},
	{"outside", required_argument, NULL, OPTION_OUTSIDE},
	{"cidr-ipv4", required_argument, NULL, OPTION_IPV4},
	{"cidr-ipv6", required_argument, NULL, OPTION_IPV6},
	{"label-add", required_argument, NULL, OPTION_LABEL_ADD},
	{"label-never", required_argument, NULL, OPTION_LABEL_NEVER},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

struct arguments {
	void *mem;
	struct generate_options options;
	const char *directory, *report;
	struct text_list merge; /* files and folders of policies */
	bool quiet, help;
};

/* One of `words` (ended by NULL), as its number; -1 with a message if it is none. */
static int choice(const char *option, const char *value, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	fprintf(stderr, "cpa generate: --%s is one of", option);
	for (int i = 0; words[i] != NULL; i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", words[i]);
	fprintf(stderr, ", not \"%s\"\n", value);
	return -1;
}

static bool number(const char *option, const char *value, uint64_t most, uint64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(value, &end, 10);
	if (errno == 0 && *end == '\0' && *value >= '0' && *value <= '9' && *ret_number <= most)
		return true;
	fprintf(stderr, "cpa generate: --%s is a number up to %" PRIu64 ", not \"%s\"\n", option,
		most, value);
	return false;
}

static void add_text(struct arguments *arguments, struct text_list *keys, const char *key)
{
	size_t capacity = keys->count;

	mem_reserve(arguments->mem, keys->items, &capacity, keys->count + 1);
	keys->items[keys->count++] = key;
}

static bool take_choice(struct generate_options *options, int code, const char *value)
{
	static const char *const directions[] = {"both", "egress", "ingress", NULL};
	static const char *const modes[] = {"automatic", "staged", "both", NULL};
	static const char *const kinds[] = {"cilium", "clusterwide", "kubernetes", NULL};
	static const char *const outsides[] = {"automatic", "addresses", "world", NULL};
	int chosen;

	if (code == OPTION_DIRECTION) {
		chosen = choice("direction", value, directions);
		options->egress = chosen != 2;
		options->ingress = chosen != 1;
	} else if (code == OPTION_DEFAULT_DENY) {
		chosen = choice("default-deny", value, modes);
		options->default_deny = (enum default_deny)chosen;
	} else if (code == OPTION_KIND) {
		chosen = choice("kind", value, kinds);
		options->kind = (enum policy_kind)chosen;
	} else {
		chosen = choice("outside", value, outsides);
		options->outside_ingress = (enum outside_ingress)chosen;
	}
	return chosen >= 0;
}

static bool take_number(struct generate_options *options, int code, const char *value)
{
	uint64_t found;

	if (code == OPTION_MINIMUM)
		return number("minimum-events", value, UINT64_MAX / 2, &options->minimum_events);
	if (!number(code == OPTION_IPV4 ? "cidr-ipv4" : "cidr-ipv6", value,
		    code == OPTION_IPV4 ? 32 : 128, &found))
		return false;
	if (code == OPTION_IPV4)
		options->prefix_ipv4 = (unsigned)found;
	else
		options->prefix_ipv6 = (unsigned)found;
	return true;
}

static bool take_option(struct arguments *arguments, int code, const char *value)
{
	struct generate_options *options = &arguments->options;

	switch (code) {
	case 'o':
		arguments->directory = value;
		return true;
	case 'q':
		arguments->quiet = true;
		return true;
	case OPTION_REPORT:
		arguments->report = value;
		return true;
	case OPTION_MERGE:
		add_text(arguments, &arguments->merge, value);
		return true;
	case OPTION_NAMESPACE:
		options->namespace = value;
		return true;
	case OPTION_WORKLOAD:
		options->workload = value;
		return true;
	case OPTION_CLUSTER:
		options->cluster = value;
		return true;
	case OPTION_NAME:
		options->name = value;
		return true;
	case OPTION_NO_AUDITED:
		options->audited = false;
		return true;
	case OPTION_DENIED:
		options->denied = true;
		return true;
	case OPTION_NO_GUESSES:
		options->guesses = false;
		return true;
	case OPTION_NO_FQDN:
		options->names = false;
		return true;
	case OPTION_NODES:
		options->nodes = true;
		return true;
	case OPTION_L7:
		options->l7 = true;
		return true;
	case OPTION_RANGES:
		options->port_ranges = true;
		return true;
	case OPTION_LABEL_ADD:
		add_text(arguments, &options->label_keys_add, value);
		return true;
	case OPTION_LABEL_NEVER:
		add_text(arguments, &options->label_keys_never, value);
		return true;
	case OPTION_DIRECTION:
	case OPTION_DEFAULT_DENY:
	case OPTION_KIND:
	case OPTION_OUTSIDE:
		return take_choice(options, code, value);
	case OPTION_MINIMUM:
	case OPTION_IPV4:
	case OPTION_IPV6:
		return take_number(options, code, value);
	case OPTION_HELP:
		arguments->help = true;
		return true;
	default:
		fputs("`cpa generate --help` tells how to call it\n", stderr);
		return false;
	}
}

static bool write_text(const char *path, const char *text, size_t size)
{
	FILE *file = fopen(path, "w");
	bool good = file != NULL && fwrite(text, 1, size, file) == size;

	if (file != NULL && fclose(file) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "cpa generate: cannot write %s: %s\n", path, strerror(errno));
	return good;
}

static char *policy_file_path(void *mem, const char *directory, const struct policy *policy)
{
	return *policy->namespace == '\0' ? mem_format(mem, "%s/%s.yaml", directory, policy->name)
					  : mem_format(mem, "%s/%s.%s.yaml", directory,
						    policy->namespace, policy->name);
}

/*
 * Whether a file has no policy that would be lost by writing this one over it: policy shop.web of the
 * cluster and policy web of the namespace shop have one file name. What is no policy is not asked for.
 */
static bool is_free(void *mem, const char *path, const struct policy *policy)
{
	struct policy_files present = {0};
	struct err err = {0};

	if (!policy_files_read(mem, path, &present, &err))
		return true;
	for (size_t i = 0; i < present.policies.count; i++) {
		const struct policy *other = &present.policies.items[i];

		if (strcmp(other->name, policy->name) != 0 ||
			strcmp(other->namespace, policy->namespace) != 0) {
			fprintf(stderr,
				"cpa generate: %s holds the policy %s%s%s, which would be lost; "
				"choose another folder, or move it to another file\n",
				path, other->namespace, *other->namespace != '\0' ? "/" : "",
				other->name);
			return false;
		}
	}
	return true;
}

/* Before the first is written, so that none is when one cannot be. */
static bool are_free(void *mem, const char *directory, const struct policies *policies)
{
	for (size_t i = 0; i < policies->count; i++)
		if (!is_free(mem, policy_file_path(mem, directory, &policies->items[i]),
			    &policies->items[i]))
			return false;
	return true;
}

static bool write_policy_file(void *mem, const char *directory, const struct policy *policy)
{
	struct policies one = {(struct policy *)policy, 1};
	struct err err = {0};
	const char *text;
	size_t size;

	if (!policy_write(mem, &one, &text, &size, &err)) {
		fprintf(stderr, "cpa generate: %s: %s\n", policy->name, err.text);
		return false;
	}
	return write_text(policy_file_path(mem, directory, policy), text, size);
}

static bool write_policies(
	void *mem, const struct arguments *arguments, const struct policies *policies)
{
	struct err err = {0};
	const char *text;
	size_t size;

	if (arguments->directory == NULL) {
		if (!policy_write(mem, policies, &text, &size, &err)) {
			fprintf(stderr, "cpa generate: %s\n", err.text);
			return false;
		}
		return fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0;
	}
	if (!are_free(mem, arguments->directory, policies))
		return false;
	if (mkdir(arguments->directory, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "cpa generate: cannot make %s: %s\n", arguments->directory,
			strerror(errno));
		return false;
	}
	for (size_t i = 0; i < policies->count; i++)
		if (!write_policy_file(mem, arguments->directory, &policies->items[i]))
			return false;
	return true;
}

static bool write_report(void *mem, const struct arguments *arguments,
	const struct flow_input *input, const struct generation *generation)
{
	json_t *report;
	char *text;
	bool good;

	if (arguments->report == NULL)
		return true;
	report = report_json(mem, input->traffic, generation);
	json_object_set_new(report, "records",
		json_pack("{s:I, s:I, s:I}", "flows", (json_int_t)input->lines[RECORD_FLOW],
			"rejected", (json_int_t)input->lines[RECORD_REJECTED], "ignored",
			(json_int_t)(input->lines[RECORD_NODE_STATUS] + input->lines[RECORD_OTHER] +
				     input->lines[RECORD_AGENT_EVENT] +
				     input->lines[RECORD_DEBUG_EVENT])));
	text = json_dumps(report, JSON_INDENT(1));
	good = write_text(arguments->report, text, strlen(text));
	free(text);
	json_decref(report);
	return good;
}

static void print_summary(const struct flow_input *input, const struct generation *generation)
{
	const struct generation_coverage *coverage = &generation->coverage;

	for (size_t i = 0; i < input->problem_count; i++)
		fprintf(stderr, "%s\n", input->problems[i]);
	fprintf(stderr,
		"%" PRIu64 " flows, %" PRIu64 " records rejected; %zu policies from %zu of %zu "
		"connections between pods and their peers\n",
		input->lines[RECORD_FLOW], input->lines[RECORD_REJECTED],
		generation->policies.count, coverage->connections_used, coverage->connections);
	for (enum left_out reason = LEFT_OUT_UNUSABLE; reason < LEFT_OUT_REASONS; reason++) {
		size_t sides = 0;

		for (size_t i = 0; i < generation->use_count; i++)
			sides += generation->uses[i].left_out == reason;
		if (sides > 0)
			fprintf(stderr, "  left out: %zu sides, %s: %s\n", sides,
				left_out_name(reason), left_out_reason(reason));
	}
	for (size_t i = 0; i < generation->warning_count; i++)
		fprintf(stderr, "warning: %s%s%s\n", generation->warnings[i].policy,
			*generation->warnings[i].policy != '\0' ? ": " : "",
			generation->warnings[i].text);
	if (*generation->empty_reason != '\0')
		fprintf(stderr, "%s\n", generation->empty_reason);
}

static bool read_existing(void *mem, const struct arguments *arguments,
	struct policy_files *existing, struct err *err)
{
	for (size_t i = 0; i < arguments->merge.count; i++)
		if (!policy_files_read(mem, arguments->merge.items[i], existing, err))
			return false;
	return true;
}

static int run(void *mem, const struct arguments *arguments, char **files, size_t file_count)
{
	struct generate_options options = arguments->options;
	struct flow_input input = {.cluster = options.cluster,
		.files = (const char *const *)files,
		.file_count = file_count};
	struct policy_files existing = {0};
	struct generation generation;
	struct err err = {0};

	if (!read_existing(mem, arguments, &existing, &err) ||
		!flow_input_read(mem, &input, &err)) {
		fprintf(stderr, "cpa generate: %s\n", err.text);
		return EXIT_INPUT;
	}
	options.existing = arguments->merge.count > 0 ? &existing.policies : NULL;
	if (!generate(mem, input.traffic, NULL, &options, &generation, &err)) {
		fprintf(stderr, "cpa generate: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (!arguments->quiet)
		print_summary(&input, &generation);
	if (!write_policies(mem, arguments, &generation.policies) ||
		!write_report(mem, arguments, &input, &generation))
		return EXIT_INPUT;
	return generation.policies.count > 0 ? EXIT_DONE : EXIT_NO;
}

int command_generate(int argc, char **argv)
{
	struct arguments arguments = {.mem = mem_context(NULL), .options = generate_defaults};
	int code, result = EXIT_USAGE;
	bool good = true;

	while (good && (code = getopt_long(argc, argv, "o:q", long_options, NULL)) != -1)
		good = take_option(&arguments, code, optarg);
	if (good && arguments.help) {
		fputs(help, stdout);
		result = EXIT_DONE;
	} else if (good && optind == argc) {
		fputs("cpa generate: no file given (- is stdin); `cpa generate --help` tells "
		      "more\n",
			stderr);
	} else if (good) {
		result = run(arguments.mem, &arguments, argv + optind, (size_t)(argc - optind));
	}
	mem_free(arguments.mem);
	return result;
}
