#include "server/maintain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "server/config.h"
#include "store/retention.h"

/* A database that is away is tried again soon. */
#define RETRY_S 10

/* Days that are over, each in a transaction of its own. */
static bool index_days(struct db *db, void *mem, int64_t *ret_days, struct err *err)
{
	bool more = true;

	for (*ret_days = 0; more; *ret_days += more)
		if (!retention_index(db, mem, &more, err))
			return false;
	return true;
}

static bool maintain_once(struct db *db, const struct config *config)
{
	void *mem = mem_context(NULL);
	struct err err = {0};
	struct log_line line;
	int64_t dropped_days, indexed_days;
	bool done = retention_apply(db, mem, config->retention_days, &dropped_days, &err) &&
		    retention_forget(db, mem, &err) && index_days(db, mem, &indexed_days, &err);

	if (done) {
		log_begin(&line, LOG_LEVEL_INFO, "maintained");
		log_number(&line, "dropped_days", dropped_days);
		log_number(&line, "indexed_days", indexed_days);
		log_end(&line);
	} else {
		log_failure("maintenance_failed", &err);
	}
	mem_free(mem);
	return done;
}

/* Sleeps; false when it is time to end. */
static bool sleep_until_asked(const sigset_t *asked, int seconds)
{
	struct timespec timeout = {.tv_sec = seconds};

	return sigtimedwait(asked, NULL, &timeout) < 0;
}

int maintain_run(int argc, char **argv)
{
	bool once = argc == 2 && strcmp(argv[1], "--once") == 0, done;
	struct config config;
	struct err err = {0};
	sigset_t asked;
	void *mem;
	struct db *db;

	if (argc > 1 && !once) {
		fputs("usage: cpa maintain [--once]\n", stderr);
		return 2;
	}
	if (!config_load(&config, environ, &err)) {
		log_failure("refused_to_start", &err);
		return EXIT_FAILURE;
	}
	/* Blocked and waited for, so that a run is never cut, and also as process 1 of a container. */
	sigemptyset(&asked);
	sigaddset(&asked, SIGTERM);
	sigaddset(&asked, SIGINT);
	sigprocmask(SIG_BLOCK, &asked, NULL);
	mem = mem_context(NULL);
	db = db_new(mem);
	do
		done = maintain_once(db, &config);
	while (!once && sleep_until_asked(&asked, done ? config.maintain_interval_s : RETRY_S));
	mem_free(mem);
	return once && !done ? EXIT_FAILURE : EXIT_SUCCESS;
}
