/*
 * Lists, read by key: a page of JSON with `limit` and `cursor`, or all rows for bulk reading, one line each
 * (NDJSON or CSV, by the header Accept), sent as they are read, so that memory stays that of one page.
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include <jansson.h>

#include "api/bytes.h"
#include "http/request.h"
#include "http/response.h"
#include "store/db.h"

/* Most texts that a cursor is made of. */
#define PAGE_PARTS 2

/* The items are values, or lines where making values of them would take too long. */
struct page {
	json_t *items;                 /* an array, whose reference is handed over; or NULL, and */
	struct bytes lines;            /* ... added to it, each item as JSON, ended by a newline */
	size_t count;                  /* of the lines added */
	bool more;                     /* there are rows after these */
	const char *after[PAGE_PARTS]; /* when there are: what the next page begins after */
};

/*
 * Reads at most `limit` rows after what `after` says (all NULL: from the beginning), into memory owned by
 * `mem`. A cursor may be any text: page_refuse and page_number.
 */
typedef bool page_reader(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err);

struct list {
	page_reader *read;
	void *context;
	size_t parts; /* of its cursor */
	/* members of an item that CSV has, ended by NULL; NULL: no CSV. Only for pages of values. */
	const char *const *columns;
};

/*
 * Answers with a list. NDJSON ends with {"_end": {"rows": n, "complete": true}}, so that one that was cut
 * is noticed; when reading fails half way `complete` is false and the problem is beside it.
 */
MUST_CHECK bool page_answer(struct request *request, struct response *response,
	const struct list *list, struct err *err);

/*
 * A page whose items are the rows as they are. `rows` are up to one more than `limit`, and `keys` the columns
 * that the cursor is made of.
 */
struct page page_of_rows(const struct rows *rows, size_t limit, const int *keys, size_t parts);

/* The parameter `limit`, LIMIT_PAGE_DEFAULT when it is not given; ERR_INVALID. */
MUST_CHECK bool page_limit(
	const struct request *request, size_t *ret_limit, bool *ret_given, struct err *err);

/* ERR_INVALID: a cursor that this list did not make. */
MUST_CHECK bool page_refuse(struct err *err);

/* Is this part of a cursor a whole number, or NULL? As page_refuse otherwise. */
MUST_CHECK bool page_number(const char *part, struct err *err);

#endif
