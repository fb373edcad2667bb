/*
 * One piece of work beside the caller, in a thread: for waiting on a socket while there is something
 * better to do. The two share only what the work was given, and the caller leaves that alone
 * until background_wait. The thread takes no signals.
 */
#ifndef BASE_BACKGROUND_H
#define BASE_BACKGROUND_H

#include <stdbool.h>

#include "base/err.h"

struct background;

/* What is done; false with `err` set if it failed. */
typedef bool background_work(void *context, struct err *err);

/* Idle. Owned by `mem`, whose freeing waits for what was begun. */
struct background *background_new(void *mem);

/* Begins a piece of work; none may be under way. Without a thread to be had it is done at once. */
void background_begin(struct background *background, background_work *work, void *context);

/* Begun and not waited for? */
bool background_busy(const struct background *background);

/* Waits for the end of what was begun, and tells what came of it. */
MUST_CHECK bool background_wait(struct background *background, struct err *err);

#endif
