#include "store/flow_writer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/http_path.h"
#include "core/orient.h"
#include "core/table.h"
#include "core/traffic.h"
#include "store/array.h"
#include "store/copy.h"
#include "store/dictionary.h"
#include "store/dimensions.h"
#include "store/facts.h"
#include "store/tally.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US    (24 * 3600 * SECOND_US)

/* What a row of flow_l7 holds beside its key. */
struct l7_row {
	int32_t code;
	const char *method, *host, *path, *name;
};

/* A row of flows before its ids are known. */
struct row {
	int64_t time_us;
	uint64_t id;
	struct facts facts; /* drop_reason is a place of the dictionary */
	uint32_t connection, fact, source_endpoint, destination_endpoint, node;
	uint16_t source_port, destination_port;
	int32_t weight;
	uint32_t l7; /* index + 1 into batch.l7; 0 = none */
	bool stored;
};

struct batch {
	void *mem; /* texts of L7 rows; freed with each batch */
	struct row *rows;
	size_t count, capacity;
	struct l7_row *l7;
	size_t l7_count, l7_capacity, text_size;
};

struct flow_writer {
	struct db *db, *side;
	void *traffic_mem; /* traffic and dimensions, begun anew when they grow large */
	struct traffic *traffic;
	struct dimensions *dimensions;
	struct dictionary *nodes, *drop_reasons;
	struct batch batch;
	struct tally *tally;
	int64_t earliest_us, latest_us;
	int64_t *days; /* numbers since 1970, of partitions that are there or will be */
	size_t day_count, day_capacity, days_made;
	bool collided; /* the last batch held duplicates: the next one likely does, too */
	struct flow_counts counts;
};

static void begin_traffic(struct flow_writer *writer)
{
	writer->traffic_mem = mem_context(writer);
	writer->traffic = traffic_new(writer->traffic_mem);
	writer->dimensions = dimensions_new(writer->traffic_mem, writer->traffic);
}

bool flow_writer_begin(
	void *mem, struct db *db, struct db *side, struct flow_writer **ret_writer, struct err *err)
{
	struct flow_writer *writer = mem_new(mem, struct flow_writer);

	if (!tally_begin(db, writer, err))
		return false;
	writer->db = db;
	writer->side = side;
	writer->earliest_us = LIMIT_TIME_EARLIEST_S * SECOND_US;
	writer->latest_us = (time(NULL) + LIMIT_TIME_AHEAD_S) * SECOND_US;
	writer->nodes =
		dictionary_new(writer, &query_node_add, &query_node_find, LIMIT_IMPORT_NODES);
	writer->drop_reasons = dictionary_new(
		writer, &query_drop_reason_add, &query_drop_reason_find, LIMIT_DROP_REASONS);
	writer->batch.mem = mem_context(writer);
	writer->tally = tally_new(writer, db);
	begin_traffic(writer);
	*ret_writer = writer;
	return true;
}

const struct flow_counts *flow_writer_counts(const struct flow_writer *writer)
{
	return &writer->counts;
}

/* Is there, or may there be, a partition for the time? */
static bool take_day(struct flow_writer *writer, int64_t time_us, struct err *err)
{
	int64_t day = time_us / DAY_US;

	for (size_t i = writer->day_count; i > 0; i--)
		if (writer->days[i - 1] == day)
			return true;
	if (writer->day_count == LIMIT_IMPORT_DAYS)
		return err_field(err, ERR_INVALID, "time",
			"It would be day %d of this import; %d different days are most. Split the "
			"import by time.",
			LIMIT_IMPORT_DAYS + 1, LIMIT_IMPORT_DAYS);
	mem_reserve(writer, writer->days, &writer->day_capacity, writer->day_count + 1);
	writer->days[writer->day_count++] = day;
	return true;
}

static bool check_time(struct flow_writer *writer, int64_t time_us, struct err *err)
{
	void *scratch;

	if (time_us >= writer->earliest_us && time_us < writer->latest_us)
		return take_day(writer, time_us, err);
	scratch = mem_context(NULL);
	err_field(err, ERR_INVALID, "time", "%s is outside of the time that is kept, %s to %s.",
		db_time(scratch, time_us), db_time(scratch, writer->earliest_us),
		db_time(scratch, writer->latest_us));
	mem_free(scratch);
	return false;
}

static const char *keep_text(struct batch *batch, const char *text)
{
	batch->text_size += strlen(text);
	return mem_text(batch->mem, text);
}

