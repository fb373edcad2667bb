#include "core/name_conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct named_use {
	uint32_t subject;
	enum protocol protocol;
	uint16_t port;
	const char *name;
	int64_t first_used_ns, last_denied_ns; /* INT64_MAX and INT64_MIN: never */
};

struct name_conflicts {
	struct named_use *items; /* sorted by the first four */
	size_t count, capacity;
};

static int by_use(const void *left, const void *right)
{
	const struct named_use *a = left, *b = right;

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void add(struct name_conflicts *to, const struct question *q, enum left_out obstacle,
	const char *name)
{
	bool denied = obstacle == LEFT_OUT_DENIED || obstacle == LEFT_OUT_REFUSED;

	mem_reserve(to, to->items, &to->capacity, to->count + 1);
	to->items[to->count++] = (struct named_use){.subject = q->subject,
		.protocol = q->connection->protocol,
		.port = q->connection->port,
		.name = name,
		.first_used_ns = denied ? INT64_MAX : question_first_ns(q),
		.last_denied_ns = denied ? question_last_ns(q) : INT64_MIN};
}

/* One entry per subject, port and name, if its denials are not all in the past. */
static void keep_conflicts(struct name_conflicts *conflicts)
{
	size_t kept = 0;

	if (conflicts->count > 0)
		qsort(conflicts->items, conflicts->count, sizeof *conflicts->items, by_use);
	for (size_t from = 0, to; from < conflicts->count; from = to) {
		struct named_use all = conflicts->items[from];

		for (to = from + 1; to < conflicts->count &&
				    by_use(&conflicts->items[to], &conflicts->items[from]) == 0;
			to++) {
			const struct named_use *more = &conflicts->items[to];

			if (more->first_used_ns < all.first_used_ns)
				all.first_used_ns = more->first_used_ns;
			if (more->last_denied_ns > all.last_denied_ns)
				all.last_denied_ns = more->last_denied_ns;
		}
		if (all.last_denied_ns >= all.first_used_ns)
			conflicts->items[kept++] = all;
	}
	conflicts->count = kept;
}

struct name_conflicts *name_conflicts_find(
	void *mem, const struct analysis *analysis, const struct outside_names *names)
{
	struct name_conflicts *conflicts = mem_new(mem, struct name_conflicts);

	for (size_t i = 0; i < analysis->settlement->count; i++) {
		struct question q = question_ask(analysis, i, SIDE_EGRESS);
		enum left_out obstacle = question_obstacle(&q);
		const struct outside_name *known;
		size_t count;

		if (q.peer->class != PEER_OUTSIDE ||
			(obstacle != LEFT_OUT_NOT && obstacle != LEFT_OUT_DENIED &&
				obstacle != LEFT_OUT_REFUSED))
			continue;
		known = outside_names_of(names, q.subject, q.peer->address, &count);
		for (size_t j = 0; j < count; j++)
			if (known[j].since_ns <= question_last_ns(&q))
				add(conflicts, &q, obstacle, known[j].name);
	}
	keep_conflicts(conflicts);
	return conflicts;
}

bool name_conflicts_has(
	const struct name_conflicts *conflicts, const struct question *question, const char *name)
{
	struct named_use wanted = {.subject = question->subject,
		.protocol = question->connection->protocol,
		.port = question->connection->port,
		.name = name};

	return conflicts->count > 0 &&
	       bsearch(&wanted, conflicts->items, conflicts->count, sizeof wanted, by_use) != NULL;
}
