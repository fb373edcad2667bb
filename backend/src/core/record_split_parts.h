/* What the files record_split*.c share: the automaton's state and its small moves. */
#ifndef CORE_RECORD_SPLIT_PARTS_H
#define CORE_RECORD_SPLIT_PARTS_H

#include "base/limits.h"
#include "core/record_split.h"

enum mode {
	BETWEEN,    /* between records */
	VALUE,      /* inside a record, or between the members of an envelope */
	TEXT,       /* in a line that is no JSON */
	SKIP_LINE,  /* over the rest of a broken line */
	SKIP_BLOCK, /* over the rest of a broken pretty-printed record */
};

enum expect { EXPECT_VALUE, EXPECT_KEY, EXPECT_COLON, EXPECT_NEXT };

enum hint { HINT_NONE, HINT_FLOW, HINT_RECORD, HINT_ENVELOPE, HINT_MAYBE_ENVELOPE };

struct record_split {
	slice_handler *handler;
	slice_taker *taker;
	void *context;
	const char *bytes; /* from the first one that is still needed: the caller's, or `kept` */
	size_t size;
	char *kept; /* what is needed of former calls, and what was put behind it */
	size_t capacity;

	enum mode mode;
	size_t position; /* of the next byte, in the bytes */
	unsigned long line;
	ptrdiff_t line_begin; /* of the current line, in the bytes or before them */
	bool waiting; /* for the rest of a line, with the record that begins at the position */
	bool ended;   /* no bytes will come */
	unsigned bom; /* bytes of a byte-order mark seen */

	/* The value being read. */
	bool holding;  /* its bytes are kept from `start` */
	bool dropped;  /* it grew over LIMIT_RECORD and is no longer kept */
	bool pretty;   /* its "{" ends a line */
	size_t start;  /* in the bytes */
	size_t second; /* start of the second line that it covers; 0 if it is on one */
	unsigned long start_line, start_column;

	enum expect expect;
	bool in_string, escaped, in_scalar, in_key;
	bool in_rest;    /* of a line that is skipped, after its indentation */
	size_t key;      /* in the bytes, after the quote */
	enum hint hint;  /* of the newest member of the record's own object */
	bool is_flow;    /* a member showed that the object is no envelope */
	bool is_record;  /* a member made that likely */
	size_t envelope; /* level of an array that may be an envelope's; 0 if none */

	size_t level, base;
	char open[LIMIT_ENVELOPE_DEPTH + LIMIT_JSON_DEPTH + 1];
	unsigned long container_lines[LIMIT_ENVELOPE_DEPTH]; /* where each container begins */
};

/* One step inside a value; false when the handler stopped, as all that hand a slice on. */
bool split_value(struct record_split *split);

/* The column of the current byte, from 1. */
unsigned long split_column(const struct record_split *split);

/* Steps over a line end. */
void split_next_line(struct record_split *split);

bool split_is_space(char c);

/* Whether the members of an envelope are being read, not a record. */
bool split_in_envelope(const struct record_split *split);

/* Whether the value being read is larger than a record may be. */
bool split_is_oversize(const struct record_split *split);

/* Keeps the bytes from the current one on: a value begins. */
void split_hold(struct record_split *split);

/* Forgets the value being read. */
void split_reset_value(struct record_split *split);

/* Hands on what was read up to the current byte, or its problem. */
bool split_hand_on(struct record_split *split, enum slice_kind kind, const struct err *problem);
bool split_too_large(struct record_split *split);

/*
 * Rejects the value being read at the current byte, which cannot stand there, and goes where the
 * next good record may be.
 */
bool split_broken(struct record_split *split, const char *why);

/* The rest of the line is no JSON. */
void split_begin_text(struct record_split *split);

/* Leaves the innermost container, which ends before the current byte. */
void split_leave_container(struct record_split *split);

#endif