/* The index + 1 of the flow's L7 row. The text of a query may hold secrets: it is not kept. */
static uint32_t take_l7(struct batch *batch, const struct flow_l7 *l7)
{
	struct l7_row row = {.code = -1, .method = "", .host = "", .path = "", .name = ""};

	if (l7->kind == L7_HTTP) {
		struct http_target target = http_target_read(batch->mem, l7->http.url);

		row.method = keep_text(batch, l7->http.method);
		row.host = keep_text(batch, target.host);
		row.path = keep_text(batch, target.example);
		if (l7->http.code > 0)
			row.code = (int32_t)l7->http.code;
	} else if (l7->kind == L7_DNS) {
		row.name = keep_text(batch, l7->dns.query);
		if (l7->type == L7_RESPONSE)
			row.code = (int32_t)l7->dns.rcode;
	} else {
		return 0;
	}
	mem_reserve(batch->mem, batch->l7, &batch->l7_capacity, batch->l7_count + 1);
	batch->l7[batch->l7_count++] = row;
	return (uint32_t)batch->l7_count;
}

static struct facts facts_of(
	struct flow_writer *writer, const struct flow *flow, const struct sighting *sighting)
{
	struct facts facts = {.verdict = flow->verdict,
		.direction = flow->direction,
		.is_reply = flow->is_reply,
		.reply = sighting->reply,
		.event = flow->event,
		.point = flow->point,
		.reason = flow->reason,
		.tcp_flags = flow->tcp_flags,
		.no_time = !flow->has_time,
		.l7_type = flow->l7.type,
		.l7_kind = flow->l7.kind,
		.drop_reason = dictionary_place(writer->drop_reasons, flow->drop_reason_name)};
	uint64_t outcomes[SIDES][OUTCOMES] = {{0}};

	prove(flow, orient(flow), outcomes);
	for (int side = 0; side < SIDES; side++)
		for (int outcome = 0; outcome < OUTCOMES; outcome++)
			if (outcomes[side][outcome] > 0)
				facts.outcomes[side] |= (uint8_t)(1u << outcome);
	return facts;
}

bool flow_writer_add(
	struct flow_writer *writer, const struct flow *flow, bool *ret_refused, struct err *err)
{
	struct batch *batch = &writer->batch;
	int64_t time_us = flow->time_ns / 1000;
	struct sighting sighting;
	struct row *row;

	*ret_refused = true;
	if (!check_time(writer, time_us, err))
		return false;
	*ret_refused = false;
	sighting = traffic_add(writer->traffic, flow);
	mem_reserve(writer, batch->rows, &batch->capacity, batch->count + 1);
	row = &batch->rows[batch->count++];
	*row = (struct row){.time_us = time_us,
		.id = flow->id,
		.facts = facts_of(writer, flow, &sighting),
		.connection = sighting.connection,
		.fact = sighting.fact,
		.source_endpoint = sighting.source_endpoint,
		.destination_endpoint = sighting.destination_endpoint,
		.node = dictionary_place(writer->nodes, flow->node),
		.source_port = flow->source_port,
		.destination_port = flow->destination_port,
		.weight = flow->weight > INT32_MAX ? INT32_MAX : (int32_t)flow->weight,
		.l7 = take_l7(batch, &flow->l7)};
	if (batch->count < LIMIT_BATCH_FLOWS && batch->text_size < LIMIT_BATCH_TEXT)
		return true;
	return flow_writer_flush(writer, err);
}

/* Committed before the rows are sent, since a partition cannot be made inside their transaction. */
static bool make_days(struct flow_writer *writer, struct err *err)
{
	void *scratch;
	struct array *days;
	bool done;

	if (writer->days_made == writer->day_count)
		return true;
	scratch = mem_context(NULL);
	days = array_new(scratch);
	for (size_t i = writer->days_made; i < writer->day_count; i++)
		array_text(days, db_time(scratch, writer->days[i] * DAY_US));
	done = DB_QUERY(writer->side, scratch, &query_days_add, NULL, err, array_literal(days));
	mem_free(scratch);
	if (done)
		writer->days_made = writer->day_count;
	return done;
}

static int64_t packed_facts(const struct flow_writer *writer, const struct row *row)
{
	struct facts facts = row->facts;

	facts.drop_reason = (unsigned)dictionary_id(writer->drop_reasons, facts.drop_reason);
	return facts_pack(&facts);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return ((int64_t)x->id > (int64_t)y->id) - ((int64_t)x->id < (int64_t)y->id);
}

