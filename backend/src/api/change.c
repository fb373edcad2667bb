#include "api/change.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/audit.h"

static const char *text_of(const char *text)
{
	return text == NULL ? "" : text;
}

static const char *version_of(void *mem, const struct change_state *state)
{
	return state->version == 0 ? NULL : db_number(mem, state->version);
}

bool change_audit(
	struct db *db, const struct request *request, const struct change *change, struct err *err)
{
	void *mem = request->mem;
	char *detail = change->detail == NULL ? NULL : json_dumps(change->detail, JSON_COMPACT);
	bool done = audit_add(db, mem,
		&(struct audit){.actor = request->user.name,
			.role = role_name(request->user.role),
			.auth = authentication_name(request->user.authentication),
			.token = request->user.token_id,
			.address = request->remote_address,
			.request_id = request->id,
			.trace_id = request->trace_id,
			.action = change->action,
			.object = text_of(change->object),
			.name = text_of(change->name),
			.before_version = version_of(mem, &change->before),
			.before_sha256 = change->before.sha256,
			.after_version = version_of(mem, &change->after),
			.after_sha256 = change->after.sha256,
			.reason = text_of(change->reason),
			.detail = detail == NULL ? "{}" : detail,
			.failed = change->failed},
		err);

	json_decref(change->detail);
	free(detail);
	return done;
}
