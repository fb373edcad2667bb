#include "core/policy_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_cover.h"
#include "core/policy_diff_text.h"
#include "core/rule_index.h"

static const enum protocol protocols[] = {
	PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_SCTP, PROTOCOL_ICMPV4, PROTOCOL_ICMPV6};
#define PROTOCOL_KINDS (sizeof protocols / sizeof *protocols)

/* Elements of the other set that may cover those of one rule: their subjects include its subject. */
struct candidates {
	const struct element **items;
	size_t count, capacity;
};

struct comparison {
	void *mem;
	const struct policy_set *from; /* what is in `from` and not in `to` is noted */
	const struct rule_index *from_index, *to_index;
	bool from_new;
	/* Of the rule in hand: those of both sets that apply wherever it does. */
	struct rule_list covering_from, covering_to;
	const char *cluster;
	struct policy_changes *changes;
};

/* One element by which default deny is on for all subjects of the rules, or NULL. */
static const struct element *default_deny_of(const struct rule_list *rules, enum side side)
{
	for (size_t i = 0; i < rules->count; i++)
		for (size_t j = 0; j < rules->items[i]->element_counts[side]; j++)
			if (rules->items[i]->elements[side][j].default_deny)
				return &rules->items[i]->elements[side][j];
	return NULL;
}

static struct candidates find_candidates(
	void *mem, const struct rule_list *rules, enum side side, bool deny)
{
	struct candidates found = {0};

	for (size_t i = 0; i < rules->count; i++) {
		const struct compiled_rule *rule = rules->items[i];

		for (size_t j = 0; j < rule->element_counts[side]; j++) {
			if (rule->elements[side][j].deny != deny)
				continue;
			mem_reserve(mem, found.items, &found.capacity, found.count + 1);
			found.items[found.count++] = &rule->elements[side][j];
		}
	}
	return found;
}

static bool has_covering_peer(const struct element *element, const struct peer *peer)
{
	for (size_t i = 0; i < element->peer_count; i++)
		if (peer_covers(&element->peers[i], peer))
			return true;
	return false;
}

static struct candidates with_peer(void *mem, const struct candidates *all, const struct peer *peer)
{
	struct candidates found = {0};

	for (size_t i = 0; i < all->count; i++)
		if (has_covering_peer(all->items[i], peer)) {
			mem_reserve(mem, found.items, &found.capacity, found.count + 1);
			found.items[found.count++] = all->items[i];
		}
	return found;
}

/* A port part and the protocol of it that is looked at. */
struct port_question {
	const struct port_match *port;
	enum protocol protocol;
	const struct candidates *candidates;
};

static bool may_cover(const struct port_match *a, const struct port_question *question)
{
	const struct port_match *b = question->port;
	bool all = a->name == NULL && a->first == 0 && a->last == UINT16_MAX;

	if ((a->protocols & 1u << question->protocol) == 0 || !l7_covers(a, b))
		return false;
	if (a->name != NULL || b->name != NULL)
		return all || (a->name != NULL && b->name != NULL && strcmp(a->name, b->name) == 0);
	return true;
}

/*
 * The end of what covers `number` without a gap, or, if nothing covers it, minus the next number that
 * something covers; 0 if nothing does up to the end.
 */
static long covered_until(const struct port_question *question, long number)
{
	long until = -1, next = UINT16_MAX + 1L;

	for (size_t i = 0; i < question->candidates->count; i++) {
		const struct element *element = question->candidates->items[i];

		for (size_t j = 0; j < element->port_count; j++) {
			const struct port_match *port = &element->ports[j];

			if (!may_cover(port, question))
				continue;
			if (port->first <= number && number <= port->last && port->last > until)
				until = port->last;
			if (port->first > number && port->first < next)
				next = port->first;
		}
	}
	return until >= 0 ? until : -next;
}

static char *add_text(void *mem, char *list, const char *text)
{
	return mem_format(mem, "%s%s%s", list, *list != '\0' && *text != '\0' ? ", " : "", text);
}

/* The ranges of one protocol that nothing covers, as a list. */
static char *uncovered_ranges(void *mem, const struct port_question *question, bool *ret_whole)
{
	const struct port_match *port = question->port;
	char *list = mem_text(mem, "");
	long at = port->first, last = port->last;

	*ret_whole = false;
	while (at <= last) {
		long until = covered_until(question, at), end;

		if (until >= 0) {
			at = until + 1;
			continue;
		}
		end = -until - 1 < last ? -until - 1 : last;
		*ret_whole = at == port->first && end == last;
		list = add_text(mem, list,
			port_range_text(
				mem, question->protocol, port->name, (uint16_t)at, (uint16_t)end));
		at = end + 1;
	}
	return list;
}

