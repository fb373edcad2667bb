#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/counters.h"
#include "base/limits.h"
#include "base/mem.h"

#define ROUTES 3

static char folder[] = "/tmp/cpa-counters.XXXXXX", path[64];

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/metrics", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static struct counters *opened(void *mem, uint64_t layout)
{
	struct counters *counters;
	struct err err = {0};

	assert_true(counters_open(mem, path, ROUTES, layout, &counters, &err));
	return counters;
}

/* What another worker does, in a process of its own. */
static pid_t worker(void (*work)(struct counters *counters))
{
	pid_t pid = fork();

	if (pid == 0) {
		void *mem = mem_context(NULL);

		work(opened(mem, 1));
		mem_free(mem);
		_exit(0);
	}
	return pid;
}

static void count_a_thousand(struct counters *counters)
{
	for (int i = 0; i < 1000; i++)
		counters_count(counters, 1, 200, 30000);
}

static void test_workers_count_together(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *counters = opened(mem, 1);
	const struct route_counters *route = counters_of_route(counters, 1);
	pid_t workers[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		workers[i] = worker(count_a_thousand);
	for (int i = 0; i < 4; i++)
		waitpid(workers[i], NULL, 0);
	assert_int_equal(route->statuses[200], 4000);
	assert_int_equal(route->duration_us, 4000 * 30000LL);
	assert_int_equal(route->classes[2], 4000);
	assert_int_equal(counters_of_route(counters, 0)->statuses[200], 0);
	mem_free(mem);
	mem = mem_context(NULL);
	assert_int_equal(counters_of_route(opened(mem, 1), 1)->statuses[200], 4000);
	mem_free(mem);
}

static void test_classes_and_bounds(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *counters = opened(mem, 2);
	const struct route_counters *route = counters_of_route(counters, 2);

	(void)state;
	assert_int_equal(route->statuses[200], 0);
	counters_count(counters, 2, 200, counters_classes_us[0]);
	counters_count(counters, 2, 200, counters_classes_us[0] + 1);
	counters_count(
		counters, 2, COUNTERS_STATUSES - 1, counters_classes_us[COUNTERS_CLASSES - 1] + 1);
	counters_count(counters, 2, COUNTERS_STATUSES, 1);
	counters_count(counters, 2, -1, 1);
	counters_count(counters, ROUTES, 200, 1);
	assert_int_equal(route->classes[0], 1);
	assert_int_equal(route->classes[1], 1);
	assert_int_equal(route->classes[COUNTERS_CLASSES - 1], 0);
	assert_int_equal(route->statuses[200], 2);
	assert_int_equal(route->statuses[COUNTERS_STATUSES - 1], 1);
	mem_free(mem);
}

/* A worker of the version before goes on with its own file. */
static void test_another_layout_is_another_file(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *before = opened(mem, 1), *after = opened(mem, 2);

	(void)state;
	counters_count(before, 0, 204, 1);
	counters_count(after, 0, 204, 1);
	counters_count(after, 0, 204, 1);
	assert_int_equal(counters_of_route(before, 0)->statuses[204], 1);
	assert_int_equal(counters_of_route(after, 0)->statuses[204], 2);
	mem_free(mem);
}

static void wait_busy(struct counters *counters)
{
	counters_busy(counters, true);
	pause();
}

static void wait_idle(struct counters *counters)
{
	counters_busy(counters, true);
	counters_busy(counters, false);
	pause();
}

static void await_workers(const struct counters *counters, int all, int busy)
{
	int seen_all = -1, seen_busy = -1;

	for (int i = 0; i < 500 && (seen_all != all || seen_busy != busy); i++) {
		usleep(10000);
		counters_workers(counters, &seen_all, &seen_busy);
	}
	assert_int_equal(seen_all, all);
	assert_int_equal(seen_busy, busy);
}

static void test_a_dead_worker_is_not_counted(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *counters = opened(mem, 1);
	pid_t busy, idle;

	(void)state;
	await_workers(counters, 1, 0);
	counters_busy(counters, true);
	await_workers(counters, 1, 1);
	busy = worker(wait_busy);
	idle = worker(wait_idle);
	await_workers(counters, 3, 2);
	kill(busy, SIGKILL);
	waitpid(busy, NULL, 0);
	await_workers(counters, 2, 1);
	kill(idle, SIGKILL);
	waitpid(idle, NULL, 0);
	await_workers(counters, 1, 1);
	mem_free(mem);
}

/* One more than there are places works too, and is not counted. */
static void test_more_workers_than_places(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *counters = opened(mem, 1);
	uint64_t before = counters_of_route(counters, 1)->statuses[200];
	pid_t workers[LIMIT_WORKERS];

	(void)state;
	for (int i = 1; i < LIMIT_WORKERS; i++)
		workers[i] = worker(wait_idle);
	await_workers(counters, LIMIT_WORKERS, 0);
	waitpid(worker(count_a_thousand), NULL, 0);
	assert_int_equal(counters_of_route(counters, 1)->statuses[200], before + 1000);
	for (int i = 1; i < LIMIT_WORKERS; i++)
		kill(workers[i], SIGKILL);
	for (int i = 1; i < LIMIT_WORKERS; i++)
		waitpid(workers[i], NULL, 0);
	await_workers(counters, 1, 0);
	mem_free(mem);
}

static void test_a_folder_that_is_not_there(void **state)
{
	void *mem = mem_context(NULL);
	struct counters *counters;
	struct err err = {0};

	(void)state;
	assert_false(counters_open(mem, "/nonexistent/metrics", ROUTES, 1, &counters, &err));
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	assert_non_null(strstr(err.text, "/nonexistent/metrics"));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers_count_together),
		cmocka_unit_test(test_classes_and_bounds),
		cmocka_unit_test(test_another_layout_is_another_file),
		cmocka_unit_test(test_a_dead_worker_is_not_counted),
		cmocka_unit_test(test_more_workers_than_places),
		cmocka_unit_test(test_a_folder_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
