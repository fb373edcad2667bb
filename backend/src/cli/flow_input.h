/* Flow files and stdin -> traffic, for the offline commands. */
#ifndef CLI_FLOW_INPUT_H
#define CLI_FLOW_INPUT_H

#include "core/flow_reader.h"
#include "core/traffic.h"

#define FLOW_INPUT_PROBLEMS 20

struct flow_input {
	struct traffic *traffic;
	uint64_t lines[RECORD_KINDS]; /* records by kind */
	/* The first rejected records, each as "FILE:LINE: reason". */
	const char *problems[FLOW_INPUT_PROBLEMS];
	size_t problem_count;
	const char *cluster;      /* of records that do not tell */
	const char *const *files; /* "-" is stdin */
	size_t file_count;
};

/*
 * Reads every file into input->traffic, which belongs to `mem`. Broken records are counted, never
 * fatal. A large file is read in two parts at a time, where a second processor and its lines allow that.
 * Shows a progress line on stderr if that is a terminal. False if a file cannot be read or is not in a form
 * we read.
 */
MUST_CHECK bool flow_input_read(void *mem, struct flow_input *input, struct err *err);

/*
 * Hands every record of a file ("-" is stdin) to `handler`; after each piece of the file, `tick` (may
 * be NULL) learns how many bytes were read. False if the file cannot be read or the handler stopped.
 */
MUST_CHECK bool flow_file_read(const char *path, const char *cluster, record_handler *handler,
	void (*tick)(void *context, uint64_t bytes), void *context, struct err *err);

#endif
