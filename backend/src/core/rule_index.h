/*
 * Finds the rules of a set whose subjects include those of another rule, without looking at all of
 * them: a rule that demands a label with one value can only cover rules that demand the same.
 */
#ifndef CORE_RULE_INDEX_H
#define CORE_RULE_INDEX_H

#include "core/simulate_set.h"

struct rule_index;

/* Of all rules of the set, which must outlive it. */
struct rule_index *rule_index_new(void *mem, const struct policy_set *set);

/* Rules in the order of the set. */
struct rule_list {
	const struct compiled_rule **items;
	size_t count, capacity;
};

/* The rules that apply wherever `rule` does, itself included if it is of the set. Owned by `mem`. */
struct rule_list rule_index_covering(
	void *mem, const struct rule_index *index, const struct compiled_rule *rule);

#endif
