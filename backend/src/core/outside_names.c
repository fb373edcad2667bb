#include "core/outside_names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LONGEST_NAME 255

static int compare_address(const struct outside_name *a, const struct outside_name *b)
{
	if (a->workload != b->workload)
		return a->workload < b->workload ? -1 : 1;
	return strcmp(a->address, b->address);
}

static int by_address_and_name(const void *left, const void *right)
{
	const struct outside_name *a = left, *b = right;
	int order = compare_address(a, b);

	if (order == 0)
		order = strcmp(a->name, b->name);
	return order != 0 ? order : (a->since_ns > b->since_ns) - (a->since_ns < b->since_ns);
}

bool outside_name_is_usable(const char *name)
{
	static const char *const in_cluster[] = {".cluster.local", ".svc"};
	size_t size = strlen(name);

	if (size == 0 || size > LONGEST_NAME || strstr(name, ".svc.") != NULL)
		return false;
	for (size_t i = 0; i < sizeof in_cluster / sizeof *in_cluster; i++) {
		size_t tail = strlen(in_cluster[i]);

		if (size >= tail && strcmp(name + size - tail, in_cluster[i]) == 0)
			return false;
	}
	for (size_t i = 0; i < size; i++) {
		if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL)
			return false;
		if (name[i] == '.' && (i == 0 || name[i - 1] == '.'))
			return false;
	}
	return true;
}

struct collection {
	void *mem;
	struct outside_names *names;
	size_t capacity;
};

static void add(struct collection *to, uint32_t workload, const char *address, const char *name,
	int64_t since_ns)
{
	struct outside_names *names = to->names;

	if (workload == NO_WORKLOAD || *address == '\0' || !outside_name_is_usable(name))
		return;
	mem_reserve(to->mem, names->items, &to->capacity, names->count + 1);
	names->items[names->count++] = (struct outside_name){workload, address, name, since_ns};
}

static void add_answers(struct collection *to, uint32_t workload, const struct connection *line)
{
	for (size_t i = 0; i < line->l7_count; i++) {
		const struct l7_fact *fact = &line->l7[i];

		if (fact->kind != L7_DNS || fact->denied)
			continue;
		for (size_t j = 0; j < fact->addresses.count; j++)
			add(to, workload, fact->addresses.items[j], fact->name, fact->first_ns);
	}
}

struct outside_names *outside_names_find(void *mem, const struct traffic *traffic,
	const struct workloads *workloads, const struct settlement *settlement, bool *capped)
{
	struct outside_names *names = mem_new(mem, struct outside_names);
	struct collection to = {names, names, 0};
	size_t kept = 0;

	for (size_t i = 0; i < settlement->count; i++) {
		const struct settled *settled = &settlement->items[i];
		const struct identity *server = &traffic->identities[settled->server];
		uint32_t workload = workloads->of[settled->client];

		for (size_t j = 0; j < settled->connection_count; j++) {
			const struct connection *line =
				&traffic->connections[settled->connections[j]];

			for (size_t k = 0; k < line->names.count; k++)
				add(&to, workload, server->address, line->names.items[k],
					INT64_MIN);
			if (!line->l7_capped)
				add_answers(&to, workload, line);
			else if (capped != NULL && workload != NO_WORKLOAD && settled->dns)
				capped[workload] = true;
		}
	}
	if (names->count > 0)
		qsort(names->items, names->count, sizeof *names->items, by_address_and_name);
	for (size_t i = 0; i < names->count; i++)
		if (i == 0 || compare_address(&names->items[i], &names->items[i - 1]) != 0 ||
			strcmp(names->items[i].name, names->items[i - 1].name) != 0)
			names->items[kept++] = names->items[i];
	names->count = kept;
	return names;
}

const struct outside_name *outside_names_of(const struct outside_names *names, uint32_t workload,
	const char *address, size_t *ret_count)
{
	struct outside_name wanted = {workload, address, "", INT64_MIN};
	size_t low = 0, high = names->count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_address(&names->items[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < names->count && compare_address(&names->items[end], &wanted) == 0;)
		end++;
	*ret_count = end - low;
	return *ret_count > 0 ? names->items + low : NULL;
}
