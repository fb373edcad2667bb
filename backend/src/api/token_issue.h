/* Making tokens: what the API and `cpa token create` have in common. */
#ifndef API_TOKEN_ISSUE_H
#define API_TOKEN_ISSUE_H

#include "api/token.h"
#include "http/user.h"
#include "store/db.h"

struct token_wish {
	enum token_kind kind;
	const char *name, *owner;
	enum role role;                 /* of the owner */
	unsigned scopes;                /* enum scope */
	const struct text_list *limits; /* NULL: everything */
	int64_t lifetime_s;
};

/*
 * Stores a new token, inside the transaction that is open. `ret_text` is the token: it is shown once
 * and can never be read again. ERR_INVALID, naming the field, when the name, the scopes or the limits
 * cannot be; ERR_CONFLICT when the owner has LIMIT_TOKENS that hold.
 */
MUST_CHECK bool token_issue(struct db *db, void *mem, const struct token_wish *wish,
	const char **ret_id, const char **ret_text, struct err *err);

/* The least role that can use each of the scopes; a token gets none that its owner's role cannot use. */
enum role scopes_role(unsigned scopes);

#endif
