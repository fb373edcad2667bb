/*
 * Identities become workloads in three steps, each a sort and one pass: the same stable labels are
 * one workload; the same owner is one workload as long as its identities still share a naming label;
 * owners that share all stable labels are split by service account if that tells them apart.
 * Selectors are chosen in selector_choice.c.
 */
#include "core/workloads.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/labels.h"
#include "core/selector_choice.h"
#include "core/stable_labels.h"
#include "core/text_set.h"

/* One labelled identity on its way into a workload. */
struct member {
	uint32_t identity;
	const struct identity *who;
	struct text_list stable; /* sorted */
	const char *account;     /* service account label, "" if none or default */
	const char *told, *kind; /* owner by a node's word, "" */
	const char *owner;       /* told, else inferred from a pod's name, "" */
	uint32_t group;
};

static bool all_of(const char *part, size_t size, const char *characters)
{
	for (size_t i = 0; i < size; i++)
		if (strchr(characters, part[i]) == NULL)
			return false;
	return size > 0;
}

/* The alphabet of Kubernetes' generated names: no vowels, nothing that looks like another. */
#define GENERATED "bcdfghjklmnpqrstvwxz2456789"
#define DIGITS    "0123456789"

/* Cuts the last "-PART" off if PART is made of these characters and of this size. */
static size_t cut_part(
	const char *name, size_t size, const char *characters, size_t least, size_t most)
{
	const char *dash = memrchr(name, '-', size);
	size_t part;

	if (dash == NULL || dash == name)
		return size;
	part = size - (size_t)(dash + 1 - name);
	return part >= least && part <= most && all_of(dash + 1, part, characters)
		       ? (size_t)(dash - name)
		       : size;
}

/* A run of a CronJob is named after its time; a ReplicaSet after its template. */
static size_t cut_run_or_template(const char *name, size_t size)
{
	size_t cut = cut_part(name, size, DIGITS, 8, 12);

	return cut != size ? cut : cut_part(name, size, GENERATED, 8, 10);
}

/* NAME-TEMPLATE-POD, NAME-RUN-POD, NAME-POD, or NAME-ORDINAL. */
static const char *owner_by_pod_name(void *mem, const char *pod)
{
	size_t size = strlen(pod), cut = cut_part(pod, size, GENERATED, 5, 5);

	if (cut != size)
		cut = cut_run_or_template(pod, cut);
	else
		cut = cut_part(pod, size, DIGITS, 1, 4);
	return mem_text_n(mem, pod, cut);
}

/* What a pod belongs to: not the run or template that stands between them. */
static struct workload owner_by_workload(void *mem, const struct endpoint *endpoint)
{
	struct workload owner = {endpoint->workload, endpoint->workload_kind};
	bool run = strcmp(owner.kind, "Job") == 0;
	size_t size = strlen(owner.name), cut;

	if (!run && strcmp(owner.kind, "ReplicaSet") != 0)
		return owner;
	cut = cut_run_or_template(owner.name, size);
	if (cut == size)
		return owner;
	return (struct workload){mem_text_n(mem, owner.name, cut), run ? "CronJob" : "Deployment"};
}

/* One key with two values, which no pod has: nothing to select on. Sorted, they are neighbours. */
static bool is_contradicted(const struct text_list *labels, size_t at)
{
	struct label parts = label_split(labels->items[at]);
	size_t size = (size_t)(parts.key - labels->items[at]) + parts.key_size;

	for (size_t i = at > 0 ? at - 1 : 0; i <= at + 1 && i < labels->count; i++) {
		const char *other = labels->items[i];

		if (i != at && strncmp(other, labels->items[at], size) == 0 &&
			(other[size] == '=' || other[size] == '\0'))
			return true;
	}
	return false;
}

static void find_stable(void *mem, struct member *member, const struct text_list *always,
	const struct text_list *never)
{
	const struct text_list *labels = &member->who->labels;

	member->stable.items = mem_array(mem, const char *, labels->count);
	for (size_t i = 0; i < labels->count; i++) {
		enum label_rank rank = label_rank(labels->items[i], always, never);

		if (is_contradicted(labels, i))
			continue;
		if (rank == LABEL_ACCOUNT)
			member->account = labels->items[i];
		else if (rank != LABEL_UNUSABLE)
			member->stable.items[member->stable.count++] = labels->items[i];
	}
}

