/* Any bytes as records: what the scanner takes, jansson reads alike, to the last member. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/flow_difference.h"
#include "base/mem.h"
#include "core/flow_json.h"
#include "core/flow_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct flow_reader_options options = {.cluster = "here", .import_time_ns = 1};

/* Reads one record; its size, 0 if the scanner leaves it to jansson. */
static size_t read_record(struct flow_scan *scan, const char *bytes, size_t size)
{
	struct record quick, slow;
	size_t used = flow_scan_read(scan, bytes, size, &quick);
	const char *difference;
	void *mem;

	if (used == 0)
		return 0;
	mem = mem_context(NULL);
	flow_json_read(mem, bytes, used, &options, &slow);
	difference = slow.kind == RECORD_FLOW ? flow_difference(quick.flow, slow.flow)
					      : "no flow for jansson";
	if (difference != NULL) {
		fprintf(stderr, "%s\n", difference);
		abort();
	}
	mem_free(mem);
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);
	const char *text = size > 0 ? (const char *)bytes : mem_text_n(mem, "", 0);

	/* Again and again, so that what repeats comes from memory. */
	for (int i = 0; i < 3; i++) {
		size_t at = 0;

		while (at < size) {
			size_t used = read_record(scan, text + at, size - at);

			at += used + (used == 0 || (at + used < size && text[at + used] == '\n'));
		}
	}
	mem_free(mem);
	return 0;
}