/*
 * In the order of the key: the index grows at its end, and two imports of the same events, each of
 * one batch, wait for each other in one direction only.
 */
static void sort_rows(struct batch *batch)
{
	qsort(batch->rows, batch->count, sizeof *batch->rows, compare_rows);
}

static bool copy_rows(struct flow_writer *writer, const struct query *query, struct err *err)
{
	const struct batch *batch = &writer->batch;
	struct copy *copy;

	if (!copy_begin(writer->db, batch->mem, query, &copy, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		const struct row *row = &batch->rows[i];

		copy_row(copy, 9);
		copy_time(copy, row->time_us);
		copy_bigint(copy, (int64_t)row->id);
		copy_bigint(copy, packed_facts(writer, row));
		copy_int(copy, dimensions_connection(writer->dimensions, row->connection));
		copy_int(copy, dimensions_endpoint(writer->dimensions, row->source_endpoint));
		copy_int(copy, dimensions_endpoint(writer->dimensions, row->destination_endpoint));
		copy_int(copy, (int32_t)((uint32_t)row->source_port << 16 | row->destination_port));
		copy_int(copy, row->weight);
		copy_int(copy, dictionary_id(writer->nodes, row->node));
	}
	return copy_end(copy, err);
}

/* All rows at once, or false with *ret_collides and nothing stored. */
static bool store_straight(struct flow_writer *writer, bool *ret_collides, struct err *err)
{
	struct batch *batch = &writer->batch;
	struct err problem = {0};

	*ret_collides = false;
	if (!db_savepoint(writer->db, err))
		return false;
	if (!copy_rows(writer, &query_flow_copy, &problem)) {
		*ret_collides = problem.code == ERR_CONFLICT;
		if (!*ret_collides)
			*err = problem;
		else if (!db_savepoint_undo(writer->db, err))
			*ret_collides = false;
		return false;
	}
	for (size_t i = 0; i < batch->count; i++)
		batch->rows[i].stored = true;
	return db_savepoint_keep(writer->db, err);
}

struct row_key {
	int64_t time_us;
	uint64_t id;
};

static bool row_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct row *row = &((const struct batch *)context)->rows[number];
	const struct row_key *key = wanted;

	return row->time_us == key->time_us && row->id == key->id;
}

/* Marks the first row of each key that the database says it stored. */
static void mark_stored(struct batch *batch, const struct rows *stored)
{
	struct table table = {0};

	for (size_t i = 0; i < batch->count; i++) {
		struct row_key key = {batch->rows[i].time_us, batch->rows[i].id};
		uint64_t hash = table_hash(&key, sizeof key, 0);

		if (table_find(&table, hash, row_equal, batch, &key) == TABLE_NONE)
			table_add(batch->mem, &table, hash, (uint32_t)i);
	}
	for (size_t i = 0; i < rows_count(stored); i++) {
		struct row_key key = {
			rows_number(stored, i, 0), (uint64_t)rows_number(stored, i, 1)};
		uint64_t hash = table_hash(&key, sizeof key, 0);

		batch->rows[table_find(&table, hash, row_equal, batch, &key)].stored = true;
	}
}

static bool store_new_ones(struct flow_writer *writer, struct err *err)
{
	struct batch *batch = &writer->batch;
	struct rows *stored;

	if (!copy_rows(writer, &query_pending_flow_copy, err) ||
		!DB_QUERY(writer->db, batch->mem, &query_pending_flow_store, &stored, err, NULL) ||
		!DB_QUERY(writer->db, batch->mem, &query_pending_flow_clear, NULL, err, NULL))
		return false;
	mark_stored(batch, stored);
	writer->collided = rows_count(stored) < batch->count;
	return true;
}

