/* The binary format of COPY, sent in pieces while the rows are made. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <stdint.h>

#include "core/flow.h"
#include "store/db.h"

struct copy;

/* Begins a COPY with the statement `query`; owned by `mem`. Rows follow, then copy_end. */
MUST_CHECK bool copy_begin(struct db *db, void *mem, const struct query *query,
	struct copy **ret_copy, struct err *err);

/* A row of so many columns; their values follow in order, each with the type of its column. */
void copy_row(struct copy *copy, int columns);
void copy_int(struct copy *copy, int32_t value);
void copy_bigint(struct copy *copy, int64_t value);
void copy_bool(struct copy *copy, bool value);
void copy_time(struct copy *copy, int64_t time_us); /* since 1970 */
void copy_text(struct copy *copy, const char *value);
void copy_list(struct copy *copy, const struct text_list *list); /* text[] */

/* Ends it. Any failure since copy_begin shows here, as from db_copy_end. */
MUST_CHECK bool copy_end(struct copy *copy, struct err *err);

#endif
