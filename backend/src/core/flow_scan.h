/*
 * The fast path for the records that the official producers write: one pass over the text, and for what is most of
 * it and repeats a memory: of `source` and `destination` as jansson read them, and of what follows them
 * (core/flow_rests.h). Finds nothing out by itself: the tables and rules are those of core/flow_json.h, and
 * whatever is unusual is left to it (core/json_scan.h), at the cost of time only.
 */
#ifndef CORE_FLOW_SCAN_H
#define CORE_FLOW_SCAN_H

#include "core/flow_reader.h"

struct flow_scan;

/* Owned by `mem`. `options` must stay. */
struct flow_scan *flow_scan_new(void *mem, const struct flow_reader_options *options);

/*
 * Reads the record at the start of `bytes`; what follows it does not matter. Gives its size, or 0
 * if it is not a whole record of the usual shape: then flow_json_read must judge. Otherwise
 * `ret_record` is what flow_json_read would make of it; it lives until the next call.
 */
size_t flow_scan_read(
	struct flow_scan *scan, const char *bytes, size_t size, struct record *ret_record);

#endif
