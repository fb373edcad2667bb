#include "core/settle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Linux hands out client ports from here on, by default. */
#define FIRST_EPHEMERAL_PORT 32768

/* A sighted connection with its ends resolved and, where possible, in order. */
struct sighted {
	struct settled key; /* client, server, protocol, port, icmp_type */
	uint32_t connection;
	bool turned; /* the line's source is the server */
	bool guess;
};

static int by_key(const void *left, const void *right)
{
	const struct settled *a = left, *b = right;

	if (a->client != b->client)
		return a->client < b->client ? -1 : 1;
	if (a->server != b->server)
		return a->server < b->server ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (a->icmp_type > b->icmp_type) - (a->icmp_type < b->icmp_type);
}

static int by_key_and_connection(const void *left, const void *right)
{
	const struct sighted *a = left, *b = right;
	int order = by_key(&a->key, &b->key);

	return order != 0 ? order
			  : (a->connection > b->connection) - (a->connection < b->connection);
}

/* A port on which a workload (or an identity that is none) is known to serve. */
struct service {
	uint32_t server;
	bool is_workload;
	enum protocol protocol;
	uint16_t port;
};

static int by_service(const void *left, const void *right)
{
	const struct service *a = left, *b = right;

	if (a->is_workload != b->is_workload)
		return a->is_workload ? 1 : -1;
	if (a->server != b->server)
		return a->server < b->server ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return (a->port > b->port) - (a->port < b->port);
}

/* What the sure lines show. */
struct known {
	const struct workloads *workloads;
	struct settled *keys; /* sorted */
	size_t key_count;
	struct service *services; /* sorted */
	size_t service_count;
};

static struct service service_of(
	const struct workloads *workloads, uint32_t server, enum protocol protocol, uint16_t port)
{
	uint32_t workload = workloads->of[server];
	bool is_workload = workload != NO_WORKLOAD;

	return (struct service){is_workload ? workload : server, is_workload, protocol, port};
}

static bool is_known(const struct known *known, uint32_t client, uint32_t server,
	enum protocol protocol, uint16_t port)
{
	struct settled key = {
		.client = client, .server = server, .protocol = protocol, .port = port};

	return known->key_count > 0 &&
	       bsearch(&key, known->keys, known->key_count, sizeof key, by_key) != NULL;
}

static bool serves(
	const struct known *known, uint32_t server, enum protocol protocol, uint16_t port)
{
	struct service service = service_of(known->workloads, server, protocol, port);

	return known->service_count > 0 && bsearch(&service, known->services, known->service_count,
						   sizeof service, by_service) != NULL;
}

/*
 * Which end of an undecided line is the server? The sure lines of the same connection tell; then the
 * ports on which the ends are known to serve; then that servers listen below the ephemeral range.
 */
static enum tristate is_turned(const struct known *known, uint32_t source, uint32_t destination,
	const struct connection *line, bool *ret_guess)
{
	bool forward = is_known(known, source, destination, line->protocol, line->port);
	bool backward = is_known(known, destination, source, line->protocol, line->client_port);

	*ret_guess = false;
	if (forward != backward)
		return backward ? TRISTATE_YES : TRISTATE_NO;
	*ret_guess = true;
	forward = serves(known, destination, line->protocol, line->port);
	backward = serves(known, source, line->protocol, line->client_port);
	if (forward != backward)
		return backward ? TRISTATE_YES : TRISTATE_NO;
	forward = line->port != 0 && line->port < FIRST_EPHEMERAL_PORT;
	backward = line->client_port != 0 && line->client_port < FIRST_EPHEMERAL_PORT;
	if (forward != backward)
		return backward ? TRISTATE_YES : TRISTATE_NO;
	return TRISTATE_UNKNOWN;
}

static struct settled key_of(const struct workloads *workloads, const struct connection *line)
{
	return (struct settled){.client = workloads->resolved[line->client],
		.server = workloads->resolved[line->server],
		.protocol = line->protocol,
		.port = line->port,
		.icmp_type = line->icmp_type};
}

