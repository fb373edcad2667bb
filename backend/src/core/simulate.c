/* Judging one side of one request: policies.md 9.2, in three values. */
#include "core/simulate.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "core/fqdn.h"
#include "core/simulate_set.h"

struct judgement_room {
	struct findings allow, deny;
	struct {
		struct deciding_rule *items;
		size_t capacity;
	} by[SIDES];
};

struct judgement *judgement_new(void *mem)
{
	struct judgement *judgement = mem_new(mem, struct judgement);

	judgement->room = mem_new(judgement, struct judgement_room);
	return judgement;
}

/* One side of a request on its way to a verdict. */
struct question {
	struct policy_set *set;
	const struct attempt *request;
	enum side side;
	struct party *subject;
	const struct party *peer;
	const struct view *view, *other_view; /* of the other direction */
	struct judgement_room *room;
};

static bool is_transport(enum protocol protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
}

/* policies.md 9.5. `ret_doubt` tells why the answer is unknown. */
static enum tristate port_fits(
	const struct port_match *port, const struct attempt *request, enum judged_reason *ret_doubt)
{
	bool icmp = request->protocol == PROTOCOL_ICMPV4 || request->protocol == PROTOCOL_ICMPV6;
	uint16_t number = icmp ? request->icmp_type : request->port;

	if (request->protocol == PROTOCOL_NONE && port->protocols != EVERY_PROTOCOL) {
		*ret_doubt = REASON_PROTOCOL_UNTOLD;
		return TRISTATE_UNKNOWN;
	}
	if ((port->protocols & 1u << request->protocol) == 0)
		return TRISTATE_NO;
	if (port->name != NULL) {
		*ret_doubt = REASON_PORT_NAME;
		return request->server->has_port_names ? TRISTATE_UNKNOWN : TRISTATE_NO;
	}
	if (port->first == 0 && port->last == UINT16_MAX)
		return TRISTATE_YES;
	if (is_transport(request->protocol) && !request->has_port) {
		*ret_doubt = REASON_PORT_UNTOLD;
		return TRISTATE_UNKNOWN;
	}
	return number >= port->first && number <= port->last ? TRISTATE_YES : TRISTATE_NO;
}

static bool reached_by_name(const struct match *match, const struct attempt *request)
{
	const struct element *element = match->concern->element;

	for (size_t i = 0; i < element->peer_count; i++) {
		if (element->peers[i].kind != PEER_BY_NAME)
			continue;
		for (size_t j = 0; j < request->server_names.count; j++)
			if (fqdn_matches(element->peers[i].name, request->server_names.items[j]))
				return true;
	}
	return false;
}

static void note(struct judgement_room *room, const struct finding *finding)
{
	struct findings *list = finding->element->deny ? &room->deny : &room->allow;

	mem_reserve(room, list->items, &list->capacity, list->count + 1);
	list->items[list->count++] = *finding;
	list->certain += finding->certain;
}

static void look_at_match(const struct question *question, const struct match *match)
{
	const struct element *element = match->concern->element;
	enum tristate peer = match->peer;

	if (match->by_name && question->side == SIDE_EGRESS &&
		reached_by_name(match, question->request))
		peer = TRISTATE_YES;
	if (peer == TRISTATE_NO)
		return;
	for (size_t i = 0; i < element->port_count; i++) {
		const struct port_match *port = &element->ports[i];
		struct finding finding = {.element = element, .port = port, .certain = true};
		enum tristate fits = port_fits(port, question->request, &finding.doubt);

		if (fits == TRISTATE_NO)
			continue;
		if (fits == TRISTATE_UNKNOWN) {
			finding.certain = false;
		} else if (peer == TRISTATE_UNKNOWN) {
			finding.certain = false;
			finding.doubt = match->doubt;
		} else if (!match->concern->certain) {
			finding.certain = false;
			finding.doubt = match->concern->doubt;
		} else if (port->server_name) {
			finding.certain = false;
			finding.doubt = REASON_SERVER_NAME;
		}
		note(question->room, &finding);
	}
}

