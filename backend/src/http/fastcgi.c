#include "http/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "http/pump.h"

struct fastcgi {
	FCGX_Request request;
	struct pump *pump; /* through which the body comes once somebody waited for it; NULL */
};

static volatile sig_atomic_t ending;

static void on_sigterm(int number)
{
	(void)number;
	ending = 1;
	FCGX_ShutdownPending();
}

static void sigterm_mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(how, &set, NULL);
}

bool fastcgi_open(void *mem, struct fastcgi **ret_fastcgi, struct err *err)
{
	struct fastcgi *fastcgi = mem_new(mem, struct fastcgi);
	/* Without SA_RESTART, so that a waiting accept returns; libfcgi keeps a handler it finds. */
	struct sigaction action = {.sa_handler = on_sigterm};
	int listening = 0;
	socklen_t size = sizeof listening;

	if (getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0)
		return err_set(err, ERR_UNAVAILABLE,
			"Standard input is not a listening socket: start the worker with "
			"spawn-fcgi "
			"(deploy/README.md).");
	sigterm_mask(SIG_BLOCK);
	sigaction(SIGTERM, &action, NULL);
	FCGX_Init();
	FCGX_InitRequest(&fastcgi->request, 0, FCGI_FAIL_ACCEPT_ON_INTR);
	*ret_fastcgi = fastcgi;
	return true;
}

bool fastcgi_accept(struct fastcgi *fastcgi)
{
	int result;

	sigterm_mask(SIG_UNBLOCK);
	do
		result = ending ? -1 : FCGX_Accept_r(&fastcgi->request);
	while (result < 0 && !ending && result == -EINTR);
	sigterm_mask(SIG_BLOCK);
	return result >= 0;
}

static const char *parameter(void *context, const char *name)
{
	struct fastcgi *fastcgi = context;

	return FCGX_GetParam(name, fastcgi->request.envp);
}

static bool more_has_come(const struct fastcgi *fastcgi)
{
	struct pollfd connection = {.fd = fastcgi->request.ipcFd, .events = POLLIN};

	return poll(&connection, 1, 0) > 0;
}

static bool whole(FCGX_Stream *in, struct err *err)
{
	return FCGX_GetError(in) == 0 ||
	       err_set(err, ERR_CUT, "The upload was cut before its end; send it again.");
}

/*
 * FCGX_GetStr alone waits until the whole buffer is full, which an endless upload of few records
 * would never do: wait for the first byte, then take what has come.
 */
static bool read_stream(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	struct fastcgi *fastcgi = context;
	FCGX_Stream *in = fastcgi->request.in;
	char *bytes = buffer;
	size_t got = 0;

	while (got < size && (got == 0 || in->rdNext < in->stop || more_has_come(fastcgi))) {
		int byte = FCGX_GetChar(in);
		size_t here = (size_t)(in->stop - in->rdNext);

		if (byte == EOF)
			break;
		bytes[got++] = (char)byte;
		if (here > size - got)
			here = size - got;
		got += (size_t)FCGX_GetStr(bytes + got, (int)here, in);
	}
	*ret_got = got;
	return whole(in, err);
}

static bool read_body(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	struct fastcgi *fastcgi = context;

	if (fastcgi->pump != NULL)
		return pump_take(fastcgi->pump, buffer, size, ret_got, err);
	*ret_got = (size_t)FCGX_GetStr(buffer, (int)size, fastcgi->request.in);
	return whole(fastcgi->request.in, err);
}

static bool asked_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

static bool wait_body(void *context, int timeout_ms, enum body_state *ret_state, struct err *err)
{
	struct fastcgi *fastcgi = context;

	if (fastcgi->pump == NULL &&
		!pump_start(fastcgi, read_stream, fastcgi, &fastcgi->pump, err))
		return false;
	*ret_state = pump_wait(fastcgi->pump, timeout_ms) ? BODY_READY : BODY_SILENT;
	if (asked_to_end())
		*ret_state = BODY_STOPPING;
	return true;
}

struct request_source fastcgi_source(struct fastcgi *fastcgi)
{
	return (struct request_source){fastcgi, parameter, read_body, wait_body};
}

static bool write_out(void *context, const void *bytes, size_t size)
{
	struct fastcgi *fastcgi = context;
	const char *p = bytes;

	while (size > 0) {
		int piece = size > INT_MAX ? INT_MAX : (int)size;

		if (FCGX_PutStr(p, piece, fastcgi->request.out) != piece)
			return false;
		p += piece;
		size -= (size_t)piece;
	}
	return true;
}

static bool flush_out(void *context)
{
	struct fastcgi *fastcgi = context;

	return FCGX_FFlush(fastcgi->request.out) == 0;
}

struct response_sink fastcgi_sink(struct fastcgi *fastcgi)
{
	return (struct response_sink){fastcgi, write_out, flush_out};
}

void fastcgi_finish(struct fastcgi *fastcgi)
{
	mem_free(fastcgi->pump);
	fastcgi->pump = NULL;
	FCGX_Finish_r(&fastcgi->request);
}
