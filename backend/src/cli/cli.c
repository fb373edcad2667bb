#include "cli/cli.h"

#include <stddef.h>

#include "cli/generate.h"

const struct command offline_commands[] = {
	{"generate", "[OPTIONS] FILE...", "flows in files or on stdin -> policies",
		command_generate},
	{NULL, NULL, NULL, NULL},
};