/* Owners: the smallest told name of its pods; else the smallest that their names suggest. */
static void find_owners(void *mem, const struct traffic *traffic, struct member **of)
{
	for (size_t i = 0; i < traffic->endpoint_count; i++) {
		const struct endpoint *endpoint = &traffic->endpoints[i];
		struct member *member = of[endpoint->identity];
		struct workload told;
		int order;

		if (member == NULL || *endpoint->workload == '\0')
			continue;
		told = owner_by_workload(mem, endpoint);
		order = strcmp(told.name, member->told);
		if (*member->told == '\0' || order < 0 ||
			(order == 0 && strcmp(told.kind, member->kind) < 0)) {
			member->told = told.name;
			member->kind = told.kind;
		}
	}
	for (size_t i = 0; i < traffic->endpoint_count; i++) {
		const struct endpoint *endpoint = &traffic->endpoints[i];
		struct member *member = of[endpoint->identity];
		const char *guess;

		if (member == NULL)
			continue;
		if (*member->told != '\0') {
			member->owner = member->told;
			continue;
		}
		if (*endpoint->pod == '\0')
			continue;
		guess = owner_by_pod_name(mem, endpoint->pod);
		if (*member->owner == '\0' || strcmp(guess, member->owner) < 0)
			member->owner = guess;
	}
}

