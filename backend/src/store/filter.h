/*
 * Which flows or connections: what the lists, deleting, generating and simulating have in common.
 * Values of one list are alternatives, and everything that is given must hold. Only what the database's
 * viewer may see is selected (db_view): connections with an end within the limits.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "core/traffic.h"
#include "store/db.h"

/* In the order of the parameters of sql/queries/connection_match.sql. */
enum filter_list {
	FILTER_CLUSTER,
	FILTER_NAMESPACE,
	FILTER_WORKLOAD,
	FILTER_LABEL,
	FILTER_SOURCE_CLUSTER,
	FILTER_SOURCE_NAMESPACE,
	FILTER_SOURCE_WORKLOAD,
	FILTER_SOURCE_LABEL,
	FILTER_DESTINATION_CLUSTER,
	FILTER_DESTINATION_NAMESPACE,
	FILTER_DESTINATION_WORKLOAD,
	FILTER_DESTINATION_LABEL,
	FILTER_PORT,
	FILTER_PROTOCOL,   /* numbers of enum protocol */
	FILTER_CONNECTION, /* ids */
	FILTER_VERDICT,    /* numbers of enum verdict */
	FILTER_DIRECTION,  /* numbers of enum direction */
	FILTER_LISTS
};

struct filter {
	struct text_list lists[FILTER_LISTS]; /* empty = no such filter */
	const char *l7;                       /* part of an L7 text, "" = no such filter */
	bool has_from, has_to;
	int64_t from_us, to_us; /* from and before */
};

/* Nothing is filtered. */
bool filter_is_empty(const struct filter *filter);

/* The connections that a filter selects, as array literals for statements on flows. */
struct selection {
	bool none;       /* nothing can match: do not ask */
	size_t count;    /* connections */
	const char *ids; /* NULL = all */
	const char
		*forward; /* NULL = the filter has no sides; else ids whose client is the source */
	const char *backward; /* ... and ids whose server is the source, as in replies */
};

/* For a list of flows: L7 texts are left to the flows, since not every flow has a fact and facts are generalised. */
MUST_CHECK bool filter_flows(struct db *db, void *mem, const struct filter *filter,
	struct selection *ret_selection, struct err *err);

/* For connections: the source is the client. `ids` is never NULL unless the filter is empty and
 * everything may be seen. */
MUST_CHECK bool filter_connections(struct db *db, void *mem, const struct filter *filter,
	struct selection *ret_selection, struct err *err);

/* Parameters: the list as a literal, the time, the LIKE pattern; NULL where there is no such filter. */
const char *filter_list(void *mem, const struct filter *filter, enum filter_list list);
const char *filter_from(void *mem, const struct filter *filter);
const char *filter_to(void *mem, const struct filter *filter);
const char *filter_l7(void *mem, const struct filter *filter);

#endif
