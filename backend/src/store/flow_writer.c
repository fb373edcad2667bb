#include "store/flow_writer.h"

#include <time.h>
#include <unistd.h>

#include "base/background.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/traffic.h"
#include "store/copy.h"
#include "store/dictionary.h"
#include "store/dimensions.h"
#include "store/flow_attempt.h"
#include "store/tally.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US    (24 * 3600 * SECOND_US)

/* Before trying again what another transaction holds; up to twice as long. */
#define PAUSE_MS 100

/* How the transaction stores. */
enum way {
	WAY_NONE,     /* there is none yet */
	WAY_STRAIGHT, /* each batch when it is full */
	WAY_ASIDE,    /* batches wait in the temporary tables */
	WAY_ONCE      /* one batch, from memory */
};

struct flow_writer {
	struct db *db;
	struct background *background; /* stores a batch while the next one is filled */
	void *mem;                     /* of all that follows, freed when nothing runs any more */
	void *traffic_mem;             /* traffic and dimensions, begun anew when they grow large */
	struct traffic *traffic;
	struct flow_places places;
	struct flow_batch *batch; /* being filled */
	uint32_t *touched;        /* connections whose names, nodes or L7 texts may be new */
	size_t touched_count, touched_capacity;
	bool *is_touched; /* by connection */
	size_t is_touched_capacity;
	void *transaction_mem;
	enum way way;
	struct flow_attempt attempt;
	time_t awaited;           /* since when nothing is done but waiting for it */
	struct flow_batch *other; /* of the attempt, or empty */
	struct tally *tally;
	size_t waiting, aside; /* flows of the transaction; those in the temporary tables */
	int keep_days;
	int64_t earliest_us, latest_us;  /* what is taken, as of the first flow that waits */
	int64_t days[LIMIT_IMPORT_DAYS]; /* their first moments: there are partitions or will be */
	size_t day_count;
	bool collided; /* the last batch held duplicates: the next one likely does, too */
	struct flow_counts counts;
};

static void begin_traffic(struct flow_writer *writer)
{
	mem_free(writer->traffic_mem);
	writer->traffic_mem = mem_context(writer->mem);
	writer->traffic = traffic_new(writer->traffic_mem);
	writer->places.dimensions = dimensions_new(writer->traffic_mem, writer->traffic);
	writer->touched = NULL;
	writer->is_touched = NULL;
	writer->touched_count = writer->touched_capacity = writer->is_touched_capacity = 0;
}

struct flow_writer *flow_writer_new(void *mem, struct db *db, struct db *side, int keep_days)
{
	struct flow_writer *writer = mem_new(mem, struct flow_writer);

	writer->mem = mem_context(writer);
	writer->background = background_new(writer); /* the last of both: freed first */
	writer->db = db;
	writer->keep_days = keep_days;
	writer->places.nodes =
		dictionary_new(writer->mem, &query_node_add, &query_node_find, LIMIT_IMPORT_NODES);
	writer->places.drop_reasons = dictionary_new(
		writer->mem, &query_drop_reason_add, &query_drop_reason_find, LIMIT_DROP_REASONS);
	writer->batch = flow_batch_new(writer->mem);
	writer->other = flow_batch_new(writer->mem);
	writer->tally = tally_new(writer->mem, db);
	writer->attempt = (struct flow_attempt){.db = db,
		.side = side,
		.places = &writer->places,
		.tally = writer->tally,
		.days = writer->days};
	begin_traffic(writer);
	return writer;
}

const struct flow_counts *flow_writer_counts(const struct flow_writer *writer)
{
	return &writer->counts;
}

size_t flow_writer_waiting(const struct flow_writer *writer)
{
	return writer->waiting;
}

/* Is there, or may there be, a partition for the time? */
static bool take_day(struct flow_writer *writer, int64_t time_us, struct err *err)
{
	int64_t day = time_us - time_us % DAY_US; /* no time is before 1970 */

	for (size_t i = writer->day_count; i > 0; i--)
		if (writer->days[i - 1] == day)
			return true;
	if (writer->day_count == LIMIT_IMPORT_DAYS)
		return err_field(err, ERR_INVALID, "time",
			"It would be day %d of this import; %d different days are most. Split the "
			"import by time.",
			LIMIT_IMPORT_DAYS + 1, LIMIT_IMPORT_DAYS);
	writer->days[writer->day_count++] = day;
	return true;
}

static void set_window(struct flow_writer *writer)
{
	int64_t now_us = time(NULL) * SECOND_US;

	writer->latest_us = now_us + LIMIT_TIME_AHEAD_S * SECOND_US;
	writer->earliest_us = LIMIT_TIME_EARLIEST_S * SECOND_US;
	if (writer->keep_days > 0)
		writer->earliest_us = (now_us / DAY_US - writer->keep_days) * DAY_US;
}

static bool check_time(struct flow_writer *writer, int64_t time_us, struct err *err)
{
	void *scratch;

	if (writer->waiting == 0)
		set_window(writer);
	if (time_us >= writer->earliest_us && time_us < writer->latest_us)
		return take_day(writer, time_us, err);
	scratch = mem_context(NULL);
	err_field(err, ERR_INVALID, "time", "%s is outside of the time that is kept, %s to %s.",
		db_time(scratch, time_us), db_time(scratch, writer->earliest_us),
		db_time(scratch, writer->latest_us));
	mem_free(scratch);
	return false;
}

