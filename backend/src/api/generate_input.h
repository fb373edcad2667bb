/* The body of a request to generate. */
#ifndef API_GENERATE_INPUT_H
#define API_GENERATE_INPUT_H

#include <jansson.h>

#include "core/generate.h"

struct generate_input {
	struct generate_options options; /* all but `existing` */
	struct text_list existing;       /* ids of policies to merge into */
	bool dry_run;
};

/*
 * Reads all members but the selection's. Texts refer to `body`, lists are owned by `mem`.
 * ERR_INVALID naming the member, also for one that nobody knows.
 */
MUST_CHECK bool generate_input_read(
	void *mem, const json_t *body, struct generate_input *ret_input, struct err *err);

#endif
