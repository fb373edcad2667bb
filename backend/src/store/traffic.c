#include "store/traffic.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "store/array.h"

#define NS_PER_US 1000

/* Ids of rows, ascending, and the index that each has in the traffic. */
struct id_map {
	int32_t *ids;
	uint32_t *indexes;
	size_t count;
};

struct loading {
	struct db *db;
	void *mem; /* freed when all is loaded */
	struct stored_traffic stored;
	struct id_map identities, connections;
	/* array literals; selected_ids is NULL for all */
	const char *selected_ids, *clusters, *identity_ids, *connection_ids;
	/* The last list of nodes, and its text in the rows of connections. */
	const char *nodes_text;
	struct text_list nodes;
};

static int by_id(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

static bool map_find(const struct id_map *map, int64_t id, uint32_t *ret_index)
{
	int32_t wanted = (int32_t)id;
	const int32_t *found =
		map->count == 0 ? NULL
				: bsearch(&wanted, map->ids, map->count, sizeof wanted, by_id);

	if (found == NULL)
		return false;
	*ret_index = map->indexes[found - map->ids];
	return true;
}

static struct id_map map_new(void *mem, size_t count)
{
	return (struct id_map){mem_array(mem, int32_t, count), mem_array(mem, uint32_t, count), 0};
}

static void map_add(struct id_map *map, int64_t id, uint32_t index)
{
	map->ids[map->count] = (int32_t)id;
	map->indexes[map->count++] = index;
}

static void json_release(void *value)
{
	json_decref(value);
}

/* A column made by array_to_json. The texts live as long as `mem`. */
static struct text_list read_list(void *mem, const struct rows *rows, size_t row, size_t column)
{
	const char *text = rows_text(rows, row, column);
	json_t *array = strcmp(text, "[]") == 0 ? NULL : json_loads(text, 0, NULL);
	struct text_list list = {NULL, json_array_size(array)};

	if (array == NULL)
		return list;
	mem_attach(mem, array, json_release);
	list.items = mem_array(mem, const char *, list.count);
	for (size_t i = 0; i < list.count; i++)
		list.items[i] = json_string_value(json_array_get(array, i));
	return list;
}

static int64_t read_time(const struct rows *rows, size_t row, size_t column)
{
	return rows_number(rows, row, column) * NS_PER_US;
}

static bool find_clusters(struct loading *loading, struct err *err)
{
	struct array *clusters = array_new(loading->mem);
	struct rows *rows;

	if (!DB_QUERY(loading->db, loading->mem, &query_traffic_clusters, &rows, err,
		    loading->selected_ids))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++)
		array_text(clusters, rows_text(rows, i, 0));
	loading->clusters = array_literal(clusters);
	return true;
}

/* Columns of traffic_identities.sql. */
enum identity_column {
	IDENTITY_ID,
	IDENTITY_CLASS,
	IDENTITY_CLUSTER,
	IDENTITY_NAMESPACE,
	IDENTITY_LABELS,
	IDENTITY_NUMBER,
	IDENTITY_POD,
	IDENTITY_ADDRESS
};

static bool load_identities(struct loading *loading, struct err *err)
{
	struct rows *rows;
	void *scratch = mem_context(loading->mem);

	if (!DB_QUERY(loading->db, loading->mem, &query_traffic_identities, &rows, err,
		    loading->identity_ids))
		return false;
	loading->identities = map_new(loading->mem, rows_count(rows));
	for (size_t i = 0; i < rows_count(rows); i++) {
		struct identity identity = {
			.class = (enum peer_class)rows_number(rows, i, IDENTITY_CLASS),
			.cluster = rows_text(rows, i, IDENTITY_CLUSTER),
			.namespace = rows_text(rows, i, IDENTITY_NAMESPACE),
			.labels = read_list(scratch, rows, i, IDENTITY_LABELS),
			.number = (uint32_t)rows_number(rows, i, IDENTITY_NUMBER),
			.pod = rows_text(rows, i, IDENTITY_POD),
			.address = rows_text(rows, i, IDENTITY_ADDRESS)};

		map_add(&loading->identities, rows_number(rows, i, IDENTITY_ID),
			traffic_identity(loading->stored.traffic, &identity));
	}
	mem_free(scratch);
	return true;
}

