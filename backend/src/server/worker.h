/* `cpa worker`: one process of a pool, answering one request after another. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

/*
 * Takes the listening socket from file descriptor 0 and its settings from the environment; ends
 * after SIGTERM or CPA_WORKER_REQUESTS requests, always between two requests. Returns the exit
 * code.
 */
int worker_run(int argc, char **argv);

#endif
