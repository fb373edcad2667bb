#include "api/app.h"

const struct route api_routes[] = {
	{NULL, NULL, ROLE_NONE, 0, NULL},
};
