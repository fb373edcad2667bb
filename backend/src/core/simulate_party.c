/*
 * Who is concerned: parties by identity, the rules that select a party, the elements that concern a
 * pair. Each is found once and kept.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/simulate_set.h"

/*
 * Rules by one label that their subjects must have, so that a party meets only rules which share a
 * label with it. A bucket holds the rules of equal hash, by their numbers.
 */
struct rule_buckets {
	struct table table;
	struct bucket {
		uint32_t *rules;
		size_t count, capacity;
	} * items;
	size_t count, capacity;
};

static uint64_t bucket_hash(const char *namespace, const char *key, const char *value)
{
	return table_hash_text(value, table_hash_text(key, table_hash_text(namespace, 1)));
}

static bool same_hash_is_enough(const void *context, uint32_t number, const void *wanted)
{
	(void)context;
	(void)number;
	(void)wanted;
	return true;
}

static uint64_t rule_hash(const struct compiled_rule *rule)
{
	for (size_t i = 0; i < rule->subject.count; i++) {
		const struct label_requirement *item = &rule->subject.items[i];

		if (item->operator== OPERATOR_IN && item->values.count == 1 &&
			strcmp(item->key, LABEL_NAMESPACE) != 0)
			return bucket_hash(rule->namespace, item->key, item->values.items[0]);
	}
	return bucket_hash(rule->namespace, "", "");
}

static struct rule_buckets *sort_rules(struct policy_set *set)
{
	struct rule_buckets *buckets = mem_new(set->mem, struct rule_buckets);

	for (size_t i = 0; i < set->rule_count; i++) {
		uint64_t hash = rule_hash(&set->rules[i]);
		uint32_t number =
			table_find(&buckets->table, hash, same_hash_is_enough, NULL, NULL);
		struct bucket *bucket;

		if (number == TABLE_NONE) {
			number = (uint32_t)buckets->count;
			mem_reserve(
				set->mem, buckets->items, &buckets->capacity, buckets->count + 1);
			table_add(set->mem, &buckets->table, hash, number);
			buckets->count++;
		}
		bucket = &buckets->items[number];
		mem_reserve(set->mem, bucket->rules, &bucket->capacity, bucket->count + 1);
		bucket->rules[bucket->count++] = (uint32_t)i;
	}
	return buckets;
}

struct policy_set *policy_set_new(
	void *mem, const struct policies *policies, const struct simulate_options *options)
{
	struct policy_set *set = mem_new(mem, struct policy_set);

	set->mem = set;
	set->cluster = mem_text(set, *options->cluster != '\0' ? options->cluster : "default");
	compile_policies(set, policies);
	set->buckets = sort_rules(set);
	return set;
}

static uint64_t identity_hash(const struct identity *identity)
{
	uint64_t hash = (uint64_t)identity->class << 32 | identity->number;

	hash = table_hash_text(identity->cluster, hash);
	hash = table_hash_text(identity->namespace, hash);
	hash = table_hash_text(identity->address, hash);
	for (size_t i = 0; i < identity->labels.count; i++)
		hash = table_hash_text(identity->labels.items[i], hash);
	return hash;
}

static bool is_party_of(const void *context, uint32_t number, const void *wanted)
{
	const struct policy_set *set = context;
	const struct identity *a = &set->parties[number]->identity, *b = wanted;

	return a->class == b->class && a->number == b->number &&
	       strcmp(a->cluster, b->cluster) == 0 && strcmp(a->namespace, b->namespace) == 0 &&
	       strcmp(a->address, b->address) == 0 && text_lists_equal(&a->labels, &b->labels);
}

static struct identity copy_identity(void *mem, const struct identity *from)
{
	struct identity copy = *from;

	copy.cluster = mem_text(mem, from->cluster);
	copy.namespace = mem_text(mem, from->namespace);
	copy.pod = "";
	copy.address = mem_text(mem, from->address);
	copy.labels.items = mem_array(mem, const char *, from->labels.count);
	for (size_t i = 0; i < from->labels.count; i++)
		copy.labels.items[i] = mem_text(mem, from->labels.items[i]);
	return copy;
}

static bool has_label(const struct party *party, const char *source, const char *key)
{
	return label_set_value(&party->labels, source, key) != NULL;
}