static void list_rule(
	const struct question *question, const struct element *element, struct side_judgement *ret)
{
	struct judgement_room *room = question->room;

	mem_reserve(room, room->by[question->side].items, &room->by[question->side].capacity,
		ret->by_count + 1);
	room->by[question->side].items[ret->by_count++] = element->where;
	ret->by = room->by[question->side].items;
}

/* All findings of a list that are certain, or all that are not, one entry per element. */
static void list_rules(const struct question *question, const struct findings *list, bool certain,
	struct side_judgement *ret)
{
	const struct element *last = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct finding *finding = &list->items[i];

		if (finding->certain != certain || finding->element == last)
			continue;
		last = finding->element;
		list_rule(question, last, ret);
	}
}

static bool denies_port_name(const struct findings *deny, const char *name)
{
	for (size_t i = 0; i < deny->count; i++)
		if (deny->items[i].doubt == REASON_PORT_NAME &&
			strcmp(deny->items[i].port->name, name) == 0)
			return true;
	return false;
}

/*
 * Can an uncertain allow come true without a deny coming true with it? A port name that allows and
 * denies cannot: deny wins.
 */
static const struct finding *possible_allow(const struct judgement_room *room)
{
	for (size_t i = 0; i < room->allow.count; i++) {
		const struct finding *finding = &room->allow.items[i];

		if (!finding->certain &&
			(finding->doubt != REASON_PORT_NAME ||
				!denies_port_name(&room->deny, finding->port->name)))
			return finding;
	}
	return NULL;
}

/* The local host may always come in, below any deny; it needs some ingress rule (policies.md 9.2). */
static bool is_local_host(const struct question *question)
{
	return question->side == SIDE_INGRESS && question->peer->host &&
	       question->subject->subject == SUBJECT_ENDPOINT && question->view->count > 0;
}

/* A rule that wants TLS for listed names wants it beside plain rules too (policies.md 7.5). */
static bool has_server_names(const struct findings *allow)
{
	for (size_t i = 0; i < allow->count; i++)
		if (allow->items[i].port->server_name)
			return true;
	return false;
}

static void allow(
	const struct question *question, enum judged_reason reason, struct side_judgement *ret)
{
	ret->verdict = JUDGED_ALLOWED;
	list_rules(question, &question->room->allow, true, ret);
	ret->reason = ret->by_count > 0 ? REASON_RULE : reason;
}

static void deny_by_default(const struct question *question, struct side_judgement *ret)
{
	const struct element *by = question->view->default_deny_by;

	ret->verdict = JUDGED_DENIED;
	ret->reason = by != NULL ? REASON_DEFAULT_DENY : REASON_INIT;
	if (by != NULL)
		ret->default_deny = by->where;
}

static void be_unsure(const struct question *question, struct side_judgement *ret)
{
	const struct judgement_room *room = question->room;
	const struct finding *possible = possible_allow(room);

	ret->verdict = JUDGED_UNKNOWN;
	ret->reason = REASON_SUBJECT_LABELS;
	for (size_t i = 0; i < room->deny.count; i++)
		ret->reason = room->deny.items[i].doubt;
	if (possible != NULL)
		ret->reason = possible->doubt;
	list_rules(question, &room->deny, false, ret);
	list_rules(question, &room->allow, false, ret);
}

static struct side_judgement no_verdict(enum judged verdict, enum judged_reason reason)
{
	return (struct side_judgement){.verdict = verdict, .reason = reason};
}

/* The agent computes an endpoint's policy as a whole, so one direction spoils both. */
static void be_in_conflict(const struct question *question, struct side_judgement *ret)
{
	const struct view *view =
		question->view->conflict[0] != NULL ? question->view : question->other_view;

	*ret = no_verdict(JUDGED_UNKNOWN, REASON_CONFLICT);
	list_rule(question, view->conflict[0], ret);
	if (view->conflict[1] != view->conflict[0])
		list_rule(question, view->conflict[1], ret);
}

