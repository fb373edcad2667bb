#include "core/orient.h"

#include <string.h>

#include "core/address.h"

/* Message types that ask, with the type that answers: RFC 792, 950, 4443, 8335. */
static const struct icmp_pair {
	enum protocol protocol;
	uint8_t request, reply;
} icmp_pairs[] = {
	{PROTOCOL_ICMPV4, 8, 0},
	{PROTOCOL_ICMPV4, 13, 14},
	{PROTOCOL_ICMPV4, 15, 16},
	{PROTOCOL_ICMPV4, 17, 18},
	{PROTOCOL_ICMPV4, 42, 43},
	{PROTOCOL_ICMPV6, 128, 129},
	{PROTOCOL_ICMPV6, 139, 140},
	{PROTOCOL_ICMPV6, 160, 161},
};

static const struct icmp_pair *icmp_pair(enum protocol protocol, uint8_t type)
{
	for (size_t i = 0; i < sizeof icmp_pairs / sizeof *icmp_pairs; i++)
		if (icmp_pairs[i].protocol == protocol &&
			(icmp_pairs[i].request == type || icmp_pairs[i].reply == type))
			return &icmp_pairs[i];
	return NULL;
}

int icmp_request_type(enum protocol protocol, uint8_t type)
{
	const struct icmp_pair *pair = icmp_pair(protocol, type);

	return pair != NULL ? pair->request : -1;
}

static bool is_icmp(const struct flow *flow)
{
	return flow->protocol == PROTOCOL_ICMPV4 || flow->protocol == PROTOCOL_ICMPV6;
}

static bool is_from_point(enum observation_point point)
{
	return (point >= POINT_FROM_ENDPOINT && point <= POINT_FROM_NETWORK) ||
	       point == POINT_FROM_CRYPTO;
}

static bool endpoint_tells_nothing(const struct flow_endpoint *end, const char *address)
{
	return end->identity == 0 && end->labels.count == 0 && *end->namespace == '\0' &&
	       *end->pod == '\0' && *address == '\0';
}

static bool policy_decided(const struct flow *flow)
{
	return flow->drop_reason == DROP_POLICY_DENIED || flow->drop_reason == DROP_POLICY_DENY ||
	       flow->drop_reason == DROP_AUTH_REQUIRED;
}

/* A drop whose reason was masked away counts as a denial: it never makes a rule by itself. */
static bool dropped_by_other_than_policy(const struct flow *flow)
{
	return flow->verdict == VERDICT_DROPPED && flow->event != EVENT_L7 &&
	       !policy_decided(flow) && (flow->drop_reason != 0 || *flow->drop_reason_name != '\0');
}

/* What a pod's request to its own service is made to come from, by default; it looks like the world. */
#define SERVICE_LOOPBACK "169.254.42.1"

static bool is_hairpin(const struct flow *flow)
{
	const struct flow_endpoint *a = &flow->source, *b = &flow->destination;

	if (strcmp(flow->source_address, SERVICE_LOOPBACK) == 0 ||
		strcmp(flow->destination_address, SERVICE_LOOPBACK) == 0)
		return true;
	if (*a->pod != '\0' && strcmp(a->pod, b->pod) == 0)
		return strcmp(a->namespace, b->namespace) == 0 &&
		       (*a->cluster == '\0' || *b->cluster == '\0' ||
			       strcmp(a->cluster, b->cluster) == 0);
	return (*a->pod == '\0' || *b->pod == '\0') && *flow->source_address != '\0' &&
	       strcmp(flow->source_address, flow->destination_address) == 0;
}

/* Without its verdict a request that a proxy saw may have been refused; an answer was not. */
static bool passed_or_refused(const struct flow *flow)
{
	return flow->verdict != VERDICT_UNKNOWN || flow->point != POINT_UNKNOWN ||
	       flow->is_reply == TRISTATE_YES || flow->l7.type == L7_RESPONSE;
}

