#include "store/dimensions.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "store/array.h"
#include "store/workload.h"

/* Texts that are hashed into a key are joined by characters that no label or name can hold. */
#define FIELD_END "\x1f"
#define ITEM_END  "\x1e"

struct ids {
	int32_t *items;
	size_t count, capacity;
};

/*
 * What was taken from the traffic and has no id yet. The items are copies, since the traffic's arrays move
 * when they grow; texts and lists of labels stay where they are.
 */
struct news {
	void *mem;
	struct identity *identities;
	struct identity_number *numbers;
	struct endpoint *endpoints;
	struct taught {
		uint32_t number; /* of the endpoint, which may be an old one */
		struct endpoint endpoint;
	} * taught;             /* those that told their workload since */
	struct new_connection { /* its key: what else there is of a connection is much */
		uint32_t client, server;
		enum protocol protocol;
		uint16_t port, client_port;
		uint8_t icmp_type;
		enum standing standing;
	} * connections;
	struct new_fact {
		uint32_t connection; /* which may be an old one */
		struct l7_fact fact;
	} * facts;
	size_t identity_count, number_count, endpoint_count, taught_count, connection_count,
		fact_count;
};

struct dimensions {
	const struct traffic *traffic;
	bool *workload_told; /* by endpoint: its workload is stored, or taken */
	size_t told_capacity;
	void *mem; /* of all that follows: not below memory that is used beside dimensions_resolve */
	struct news news;
	struct ids identities, endpoints, connections;
	struct ids *facts; /* by connection */
	size_t fact_capacity;
	size_t numbers_known;
};

struct dimensions *dimensions_new(void *mem, const struct traffic *traffic)
{
	struct dimensions *dimensions = mem_new(mem, struct dimensions);

	dimensions->traffic = traffic;
	dimensions->mem = mem_context(NULL);
	mem_attach(dimensions, dimensions->mem, mem_free);
	return dimensions;
}

/* Copies of an array's items from `first` on; NULL for none. */
#define COPY(mem, items, first, count)                                                             \
	((count) == 0 ? NULL                                                                       \
		      : memcpy(mem_zeroed((mem), sizeof *(items), (count)), (items) + (first),     \
				(count) * sizeof *(items)))

static void take_workloads(struct dimensions *dimensions, struct news *news)
{
	const struct traffic *traffic = dimensions->traffic;
	size_t capacity = 0;

	mem_reserve(dimensions, dimensions->workload_told, &dimensions->told_capacity,
		traffic->endpoint_count);
	for (uint32_t i = 0; i < traffic->endpoint_count; i++) {
		const struct endpoint *endpoint = &traffic->endpoints[i];

		if (dimensions->workload_told[i] || *endpoint->workload_kind == '\0')
			continue;
		dimensions->workload_told[i] = true;
		mem_reserve(news->mem, news->taught, &capacity, news->taught_count + 1);
		news->taught[news->taught_count++] = (struct taught){i, *endpoint};
	}
}

static void take_connections(struct dimensions *dimensions, struct news *news)
{
	const struct traffic *traffic = dimensions->traffic;
	size_t first = dimensions->connections.count, count = traffic->connection_count - first;

	news->connections = mem_array(news->mem, struct new_connection, count);
	for (size_t i = first; i < traffic->connection_count; i++) {
		const struct connection *connection = &traffic->connections[i];

		news->connections[news->connection_count++] =
			(struct new_connection){.client = connection->client,
				.server = connection->server,
				.protocol = connection->protocol,
				.port = connection->port,
				.client_port = connection->client_port,
				.icmp_type = connection->icmp_type,
				.standing = connection->standing};
	}
}

static void take_facts(struct dimensions *dimensions, struct news *news)
{
	const struct traffic *traffic = dimensions->traffic;
	size_t capacity = 0;

	for (uint32_t i = 0; i < traffic->connection_count; i++) {
		const struct connection *connection = &traffic->connections[i];
		size_t known = i < dimensions->connections.count ? dimensions->facts[i].count : 0;

		if (known == connection->l7_count)
			continue;
		mem_reserve(news->mem, news->facts, &capacity,
			news->fact_count + connection->l7_count - known);
		while (known < connection->l7_count)
			news->facts[news->fact_count++] =
				(struct new_fact){i, connection->l7[known++]};
	}
}

