/*
 * The one error type. A function that can fail returns bool, is marked MUST_CHECK and takes a
 * `struct err *` last; the first failure fills it, and a caller may add where it happened.
 * Successful output is never written on failure. Codes map to HTTP statuses in one table
 * (http/response.c) and to exit codes in one table (cli/).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum err_code {
	ERR_NONE,
	ERR_INVALID, /* the input is wrong; the text says what and what to do */
	ERR_NOT_FOUND,
	ERR_NO_METHOD,       /* the address exists, the method does not */
	ERR_CONFLICT,        /* it contradicts what is stored (a name taken) */
	ERR_STALE,           /* the version edited is not the current one */
	ERR_KEY_REUSED,      /* an Idempotency-Key that stands for another request */
	ERR_NEEDS_MATCH,     /* an edit came without saying which version it edits */
	ERR_TOO_LARGE,       /* over a bound of base/limits.h */
	ERR_UNSUPPORTED,     /* a form we do not read */
	ERR_UNAUTHENTICATED, /* who is it? */
	ERR_FORBIDDEN,       /* known, but may not */
	ERR_BUSY,            /* try again later: a bound on work in progress */
	ERR_UNAVAILABLE,     /* the database or another part is away; passing */
	ERR_CUT,             /* the client went away before the input was whole */
	ERR_INTERNAL,
	ERR_CODES
};

struct err {
	enum err_code code;
	char text[1024];      /* what happened, why, and what to do next; a sentence */
	char field[256];      /* the field or parameter it is about, "" if none */
	unsigned long line;   /* of the input, from 1; 0 if none */
	unsigned long column; /* of the line, from 1; 0 if none */
};

/* Fills `err` (which may be NULL) unless it is filled already; always false, to be returned. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set, naming the field. */
bool err_field(struct err *err, enum err_code code, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* As err_set, naming the place in the input. */
bool err_at(struct err *err, enum err_code code, unsigned long line, unsigned long column,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Puts "PREFIX: " before the text of a filled error; always false. */
bool err_where(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The stable lower-case name of a code, as in the API's problem documents ("not_found"). */
const char *err_name(enum err_code code);

#endif
