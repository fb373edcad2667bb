/*
 * Lets a body be waited for with a time limit. libfcgi can only be asked for bytes and then waits for them, and
 * no poll of its socket tells what lies in its buffer. So a child process asks, and what it gets
 * comes out of a pipe.
 */
#ifndef HTTP_PUMP_H
#define HTTP_PUMP_H

#include "base/err.h"

struct pump;

/* As the `read` of struct request_source (http/request.h). */
typedef bool pump_read(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err);

/*
 * Starts the child, which alone may call `read` from now on; freeing `mem` ends it.
 * ERR_UNAVAILABLE when the system has no process or pipe to give.
 */
MUST_CHECK bool pump_start(
	void *mem, pump_read *read, void *context, struct pump **ret_pump, struct err *err);

/* Is there something to take (bytes, or the end) within `timeout_ms`? */
bool pump_wait(const struct pump *pump, int timeout_ms);

/* What has come, at least one byte; *ret_got 0 at the end. ERR_CUT as `read` gave it. */
MUST_CHECK bool pump_take(
	struct pump *pump, void *buffer, size_t size, size_t *ret_got, struct err *err);

#endif
