/* cpa push: flows from stdin or files into a server, with patience. */
#ifndef CLI_PUSH_H
#define CLI_PUSH_H

int command_push(int argc, char **argv);

#endif
