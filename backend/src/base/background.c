#include "base/background.h"

#include <pthread.h>
#include <signal.h>

#include "base/mem.h"

struct background {
	background_work *work; /* NULL: idle */
	void *context;
	bool threaded;
	pthread_t thread;
	bool done;
	struct err problem;
};

static void *run(void *object)
{
	struct background *background = object;

	background->done = background->work(background->context, &background->problem);
	return NULL;
}

static void join(struct background *background)
{
	if (background->threaded)
		pthread_join(background->thread, NULL);
	background->threaded = false;
}

static void background_free(void *object)
{
	join(object);
}

struct background *background_new(void *mem)
{
	struct background *background = mem_new(mem, struct background);

	mem_attach(background, background, background_free);
	return background;
}

void background_begin(struct background *background, background_work *work, void *context)
{
	sigset_t all, before;

	background->work = work;
	background->context = context;
	background->problem = (struct err){0};
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	background->threaded = pthread_create(&background->thread, NULL, run, background) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!background->threaded)
		run(background);
}

bool background_busy(const struct background *background)
{
	return background->work != NULL;
}

bool background_wait(struct background *background, struct err *err)
{
	join(background);
	background->work = NULL;
	if (!background->done)
		*err = background->problem;
	return background->done;
}
