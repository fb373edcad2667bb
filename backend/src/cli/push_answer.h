/*
 * What the answer to a batch means: it is stored, it is worth another try, or it never will be. And
 * how long to wait before the next try.
 */
#ifndef CLI_PUSH_ANSWER_H
#define CLI_PUSH_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What came back, or did not. */
struct push_reply {
	const char *failure; /* of the connection, in words; NULL: there is an answer */
	bool hopeless;       /* a failure that trying again does not mend */
	long status;
	const char *body; /* NUL-terminated */
	int64_t retry_after_s;
};

/* A record that the server did not take. */
struct push_reject {
	unsigned long line; /* of the body, from 1 */
	const char *why;
};

/* Of one batch, as an import's answer has them. */
struct push_counts {
	uint64_t accepted, duplicates, ignored, rejected;
	struct push_reject *rejects; /* the first ones */
	size_t reject_count;
};

enum push_fate {
	PUSH_STORED,
	PUSH_AGAIN, /* a passing fault */
	PUSH_NEVER, /* what to do about it is in the text */
};

/*
 * Judges the reply to a batch that was sent `attempts` times. Fills the counts for PUSH_STORED, else
 * `ret_why`, a sentence. A body that the server knew before it was sent here holds duplicates only.
 */
enum push_fate push_judge(void *mem, const struct push_reply *reply, unsigned attempts,
	struct push_counts *ret_counts, const char **ret_why);

/*
 * How long to wait before a batch that failed `attempts` times is sent again: about twice as long as
 * the time before, up to half a minute, and not always the same, lest many senders come back at
 * once; never less than the server asked for. `random` is any number.
 */
int64_t push_wait_ms(unsigned attempts, int64_t retry_after_s, uint32_t random);

#endif
