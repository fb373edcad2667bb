#include "cli/push.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/push_loop.h"

#define DEFAULT_URL "http://localhost:8081"

static const char help[] =
	"usage: cpa push [OPTIONS] FILE...\n"
	"\n"
	"Sends flows to a server and stays until each of them is stored. A file may hold what\n"
	"`hubble observe -o jsonpb` or the Hubble exporter wrote, gzip or zstd included; - is "
	"stdin,\n"
	"which may never end:\n"
	"\n"
	"  hubble observe -f -o jsonpb | cpa push --url https://cpa.example.org:8081 -\n"
	"\n"
	"While the server is away or busy it tries again, and reads no more than fits the buffer. "
	"The\n"
	"same flows sent again (the command was killed, a file was rotated) are stored once.\n"
	"\n"
	"where to:\n"
	"      --url URL            of the server; default: CPA_URL of the environment, else\n"
	"                           " DEFAULT_URL "\n"
	"      --token-file FILE    an API token with the scope flows:write; default: CPA_TOKEN of "
	"the\n"
	"                           environment. The file is read for every request\n"
	"      --ca-file FILE       certificates of authorities to trust instead of the system's\n"
	"      --cluster NAME       cluster of flows that do not tell\n"
	"      --name NAME          of the imports, for people (default: cpa push)\n"
	"\n"
	"how:\n"
	"      --batch N            events of one request (default: 10000)\n"
	"      --batch-bytes N      bytes of one request before compression (default: 16777216)\n"
	"      --batch-seconds N    a stream's events wait no longer than this (default: 1)\n"
	"      --buffer-bytes N     compressed bytes that wait for the server (default: 67108864)\n"
	"      --give-up SECONDS    end when the server is away for so long (default: never)\n"
	"  -q, --quiet              no progress line and no summary on stderr\n"
	"\n"
	"SIGINT or SIGTERM: what was read is sent, then it ends; a second one ends it at once.\n"
	"\n"
	"exit codes: 0 everything is stored, 1 but some records were rejected, 2 wrong usage,\n"
	"3 something was not read or not sent (stderr says what)\n";

enum option_code {
	OPTION_URL = 256,
	OPTION_TOKEN_FILE,
	OPTION_CA_FILE,
	OPTION_CLUSTER,
	OPTION_NAME,
	OPTION_BATCH,
	OPTION_BATCH_BYTES,
	OPTION_BATCH_SECONDS,
	OPTION_BUFFER_BYTES,
	OPTION_GIVE_UP,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"url", required_argument, NULL, OPTION_URL},
	{"token-file", required_argument, NULL, OPTION_TOKEN_FILE},
	{"ca-file", required_argument, NULL, OPTION_CA_FILE},
	{"cluster", required_argument, NULL, OPTION_CLUSTER},
	{"name", required_argument, NULL, OPTION_NAME},
	{"batch", required_argument, NULL, OPTION_BATCH},
	{"batch-bytes", required_argument, NULL, OPTION_BATCH_BYTES},
	{"batch-seconds", required_argument, NULL, OPTION_BATCH_SECONDS},
	{"buffer-bytes", required_argument, NULL, OPTION_BUFFER_BYTES},
	{"give-up", required_argument, NULL, OPTION_GIVE_UP},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static bool number(const char *option, const char *value, uint64_t most, uint64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(value, &end, 10);
	if (errno == 0 && *end == '\0' && *value >= '0' && *value <= '9' && *ret_number > 0 &&
		*ret_number <= most)
		return true;
	fprintf(stderr, "cpa push: --%s is a number from 1 to %" PRIu64 ", not \"%s\"\n", option,
		most, value);
	return false;
}

static bool size_number(const char *option, const char *value, uint64_t most, size_t *ret_size)
{
	uint64_t size;

	if (!number(option, value, most, &size))
		return false;
	*ret_size = (size_t)size;
	return true;
}

static bool short_text(const char *option, const char *value, const char **ret_text)
{
	*ret_text = value;
	if (strlen(value) <= LIMIT_IMPORT_NAME)
		return true;
	fprintf(stderr, "cpa push: --%s is longer than %d bytes\n", option, LIMIT_IMPORT_NAME);
	return false;
}

static bool take_option(int code, const char *value, struct push_options *options, bool *ret_help)
{
	switch (code) {
	case OPTION_URL:
		options->target.url = value;
		return true;
	case OPTION_TOKEN_FILE:
		options->target.token_file = value;
		return true;
	case OPTION_CA_FILE:
		options->target.ca_file = value;
		return true;
	case OPTION_CLUSTER:
		return short_text("cluster", value, &options->target.cluster);
	case OPTION_NAME:
		return short_text("name", value, &options->target.name);
	case OPTION_BATCH:
		return number("batch", value, LIMIT_PUSH_RECORDS, &options->limits.records);
	case OPTION_BATCH_BYTES:
		return size_number("batch-bytes", value, LIMIT_PUSH_BATCH, &options->limits.bytes);
	case OPTION_BATCH_SECONDS:
		return number("batch-seconds", value, LIMIT_RETRY_AFTER_S, &options->batch_s);
	case OPTION_BUFFER_BYTES:
		return number("buffer-bytes", value, LIMIT_PUSH_BUFFER, &options->buffer_bytes);
	case OPTION_GIVE_UP:
		return number("give-up", value, UINT32_MAX, &options->give_up_s);
	case 'q':
		options->quiet = true;
		return true;
	case OPTION_HELP:
		*ret_help = true;
		return true;
	default:
		fputs("`cpa push --help` lists the options\n", stderr);
		return false;
	}
}

static bool read_arguments(int argc, char **argv, struct push_options *options, bool *ret_help)
{
	const char *url = getenv("CPA_URL");
	int code;

	*options = (struct push_options){
		.target = {.url = url == NULL || *url == '\0' ? DEFAULT_URL : url,
			.name = "cpa push",
			.token = getenv("CPA_TOKEN")},
		.limits = {.records = 10000, .bytes = 16 * 1024 * 1024},
		.batch_s = 1,
		.buffer_bytes = 64 * 1024 * 1024,
	};
	*ret_help = false;
	while ((code = getopt_long(argc, argv, "q", long_options, NULL)) != -1)
		if (!take_option(code, optarg, options, ret_help))
			return false;
	options->files = (const char *const *)(argv + optind);
	options->file_count = (size_t)(argc - optind);
	if (options->file_count > 0 || *ret_help)
		return true;
	fputs("cpa push: name the files with flows, or - for stdin; `cpa push --help` tells more\n",
		stderr);
	return false;
}

static void print_summary(const struct push_totals *totals)
{
	fprintf(stderr,
		"%" PRIu64 " events sent: %" PRIu64 " accepted, %" PRIu64 " duplicates, %" PRIu64
		" rejected, %" PRIu64 " ignored\n",
		totals->records, totals->counts.accepted, totals->counts.duplicates,
		totals->counts.rejected + totals->broken, totals->counts.ignored);
}

int command_push(int argc, char **argv)
{
	struct push_options options;
	struct push_totals totals;
	bool wants_help, good;

	if (!read_arguments(argc, argv, &options, &wants_help))
		return EXIT_USAGE;
	if (wants_help) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	good = push_run(&options, &totals);
	if (!options.quiet)
		print_summary(&totals);
	if (!good)
		return EXIT_INPUT;
	return totals.counts.rejected + totals.broken > 0 ? EXIT_NO : EXIT_DONE;
}
