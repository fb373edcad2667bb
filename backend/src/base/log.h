/*
 * The log: one line per event on stderr, in logfmt (key=value, values quoted where needed), written
 * by a single write so that lines of several processes do not mix. Only the process layer (server/)
 * logs; everything below returns errors instead. Nothing secret is ever given to it: no bodies, no
 * query strings, no header values.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVELS };

/* A line being put together. Fields that do not fit are cut; the line stays whole. */
struct log_line {
	char text[4000]; /* below PIPE_BUF: one write is one line */
	size_t size;
	bool full; /* something did not fit: nothing more is added */
};

/* Begins a line: time, level and what happened ("request"). */
void log_begin(struct log_line *line, enum log_level level, const char *event);

/*
 * Add a field; control characters, quotes and bytes that could forge a line are escaped. The secret of
 * an API token that somebody put into an address becomes "...".
 */
void log_text(struct log_line *line, const char *key, const char *value);
void log_number(struct log_line *line, const char *key, long long value);

/* Writes the line. */
void log_end(struct log_line *line);

/* A whole line of level error: what happened, its code and text. */
void log_failure(const char *event, const struct err *err);

#endif
