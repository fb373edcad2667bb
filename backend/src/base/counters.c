#include "base/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 * A worker holds a lock on the byte of its place, and on another one while it is busy. The kernel
 * gives up both when it dies, however it dies, so the numbers of workers are never wrong.
 */
struct page {
	uint64_t layout, routes_count;
	char alive[LIMIT_WORKERS], busy[LIMIT_WORKERS];
	struct route_counters routes[];
};

struct counters {
	int file, place; /* place < 0: there was none left */
	bool busy;
	size_t size, routes_count;
	struct page *page;
};

const int64_t counters_classes_us[COUNTERS_CLASSES] = {
	5000, 25000, 100000, 500000, 2500000, 10000000, 60000000};

static void close_counters(void *pointer)
{
	struct counters *counters = pointer;

	if (counters->page != NULL)
		munmap(counters->page, counters->size);
	close(counters->file);
}

static struct flock byte_lock(short type, size_t offset)
{
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)offset, .l_len = 1};
}

static bool lock(const struct counters *counters, short type, size_t offset)
{
	struct flock wanted = byte_lock(type, offset);

	return fcntl(counters->file, F_SETLK, &wanted) == 0;
}

/* By another process: one's own locks are never in one's way. */
static bool is_locked(const struct counters *counters, size_t offset)
{
	struct flock wanted = byte_lock(F_WRLCK, offset);

	return fcntl(counters->file, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
}

static size_t alive_at(int place)
{
	return offsetof(struct page, alive) + (size_t)place;
}

static size_t busy_at(int place)
{
	return offsetof(struct page, busy) + (size_t)place;
}

static bool was_removed(const struct counters *counters)
{
	struct stat state;

	return fstat(counters->file, &state) == 0 && state.st_nlink == 0;
}

/* The whole of the file as memory, made if it is empty. False when it is of another layout. */
static bool map(struct counters *counters, uint64_t layout)
{
	struct stat state;
	void *bytes;

	if (fstat(counters->file, &state) != 0)
		return false;
	if (state.st_size == 0 && ftruncate(counters->file, (off_t)counters->size) == 0)
		state.st_size = (off_t)counters->size;
	if ((size_t)state.st_size != counters->size)
		return false;
	bytes = mmap(NULL, counters->size, PROT_READ | PROT_WRITE, MAP_SHARED, counters->file, 0);
	if (bytes == MAP_FAILED)
		return false;
	counters->page = bytes;
	if (counters->page->routes_count == 0) {
		counters->page->layout = layout;
		counters->page->routes_count = counters->routes_count;
	}
	return counters->page->layout == layout &&
	       counters->page->routes_count == counters->routes_count;
}

static void take_place(struct counters *counters)
{
	for (counters->place = 0; counters->place < LIMIT_WORKERS; counters->place++)
		if (lock(counters, F_WRLCK, alive_at(counters->place)))
			return;
	counters->place = -1;
}

bool counters_open(void *mem, const char *path, size_t routes, uint64_t layout,
	struct counters **ret_counters, struct err *err)
{
	/* A file of another layout is removed; who waited for its lock meanwhile finds the new one. */
	for (int attempt = 0; attempt < 10; attempt++) {
		struct counters *counters = mem_new(mem, struct counters);
		bool mapped;

		counters->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
		if (counters->file < 0)
			break;
		mem_attach(counters, counters, close_counters);
		counters->routes_count = routes;
		counters->size = sizeof(struct page) + routes * sizeof(struct route_counters);
		if (flock(counters->file, LOCK_EX) != 0)
			break;
		mapped = !was_removed(counters) && map(counters, layout);
		if (!mapped && !was_removed(counters))
			unlink(path);
		flock(counters->file, LOCK_UN);
		if (mapped) {
			take_place(counters);
			*ret_counters = counters;
			return true;
		}
		mem_free(counters);
	}
	return err_set(err, ERR_UNAVAILABLE, "The counters cannot be kept in %s: %s.", path,
		strerror(errno));
}

void counters_busy(struct counters *counters, bool busy)
{
	if (counters == NULL)
		return;
	counters->busy = busy;
	if (counters->place >= 0)
		lock(counters, busy ? F_WRLCK : F_UNLCK, busy_at(counters->place));
}

void counters_count(struct counters *counters, size_t route, int status, int64_t duration_us)
{
	struct route_counters *of_route;

	if (counters == NULL || route >= counters->routes_count || status < 0 ||
		status >= COUNTERS_STATUSES)
		return;
	of_route = &counters->page->routes[route];
	of_route->statuses[status]++;
	of_route->duration_us += (uint64_t)duration_us;
	for (size_t i = 0; i < COUNTERS_CLASSES; i++)
		if (duration_us <= counters_classes_us[i]) {
			of_route->classes[i]++;
			return;
		}
}

const struct route_counters *counters_of_route(const struct counters *counters, size_t route)
{
	return &counters->page->routes[route];
}

void counters_workers(const struct counters *counters, int *ret_all, int *ret_busy)
{
	*ret_all = *ret_busy = 0;
	for (int place = 0; place < LIMIT_WORKERS; place++) {
		bool own = place == counters->place;

		*ret_all += own || is_locked(counters, alive_at(place));
		*ret_busy += own ? counters->busy : is_locked(counters, busy_at(place));
	}
}
