/* A flow's id in the API: 16 hexadecimal digits of its time and 16 of its number. */
#ifndef API_FLOW_ID_H
#define API_FLOW_ID_H

#include "store/flows.h"

#define FLOW_ID_SIZE 33

void flow_id_write(struct flow_key key, char text[FLOW_ID_SIZE]);

/* ERR_INVALID unless it was written by flow_id_write; `field` is what to blame. */
MUST_CHECK bool flow_id_read(
	const char *text, const char *field, struct flow_key *ret_key, struct err *err);

#endif
