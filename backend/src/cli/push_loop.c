#include "cli/push_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PIECE (64 * 1024)
/* What may still be in a pipe when the reading is to end: more than its writer can have put there. */
#define LEFT_IN_PIPE (1024 * 1024)
#define PROGRESS_MS  250
/* Between two words about the same outage. */
#define REMIND_MS 60000
/* Rejected records that are told one by one. */
#define REJECTS_TOLD 20

enum { SIGNALS, INPUT, DESCRIPTORS };

struct push {
	const struct push_options *options;
	struct push_totals *totals;
	struct push_http *http;
	struct push_batcher *batcher;
	char *piece;

	struct push_batch *first, *last; /* that wait; the first is being sent */
	uint64_t waiting_bytes, waiting_records;
	bool sending;
	int64_t next_try_ms;
	int64_t away_ms,
		told_ms; /* since when the server is away, when it was told; 0 = it is not */

	int signals, input; /* descriptors; input -1: none is open */
	bool regular;       /* the input is a file, not a stream */
	size_t next_file;
	int64_t batch_ms; /* when the open batch got its first record */
	unsigned stops;   /* signals to end */
	uint64_t drained; /* bytes read since the first of them */

	bool failed; /* something was not read, or never will be sent */
	bool over;   /* nothing more is tried */
	bool terminal;
	unsigned rejects_told;
	int64_t begun_ms, shown_ms;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static const char *name_of(const char *file)
{
	return strcmp(file, "-") == 0 ? "stdin" : file;
}

/* --- What is told ------------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void tell(
	const struct push *push, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%scpa push: ", push->terminal ? "\r\033[K" : "");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static void show_progress(struct push *push)
{
	const struct push_totals *totals = push->totals;
	int64_t now = now_ms();

	if (!push->terminal || now - push->shown_ms < PROGRESS_MS)
		return;
	push->shown_ms = now;
	fprintf(stderr,
		"\r\033[K%" PRIu64 " events sent: %" PRIu64 " accepted, %" PRIu64
		" duplicates, %" PRIu64 " rejected; %" PRIu64 "/s%s",
		totals->records, totals->counts.accepted, totals->counts.duplicates,
		totals->counts.rejected + totals->broken,
		totals->records * 1000 / (uint64_t)(now - push->begun_ms + 1),
		push->away_ms != 0 ? "; waiting for the server" : "");
}

static void tell_reject(
	struct push *push, const char *file, unsigned long line, const char *what, const char *why)
{
	if (push->rejects_told > REJECTS_TOLD)
		return;
	if (push->rejects_told++ == REJECTS_TOLD)
		tell(push, "more records were rejected; they are only counted from here on");
	else
		tell(push, "%s:%lu: %s: %s", name_of(file), line, what, why);
}

static void tell_rejects(
	struct push *push, const struct push_batch *batch, const struct push_counts *counts)
{
	for (size_t i = 0; i < counts->reject_count; i++) {
		unsigned long line = counts->rejects[i].line;
		bool known = line > 0 && line <= batch->line_count;

		tell_reject(push, batch->file, known ? batch->lines[line - 1] : 0, "rejected",
			counts->rejects[i].why);
	}
}

static void tell_away(struct push *push, const char *why, int64_t wait_ms)
{
	int64_t now = now_ms();

	if (push->away_ms == 0)
		push->away_ms = now;
	else if (now - push->told_ms < REMIND_MS)
		return;
	push->told_ms = now;
	tell(push, "%s%s Trying again in %.1f s%s.", why,
		*why != '\0' && why[strlen(why) - 1] == '.' ? "" : ".", (double)wait_ms / 1000,
		push->options->give_up_s == 0 ? ", and until it works" : "");
}

static void tell_unsent(const struct push *push)
{
	const struct push_batch *batch = push->first;
	uint64_t pending = push_batcher_pending(push->batcher);

	if (batch != NULL)
		tell(push, "%" PRIu64 " events were read but not stored: %s from line %lu on",
			push->waiting_records + pending, name_of(batch->file), batch->lines[0]);
	else if (pending > 0)
		tell(push, "%" PRIu64 " events were read but not sent", pending);
}

/* --- Batches ----------------------------------------------------------------------------------- */

static void take_batch(void *context, struct push_batch *batch)
{
	struct push *push = context;

	if (push->last == NULL)
		push->first = batch;
	else
		push->last->next = batch;
	push->last = batch;
	push->waiting_bytes += batch->size;
	push->waiting_records += batch->records;
}

static void take_broken(void *context, const char *file, const struct err *problem)
{
	struct push *push = context;

	push->totals->broken++;
	tell_reject(push, file, problem->line, "not sent", problem->text);
}

static void forget_first(struct push *push)
{
	struct push_batch *batch = push->first;

	push->first = batch->next;
	if (push->first == NULL)
		push->last = NULL;
	push->waiting_bytes -= batch->size;
	push->waiting_records -= batch->records;
	mem_free(batch);
}

/* Nothing more is tried; `why` says what to do. */
static void give_up(struct push *push, const char *why)
{
	tell(push, "%s", why);
	push->failed = push->over = true;
}

static void batch_stored(struct push *push, const struct push_counts *counts)
{
	struct push_counts *sum = &push->totals->counts;

	if (push->away_ms != 0)
		tell(push, "the server is back after %" PRId64 " s",
			(now_ms() - push->away_ms) / 1000);
	push->away_ms = 0;
	push->totals->records += push->first->records;
	sum->accepted += counts->accepted;
	sum->duplicates += counts->duplicates;
	sum->ignored += counts->ignored;
	sum->rejected += counts->rejected;
	tell_rejects(push, push->first, counts);
	forget_first(push);
}

static void try_again(struct push *push, const char *why, int64_t retry_after_s)
{
	uint32_t random = 0;
	int64_t wait;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = (uint32_t)now_ms();
	wait = push_wait_ms(push->first->attempts, retry_after_s, random);
	push->next_try_ms = now_ms() + wait;
	tell_away(push, why, wait);
	if (push->options->give_up_s > 0 &&
		push->next_try_ms - push->away_ms > (int64_t)push->options->give_up_s * 1000)
		give_up(push, "giving up, as --give-up says");
}

static void send_first(struct push *push)
{
	struct err err = {0};

	push->first->attempts++;
	push->sending = push_http_send(push->http, push->first->body, push->first->size, &err);
	if (!push->sending)
		give_up(push, err.text);
}

static void take_reply(struct push *push)
{
	void *mem = mem_context(NULL);
	struct push_counts counts = {0};
	struct push_reply reply;
	const char *why = NULL;

	if (push_http_reply(push->http, &reply)) {
		push->sending = false;
		switch (push_judge(mem, &reply, push->first->attempts, &counts, &why)) {
		case PUSH_STORED:
			batch_stored(push, &counts);
			break;
		case PUSH_AGAIN:
			try_again(push, why, reply.retry_after_s);
			break;
		case PUSH_NEVER:
			give_up(push, why);
			break;
		}
	}
	mem_free(mem);
}

/* --- Input ------------------------------------------------------------------------------------- */

static void open_next(struct push *push)
{
	const char *file = push->options->files[push->next_file++];
	struct stat status;

	push->input = strcmp(file, "-") == 0 ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC);
	if (push->input < 0) {
		tell(push, "%s: cannot open: %s", name_of(file), strerror(errno));
		push->failed = true;
		return;
	}
	push->regular = fstat(push->input, &status) == 0 && S_ISREG(status.st_mode);
	push_batcher_open(push->batcher, file);
}

