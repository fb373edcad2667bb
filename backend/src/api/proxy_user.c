#include "api/proxy_user.h"

#include <string.h>

#include "api/group_limits.h"
#include "api/items.h"
#include "base/limits.h"
#include "base/mem.h"
#include "http/text.h"

/* Between the groups, by product (ops.md 1). */
static const char separators[] = {
	[PRESET_OAUTH2_PROXY] = ',',
	[PRESET_AUTH_REQUEST] = ',',
	[PRESET_AUTHELIA] = ',',
	[PRESET_AUTHENTIK] = '|',
	[PRESET_POMERIUM] = ',',
};

static char separator(const struct auth_settings *settings)
{
	return settings->preset == PRESET_CUSTOM ? AUTH_SEPARATORS[settings->separator]
						 : separators[settings->preset];
}

static bool is_acceptable(const char *text, size_t most)
{
	if (strlen(text) > most || !text_is_clean(text))
		return false;
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return true;
}

/* What is only shown is left out when it cannot be. */
static const char *shown(const struct request *request, const char *name)
{
	const char *text = request_told(request, name);

	return is_acceptable(text, LIMIT_IDENTITY) ? mem_text(request->mem, text) : "";
}

static struct text_list groups_of(void *mem, const char *text, char between)
{
	struct text_list groups = {NULL, 0};
	size_t capacity = 0, size;
	const char *item;

	while (items_next(&text, between, &item, &size)) {
		if (size == 0)
			continue;
		mem_reserve(mem, groups.items, &capacity, groups.count + 1);
		groups.items[groups.count++] = mem_text_n(mem, item, size);
	}
	return groups;
}

static bool has_one_of(const struct text_list *groups, const char *wanted)
{
	const char *item;
	size_t size;

	while (items_next(&wanted, ',', &item, &size))
		for (size_t i = 0; i < groups->count; i++)
			if (strlen(groups->items[i]) == size &&
				memcmp(groups->items[i], item, size) == 0)
				return true;
	return false;
}

static enum role role_of(const struct auth_settings *settings, const struct text_list *groups)
{
	enum role role = ROLES - 1;

	while (role > ROLE_NONE && !has_one_of(groups, settings->role_groups[role]))
		role--;
	return role;
}

bool proxy_user(const struct auth_settings *settings, struct proxy_secret *secret,
	struct request *request, struct err *err)
{
	const char *name = request_told(request, "CPA_AUTH_USER");
	const char *groups = request_told(request, "CPA_AUTH_GROUPS");
	struct user *user = &request->user;
	bool matches;

	if (strcmp(request_told(request, "CPA_PEER_TRUSTED"), "1") != 0 || *name == '\0')
		return true;
	if (!proxy_secret_matches(secret, request_told(request, "CPA_PROXY_SECRET"), &matches, err))
		return false;
	if (!matches)
		return err_set(err, ERR_UNAUTHENTICATED,
			"The SSO proxy did not send the header X-CPA-Proxy-Secret with a secret of "
			"CPA_PROXY_SECRET_FILE, so who it names does not count.");
	if (!is_acceptable(name, LIMIT_IDENTITY))
		return err_set(err, ERR_UNAUTHENTICATED,
			"The user's name that the SSO proxy sends is not UTF-8, has control "
			"characters or is longer than %d bytes.",
			LIMIT_IDENTITY);
	if (!is_acceptable(groups, LIMIT_GROUPS_TEXT))
		return err_set(err, ERR_UNAUTHENTICATED,
			"The groups that the SSO proxy sends are not UTF-8, have control "
			"characters or are longer than %d bytes.",
			LIMIT_GROUPS_TEXT);
	user->name = mem_text(request->mem, name);
	user->email = shown(request, "CPA_AUTH_EMAIL");
	user->display_name = shown(request, "CPA_AUTH_NAME");
	user->groups = groups_of(request->mem, groups, separator(settings));
	user->role = role_of(settings, &user->groups);
	user->limits = group_limits_of(request->mem, settings->group_limits, &user->groups);
	user->scopes = SCOPE_ALL;
	user->authentication = AUTHENTICATION_PROXY;
	return true;
}
