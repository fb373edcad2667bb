/*
 * Any bytes through the flow reader into the analyser, whose laws must hold (tests/support). The first byte
 * chooses the options.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../support/generate_laws.h"
#include "base/mem.h"
#include "core/flow_reader.h"

/* More connections only make a run slow. */
#define MOST_RECORDS 200

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct taking {
	struct traffic *traffic;
	size_t records;
};

static bool take(void *context, const struct record *record)
{
	struct taking *taking = context;

	if (record->kind == RECORD_FLOW)
		traffic_add(taking->traffic, record->flow);
	return ++taking->records < MOST_RECORDS;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	void *mem = mem_context(NULL);
	struct flow_reader_options reader_options = {.cluster = ""};
	struct generate_options options = generate_defaults;
	struct taking taking = {.traffic = traffic_new(mem)};
	struct flow_reader *reader = flow_reader_new(mem, &reader_options, take, &taking);
	struct err err = {0};
	const char *text, *broken;

	if (size > 0) {
		options.l7 = (bytes[0] & 1) != 0;
		options.denied = (bytes[0] & 2) != 0;
		options.names = (bytes[0] & 4) == 0;
		bytes++;
		size--;
	}
	if (flow_reader_feed(reader, bytes, size, &err))
		(void)!flow_reader_end(reader, &err);
	broken = generate_laws_broken(mem, taking.traffic, &options, &text);
	if (broken != NULL) {
		fprintf(stderr, "%s\n%s", broken, text);
		abort();
	}
	mem_free(mem);
	return 0;
}