void dimensions_take(struct dimensions *dimensions)
{
	const struct traffic *traffic = dimensions->traffic;
	size_t identities = dimensions->identities.count, numbers = dimensions->numbers_known,
	       endpoints = dimensions->endpoints.count;
	struct news news = {.mem = mem_context(dimensions->mem),
		.identity_count = traffic->identity_count - identities,
		.number_count = traffic->number_count - numbers,
		.endpoint_count = traffic->endpoint_count - endpoints};

	news.identities = COPY(news.mem, traffic->identities, identities, news.identity_count);
	news.numbers = COPY(news.mem, traffic->numbers, numbers, news.number_count);
	news.endpoints = COPY(news.mem, traffic->endpoints, endpoints, news.endpoint_count);
	take_workloads(dimensions, &news);
	take_connections(dimensions, &news);
	take_facts(dimensions, &news);
	mem_free(dimensions->news.mem);
	dimensions->news = news;
}

/* A row that another import adds at the same time is found when the statement is run again. */
#define ADD_ROUNDS 3

/* Adds the ids of the `count` items that the statement was asked for, which makes what is missing. */
static bool resolve(struct dimensions *dimensions, void *mem, struct db *db,
	const struct query *query, const char *const *values, struct ids *ids, size_t count,
	struct err *err)
{
	size_t found = 0;
	struct rows *rows = NULL;

	for (int round = 0; round < ADD_ROUNDS && found < count; round++) {
		if (!db_query(db, mem, query, values, &rows, err))
			return false;
		for (found = 0; found < rows_count(rows) && !rows_null(rows, found, 0);)
			found++;
	}
	if (found != count)
		return err_set(err, ERR_INTERNAL, "Of %zu rows that were added, %zu were found.",
			count, found);
	mem_reserve(dimensions->mem, ids->items, &ids->capacity, ids->count + count);
	for (size_t i = 0; i < count; i++)
		ids->items[ids->count++] = (int32_t)rows_number(rows, i, 0);
	return true;
}

static void add_identity_key(struct array *keys, const struct identity *identity)
{
	void *mem = mem_context(NULL);
	char *key = mem_format(mem,
		"%d" FIELD_END "%s" FIELD_END "%s" FIELD_END "%" PRIu32 FIELD_END "%s" FIELD_END
		"%s",
		identity->class, identity->cluster, identity->namespace, identity->number,
		identity->pod, identity->address);

	for (size_t i = 0; i < identity->labels.count; i++)
		key = mem_format(mem, "%s" ITEM_END "%s", key, identity->labels.items[i]);
	array_text(keys, key);
	mem_free(mem);
}

/* For each new identity, an endpoint of it to learn a name from, or NULL. */
static const struct endpoint **endpoints_by_identity(void *mem, const struct dimensions *dimensions)
{
	const struct news *news = &dimensions->news;
	size_t first = dimensions->identities.count;
	const struct endpoint **found =
		mem_array(mem, const struct endpoint *, news->identity_count);

	/* an old endpoint has an old identity */
	for (size_t i = 0; i < news->endpoint_count; i++) {
		const struct endpoint *endpoint = &news->endpoints[i];
		const struct endpoint **place;

		if (endpoint->identity < first)
			continue;
		place = &found[endpoint->identity - first];
		if (*place == NULL || (*(*place)->workload == '\0' && *endpoint->workload != '\0'))
			*place = endpoint;
	}
	return found;
}

