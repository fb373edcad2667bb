/*
 * Three arrays and an index over each. Whatever is added is looked up by its key first, so the
 * arrays hold each identity, endpoint and connection once.
 */
#include "core/traffic.h"

#include <stdalign.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/http_path.h"
#include "core/identify.h"
#include "core/labels.h"
#include "core/orient.h"
#include "core/table.h"
#include "core/text_set.h"

/* Where a fact is: facts of all connections share one index. */
struct fact_place {
	uint32_t connection, fact;
};

/* What became of an endpoint that a reader numbers: most flows are about few of them. */
struct seen_end {
	uint64_t known; /* flow_endpoint.known; 0 = none yet */
	uint32_t identity, endpoint;
	bool tells_cluster; /* else it is in the cluster of its flow, whose identity that is */
};
#define SEEN_ENDS LIMIT_SCAN_ENDPOINTS

struct traffic_index {
	struct table identities, endpoints, numbers, connections, facts;
	size_t identity_capacity, endpoint_capacity, number_capacity, connection_capacity;
	struct fact_place *fact_places;
	size_t fact_count, fact_capacity;
	const char **label_room;
	struct seen_end *seen_ends; /* by flow_endpoint.known; NULL until there is one */
	char *room;                 /* for texts and lists: many and small, and all of them stay */
	size_t room_left;
};

#define ROOM (16 * 1024)

struct traffic *traffic_new(void *mem)
{
	struct traffic *traffic = mem_new(mem, struct traffic);

	traffic->mem = mem_context(traffic);
	traffic->index = mem_new(traffic->mem, struct traffic_index);
	traffic->index->label_room = mem_array(traffic->mem, const char *, LIMIT_LABELS + 1);
	return traffic;
}

static bool identity_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct identity *a = &((const struct traffic *)context)->identities[number];
	const struct identity *b = wanted;

	return a->class == b->class && a->number == b->number &&
	       strcmp(a->cluster, b->cluster) == 0 && strcmp(a->namespace, b->namespace) == 0 &&
	       strcmp(a->pod, b->pod) == 0 && strcmp(a->address, b->address) == 0 &&
	       text_lists_equal(&a->labels, &b->labels);
}

static uint64_t identity_hash(const struct identity *identity)
{
	uint64_t hash = table_hash_text(identity->cluster, (uint64_t)identity->class);

	hash = table_hash_text(identity->namespace, hash ^ identity->number);
	hash = table_hash_text(identity->pod, hash);
	hash = table_hash_text(identity->address, hash);
	for (size_t i = 0; i < identity->labels.count; i++)
		hash = table_hash_text(identity->labels.items[i], hash);
	return hash;
}

/* Memory that stays, aligned for its content. */
static void *keep(struct traffic *traffic, size_t size, size_t alignment)
{
	struct traffic_index *index = traffic->index;
	size_t gap = -(uintptr_t)index->room & (alignment - 1);
	void *kept;

	if (gap + size > index->room_left) {
		index->room_left = size > ROOM ? size : ROOM;
		index->room = mem_array(traffic->mem, char, index->room_left);
		gap = 0;
	}
	kept = index->room + gap;
	index->room += gap + size;
	index->room_left -= gap + size;
	return kept;
}

static const char *keep_text(struct traffic *traffic, const char *text)
{
	size_t size = strlen(text) + 1;

	return size == 1 ? "" : memcpy(keep(traffic, size, 1), text, size);
}

static void *keep_array(struct traffic *traffic, size_t size, size_t count)
{
	return keep(traffic, size * count, alignof(max_align_t));
}

/* The array, in a place with room for one more: arrays have room for the next power of two. */
static void *make_room(struct traffic *traffic, void *array, size_t size, size_t count)
{
	void *larger;

	if ((count & (count - 1)) != 0)
		return array;
	larger = keep_array(traffic, size, count == 0 ? 1 : 2 * count);
	if (count > 0)
		memcpy(larger, array, size * count);
	return larger;
}