static void learn_known(void *mem, const struct traffic *traffic, const struct workloads *workloads,
	struct known *known)
{
	known->workloads = workloads;
	known->keys = mem_array(mem, struct settled, traffic->connection_count);
	known->services = mem_array(mem, struct service, traffic->connection_count);
	for (size_t i = 0; i < traffic->connection_count; i++) {
		const struct connection *line = &traffic->connections[i];

		if (line->standing != STANDING_ORIENTED)
			continue;
		known->keys[known->key_count] = key_of(workloads, line);
		known->services[known->service_count++] = service_of(workloads,
			known->keys[known->key_count].server, line->protocol, line->port);
		known->key_count++;
	}
	qsort(known->keys, known->key_count, sizeof *known->keys, by_key);
	qsort(known->services, known->service_count, sizeof *known->services, by_service);
}

/* Brings one line into order; false with the reason if that cannot be. */
static bool order_line(const struct known *known, const struct connection *line,
	struct sighted *sighted, enum left_out *ret_left_out)
{
	enum tristate turned;

	sighted->key = key_of(known->workloads, line);
	sighted->turned = sighted->guess = false;
	if (line->standing == STANDING_ORIENTED)
		return true;
	if (line->standing != STANDING_UNORIENTED) {
		*ret_left_out = LEFT_OUT_UNUSABLE;
		return false;
	}
	turned = is_turned(known, sighted->key.client, sighted->key.server, line, &sighted->guess);
	if (turned == TRISTATE_UNKNOWN) {
		*ret_left_out = LEFT_OUT_UNORIENTED;
		return false;
	}
	sighted->turned = turned == TRISTATE_YES;
	if (sighted->turned) {
		uint32_t source = sighted->key.client;

		sighted->key.client = sighted->key.server;
		sighted->key.server = source;
		sighted->key.port = line->client_port;
	}
	return true;
}

/* A line that turns out to be a reply proves both sides, unless it was a drop. */
static void add_outcomes(struct settled *into, const struct connection *line, bool turned)
{
	for (int side = 0; side < SIDES; side++) {
		for (int outcome = 0; outcome < OUTCOMES && !turned; outcome++)
			into->outcomes[side][outcome] += line->outcomes[side][outcome];
		if (turned)
			into->outcomes[side][OUTCOME_ALLOWED] +=
				line->outcomes[SIDE_EGRESS][OUTCOME_ALLOWED];
	}
}

static void add_line(
	struct settled *into, const struct traffic *traffic, const struct sighted *sighted)
{
	const struct connection *line = &traffic->connections[sighted->connection];

	into->events += line->events;
	into->guess &= sighted->guess;
	into->connections[into->connection_count++] = sighted->connection;
	add_outcomes(into, line, sighted->turned);
	for (size_t i = 0; i < line->l7_count; i++) {
		into->l7_seen[line->l7[i].side] = true;
		into->l7_passed[line->l7[i].side] |= !line->l7[i].denied;
		into->dns |= line->l7[i].kind == L7_DNS;
	}
}

/* A name server by its port; OpenShift's pods have one of their own (policies.md 12). */
static bool is_name_server(const struct identity *server, enum protocol protocol, uint16_t port)
{
	if (protocol != PROTOCOL_UDP && protocol != PROTOCOL_TCP)
		return false;
	return port == 53 || (port == 5353 && strcmp(server->namespace, "openshift-dns") == 0);
}

