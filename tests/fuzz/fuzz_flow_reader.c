/*
 * Any bytes through the reader, twice: at once and in pieces. Both give the same records, in the
 * order of their lines, and each flow keeps what core/flow.h promises.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/flow_reader.h"

#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			abort();                                                                   \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct tally {
	uint64_t hash; /* of kind, line and id of all records */
	unsigned long line;
};

static void check_list(const struct text_list *list, bool sorted)
{
	for (size_t i = 0; i < list->count; i++) {
		MUST(list->items[i] != NULL);
		MUST(!sorted || i == 0 || strcmp(list->items[i - 1], list->items[i]) < 0);
	}
}

static void check_endpoint(const struct flow_endpoint *endpoint)
{
	MUST(endpoint->cluster != NULL && endpoint->namespace != NULL && endpoint->pod != NULL);
	check_list(&endpoint->labels, true);
	for (size_t i = 0; i < endpoint->labels.count; i++)
		MUST(strchr(endpoint->labels.items[i], ':') != NULL);
}

static void check_flow(const struct flow *flow)
{
	MUST(flow->uuid != NULL && flow->node != NULL && *flow->cluster != '\0');
	MUST(flow->drop_reason_name != NULL && flow->weight > 0 && flow->time_ns >= 0);
	MUST(flow->source_address != NULL && flow->destination_address != NULL);
	MUST(flow->ip_version == 0 || flow->ip_version == 4 || flow->ip_version == 6);
	MUST(flow->l7.http.method != NULL && flow->l7.http.url != NULL);
	MUST(flow->l7.dns.query != NULL);
	check_endpoint(&flow->source);
	check_endpoint(&flow->destination);
	check_list(&flow->source_names, false);
	check_list(&flow->destination_names, false);
}

static bool take(void *context, const struct record *record)
{
	struct tally *tally = context;

	MUST(record->line >= tally->line || record->last_cut); /* an array that is cut */
	MUST((record->kind == RECORD_FLOW) == (record->flow != NULL));
	MUST((record->kind == RECORD_REJECTED) == (record->problem != NULL));
	tally->line = record->line;
	tally->hash = tally->hash * 1099511628211U + (uint64_t)record->kind * 31 + record->line;
	if (record->problem != NULL)
		tally->hash = tally->hash * 31 + record->problem->column + record->problem->line;
	if (record->flow != NULL) {
		tally->hash += record->flow->id;
		check_flow(record->flow);
	}
	return true;
}

static struct tally read_all(const uint8_t *bytes, size_t size, size_t piece, struct err *err)
{
	static const struct flow_reader_options options = {.cluster = "", .import_time_ns = 1};
	void *mem = mem_context(NULL);
	struct tally tally = {0};
	struct flow_reader *reader = flow_reader_new(mem, &options, take, &tally);
	bool read = true;

	for (size_t i = 0; read && i < size; i += piece)
		read = flow_reader_feed(
			reader, bytes + i, size - i < piece ? size - i : piece, err);
	MUST((read && flow_reader_end(reader, err)) == (err->code == ERR_NONE));
	mem_free(mem);
	return tally;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct err whole_err = {0}, pieces_err = {0};
	struct tally whole = read_all(bytes, size, size + 1, &whole_err);
	struct tally pieces = read_all(bytes, size, size > 0 ? bytes[0] % 17 + 1 : 1, &pieces_err);

	/* How much of a broken frame is told, and which fault first, depends on how it comes. */
	MUST((whole_err.code == ERR_NONE) == (pieces_err.code == ERR_NONE));
	if (whole_err.code == ERR_NONE)
		MUST(whole.hash == pieces.hash && whole.line == pieces.line);
	return 0;
}
