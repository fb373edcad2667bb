#include "base/background.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

struct background {
	pthread_t thread;
	bool threaded; /* since the first piece of work */
	sem_t begun, ended;
	background_work *work; /* NULL: idle; as something that begins, the end */
	void *context;
	bool done;
	struct err problem;
};

/* The thread takes no signals, so nothing but memory that is not ours can make a semaphore fail. */
static void await(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		if (errno != EINTR)
			abort();
}

static void work(struct background *background)
{
	background->done = background->work(background->context, &background->problem);
}

static void *run(void *object)
{
	struct background *background = object;

	for (;;) {
		await(&background->begun);
		if (background->work == NULL)
			return NULL;
		work(background);
		sem_post(&background->ended);
	}
}

static void background_free(void *object)
{
	struct background *background = object;

	if (background->threaded) {
		if (background->work != NULL)
			await(&background->ended);
		background->work = NULL;
		sem_post(&background->begun);
		pthread_join(background->thread, NULL);
	}
	sem_destroy(&background->begun);
	sem_destroy(&background->ended);
}

struct background *background_new(void *mem)
{
	struct background *background = mem_new(mem, struct background);

	sem_init(&background->begun, 0, 0);
	sem_init(&background->ended, 0, 0);
	mem_attach(background, background, background_free);
	return background;
}

static bool start_thread(struct background *background)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&background->thread, NULL, run, background) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

void background_begin(struct background *background, background_work *todo, void *context)
{
	background->work = todo;
	background->context = context;
	background->problem = (struct err){0};
	if (!background->threaded)
		background->threaded = start_thread(background);
	if (background->threaded)
		sem_post(&background->begun);
	else
		work(background);
}

bool background_busy(const struct background *background)
{
	return background->work != NULL;
}

bool background_wait(struct background *background, struct err *err)
{
	if (background->threaded)
		await(&background->ended);
	background->work = NULL;
	if (!background->done)
		*err = background->problem;
	return background->done;
}
