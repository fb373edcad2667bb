/* What the handlers of policies share: reading YAML and JSON members, entity tags, the answer. */
#ifndef API_POLICY_INPUT_H
#define API_POLICY_INPUT_H

#include <jansson.h>

#include "api/app.h"
#include "api/change.h"
#include "core/policy.h"
#include "store/policies.h"

/*
 * The member `name` of a JSON body as text, NULL when it is missing or null and may be. ERR_INVALID
 * when it must be there, is no text or has more than `most` characters (0 = no bound but the body's).
 */
MUST_CHECK bool member_text(const json_t *body, const char *name, bool required, size_t most,
	const char **ret_text, struct err *err);

/* The member `version` of a JSON body, a number from 1, as text. */
MUST_CHECK bool member_version(
	void *mem, const json_t *body, const char **ret_version, struct err *err);

/* A name as Kubernetes takes them (DNS-1123 subdomain); ERR_INVALID for the field. */
MUST_CHECK bool policy_name_check(const char *name, const char *field, struct err *err);

/* The one policy of a text that is to be stored; errors name "yaml_content", line and column. */
MUST_CHECK bool policy_input_read(
	void *mem, const char *yaml, struct policy *ret_policy, struct err *err);

/* "CiliumNetworkPolicy" ... as kept with the policy. */
const char *policy_kind_name(enum policy_kind kind);

/* ERR_INVALID when the body is no object, or has a member that is not among `names` (ended by NULL). */
MUST_CHECK bool members_check(const json_t *body, const char *const *names, struct err *err);

/*
 * Is the version of the row the one that the request's If-Match names ("*" names any)?
 * ERR_NEEDS_MATCH without the header, ERR_STALE when it names another. Tags may be weak: nginx makes
 * them so when it compresses an answer (ops.md 0.8).
 */
MUST_CHECK bool policy_match(
	const struct request *request, const struct policy_row *row, struct err *err);

/* Does the request's If-None-Match name the version of the row? */
bool policy_known(const struct request *request, const struct policy_row *row);

/* Answers with a policy and its entity tag; `warnings` of a save (reference taken) may be NULL. */
void policy_answer(
	struct response *response, int status, const struct policy_row *row, json_t *warnings);

/* The version that a row shows, for the audit. */
struct change_state policy_state(const struct policy_row *row);

/* "namespace/name", or the name of what has no namespace. */
const char *policy_full_name(void *mem, const char *namespace, const char *name);

#endif