static struct text_list copy_list(struct traffic *traffic, const struct text_list *list)
{
	struct text_list copy = {NULL, list->count};

	if (list->count > 0)
		copy.items = keep_array(traffic, sizeof *copy.items, list->count);
	for (size_t i = 0; i < list->count; i++)
		copy.items[i] = keep_text(traffic, list->items[i]);
	return copy;
}

/* As text_set_add. */
static void learn_text(
	struct traffic *traffic, struct text_list *set, const char *text, size_t limit)
{
	size_t at;

	if (!text_set_lacks(set, text, limit, &at))
		return;
	if (set->count < limit)
		set->items = make_room(traffic, set->items, sizeof *set->items, set->count);
	text_set_put(set, at, keep_text(traffic, text), limit);
}

uint32_t traffic_identity(struct traffic *traffic, const struct identity *identity)
{
	struct traffic_index *index = traffic->index;
	uint64_t hash = identity_hash(identity);
	uint32_t number = table_find(&index->identities, hash, identity_equal, traffic, identity);
	struct identity *added;

	if (number != TABLE_NONE)
		return number;
	number = (uint32_t)traffic->identity_count++;
	mem_reserve(traffic->mem, traffic->identities, &index->identity_capacity,
		traffic->identity_count);
	added = &traffic->identities[number];
	*added = *identity;
	added->cluster = keep_text(traffic, identity->cluster);
	added->namespace = keep_text(traffic, identity->namespace);
	added->pod = keep_text(traffic, identity->pod);
	added->address = keep_text(traffic, identity->address);
	added->labels = copy_list(traffic, &identity->labels);
	table_add(traffic->mem, &index->identities, hash, number);
	return number;
}

static bool endpoint_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct endpoint *a = &((const struct traffic *)context)->endpoints[number];
	const struct endpoint *b = wanted;

	return a->identity == b->identity && strcmp(a->pod, b->pod) == 0;
}

/* A node names the workload of its own pods only; two names for one pod: the smaller stays. */
static void learn_workload(
	struct traffic *traffic, struct endpoint *known, const struct endpoint *told)
{
	if (*told->workload == '\0')
		return;
	if (*known->workload != '\0' && strcmp(known->workload, told->workload) <= 0)
		return;
	known->workload = keep_text(traffic, told->workload);
	known->workload_kind = keep_text(traffic, told->workload_kind);
}

uint32_t traffic_endpoint(struct traffic *traffic, const struct endpoint *endpoint)
{
	struct traffic_index *index = traffic->index;
	uint64_t hash = table_hash_text(endpoint->pod, endpoint->identity);
	uint32_t number = table_find(&index->endpoints, hash, endpoint_equal, traffic, endpoint);

	if (number == TABLE_NONE) {
		number = (uint32_t)traffic->endpoint_count++;
		mem_reserve(traffic->mem, traffic->endpoints, &index->endpoint_capacity,
			traffic->endpoint_count);
		traffic->endpoints[number] = (struct endpoint){.identity = endpoint->identity,
			.pod = keep_text(traffic, endpoint->pod),
			.workload = "",
			.workload_kind = ""};
		table_add(traffic->mem, &index->endpoints, hash, number);
	}
	learn_workload(traffic, &traffic->endpoints[number], endpoint);
	return number;
}

static bool number_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct identity_number *a = &((const struct traffic *)context)->numbers[number];
	const struct identity_number *b = wanted;

	return a->identity == b->identity && a->number == b->number;
}

void traffic_number(struct traffic *traffic, const struct identity_number *number)
{
	struct traffic_index *index = traffic->index;
	uint64_t hash = table_hash(number, sizeof *number, 0);

	if (table_find(&index->numbers, hash, number_equal, traffic, number) != TABLE_NONE)
		return;
	mem_reserve(
		traffic->mem, traffic->numbers, &index->number_capacity, traffic->number_count + 1);
	traffic->numbers[traffic->number_count] = *number;
	table_add(traffic->mem, &index->numbers, hash, (uint32_t)traffic->number_count++);
}

