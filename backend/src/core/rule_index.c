#include "core/rule_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_cover.h"

/* A rule below one of its demands for a label with one value, or below none. */
struct entry {
	uint64_t demand; /* a hash of key and value; NO_DEMAND */
	const struct compiled_rule *rule;
};

#define NO_DEMAND 0 /* as label_requirement.pair_hash has it */

struct rule_index {
	struct entry *entries; /* sorted by demand, then as in the set */
	size_t count;
};

static int by_demand(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->demand != b->demand)
		return a->demand < b->demand ? -1 : 1;
	return (a->rule > b->rule) - (a->rule < b->rule);
}

/* The run of entries below a demand. */
static const struct entry *find_run(
	const struct rule_index *index, uint64_t demand, size_t *ret_count)
{
	size_t low = 0, high = index->count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->entries[middle].demand < demand)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < index->count && index->entries[end].demand == demand;)
		end++;
	*ret_count = end - low;
	return index->entries + low;
}

/* All demands of all rules, to see which are rare: a namespace is asked for by many. */
static struct rule_index *count_demands(void *mem, const struct policy_set *set)
{
	struct rule_index *all = mem_new(mem, struct rule_index);
	size_t capacity = 0;

	for (size_t i = 0; i < set->rule_count; i++) {
		const struct label_selector *subject = &set->rules[i].subject;

		for (size_t j = 0; j < subject->count; j++) {
			if (subject->items[j].pair_hash == NO_DEMAND)
				continue;
			mem_reserve(all, all->entries, &capacity, all->count + 1);
			all->entries[all->count++] =
				(struct entry){subject->items[j].pair_hash, &set->rules[i]};
		}
	}
	if (all->count > 0)
		qsort(all->entries, all->count, sizeof *all->entries, by_demand);
	return all;
}

static uint64_t rarest_demand(const struct rule_index *all, const struct label_selector *subject)
{
	uint64_t rarest = NO_DEMAND;
	size_t fewest = SIZE_MAX, count;

	for (size_t i = 0; i < subject->count; i++) {
		if (subject->items[i].pair_hash == NO_DEMAND)
			continue;
		find_run(all, subject->items[i].pair_hash, &count);
		if (count < fewest) {
			fewest = count;
			rarest = subject->items[i].pair_hash;
		}
	}
	return rarest;
}

struct rule_index *rule_index_new(void *mem, const struct policy_set *set)
{
	struct rule_index *index = mem_new(mem, struct rule_index);
	struct rule_index *all = count_demands(index, set);

	index->entries = mem_array(index, struct entry, set->rule_count + 1);
	for (size_t i = 0; i < set->rule_count; i++)
		index->entries[index->count++] =
			(struct entry){rarest_demand(all, &set->rules[i].subject), &set->rules[i]};
	mem_free(all);
	if (index->count > 0)
		qsort(index->entries, index->count, sizeof *index->entries, by_demand);
	return index;
}

static void add_covering(void *mem, struct rule_list *list, const struct rule_index *index,
	uint64_t demand, const struct compiled_rule *rule)
{
	size_t count;
	const struct entry *run = find_run(index, demand, &count);

	for (size_t i = 0; i < count; i++) {
		if (run[i].rule->for_nodes != rule->for_nodes ||
			!selector_covers(&run[i].rule->subject, &rule->subject))
			continue;
		mem_reserve(mem, list->items, &list->capacity, list->count + 1);
		list->items[list->count++] = run[i].rule;
	}
}

static int by_place(const void *left, const void *right)
{
	const struct compiled_rule *const *a = left, *const *b = right;

	return (*a > *b) - (*a < *b);
}

struct rule_list rule_index_covering(
	void *mem, const struct rule_index *index, const struct compiled_rule *rule)
{
	struct rule_list list = {0};
	size_t kept = 0;

	add_covering(mem, &list, index, NO_DEMAND, rule);
	for (size_t i = 0; i < rule->subject.count; i++) {
		uint64_t demand = rule->subject.items[i].pair_hash;

		if (demand != NO_DEMAND)
			add_covering(mem, &list, index, demand, rule);
	}
	if (list.count > 0)
		qsort(list.items, list.count, sizeof *list.items, by_place);
	for (size_t i = 0; i < list.count; i++)
		if (i == 0 || list.items[i] != list.items[i - 1])
			list.items[kept++] = list.items[i];
	list.count = kept;
	return list;
}
