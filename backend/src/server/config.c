#include "server/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/group_limits.h"
#include "api/origin.h"
#include "base/limits.h"

#define PREFIX "CPA_"

/*
 * A row of the table. A setting is one of `choices`, or a text of a `form`, or else a number from
 * `least` to `most`.
 */
struct setting {
	const char *name;
	const char *fallback;            /* NULL: must be set */
	const char *const *choices;      /* in the order of their enum, ended by NULL */
	const char *form;                /* what the text must be, for people */
	bool (*check)(const char *text); /* ... NULL: any text */
	int least, most;
	bool needed_by_proxy; /* must be set in proxy mode */
	size_t offset;        /* in struct config, of an int or enum, or of a text */
	const char *help;
};

/* Of a setting that only nginx reads (deploy/nginx/render); it is here to be known. */
#define FOR_NGINX SIZE_MAX

static const char *const auth_modes[] = {
	[AUTH_PROXY] = "proxy", [AUTH_TOKEN] = "token", [AUTH_DEV] = "dev", NULL};

static const char *const presets[] = {
	[PRESET_NONE] = "",
	[PRESET_OAUTH2_PROXY] = "oauth2-proxy",
	[PRESET_AUTH_REQUEST] = "auth-request",
	[PRESET_AUTHELIA] = "authelia",
	[PRESET_AUTHENTIK] = "authentik",
	[PRESET_POMERIUM] = "pomerium",
	[PRESET_CUSTOM] = "custom",
	NULL,
};

/* In the order of AUTH_SEPARATORS. */
static const char *const separators[] = {",", ";", "|", " ", NULL};

static bool is_link(const char *text)
{
	return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0 ||
	       (text[0] == '/' && text[1] != '/');
}

#define AT(member) offsetof(struct config, member)