static bool add_endpoint(void *context, const struct rows *rows, struct err *err)
{
	struct loading *loading = context;

	(void)err;
	for (size_t i = 0; i < rows_count(rows); i++) {
		struct endpoint endpoint = {.pod = rows_text(rows, i, 1),
			.workload = rows_text(rows, i, 2),
			.workload_kind = rows_text(rows, i, 3)};

		if (map_find(&loading->identities, rows_number(rows, i, 0), &endpoint.identity))
			traffic_endpoint(loading->stored.traffic, &endpoint);
	}
	return true;
}

static bool add_number(void *context, const struct rows *rows, struct err *err)
{
	struct loading *loading = context;

	(void)err;
	for (size_t i = 0; i < rows_count(rows); i++) {
		struct identity_number number = {.number = (uint32_t)rows_number(rows, i, 1)};

		if (map_find(&loading->identities, rows_number(rows, i, 0), &number.identity))
			traffic_number(loading->stored.traffic, &number);
	}
	return true;
}

/* Columns of traffic_connections.sql. */
enum connection_column {
	CONNECTION_ID,
	CONNECTION_CLIENT,
	CONNECTION_SERVER,
	CONNECTION_PROTOCOL,
	CONNECTION_PORT,
	CONNECTION_CLIENT_PORT,
	CONNECTION_ICMP_TYPE,
	CONNECTION_STANDING,
	CONNECTION_EVENTS,
	CONNECTION_NO_TIME,
	CONNECTION_FIRST,
	CONNECTION_LAST,
	CONNECTION_NAMES,
	CONNECTION_NODES,
	CONNECTION_L7_CAPPED,
	CONNECTION_SELECTED
};

static bool find_connections(struct loading *loading, struct rows **ret_rows, struct err *err)
{
	struct array *identities = array_new(loading->mem), *ids = array_new(loading->mem);
	struct rows *rows;

	if (!DB_QUERY(loading->db, loading->mem, &query_traffic_connections, &rows, err,
		    loading->clusters, db_number(loading->mem, LIMIT_ANALYSIS_CONNECTIONS + 1),
		    loading->selected_ids))
		return false;
	if (rows_count(rows) > LIMIT_ANALYSIS_CONNECTIONS)
		return err_set(err, ERR_TOO_LARGE,
			"The clusters concerned have more than %d connections, too many to look at "
			"in one request. Select flows of one cluster, or use `cpa generate` on "
			"their files.",
			LIMIT_ANALYSIS_CONNECTIONS);
	for (size_t i = 0; i < rows_count(rows); i++) {
		array_number(ids, rows_number(rows, i, CONNECTION_ID));
		array_number(identities, rows_number(rows, i, CONNECTION_CLIENT));
		array_number(identities, rows_number(rows, i, CONNECTION_SERVER));
	}
	loading->connection_ids = array_literal(ids);
	loading->identity_ids = array_literal(identities);
	*ret_rows = rows;
	return true;
}

/* Reads one row; false when an end of it is not there, which only a change since could cause. */
/* Most connections were reported by the nodes that reported the one before. */
static struct text_list read_nodes(
	struct loading *loading, void *mem, const struct rows *rows, size_t row)
{
	const char *text = rows_text(rows, row, CONNECTION_NODES);

	if (loading->nodes_text == NULL || strcmp(loading->nodes_text, text) != 0) {
		loading->nodes = read_list(mem, rows, row, CONNECTION_NODES);
		loading->nodes_text = text;
	}
	return loading->nodes;
}