static bool resolve_identities(
	struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	struct array *keys = array_new(mem), *classes = array_new(mem), *clusters = array_new(mem),
		     *namespaces = array_new(mem), *labels = array_new(mem),
		     *numbers = array_new(mem), *pods = array_new(mem), *addresses = array_new(mem),
		     *workloads = array_new(mem), *kinds = array_new(mem);
	const struct endpoint **endpoints;

	if (news->identity_count == 0)
		return true;
	endpoints = endpoints_by_identity(mem, dimensions);
	for (size_t i = 0; i < news->identity_count; i++) {
		const struct identity *identity = &news->identities[i];
		struct workload workload = workload_of(mem, identity, endpoints[i]);

		add_identity_key(keys, identity);
		array_number(classes, identity->class);
		array_text(clusters, identity->cluster);
		array_text(namespaces, identity->namespace);
		array_list(labels, &identity->labels);
		array_number(numbers, identity->number);
		array_text(pods, identity->pod);
		array_text(addresses, identity->address);
		array_text(workloads, workload.name);
		array_text(kinds, workload.kind);
	}
	return resolve(dimensions, mem, db, &query_identity_add,
		(const char *const[]){array_literal(keys), array_literal(classes),
			array_literal(clusters), array_literal(namespaces), array_literal(labels),
			array_literal(numbers), array_literal(pods), array_literal(addresses),
			array_literal(workloads), array_literal(kinds)},
		&dimensions->identities, news->identity_count, err);
}

static bool resolve_numbers(
	struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	struct array *identities = array_new(mem), *numbers = array_new(mem);

	if (news->number_count == 0)
		return true;
	for (size_t i = 0; i < news->number_count; i++) {
		const struct identity_number *number = &news->numbers[i];

		array_number(identities, dimensions->identities.items[number->identity]);
		array_number(numbers, number->number);
	}
	if (!DB_QUERY(db, mem, &query_identity_number_add, NULL, err, array_literal(identities),
		    array_literal(numbers)))
		return false;
	dimensions->numbers_known += news->number_count;
	return true;
}

static bool resolve_endpoints(
	struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	struct array *identities = array_new(mem), *pods = array_new(mem),
		     *workloads = array_new(mem), *kinds = array_new(mem);

	if (news->endpoint_count == 0)
		return true;
	for (size_t i = 0; i < news->endpoint_count; i++) {
		const struct endpoint *endpoint = &news->endpoints[i];

		array_number(identities, dimensions->identities.items[endpoint->identity]);
		array_text(pods, endpoint->pod);
		array_text(workloads, endpoint->workload);
		array_text(kinds, endpoint->workload_kind);
	}
	return resolve(dimensions, mem, db, &query_endpoint_add,
		(const char *const[]){array_literal(identities), array_literal(pods),
			array_literal(workloads), array_literal(kinds)},
		&dimensions->endpoints, news->endpoint_count, err);
}

/* Endpoints that told their workload since: the row, and the guess of their identity, learn it. */
static bool teach_workloads(
	struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	struct array *identities = array_new(mem), *endpoints = array_new(mem),
		     *workloads = array_new(mem), *kinds = array_new(mem);

	if (news->taught_count == 0)
		return true;
	for (size_t i = 0; i < news->taught_count; i++) {
		const struct taught *taught = &news->taught[i];

		array_number(identities, dimensions->identities.items[taught->endpoint.identity]);
		array_number(endpoints, dimensions->endpoints.items[taught->number]);
		array_text(workloads, taught->endpoint.workload);
		array_text(kinds, taught->endpoint.workload_kind);
	}
	return DB_QUERY(db, mem, &query_endpoint_teach, NULL, err, array_literal(endpoints),
		       array_literal(workloads), array_literal(kinds)) &&
	       DB_QUERY(db, mem, &query_identity_teach, NULL, err, array_literal(identities),
		       array_literal(workloads), array_literal(kinds));
}

static bool resolve_connections(
	struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	const int32_t *identities = dimensions->identities.items;
	struct array *clients = array_new(mem), *servers = array_new(mem),
		     *protocols = array_new(mem), *ports = array_new(mem),
		     *client_ports = array_new(mem), *icmp_types = array_new(mem),
		     *standings = array_new(mem);

	if (news->connection_count == 0)
		return true;
	for (size_t i = 0; i < news->connection_count; i++) {
		const struct new_connection *connection = &news->connections[i];

		array_number(clients, identities[connection->client]);
		array_number(servers, identities[connection->server]);
		array_number(protocols, connection->protocol);
		array_number(ports, connection->port);
		array_number(client_ports, connection->client_port);
		array_number(icmp_types, connection->icmp_type);
		array_number(standings, connection->standing);
	}
	if (!resolve(dimensions, mem, db, &query_connection_add,
		    (const char *const[]){array_literal(clients), array_literal(servers),
			    array_literal(protocols), array_literal(ports),
			    array_literal(client_ports), array_literal(icmp_types),
			    array_literal(standings)},
		    &dimensions->connections, news->connection_count, err))
		return false;
	mem_reserve(dimensions->mem, dimensions->facts, &dimensions->fact_capacity,
		dimensions->connections.count);
	return true;
}

