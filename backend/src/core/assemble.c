/*
 * Each peer of the subject gets its list of ports, written out as a text (its signature). Peers of one
 * kind with equal signatures share a rule element; ports with ICMP types are elements of their own,
 * since toPorts and icmps exclude each other (V16).
 */
#include "core/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/l7_rules.h"
#include "core/labels.h"

/* Cilium's bound on ports of a PortRule and fields of an ICMPRule (V17). */
#define MOST_PORTS 40
/* High ports of one peer from which a range is made, when ranges are asked for. */
#define RANGE_PORTS     5
#define FIRST_HIGH_PORT 32768

/* The needs of one peer on one port, and how the port is restricted. */
struct port_need {
	const struct need **needs;
	size_t count;
	enum protocol protocol;
	uint16_t port, end_port;
	uint8_t icmp_type;
	bool dns, http, partial;
	struct http_rule *http_rules;
	size_t http_count;
	struct name_match *dns_rules;
	size_t dns_count;
};

/* One peer with either its ports or its ICMP types. */
struct peer_ports {
	const struct peer *peer;
	struct port_need *ports;
	size_t count;
	const char *signature;
};

struct work {
	const struct analysis *analysis;
	void *mem;
	const struct pod_workload *subject;
	bool names_used; /* toFQDNs among the needs: DNS must go through the proxy */
	struct text_list fqdns;
};

static bool is_icmp(enum protocol protocol)
{
	return protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;
}

/* The same selector in the terms in which a Kubernetes NetworkPolicy is read (core/policy.h). */
static struct selector kubernetes_selector(void *mem, struct selector from)
{
	struct key_value *labels = mem_array(mem, struct key_value, from.match_labels.count);
	struct match_expression *expressions =
		mem_array(mem, struct match_expression, from.expression_count);

	for (size_t i = 0; i < from.match_labels.count; i++) {
		labels[i] = from.match_labels.items[i];
		labels[i].key = strcmp(labels[i].key, NAMESPACE_KEY) == 0
					? NAMESPACE_LABEL_PREFIX "kubernetes.io/metadata.name"
					: mem_format(mem, "k8s:%s", labels[i].key);
	}
	for (size_t i = 0; i < from.expression_count; i++) {
		expressions[i] = from.expressions[i];
		expressions[i].key = mem_format(mem, "k8s:%s", expressions[i].key);
	}
	from.match_labels.items = labels;
	from.expressions = expressions;
	return from;
}

struct selector peer_selector(void *mem, const struct pod_workload *peer, enum policy_kind kind,
	const char *namespace, const char *cluster)
{
	struct selector selector = peer->selector;
	struct key_values *labels = &selector.match_labels;
	struct key_value *items = mem_array(mem, struct key_value, labels->count + 2);

	for (size_t i = 0; i < labels->count; i++)
		items[i] = labels->items[i];
	labels->items = items;
	if (strcmp(peer->namespace, namespace) != 0)
		items[labels->count++] =
			(struct key_value){.key = NAMESPACE_KEY, .value = peer->namespace};
	if (strcmp(peer->cluster, cluster) != 0)
		items[labels->count++] =
			(struct key_value){.key = "k8s:" LABEL_CLUSTER, .value = peer->cluster};
	return kind == POLICY_KUBERNETES ? kubernetes_selector(mem, selector) : selector;
}

static void restrict_l7(const struct work *work, struct port_need *port)
{
	bool l7 = work->analysis->options->l7 && work->analysis->options->kind != POLICY_KUBERNETES;

	if (port->dns && port->needs[0]->side == SIDE_EGRESS && (work->names_used || l7)) {
		l7_dns_rules(work->analysis, port->needs, port->count, l7, &work->fqdns,
			&port->dns_rules, &port->dns_count);
		return;
	}
	port->dns = false;
	/* A host policy takes no HTTP rules (V26). */
	if (!l7 || port->protocol != PROTOCOL_TCP || work->subject->nodes)
		return;
	port->http = l7_http_rules(
		work->analysis, port->needs, port->count, &port->http_rules, &port->http_count);
	for (size_t i = 0; i < port->count && !port->http; i++)
		port->partial |= work->analysis->settlement->items[port->needs[i]->settled]
					 .l7_seen[port->needs[i]->side];
}