static void touch(struct flow_writer *writer, uint32_t connection)
{
	mem_reserve(writer->traffic_mem, writer->is_touched, &writer->is_touched_capacity,
		connection + 1);
	if (writer->is_touched[connection])
		return;
	writer->is_touched[connection] = true;
	mem_reserve(writer->traffic_mem, writer->touched, &writer->touched_capacity,
		writer->touched_count + 1);
	writer->touched[writer->touched_count++] = connection;
}

static bool begin(struct flow_writer *writer, struct err *err)
{
	mem_free(writer->transaction_mem);
	writer->transaction_mem = mem_context(writer->mem);
	return tally_begin(writer->db, writer->transaction_mem, err);
}

/* More than one batch: may this be the one import that stores as it reads? */
static bool choose_way(struct flow_writer *writer, struct err *err)
{
	struct rows *rows;

	if (!begin(writer, err) || !DB_QUERY(writer->db, writer->transaction_mem,
					   &query_import_go_first, &rows, err, NULL))
		return false;
	writer->way = rows_bool(rows, 0, 0) ? WAY_STRAIGHT : WAY_ASIDE;
	return true;
}

static void count_stored(
	struct flow_writer *writer, uint64_t stored, int64_t first_us, int64_t last_us)
{
	struct flow_counts *counts = &writer->counts;

	if (stored == 0)
		return;
	if (counts->stored == 0 || first_us < counts->first_us)
		counts->first_us = first_us;
	if (counts->stored == 0 || last_us > counts->last_us)
		counts->last_us = last_us;
	counts->stored += stored;
}

/* The attempt succeeded. */
static void count_attempt(struct flow_writer *writer)
{
	const struct flow_attempt *attempt = &writer->attempt;

	if (attempt->way == ATTEMPT_ASIDE) {
		writer->aside += writer->other->count;
	} else if (attempt->way == ATTEMPT_WAITING) {
		writer->counts.duplicates += writer->aside - attempt->stored;
	} else {
		writer->counts.duplicates += attempt->dropped;
		writer->collided = attempt->dropped > 0;
	}
	count_stored(writer, attempt->stored, attempt->first_us, attempt->last_us);
	flow_batch_clear(writer->other);
}