static bool copy_l7_rows(struct flow_writer *writer, struct err *err)
{
	const struct batch *batch = &writer->batch;
	struct copy *copy;

	if (batch->l7_count == 0)
		return true;
	if (!copy_begin(writer->db, batch->mem, &query_flow_l7_copy, &copy, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		const struct row *row = &batch->rows[i];
		const struct l7_row *l7;

		if (row->l7 == 0 || !row->stored)
			continue;
		l7 = &batch->l7[row->l7 - 1];
		copy_row(copy, 9);
		copy_time(copy, row->time_us);
		copy_bigint(copy, (int64_t)row->id);
		copy_int(copy, dimensions_fact(writer->dimensions, row->connection, row->fact));
		copy_int(copy, row->weight);
		copy_int(copy, l7->code);
		copy_text(copy, l7->method);
		copy_text(copy, l7->host);
		copy_text(copy, l7->path);
		copy_text(copy, l7->name);
	}
	return copy_end(copy, err);
}

static bool count_rows(struct flow_writer *writer, struct err *err)
{
	const struct batch *batch = &writer->batch;
	struct flow_counts *counts = &writer->counts;

	for (size_t i = 0; i < batch->count; i++) {
		const struct row *row = &batch->rows[i];

		if (!row->stored) {
			counts->duplicates++;
			continue;
		}
		if (counts->stored == 0 || row->time_us < counts->first_us)
			counts->first_us = row->time_us;
		if (counts->stored == 0 || row->time_us > counts->last_us)
			counts->last_us = row->time_us;
		counts->stored++;
		if (!tally_flow(writer->tally,
			    dimensions_connection(writer->dimensions, row->connection),
			    row->time_us, packed_facts(writer, row), row->weight, 1, err) ||
			!tally_fact(writer->tally,
				dimensions_fact(writer->dimensions, row->connection, row->fact),
				row->time_us, row->weight, 1, err))
			return false;
	}
	return true;
}

static bool copy_connection_texts(struct flow_writer *writer, struct err *err)
{
	struct copy *copy;

	if (!copy_begin(writer->db, writer->traffic_mem, &query_pending_connection_text_copy, &copy,
		    err))
		return false;
	for (size_t i = 0; i < writer->traffic->connection_count; i++) {
		const struct connection *connection = &writer->traffic->connections[i];

		copy_row(copy, 4);
		copy_int(copy, dimensions_connection(writer->dimensions, (uint32_t)i));
		copy_list(copy, &connection->names);
		copy_list(copy, &connection->nodes);
		copy_bool(copy, connection->l7_capped);
	}
	return copy_end(copy, err);
}

static bool copy_fact_texts(struct flow_writer *writer, struct err *err)
{
	struct copy *copy;

	if (!copy_begin(writer->db, writer->traffic_mem, &query_pending_fact_text_copy, &copy, err))
		return false;
	for (size_t i = 0; i < writer->traffic->connection_count; i++) {
		const struct connection *connection = &writer->traffic->connections[i];

		for (size_t j = 0; j < connection->l7_count; j++) {
			copy_row(copy, 3);
			copy_int(copy,
				dimensions_fact(writer->dimensions, (uint32_t)i, (uint32_t)j));
			copy_text(copy, connection->l7[j].example);
			copy_list(copy, &connection->l7[j].addresses);
		}
	}
	return copy_end(copy, err);
}

static void batch_clear(struct batch *batch)
{
	mem_free(batch->mem);
	batch->l7 = NULL;
	batch->count = batch->l7_count = batch->l7_capacity = batch->text_size = 0;
}

bool flow_writer_flush(struct flow_writer *writer, struct err *err)
{
	struct batch *batch = &writer->batch;
	bool collides = writer->collided;

	if (batch->count == 0)
		return true;
	sort_rows(batch);
	if (!make_days(writer, err) || !dimensions_resolve(writer->dimensions, writer->side, err) ||
		!dictionary_resolve(writer->nodes, writer->side, err) ||
		!dictionary_resolve(writer->drop_reasons, writer->side, err))
		return false;
	if (!collides && !store_straight(writer, &collides, err) && !collides)
		return false;
	if (collides && !store_new_ones(writer, err))
		return false;
	if (!copy_l7_rows(writer, err) || !count_rows(writer, err))
		return false;
	batch_clear(batch);
	batch->mem = mem_context(writer);
	if (writer->traffic->connection_count < LIMIT_IMPORT_CONNECTIONS &&
		writer->traffic->identity_count < LIMIT_IMPORT_CONNECTIONS)
		return true;
	if (!copy_connection_texts(writer, err) || !copy_fact_texts(writer, err))
		return false;
	mem_free(writer->traffic_mem);
	begin_traffic(writer);
	return true;
}

bool flow_writer_finish(struct flow_writer *writer, struct err *err)
{
	return flow_writer_flush(writer, err) && copy_connection_texts(writer, err) &&
	       copy_fact_texts(writer, err) && tally_apply(writer->tally, err);
}