static bool connection_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct connection *a = &((const struct traffic *)context)->connections[number];
	const struct connection *b = wanted;

	return a->client == b->client && a->server == b->server && a->protocol == b->protocol &&
	       a->port == b->port && a->client_port == b->client_port &&
	       a->icmp_type == b->icmp_type && a->standing == b->standing;
}

static uint64_t connection_hash(const struct connection *connection)
{
	uint32_t key[] = {connection->client, connection->server, connection->protocol,
		connection->port, connection->client_port, connection->icmp_type,
		connection->standing};

	return table_hash(key, sizeof key, 0);
}

/* The connection with the same key as `like`; a new one is empty. */
static uint32_t connection_place(struct traffic *traffic, const struct connection *like)
{
	struct traffic_index *index = traffic->index;
	uint64_t hash = connection_hash(like);
	uint32_t number = table_find(&index->connections, hash, connection_equal, traffic, like);

	if (number != TABLE_NONE)
		return number;
	number = (uint32_t)traffic->connection_count++;
	mem_reserve(traffic->mem, traffic->connections, &index->connection_capacity,
		traffic->connection_count);
	traffic->connections[number] = (struct connection){.client = like->client,
		.server = like->server,
		.protocol = like->protocol,
		.port = like->port,
		.client_port = like->client_port,
		.icmp_type = like->icmp_type,
		.standing = like->standing,
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN};
	table_add(traffic->mem, &index->connections, hash, number);
	return number;
}

static void see_at(int64_t first_ns, int64_t last_ns, int64_t *into_first, int64_t *into_last)
{
	if (first_ns < *into_first)
		*into_first = first_ns;
	if (last_ns > *into_last)
		*into_last = last_ns;
}

/* Keeps the earliest by (time, id). */
static void add_sample(struct connection *connection, struct sample sample)
{
	size_t at = connection->sample_count;

	while (at > 0 && (sample.time_ns < connection->samples[at - 1].time_ns ||
				 (sample.time_ns == connection->samples[at - 1].time_ns &&
					 sample.id < connection->samples[at - 1].id)))
		at--;
	if (at > 0 && connection->samples[at - 1].time_ns == sample.time_ns &&
		connection->samples[at - 1].id == sample.id)
		return;
	if (at == CONNECTION_SAMPLES)
		return;
	if (connection->sample_count < CONNECTION_SAMPLES)
		connection->sample_count++;
	memmove(connection->samples + at + 1, connection->samples + at,
		(connection->sample_count - 1 - at) * sizeof sample);
	connection->samples[at] = sample;
}

struct wanted_fact {
	uint32_t connection;
	const struct l7_fact *fact;
};

static bool fact_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct traffic *traffic = context;
	const struct wanted_fact *other = wanted;
	struct fact_place place = traffic->index->fact_places[number];
	const struct l7_fact *a, *b = other->fact;

	if (place.connection != other->connection)
		return false;
	a = &traffic->connections[place.connection].l7[place.fact];
	return a->kind == b->kind && a->side == b->side && a->denied == b->denied &&
	       strcmp(a->method, b->method) == 0 && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->path, b->path) == 0 && strcmp(a->name, b->name) == 0;
}

static uint64_t fact_hash(uint32_t connection, const struct l7_fact *fact)
{
	uint64_t hash = connection + ((uint64_t)fact->kind << 32) + ((uint64_t)fact->side << 40) +
			((uint64_t)fact->denied << 41);

	hash = table_hash_text(fact->method, hash);
	hash = table_hash_text(fact->host, hash);
	hash = table_hash_text(fact->path, hash);
	return table_hash_text(fact->name, hash);
}

static struct l7_fact *new_fact(
	struct traffic *traffic, uint32_t number, const struct l7_fact *like, uint64_t hash)
{
	struct traffic_index *index = traffic->index;
	struct connection *connection = &traffic->connections[number];
	struct l7_fact *fact;

