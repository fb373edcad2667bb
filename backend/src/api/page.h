/* Pages by key: `limit` and `cursor` of a request, `items` and `next_cursor` of an answer. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include <jansson.h>

#include "http/request.h"
#include "http/response.h"

/* The parameter `limit`, else the default; ERR_INVALID. */
MUST_CHECK bool page_limit(const struct request *request, size_t *ret_limit, struct err *err);

/*
 * The parameter `cursor` taken apart into `count` texts, owned by the request. *ret_given is false
 * on the first page. ERR_INVALID for a text that page_cursor did not make.
 */
MUST_CHECK bool page_after(struct request *request, const char **parts, size_t count,
	bool *ret_given, struct err *err);

/* ERR_INVALID: a cursor that this list did not make. */
MUST_CHECK bool page_refuse(struct err *err);

/* Is this part of a cursor a whole number? As page_refuse otherwise. */
MUST_CHECK bool page_number(const char *part, struct err *err);

/*
 * Answers with `items`, whose reference is taken. `next` are the `count` texts that the next
 * page begins after; NULL on the last page.
 */
void page_answer(struct response *response, json_t *items, const char *const *next, size_t count);

#endif
