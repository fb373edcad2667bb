#include "core/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/address.h"
#include "core/labels.h"
#include "core/name_conflicts.h"
#include "core/outside_names.h"
#include "core/public_ports.h"
#include "core/question.h"

#define EPHEMERAL_PORT 32768
/* So many ports of one server, each tried this often at most: a scan, not a need. */
#define SCAN_PORTS           50
#define SCAN_EVENTS_PER_PORT 4

/* The needs found so far, and what is known before any is asked about. */
struct search {
	struct needs *needs;
	const struct outside_names *names;
	const struct name_conflicts *conflicts;
	const struct public_ports *public_ports;
};

static void add_need(struct search *search, const struct question *q, struct peer peer)
{
	struct needs *needs = search->needs;

	mem_reserve(needs->mem, needs->items, &needs->capacity, needs->count + 1);
	needs->items[needs->count++] = (struct need){.subject = q->subject,
		.side = q->side,
		.peer = peer,
		.protocol = q->connection->protocol,
		.port = q->connection->port,
		.icmp_type = q->connection->icmp_type,
		.settled = q->settled,
		.dns = q->dns};
}

static void add_text_need(
	struct search *search, const struct question *q, enum peer_kind kind, const char *key)
{
	add_need(search, q, (struct peer){kind, key, NO_WORKLOAD});
}

/* Kubernetes knows no entities; the world is all addresses there, the rest cannot be said. */
static enum left_out need_entity(
	struct search *search, const struct question *q, const char *entity)
{
	if (!question_for_kubernetes(q)) {
		add_text_need(search, q, PEER_BY_ENTITY, entity);
		return LEFT_OUT_NOT;
	}
	if (strcmp(entity, "world") != 0)
		return LEFT_OUT_INEXPRESSIBLE;
	add_text_need(search, q, PEER_BY_CIDR, "0.0.0.0/0");
	add_text_need(search, q, PEER_BY_CIDR, "::/0");
	return LEFT_OUT_NOT;
}

static enum left_out need_pod(struct search *search, const struct question *q)
{
	uint32_t workload = q->analysis->workloads->of[q->peer_identity];
	const struct pod_workload *peer;

	if (workload == NO_WORKLOAD)
		return LEFT_OUT_PEER_UNKNOWN;
	peer = &q->analysis->workloads->items[workload];
	if (!peer->selectable)
		return LEFT_OUT_PEER_UNKNOWN;
	if (question_for_kubernetes(q) &&
		(workload_selects_by_account(peer) ||
			strcmp(peer->cluster, q->analysis->workloads->items[q->subject].cluster) !=
				0))
		return LEFT_OUT_INEXPRESSIBLE;
	/* Workloads are sorted, so their number orders them for good. */
	add_need(search, q,
		(struct peer){PEER_BY_LABELS,
			mem_format(search->needs->mem, "%s/%s/%010u", peer->cluster,
				peer->namespace, workload),
			workload});
	return LEFT_OUT_NOT;
}

static const char *cidr_of(
	struct search *search, const struct question *q, const struct address *address)
{
	unsigned prefix = address->version == 4 ? q->analysis->options->prefix_ipv4
						: q->analysis->options->prefix_ipv6;
	struct address network = *address;
	char text[46];

	address_mask(&network, prefix);
	address_text(&network, text);
	return mem_format(search->needs->mem, "%s/%u", text, prefix);
}

/*
 * The names that the workload knew for the address when it last connected. None at all if a rule by one
 * of them would open an address that was denied.
 */
static bool need_names(struct search *search, const struct question *q)
{
	size_t count, first = search->needs->count;
	const struct outside_name *names =
		outside_names_of(search->names, q->subject, q->peer->address, &count);
	int64_t last_ns = question_last_ns(q);
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (names[i].since_ns > last_ns)
			continue;
		if (name_conflicts_has(search->conflicts, q, names[i].name)) {
			search->needs->names_denied[q->subject] = true;
			search->needs->count = first;
			return false;
		}
		add_text_need(search, q, PEER_BY_NAME, names[i].name);
		search->needs->several_names[q->subject] |= found;
		found = true;
	}
	return found;
}