	if (connection->l7_count == LIMIT_L7_FACTS) {
		connection->l7_capped = true;
		return NULL;
	}
	connection->l7 =
		make_room(traffic, connection->l7, sizeof *connection->l7, connection->l7_count);
	fact = &connection->l7[connection->l7_count++];
	*fact = (struct l7_fact){.kind = like->kind,
		.side = like->side,
		.denied = like->denied,
		.method = keep_text(traffic, like->method),
		.host = keep_text(traffic, like->host),
		.path = keep_text(traffic, like->path),
		.example = keep_text(traffic, like->example),
		.name = keep_text(traffic, like->name),
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN};
	mem_reserve(traffic->mem, index->fact_places, &index->fact_capacity, index->fact_count + 1);
	index->fact_places[index->fact_count] =
		(struct fact_place){number, (uint32_t)connection->l7_count - 1};
	table_add(traffic->mem, &index->facts, hash, (uint32_t)index->fact_count++);
	return fact;
}

/* The fact's number among those of the connection, or NO_FACT when the cap is reached. */
static uint32_t add_fact(struct traffic *traffic, uint32_t number, const struct l7_fact *told)
{
	struct wanted_fact wanted = {number, told};
	uint64_t hash = fact_hash(number, told);
	uint32_t place = table_find(&traffic->index->facts, hash, fact_equal, traffic, &wanted);
	struct l7_fact *fact;

	if (place == TABLE_NONE)
		fact = new_fact(traffic, number, told, hash);
	else
		fact = &traffic->connections[number].l7[traffic->index->fact_places[place].fact];
	if (fact == NULL)
		return NO_FACT;
	if (strcmp(told->example, fact->example) < 0)
		fact->example = keep_text(traffic, told->example);
	fact->count += told->count;
	see_at(told->first_ns, told->last_ns, &fact->first_ns, &fact->last_ns);
	for (size_t i = 0; i < told->addresses.count; i++)
		learn_text(traffic, &fact->addresses, told->addresses.items[i], LIMIT_NAMES);
	return (uint32_t)(fact - traffic->connections[number].l7);
}

uint32_t traffic_connection(struct traffic *traffic, const struct connection *told)
{
	uint32_t number = connection_place(traffic, told);
	struct connection *into = &traffic->connections[number];

	into->events += told->events;
	into->no_time += told->no_time;
	into->l7_capped |= told->l7_capped;
	for (int side = 0; side < SIDES; side++)
		for (int outcome = 0; outcome < OUTCOMES; outcome++)
			into->outcomes[side][outcome] += told->outcomes[side][outcome];
	see_at(told->first_ns, told->last_ns, &into->first_ns, &into->last_ns);
	for (size_t i = 0; i < told->names.count; i++)
		learn_text(traffic, &into->names, told->names.items[i], LIMIT_CONNECTION_NAMES);
	for (size_t i = 0; i < told->nodes.count; i++)
		learn_text(traffic, &into->nodes, told->nodes.items[i], LIMIT_CONNECTION_NODES);
	for (size_t i = 0; i < told->sample_count; i++)
		add_sample(into, told->samples[i]);
	for (size_t i = 0; i < told->l7_count; i++)
		add_fact(traffic, number, &told->l7[i]);
	return number;
}

static struct seen_end *seen_place(struct traffic *traffic, const struct flow_endpoint *end)
{
	struct traffic_index *index = traffic->index;

	if (index->seen_ends == NULL)
		index->seen_ends = mem_array(traffic->mem, struct seen_end, SEEN_ENDS);
	return &index->seen_ends[end->known % SEEN_ENDS];
}

static void remember_end(struct traffic *traffic, const struct flow_endpoint *end,
	const char *cluster, uint32_t identity, uint32_t endpoint)
{
	const struct identity *known = &traffic->identities[identity];

	/* of others the address tells who it is, too */
	if (end->known == 0 || known->class == PEER_OUTSIDE || known->class == PEER_UNKNOWN)
		return;
	*seen_place(traffic, end) = (struct seen_end){
		end->known, identity, endpoint, strcmp(known->cluster, cluster) != 0};
}

