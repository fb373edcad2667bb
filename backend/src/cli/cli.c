#include "cli/cli.h"

#include <stddef.h>

#include "cli/check.h"
#include "cli/diff.h"
#include "cli/generate.h"
#include "cli/push.h"
#include "cli/simulate.h"

const struct command offline_commands[] = {
	{"check", "[--json] POLICY...", "would Cilium accept the policies?", command_check},
	{"generate", "[OPTIONS] FILE...", "flows in files or on stdin -> policies",
		command_generate},
	{"simulate", "--policies FILE ... FLOWS", "policies x flows -> what would be allowed",
		command_simulate},
	{"diff", "OLD NEW", "what a change of policies opens and closes", command_diff},
	{"push", "[OPTIONS] FILE...", "flows in files or on stdin -> a server, with patience",
		command_push},
	{NULL, NULL, NULL, NULL},
};
