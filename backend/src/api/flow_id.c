#include "api/flow_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void flow_id_write(struct flow_key key, char text[FLOW_ID_SIZE])
{
	snprintf(text, FLOW_ID_SIZE, "%016" PRIx64 "%016" PRIx64, (uint64_t)key.time_us, key.id);
}

bool flow_id_read(const char *text, const char *field, struct flow_key *ret_key, struct err *err)
{
	uint64_t time_us;

	if (strlen(text) != FLOW_ID_SIZE - 1 ||
		strspn(text, "0123456789abcdef") != FLOW_ID_SIZE - 1 ||
		sscanf(text, "%16" SCNx64 "%16" SCNx64, &time_us, &ret_key->id) != 2 ||
		time_us > INT64_C(253402300800000000))
		return err_field(err, ERR_INVALID, field,
			"\"%.40s\" is no flow id; those are 32 hexadecimal digits, as the list "
			"gives them.",
			text);
	ret_key->time_us = (int64_t)time_us;
	return true;
}
