#include "store/tally.h"

#include "base/limits.h"
#include "base/mem.h"
#include "core/table.h"
#include "store/copy.h"
#include "store/facts.h"

#define HOUR_US (INT64_C(3600) * 1000000)

/* One row to be: of a connection, or of a fact (then hour and facts are 0). */
struct count {
	int32_t id;
	int64_t hour, facts;
	int64_t flows, events;
	int64_t first_us, last_us;
};

struct counts {
	struct count *items;
	size_t count, capacity;
	struct table table;
};

struct tally {
	struct db *db;
	void *mem; /* of the counts, freed when they are sent */
	struct counts connections, facts;
};

bool tally_begin(struct db *db, void *mem, struct err *err)
{
	return DB_QUERY(db, mem, &query_pending_prepare, NULL, err, NULL) &&
	       db_begin(db, mem, err) && DB_QUERY(db, mem, &query_bulk_limits, NULL, err, NULL);
}

struct tally *tally_new(void *mem, struct db *db)
{
	struct tally *tally = mem_new(mem, struct tally);

	tally->db = db;
	tally->mem = mem_context(tally);
	return tally;
}

static bool count_equal(const void *context, uint32_t number, const void *wanted)
{
	const struct count *a = &((const struct counts *)context)->items[number];
	const struct count *b = wanted;

	return a->id == b->id && a->hour == b->hour && a->facts == b->facts;
}

static void add(void *mem, struct counts *counts, const struct count *told)
{
	int64_t key[] = {told->id, told->hour, told->facts};
	uint64_t hash = table_hash(key, sizeof key, 0);
	uint32_t number = table_find(&counts->table, hash, count_equal, counts, told);
	struct count *count;

	if (number == TABLE_NONE) {
		mem_reserve(mem, counts->items, &counts->capacity, counts->count + 1);
		table_add(mem, &counts->table, hash, (uint32_t)counts->count);
		counts->items[counts->count++] = *told;
		return;
	}
	count = &counts->items[number];
	count->flows += told->flows;
	count->events += told->events;
	if (told->first_us < count->first_us)
		count->first_us = told->first_us;
	if (told->last_us > count->last_us)
		count->last_us = told->last_us;
}

static bool send(struct tally *tally, const struct query *query, const struct counts *counts,
	bool of_facts, struct err *err)
{
	struct copy *copy;

	if (counts->count == 0)
		return true;
	if (!copy_begin(tally->db, tally->mem, query, &copy, err))
		return false;
	for (size_t i = 0; i < counts->count; i++) {
		const struct count *count = &counts->items[i];

		copy_row(copy, of_facts ? 4 : 7);
		copy_int(copy, count->id);
		if (!of_facts) {
			copy_time(copy, count->hour);
			copy_bigint(copy, count->facts);
			copy_bigint(copy, count->flows);
		}
		copy_bigint(copy, count->events);
		copy_time(copy, count->first_us);
		copy_time(copy, count->last_us);
	}
	return copy_end(copy, err);
}

static bool flush(struct tally *tally, struct err *err)
{
	if (!send(tally, &query_pending_count_copy, &tally->connections, false, err) ||
		!send(tally, &query_pending_fact_copy, &tally->facts, true, err))
		return false;
	mem_free(tally->mem);
	tally->mem = mem_context(tally);
	tally->connections = tally->facts = (struct counts){0};
	return true;
}

bool tally_flow(struct tally *tally, int32_t connection, int64_t time_us, int64_t facts,
	int64_t weight, int sign, struct err *err)
{
	int64_t into_hour = time_us % HOUR_US;
	struct count count = {.id = connection,
		.hour = time_us - into_hour - (into_hour < 0 ? HOUR_US : 0),
		.facts = facts_counted(facts),
		.flows = sign,
		.events = sign * weight,
		.first_us = time_us,
		.last_us = time_us};

	add(tally->mem, &tally->connections, &count);
	return tally->connections.count < LIMIT_TALLY || flush(tally, err);
}

bool tally_fact(struct tally *tally, int32_t fact, int64_t time_us, int64_t weight, int sign,
	struct err *err)
{
	struct count count = {
		.id = fact, .events = sign * weight, .first_us = time_us, .last_us = time_us};

	if (fact == 0)
		return true;
	add(tally->mem, &tally->facts, &count);
	return tally->facts.count < LIMIT_TALLY || flush(tally, err);
}

bool tally_apply(struct tally *tally, struct err *err)
{
	struct db *db = tally->db;
	void *scratch;

	if (!flush(tally, err))
		return false;
	scratch = tally->mem;
	return DB_QUERY(db, scratch, &query_pending_lock, NULL, err, NULL) &&
	       DB_QUERY(db, scratch, &query_connection_apply, NULL, err,
		       db_number(scratch, LIMIT_CONNECTION_NAMES),
		       db_number(scratch, LIMIT_CONNECTION_NODES)) &&
	       DB_QUERY(db, scratch, &query_fact_apply, NULL, err,
		       db_number(scratch, LIMIT_NAMES)) &&
	       DB_QUERY(db, scratch, &query_hour_apply, NULL, err, NULL);
}