static void add_fact_key(struct array *keys, const struct l7_fact *fact)
{
	char *key = mem_format(NULL,
		"%d" FIELD_END "%d" FIELD_END "%d" FIELD_END "%s" FIELD_END "%s" FIELD_END
		"%s" FIELD_END "%s",
		fact->kind, fact->side, fact->denied, fact->method, fact->host, fact->path,
		fact->name);

	array_text(keys, key);
	mem_free(key);
}

static bool resolve_facts(struct dimensions *dimensions, void *mem, struct db *db, struct err *err)
{
	const struct news *news = &dimensions->news;
	struct array *connections = array_new(mem), *keys = array_new(mem), *kinds = array_new(mem),
		     *sides = array_new(mem), *denied = array_new(mem), *methods = array_new(mem),
		     *hosts = array_new(mem), *paths = array_new(mem), *examples = array_new(mem),
		     *names = array_new(mem);
	struct ids added = {0};

	if (news->fact_count == 0)
		return true;
	for (size_t i = 0; i < news->fact_count; i++) {
		const struct l7_fact *fact = &news->facts[i].fact;

		array_number(connections, dimensions->connections.items[news->facts[i].connection]);
		add_fact_key(keys, fact);
		array_number(kinds, fact->kind);
		array_number(sides, fact->side);
		array_bool(denied, fact->denied);
		array_text(methods, fact->method);
		array_text(hosts, fact->host);
		array_text(paths, fact->path);
		array_text(examples, fact->example);
		array_text(names, fact->name);
	}
	if (!resolve(dimensions, mem, db, &query_fact_add,
		    (const char *const[]){array_literal(connections), array_literal(keys),
			    array_literal(kinds), array_literal(sides), array_literal(denied),
			    array_literal(methods), array_literal(hosts), array_literal(paths),
			    array_literal(examples), array_literal(names)},
		    &added, news->fact_count, err))
		return false;
	for (size_t i = 0; i < news->fact_count; i++) {
		struct ids *ids = &dimensions->facts[news->facts[i].connection];

		mem_reserve(dimensions->mem, ids->items, &ids->capacity, ids->count + 1);
		ids->items[ids->count++] = added.items[i];
	}
	mem_free(added.items);
	return true;
}

typedef bool resolve_step(struct dimensions *dimensions, void *mem, struct db *db, struct err *err);

bool dimensions_resolve(struct dimensions *dimensions, struct db *db, struct err *err)
{
	/* each one needs the ids of those before it */
	static resolve_step *const steps[] = {resolve_identities, resolve_numbers,
		resolve_endpoints, teach_workloads, resolve_connections, resolve_facts};
	bool done = true;

	for (size_t i = 0; i < sizeof steps / sizeof *steps && done; i++) {
		void *mem = mem_context(NULL);

		done = steps[i](dimensions, mem, db, err);
		mem_free(mem);
	}
	mem_free(dimensions->news.mem);
	dimensions->news = (struct news){0};
	return done;
}

int32_t dimensions_endpoint(const struct dimensions *dimensions, uint32_t endpoint)
{
	return endpoint == NO_ENDPOINT ? 0 : dimensions->endpoints.items[endpoint];
}

int32_t dimensions_connection(const struct dimensions *dimensions, uint32_t connection)
{
	return dimensions->connections.items[connection];
}

int32_t dimensions_fact(const struct dimensions *dimensions, uint32_t connection, uint32_t fact)
{
	return fact == NO_FACT ? 0 : dimensions->facts[connection].items[fact];
}