static bool read_connection(struct loading *loading, void *scratch, const struct rows *rows,
	size_t i, struct connection *ret_connection)
{
	*ret_connection = (struct connection){
		.protocol = (enum protocol)rows_number(rows, i, CONNECTION_PROTOCOL),
		.port = (uint16_t)rows_number(rows, i, CONNECTION_PORT),
		.client_port = (uint16_t)rows_number(rows, i, CONNECTION_CLIENT_PORT),
		.icmp_type = (uint8_t)rows_number(rows, i, CONNECTION_ICMP_TYPE),
		.standing = (enum standing)rows_number(rows, i, CONNECTION_STANDING),
		.events = (uint64_t)rows_number(rows, i, CONNECTION_EVENTS),
		.no_time = (uint64_t)rows_number(rows, i, CONNECTION_NO_TIME),
		.first_ns = read_time(rows, i, CONNECTION_FIRST),
		.last_ns = read_time(rows, i, CONNECTION_LAST),
		.names = read_list(scratch, rows, i, CONNECTION_NAMES),
		.nodes = read_nodes(loading, scratch, rows, i),
		.l7_capped = rows_bool(rows, i, CONNECTION_L7_CAPPED)};
	return map_find(&loading->identities, rows_number(rows, i, CONNECTION_CLIENT),
		       &ret_connection->client) &&
	       map_find(&loading->identities, rows_number(rows, i, CONNECTION_SERVER),
		       &ret_connection->server);
}

static void add_connections(struct loading *loading, void *mem, const struct rows *rows)
{
	struct stored_traffic *stored = &loading->stored;
	void *scratch = mem_context(loading->mem);
	struct connection connection;

	loading->connections = map_new(loading->mem, rows_count(rows));
	stored->selected = mem_array(mem, bool, rows_count(rows));
	stored->ids = mem_array(mem, int32_t, rows_count(rows));
	for (size_t i = 0; i < rows_count(rows); i++) {
		int64_t id = rows_number(rows, i, CONNECTION_ID);
		uint32_t index;

		if (!read_connection(loading, scratch, rows, i, &connection))
			continue;
		index = traffic_connection(stored->traffic, &connection);
		map_add(&loading->connections, id, index);
		stored->ids[index] = (int32_t)id;
		stored->selected[index] = rows_bool(rows, i, CONNECTION_SELECTED);
	}
	mem_free(scratch);
}

static bool add_outcome(void *context, const struct rows *rows, struct err *err)
{
	struct loading *loading = context;

	for (size_t i = 0; i < rows_count(rows); i++) {
		int64_t side = rows_number(rows, i, 1), outcome = rows_number(rows, i, 2);
		uint32_t index;

		if (side < 0 || side >= SIDES || outcome < 0 || outcome >= OUTCOMES)
			return err_set(err, ERR_INTERNAL, "There is no outcome %d of side %d.",
				(int)outcome, (int)side);
		if (map_find(&loading->connections, rows_number(rows, i, 0), &index))
			loading->stored.traffic->connections[index].outcomes[side][outcome] +=
				(uint64_t)rows_number(rows, i, 3);
	}
	return true;
}

/* Columns of traffic_facts.sql. */
enum fact_column {
	FACT_CONNECTION,
	FACT_KIND,
	FACT_SIDE,
	FACT_DENIED,
	FACT_METHOD,
	FACT_HOST,
	FACT_PATH,
	FACT_EXAMPLE,
	FACT_NAME,
	FACT_ADDRESSES,
	FACT_EVENTS,
	FACT_FIRST,
	FACT_LAST
};

/* More about a connection that is there: what is merged into it. */
static struct connection more_of(const struct connection *connection)
{
	return (struct connection){.client = connection->client,
		.server = connection->server,
		.protocol = connection->protocol,
		.port = connection->port,
		.client_port = connection->client_port,
		.icmp_type = connection->icmp_type,
		.standing = connection->standing,
		.first_ns = connection->first_ns,
		.last_ns = connection->last_ns};
}