static char *port_signature(void *mem, const struct port_need *port)
{
	char *text = mem_format(
		mem, "%d/%u-%u/%u", port->protocol, port->port, port->end_port, port->icmp_type);

	for (size_t i = 0; i < port->http_count; i++)
		text = mem_format(mem, "%s %s %s", text, port->http_rules[i].method,
			port->http_rules[i].path);
	for (size_t i = 0; i < port->dns_count; i++)
		text = mem_format(
			mem, "%s %s|%s", text, port->dns_rules[i].name, port->dns_rules[i].pattern);
	return text;
}

/* Many high ports of one peer become one range, when that is asked for. */
static void make_ranges(struct peer_ports *ports)
{
	for (size_t from = 0, to; from < ports->count; from = to) {
		struct port_need *first = &ports->ports[from];
		size_t needs = first->count;

		to = from + 1;
		if (first->port < FIRST_HIGH_PORT || first->dns || first->http)
			continue;
		while (to < ports->count && ports->ports[to].protocol == first->protocol &&
			!ports->ports[to].dns && !ports->ports[to].http)
			needs += ports->ports[to++].count;
		if (to - from < RANGE_PORTS)
			continue;
		/* The needs of one peer lie one after the other, so the run is theirs. */
		first->count = needs;
		first->end_port = ports->ports[to - 1].port;
		memmove(first + 1, ports->ports + to, (ports->count - to) * sizeof *first);
		ports->count -= to - from - 1;
		to = from + 1;
	}
}

static void sign(void *mem, struct peer_ports *ports)
{
	size_t size = 1, used = 0;
	const char **texts = mem_array(mem, const char *, ports->count);
	char *signature;

	for (size_t i = 0; i < ports->count; i++) {
		texts[i] = port_signature(mem, &ports->ports[i]);
		size += strlen(texts[i]) + 1;
	}
	signature = mem_zeroed(mem, 1, size);
	for (size_t i = 0; i < ports->count; i++) {
		size_t length = strlen(texts[i]);

		memcpy(signature + used, texts[i], length);
		signature[used + length] = '\n';
		used += length + 1;
	}
	ports->signature = signature;
}

/* Takes the run of needs of one peer that are (or are not) ICMP. */
static void take_peer(const struct work *work, const struct need *needs, size_t count, bool icmp,
	struct peer_ports *to)
{
	const struct need **pointers = mem_array(work->mem, const struct need *, count);
	size_t used = 0;

	*to = (struct peer_ports){
		.peer = &needs[0].peer, .ports = mem_array(work->mem, struct port_need, count)};
	for (size_t i = 0; i < count; i++) {
		struct port_need *port = to->count > 0 ? &to->ports[to->count - 1] : NULL;

		if (is_icmp(needs[i].protocol) != icmp)
			continue;
		if (port == NULL || port->protocol != needs[i].protocol ||
			port->port != needs[i].port || port->icmp_type != needs[i].icmp_type) {
			port = &to->ports[to->count++];
			*port = (struct port_need){.needs = pointers + used,
				.protocol = needs[i].protocol,
				.port = needs[i].port,
				.icmp_type = needs[i].icmp_type};
		}
		pointers[used++] = &needs[i];
		port->count++;
		port->dns |= needs[i].dns;
	}
	for (size_t i = 0; i < to->count; i++)
		restrict_l7(work, &to->ports[i]);
	if (!icmp && work->analysis->options->port_ranges)
		make_ranges(to);
	sign(work->mem, to);
}

