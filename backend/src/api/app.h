/* What the handlers of one worker share: made once by the worker, alive as long as it is. */
#ifndef API_APP_H
#define API_APP_H

#include "api/auth.h"
#include "api/proxy_secret.h"
#include "base/counters.h"
#include "http/router.h"
#include "store/db.h"

struct idempotency_key;

struct app {
	const struct auth_settings *auth;
	struct proxy_secret *proxy_secret;
	bool database_agrees; /* with the mode of authentication: it was asked (api/auth.c) */
	struct db *db;
	/*
	 * For what must be seen at once while a transaction is open on `db` (store/dimensions.h). It is of use only
	 * with what that transaction commits, so it does not wait for the disk itself.
	 */
	struct db *side;
	/* For lists of traffic and the dashboard: a replica if there is one (store/db.h), else `db`. */
	struct db *reads;
	const struct idempotency_key
		*key;              /* of the request in hand (api/once.h); NULL without one */
	int retention_days;        /* that flows are kept; 0 = for ever */
	struct counters *counters; /* of all workers; NULL when they cannot be kept */
};

/* The route table: method, path, role, scopes, body cap, handler. */
extern const struct route api_routes[];

#endif
