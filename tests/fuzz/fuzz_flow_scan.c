/* Any bytes as a record: what the scanner takes, jansson reads alike, to the last member. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/flow_difference.h"
#include "base/mem.h"
#include "core/flow_json.h"
#include "core/flow_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct flow_reader_options options = {.cluster = "here", .import_time_ns = 1};
	void *mem = mem_context(NULL);
	struct flow_scan *scan = flow_scan_new(mem, &options);
	const char *text = mem_text_n(mem, "", 0);
	struct record quick, slow;
	size_t used = 0;

	/* Twice, so that endpoints come from memory the second time. */
	for (int i = 0; i < 2; i++)
		used = flow_scan_read(scan, size > 0 ? (const char *)bytes : text, size, &quick);
	if (used > 0) {
		const char *difference;

		flow_json_read(mem, (const char *)bytes, used, &options, &slow);
		difference = slow.kind == RECORD_FLOW ? flow_difference(quick.flow, slow.flow)
						      : "no flow for jansson";
		if (difference != NULL) {
			fprintf(stderr, "%s\n", difference);
			abort();
		}
	}
	mem_free(mem);
	return 0;
}