static void join_lines(struct settlement *settlement, const struct traffic *traffic,
	struct sighted *lines, size_t count)
{
	qsort(lines, count, sizeof *lines, by_key_and_connection);
	settlement->items = mem_array(settlement, struct settled, count);
	for (size_t from = 0, to; from < count; from = to) {
		struct settled *into = &settlement->items[settlement->count];

		for (to = from + 1; to < count && by_key(&lines[to].key, &lines[from].key) == 0;
			to++)
			continue;
		*into = lines[from].key;
		into->guess = true;
		into->dns = is_name_server(
			&traffic->identities[into->server], into->protocol, into->port);
		into->connections = mem_array(settlement, uint32_t, to - from);
		for (size_t i = from; i < to; i++) {
			add_line(into, traffic, &lines[i]);
			settlement->of[lines[i].connection] = (uint32_t)settlement->count;
		}
		settlement->count++;
	}
}

struct settlement *settle(void *mem, const struct traffic *traffic, const bool *selected,
	const struct workloads *workloads)
{
	struct settlement *settlement = mem_new(mem, struct settlement);
	void *scratch = mem_context(mem);
	struct sighted *lines = mem_array(scratch, struct sighted, traffic->connection_count);
	struct known known = {0};
	size_t count = 0;

	learn_known(scratch, traffic, workloads, &known);
	settlement->of = mem_array(settlement, uint32_t, traffic->connection_count);
	settlement->left_out = mem_array(settlement, enum left_out, traffic->connection_count);
	for (size_t i = 0; i < traffic->connection_count; i++) {
		settlement->of[i] = NOT_SETTLED;
		if (selected != NULL && !selected[i])
			continue;
		if (!order_line(&known, &traffic->connections[i], &lines[count],
			    &settlement->left_out[i]))
			continue;
		lines[count++].connection = (uint32_t)i;
	}
	join_lines(settlement, traffic, lines, count);
	mem_free(scratch);
	return settlement;
}

/* Nothing shows that it worked at this side, and a denial shows that it did not. */
static bool only_denied(const struct settled *settled, enum side side)
{
	const uint64_t *outcomes = settled->outcomes[side];

	return outcomes[OUTCOME_DENIED] > 0 && outcomes[OUTCOME_ALLOWED] == 0 &&
	       outcomes[OUTCOME_AUDITED] == 0;
}

static bool only_unauthenticated(const struct settled *settled, enum side side)
{
	const uint64_t *outcomes = settled->outcomes[side];

	return outcomes[OUTCOME_AUTHENTICATE] > 0 && outcomes[OUTCOME_ALLOWED] == 0;
}

enum left_out settled_evidence(
	const struct settled *settled, enum side side, const struct generate_options *options)
{
	const uint64_t *outcomes = settled->outcomes[side];
	bool denied = only_denied(settled, SIDE_EGRESS) || only_denied(settled, SIDE_INGRESS);

	if (settled->guess && !options->guesses)
		return LEFT_OUT_GUESS;
	if (settled->outcomes[SIDE_EGRESS][OUTCOME_REFUSED] > 0 ||
		settled->outcomes[SIDE_INGRESS][OUTCOME_REFUSED] > 0)
		return LEFT_OUT_REFUSED;
	if (only_unauthenticated(settled, SIDE_EGRESS) ||
		only_unauthenticated(settled, SIDE_INGRESS))
		return LEFT_OUT_AUTHENTICATE;
	if (denied && !options->denied)
		return LEFT_OUT_DENIED;
	if (settled->l7_seen[side] && !settled->l7_passed[side])
		return LEFT_OUT_L7_DENIED;
	/* What audit mode lets pass is delivered as well, so that it arrived says nothing more. */
	if (outcomes[OUTCOME_AUDITED] > 0 && !options->audited)
		return LEFT_OUT_AUDITED;
	if (outcomes[OUTCOME_ALLOWED] == 0 && outcomes[OUTCOME_AUDITED] == 0 && !denied &&
		(outcomes[OUTCOME_PASSED] == 0 || outcomes[OUTCOME_DENIED] > 0))
		return outcomes[OUTCOME_SENT] > 0 ? LEFT_OUT_SENT : LEFT_OUT_NO_EVIDENCE;
	return settled->events < options->minimum_events ? LEFT_OUT_RARE : LEFT_OUT_NOT;
}