static int by_signature(const void *left, const void *right)
{
	const struct peer_ports *a = left, *b = right;
	int order;

	if (a->peer->kind != b->peer->kind)
		return a->peer->kind < b->peer->kind ? -1 : 1;
	order = strcmp(a->signature, b->signature);
	return order != 0 ? order : strcmp(a->peer->key, b->peer->key);
}

static struct port port_of(void *mem, const struct port_need *need)
{
	return (struct port){.port = mem_format(mem, "%u", need->port),
		.end_port = need->end_port,
		.protocol = protocol_name(need->protocol)};
}

static struct port_rule *add_port_rule(void *mem, struct rule_element *element, size_t capacity)
{
	if (element->to_ports.items == NULL)
		element->to_ports.items = mem_array(mem, struct port_rule, capacity);
	element->to_ports.present = true;
	return &element->to_ports.items[element->to_ports.count++];
}

/* Plain ports in chunks of 40; each restricted port is a PortRule of its own. */
static void write_ports(void *mem, const struct peer_ports *ports, struct rule_element *element)
{
	struct port_rule *plain = NULL;

	for (size_t i = 0; i < ports->count; i++) {
		const struct port_need *need = &ports->ports[i];
		struct port_rule *rule = plain;

		if (need->dns || need->http || plain == NULL || plain->port_count == MOST_PORTS) {
			rule = add_port_rule(mem, element, ports->count);
			rule->has_ports = true;
			rule->ports = mem_array(mem, struct port, MOST_PORTS);
			if (!need->dns && !need->http)
				plain = rule;
		}
		rule->ports[rule->port_count++] = port_of(mem, need);
		rule->has_http = need->http;
		rule->http = need->http_rules;
		rule->http_count = need->http_count;
		rule->has_dns = need->dns;
		rule->dns = need->dns_rules;
		rule->dns_count = need->dns_count;
	}
}

static void write_icmps(void *mem, const struct peer_ports *ports, struct rule_element *element)
{
	element->icmps.present = true;
	element->icmps.items = mem_array(mem, struct icmp_rule, ports->count / MOST_PORTS + 1);
	for (size_t i = 0; i < ports->count; i++) {
		struct icmp_rule *rule = &element->icmps.items[i / MOST_PORTS];

		if (i % MOST_PORTS == 0) {
			rule->fields = mem_array(mem, struct icmp_field, MOST_PORTS);
			element->icmps.count++;
		}
		rule->fields[rule->field_count++] = (struct icmp_field){
			.family = ports->ports[i].protocol == PROTOCOL_ICMPV4 ? 4 : 6,
			.type = ports->ports[i].icmp_type};
	}
}

/* A clusterwide policy has no namespace of its own, so each peer names its. */
static const char *subject_namespace(const struct work *work)
{
	return work->analysis->options->kind == POLICY_CLUSTERWIDE ? "" : work->subject->namespace;
}

static void write_peers(const struct work *work, const struct peer_ports *peers, size_t count,
	struct rule_element *element)
{
	void *mem = work->mem;

	switch (peers[0].peer->kind) {
	case PEER_BY_LABELS:
		element->endpoints.present = true;
		element->endpoints.count = count;
		element->endpoints.items = mem_array(mem, struct selector, count);
		for (size_t i = 0; i < count; i++)
			element->endpoints.items[i] = peer_selector(mem,
				&work->analysis->workloads->items[peers[i].peer->workload],
				work->analysis->options->kind, subject_namespace(work),
				work->subject->cluster);
		break;
	case PEER_BY_NAME:
		element->fqdns.present = true;
		element->fqdns.count = count;
		element->fqdns.items = mem_array(mem, struct name_match, count);
		for (size_t i = 0; i < count; i++)
			element->fqdns.items[i] =
				(struct name_match){.name = peers[i].peer->key, .pattern = ""};
		break;
	case PEER_BY_ENTITY:
		element->entities.present = true;
		element->entities.count = count;
		element->entities.items = mem_array(mem, const char *, count);
		for (size_t i = 0; i < count; i++)
			element->entities.items[i] = peers[i].peer->key;
		break;
	case PEER_BY_CIDR:
		element->cidrs.present = true;
		element->cidrs.count = count;
		element->cidrs.items = mem_array(mem, const char *, count);
		for (size_t i = 0; i < count; i++)
			element->cidrs.items[i] = peers[i].peer->key;
		break;
	case PEER_KINDS:
		break;
	}
}