static int compare_texts(const struct text_list *a, const struct text_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = strcmp(a->items[i], b->items[i]);

		if (order != 0)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int compare_place(const struct identity *a, const struct identity *b)
{
	int order = strcmp(a->cluster, b->cluster);

	return order != 0 ? order : strcmp(a->namespace, b->namespace);
}

static int by_stable_labels(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = compare_place(a->who, b->who);

	if (order == 0)
		order = compare_texts(&a->stable, &b->stable);
	if (order == 0)
		order = compare_texts(&a->who->labels, &b->who->labels);
	return order;
}

static int by_owner(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = compare_place(a->who, b->who);

	if (order == 0)
		order = strcmp(a->owner, b->owner);
	if (order == 0)
		order = strcmp(a->kind, b->kind);
	return order != 0 ? order : by_stable_labels(left, right);
}

static struct text_list intersection(
	void *mem, const struct text_list *a, const struct text_list *b)
{
	struct text_list both = {mem_array(mem, const char *, a->count), 0};

	for (size_t i = 0; i < a->count; i++)
		if (text_set_has(b, a->items[i]))
			both.items[both.count++] = a->items[i];
	return both;
}

static bool has_naming_label(const struct text_list *labels)
{
	static const struct text_list none = {NULL, 0};

	for (size_t i = 0; i < labels->count; i++)
		if (label_rank(labels->items[i], &none, &none) <= LABEL_COMMON_NAME)
			return true;
	return false;
}

static bool same_owner(const struct member *a, const struct member *b)
{
	return *a->owner != '\0' && compare_place(a->who, b->who) == 0 &&
	       strcmp(a->owner, b->owner) == 0;
}

/* The keys of the labels that are not shared: they vary among pods of one workload. */
static void learn_varying(void *mem, struct workloads *found, const struct member *member,
	const struct text_list *shared)
{
	for (size_t i = 0; i < member->stable.count; i++) {
		struct label parts = label_split(member->stable.items[i]);
		char *key;

		if (text_set_has(shared, member->stable.items[i]))
			continue;
		key = mem_text_n(mem, parts.key, parts.key_size);
		text_set_add(mem, &found->varying_keys, key, LIMIT_LABELS);
		mem_free(key);
	}
}

/* One owner's members, unless what they share names nothing. */
static void join_members(void *mem, struct workloads *found, struct member *members, size_t count)
{
	struct text_list shared = members[0].stable;

	for (size_t i = 1; i < count; i++)
		shared = intersection(mem, &shared, &members[i].stable);
	if (!has_naming_label(&shared))
		return;
	for (size_t i = 0; i < count; i++) {
		learn_varying(mem, found, &members[i], &shared);
		members[i].stable = shared;
	}
}

/*
 * Members with the same owner whose stable labels differ (a label that changes with each release,
 * which no table knows) are one workload if what they share still names it. A Deployment and a
 * StatefulSet of one name are two owners; pods whose kind is untold belong to neither for sure.
 */
static void join_by_owner(void *mem, struct workloads *found, struct member *members, size_t count)
{
	qsort(members, count, sizeof *members, by_owner);
	for (size_t from = 0, to, told, kind; from < count; from = to) {
		for (to = from + 1; to < count && same_owner(&members[to], &members[from]); to++)
			continue;
		for (told = from; told < to && *members[told].kind == '\0';)
			told++;
		if (told == to || strcmp(members[told].kind, members[to - 1].kind) == 0) {
			join_members(mem, found, members + from, to - from);
			continue;
		}
		for (; told < to; told = kind) {
			for (kind = told;
				kind < to && strcmp(members[kind].kind, members[told].kind) == 0;)
				kind++;
			join_members(mem, found, members + told, kind - told);
		}
	}
}

static int by_told(const void *left, const void *right)
{
	return strcmp((*(const struct member *const *)left)->told,
		(*(const struct member *const *)right)->told);
}

static int by_account(const void *left, const void *right)
{
	return strcmp((*(const struct member *const *)left)->account,
		(*(const struct member *const *)right)->account);
}

/* Does the account tell the owners of these members apart: each owner its own, each account one owner? */
static bool accounts_tell_owners_apart(const struct member *members, size_t count)
{
	void *scratch = mem_context(NULL);
	const struct member **sorted = mem_array(scratch, const struct member *, count);
	bool apart = true, several = false;

	for (size_t i = 0; i < count; i++) {
		sorted[i] = &members[i];
		apart &= *members[i].account != '\0' && *members[i].told != '\0';
	}
	qsort(sorted, count, sizeof *sorted, by_told);
	for (size_t i = 1; i < count; i++) {
		several |= by_told(&sorted[i], &sorted[i - 1]) != 0;
		apart &= by_told(&sorted[i], &sorted[i - 1]) != 0 ||
			 by_account(&sorted[i], &sorted[i - 1]) == 0;
	}
	qsort(sorted, count, sizeof *sorted, by_account);
	for (size_t i = 1; i < count; i++)
		apart &= by_account(&sorted[i], &sorted[i - 1]) != 0 ||
			 by_told(&sorted[i], &sorted[i - 1]) == 0;
	mem_free(scratch);
	return apart && several;
}

static void add_account(void *mem, struct member *member)
{
	const struct text_list *stable = &member->stable;
	struct text_list with = {mem_array(mem, const char *, stable->count + 1), stable->count};

	if (stable->count > 0)
		memcpy(with.items, stable->items, stable->count * sizeof *with.items);
	text_set_add(mem, &with, member->account, SIZE_MAX);
	member->stable = with;
}

static bool same_workload(const struct member *a, const struct member *b)
{
	return compare_place(a->who, b->who) == 0 && compare_texts(&a->stable, &b->stable) == 0;
}

static void split_by_account(void *mem, struct member *members, size_t count)
{
	qsort(members, count, sizeof *members, by_stable_labels);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && same_workload(&members[to], &members[from]); to++)
			continue;
		/* Without any stable label the account is all there is to select on. */
		if (members[from].stable.count > 0 &&
			!accounts_tell_owners_apart(members + from, to - from))
			continue;
		for (size_t i = from; i < to; i++)
			if (*members[i].account != '\0')
				add_account(mem, &members[i]);
	}
	qsort(members, count, sizeof *members, by_stable_labels);
}

/* A name for people: the owner, else the label that names it, else what there is. */
static const char *workload_name(const struct member *member)
{
	const char *best = NULL;

	if (*member->owner != '\0')
		return member->owner;
	for (size_t i = 0; i < member->stable.count; i++)
		if (best == NULL ||
			label_preference(member->stable.items[i]) < label_preference(best))
			best = member->stable.items[i];
	if (best != NULL && *label_split(best).value != '\0')
		return label_split(best).value;
	return "workload";
}

static void join(void *mem, struct pod_workload *workload, const struct member *member)
{
	const char *name = workload_name(member);

	if (workload->identity_count == 0 ||
		(*member->told != '\0' && workload->told_names.count == 0)) {
		workload->name = name;
		workload->kind = member->kind;
	} else if ((*member->told != '\0' || workload->told_names.count == 0) &&
		   strcmp(name, workload->name) < 0) {
		workload->name = name;
		workload->kind = member->kind;
	}
	if (*member->told != '\0')
		text_set_add(mem, &workload->told_names, member->told, LIMIT_NAMES);
	workload->identities[workload->identity_count++] = member->identity;
}

