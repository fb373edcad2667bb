/* base/background: work beside the caller, its result, its signals, and freeing while it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/background.h"
#include "base/mem.h"

struct job {
	int pipe[2]; /* the work waits until a byte comes */
	bool fails;
	char got;
	bool signals_blocked;
};

static bool work(void *context, struct err *err)
{
	struct job *job = context;
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	job->signals_blocked = sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGINT) == 1;
	assert_int_equal(read(job->pipe[0], &job->got, 1), 1);
	return job->fails ? err_set(err, ERR_BUSY, "It failed.") : true;
}

static struct job job_of(bool fails)
{
	struct job job = {.fails = fails};

	assert_int_equal(pipe(job.pipe), 0);
	return job;
}

static void job_end(const struct job *job)
{
	close(job->pipe[0]);
	close(job->pipe[1]);
}

static void goes_on_beside(void **state)
{
	void *mem = mem_context(NULL);
	struct background *background = background_new(mem);
	struct err err = {0};

	(void)state;
	assert_false(background_busy(background));
	for (int round = 0; round < 4; round++) {
		struct job job = job_of(round % 2 == 1);
		sigset_t mask;

		background_begin(background, work, &job);
		assert_true(background_busy(background));
		/* the work could not go on if it were not beside us */
		assert_int_equal(write(job.pipe[1], "x", 1), 1);
		err = (struct err){0};
		assert_int_equal(background_wait(background, &err), round % 2 == 0);
		assert_int_equal(err.code, round % 2 == 0 ? ERR_NONE : ERR_BUSY);
		assert_false(background_busy(background));
		assert_int_equal(job.got, 'x');
		assert_true(job.signals_blocked);
		pthread_sigmask(SIG_SETMASK, NULL, &mask);
		assert_int_equal(sigismember(&mask, SIGTERM), 0);
		job_end(&job);
	}
	mem_free(mem);
}

static void freeing_waits(void **state)
{
	void *mem = mem_context(NULL);
	struct background *background = background_new(mem);
	struct job job = job_of(false);

	(void)state;
	background_begin(background, work, &job);
	assert_int_equal(write(job.pipe[1], "y", 1), 1);
	mem_free(mem);
	assert_int_equal(job.got, 'y');
	job_end(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_beside),
		cmocka_unit_test(freeing_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
