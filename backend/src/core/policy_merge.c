/*
 * A generated element holds peers of one kind and what they may reach. Each pair of the two that no
 * element of the existing policy allows is missing. What is missing is added as elements of their own;
 * peers that miss the same share one.
 */
#include "core/policy_merge.h"

#include <string.h>

#include "base/mem.h"
#include "core/rule_covers.h"

static size_t peer_count(const struct rule_element *element)
{
	return element->endpoints.count + element->entities.count + element->fqdns.count +
	       element->cidrs.count;
}

/* Moves peer `from` of the element to place `to`. */
static void keep_peer(struct rule_element *element, size_t from, size_t to)
{
	if (element->endpoints.present)
		element->endpoints.items[to] = element->endpoints.items[from];
	else if (element->entities.present)
		element->entities.items[to] = element->entities.items[from];
	else if (element->fqdns.present)
		element->fqdns.items[to] = element->fqdns.items[from];
	else
		element->cidrs.items[to] = element->cidrs.items[from];
}

static void *copy_items(void *mem, const void *items, size_t size, size_t count)
{
	void *copy = mem_zeroed(mem, size, count);

	if (count > 0)
		memcpy(copy, items, size * count);
	return copy;
}

#define COPY_LIST(mem, list)                                                                       \
	((list).items = copy_items((mem), (list).items, sizeof *(list).items, (list).count))

static void set_peer_count(struct rule_element *element, size_t count)
{
	if (element->endpoints.present)
		element->endpoints.count = count;
	else if (element->entities.present)
		element->entities.count = count;
	else if (element->fqdns.present)
		element->fqdns.count = count;
	else
		element->cidrs.count = count;
}

/* Moves the marked items to the front and counts them; `marks` moves on past those of the items. */
static size_t keep_marked(void *items, size_t size, size_t count, const bool **marks)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (*(*marks)++)
			memmove((char *)items + kept++ * size, (char *)items + i * size, size);
	return kept;
}

/* The ports and ICMP types of the wanted element that are marked, in the order of its destinations. */
static void keep_destinations(void *mem, struct rule_element *part, const bool *marks)
{
	size_t rules = 0;

	COPY_LIST(mem, part->to_ports);
	for (size_t i = 0; i < part->to_ports.count; i++) {
		struct port_rule rule = part->to_ports.items[i];

		rule.ports = copy_items(mem, rule.ports, sizeof *rule.ports, rule.port_count);
		rule.port_count =
			keep_marked(rule.ports, sizeof *rule.ports, rule.port_count, &marks);
		if (rule.port_count > 0)
			part->to_ports.items[rules++] = rule;
	}
	part->to_ports.count = rules;
	part->to_ports.present = rules > 0;
	rules = 0;
	COPY_LIST(mem, part->icmps);
	for (size_t i = 0; i < part->icmps.count; i++) {
		struct icmp_rule rule = part->icmps.items[i];

		rule.fields = copy_items(mem, rule.fields, sizeof *rule.fields, rule.field_count);
		rule.field_count =
			keep_marked(rule.fields, sizeof *rule.fields, rule.field_count, &marks);
		if (rule.field_count > 0)
			part->icmps.items[rules++] = rule;
	}
	part->icmps.count = rules;
	part->icmps.present = rules > 0;
}

/* A merge of one section: what is there, and what grows. */
struct merge {
	void *mem;
	const struct rule_elements *have;
	struct rule_elements to;
	size_t capacity;
};

static void add_element(struct merge *merge, const struct rule_element *element)
{
	mem_reserve(merge->mem, merge->to.items, &merge->capacity, merge->to.count + 1);
	merge->to.items[merge->to.count++] = *element;
}

/* Adds one element for peer `first` and the later ones that miss the same, which are then done. */
static void add_missing(struct merge *merge, const struct rule_element *wanted, bool *missing,
	size_t destinations, size_t first)
{
	struct rule_element part = *wanted;
	const bool *same = &missing[first * destinations];
	bool *mask = copy_items(merge->mem, same, sizeof *mask, destinations);
	size_t kept = 0;

	COPY_LIST(merge->mem, part.endpoints);
	COPY_LIST(merge->mem, part.entities);
	COPY_LIST(merge->mem, part.fqdns);
	COPY_LIST(merge->mem, part.cidrs);
	for (size_t i = first; i < peer_count(wanted); i++) {
		bool *its = &missing[i * destinations];

		if (memcmp(its, mask, destinations * sizeof *mask) != 0)
			continue;
		keep_peer(&part, i, kept++);
		memset(its, 0, destinations * sizeof *its);
	}
	set_peer_count(&part, kept);
	keep_destinations(merge->mem, &part, mask);
	add_element(merge, &part);
}

