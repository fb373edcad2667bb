/* `cpa maintain`: what has to be done in the database now and then. */
#ifndef SERVER_MAINTAIN_H
#define SERVER_MAINTAIN_H

/*
 * Runs at once and then every CPA_MAINTAIN_INTERVAL_S until SIGTERM or SIGINT; with --once it ends
 * after the first run, with exit code 1 when that failed.
 */
int maintain_run(int argc, char **argv);

#endif