static int by_name(const void *left, const void *right)
{
	const struct pod_workload *a = left, *b = right;
	int order = strcmp(a->cluster, b->cluster);

	if (order == 0)
		order = strcmp(a->namespace, b->namespace);
	if (order == 0)
		order = strcmp(a->name, b->name);
	return order != 0 ? order : compare_texts(&a->stable, &b->stable);
}

static void make_workloads(
	void *mem, struct workloads *found, const struct member *members, size_t count)
{
	found->items = mem_array(mem, struct pod_workload, count);
	for (size_t from = 0, to; from < count; from = to) {
		struct pod_workload *workload = &found->items[found->count++];

		for (to = from + 1; to < count && same_workload(&members[to], &members[from]); to++)
			continue;
		*workload = (struct pod_workload){.cluster = members[from].who->cluster,
			.namespace = members[from].who->namespace,
			.stable = members[from].stable,
			.identities = mem_array(mem, uint32_t, to - from)};
		for (size_t i = from; i < to; i++)
			join(mem, workload, &members[i]);
	}
}

static void number_workloads(struct workloads *found)
{
	qsort(found->items, found->count, sizeof *found->items, by_name);
	for (size_t i = 0; i < found->count; i++)
		for (size_t j = 0; j < found->items[i].identity_count; j++)
			found->of[found->items[i].identities[j]] = (uint32_t)i;
}

/* One set of labels may be that of several owners' pods, which no node of an owner's own shows. */
static void learn_told_names(void *mem, struct workloads *found, const struct traffic *traffic)
{
	for (size_t i = 0; i < traffic->endpoint_count; i++) {
		const struct endpoint *endpoint = &traffic->endpoints[i];
		uint32_t workload = found->of[endpoint->identity];

		if (workload != NO_WORKLOAD && *endpoint->workload != '\0')
			text_set_add(mem, &found->items[workload].told_names,
				owner_by_workload(mem, endpoint).name, LIMIT_NAMES);
	}
}

/* Can a policy name the namespace and the cluster at all? A capture may hold anything. */
static bool place_is_valid(const struct identity *who)
{
	return namespace_is_valid(who->namespace) && label_value_is_valid(who->cluster);
}

static bool is_node(const struct identity *who)
{
	return (labels_reserved(&who->labels) & (RESERVED_HOST | RESERVED_REMOTE_NODE)) != 0;
}

/* One more workload per cluster with nodes: all of them, since flows do not tell nodes apart. */
static void add_nodes(void *mem, struct workloads *found, const struct traffic *traffic)
{
	size_t capacity = found->count, pods = found->count;

	for (uint32_t i = 0; i < traffic->identity_count; i++) {
		const struct identity *who = &traffic->identities[i];
		struct pod_workload *nodes = NULL;

		if (!is_node(who))
			continue;
		for (size_t j = pods; j < found->count; j++)
			if (strcmp(found->items[j].cluster, who->cluster) == 0)
				nodes = &found->items[j];
		if (nodes == NULL) {
			mem_reserve(mem, found->items, &capacity, found->count + 1);
			nodes = &found->items[found->count++];
			*nodes = (struct pod_workload){.cluster = who->cluster,
				.namespace = "",
				.name = "nodes",
				.kind = "Node",
				.nodes = true,
				.identities = mem_array(mem, uint32_t, traffic->identity_count)};
		}
		nodes->identities[nodes->identity_count++] = i;
	}
}

struct pod_key {
	const char *cluster, *namespace, *pod;
	uint32_t number, identity;
};

