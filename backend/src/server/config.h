/*
 * The settings of the server's processes: one table of environment variables CPA_*. Unknown ones
 * and bad values stop the start with a line that says what to do. The database's settings are not
 * here: they are libpq's own (PGHOST, PGUSER, PGPASSFILE ...).
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdio.h>

#include "api/auth.h"
#include "base/err.h"

struct config {
	struct auth_settings auth;
	const char *read_database; /* where traffic is read, in libpq's form; "" = no replica */
	int read_lag_s;            /* as far as a replica may be behind */
	int worker_requests;       /* a worker ends after so many, and another takes its place */
	int retention_days;        /* flows of an older time are deleted; 0 = never */
	int maintain_interval_s;   /* between two runs of `cpa maintain` */
};

/*
 * Fills `config` from the environment (`NAME=value` texts, ended by NULL), whose texts it keeps.
 * ERR_INVALID names the variable.
 */
MUST_CHECK bool config_load(struct config *config, char *const *environment, struct err *err);

/* Prints the table as NAME, default, allowed values and help: one line a setting. */
void config_print(FILE *to);

#endif
