#ifndef CLI_GENERATE_H
#define CLI_GENERATE_H

/* cpa generate [OPTIONS] FILE...|- : exit codes of cli.h; 1 = no policy came out. */
int command_generate(int argc, char **argv);

#endif