static bool add_fact(void *context, const struct rows *rows, struct err *err)
{
	struct loading *loading = context;
	void *scratch = mem_context(loading->mem);

	(void)err;
	for (size_t i = 0; i < rows_count(rows); i++) {
		struct l7_fact fact = {.kind = (enum l7_kind)rows_number(rows, i, FACT_KIND),
			.side = (enum side)rows_number(rows, i, FACT_SIDE),
			.denied = rows_bool(rows, i, FACT_DENIED),
			.method = rows_text(rows, i, FACT_METHOD),
			.host = rows_text(rows, i, FACT_HOST),
			.path = rows_text(rows, i, FACT_PATH),
			.example = rows_text(rows, i, FACT_EXAMPLE),
			.name = rows_text(rows, i, FACT_NAME),
			.addresses = read_list(scratch, rows, i, FACT_ADDRESSES),
			.count = (uint64_t)rows_number(rows, i, FACT_EVENTS),
			.first_ns = read_time(rows, i, FACT_FIRST),
			.last_ns = read_time(rows, i, FACT_LAST)};
		struct connection more;
		uint32_t index;

		if (!map_find(&loading->connections, rows_number(rows, i, FACT_CONNECTION), &index))
			continue;
		more = more_of(&loading->stored.traffic->connections[index]);
		more.l7 = &fact;
		more.l7_count = 1;
		traffic_connection(loading->stored.traffic, &more);
	}
	mem_free(scratch);
	return true;
}

static bool load_lost_events(struct loading *loading, struct err *err)
{
	struct rows *rows;

	if (!DB_QUERY(
		    loading->db, loading->mem, &query_traffic_lost, &rows, err, loading->clusters))
		return false;
	loading->stored.traffic->lost_events = (uint64_t)rows_number(rows, 0, 0);
	return true;
}

/* Runs a statement on many ids, row by row. */
static bool each(struct loading *loading, const struct query *query, const char *ids,
	rows_handler *handler, struct err *err)
{
	return db_each(loading->db, query, (const char *const[]){ids}, handler, loading, err);
}

static bool load_clusters(struct loading *loading, void *mem, struct err *err)
{
	struct rows *rows = NULL;

	if (!find_connections(loading, &rows, err) || !load_identities(loading, err))
		return false;
	add_connections(loading, mem, rows);
	return each(loading, &query_traffic_endpoints, loading->identity_ids, add_endpoint, err) &&
	       each(loading, &query_traffic_numbers, loading->identity_ids, add_number, err) &&
	       each(loading, &query_traffic_outcomes, loading->connection_ids, add_outcome, err) &&
	       each(loading, &query_traffic_facts, loading->connection_ids, add_fact, err) &&
	       load_lost_events(loading, err);
}

bool stored_traffic_load(struct db *db, void *mem, const struct selection *selection,
	struct stored_traffic *ret_traffic, struct err *err)
{
	struct loading loading = {.db = db,
		.mem = mem_context(NULL),
		.selected_ids = selection->none ? "{}" : selection->ids,
		.stored = {.traffic = traffic_new(mem)}};
	bool done = find_clusters(&loading, err) && load_clusters(&loading, mem, err);

	mem_free(loading.mem);
	if (done)
		*ret_traffic = loading.stored;
	return done;
}

bool stored_traffic_samples(struct db *db, void *mem, const struct stored_traffic *stored,
	const uint32_t *connections, size_t count, struct err *err)
{
	struct array *ids = array_new(mem);
	struct rows *rows;

	for (size_t i = 0; i < count; i++)
		array_number(ids, stored->ids[connections[i]]);
	if (!DB_QUERY(db, mem, &query_traffic_samples, &rows, err, array_literal(ids)))
		return false;
	for (size_t i = 0; i < rows_count(rows); i++) {
		struct connection more = more_of(
			&stored->traffic->connections[connections[rows_number(rows, i, 0)]]);

		more.samples[0] =
			(struct sample){read_time(rows, i, 1), (uint64_t)rows_number(rows, i, 2)};
		more.sample_count = 1;
		traffic_connection(stored->traffic, &more);
	}
	return true;
}