static const struct setting settings[] = {
	{.name = "CPA_AUTH_MODE",
		.choices = auth_modes,
		.offset = AT(auth.mode),
		.help = "how users are known; proxy: by an SSO proxy in front, and by API tokens; "
			"token: by API tokens alone; dev: everybody is admin, for one's own "
			"machine only"},
	{.name = "CPA_PROXY_PRESET",
		.fallback = "",
		.choices = presets,
		.needed_by_proxy = true,
		.offset = AT(auth.preset),
		.help = "which product the SSO proxy is: it says which headers name the user"},
	{.name = "CPA_PROXY_USER_HEADER",
		.fallback = "",
		.form = "the name of a header",
		.offset = FOR_NGINX,
		.help = "custom preset: the header with the user's name"},
	{.name = "CPA_PROXY_EMAIL_HEADER",
		.fallback = "",
		.form = "the name of a header",
		.offset = FOR_NGINX,
		.help = "custom preset: the header with the address of e-mail"},
	{.name = "CPA_PROXY_NAME_HEADER",
		.fallback = "",
		.form = "the name of a header",
		.offset = FOR_NGINX,
		.help = "custom preset: the header with the name to show"},
	{.name = "CPA_PROXY_GROUPS_HEADER",
		.fallback = "",
		.form = "the name of a header",
		.offset = FOR_NGINX,
		.help = "custom preset: the header with the groups"},
	{.name = "CPA_PROXY_GROUPS_SEPARATOR",
		.fallback = ",",
		.choices = separators,
		.offset = AT(auth.separator),
		.help = "custom preset: what is between two groups"},
	{.name = "CPA_TRUSTED_PROXIES",
		.fallback = "",
		.form = "addresses and networks, separated by commas",
		.needed_by_proxy = true,
		.offset = FOR_NGINX,
		.help = "where the SSO proxy connects from; others may not name users"},
	{.name = "CPA_PROXY_SECRET_FILE",
		.fallback = "",
		.form = "a path",
		.needed_by_proxy = true,
		.offset = AT(auth.secret_file),
		.help = "file with the secret that the SSO proxy sends as X-CPA-Proxy-Secret; a "
			"second line while it is being changed"},
	{.name = "CPA_PUBLIC_URL",
		.fallback = "",
		.form = "https://host or http://host:port, in lower case and with nothing behind",
		.check = origin_is_valid,
		.offset = AT(auth.public_url),
		.help = "address of the portal in the browser, to know changes from other sites"},
	{.name = "CPA_SIGN_IN_URL",
		.fallback = "",
		.form = "an https:// or http:// address, or a path from /",
		.check = is_link,
		.offset = AT(auth.sign_in_url),
		.help = "where the portal sends people whose session is over"},
	{.name = "CPA_CONTACT",
		.fallback = "",
		.form = "a text",
		.offset = AT(auth.contact),
		.help = "whom people without a role are told to ask"},
	{.name = "CPA_ROLE_ADMIN",
		.fallback = "",
		.form = "groups, separated by commas",
		.offset = AT(auth.role_groups[ROLE_ADMIN]),
		.help = "groups whose members may everything"},
	{.name = "CPA_ROLE_EDITOR",
		.fallback = "",
		.form = "groups, separated by commas",
		.offset = AT(auth.role_groups[ROLE_EDITOR]),
		.help = "groups whose members may import, generate and edit"},
	{.name = "CPA_ROLE_VIEWER",
		.fallback = "",
		.form = "groups, separated by commas",
		.offset = AT(auth.role_groups[ROLE_VIEWER]),
		.help = "groups whose members may look"},
	{.name = "CPA_GROUP_LIMITS",
		.fallback = "",
		.form = "GROUP=CLUSTER/NAMESPACE,...;GROUP=..., with * for any",
		.check = group_limits_are_valid,
		.offset = AT(auth.group_limits),
		.help = "what members of a group may see, and nothing else"},
	{.name = "CPA_RATE_PER_S",
		.fallback = "50",
		.least = 1,
		.most = 999999,
		.offset = FOR_NGINX,
		.help = "requests a second that nginx takes from one address or with one token; "
			"bursts "
			"may be four times as many"},
	{.name = "CPA_IMPORTS_AT_ONCE",
		.fallback = "8",
		.least = 1,
		.most = 9999,
		.offset = FOR_NGINX,
		.help = "imports that nginx takes at a time"},
	{.name = "CPA_READ_DATABASE",
		.fallback = "",
		.form = "a connection string of libpq, like host=replica",
		.offset = AT(read_database),
		.help = "a replica of the database, for lists of traffic and the dashboard; what "
			"it "
			"does not say is as in PGHOST and the like"},
	{.name = "CPA_READ_LAG_S",
		.fallback = "5",
		.least = 1,
		.most = 86400,
		.offset = AT(read_lag_s),
		.help = "seconds that the replica may be behind; else the primary is read"},
	{.name = "CPA_WORKER_REQUESTS",
		.fallback = "10000",
		.least = 1,
		.most = 1000000000,
		.offset = AT(worker_requests),
		.help = "requests after which a worker process is replaced by a new one"},
	{.name = "CPA_RETENTION_DAYS",
		.fallback = "0",
		.most = 36500,
		.offset = AT(retention_days),
		.help = "days that single flows are kept, by their own time; 0: for ever. Older "
			"ones are refused by imports. Connections and policies stay"},
	{.name = "CPA_MAINTAIN_INTERVAL_S",
		.fallback = "3600",
		.least = 1,
		.most = 86400,
		.offset = AT(maintain_interval_s),
		.help = "seconds between two runs of `cpa maintain`"},
};

#define SETTINGS (sizeof settings / sizeof *settings)

_Static_assert(sizeof(enum auth_mode) == sizeof(int) && sizeof(enum proxy_preset) == sizeof(int),
	"settings are stored as int");
_Static_assert(sizeof separators / sizeof *separators == sizeof AUTH_SEPARATORS,
	"separators are found by their index");

static bool choice_parse(const struct setting *setting, const char *text, int *ret_value)
{
	for (int i = 0; setting->choices[i] != NULL; i++)
		if (strcmp(setting->choices[i], text) == 0) {
			*ret_value = i;
			return true;
		}
	return false;
}

static bool number_parse(const struct setting *setting, const char *text, int *ret_value)
{
	char *end;
	long value;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtol(text, &end, 10);
	if (*end != '\0' || errno != 0 || value < setting->least || value > setting->most)
		return false;
	*ret_value = (int)value;
	return true;
}

static bool text_parse(const struct setting *setting, const char *text)
{
	return *text == '\0' ||
	       (strlen(text) <= LIMIT_SETTING && (setting->check == NULL || setting->check(text)));
}

