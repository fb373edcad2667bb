#include "cli/cli.h"

#include <stddef.h>

const struct command offline_commands[] = {
	{NULL, NULL, NULL, NULL},
};