static void decide(const struct question *question, struct side_judgement *ret)
{
	const struct judgement_room *room = question->room;
	bool local_host = is_local_host(question);
	bool allowed = room->allow.certain > 0 || local_host;
	enum tristate default_deny =
		question->subject->init ? TRISTATE_YES : question->view->default_deny;
	bool may_allow = allowed || default_deny != TRISTATE_YES || possible_allow(room) != NULL;
	bool may_deny = room->deny.count > 0 || has_server_names(&room->allow) ||
			(!allowed && default_deny != TRISTATE_NO);

	if (room->deny.certain > 0) {
		ret->verdict = JUDGED_DENIED;
		ret->reason = REASON_DENY_RULE;
		list_rules(question, &room->deny, true, ret);
	} else if (may_allow && may_deny) {
		be_unsure(question, ret);
	} else if (may_deny) {
		deny_by_default(question, ret);
	} else if (local_host) {
		allow(question, REASON_LOCAL_HOST, ret);
	} else {
		allow(question,
			question->view->count > 0 ? REASON_NO_DEFAULT_DENY : REASON_NO_RULES, ret);
	}
}

/*
 * The narrowest port part whose rule names a mode decides (policies.md 9.7). The agent merges by
 * selector, so this says "required" in a few cases where the agent does not; never the reverse.
 */
static bool needs_authentication(const struct findings *allow)
{
	const struct finding *best = NULL;
	int best_width = INT_MAX;

	for (size_t i = 0; i < allow->count; i++) {
		const struct finding *finding = &allow->items[i];
		int width = finding->port->last - finding->port->first;

		if (!finding->certain || finding->element->authentication == AUTHENTICATION_UNSAID)
			continue;
		if (best == NULL || width < best_width) {
			best = finding;
			best_width = width;
		}
	}
	return best != NULL && best->element->authentication == AUTHENTICATION_ON;
}

static void add_remarks(const struct question *question, struct side_judgement *ret)
{
	const struct findings *allow = &question->room->allow;
	bool restricted = question->view->default_deny != TRISTATE_NO || question->subject->init;

	for (size_t i = 0; i < allow->count; i++)
		ret->proxied |= allow->items[i].certain && allow->items[i].port->proxied;
	ret->authentication = needs_authentication(allow);
	if (question->request->l7.kind == L7_HTTP || question->request->l7.kind == L7_DNS)
		judge_l7(question->set, question->request, allow,
			restricted && !is_local_host(question), ret);
}

static void judge_side(const struct question *question, struct side_judgement *ret)
{
	const struct pair *pair;

	if (question->view->conflict[0] != NULL || question->other_view->conflict[0] != NULL) {
		be_in_conflict(question, ret);
		return;
	}
	pair = find_pair(question->set, question->subject, question->peer, question->side);
	for (size_t i = 0; i < pair->count; i++)
		look_at_match(question, &pair->matches[i]);
	decide(question, ret);
	if (ret->verdict == JUDGED_ALLOWED)
		add_remarks(question, ret);
}

void simulate(struct policy_set *set, const struct attempt *request, struct judgement *judgement)
{
	for (enum side side = 0; side < SIDES; side++) {
		bool egress = side == SIDE_EGRESS;
		const struct party *client = request->client, *server = request->server;
		/* Parties are const to callers only; what is found out about them is kept in them. */
		struct party *subject = set->parties[egress ? client->number : server->number];
		struct side_judgement *ret = &judgement->sides[side];

		if (subject->subject == SUBJECT_NOT) {
			*ret = no_verdict(JUDGED_NONE, subject->no_subject);
		} else if (request->same_pod) {
			*ret = no_verdict(JUDGED_NONE, REASON_SAME_POD);
		} else if (subject->subject == SUBJECT_UNTOLD) {
			*ret = no_verdict(JUDGED_UNKNOWN, REASON_SUBJECT_UNTOLD);
		} else {
			struct question question = {set, request, side, subject,
				egress ? server : client, party_view(set, subject, side),
				party_view(set, subject, egress ? SIDE_INGRESS : SIDE_EGRESS),
				judgement->room};

			*ret = (struct side_judgement){0};
			judgement->room->allow.count = judgement->room->allow.certain = 0;
			judgement->room->deny.count = judgement->room->deny.certain = 0;
			judge_side(&question, ret);
		}
	}
}
