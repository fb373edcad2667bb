/*
 * From bytes to flows: one reader for every shape in which Hubble flows arrive.
 *
 * Fed with bytes as they come, it undoes gzip and zstd (by content), finds the records (lines,
 * concatenated or pretty-printed objects, arrays, {"flows": [...]}, a raw line inside "log" or
 * "message"), and hands each one to the caller as a flow, as a record that is no flow, or as a
 * rejected record with its line and reason. One bad record never loses the next.
 */
#ifndef CORE_FLOW_READER_H
#define CORE_FLOW_READER_H

#include "base/err.h"
#include "core/flow.h"

/* What a record turned out to be. */
enum record_kind {
	RECORD_FLOW,
	RECORD_LOST_EVENTS,
	RECORD_NODE_STATUS,
	RECORD_AGENT_EVENT,
	RECORD_DEBUG_EVENT,
	RECORD_OTHER,    /* JSON that is no Hubble event: an agent's own log line, an empty flow */
	RECORD_REJECTED, /* broken or out of bounds; `problem` says why */
	RECORD_KINDS
};

struct record {
	enum record_kind kind;
	unsigned long line;      /* where the record begins, from 1 */
	const struct flow *flow; /* RECORD_FLOW */
	uint64_t lost_events;    /* RECORD_LOST_EVENTS: how many */
	const char *lost_source; /* RECORD_LOST_EVENTS: "HUBBLE_RING_BUFFER" ... */
	const char *node;  /* RECORD_LOST_EVENTS, RECORD_NODE_STATUS: the node(s), "" if untold */
	const char *state; /* RECORD_NODE_STATUS: "NODE_UNAVAILABLE" ... */
	bool last_cut;     /* RECORD_REJECTED: the input ended inside this record: a warning */
	const struct err *problem; /* RECORD_REJECTED: code, text, field, line, column */
};

struct flow_reader_options {
	const char *cluster;    /* of records that do not tell; "" = "default" */
	int64_t import_time_ns; /* stands in for a missing time */
	uint64_t hash_key; /* a number that a sender cannot guess, for the reader's own hashes */
};

/* Receives a record; it and all it points to live until the function returns. False stops the reader. */
typedef bool record_handler(void *context, const struct record *record);

struct flow_reader;

/* A reader owned by `mem`. Options are copied. */
struct flow_reader *flow_reader_new(void *mem, const struct flow_reader_options *options,
	record_handler *handler, void *context);

/*
 * Reads `size` more bytes. False when the handler stopped, or with ERR_INVALID, ERR_TOO_LARGE or
 * ERR_UNSUPPORTED when nothing that follows can be read (broken compression, over a bound, the
 * text formats of `hubble observe`: the error says which option to use).
 */
MUST_CHECK bool flow_reader_feed(
	struct flow_reader *reader, const void *bytes, size_t size, struct err *err);

/* Ends the input: the last record, cut or whole. Fails like flow_reader_feed. */
MUST_CHECK bool flow_reader_end(struct flow_reader *reader, struct err *err);

/* Bytes after decompression so far. */
uint64_t flow_reader_bytes(const struct flow_reader *reader);

#endif
