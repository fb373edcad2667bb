/*
 * Loading a body of flows: bytes in, counts out. What becomes of it can be watched in its row of
 * imports meanwhile.
 *
 * A body is stored in one transaction. A stream, which may never end, is committed every second or
 * LIMIT_STREAM_FLOWS events, together with the counts in its row: when it is cut, what its row
 * counts is stored, and nothing else.
 */
#ifndef API_INGEST_H
#define API_INGEST_H

#include <jansson.h>

#include "api/app.h"

struct ingest_options {
	const char *import_id; /* wanted by the caller, or NULL */
	const char *action, *name;
	const struct request *request; /* who loads, for the import's row and the audit */
	const char *cluster;           /* of records that do not tell, "" = "default" */
	bool stream;                   /* commit as it goes */
	bool known_bodies; /* answer a body that was imported before with its stored result */
	bool recent;       /* move the times so that the first flow was a day ago */
	json_t *flow_ids;  /* an array to which the id of each flow is added, or NULL */
	/* Commits a load whose result is known, instead of ingest_end; NULL: nothing else is to be done. */
	bool (*commit)(void *context, json_t *result, struct err *err);
	void *context; /* of commit */
};

/*
 * What a body is, is seen in its content; but a client that announces a compression or a format we
 * cannot read is told which option to change, since its bytes would only be rejected line by line.
 * ERR_UNSUPPORTED.
 */
MUST_CHECK bool ingest_check_form(const struct request *request, struct err *err);

struct ingest;

/* Begins; owned by `mem`. Freeing it before ingest_end leaves nothing behind but its row. */
MUST_CHECK bool ingest_begin(struct app *app, void *mem, const struct ingest_options *options,
	struct ingest **ret_ingest, struct err *err);

/* Reads on. */
MUST_CHECK bool ingest_feed(struct ingest *ingest, const void *bytes, size_t size, struct err *err);

/* For how long, in milliseconds, a stream may be waited for before the next ingest_tick. */
int ingest_patience_ms(const struct ingest *ingest);

/* Of a stream: commits what has been read for long enough, and shows that it is still there. */
MUST_CHECK bool ingest_tick(struct ingest *ingest, struct err *err);

/* Commits. The result is that of the API's ImportResult; the caller owns the reference. */
MUST_CHECK bool ingest_end(struct ingest *ingest, json_t **ret_result, struct err *err);

/*
 * It did not come to its end; its row says why. Of a stream, what has been read is committed if that
 * is still possible. Of all else nothing is kept.
 */
void ingest_fail(struct ingest *ingest, const struct err *why);

#endif