/* Ends the file, of which everything that was read is sent; `why` it cannot be read on, or NULL. */
static void close_input(struct push *push, const char *why)
{
	struct err err = {0};

	if (!push_batcher_close(push->batcher, &err) && why == NULL)
		why = err.text;
	if (why != NULL) {
		tell(push, "%s: %s", name_of(push->options->files[push->next_file - 1]), why);
		push->failed = true;
	}
	close(push->input);
	push->input = -1;
}

static void read_input(struct push *push)
{
	struct err err = {0};
	ssize_t got = read(push->input, push->piece, PIECE);
	uint64_t pending = push_batcher_pending(push->batcher);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got < 0) {
		close_input(push, strerror(errno));
	} else if (got == 0) {
		close_input(push, NULL);
	} else if (!push_batcher_feed(push->batcher, push->piece, (size_t)got, &err)) {
		close_input(push, err.text);
	} else {
		push->drained += push->stops > 0 ? (uint64_t)got : 0;
		if (pending == 0 || push_batcher_pending(push->batcher) < pending)
			push->batch_ms = now_ms();
	}
}

/* A stream's batch goes out when it is old enough; a file's only when it is full, so that the same
 * file makes the same batches. */
static void cut_old_batch(struct push *push)
{
	if (push->input >= 0 && !push->regular && push_batcher_pending(push->batcher) > 0 &&
		now_ms() - push->batch_ms >= (int64_t)push->options->batch_s * 1000)
		push_batcher_cut(push->batcher);
}

