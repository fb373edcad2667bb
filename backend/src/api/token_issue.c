#include "api/token_issue.h"

#include <string.h>

#include "api/app.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/view_limits.h"
#include "store/tokens.h"

/* For one scope: the least role of the routes that need it. */
static enum role scope_role(unsigned scope)
{
	enum role least = ROLE_ADMIN;

	for (const struct route *route = api_routes; route->method != NULL; route++)
		if ((route->scopes & scope) != 0 && route->role < least)
			least = route->role;
	return least;
}

enum role scopes_role(unsigned scopes)
{
	enum role role = ROLE_VIEWER;

	for (unsigned scope = 1; scope <= SCOPE_ALL; scope <<= 1)
		if ((scopes & scope) != 0 && scope_role(scope) > role)
			role = scope_role(scope);
	return role;
}

static bool name_check(const char *name, struct err *err)
{
	size_t size = strlen(name);

	if (size == 0 || size > LIMIT_TOKEN_NAME)
		return err_field(err, ERR_INVALID, "name",
			"Give the token a name of 1 to %d bytes: where it is used.",
			LIMIT_TOKEN_NAME);
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return err_field(err, ERR_INVALID, "name",
				"The name must not have control characters.");
	return true;
}

static bool scopes_check(const struct token_wish *wish, struct err *err)
{
	if (wish->scopes == SCOPE_NONE)
		return err_field(err, ERR_INVALID, "scopes", "Name at least one scope.");
	if (wish->kind == TOKEN_INGEST && wish->scopes != SCOPE_FLOWS_WRITE)
		return err_field(err, ERR_INVALID, "scopes",
			"A token for ingest has the scope flows:write and no other.");
	if (wish->role < scopes_role(wish->scopes))
		return err_field(err, ERR_FORBIDDEN, "scopes",
			"These scopes need the role %s; the owner of the token has the role %s.",
			role_name(scopes_role(wish->scopes)), role_name(wish->role));
	return true;
}

static bool limits_check(const struct text_list *limits, struct err *err)
{
	if (limits == NULL)
		return true;
	if (limits->count == 0 || limits->count > LIMIT_LIMITS)
		return err_field(err, ERR_INVALID, "limits", "Give 1 to %d limits, or none at all.",
			LIMIT_LIMITS);
	for (size_t i = 0; i < limits->count; i++)
		if (!limit_check(limits->items[i], "limits", err))
			return false;
	return true;
}

static bool wish_check(const struct token_wish *wish, struct err *err)
{
	if (wish->lifetime_s < 1 || wish->lifetime_s > LIMIT_TOKEN_DAYS * INT64_C(86400))
		return err_field(err, ERR_INVALID, "expires_in_days",
			"A token holds for 1 to %d days.", LIMIT_TOKEN_DAYS);
	return name_check(wish->name, err) && scopes_check(wish, err) &&
	       limits_check(wish->limits, err);
}

bool token_issue(struct db *db, void *mem, const struct token_wish *wish, const char **ret_id,
	const char **ret_text, struct err *err)
{
	struct token token;
	int64_t count;

	if (!wish_check(wish, err) || !token_count(db, mem, wish->owner, &count, err))
		return false;
	if (count >= LIMIT_TOKENS)
		return err_set(err, ERR_CONFLICT,
			"%s has %d tokens that hold, and no more are possible; revoke those that "
			"are not used.",
			wish->owner, LIMIT_TOKENS);
	if (!token_make(wish->kind, &token, err) ||
		!token_add(db, mem,
			&(struct token_draft){.id = token.id,
				.kind = token_kind_name(wish->kind),
				.sha256 = token_digest(mem, &token),
				.name = wish->name,
				.owner = wish->owner,
				.role = role_name(wish->role),
				.scopes = scope_names(mem, wish->scopes),
				.limits = wish->limits,
				.lifetime_s = wish->lifetime_s},
			err))
		return false;
	*ret_id = mem_text(mem, token.id);
	*ret_text = token_text(mem, &token);
	explicit_bzero(&token, sizeof token);
	return true;
}