/* The standing that follows from the kind of line alone, or STANDING_ORIENTED to go on. */
static enum standing unusable_kind(const struct flow *flow)
{
	if (flow->event == EVENT_SOCK || flow->type == FLOW_TYPE_SOCK ||
		flow->verdict == VERDICT_TRACED || flow->verdict == VERDICT_TRANSLATED)
		return STANDING_SOCKET;
	if (flow->event == EVENT_DEBUG || flow->event == EVENT_CAPTURE)
		return STANDING_CAPTURE;
	if (flow->event != EVENT_POLICY_VERDICT && flow->event != EVENT_DROP &&
		is_from_point(flow->point))
		return STANDING_BEFORE_POLICY;
	if (endpoint_tells_nothing(&flow->source, flow->source_address) &&
		endpoint_tells_nothing(&flow->destination, flow->destination_address))
		return STANDING_NO_ENDS;
	if (flow->verdict == VERDICT_ERROR)
		return STANDING_ERROR;
	if ((unsigned)flow->verdict >= VERDICTS)
		return STANDING_NOT_UNDERSTOOD;
	if (dropped_by_other_than_policy(flow))
		return STANDING_INFRASTRUCTURE;
	if (!passed_or_refused(flow))
		return STANDING_NO_VERDICT;
	return STANDING_ORIENTED;
}

/* Asked of every flow. No noise begins with a 1, as most addresses of pods and of private networks do. */
static bool is_noise(const char *text)
{
	struct address address;

	if (*text == '1')
		return false;
	address = address_parse(text);
	return address_is_noise(&address);
}

/* The standing that follows from protocol and addresses. */
static enum standing unusable_packet(const struct flow *flow)
{
	if (flow->l4_ambiguous)
		return STANDING_AMBIGUOUS_L4;
	if (flow->protocol == PROTOCOL_NONE)
		return flow->weight > 1 ? STANDING_AGGREGATED : STANDING_NO_PROTOCOL;
	if (flow->protocol == PROTOCOL_VRRP || flow->protocol == PROTOCOL_IGMP)
		return STANDING_OTHER_PROTOCOL;
	if (is_noise(flow->source_address) || is_noise(flow->destination_address))
		return STANDING_MULTICAST;
	if (flow->reason == REASON_RELATED)
		return STANDING_RELATED;
	if (is_icmp(flow) && icmp_pair(flow->protocol, flow->icmp_type) == NULL)
		return STANDING_ICMP_OTHER;
	if (is_hairpin(flow))
		return STANDING_HAIRPIN;
	return STANDING_ORIENTED;
}

static enum tristate reply_by_flags(const struct flow *flow)
{
	if (flow->protocol == PROTOCOL_TCP && (flow->tcp_flags & TCP_SYN) != 0)
		return (flow->tcp_flags & TCP_ACK) != 0 ? TRISTATE_YES : TRISTATE_NO;
	if (flow->protocol == PROTOCOL_SCTP && flow->sctp_chunk == SCTP_INIT)
		return TRISTATE_NO;
	if (flow->protocol == PROTOCOL_SCTP && flow->sctp_chunk == SCTP_INIT_ACK)
		return TRISTATE_YES;
	return TRISTATE_UNKNOWN;
}

/* Is the packet a reply? flows.md 10.2, first hit wins. An ICMP type says it exactly. */
static enum tristate find_reply(const struct flow *flow)
{
	const struct icmp_pair *pair =
		is_icmp(flow) ? icmp_pair(flow->protocol, flow->icmp_type) : NULL;

	if (pair != NULL)
		return pair->reply == flow->icmp_type ? TRISTATE_YES : TRISTATE_NO;
	if (flow->l7.type == L7_REQUEST || flow->l7.type == L7_SAMPLE)
		return TRISTATE_NO;
	if (flow->l7.type == L7_RESPONSE)
		return TRISTATE_YES;
	if (flow->is_reply != TRISTATE_UNKNOWN)
		return flow->is_reply;
	if (flow->event == EVENT_POLICY_VERDICT)
		return TRISTATE_NO;
	if (flow->reason == REASON_NEW || flow->reason == REASON_ESTABLISHED ||
		flow->reason == REASON_REOPENED)
		return TRISTATE_NO;
	if (flow->reason == REASON_REPLY)
		return TRISTATE_YES;
	return reply_by_flags(flow);
}

