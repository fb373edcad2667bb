/*
 * The offline commands: files and stdin in, stdout and an exit code out. They use the core and
 * nothing that needs a server or a database; only push speaks to a server, as any client does. One
 * file per command, NAME.c.
 *
 * Exit codes of every command: 0 done, 1 done and the answer is "no" (a document refused, evidence
 * denied), 2 wrong usage, 3 input or output failed.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

enum exit_code { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_INPUT = 3 };

/* A row of the command table: `run` gets the arguments from its own name on. */
struct command {
	const char *name, *synopsis, *summary;
	int (*run)(int argc, char **argv);
};

/* The offline commands; the last row has a NULL name. */
extern const struct command offline_commands[];

#endif
