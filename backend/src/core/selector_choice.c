/*
 * Start with the labels that name the workload by convention, add the stable label that rules out
 * most others until nobody else is selected, and where its labels are a subset of another's, demand
 * that the other's extra label is absent.
 */
#include "core/selector_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/stable_labels.h"
#include "core/text_set.h"

/* A label of a namespace's pods, and a pod that has it. */
struct posting {
	const char *label;
	uint32_t identity;
};

/* The choice for one workload among the neighbours of its namespace. */
struct choice {
	void *mem;
	const struct traffic *traffic;
	const struct workloads *workloads;
	uint32_t self;
	uint32_t from, to;              /* workloads of the same namespace and cluster */
	const struct posting *postings; /* of those, sorted by label */
	size_t posting_count;
	const char **labels; /* chosen so far */
	size_t label_count;
	const char **absent; /* keys that must not be there */
	size_t absent_count;
};

static int by_label(const void *left, const void *right)
{
	const struct posting *a = left, *b = right;
	int order = strcmp(a->label, b->label);

	return order != 0 ? order : (a->identity > b->identity) - (a->identity < b->identity);
}

/* The first posting whose label is not smaller, or, with `after`, that is larger. */
static const struct posting *find_posting(
	const struct choice *choice, const char *label, bool after)
{
	size_t low = 0, high = choice->posting_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(choice->postings[middle].label, label);

		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return choice->postings + low;
}

static bool has_key(const struct text_list *labels, const char *key)
{
	return labels_value(labels, key) != NULL;
}

static bool selects(const struct choice *choice, const struct text_list *labels)
{
	for (size_t i = 0; i < choice->label_count; i++)
		if (!text_set_has(labels, choice->labels[i]))
			return false;
	for (size_t i = 0; i < choice->absent_count; i++)
		if (has_key(labels, choice->absent[i]))
			return false;
	return true;
}

/*
 * The pods that have the rarest chosen label: only they can be selected. Looking no further keeps the
 * choice linear where thousands of workloads share a namespace.
 */
static size_t candidates(const struct choice *choice, const struct posting **ret_first)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < choice->label_count; i++) {
		const struct posting *first = find_posting(choice, choice->labels[i], false);
		size_t run = (size_t)(find_posting(choice, choice->labels[i], true) - first);

		if (run < fewest) {
			fewest = run;
			*ret_first = first;
		}
	}
	return fewest;
}

/* Does the choice select this pod although it is another workload's? */
static bool is_stranger(const struct choice *choice, uint32_t identity)
{
	return choice->workloads->of[identity] != choice->self &&
	       selects(choice, &choice->traffic->identities[identity].labels);
}

static size_t strangers(const struct choice *choice)
{
	const struct posting *first;
	size_t count = 0, run = candidates(choice, &first);

	for (size_t i = 0; i < run; i++)
		count += is_stranger(choice, first[i].identity);
	return count;
}

static bool has_strangers(const struct choice *choice)
{
	const struct posting *first;
	size_t run = candidates(choice, &first);

	for (size_t i = 0; i < run; i++)
		if (is_stranger(choice, first[i].identity))
			return true;
	return false;
}

/*
 * How far the choice is from being unique. Where very many pods share its labels their number stands for
 * that of the strangers: counting those for each of thousands of workloads would take the square of
 * their number.
 */
#define MOST_COUNTED 64

static size_t distance(const struct choice *choice, bool exact)
{
	const struct posting *first;
	size_t run = candidates(choice, &first);

	return exact || run <= MOST_COUNTED ? strangers(choice) : run;
}

static bool is_chosen(const struct choice *choice, const char *label)
{
	for (size_t i = 0; i < choice->label_count; i++)
		if (strcmp(choice->labels[i], label) == 0)
			return true;
	return false;
}

/*
 * Is it likely to stay over a rollout, as far as anybody can tell? Not if its key was seen to vary
 * within a workload, nor if its value counts something (a build, a release, a shard).
 */
static bool is_trusted(const struct choice *choice, const char *label)
{
	static const struct text_list none = {NULL, 0};
	struct label parts = label_split(label);

	if (label_rank(label, &none, &none) <= LABEL_COMMON_NAME)
		return true;
	if (strpbrk(parts.value, "0123456789") != NULL)
		return false;
	for (size_t i = 0; i < choice->workloads->varying_keys.count; i++) {
		const char *key = choice->workloads->varying_keys.items[i];

		if (strlen(key) == parts.key_size && memcmp(key, parts.key, parts.key_size) == 0)
			return false;
	}
	return true;
}