/* Without an address, clients outside can be let in as a whole only; servers are not, unless asked. */
static bool by_world(const struct search *search, const struct question *q, bool has_address)
{
	if (q->side == SIDE_EGRESS)
		return !has_address && q->analysis->options->outside_ingress == OUTSIDE_WORLD;

	switch (q->analysis->options->outside_ingress) {
	case OUTSIDE_WORLD:
		return true;
	case OUTSIDE_ADDRESSES:
		return false;
	case OUTSIDE_AUTOMATIC:
		break;
	}
	return !has_address || public_ports_has(search->public_ports, q);
}

static enum left_out need_outside(struct search *search, const struct question *q)
{
	struct address address = address_parse(q->peer->address);

	/* A name server itself is reached by its address: its name could not be looked up without it. */
	if (q->side == SIDE_EGRESS && q->analysis->options->names && !question_for_kubernetes(q) &&
		!q->dns && !search->needs->resolver_missing[q->subject] && need_names(search, q))
		return LEFT_OUT_NOT;
	if (by_world(search, q, address.version != 0))
		return need_entity(search, q, "world");
	if (address.version == 0)
		return LEFT_OUT_PEER_UNKNOWN;
	add_text_need(search, q, PEER_BY_CIDR, cidr_of(search, q, &address));
	return LEFT_OUT_NOT;
}

/*
 * Nodes: a pod that moves finds the same node local or remote, so egress needs both entities; a name
 * server on the host is a cache of that node, so it stays local. From the local host everything is
 * let in anyway (flows.md 9.4).
 */
static enum left_out need_node(struct search *search, const struct question *q)
{
	unsigned reserved = labels_reserved(&q->peer->labels);
	bool local = (reserved & RESERVED_HOST) != 0;

	if (q->side == SIDE_INGRESS && local)
		return LEFT_OUT_HOST;
	if (q->dns && local)
		return need_entity(search, q, "host");
	if ((reserved & RESERVED_KUBE_APISERVER) != 0)
		return need_entity(search, q, "kube-apiserver");
	if (question_for_kubernetes(q))
		return LEFT_OUT_INEXPRESSIBLE;
	if (q->side == SIDE_EGRESS && !q->dns)
		add_text_need(search, q, PEER_BY_ENTITY, "host");
	add_text_need(search, q, PEER_BY_ENTITY, "remote-node");
	return LEFT_OUT_NOT;
}

static enum left_out find_peer(struct search *search, const struct question *q)
{
	bool icmp = q->connection->protocol == PROTOCOL_ICMPV4 ||
		    q->connection->protocol == PROTOCOL_ICMPV6;

	if (icmp && question_for_kubernetes(q))
		return LEFT_OUT_INEXPRESSIBLE;
	switch (q->peer->class) {
	case PEER_POD:
		return need_pod(search, q);
	case PEER_OUTSIDE:
		return need_outside(search, q);
	case PEER_HOST:
	case PEER_REMOTE_NODE:
	case PEER_KUBE_APISERVER:
		return need_node(search, q);
	case PEER_HEALTH:
	case PEER_INIT:
	case PEER_INGRESS:
	case PEER_UNMANAGED:
		return need_entity(search, q, peer_class_name(q->peer->class));
	case PEER_UNKNOWN:
	case PEER_CLASSES:
		break;
	}
	return LEFT_OUT_PEER_UNKNOWN;
}

static bool has_subject(const struct question *q)
{
	const struct settled *settled = q->connection;
	uint32_t self = q->side == SIDE_EGRESS ? settled->client : settled->server;

	return q->subject != NO_WORKLOAD ||
	       q->analysis->traffic->identities[self].class == PEER_POD;
}