struct orientation orient(const struct flow *flow)
{
	struct orientation orientation = {unusable_kind(flow), false};
	enum tristate reply;

	if (orientation.standing == STANDING_ORIENTED)
		orientation.standing = unusable_packet(flow);
	if (orientation.standing != STANDING_ORIENTED)
		return orientation;
	reply = find_reply(flow);
	orientation.reply = reply == TRISTATE_YES;
	if (!is_icmp(flow)) {
		uint16_t port = orientation.reply ? flow->source_port : flow->destination_port;

		if (!flow->has_ports || port == 0)
			orientation.standing = STANDING_NO_PORT;
		else if (reply == TRISTATE_UNKNOWN)
			orientation.standing = STANDING_UNORIENTED;
	}
	return orientation;
}

bool l7_refused(const struct flow *flow)
{
	return flow->event == EVENT_L7 && flow->verdict == VERDICT_DROPPED;
}

static enum outcome denial(const struct flow *flow)
{
	if (flow->drop_reason == DROP_POLICY_DENY)
		return OUTCOME_REFUSED;
	if (flow->drop_reason == DROP_AUTH_REQUIRED)
		return OUTCOME_AUTHENTICATE;
	return OUTCOME_DENIED;
}

/* A denial or audit says on which side; if masked away, it counts for both: neither is opened. */
static void prove_decision(const struct flow *flow, enum outcome outcome, enum outcome far_egress,
	uint64_t outcomes[SIDES][OUTCOMES])
{
	if (flow->direction != DIRECTION_INGRESS)
		outcomes[SIDE_EGRESS][outcome] += flow->weight;
	if (flow->direction != DIRECTION_EGRESS)
		outcomes[SIDE_INGRESS][outcome] += flow->weight;
	if (flow->direction == DIRECTION_INGRESS)
		outcomes[SIDE_EGRESS][far_egress] += flow->weight;
}

/* What a forwarded request proves for the server's side; a reply proves everything. */
static enum outcome arrival(const struct flow *flow)
{
	if (flow->event == EVENT_L7 || flow->flat)
		return OUTCOME_ALLOWED;
	if (flow->event == EVENT_POLICY_VERDICT && flow->direction != DIRECTION_UNKNOWN)
		return flow->direction == DIRECTION_EGRESS ? OUTCOME_SENT : OUTCOME_ALLOWED;
	if (flow->point == POINT_TO_ENDPOINT || flow->point == POINT_TO_PROXY)
		return OUTCOME_ALLOWED;
	return flow->point == POINT_UNKNOWN ? OUTCOME_PASSED : OUTCOME_SENT;
}

void prove(
	const struct flow *flow, struct orientation orientation, uint64_t outcomes[SIDES][OUTCOMES])
{
	if (orientation.standing != STANDING_ORIENTED &&
		orientation.standing != STANDING_UNORIENTED)
		return;
	if (l7_refused(flow))
		return; /* the L4 part passed, which other lines show; the fact is kept as denied */
	if (flow->verdict == VERDICT_DROPPED) {
		if (!orientation.reply)
			prove_decision(flow, denial(flow), OUTCOME_SENT, outcomes);
		return;
	}
	if (flow->verdict == VERDICT_AUDIT && !orientation.reply) {
		prove_decision(flow, OUTCOME_AUDITED, OUTCOME_ALLOWED, outcomes);
		return;
	}
	outcomes[SIDE_EGRESS][OUTCOME_ALLOWED] += flow->weight;
	outcomes[SIDE_INGRESS][orientation.reply ? OUTCOME_ALLOWED : arrival(flow)] += flow->weight;
}
