/*
 * The patient shipper: reads, makes batches and sends them, one at a time and in order, until each is
 * answered. One thread; what is read ahead while the server is away is bounded, and then the input
 * is not read on, which a pipe's writer feels.
 */
#ifndef CLI_PUSH_LOOP_H
#define CLI_PUSH_LOOP_H

#include "cli/push_batch.h"
#include "cli/push_http.h"

struct push_options {
	struct push_target target;
	struct push_batch_limits limits;
	uint64_t batch_s;      /* a stream's batch is closed when it is this old */
	uint64_t buffer_bytes; /* of batches that wait, compressed */
	uint64_t give_up_s;    /* without an answer for so long; 0 = never */
	bool quiet;
	const char *const *files; /* "-" is stdin */
	size_t file_count;
};

/* Of the batches that are stored. */
struct push_totals {
	uint64_t records;
	struct push_counts counts; /* without their list */
	uint64_t broken;           /* records without an end, never sent */
};

/*
 * Sends everything; progress and what went wrong is told on stderr. SIGINT and SIGTERM end the reading
 * and what was read is sent; a second one ends at once. False if something was not read or not sent,
 * which was told.
 */
MUST_CHECK bool push_run(const struct push_options *options, struct push_totals *ret_totals);

#endif