static void add_missing_label(void *mem, struct party *party, const char *key, const char *value)
{
	if (*value != '\0' && !has_label(party, "k8s", key))
		label_set_add(mem, &party->labels, mem_format(mem, "k8s:%s=%s", key, value));
}

/*
 * The identity's labels, and what else is known of it: a pod has a namespace and a cluster even if
 * the record left the labels out. An outside peer has the world label of its address family as well
 * as the plain one: which of the two an agent writes depends on its cluster's stacks.
 */
static void collect_labels(void *mem, struct party *party)
{
	const struct identity *identity = &party->identity;

	for (size_t i = 0; i < identity->labels.count; i++) {
		label_set_add(mem, &party->labels, identity->labels.items[i]);
		if (strncmp(identity->labels.items[i], "reserved:", strlen("reserved:")) != 0)
			party->node_labels_told = true;
	}
	if (identity->class == PEER_POD) {
		party->labels.partial = party->labels.count == 0;
		add_missing_label(mem, party, LABEL_NAMESPACE, identity->namespace);
		add_missing_label(mem, party, LABEL_CLUSTER, identity->cluster);
	}
	party->labels.partial |= identity->class == PEER_UNKNOWN;
	party->outside = identity->class == PEER_OUTSIDE ||
			 (labels_reserved(&identity->labels) & RESERVED_WORLD) != 0;
	if (!party->outside)
		return;
	party->address = address_parse(identity->address);
	if (!has_label(party, "reserved", "world"))
		label_set_add(mem, &party->labels, "reserved:world");
	if (party->address.version == 4 && !has_label(party, "reserved", "world-ipv4"))
		label_set_add(mem, &party->labels, "reserved:world-ipv4");
	if (party->address.version == 6 && !has_label(party, "reserved", "world-ipv6"))
		label_set_add(mem, &party->labels, "reserved:world-ipv6");
}

static void judge_subject(const struct policy_set *set, struct party *party)
{
	const char *cluster = label_set_value(&party->labels, "k8s", LABEL_CLUSTER);

	party->host = has_label(party, "reserved", "host");
	party->init = has_label(party, "reserved", "init");
	party->has_port_names = party->identity.class == PEER_POD;
	party->subject = SUBJECT_NOT;
	if (party->host && set->has_node_rules) {
		party->subject = SUBJECT_HOST;
	} else if (party->host || has_label(party, "reserved", "remote-node")) {
		party->no_subject = REASON_NODE;
	} else if (party->outside) {
		party->no_subject = REASON_OUTSIDE;
	} else if (party->identity.class == PEER_UNMANAGED) {
		party->no_subject = REASON_UNMANAGED;
	} else if (party->identity.class == PEER_KUBE_APISERVER) {
		party->no_subject = REASON_NODE;
	} else if (party->identity.class == PEER_UNKNOWN) {
		party->subject = SUBJECT_UNTOLD;
	} else if (strcmp(cluster != NULL ? cluster : party->identity.cluster, set->cluster) != 0) {
		party->no_subject = REASON_OTHER_CLUSTER;
	} else {
		party->subject = SUBJECT_ENDPOINT;
	}
}

const struct party *policy_set_party(struct policy_set *set, const struct identity *identity)
{
	uint64_t hash = identity_hash(identity);
	uint32_t number = table_find(&set->party_table, hash, is_party_of, set, identity);
	struct party *party;

	if (number != TABLE_NONE)
		return set->parties[number];
	party = mem_new(set->mem, struct party);
	party->number = (uint32_t)set->party_count;
	party->identity = copy_identity(party, identity);
	collect_labels(party, party);
	judge_subject(set, party);
	mem_reserve(set->mem, set->parties, &set->party_capacity, set->party_count + 1);
	set->parties[set->party_count++] = party;
	table_add(set->mem, &set->party_table, hash, party->number);
	return party;
}

size_t policy_set_parties(const struct policy_set *set)
{
	return set->party_count;
}

bool party_is_subject(const struct party *party)
{
	return party->subject == SUBJECT_ENDPOINT || party->subject == SUBJECT_HOST;
}

