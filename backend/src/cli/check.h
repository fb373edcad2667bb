#ifndef CLI_CHECK_H
#define CLI_CHECK_H

/* cpa check [--json] POLICY...|- : exit codes of cli.h; 1 = a document is refused. */
int command_check(int argc, char **argv);

#endif
