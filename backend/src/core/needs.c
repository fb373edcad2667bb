#include "core/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/address.h"
#include "core/labels.h"
#include "core/outside_names.h"

#define EPHEMERAL_PORT 32768
/* A workload with clients at this many public addresses serves the public. */
#define PUBLIC_CLIENTS 2
/* So many ports of one server, each tried this often at most: a scan, not a need. */
#define SCAN_PORTS           50
#define SCAN_EVENTS_PER_PORT 4

/* One side of one settled connection, on its way to its needs. */
struct question {
	const struct analysis *analysis;
	const struct outside_names *names;
	struct needs *needs;
	uint32_t settled, subject;
	enum side side;
	const struct settled *connection;
	const struct identity *peer;
	uint32_t peer_identity;
	bool dns;
};

static void add_need(struct question *q, struct peer peer)
{
	struct needs *needs = q->needs;

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

static void add_text_need(struct question *q, enum peer_kind kind, const char *key)
{
	add_need(q, (struct peer){kind, key, NO_WORKLOAD});
}

static bool for_kubernetes(const struct question *q)
{
	return q->analysis->options->kind == POLICY_KUBERNETES;
}

/* Kubernetes knows no entities; the world is all addresses there, the rest cannot be said. */
static enum left_out need_entity(struct question *q, const char *entity)
{
	if (!for_kubernetes(q)) {
		add_text_need(q, PEER_BY_ENTITY, entity);
		return LEFT_OUT_NOT;
	}
	if (strcmp(entity, "world") != 0)
		return LEFT_OUT_INEXPRESSIBLE;
	add_text_need(q, PEER_BY_CIDR, "0.0.0.0/0");
	add_text_need(q, PEER_BY_CIDR, "::/0");
	return LEFT_OUT_NOT;
}

static bool selects_by_account(const struct pod_workload *workload)
{
	const struct key_values *labels = &workload->selector.match_labels;

	for (size_t i = 0; i < labels->count; i++)
		if (strcmp(labels->items[i].key, "k8s:" LABEL_SERVICE_ACCOUNT) == 0)
			return true;
	return false;
}

static enum left_out need_pod(struct question *q)
{
	uint32_t workload = q->analysis->workloads->of[q->peer_identity];
	const struct pod_workload *peer;

	if (workload == NO_WORKLOAD)
		return LEFT_OUT_PEER_UNKNOWN;
	peer = &q->analysis->workloads->items[workload];
	if (!peer->selectable)
		return LEFT_OUT_PEER_UNKNOWN;
	if (for_kubernetes(q) &&
		(selects_by_account(peer) ||
			strcmp(peer->cluster, q->analysis->workloads->items[q->subject].cluster) !=
				0))
		return LEFT_OUT_INEXPRESSIBLE;
	/* Workloads are sorted, so their number orders them for good. */
	add_need(q, (struct peer){PEER_BY_LABELS,
			    mem_format(q->needs->mem, "%s/%s/%010u", peer->cluster, peer->namespace,
				    workload),
			    workload});
	return LEFT_OUT_NOT;
}

static const char *cidr_of(struct question *q, const struct address *address)
{
	unsigned prefix = address->version == 4 ? q->analysis->options->prefix_ipv4
						: q->analysis->options->prefix_ipv6;
	struct address network = *address;
	char text[46];

	address_mask(&network, prefix);
	address_text(&network, text);
	return mem_format(q->needs->mem, "%s/%u", text, prefix);
}

/* The names that the workload knew for the address when it last connected. */
static bool need_names(struct question *q)
{
	size_t count;
	const struct outside_name *names =
		outside_names_of(q->names, q->subject, q->peer->address, &count);
	int64_t last_ns = INT64_MIN;
	bool found = false;

	for (size_t i = 0; i < q->connection->connection_count; i++) {
		const struct connection *line =
			&q->analysis->traffic->connections[q->connection->connections[i]];

		if (line->last_ns > last_ns)
			last_ns = line->last_ns;
	}
	for (size_t i = 0; i < count; i++) {
		if (names[i].since_ns > last_ns)
			continue;
		add_text_need(q, PEER_BY_NAME, names[i].name);
		q->needs->several_names[q->subject] |= found;
		found = true;
	}
	return found;
}

static int by_public_port(const void *left, const void *right)
{
	const struct public_port *a = left, *b = right;

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return (a->port > b->port) - (a->port < b->port);
}

/* Without an address, clients outside can be let in as a whole only; servers are not, unless asked. */
static bool by_world(const struct question *q, bool has_address)
{
	struct public_port port = {.subject = q->subject,
		.protocol = q->connection->protocol,
		.port = q->connection->port};

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
	return !has_address || bsearch(&port, q->needs->public_ports, q->needs->public_port_count,
				       sizeof port, by_public_port) != NULL;
}

static enum left_out need_outside(struct question *q)
{
	struct address address = address_parse(q->peer->address);

	/* A name server itself is reached by its address: its name could not be looked up without it. */
	if (q->side == SIDE_EGRESS && q->analysis->options->names && !for_kubernetes(q) &&
		!q->dns && !q->needs->resolver_missing[q->subject] && need_names(q))
		return LEFT_OUT_NOT;
	if (by_world(q, address.version != 0))
		return need_entity(q, "world");
	if (address.version == 0)
		return LEFT_OUT_PEER_UNKNOWN;
	add_text_need(q, PEER_BY_CIDR, cidr_of(q, &address));
	return LEFT_OUT_NOT;
}

/*
 * Nodes: a pod that moves finds the same node local or remote, so egress needs both entities; a name
 * server on the host is a cache of that node, so it stays local. From the local host everything is
 * let in anyway (flows.md 9.4).
 */
static enum left_out need_node(struct question *q)
{
	unsigned reserved = labels_reserved(&q->peer->labels);
	bool local = (reserved & RESERVED_HOST) != 0;

	if (q->side == SIDE_INGRESS && local)
		return LEFT_OUT_HOST;
	if (q->dns && local)
		return need_entity(q, "host");
	if ((reserved & RESERVED_KUBE_APISERVER) != 0)
		return need_entity(q, "kube-apiserver");
	if (for_kubernetes(q))
		return LEFT_OUT_INEXPRESSIBLE;
	if (q->side == SIDE_EGRESS && !q->dns)
		add_text_need(q, PEER_BY_ENTITY, "host");
	add_text_need(q, PEER_BY_ENTITY, "remote-node");
	return LEFT_OUT_NOT;
}

static enum left_out find_peer(struct question *q)
{
	bool icmp = q->connection->protocol == PROTOCOL_ICMPV4 ||
		    q->connection->protocol == PROTOCOL_ICMPV6;

	if (icmp && for_kubernetes(q))
		return LEFT_OUT_INEXPRESSIBLE;
	switch (q->peer->class) {
	case PEER_POD:
		return need_pod(q);
	case PEER_OUTSIDE:
		return need_outside(q);
	case PEER_HOST:
	case PEER_REMOTE_NODE:
	case PEER_KUBE_APISERVER:
		return need_node(q);
	case PEER_HEALTH:
	case PEER_INIT:
	case PEER_INGRESS:
	case PEER_UNMANAGED:
		return need_entity(q, peer_class_name(q->peer->class));
	case PEER_UNKNOWN:
	case PEER_CLASSES:
		break;
	}
	return LEFT_OUT_PEER_UNKNOWN;
}

static bool option_excludes(
	const struct generate_options *options, const struct pod_workload *subject, enum side side)
{
	if (!(side == SIDE_EGRESS ? options->egress : options->ingress))
		return true;
	return (*options->cluster != '\0' && strcmp(options->cluster, subject->cluster) != 0) ||
	       (*options->namespace != '\0' &&
		       strcmp(options->namespace, subject->namespace) != 0) ||
	       (*options->workload != '\0' && strcmp(options->workload, subject->name) != 0);
}

/* Why this side cannot be a rule for reasons of its subject or its evidence; LEFT_OUT_NOT to go on. */
static enum left_out subject_problem(const struct question *q)
{
	const struct analysis *analysis = q->analysis;
	const struct pod_workload *subject;

	if (q->subject == NO_WORKLOAD)
		return LEFT_OUT_SUBJECT_UNKNOWN;
	subject = &analysis->workloads->items[q->subject];
	if (option_excludes(analysis->options, subject, q->side))
		return LEFT_OUT_OPTION;
	if (!analysis->reporting[q->subject])
		return LEFT_OUT_FOREIGN;
	if (!subject->selectable)
		return LEFT_OUT_SUBJECT_UNKNOWN;
	if (for_kubernetes(q) && selects_by_account(subject))
		return LEFT_OUT_INEXPRESSIBLE;
	return settled_evidence(q->connection, q->side, analysis->options);
}

static struct question ask(
	const struct analysis *analysis, struct needs *needs, size_t settled, enum side side)
{
	const struct settled *connection = &analysis->settlement->items[settled];
	uint32_t self = side == SIDE_EGRESS ? connection->client : connection->server;
	uint32_t peer = side == SIDE_EGRESS ? connection->server : connection->client;

	return (struct question){.analysis = analysis,
		.needs = needs,
		.settled = (uint32_t)settled,
		.subject = analysis->workloads->of[self],
		.side = side,
		.connection = connection,
		.peer = &analysis->traffic->identities[peer],
		.peer_identity = peer,
		.dns = connection->dns};
}

static bool has_subject(
	const struct analysis *analysis, const struct settled *settled, enum side side)
{
	uint32_t self = side == SIDE_EGRESS ? settled->client : settled->server;

	return analysis->traffic->identities[self].class == PEER_POD ||
	       analysis->workloads->of[self] != NO_WORKLOAD;
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

struct outside_client {
	struct public_port port;
	const char *address;
};

static int by_subject_and_address(const void *left, const void *right)
{
	const struct outside_client *a = left, *b = right;

	if (a->port.subject != b->port.subject)
		return a->port.subject < b->port.subject ? -1 : 1;
	return strcmp(a->address, b->address);
}

/* The ports with public clients of one subject, if the subject is one for the public. */
static void add_public_ports(
	struct needs *needs, const struct outside_client *clients, size_t count)
{
	size_t different = 0;

	for (size_t i = 0; i < count; i++)
		different += i == 0 || strcmp(clients[i].address, clients[i - 1].address) != 0;
	for (size_t i = 0; i < count && different >= PUBLIC_CLIENTS; i++)
		needs->public_ports[needs->public_port_count++] = clients[i].port;
}

/*
 * A port on which some client outside was denied is not for the public, however many others came: as
 * `world` the denied one would be let in too.
 */
static void drop_denied_ports(const struct analysis *analysis, struct needs *needs)
{
	size_t kept = 0;

	for (size_t i = 0; i < analysis->settlement->count && needs->public_port_count > 0; i++) {
		struct question q = ask(analysis, needs, i, SIDE_INGRESS);
		struct public_port port = {.subject = q.subject,
			.protocol = q.connection->protocol,
			.port = q.connection->port};
		struct public_port *hit;
		enum left_out fate;

		if (q.peer->class != PEER_OUTSIDE)
			continue;
		fate = subject_problem(&q);
		if (fate != LEFT_OUT_DENIED && fate != LEFT_OUT_REFUSED)
			continue;
		hit = bsearch(&port, needs->public_ports, needs->public_port_count, sizeof port,
			by_public_port);
		if (hit != NULL)
			hit->denied = true;
	}
	for (size_t i = 0; i < needs->public_port_count; i++)
		if (!needs->public_ports[i].denied)
			needs->public_ports[kept++] = needs->public_ports[i];
	needs->public_port_count = kept;
}

static void sort_public_ports(struct needs *needs)
{
	struct public_port *ports = needs->public_ports;
	size_t kept = 0;

	qsort(ports, needs->public_port_count, sizeof *ports, by_public_port);
	for (size_t i = 0; i < needs->public_port_count; i++)
		if (i == 0 || by_public_port(&ports[i], &ports[kept - 1]) != 0)
			ports[kept++] = ports[i];
	needs->public_port_count = kept;
}

/* Which ports of which workloads are for the public? */
static void find_public(const struct analysis *analysis, struct needs *needs)
{
	const struct settlement *settlement = analysis->settlement;
	void *scratch = mem_context(needs->mem);
	struct outside_client *clients =
		mem_array(scratch, struct outside_client, settlement->count);
	size_t count = 0;

	for (size_t i = 0; i < settlement->count; i++) {
		struct question q = ask(analysis, needs, i, SIDE_INGRESS);
		struct address address = address_parse(q.peer->address);

		if (q.peer->class == PEER_OUTSIDE && address.version != 0 &&
			!address_is_private(&address) && subject_problem(&q) == LEFT_OUT_NOT)
			clients[count++] =
				(struct outside_client){{.subject = q.subject,
								.protocol = q.connection->protocol,
								.port = q.connection->port},
					q.peer->address};
	}
	qsort(clients, count, sizeof *clients, by_subject_and_address);
	needs->public_ports = mem_array(needs, struct public_port, count + 1);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1;
			to < count && clients[to].port.subject == clients[from].port.subject; to++)
			continue;
		add_public_ports(needs, clients + from, to - from);
	}
	sort_public_ports(needs);
	drop_denied_ports(analysis, needs);
	mem_free(scratch);
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
static uint32_t busiest_resolver(
	const struct analysis *analysis, struct needs *needs, const char *cluster)
{
	const struct settlement *settlement = analysis->settlement;
	uint32_t best = NOT_SETTLED;

	for (size_t i = 0; i < settlement->count; i++) {
		struct question q = ask(analysis, needs, i, SIDE_EGRESS);
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
static struct name_use *find_name_use(
	const struct analysis *analysis, struct needs *needs, const struct outside_names *names)
{
	struct name_use *use =
		mem_array(needs->mem, struct name_use, analysis->workloads->count + 1);
	size_t before = needs->count;

	for (size_t i = 0; i < analysis->settlement->count; i++) {
		struct question q = ask(analysis, needs, i, SIDE_EGRESS);

		q.names = names;
		if ((!q.dns && q.peer->class != PEER_OUTSIDE) || q.subject == NO_WORKLOAD ||
			needs->left_out[i][SIDE_EGRESS] != LEFT_OUT_NOT ||
			subject_problem(&q) != LEFT_OUT_NOT || find_peer(&q) != LEFT_OUT_NOT)
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
static void find_resolvers(
	const struct analysis *analysis, struct needs *needs, const struct outside_names *names)
{
	struct name_use *use = find_name_use(analysis, needs, names);
	const char *cluster = NULL;
	uint32_t resolver = NOT_SETTLED;

	for (uint32_t w = 0; w < analysis->workloads->count; w++) {
		const struct pod_workload *workload = &analysis->workloads->items[w];

		if (!analysis->options->names || analysis->options->kind == POLICY_KUBERNETES ||
			!use[w].uses_names || use[w].has_resolver)
			continue;
		if (cluster == NULL || strcmp(cluster, workload->cluster) != 0) {
			cluster = workload->cluster;
			resolver = busiest_resolver(analysis, needs, cluster);
		}
		if (resolver == NOT_SETTLED) {
			needs->resolver_missing[w] = true;
			continue;
		}
		struct question q = ask(analysis, needs, resolver, SIDE_EGRESS);
		size_t before = needs->count;

		q.subject = w;
		if (find_peer(&q) != LEFT_OUT_NOT) {
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

struct needs *needs_find(const struct analysis *analysis)
{
	struct needs *needs = mem_new(analysis->mem, struct needs);
	const struct settlement *settlement = analysis->settlement;
	const struct outside_names *names;

	needs->mem = needs;
	needs->left_out = mem_zeroed(needs, sizeof *needs->left_out, settlement->count + 1);
	needs->resolver_assumed = mem_array(needs, bool, analysis->workloads->count + 1);
	needs->resolver_missing = mem_array(needs, bool, analysis->workloads->count + 1);
	needs->inexpressible = mem_array(needs, bool, analysis->workloads->count + 1);
	needs->several_names = mem_array(needs, bool, analysis->workloads->count + 1);
	names = outside_names_find(needs, analysis->traffic, analysis->workloads, settlement);
	mark_scans(analysis, needs);
	find_public(analysis, needs);
	find_resolvers(analysis, needs, names);
	for (size_t i = 0; i < settlement->count; i++) {
		for (enum side side = SIDE_EGRESS; side < SIDES; side++) {
			struct question q = ask(analysis, needs, i, side);
			enum left_out *left_out = &needs->left_out[i][side];

			q.names = names;
			if (*left_out != LEFT_OUT_NOT || !has_subject(analysis, q.connection, side))
				continue;
			*left_out = subject_problem(&q);
			if (*left_out == LEFT_OUT_NOT)
				*left_out = find_peer(&q);
			if (*left_out == LEFT_OUT_INEXPRESSIBLE)
				needs->inexpressible[q.subject] = true;
		}
	}
	if (needs->count > 0)
		qsort(needs->items, needs->count, sizeof *needs->items, by_place);
	return needs;
}