static void merge_element(
	struct merge *merge, const struct rule_element *wanted, unsigned *ret_place)
{
	size_t peers = peer_count(wanted), count;
	struct destination *destinations = destinations_of(merge->mem, wanted, &count);
	bool *missing = mem_array(merge->mem, bool, peers *count + 1);
	bool placed = false;

	for (size_t i = 0; i < peers * count; i++)
		missing[i] = !rule_covers(
			merge->have, wanted, i / count, &destinations[i % count], ret_place);
	for (size_t i = 0; i < peers * count; i++) {
		if (!missing[i])
			continue;
		if (!placed)
			*ret_place = (unsigned)merge->to.count;
		placed = true;
		add_missing(merge, wanted, missing, count, i / count);
	}
	/* An element without peers closes the direction, which any other element does too. */
	if (peers == 0 && merge->to.count == 0)
		add_element(merge, wanted);
}

static void merge_section(
	void *mem, struct rule_elements *have, const struct rule_elements *wanted, unsigned *places)
{
	struct rule_elements before = *have;
	struct merge merge = {
		.mem = mem, .have = &before, .to = {.present = true, .where = have->where}};

	if (!wanted->present)
		return;
	for (size_t i = 0; i < have->count; i++)
		add_element(&merge, &have->items[i]);
	for (size_t i = 0; i < wanted->count; i++)
		merge_element(&merge, &wanted->items[i], &places[i]);
	*have = merge.to;
}

static bool has_subject(const struct rule *rule, const struct rule *wanted)
{
	return rule->has_endpoint_selector == wanted->has_endpoint_selector &&
	       selectors_equal(&rule->subject, &wanted->subject);
}

const struct policy *policy_merge_target(
	const struct policies *existing, const struct policy *generated)
{
	for (size_t i = 0; i < existing->count; i++) {
		const struct policy *policy = &existing->items[i];

		if (policy->kind == generated->kind &&
			strcmp(policy->namespace, generated->namespace) == 0 &&
			strcmp(policy->name, generated->name) == 0)
			return policy;
	}
	for (size_t i = 0; i < existing->count; i++) {
		const struct policy *policy = &existing->items[i];

		if (policy->kind == generated->kind &&
			strcmp(policy->namespace, generated->namespace) == 0 &&
			policy->rule_count == 1 &&
			has_subject(&policy->rules[0], &generated->rules[0]))
			return policy;
	}
	return NULL;
}

/* The rule of the same subject, added if there is none. */
static struct rule *rule_for(void *mem, struct policy *policy, const struct rule *wanted)
{
	struct rule *rules = mem_array(mem, struct rule, policy->rule_count + 1);
	struct rule *added;

	memcpy(rules, policy->rules, policy->rule_count * sizeof *rules);
	policy->rules = rules;
	for (size_t i = 0; i < policy->rule_count; i++)
		if (has_subject(&rules[i], wanted))
			return &rules[i];
	added = &rules[policy->rule_count++];
	policy->as_list = true;
	*added = *wanted;
	for (int section = 0; section < SECTIONS; section++)
		added->elements[section] = (struct rule_elements){0};
	return added;
}

struct policy policy_merge(void *mem, const struct policy *existing, const struct policy *generated,
	unsigned **ret_places)
{
	const struct rule *wanted = &generated->rules[0];
	struct policy merged = *existing;
	struct rule *rule = rule_for(mem, &merged, wanted);

	for (int section = 0; section < SECTIONS; section++) {
		unsigned *places = mem_array(mem, unsigned, wanted->elements[section].count + 1);

		merge_section(mem, &rule->elements[section], &wanted->elements[section], places);
		if (ret_places != NULL)
			ret_places[section] = places;
	}
	return merged;
}
