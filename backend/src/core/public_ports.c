#include "core/public_ports.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/address.h"

/* A workload with clients at this many public addresses serves the public. */
#define PUBLIC_CLIENTS 2

static int by_public_port(const void *left, const void *right)
{
	const struct public_port *a = left, *b = right;

	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return (a->port > b->port) - (a->port < b->port);
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
static void add_ports(
	struct public_ports *ports, const struct outside_client *clients, size_t count)
{
	size_t different = 0;

	for (size_t i = 0; i < count; i++)
		different += i == 0 || strcmp(clients[i].address, clients[i - 1].address) != 0;
	for (size_t i = 0; i < count && different >= PUBLIC_CLIENTS; i++)
		ports->items[ports->count++] = clients[i].port;
}

static struct public_port port_of(const struct question *q)
{
	return (struct public_port){.subject = q->subject,
		.protocol = q->connection->protocol,
		.port = q->connection->port};
}

static struct public_port *find(const struct public_ports *ports, const struct question *q)
{
	struct public_port wanted = port_of(q);

	return ports->count == 0 ? NULL
				 : bsearch(&wanted, ports->items, ports->count, sizeof wanted,
					   by_public_port);
}

/*
 * A port on which some client outside was denied is not for the public, however many others came: as
 * `world` the denied one would be let in too.
 */
static void drop_denied(const struct analysis *analysis, struct public_ports *ports)
{
	size_t kept = 0;

	for (size_t i = 0; i < analysis->settlement->count && ports->count > 0; i++) {
		struct question q = question_ask(analysis, i, SIDE_INGRESS);
		struct public_port *hit;
		enum left_out fate;

		if (q.peer->class != PEER_OUTSIDE)
			continue;
		fate = question_obstacle(&q);
		if (fate != LEFT_OUT_DENIED && fate != LEFT_OUT_REFUSED)
			continue;
		hit = find(ports, &q);
		if (hit != NULL)
			hit->denied = true;
	}
	for (size_t i = 0; i < ports->count; i++)
		if (!ports->items[i].denied)
			ports->items[kept++] = ports->items[i];
	ports->count = kept;
}

static void sort(struct public_ports *ports)
{
	size_t kept = 0;

	qsort(ports->items, ports->count, sizeof *ports->items, by_public_port);
	for (size_t i = 0; i < ports->count; i++)
		if (i == 0 || by_public_port(&ports->items[i], &ports->items[kept - 1]) != 0)
			ports->items[kept++] = ports->items[i];
	ports->count = kept;
}

/* The connections that clients at public addresses made, sorted by subject and address. */
static size_t list_clients(const struct analysis *analysis, struct outside_client *clients)
{
	size_t count = 0;

	for (size_t i = 0; i < analysis->settlement->count; i++) {
		struct question q = question_ask(analysis, i, SIDE_INGRESS);
		struct address address = address_parse(q.peer->address);

		if (q.peer->class == PEER_OUTSIDE && address.version != 0 &&
			!address_is_private(&address) && question_obstacle(&q) == LEFT_OUT_NOT)
			clients[count++] = (struct outside_client){port_of(&q), q.peer->address};
	}
	qsort(clients, count, sizeof *clients, by_subject_and_address);
	return count;
}

struct public_ports *public_ports_find(void *mem, const struct analysis *analysis)
{
	struct public_ports *ports = mem_new(mem, struct public_ports);
	struct outside_client *clients =
		mem_array(ports, struct outside_client, analysis->settlement->count);
	size_t count = list_clients(analysis, clients);

	ports->items = mem_array(ports, struct public_port, count + 1);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1;
			to < count && clients[to].port.subject == clients[from].port.subject; to++)
			continue;
		add_ports(ports, clients + from, to - from);
	}
	mem_free(clients);
	sort(ports);
	drop_denied(analysis, ports);
	return ports;
}

bool public_ports_has(const struct public_ports *ports, const struct question *question)
{
	return find(ports, question) != NULL;
}
