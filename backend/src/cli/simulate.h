#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

/* cpa simulate --policies FILE ... FLOWS: exit codes of cli.h; 1 = some evidence would be denied. */
int command_simulate(int argc, char **argv);

#endif
