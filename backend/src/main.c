/* The command table: one binary for the workers, the maintenance job and the offline commands. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static void print_help(FILE *to)
{
	fputs("Cilium Policy Advisor: least-privilege network policies from recorded flows.\n\n"
	      "usage: cpa COMMAND [OPTIONS] ...\n\ncommands:\n",
		to);
	for (const struct command *c = offline_commands; c->name != NULL; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fputs("\n`cpa COMMAND --help` tells more.\n", to);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	for (const struct command *c = offline_commands; c->name != NULL; c++)
		if (strcmp(argv[1], c->name) == 0)
			return c->run(argc - 1, argv + 1);
	fprintf(stderr, "cpa: no command named \"%s\"; `cpa --help` lists them\n", argv[1]);
	return EXIT_USAGE;
}