static uint32_t look_at_end(struct traffic *traffic, const struct flow_endpoint *end,
	const char *address, const char *cluster, uint32_t *ret_endpoint)
{
	struct identity identity = identify(end, address, cluster, traffic->index->label_room);
	uint32_t number = traffic_identity(traffic, &identity);

	*ret_endpoint = NO_ENDPOINT;
	if (identity.class != PEER_POD)
		return number;
	if (identity.labels.count > 0 && end->identity > 0 && end->identity < 1u << 24)
		traffic_number(traffic, &(struct identity_number){number, end->identity});
	if (*end->pod != '\0' || end->workload_count > 0) {
		bool told = end->workload_count > 0;

		*ret_endpoint = traffic_endpoint(
			traffic, &(struct endpoint){.identity = number,
					 .pod = end->pod,
					 .workload = told ? end->workloads[0].name : "",
					 .workload_kind = told ? end->workloads[0].kind : ""});
	}
	return number;
}

/* The number of one end of the flow, with what it teaches about pods and numbers. */
static uint32_t see_end(struct traffic *traffic, const struct flow_endpoint *end,
	const char *address, const char *cluster, uint32_t *ret_endpoint)
{
	uint32_t number;

	if (end->known != 0) {
		const struct seen_end *seen = seen_place(traffic, end);

		if (seen->known == end->known &&
			(seen->tells_cluster || strcmp(traffic->identities[seen->identity].cluster,
							cluster) == 0)) {
			*ret_endpoint = seen->endpoint;
			return seen->identity;
		}
	}
	number = look_at_end(traffic, end, address, cluster, ret_endpoint);
	remember_end(traffic, end, cluster, number, *ret_endpoint);
	return number;
}

/*
 * The names of the server's address. The label "fqdn:NAME" tells one too, unless it is a pattern
 * (flows.md 4.2).
 */
static void learn_names(struct traffic *traffic, struct connection *connection,
	const struct text_list *names, const struct flow_endpoint *server)
{
	for (size_t i = 0; i < names->count; i++)
		learn_text(traffic, &connection->names, names->items[i], LIMIT_CONNECTION_NAMES);
	for (size_t i = 0; i < server->labels.count; i++) {
		struct label parts;
		char *name;

		if (*server->labels.items[i] != 'f' ||
			strncmp(server->labels.items[i], "fqdn:", 5) != 0)
			continue;
		parts = label_split(server->labels.items[i]);
		name = mem_text_n(traffic->mem, parts.key, parts.key_size);
		if (strchr(name, '*') == NULL && *name != '\0')
			learn_text(traffic, &connection->names, name, LIMIT_CONNECTION_NAMES);
		mem_free(name);
	}
}

static enum side l7_side(const struct flow *flow)
{
	if (flow->l7.kind == L7_DNS)
		return SIDE_EGRESS;
	return flow->direction == DIRECTION_EGRESS ? SIDE_EGRESS : SIDE_INGRESS;
}

#define HTTP_FORBIDDEN 403
#define DNS_REFUSED    5

/* May the answer be the proxy's own, to a request that its rules refused? Then it proves nothing. */
static bool may_be_refusal(const struct flow *flow)
{
	return flow->l7.type == L7_RESPONSE &&
	       (flow->l7.kind == L7_DNS ? flow->l7.dns.rcode == DNS_REFUSED
					: flow->l7.http.code == HTTP_FORBIDDEN);
}