/* Settled connections are sorted by client and server: a scan is a run with many ports. */
static void mark_scans(const struct analysis *analysis, struct needs *needs)
{
	const struct settlement *settlement = analysis->settlement;

	for (size_t from = 0, to; from < settlement->count; from = to) {
		const struct settled *first = &settlement->items[from];
		uint64_t events = 0;
		size_t ports = 0;

		for (to = from;
			to < settlement->count && settlement->items[to].client == first->client &&
			settlement->items[to].server == first->server;
			to++) {
			if (settlement->items[to].port == 0 ||
				settlement->items[to].port >= EPHEMERAL_PORT)
				continue;
			ports++;
			events += settlement->items[to].events;
		}
		if (ports < SCAN_PORTS || events > SCAN_EVENTS_PER_PORT * ports)
			continue;
		for (size_t i = from; i < to; i++)
			needs->left_out[i][SIDE_EGRESS] = needs->left_out[i][SIDE_INGRESS] =
				LEFT_OUT_SCAN;
	}
}

bool workload_names_cluster(const struct analysis *analysis, const struct pod_workload *workload)
{
	const struct identity *first = &analysis->traffic->identities[workload->identities[0]];

	return labels_value(&first->labels, LABEL_CLUSTER) != NULL;
}

/* More events; of equals the workload that comes first by name, then the smaller port. */
static bool is_busier(
	const struct analysis *analysis, const struct settled *a, const struct settled *b)
{
	if (a->events != b->events)
		return a->events > b->events;
	if (analysis->workloads->of[a->server] != analysis->workloads->of[b->server])
		return analysis->workloads->of[a->server] < analysis->workloads->of[b->server];
	return a->port < b->port;
}

/* The name server that most events of a cluster went to. */
static uint32_t busiest_resolver(const struct analysis *analysis, const char *cluster)
{
	const struct settlement *settlement = analysis->settlement;
	uint32_t best = NOT_SETTLED;

	for (size_t i = 0; i < settlement->count; i++) {
		struct question q = question_ask(analysis, i, SIDE_EGRESS);
		bool in_cluster = q.peer->class == PEER_POD || q.peer->class == PEER_HOST;

		if (!q.dns || !in_cluster || q.connection->protocol != PROTOCOL_UDP ||
			q.subject == NO_WORKLOAD ||
			strcmp(analysis->workloads->items[q.subject].cluster, cluster) != 0 ||
			settled_evidence(q.connection, SIDE_EGRESS, analysis->options) !=
				LEFT_OUT_NOT)
			continue;
		if (best == NOT_SETTLED ||
			is_busier(analysis, q.connection, &settlement->items[best]))
			best = (uint32_t)i;
	}
	return best;
}

struct name_use {
	bool uses_names, has_resolver;
};

/* Which workloads will get toFQDNs, and which of those asked a name server that we saw? */
static struct name_use *find_name_use(struct search *search, const struct analysis *analysis)
{
	struct needs *needs = search->needs;
	struct name_use *use =
		mem_array(needs->mem, struct name_use, analysis->workloads->count + 1);
	size_t before = needs->count;

	for (size_t i = 0; i < analysis->settlement->count; i++) {
		struct question q = question_ask(analysis, i, SIDE_EGRESS);

		if ((!q.dns && q.peer->class != PEER_OUTSIDE) || q.subject == NO_WORKLOAD ||
			needs->left_out[i][SIDE_EGRESS] != LEFT_OUT_NOT ||
			question_obstacle(&q) != LEFT_OUT_NOT ||
			find_peer(search, &q) != LEFT_OUT_NOT)
			continue;
		use[q.subject].has_resolver |= q.dns;
		for (; needs->count > before; needs->count--)
			use[q.subject].uses_names |=
				needs->items[needs->count - 1].peer.kind == PEER_BY_NAME;
	}
	return use;
}

/*
 * Names work only with a rule for the name server. A workload whose lookups were not captured gets
 * the cluster's usual one; if none was seen at all, its names cannot be used.
 */
