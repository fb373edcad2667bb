#ifndef CLI_DIFF_H
#define CLI_DIFF_H

/* cpa diff OLD NEW: exit codes of cli.h; 1 = they differ in meaning. */
int command_diff(int argc, char **argv);

#endif