/* The element of a run of peers with equal ports. */
static void assemble_run(
	const struct work *work, const struct peer_ports *peers, size_t count, struct assembled *to)
{
	size_t needs = 0;

	*to = (struct assembled){.element = {.authentication = ""}};
	write_peers(work, peers, count, &to->element);
	if (is_icmp(peers[0].ports[0].protocol))
		write_icmps(work->mem, &peers[0], &to->element);
	else
		write_ports(work->mem, &peers[0], &to->element);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < peers[i].count; j++)
			needs += peers[i].ports[j].count;
	to->needs = mem_array(work->mem, const struct need *, needs);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < peers[i].count; j++) {
			const struct port_need *port = &peers[i].ports[j];

			to->l7_partial |= port->partial;
			memcpy(to->needs + to->need_count, port->needs,
				port->count * sizeof *port->needs);
			to->need_count += port->count;
		}
	}
}

static int by_first_peer(const void *left, const void *right)
{
	const struct assembled *a = left, *b = right;
	const struct need *first_a = a->needs[0], *first_b = b->needs[0];
	int order;

	if (first_a->peer.kind != first_b->peer.kind)
		return first_a->peer.kind < first_b->peer.kind ? -1 : 1;
	order = strcmp(first_a->peer.key, first_b->peer.key);
	if (order != 0)
		return order;
	return is_icmp(first_a->protocol) - is_icmp(first_b->protocol);
}

static void find_names(struct work *work, const struct need *needs, size_t count)
{
	work->fqdns.items = mem_array(work->mem, const char *, count);
	for (size_t i = 0; i < count; i++) {
		const struct peer *peer = &needs[i].peer;

		if (peer->kind != PEER_BY_NAME)
			continue;
		work->names_used = true;
		if (work->fqdns.count == 0 ||
			strcmp(work->fqdns.items[work->fqdns.count - 1], peer->key) != 0)
			work->fqdns.items[work->fqdns.count++] = peer->key;
	}
}

struct assembly assemble(const struct analysis *analysis, const struct need *needs, size_t count)
{
	struct work work = {.analysis = analysis,
		.mem = analysis->mem,
		.subject = &analysis->workloads->items[needs[0].subject]};
	struct peer_ports *peers = mem_array(work.mem, struct peer_ports, 2 * count);
	struct assembly assembly = {mem_array(work.mem, struct assembled, 2 * count), 0};
	size_t peer_count = 0;

	find_names(&work, needs, count);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && needs[to].peer.kind == needs[from].peer.kind &&
				    strcmp(needs[to].peer.key, needs[from].peer.key) == 0;
			to++)
			continue;
		for (int icmp = 0; icmp < 2; icmp++) {
			take_peer(&work, needs + from, to - from, icmp, &peers[peer_count]);
			peer_count += peers[peer_count].count > 0;
		}
	}
	qsort(peers, peer_count, sizeof *peers, by_signature);
	for (size_t from = 0, to; from < peer_count; from = to) {
		for (to = from + 1;
			to < peer_count && peers[to].peer->kind == peers[from].peer->kind &&
			strcmp(peers[to].signature, peers[from].signature) == 0;
			to++)
			continue;
		assemble_run(&work, peers + from, to - from, &assembly.items[assembly.count++]);
	}
	qsort(assembly.items, assembly.count, sizeof *assembly.items, by_first_peer);
	return assembly;
}