/* The reading is to end: a pipe is emptied, a file left as it is. */
static void stop_reading(struct push *push, bool readable)
{
	if (push->input >= 0 && (push->regular || !readable || push->drained > LEFT_IN_PIPE)) {
		push->failed = push->failed || push->regular;
		close_input(push, NULL);
	}
	if (push->input < 0 && push->next_file < push->options->file_count) {
		push->failed = true;
		push->next_file = push->options->file_count;
	}
}

/* --- The loop ---------------------------------------------------------------------------------- */

static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_signals(struct push *push)
{
	struct signalfd_siginfo signal_info;

	while (read(push->signals, &signal_info, sizeof signal_info) == sizeof signal_info) {
		if (++push->stops == 1)
			tell(push, "ending: what was read is sent first; once more ends at once");
		else
			push->failed = push->over = true;
	}
}

static bool wants_input(const struct push *push)
{
	return push->input >= 0 && push->waiting_bytes < push->options->buffer_bytes;
}

static int64_t sooner(int64_t timeout_ms, int64_t due_ms)
{
	int64_t left = due_ms - now_ms();

	if (left < 0)
		left = 0;
	return left < timeout_ms ? left : timeout_ms;
}

static int64_t timeout_of(const struct push *push)
{
	int64_t timeout = push->terminal ? PROGRESS_MS : 60000;

	if (push->first != NULL && !push->sending)
		timeout = sooner(timeout, push->next_try_ms);
	if (push->input >= 0 && !push->regular && push_batcher_pending(push->batcher) > 0)
		timeout = sooner(timeout, push->batch_ms + (int64_t)push->options->batch_s * 1000);
	return push->stops > 0 && push->input >= 0 ? 0 : timeout;
}

static void step(struct push *push)
{
	struct pollfd descriptors[DESCRIPTORS] = {
		[SIGNALS] = {.fd = push->signals, .events = POLLIN},
		[INPUT] = {.fd = push->input, .events = POLLIN},
	};
	bool wanted = wants_input(push), readable;

	push_http_wait(push->http, descriptors, wanted ? DESCRIPTORS : INPUT, timeout_of(push));
	readable = wanted && descriptors[INPUT].revents != 0;
	take_signals(push);
	if (push->sending)
		take_reply(push);
	if (readable && (push->stops == 0 || !push->regular))
		read_input(push);
	if (push->stops > 0)
		stop_reading(push, readable);
	cut_old_batch(push);
	if (!push->over && push->first != NULL && !push->sending && now_ms() >= push->next_try_ms)
		send_first(push);
	show_progress(push);
}

static bool has_more(struct push *push)
{
	while (push->input < 0 && push->next_file < push->options->file_count && push->stops == 0)
		open_next(push);
	return !push->over && (push->input >= 0 || push->first != NULL);
}

bool push_run(const struct push_options *options, struct push_totals *ret_totals)
{
	struct push *push = mem_new(NULL, struct push);
	const struct push_batch_handlers handlers = {
		.batch = take_batch, .broken = take_broken, .context = push};
	struct err err = {0};
	bool good;

	*ret_totals = (struct push_totals){0};
	push->options = options;
	push->totals = ret_totals;
	push->input = -1;
	push->piece = mem_array(push, char, PIECE);
	push->batcher = push_batcher_new(push, &options->limits, &handlers);
	push->terminal = !options->quiet && isatty(STDERR_FILENO) != 0;
	push->begun_ms = now_ms();
	push->signals = catch_signals();
	if (push->signals < 0)
		give_up(push, "signals cannot be received");
	else if (!push_http_new(push, &options->target, &push->http, &err))
		give_up(push, err.text);
	while (has_more(push))
		step(push);
	tell_unsent(push);
	good = !push->failed;
	while (push->first != NULL)
		forget_first(push);
	if (push->terminal)
		fputs("\r\033[K", stderr);
	if (push->input >= 0)
		close(push->input);
	if (push->signals >= 0)
		close(push->signals);
	mem_free(push);
	return good;
}
