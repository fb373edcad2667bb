#include "http/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

#define PIECE (64 * 1024)

struct pump {
	pid_t child; /* 0 once it has been waited for */
	int pipe;
	bool whole; /* the child saw the proper end */
};

static bool write_all(int to, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(to, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

/* The child: its exit code says how the body ended. It makes nothing and frees nothing. */
static _Noreturn void run(pump_read *read, void *context, int to, pid_t parent)
{
	static char buffer[PIECE];
	struct err err = {0};
	size_t got;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	while (read(context, buffer, sizeof buffer, &got, &err)) {
		if (got == 0)
			_exit(EXIT_SUCCESS);
		if (!write_all(to, buffer, got))
			break;
	}
	_exit(EXIT_FAILURE);
}

static void reap(struct pump *pump)
{
	int status;

	if (pump->child == 0)
		return;
	while (waitpid(pump->child, &status, 0) < 0)
		if (errno != EINTR)
			return;
	pump->child = 0;
	pump->whole = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

static void pump_end(void *object)
{
	struct pump *pump = object;

	close(pump->pipe);
	if (pump->child != 0)
		kill(pump->child, SIGKILL);
	reap(pump);
}

bool pump_start(void *mem, pump_read *read, void *context, struct pump **ret_pump, struct err *err)
{
	pid_t parent = getpid(), child;
	struct pump *pump;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(
			err, ERR_UNAVAILABLE, "No pipe for the upload: %s.", strerror(errno));
	child = fork();
	if (child == 0) {
		close(ends[0]);
		run(read, context, ends[1], parent);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return err_set(
			err, ERR_UNAVAILABLE, "No process for the upload: %s.", strerror(errno));
	}
	pump = mem_new(mem, struct pump);
	pump->child = child;
	pump->pipe = ends[0];
	mem_attach(pump, pump, pump_end);
	*ret_pump = pump;
	return true;
}

bool pump_wait(const struct pump *pump, int timeout_ms)
{
	struct pollfd end = {.fd = pump->pipe, .events = POLLIN};

	return poll(&end, 1, timeout_ms) > 0;
}

bool pump_take(struct pump *pump, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	ssize_t got;

	do
		got = read(pump->pipe, buffer, size);
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		reap(pump);
		if (!pump->whole)
			return err_set(
				err, ERR_CUT, "The upload was cut before its end; send it again.");
		got = 0;
	}
	*ret_got = (size_t)got;
	return true;
}
