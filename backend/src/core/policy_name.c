#include "core/policy_name.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "core/table.h"

/* Longer names are allowed, but do not fit into a label value. */
#define SHORT_NAME 63
#define TAIL       9 /* "-" and eight digits */

bool policy_name_is_valid(const char *name)
{
	size_t size = strlen(name);

	if (size == 0 || size > 253)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = name[i];
		bool inner = i > 0 && i < size - 1 && name[i - 1] != '.' && name[i + 1] != '.';

		if (!islower((unsigned char)c) && !isdigit((unsigned char)c) &&
			!((c == '-' || c == '.') && inner))
			return false;
	}
	return true;
}

/* Lower case, everything else a dash, no dashes at the ends. */
static char *sanitise(void *mem, const char *text)
{
	char *name = mem_text(mem, text);
	size_t size = strlen(name), start = 0;

	for (size_t i = 0; i < size; i++)
		name[i] = isalnum((unsigned char)name[i]) ? (char)tolower((unsigned char)name[i])
							  : '-';
	while (size > 0 && name[size - 1] == '-')
		name[--size] = '\0';
	while (name[start] == '-')
		start++;
	return name[start] != '\0' ? name + start : mem_text(mem, "workload");
}

static char *with_tail(void *mem, const char *name, uint64_t hash)
{
	size_t size = strlen(name);

	if (size > SHORT_NAME - TAIL)
		size = SHORT_NAME - TAIL;
	while (size > 0 && name[size - 1] == '-')
		size--;
	return mem_format(mem, "%.*s-%08x", (int)size, name, (unsigned)(hash & 0xffffffff));
}

/* Depends on nothing but the workload itself. */
static uint64_t fingerprint(const struct pod_workload *workload)
{
	uint64_t hash = table_hash_text(workload->cluster, 0);

	hash = table_hash_text(workload->namespace, hash);
	hash = table_hash_text(workload->name, hash);
	for (size_t i = 0; i < workload->stable.count; i++)
		hash = table_hash_text(workload->stable.items[i], hash);
	return hash;
}

struct taken {
	const struct workloads *workloads;
	const char **names;
	bool clusterwide;
};

struct wanted {
	const char *namespace, *name;
};

static bool name_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct taken *taken = context;
	const struct wanted *other = wanted;

	return (taken->clusterwide ||
		       strcmp(taken->workloads->items[number].namespace, other->namespace) == 0) &&
	       strcmp(taken->names[number], other->name) == 0;
}

const char **policy_names(void *mem, const struct workloads *workloads, bool clusterwide)
{
	const char **names = mem_array(mem, const char *, workloads->count + 1);
	struct taken taken = {workloads, names, clusterwide};
	struct table table = {0};

	for (uint32_t i = 0; i < workloads->count; i++) {
		const struct pod_workload *workload = &workloads->items[i];
		const char *prefix = clusterwide ? workload->namespace : "";
		char *name = sanitise(mem,
			mem_format(mem, "%s%s%s", prefix, clusterwide ? "-" : "", workload->name));
		struct wanted wanted = {clusterwide ? "" : workload->namespace, name};
		uint64_t hash, salt = fingerprint(workload);

		if (strlen(name) > SHORT_NAME)
			wanted.name = with_tail(mem, name, salt);
		for (;;) {
			hash = table_hash_text(wanted.name, table_hash_text(wanted.namespace, 0));
			if (table_find(&table, hash, name_equal, &taken, &wanted) == TABLE_NONE)
				break;
			wanted.name = with_tail(mem, name, salt++);
		}
		names[i] = wanted.name;
		table_add(mem, &table, hash, i);
	}
	return names;
}