/* The request or question of an L7 line. */
static uint32_t learn_l7(struct traffic *traffic, uint32_t number, const struct flow *flow)
{
	struct l7_fact fact = {.kind = flow->l7.kind,
		.side = l7_side(flow),
		.denied = l7_refused(flow),
		.method = "",
		.host = "",
		.path = "",
		.example = "",
		.name = "",
		.count = flow->weight,
		.first_ns = flow->time_ns,
		.last_ns = flow->time_ns};
	void *scratch;
	uint32_t place;

	if (flow->l7.kind != L7_HTTP && flow->l7.kind != L7_DNS)
		return NO_FACT;
	if (may_be_refusal(flow))
		return NO_FACT;
	scratch = mem_context(traffic->mem);
	if (flow->l7.kind == L7_HTTP) {
		struct http_target target = http_target_read(scratch, flow->l7.http.url);

		fact.method = flow->l7.http.method;
		fact.host = target.host;
		fact.path = target.template;
		fact.example = target.example;
	} else {
		size_t size = strlen(flow->l7.dns.query);
		char *name = mem_text_n(scratch, flow->l7.dns.query,
			size > 1 && flow->l7.dns.query[size - 1] == '.' ? size - 1 : size);

		for (char *c = name; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		fact.name = name;
		fact.addresses = flow->l7.dns.addresses;
	}
	place = add_fact(traffic, number, &fact);
	mem_free(scratch);
	return place;
}

/* The key of the connection that a line belongs to. */
static struct connection key_of(const struct flow *flow, struct orientation orientation,
	uint32_t source, uint32_t destination)
{
	struct connection key = {.protocol = flow->protocol, .standing = orientation.standing};
	bool reply = orientation.reply;
	bool oriented = orientation.standing == STANDING_ORIENTED;

	key.client = reply ? destination : source;
	key.server = reply ? source : destination;
	if (flow->protocol == PROTOCOL_ICMPV4 || flow->protocol == PROTOCOL_ICMPV6) {
		int request = icmp_request_type(flow->protocol, flow->icmp_type);

		key.icmp_type = request >= 0 ? (uint8_t)request : flow->icmp_type;
		return key;
	}
	/* Of an unusable line only a sure server port is kept: others would be a key each. */
	if (oriented || orientation.standing == STANDING_UNORIENTED)
		key.port = reply ? flow->source_port : flow->destination_port;
	else if (flow->is_reply == TRISTATE_NO || orientation.standing == STANDING_SOCKET)
		key.port = flow->destination_port;
	if (orientation.standing == STANDING_UNORIENTED)
		key.client_port = flow->source_port;
	return key;
}

/* Do names belong to the packet's source? Of an undecided line they are those of the outside end. */
static bool source_is_named(const struct traffic *traffic, struct orientation orientation,
	const struct sighting *sighting)
{
	if (orientation.standing == STANDING_ORIENTED)
		return orientation.reply;
	return traffic->identities[sighting->source].class == PEER_OUTSIDE &&
	       traffic->identities[sighting->destination].class != PEER_OUTSIDE;
}

struct sighting traffic_add(struct traffic *traffic, const struct flow *flow)
{
	struct orientation orientation = orient(flow);
	struct sighting sighting = {
		.standing = orientation.standing, .reply = orientation.reply, .fact = NO_FACT};
	struct connection key, *connection;

	sighting.source = see_end(traffic, &flow->source, flow->source_address, flow->cluster,
		&sighting.source_endpoint);
	sighting.destination = see_end(traffic, &flow->destination, flow->destination_address,
		flow->cluster, &sighting.destination_endpoint);
	key = key_of(flow, orientation, sighting.source, sighting.destination);
	sighting.connection = connection_place(traffic, &key);
	connection = &traffic->connections[sighting.connection];
	connection->events += flow->weight;
	if (!flow->has_time)
		connection->no_time += flow->weight;
	see_at(flow->time_ns, flow->time_ns, &connection->first_ns, &connection->last_ns);
	add_sample(connection, (struct sample){flow->time_ns, flow->id});
	if (*flow->node != '\0')
		learn_text(traffic, &connection->nodes, flow->node, LIMIT_CONNECTION_NODES);
	prove(flow, orientation, connection->outcomes);
	if (orientation.standing == STANDING_ORIENTED ||
		orientation.standing == STANDING_UNORIENTED) {
		bool of_source = source_is_named(traffic, orientation, &sighting);

		learn_names(traffic, connection,
			of_source ? &flow->source_names : &flow->destination_names,
			of_source ? &flow->source : &flow->destination);
		sighting.fact = learn_l7(traffic, sighting.connection, flow);
	}
	return sighting;
}
