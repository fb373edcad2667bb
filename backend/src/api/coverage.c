#include "api/coverage.h"

#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/policy_read.h"
#include "core/selector.h"
#include "store/policies.h"

struct coverage {
	struct subject {
		const char *namespace; /* "" = all */
		struct label_selector selector;
	} * subjects;
	size_t count, capacity;
};

static void add_policy(struct coverage *coverage, const struct policy *policy)
{
	bool everywhere = policy->kind == POLICY_CLUSTERWIDE;
	const char *namespace = *policy->namespace == '\0' ? "default" : policy->namespace;

	for (size_t i = 0; i < policy->rule_count; i++) {
		if (!policy->rules[i].has_endpoint_selector)
			continue;
		mem_reserve(coverage, coverage->subjects, &coverage->capacity, coverage->count + 1);
		coverage->subjects[coverage->count++] = (struct subject){
			.namespace = everywhere ? "" : namespace,
			.selector = label_selector_new(coverage, &policy->rules[i].subject)};
	}
}

bool coverage_load(struct db *db, void *mem, struct coverage **ret_coverage, struct err *err)
{
	struct coverage *coverage = mem_new(mem, struct coverage);
	struct policy_texts texts;

	if (!policy_texts(db, coverage, NULL, &texts, err))
		return false;
	for (size_t i = 0; i < texts.count; i++) {
		const char *yaml = texts.items[i].yaml;
		struct policies policies;

		/* what is stored was read before; a text that an older version took counts for nothing */
		if (!policy_read(coverage, yaml, strlen(yaml), &policies, NULL))
			continue;
		for (size_t j = 0; j < policies.count; j++)
			add_policy(coverage, &policies.items[j]);
	}
	*ret_coverage = coverage;
	return true;
}

bool coverage_selects(const struct coverage *coverage, const char *namespace, const json_t *labels)
{
	void *scratch = mem_context(NULL);
	struct label_set set = {0};
	bool selected = false;
	const json_t *label;
	size_t i;

	json_array_foreach(labels, i, label) label_set_add(scratch, &set, json_string_value(label));
	for (size_t j = 0; j < coverage->count && !selected; j++) {
		const struct subject *subject = &coverage->subjects[j];

		selected = (*subject->namespace == '\0' ||
				   strcmp(subject->namespace, namespace) == 0) &&
			   label_selector_matches(&subject->selector, &set) == TRISTATE_YES;
	}
	mem_free(scratch);
	return selected;
}