static void take(struct choice *choice, const char *label)
{
	choice->labels[choice->label_count++] = label;
}

/* All labels of the best rank that can stand alone; of the common names only the most preferred. */
static void start(struct choice *choice, const struct text_list *stable)
{
	static const struct text_list none = {NULL, 0};
	const char *best = NULL;
	bool named = false;

	for (size_t i = 0; i < stable->count; i++)
		named |= label_preference(stable->items[i]) == 0;
	for (size_t i = 0; i < stable->count; i++) {
		const char *label = stable->items[i];

		if (named && label_rank(label, &none, &none) == LABEL_NAMES_WORKLOAD)
			take(choice, label);
		if (best == NULL || label_preference(label) < label_preference(best))
			best = label;
	}
	if (named || best == NULL)
		return;
	if (label_rank(best, &none, &none) <= LABEL_COMMON_NAME) {
		take(choice, best);
		return;
	}
	for (size_t i = 0; i < stable->count; i++)
		if (is_trusted(choice, stable->items[i]))
			take(choice, stable->items[i]);
	if (choice->label_count > 0)
		return;
	for (size_t i = 0; i < stable->count; i++)
		take(choice, stable->items[i]);
}

/* Adds the label that leaves the fewest strangers, the preferred of equals; false if none helps. */
static bool add_best(
	struct choice *choice, const struct text_list *stable, bool trusted, bool exact)
{
	size_t before = distance(choice, exact), fewest = before;
	const char *best = NULL;

	for (size_t i = 0; i < stable->count; i++) {
		const char *label = stable->items[i];
		size_t left;

		if (is_chosen(choice, label) || (trusted && !is_trusted(choice, label)))
			continue;
		take(choice, label);
		left = distance(choice, exact);
		choice->label_count--;
		if (left < fewest || (left == fewest && left < before &&
					     label_preference(label) < label_preference(best))) {
			fewest = left;
			best = label;
		}
	}
	if (best == NULL)
		return false;
	take(choice, best);
	return true;
}

/* A selector that names more absent labels than this tells nobody anything. */
#define MOST_ABSENT 8

static bool own_pods_lack(const struct choice *choice, const char *key)
{
	const struct pod_workload *self = &choice->workloads->items[choice->self];

	for (size_t i = 0; i < self->identity_count; i++)
		if (has_key(&choice->traffic->identities[self->identities[i]].labels, key))
			return false;
	return true;
}

/* The keys of the strangers' stable labels, sorted; so many that more would tell nobody anything. */
#define MOST_KEYS 64

static struct text_list strangers_keys(const struct choice *choice)
{
	const struct posting *first;
	size_t run = candidates(choice, &first);
	struct text_list keys = {NULL, 0};

	for (size_t i = 0; i < run; i++) {
		const struct text_list *stable;

		if (!is_stranger(choice, first[i].identity))
			continue;
		stable = &choice->workloads->items[choice->workloads->of[first[i].identity]].stable;
		for (size_t j = 0; j < stable->count; j++) {
			struct label parts = label_split(stable->items[j]);
			char *key = mem_text_n(choice->mem, parts.key, parts.key_size);

			text_set_add(choice->mem, &keys, key, MOST_KEYS);
			mem_free(key);
		}
	}
	return keys;
}

/* Adds the key whose absence rules out most strangers; false if none does. */
static bool add_best_absence(struct choice *choice)
{
	struct text_list keys = strangers_keys(choice);
	size_t fewest = strangers(choice);
	const char *best = NULL;

	for (size_t i = 0; i < keys.count; i++) {
		size_t left;

		if (!own_pods_lack(choice, keys.items[i]))
			continue;
		choice->absent[choice->absent_count++] = keys.items[i];
		left = strangers(choice);
		choice->absent_count--;
		if (left < fewest) {
			fewest = left;
			best = keys.items[i];
		}
	}
	if (best == NULL)
		return false;
	choice->absent[choice->absent_count++] = best;
	return true;
}

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void note_others(struct choice *choice, struct pod_workload *self)
{
	const struct posting *first;
	size_t run = candidates(choice, &first), count = 0, kept = 0;
	uint32_t *others = mem_array(choice->mem, uint32_t, run);

	for (size_t i = 0; i < run; i++)
		if (is_stranger(choice, first[i].identity))
			others[count++] = choice->workloads->of[first[i].identity];
	qsort(others, count, sizeof *others, by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || others[i] != others[i - 1])
			others[kept++] = others[i];
	self->also_selects = others;
	self->also_selects_count = kept;
}