/* What of a port part the candidates do not cover; "" if they cover it all. */
static char *uncovered_ports(
	void *mem, const struct port_match *port, const struct candidates *candidates)
{
	char *list = mem_text(mem, "");
	size_t wholes = 0, looked_at = 0;

	for (size_t i = 0; i < PROTOCOL_KINDS; i++) {
		struct port_question question = {port, protocols[i], candidates};
		bool whole;

		if ((port->protocols & 1u << protocols[i]) == 0)
			continue;
		list = add_text(mem, list, uncovered_ranges(mem, &question, &whole));
		wholes += whole;
		looked_at++;
	}
	if (looked_at == PROTOCOL_KINDS && wholes == looked_at)
		return mem_text(mem, "every port");
	return *list != '\0' ? mem_format(mem, "%s%s", list, l7_text(mem, port)) : list;
}

/* A clusterwide policy has no namespace, whatever its metadata says. */
static char *change_title(void *mem, const struct policy *policy)
{
	if (policy->kind == POLICY_CLUSTERWIDE)
		return mem_text(mem, policy->name);
	return mem_format(mem, "%s%s%s", policy->namespace, *policy->namespace != '\0' ? "/" : "",
		policy->name);
}

static struct policy_change *add_change(struct comparison *comparison, enum change_effect effect,
	enum side side, const struct element *element, const struct compiled_rule *rule)
{
	struct policy_changes *changes = comparison->changes;
	struct policy_change *change;

	mem_reserve(comparison->mem, changes->items, &changes->capacity, changes->count + 1);
	change = &changes->items[changes->count++];
	change->effect = effect;
	change->side = side;
	change->rule = element->where;
	change->in_new = comparison->from_new;
	change->policy = change_title(comparison->mem, element->where.policy);
	change->subject =
		rule->for_nodes && rule->subject.count == 0
			? mem_text(comparison->mem, "every node")
			: selector_text(comparison->mem, &rule->subject, comparison->cluster);
	change->peer = change->port = "";
	return change;
}

static char *sentence(void *mem, const struct policy_change *change, bool deny)
{
	static const char *const verbs[2][SIDES] = {
		{[SIDE_EGRESS] = "may reach", [SIDE_INGRESS] = "may be reached by"},
		{[SIDE_EGRESS] = "is denied to reach", [SIDE_INGRESS] = "is closed to"}};
	bool ends = (change->effect == CHANGE_CLOSES) != deny;

	return mem_format(mem, "%s %s %s on %s%s", change->subject, verbs[deny][change->side],
		change->peer, change->port,
		ends                               ? ", no longer"
		: change->effect == CHANGE_CHANGES ? ", as before"
						   : "");
}

/* The effect of a rule that is in one set only; false if it makes no difference. */
static bool effect_of(const struct comparison *comparison, enum side side, bool deny,
	enum change_effect *ret_effect)
{
	bool from_denies = default_deny_of(&comparison->covering_from, side) != NULL;
	bool to_denies = default_deny_of(&comparison->covering_to, side) != NULL;

	if (deny) {
		*ret_effect = comparison->from_new ? CHANGE_CLOSES : CHANGE_OPENS;
		return true;
	}
	if (comparison->from_new)
		*ret_effect = to_denies ? CHANGE_OPENS : CHANGE_CHANGES;
	else
		*ret_effect = CHANGE_CLOSES;
	return from_denies && (comparison->from_new || to_denies);
}

static bool is_rule(const struct deciding_rule *a, const struct deciding_rule *b)
{
	return a->policy == b->policy && a->rule == b->rule && a->section == b->section &&
	       a->element == b->element;
}

static void compare_peer(struct comparison *comparison, const struct compiled_rule *rule,
	enum side side, const struct element *element, const struct peer *peer,
	const struct candidates *candidates, enum change_effect effect)
{
	void *mem = comparison->mem;
	struct candidates covering = with_peer(mem, candidates, peer);
	struct policy_change *change;
	char *ports = mem_text(mem, ""), *title;

	for (size_t i = 0; i < element->port_count; i++)
		ports = add_text(mem, ports, uncovered_ports(mem, &element->ports[i], &covering));
	mem_free(covering.items);
	if (*ports == '\0')
		return;
	title = peer_text(mem, peer, comparison->cluster);
	if (comparison->changes->count > 0 && peer->entity != NULL) {
		/* The parts of an entity make one change. */
		change = &comparison->changes->items[comparison->changes->count - 1];
		if (is_rule(&change->rule, &element->where) && strcmp(change->peer, title) == 0 &&
			strcmp(change->port, ports) == 0)
			return;
	}
	change = add_change(comparison, effect, side, element, rule);
	change->peer = title;
	change->port = ports;
	change->text = sentence(mem, change, element->deny);
}

