/* Which elements of a subject's rules concern a peer, and what cannot be computed together. */
#include <string.h>

#include "base/mem.h"
#include "core/fqdn.h"
#include "core/simulate_set.h"

#define GROUP_LABEL "io.cilium.policy.cidrgroupname/"

static enum tristate in_cidr(const struct peer *peer, const struct party *party)
{
	if (party->address.version == 0)
		return TRISTATE_UNKNOWN;
	if (!cidr_contains(&peer->cidr, &party->address))
		return TRISTATE_NO;
	for (size_t i = 0; i < peer->except_count; i++)
		if (cidr_contains(&peer->except[i], &party->address))
			return TRISTATE_NO;
	return TRISTATE_YES;
}

/* The agent may have written the group's label; without it nothing is known of the group. */
static enum tristate in_cidr_group(const struct peer *peer, const struct party *party)
{
	for (size_t i = 0; i < party->labels.count; i++) {
		const struct split_label *label = &party->labels.items[i];

		if (strcmp(label->source, "cidrgroup") == 0 &&
			strncmp(label->key, GROUP_LABEL, strlen(GROUP_LABEL)) == 0 &&
			strcmp(label->key + strlen(GROUP_LABEL), peer->group) == 0)
			return TRISTATE_YES;
	}
	return TRISTATE_UNKNOWN;
}

/* The agent's own label for an address that it learnt by this very name or pattern. */
static bool has_name_label(const struct peer *peer, const struct party *party)
{
	const char *wanted = *peer->name->name != '\0' ? peer->name->name : peer->name->pattern;

	for (size_t i = 0; i < party->labels.count; i++)
		if (strcmp(party->labels.items[i].source, "fqdn") == 0 &&
			fqdn_name_matches(wanted, party->labels.items[i].key))
			return true;
	return false;
}

/* Rules about addresses and names concern outside peers only (policies.md 6.2, 6.3). */
static enum tristate if_outside(const struct party *party, enum tristate answer)
{
	if (party->outside)
		return answer;
	return party->identity.class == PEER_UNKNOWN ? TRISTATE_UNKNOWN : TRISTATE_NO;
}

static enum tristate undecidable(const struct peer *peer, const struct party *party)
{
	switch (peer->doubt) {
	case REASON_NODE_SELECTOR:
		if (party->identity.class == PEER_UNKNOWN)
			return TRISTATE_UNKNOWN;
		return label_set_value(&party->labels, "reserved", "remote-node") != NULL
			       ? TRISTATE_UNKNOWN
			       : TRISTATE_NO;
	case REASON_GROUP:
	case REASON_CIDR_GROUP:
	case REASON_BROKEN_CIDR:
		return if_outside(party, TRISTATE_UNKNOWN);
	default:
		return TRISTATE_UNKNOWN;
	}
}

/* One alternative. `ret_doubt` tells why the answer is unknown. */
static enum tristate peer_is(
	const struct peer *peer, const struct party *party, enum judged_reason *ret_doubt)
{
	*ret_doubt = REASON_PEER_LABELS;
	switch (peer->kind) {
	case PEER_IS_ANYONE:
		return TRISTATE_YES;
	case PEER_BY_LABELS:
		return label_selector_matches(&peer->labels, &party->labels);
	case PEER_BY_CIDR:
		if (party->outside)
			*ret_doubt = REASON_PEER_ADDRESS;
		return if_outside(party, in_cidr(peer, party));
	case PEER_BY_CIDR_GROUP:
		*ret_doubt = REASON_CIDR_GROUP;
		return if_outside(party, in_cidr_group(peer, party));
	case PEER_BY_NAME:
		return if_outside(party, has_name_label(peer, party) ? TRISTATE_YES : TRISTATE_NO);
	case PEER_UNDECIDABLE:
		*ret_doubt = peer->doubt;
		return undecidable(peer, party);
	}
	return TRISTATE_NO;
}

static struct match meet(const struct concern *concern, const struct party *party)
{
	struct match match = {.concern = concern, .peer = TRISTATE_NO};

	for (size_t i = 0; i < concern->element->peer_count; i++) {
		const struct peer *peer = &concern->element->peers[i];
		enum judged_reason doubt;
		enum tristate is = peer_is(peer, party, &doubt);

		if (is == TRISTATE_YES)
			return (struct match){.concern = concern, .peer = TRISTATE_YES};
		if (is == TRISTATE_UNKNOWN) {
			match.peer = is;
			match.doubt = doubt;
		}
		match.by_name |= peer->kind == PEER_BY_NAME && party->outside;
	}
	return match;
}

struct pair_key {
	uint32_t subject, peer;
	enum side side;
};

static bool is_pair(const void *context, uint32_t number, const void *wanted)
{
	const struct policy_set *set = context;
	const struct pair *pair = &set->pairs[number];
	const struct pair_key *key = wanted;

	return pair->subject == key->subject && pair->peer == key->peer && pair->side == key->side;
}

static struct pair make_pair(struct policy_set *set, const struct pair_key *key,
	const struct view *view, const struct party *peer)
{
	struct pair pair = {.subject = key->subject, .peer = key->peer, .side = key->side};

	mem_reserve(set->mem, set->scratch, &set->scratch_capacity, view->count);
	for (size_t i = 0; i < view->count; i++) {
		struct match match = meet(&view->concerns[i], peer);

		if (match.peer != TRISTATE_NO || match.by_name)
			set->scratch[pair.count++] = match;
	}
	pair.matches = mem_array(set->mem, struct match, pair.count);
	if (pair.count > 0)
		memcpy(pair.matches, set->scratch, pair.count * sizeof *pair.matches);
	return pair;
}

const struct pair *find_pair(
	struct policy_set *set, struct party *subject, const struct party *peer, enum side side)
{
	struct pair_key key = {subject->number, peer->number, side};
	uint64_t hash = table_hash(&key, sizeof key, 0);
	uint32_t number = table_find(&set->pair_table, hash, is_pair, set, &key);

	if (number == TABLE_NONE) {
		number = (uint32_t)set->pair_count;
		mem_reserve(set->mem, set->pairs, &set->pair_capacity, set->pair_count + 1);
		set->pairs[set->pair_count++] =
			make_pair(set, &key, party_view(set, subject, side), peer);
		table_add(set->mem, &set->pair_table, hash, number);
	}
	return &set->pairs[number];
}