/* The key as written in a selector: service accounts with their source, as the agent names them. */
static const char *written_key(void *mem, const char *label)
{
	struct label parts = label_split(label);
	const char *source = label_is(label, "k8s", LABEL_SERVICE_ACCOUNT) ? "k8s:" : "";

	return mem_format(mem, "%s%.*s", source, (int)parts.key_size, parts.key);
}

static void write_selector(struct choice *choice, struct selector *selector)
{
	struct text_list sorted = {NULL, 0};

	for (size_t i = 0; i < choice->label_count; i++)
		text_set_add(choice->mem, &sorted, choice->labels[i], SIZE_MAX);
	selector->match_labels.items = mem_array(choice->mem, struct key_value, sorted.count);
	selector->match_labels.count = sorted.count;
	for (size_t i = 0; i < sorted.count; i++) {
		selector->match_labels.items[i].key = written_key(choice->mem, sorted.items[i]);
		selector->match_labels.items[i].value = label_split(sorted.items[i]).value;
	}
	sorted = (struct text_list){NULL, 0};
	for (size_t i = 0; i < choice->absent_count; i++)
		text_set_add(choice->mem, &sorted, choice->absent[i], SIZE_MAX);
	selector->expressions = mem_array(choice->mem, struct match_expression, sorted.count);
	selector->expression_count = sorted.count;
	for (size_t i = 0; i < sorted.count; i++) {
		selector->expressions[i].key = sorted.items[i];
		selector->expressions[i].operator= OPERATOR_DOES_NOT_EXIST;
	}
}

static void choose(struct choice *choice, struct pod_workload *self)
{
	choice->labels = mem_array(choice->mem, const char *, self->stable.count);
	choice->absent = mem_array(choice->mem, const char *, MOST_ABSENT);
	if (self->nodes) {
		self->selectable = true;
		return;
	}
	start(choice, &self->stable);
	if (choice->label_count == 0)
		return;
	for (int trusted = 1; trusted >= 0; trusted--)
		while (has_strangers(choice) &&
			(add_best(choice, &self->stable, trusted, false) ||
				add_best(choice, &self->stable, trusted, true)))
			continue;
	while (has_strangers(choice) && choice->absent_count < MOST_ABSENT &&
		add_best_absence(choice))
		continue;
	self->selectable = true;
	write_selector(choice, &self->selector);
	note_others(choice, self);
}

static size_t count_labels(const struct choice *choice)
{
	size_t count = 0;

	for (uint32_t w = choice->from; w < choice->to; w++)
		for (size_t i = 0; i < choice->workloads->items[w].identity_count; i++)
			count += choice->traffic
					 ->identities[choice->workloads->items[w].identities[i]]
					 .labels.count;
	return count;
}

static void collect_postings(struct choice *choice)
{
	struct posting *postings = mem_array(choice->mem, struct posting, count_labels(choice));
	size_t count = 0;

	for (uint32_t w = choice->from; w < choice->to; w++) {
		const struct pod_workload *workload = &choice->workloads->items[w];

		for (size_t i = 0; i < workload->identity_count; i++) {
			uint32_t identity = workload->identities[i];
			const struct text_list *labels =
				&choice->traffic->identities[identity].labels;

			for (size_t j = 0; j < labels->count; j++)
				postings[count++] = (struct posting){labels->items[j], identity};
		}
	}
	qsort(postings, count, sizeof *postings, by_label);
	choice->postings = postings;
	choice->posting_count = count;
}

void choose_selectors(void *mem, const struct traffic *traffic, struct workloads *workloads)
{
	for (uint32_t from = 0, to; from < workloads->count; from = to) {
		const struct pod_workload *first = &workloads->items[from];
		struct choice choice = {
			.mem = mem, .traffic = traffic, .workloads = workloads, .from = from};

		for (to = from + 1; to < workloads->count &&
				    strcmp(workloads->items[to].cluster, first->cluster) == 0 &&
				    strcmp(workloads->items[to].namespace, first->namespace) == 0;
			to++)
			continue;
		choice.to = to;
		collect_postings(&choice);
		for (choice.self = from; choice.self < to; choice.self++) {
			choice.label_count = choice.absent_count = 0;
			choose(&choice, &workloads->items[choice.self]);
		}
	}
}
