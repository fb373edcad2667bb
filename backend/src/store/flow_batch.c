#include "store/flow_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/http_path.h"
#include "core/orient.h"
#include "store/copy.h"
#include "store/facts.h"

/* What a row of flow_l7 holds beside its key. */
struct flow_l7_row {
	int32_t code;
	const char *method, *host, *path, *name;
};

struct flow_batch *flow_batch_new(void *mem)
{
	struct flow_batch *batch = mem_new(mem, struct flow_batch);

	batch->texts = mem_context(batch);
	return batch;
}

static const char *keep_text(struct flow_batch *batch, const char *text)
{
	batch->text_bytes += strlen(text);
	return mem_text(batch->texts, text);
}

/* The index + 1 of the flow's L7 row. The text of a query may hold secrets: it is not kept. */
static uint32_t take_l7(struct flow_batch *batch, const struct flow_l7 *l7)
{
	struct flow_l7_row row = {.code = -1, .method = "", .host = "", .path = "", .name = ""};

	if (l7->kind == L7_HTTP) {
		struct http_target target = http_target_read(batch->texts, l7->http.url);

		row.method = keep_text(batch, l7->http.method);
		row.host = target.host;
		row.path = target.example;
		batch->text_bytes += strlen(l7->http.url);
		if (l7->http.code > 0)
			row.code = (int32_t)l7->http.code;
	} else if (l7->kind == L7_DNS) {
		row.name = keep_text(batch, l7->dns.query);
		if (l7->type == L7_RESPONSE)
			row.code = (int32_t)l7->dns.rcode;
	} else {
		return 0;
	}
	mem_reserve(batch, batch->l7, &batch->l7_capacity, batch->l7_count + 1);
	batch->l7[batch->l7_count++] = row;
	return (uint32_t)batch->l7_count;
}

static int64_t facts_of(
	const struct flow *flow, const struct sighting *sighting, const struct flow_places *places)
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
		.drop_reason = dictionary_place(places->drop_reasons, flow->drop_reason_name)};
	uint64_t outcomes[SIDES][OUTCOMES] = {{0}};

	prove(flow, (struct orientation){sighting->standing, sighting->reply}, outcomes);
	for (int side = 0; side < SIDES; side++)
		for (int outcome = 0; outcome < OUTCOMES; outcome++)
			if (outcomes[side][outcome] > 0)
				facts.outcomes[side] |= (uint8_t)(1u << outcome);
	return facts_pack(&facts);
}

void flow_batch_add(struct flow_batch *batch, const struct flow *flow,
	const struct sighting *sighting, const struct flow_places *places)
{
	mem_reserve(batch, batch->rows, &batch->capacity, batch->count + 1);
	batch->rows[batch->count++] = (struct flow_row){.time_us = flow->time_ns / 1000,
		.id = flow->id,
		.facts = facts_of(flow, sighting, places),
		.connection = sighting->connection,
		.fact = sighting->fact,
		.source_endpoint = sighting->source_endpoint,
		.destination_endpoint = sighting->destination_endpoint,
		.node = dictionary_place(places->nodes, flow->node),
		.ports = (uint32_t)flow->source_port << 16 | flow->destination_port,
		.weight = flow->weight > INT32_MAX ? INT32_MAX : (int32_t)flow->weight,
		.l7 = take_l7(batch, &flow->l7)};
}

bool flow_batch_full(const struct flow_batch *batch)
{
	return batch->count >= LIMIT_BATCH_FLOWS || batch->text_bytes >= LIMIT_BATCH_TEXT;
}

void flow_batch_clear(struct flow_batch *batch)
{
	mem_free(batch->texts);
	batch->texts = mem_context(batch);
	batch->count = batch->l7_count = batch->text_bytes = 0;
}

static int compare_rows(const void *a, const void *b)
{
	const struct flow_row *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return ((int64_t)x->id > (int64_t)y->id) - ((int64_t)x->id < (int64_t)y->id);
}

/* Most are in order as they come. */
void flow_batch_sort(struct flow_batch *batch)
{
	size_t in_order = 1;

	while (in_order < batch->count &&
		compare_rows(&batch->rows[in_order - 1], &batch->rows[in_order]) <= 0)
		in_order++;
	if (in_order < batch->count)
		qsort(batch->rows, batch->count, sizeof *batch->rows, compare_rows);
}

size_t flow_batch_drop(struct flow_batch *batch, const struct rows *known)
{
	size_t kept = 0, next = 0, count = batch->count;

	for (size_t i = 0; i < count; i++) {
		bool is_known =
			next < rows_count(known) && rows_number(known, next, 0) == (int64_t)i + 1;

		next += is_known;
		if (!is_known &&
			(kept == 0 || compare_rows(&batch->rows[kept - 1], &batch->rows[i]) != 0))
			batch->rows[kept++] = batch->rows[i];
	}
	batch->count = kept;
	return count - kept;
}

int64_t flow_batch_facts(const struct flow_row *row, const struct flow_places *places)
{
	unsigned place = facts_drop_reason(row->facts);

	return facts_with_drop_reason(
		row->facts, (unsigned)dictionary_id(places->drop_reasons, place));
}

bool flow_batch_copy(const struct flow_batch *batch, struct db *db, const struct query *query,
	const struct flow_places *places, struct err *err)
{
	const struct dimensions *dimensions = places->dimensions;
	struct copy *copy;

	if (!copy_begin(db, batch->texts, query, &copy, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		const struct flow_row *row = &batch->rows[i];

		copy_row(copy, 9);
		copy_time(copy, row->time_us);
		copy_bigint(copy, (int64_t)row->id);
		copy_bigint(copy, flow_batch_facts(row, places));
		copy_int(copy, dimensions_connection(dimensions, row->connection));
		copy_int(copy, dimensions_endpoint(dimensions, row->source_endpoint));
		copy_int(copy, dimensions_endpoint(dimensions, row->destination_endpoint));
		copy_int(copy, (int32_t)row->ports);
		copy_int(copy, row->weight);
		copy_int(copy, dictionary_id(places->nodes, row->node));
	}
	return copy_end(copy, err);
}

bool flow_batch_copy_l7(const struct flow_batch *batch, struct db *db, const struct query *query,
	const struct flow_places *places, struct err *err)
{
	struct copy *copy;

	if (batch->l7_count == 0)
		return true;
	if (!copy_begin(db, batch->texts, query, &copy, err))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		const struct flow_row *row = &batch->rows[i];
		const struct flow_l7_row *l7;

		if (row->l7 == 0)
			continue;
		l7 = &batch->l7[row->l7 - 1];
		copy_row(copy, 9);
		copy_time(copy, row->time_us);
		copy_bigint(copy, (int64_t)row->id);
		copy_int(copy, dimensions_fact(places->dimensions, row->connection, row->fact));
		copy_int(copy, row->weight);
		copy_int(copy, l7->code);
		copy_text(copy, l7->method);
		copy_text(copy, l7->host);
		copy_text(copy, l7->path);
		copy_text(copy, l7->name);
	}
	return copy_end(copy, err);
}
