/*
 * One JSON record to a flow: the judge of what a record means. Accepts every shape of flows.md 1 and 2:
 * Hubble's wrapper, a bare flow, the flat form, and any of these inside the "log", "message", ...
 * of a log pipeline, as text or as an object.
 */
#ifndef CORE_FLOW_JSON_H
#define CORE_FLOW_JSON_H

#include "core/flow_reader.h"

/*
 * Reads the record in `bytes` and fills `ret_record`, except for its line. What cannot be read is
 * RECORD_REJECTED with the field; lines in `problem` count from 1 within the record. Everything
 * belongs to `mem`.
 */
void flow_json_read(void *mem, const char *bytes, size_t size,
	const struct flow_reader_options *options, struct record *ret_record);

#endif
