#include "http/user.h"

#include <string.h>

#include "base/mem.h"

static const char *const roles[ROLES] = {
	[ROLE_NONE] = "none",
	[ROLE_VIEWER] = "viewer",
	[ROLE_EDITOR] = "editor",
	[ROLE_ADMIN] = "admin",
};

static const struct {
	enum scope scope;
	const char *name;
} scopes_known[] = {
	{SCOPE_FLOWS_READ, "flows:read"},
	{SCOPE_FLOWS_WRITE, "flows:write"},
	{SCOPE_POLICIES_READ, "policies:read"},
	{SCOPE_POLICIES_WRITE, "policies:write"},
	{SCOPE_TOKENS_ADMIN, "tokens:admin"},
	{SCOPE_AUDIT_READ, "audit:read"},
};

#define SCOPES (sizeof scopes_known / sizeof *scopes_known)

static const char *const authentications[] = {
	[AUTHENTICATION_NONE] = "none",
	[AUTHENTICATION_PROXY] = "proxy",
	[AUTHENTICATION_TOKEN] = "token",
	[AUTHENTICATION_DEV] = "dev",
};

const char *role_name(enum role role)
{
	return roles[role];
}

bool role_parse(const char *name, enum role *ret_role)
{
	for (int i = 0; i < ROLES; i++)
		if (strcmp(roles[i], name) == 0) {
			*ret_role = (enum role)i;
			return true;
		}
	return false;
}

bool scope_parse(const char *name, unsigned *ret_scope)
{
	for (size_t i = 0; i < SCOPES; i++)
		if (strcmp(scopes_known[i].name, name) == 0) {
			*ret_scope = scopes_known[i].scope;
			return true;
		}
	return false;
}

struct text_list scope_names(void *mem, unsigned scopes)
{
	struct text_list names = {mem_array(mem, const char *, SCOPES), 0};

	for (size_t i = 0; i < SCOPES; i++)
		if ((scopes & scopes_known[i].scope) != 0)
			names.items[names.count++] = scopes_known[i].name;
	return names;
}

const char *scope_text(void *mem, unsigned scopes)
{
	struct text_list names = scope_names(mem, scopes);
	const char *text = names.count == 0 ? "none" : names.items[0];

	for (size_t i = 1; i < names.count; i++)
		text = mem_format(mem, "%s %s", text, names.items[i]);
	return text;
}

const char *authentication_name(enum authentication authentication)
{
	return authentications[authentication];
}