static int by_number_key(const void *left, const void *right)
{
	const struct pod_key *a = left, *b = right;
	int order = strcmp(a->cluster, b->cluster);

	return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int by_pod_key(const void *left, const void *right)
{
	const struct pod_key *a = left, *b = right;
	int order = strcmp(a->cluster, b->cluster);

	if (order == 0)
		order = strcmp(a->namespace, b->namespace);
	return order != 0 ? order : strcmp(a->pod, b->pod);
}

/* The one identity among the equal keys, or NO_WORKLOAD if there is none or more than one. */
static uint32_t only_identity(const struct pod_key *keys, size_t count,
	const struct pod_key *wanted, int (*compare)(const void *, const void *))
{
	const struct pod_key *hit = bsearch(wanted, keys, count, sizeof *keys, compare);
	uint32_t identity;

	if (hit == NULL)
		return NO_WORKLOAD;
	identity = hit->identity;
	for (const struct pod_key *k = hit; k > keys && compare(k - 1, wanted) == 0; k--)
		if (k[-1].identity != identity)
			return NO_WORKLOAD;
	for (const struct pod_key *k = hit; k + 1 < keys + count && compare(k + 1, wanted) == 0;
		k++)
		if (k[1].identity != identity)
			return NO_WORKLOAD;
	return identity;
}

/*
 * A line may name a peer by its number or its pod only. Other lines of the same cluster tell its
 * labels, unless they disagree (numbers are re-used over time): then it stays unresolved.
 */
static void resolve_bare(void *mem, const struct traffic *traffic, uint32_t *resolved)
{
	void *scratch = mem_context(mem);
	struct pod_key *numbers = mem_array(scratch, struct pod_key, traffic->number_count);
	struct pod_key *pods = mem_array(scratch, struct pod_key, traffic->endpoint_count);
	size_t pod_count = 0;

	for (size_t i = 0; i < traffic->number_count; i++) {
		uint32_t identity = traffic->numbers[i].identity;

		numbers[i] = (struct pod_key){.cluster = traffic->identities[identity].cluster,
			.number = traffic->numbers[i].number,
			.identity = identity};
	}
	for (size_t i = 0; i < traffic->endpoint_count; i++) {
		const struct endpoint *endpoint = &traffic->endpoints[i];
		const struct identity *who = &traffic->identities[endpoint->identity];

		if (who->class == PEER_POD && who->labels.count > 0)
			pods[pod_count++] = (struct pod_key){
				who->cluster, who->namespace, endpoint->pod, 0, endpoint->identity};
	}
	qsort(numbers, traffic->number_count, sizeof *numbers, by_number_key);
	qsort(pods, pod_count, sizeof *pods, by_pod_key);
	for (size_t i = 0; i < traffic->identity_count; i++) {
		const struct identity *who = &traffic->identities[i];
		struct pod_key key = {who->cluster, who->namespace, who->pod, who->number, 0};
		uint32_t found = NO_WORKLOAD;

		if ((who->class != PEER_POD && who->class != PEER_UNKNOWN) || who->labels.count > 0)
			continue;
		if (who->number != 0)
			found = only_identity(numbers, traffic->number_count, &key, by_number_key);
		if (found != NO_WORKLOAD && *who->namespace != '\0' &&
			strcmp(traffic->identities[found].namespace, who->namespace) != 0)
			found = NO_WORKLOAD;
		if (found == NO_WORKLOAD && *who->pod != '\0' && *who->namespace != '\0')
			found = only_identity(pods, pod_count, &key, by_pod_key);
		if (found != NO_WORKLOAD)
			resolved[i] = found;
	}
	mem_free(scratch);
}

struct workloads *workloads_find(void *mem, const struct traffic *traffic,
	const struct text_list *always, const struct text_list *never, bool nodes)
{
	struct workloads *found = mem_new(mem, struct workloads);
	struct member *members = mem_array(found, struct member, traffic->identity_count);
	struct member **of = mem_array(found, struct member *, traffic->identity_count);
	size_t count = 0;

	found->resolved = mem_array(found, uint32_t, traffic->identity_count);
	found->of = mem_array(found, uint32_t, traffic->identity_count);
	for (uint32_t i = 0; i < traffic->identity_count; i++) {
		const struct identity *who = &traffic->identities[i];

		found->resolved[i] = i;
		found->of[i] = NO_WORKLOAD;
		if (who->class != PEER_POD || who->labels.count == 0 || !place_is_valid(who))
			continue;
		of[i] = &members[count++];
		*of[i] = (struct member){.identity = i,
			.who = who,
			.account = "",
			.told = "",
			.kind = "",
			.owner = ""};
		find_stable(found, of[i], always, never);
	}
	find_owners(found, traffic, of);
	join_by_owner(found, found, members, count);
	split_by_account(found, members, count);
	make_workloads(found, found, members, count);
	if (nodes)
		add_nodes(found, found, traffic);
	number_workloads(found);
	learn_told_names(found, found, traffic);
	resolve_bare(found, traffic, found->resolved);
	for (uint32_t i = 0; i < traffic->identity_count; i++)
		found->of[i] = found->of[found->resolved[i]];
	choose_selectors(found, traffic, found);
	return found;
}