/* Whether the rule is about the party, and if that is unknown, why. */
static enum tristate rule_selects(
	const struct compiled_rule *rule, const struct party *party, enum judged_reason *ret_doubt)
{
	struct label_set labels = party->labels;

	if (rule->for_nodes != (party->subject == SUBJECT_HOST))
		return TRISTATE_NO;
	*ret_doubt = rule->for_nodes ? REASON_NODE_LABELS : REASON_SUBJECT_LABELS;
	labels.partial |= rule->for_nodes && !party->node_labels_told;
	return label_selector_matches(&rule->subject, &labels);
}

static void add_concerns(struct policy_set *set, struct party *party,
	const struct compiled_rule *rule, bool certain, enum judged_reason doubt)
{
	for (enum side side = 0; side < SIDES; side++) {
		struct view *view = &party->views[side];

		for (size_t i = 0; i < rule->element_counts[side]; i++) {
			const struct element *element = &rule->elements[side][i];
			struct concern *concern;

			mem_reserve(set->mem, view->concerns, &view->capacity, view->count + 1);
			concern = &view->concerns[view->count++];
			concern->element = element;
			concern->certain = certain;
			concern->doubt = doubt;
			if (!element->default_deny || view->default_deny == TRISTATE_YES)
				continue;
			view->default_deny = certain ? TRISTATE_YES : TRISTATE_UNKNOWN;
			view->default_deny_by = element;
		}
	}
}

/* Numbers of rules that may select a party; some may be there twice. */
struct rule_numbers {
	uint32_t *items;
	size_t count, capacity;
};

static void take_bucket(const struct policy_set *set, const char *namespace, const char *key,
	const char *value, void *mem, struct rule_numbers *numbers)
{
	uint32_t number = table_find(&set->buckets->table, bucket_hash(namespace, key, value),
		same_hash_is_enough, NULL, NULL);
	const struct bucket *bucket;

	if (number == TABLE_NONE)
		return;
	bucket = &set->buckets->items[number];
	mem_reserve(mem, numbers->items, &numbers->capacity, numbers->count + bucket->count);
	for (size_t i = 0; i < bucket->count; i++)
		numbers->items[numbers->count++] = bucket->rules[i];
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Rules in the buckets of the party's labels; where labels are untold, every rule. */
static struct rule_numbers find_candidates(
	void *mem, const struct policy_set *set, const struct party *party)
{
	const char *namespace = label_set_value(&party->labels, "k8s", LABEL_NAMESPACE);
	struct rule_numbers numbers = {0};

	if (party->labels.partial || party->subject == SUBJECT_HOST) {
		mem_reserve(mem, numbers.items, &numbers.capacity, set->rule_count);
		for (uint32_t i = 0; i < set->rule_count; i++)
			numbers.items[numbers.count++] = i;
		return numbers;
	}
	take_bucket(set, "", "", "", mem, &numbers);
	if (namespace != NULL)
		take_bucket(set, namespace, "", "", mem, &numbers);
	for (size_t i = 0; i < party->labels.count; i++) {
		const struct split_label *label = &party->labels.items[i];

		take_bucket(set, "", label->key, label->value, mem, &numbers);
		if (namespace != NULL)
			take_bucket(set, namespace, label->key, label->value, mem, &numbers);
	}
	if (numbers.count > 0)
		qsort(numbers.items, numbers.count, sizeof *numbers.items, by_number);
	return numbers;
}

/* In the order of the policies, so that deciding rules are listed in that order too. */
static void make_views(struct policy_set *set, struct party *party)
{
	void *scratch = mem_context(NULL);
	struct rule_numbers numbers = find_candidates(scratch, set, party);

	for (enum side side = 0; side < SIDES; side++)
		party->views[side].default_deny = TRISTATE_NO;
	for (size_t i = 0; i < numbers.count; i++) {
		const struct compiled_rule *rule = &set->rules[numbers.items[i]];
		enum judged_reason doubt;
		enum tristate selects;

		if (i > 0 && numbers.items[i] == numbers.items[i - 1])
			continue;
		selects = rule_selects(rule, party, &doubt);
		if (selects != TRISTATE_NO)
			add_concerns(set, party, rule, selects == TRISTATE_YES, doubt);
	}
	for (enum side side = 0; side < SIDES; side++)
		find_conflict(&party->views[side]);
	party->viewed = true;
	mem_free(scratch);
}

const struct view *party_view(struct policy_set *set, struct party *party, enum side side)
{
	if (!party->viewed)
		make_views(set, party);
	return &party->views[side];
}