/* "proxy | dev", "1 to 100" or "a path" */
static const char *allowed(const struct setting *setting, char *buffer, size_t size)
{
	size_t used = 0;

	if (setting->form != NULL)
		return setting->form;
	if (setting->choices == NULL) {
		snprintf(buffer, size, "%d to %d", setting->least, setting->most);
		return buffer;
	}
	for (int i = 0; setting->choices[i] != NULL; i++) {
		int added = *setting->choices[i] == '\0'
				    ? 0
				    : snprintf(buffer + used, size - used, "%s%s",
					      used == 0 ? "" : " | ", setting->choices[i]);

		used += (size_t)added;
		if (used >= size)
			break;
	}
	return buffer;
}

static const char *value_of(char *const *environment, const char *name)
{
	size_t size = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, size) == 0 && (*environment)[size] == '=')
			return *environment + size + 1;
	return NULL;
}

/* Takes the value apart and puts it where it belongs. */
static bool setting_store(const struct setting *setting, const char *text, struct config *config)
{
	bool is_text = setting->form != NULL;
	int value;

	if (is_text ? !text_parse(setting, text)
		    : !(setting->choices != NULL ? choice_parse : number_parse)(
			      setting, text, &value))
		return false;
	if (setting->offset != FOR_NGINX)
		memcpy((char *)config + setting->offset,
			is_text ? (const void *)&text : (const void *)&value,
			is_text ? sizeof text : sizeof value);
	return true;
}

static bool must_be_set(const struct setting *setting, const char *when, struct err *err)
{
	char values[256];

	return err_field(err, ERR_INVALID, setting->name, "%s must be set%s (%s): %s.",
		setting->name, when, allowed(setting, values, sizeof values), setting->help);
}

static bool setting_load(const struct setting *setting, struct config *config,
	char *const *environment, struct err *err)
{
	const char *text = value_of(environment, setting->name);
	char values[256];

	if (text == NULL)
		text = setting->fallback;
	if (text == NULL)
		return must_be_set(setting, "", err);
	if (!setting_store(setting, text, config))
		return err_field(err, ERR_INVALID, setting->name, "%s is \"%.64s\"; it must be %s.",
			setting->name, text, allowed(setting, values, sizeof values));
	if (setting->needed_by_proxy && *text == '\0' && config->auth.mode == AUTH_PROXY)
		return must_be_set(setting, " when CPA_AUTH_MODE is proxy", err);
	return true;
}

/* Behind a proxy somebody must have a role. */
static bool roles_check(const struct config *config, struct err *err)
{
	for (int role = ROLE_VIEWER; role < ROLES; role++)
		if (*config->auth.role_groups[role] != '\0')
			return true;
	return config->auth.mode != AUTH_PROXY ||
	       err_field(err, ERR_INVALID, "CPA_ROLE_ADMIN",
		       "Nobody would have a role: set CPA_ROLE_ADMIN, CPA_ROLE_EDITOR or "
		       "CPA_ROLE_VIEWER to groups that the SSO proxy names.");
}

static bool is_setting(const char *entry)
{
	size_t size = strcspn(entry, "=");

	for (size_t i = 0; i < SETTINGS; i++)
		if (strlen(settings[i].name) == size && memcmp(settings[i].name, entry, size) == 0)
			return true;
	return false;
}

bool config_load(struct config *config, char *const *environment, struct err *err)
{
	struct config loaded;

	for (char *const *entry = environment; *entry != NULL; entry++)
		if (strncmp(*entry, PREFIX, strlen(PREFIX)) == 0 && !is_setting(*entry))
			return err_set(err, ERR_INVALID,
				"There is no setting %.*s; `cpa help config` lists them.",
				(int)strcspn(*entry, "="), *entry);
	for (size_t i = 0; i < SETTINGS; i++)
		if (!setting_load(&settings[i], &loaded, environment, err))
			return false;
	if (!roles_check(&loaded, err))
		return false;
	*config = loaded;
	return true;
}

void config_print(FILE *to)
{
	char values[256];

	for (size_t i = 0; i < SETTINGS; i++)
		fprintf(to, "%s=%s\t%s\t%s\n", settings[i].name,
			settings[i].fallback == NULL ? "" : settings[i].fallback,
			allowed(&settings[i], values, sizeof values), settings[i].help);
}