static void find_resolvers(struct search *search, const struct analysis *analysis)
{
	struct needs *needs = search->needs;
	struct name_use *use = find_name_use(search, analysis);
	const char *cluster = NULL;
	uint32_t resolver = NOT_SETTLED;

	for (uint32_t w = 0; w < analysis->workloads->count; w++) {
		const struct pod_workload *workload = &analysis->workloads->items[w];

		if (!analysis->options->names || analysis->options->kind == POLICY_KUBERNETES ||
			!use[w].uses_names || use[w].has_resolver)
			continue;
		if (cluster == NULL || strcmp(cluster, workload->cluster) != 0) {
			cluster = workload->cluster;
			resolver = busiest_resolver(analysis, cluster);
		}
		if (resolver == NOT_SETTLED) {
			needs->resolver_missing[w] = true;
			continue;
		}
		struct question q = question_ask(analysis, resolver, SIDE_EGRESS);
		size_t before = needs->count;

		q.subject = w;
		if (find_peer(search, &q) != LEFT_OUT_NOT) {
			needs->resolver_missing[w] = true;
			continue;
		}
		needs->resolver_assumed[w] = true;
		for (size_t i = before; i < needs->count; i++)
			needs->items[i].assumed = true;
	}
}

static int by_place(const void *left, const void *right)
{
	const struct need *a = left, *b = right;
	int order;

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	if (a->peer.kind != b->peer.kind)
		return a->peer.kind < b->peer.kind ? -1 : 1;
	order = strcmp(a->peer.key, b->peer.key);
	if (order != 0)
		return order;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->icmp_type != b->icmp_type)
		return a->icmp_type < b->icmp_type ? -1 : 1;
	return (a->settled > b->settled) - (a->settled < b->settled);
}

static struct needs *needs_new(void *mem, const struct analysis *analysis)
{
	struct needs *needs = mem_new(mem, struct needs);
	size_t workloads = analysis->workloads->count + 1;

	needs->mem = needs;
	needs->left_out =
		mem_zeroed(needs, sizeof *needs->left_out, analysis->settlement->count + 1);
	needs->resolver_assumed = mem_array(needs, bool, workloads);
	needs->resolver_missing = mem_array(needs, bool, workloads);
	needs->inexpressible = mem_array(needs, bool, workloads);
	needs->several_names = mem_array(needs, bool, workloads);
	needs->names_denied = mem_array(needs, bool, workloads);
	needs->names_capped = mem_array(needs, bool, workloads);
	return needs;
}

static void find_side(struct search *search, const struct question *q)
{
	struct needs *needs = search->needs;
	enum left_out *left_out = &needs->left_out[q->settled][q->side];

	if (*left_out != LEFT_OUT_NOT || !has_subject(q))
		return;
	*left_out = question_obstacle(q);
	if (*left_out == LEFT_OUT_NOT)
		*left_out = find_peer(search, q);
	if (*left_out == LEFT_OUT_INEXPRESSIBLE)
		needs->inexpressible[q->subject] = true;
}

struct needs *needs_find(const struct analysis *analysis)
{
	struct needs *needs = needs_new(analysis->mem, analysis);
	struct search search = {.needs = needs};

	search.names = outside_names_find(needs, analysis->traffic, analysis->workloads,
		analysis->settlement, needs->names_capped);
	search.conflicts = name_conflicts_find(needs, analysis, search.names);
	search.public_ports = public_ports_find(needs, analysis);
	mark_scans(analysis, needs);
	find_resolvers(&search, analysis);
	for (size_t i = 0; i < analysis->settlement->count; i++)
		for (enum side side = SIDE_EGRESS; side < SIDES; side++) {
			struct question q = question_ask(analysis, i, side);

			find_side(&search, &q);
		}
	if (needs->count > 0)
		qsort(needs->items, needs->count, sizeof *needs->items, by_place);
	return needs;
}