static void compare_elements(
	struct comparison *comparison, const struct compiled_rule *rule, enum side side, bool deny)
{
	struct candidates candidates;
	enum change_effect effect;

	if (!effect_of(comparison, side, deny, &effect))
		return;
	candidates = find_candidates(comparison->mem, &comparison->covering_to, side, deny);
	for (size_t i = 0; i < rule->element_counts[side]; i++) {
		const struct element *element = &rule->elements[side][i];

		if (element->deny != deny)
			continue;
		for (size_t j = 0; j < element->peer_count; j++)
			compare_peer(comparison, rule, side, element, &element->peers[j],
				&candidates, effect);
	}
	mem_free(candidates.items);
}

static void compare_default_deny(
	struct comparison *comparison, const struct compiled_rule *rule, enum side side)
{
	struct policy_change *change;
	const struct element *by = NULL;

	for (size_t i = 0; i < rule->element_counts[side] && by == NULL; i++)
		if (rule->elements[side][i].default_deny)
			by = &rule->elements[side][i];
	if (by == NULL || default_deny_of(&comparison->covering_to, side) != NULL)
		return;
	change = add_change(
		comparison, comparison->from_new ? CHANGE_CLOSES : CHANGE_OPENS, side, by, rule);
	change->text = mem_format(comparison->mem, "%s: default deny turns %s for %s: %s",
		change->subject, comparison->from_new ? "on" : "off",
		side == SIDE_EGRESS ? "egress" : "ingress",
		comparison->from_new ? "only what rules allow may pass"
				     : "everything may pass that no rule denies");
}

static void compare_one_way(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->from->rule_count; i++) {
		const struct compiled_rule *rule = &comparison->from->rules[i];
		void *scratch = mem_context(comparison->mem);

		comparison->covering_from =
			rule_index_covering(scratch, comparison->from_index, rule);
		comparison->covering_to = rule_index_covering(scratch, comparison->to_index, rule);
		for (enum side side = 0; side < SIDES; side++) {
			if (rule->element_counts[side] == 0)
				continue;
			compare_default_deny(comparison, rule, side);
			compare_elements(comparison, rule, side, false);
			compare_elements(comparison, rule, side, true);
		}
		mem_free(scratch);
	}
}

const char *change_effect_name(enum change_effect effect)
{
	static const char *const names[] = {
		[CHANGE_OPENS] = "opens", [CHANGE_CLOSES] = "closes", [CHANGE_CHANGES] = "changes"};

	return (size_t)effect < sizeof names / sizeof *names ? names[effect] : "";
}

static int by_effect(const void *a, const void *b)
{
	static const int order[] = {[CHANGE_CLOSES] = 0, [CHANGE_OPENS] = 1, [CHANGE_CHANGES] = 2};
	const struct policy_change *x = a, *y = b;
	int difference = order[x->effect] - order[y->effect];

	if (difference == 0)
		difference = strcmp(x->subject, y->subject);
	if (difference == 0)
		difference = (x->side > y->side) - (x->side < y->side);
	return difference != 0 ? difference : strcmp(x->text, y->text);
}

static void drop_repeats(struct policy_changes *changes)
{
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++)
		if (kept == 0 || strcmp(changes->items[kept - 1].text, changes->items[i].text) != 0)
			changes->items[kept++] = changes->items[i];
	changes->count = kept;
}

void policy_diff(void *mem, const struct policies *before, const struct policies *after,
	const char *cluster, struct policy_changes *ret_changes)
{
	struct simulate_options options = {cluster};
	void *scratch = mem_context(NULL);
	struct policy_set *old = policy_set_new(scratch, before, &options);
	struct policy_set *new = policy_set_new(scratch, after, &options);
	struct rule_index *old_index = rule_index_new(scratch, old);
	struct rule_index *new_index = rule_index_new(scratch, new);
	struct comparison closing = {.mem = mem,
		.from = old,
		.from_index = old_index,
		.to_index = new_index,
		.cluster = old->cluster,
		.changes = ret_changes};
	struct comparison opening = {.mem = mem,
		.from = new,
		.from_index = new_index,
		.to_index = old_index,
		.from_new = true,
		.cluster = old->cluster,
		.changes = ret_changes};

	*ret_changes = (struct policy_changes){0};
	compare_one_way(&opening);
	compare_one_way(&closing);
	if (ret_changes->count > 0)
		qsort(ret_changes->items, ret_changes->count, sizeof *ret_changes->items,
			by_effect);
	drop_repeats(ret_changes);
	mem_free(scratch);
}