/* Not the same for all who wait for each other. */
static void pause_a_moment(unsigned round)
{
	unsigned ms = PAUSE_MS + ((unsigned)getpid() * 37 + round * 53) % PAUSE_MS;

	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

/* The attempt failed: may it be made again, because of what another import stores or has stored? */
static bool get_ready_again(
	struct flow_writer *writer, const struct err *problem, unsigned round, struct err *err)
{
	struct flow_attempt *attempt = &writer->attempt;

	if (!attempt->in_the_way) {
		*err = *problem;
		return false;
	}
	if (time(NULL) - writer->awaited > LIMIT_YIELD_S)
		return err_set(err, ERR_BUSY,
			"Other imports were storing the same flows for too long; try again.");
	if (problem->code == ERR_CONFLICT) {
		if (attempt->way == ATTEMPT_STRAIGHT)
			attempt->way = ATTEMPT_NEW;
		return true;
	}
	pause_a_moment(round);
	attempt->days_made = 0; /* one may have been dropped */
	return true;
}

/* The first try of the attempt is over; it is made again until it succeeds. */
static bool complete(struct flow_writer *writer, bool stored, struct err problem, struct err *err)
{
	for (unsigned round = 0; !stored; round++) {
		if (!get_ready_again(writer, &problem, round, err))
			return false;
		problem = (struct err){0};
		stored = flow_attempt(&writer->attempt, &problem);
	}
	count_attempt(writer);
	return true;
}

bool flow_writer_settle(struct flow_writer *writer, struct err *err)
{
	struct err problem = {0};
	bool stored;

	if (!background_busy(writer->background))
		return true;
	writer->awaited = time(NULL);
	stored = background_wait(writer->background, &problem);
	return complete(writer, stored, problem, err);
}

/* Makes the batch in hand that of the next attempt, and takes the other one in hand. */
static void hand_over(struct flow_writer *writer, enum attempt_way way)
{
	struct flow_batch *batch = writer->batch;

	writer->batch = writer->other;
	writer->other = batch;
	writer->attempt.day_count = writer->day_count;
	flow_attempt_prepare(&writer->attempt, batch, way);
}

/* Sends the batch in hand on its way. */
static void send(struct flow_writer *writer, enum attempt_way way)
{
	hand_over(writer, way);
	background_begin(writer->background, flow_attempt, &writer->attempt);
}

/* Stores the batch in hand, where there is nothing to do meanwhile. */
static bool store_now(struct flow_writer *writer, enum attempt_way way, struct err *err)
{
	struct err problem = {0};
	bool stored;

	hand_over(writer, way);
	writer->awaited = time(NULL);
	stored = flow_attempt(&writer->attempt, &problem);
	return complete(writer, stored, problem, err);
}

static enum attempt_way straight_way(const struct flow_writer *writer)
{
	return writer->collided ? ATTEMPT_NEW : ATTEMPT_STRAIGHT;
}

static bool copy_connection_texts(struct flow_writer *writer, struct err *err)
{
	struct copy *copy;

	if (!copy_begin(writer->db, writer->transaction_mem, &query_pending_connection_text_copy,
		    &copy, err))
		return false;
	for (size_t i = 0; i < writer->touched_count; i++) {
		const struct connection *connection =
			&writer->traffic->connections[writer->touched[i]];

		copy_row(copy, 4);
		copy_int(
			copy, dimensions_connection(writer->places.dimensions, writer->touched[i]));
		copy_list(copy, &connection->names);
		copy_list(copy, &connection->nodes);
		copy_bool(copy, connection->l7_capped);
	}
	return copy_end(copy, err);
}

static bool copy_fact_texts(struct flow_writer *writer, struct err *err)
{
	struct copy *copy;

	if (!copy_begin(
		    writer->db, writer->transaction_mem, &query_pending_fact_text_copy, &copy, err))
		return false;
	for (size_t i = 0; i < writer->touched_count; i++) {
		uint32_t number = writer->touched[i];
		const struct connection *connection = &writer->traffic->connections[number];

		for (uint32_t j = 0; j < connection->l7_count; j++) {
			copy_row(copy, 3);
			copy_int(copy, dimensions_fact(writer->places.dimensions, number, j));
			copy_text(copy, connection->l7[j].example);
			copy_list(copy, &connection->l7[j].addresses);
		}
	}
	return copy_end(copy, err);
}

static bool is_traffic_full(const struct flow_writer *writer)
{
	return writer->traffic->connection_count >= LIMIT_IMPORT_CONNECTIONS ||
	       writer->traffic->identity_count >= LIMIT_IMPORT_CONNECTIONS;
}

/* Passes on what the connections learnt, and begins them anew when they have become many. */
static bool copy_texts(struct flow_writer *writer, struct err *err)
{
	if (!copy_connection_texts(writer, err) || !copy_fact_texts(writer, err))
		return false;
	for (size_t i = 0; i < writer->touched_count; i++)
		writer->is_touched[writer->touched[i]] = false;
	writer->touched_count = 0;
	if (is_traffic_full(writer))
		begin_traffic(writer);
	return true;
}

/* A batch is full. */
static bool flush(struct flow_writer *writer, struct err *err)
{
	if (!flow_writer_settle(writer, err) ||
		(writer->way == WAY_NONE && !choose_way(writer, err)))
		return false;
	send(writer, writer->way == WAY_STRAIGHT ? straight_way(writer) : ATTEMPT_ASIDE);
	return !is_traffic_full(writer) ||
	       (flow_writer_settle(writer, err) && copy_texts(writer, err));
}

bool flow_writer_add(
	struct flow_writer *writer, const struct flow *flow, bool *ret_refused, struct err *err)
{
	struct sighting sighting;

	*ret_refused = true;
	if (!check_time(writer, flow->time_ns / 1000, err))
		return false;
	*ret_refused = false;
	sighting = traffic_add(writer->traffic, flow);
	touch(writer, sighting.connection);
	flow_batch_add(writer->batch, flow, &sighting, &writer->places);
	writer->waiting++;
	return !(flow_batch_full(writer->batch) || is_traffic_full(writer)) || flush(writer, err);
}

static bool set_limits(struct flow_writer *writer, const struct query *query, struct err *err)
{
	return DB_QUERY(writer->db, writer->transaction_mem, query, NULL, err, NULL);
}

/* The last batch, and whatever waits aside. */
static bool store_rest(struct flow_writer *writer, struct err *err)
{
	if (!flow_writer_settle(writer, err) || (writer->way == WAY_NONE && !begin(writer, err)))
		return false;
	if (writer->way == WAY_NONE)
		writer->way = WAY_ONCE;
	if (writer->way == WAY_STRAIGHT)
		return store_now(writer, straight_way(writer), err);
	if (writer->way == WAY_ASIDE && !store_now(writer, ATTEMPT_ASIDE, err))
		return false;
	return set_limits(writer, &query_lock_yield, err) &&
	       store_now(writer, writer->way == WAY_ASIDE ? ATTEMPT_WAITING : straight_way(writer),
		       err) &&
	       set_limits(writer, &query_bulk_limits, err);
}

bool flow_writer_finish(struct flow_writer *writer, struct err *err)
{
	if (!store_rest(writer, err) || !copy_texts(writer, err) ||
		!tally_apply(writer->tally, err))
		return false;
	writer->way = WAY_NONE;
	writer->waiting = writer->aside = 0;
	writer->day_count = writer->attempt.days_made = 0;
	return true;
}

void flow_writer_abandon(struct flow_writer *writer)
{
	struct err ignored = {0};

	if (background_busy(writer->background)) {
		bool stored = background_wait(writer->background, &ignored);

		(void)stored; /* undone anyway */
	}
	db_rollback(writer->db);
}
