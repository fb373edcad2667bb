/* The command table: one binary for the workers, the maintenance job and the offline commands. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "server/audit.h"
#include "server/config.h"
#include "server/maintain.h"
#include "server/token.h"
#include "server/worker.h"

/* The commands of the server, beside those of cli/ that need none. */
static const struct command server_commands[] = {
	{"worker", "", "answer requests from a FastCGI socket (started by spawn-fcgi)", worker_run},
	{"maintain", "[--once]", "partitions of the days to come, retention of flows; now and then",
		maintain_run},
	{"audit", "verify [--known ID:HASH]", "check that the audit is as it was written",
		audit_run},
	{"token", "create --name NAME --scope SCOPE ...",
		"make an API token, such as the first one", token_run},
	{NULL, NULL, NULL, NULL},
};

static const struct command *const tables[] = {offline_commands, server_commands};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct command *c = tables[i]; c->name != NULL; c++)
			if (strcmp(name, c->name) == 0)
				return c;
	return NULL;
}

static void print_help(FILE *to)
{
	fputs("Cilium Policy Advisor: least-privilege network policies from recorded flows.\n\n"
	      "usage: cpa COMMAND [OPTIONS] ...\n\ncommands:\n",
		to);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct command *c = tables[i]; c->name != NULL; c++)
			fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fputs("\n`cpa COMMAND --help` tells more, `cpa --version` which one this is; `cpa help "
	      "config` lists the server's settings, "
	      "`cpa help routes` what it answers.\n",
		to);
}

/* METHOD, PATH, the least role that may and the scopes a token needs: one line an operation. */
static void routes_print(FILE *to)
{
	void *mem = mem_context(NULL);

	for (const struct route *route = api_routes; route->method != NULL; route++)
		fprintf(to, "%s %s %s %s\n", route->method, route->path, role_name(route->role),
			scope_text(mem, route->scopes));
	mem_free(mem);
}

static int run(const char *name, int argc, char **argv)
{
	const struct command *command = command_find(name);

	if (command != NULL)
		return command->run(argc, argv);
	fprintf(stderr, "cpa: no command named \"%s\"; `cpa --help` lists them\n", name);
	return EXIT_USAGE;
}

static int help(const char *topic)
{
	char option[] = "--help", *arguments[] = {NULL, option, NULL};

	if (topic == NULL)
		print_help(stdout);
	else if (strcmp(topic, "config") == 0)
		config_print(stdout);
	else if (strcmp(topic, "routes") == 0)
		routes_print(stdout);
	else
		return run(topic, 2, arguments);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	/* libyaml gives back 64 KiB for each document, and glibc then tidies all its fast bins. */
	mallopt(M_MXFAST, 0);
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(argv[2]);
	if (strcmp(argv[1], "--version") == 0) {
		puts("cpa " CPA_VERSION);
		return EXIT_DONE;
	}
	return run(argv[1], argc - 1, argv + 1);
}
