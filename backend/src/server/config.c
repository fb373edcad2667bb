#include "server/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "CPA_"

/* A row of the table. A setting is one of `choices`, or else a number from `least` to `most`. */
struct setting {
	const char *name;
	const char *fallback;       /* NULL: must be set */
	const char *const *choices; /* in the order of their enum, ended by NULL */
	int least, most;
	size_t offset; /* of an int or enum in struct config */
	const char *help;
};

static const char *const auth_modes[] = {[AUTH_DEV] = "dev", NULL};

static const struct setting settings[] = {
	{"CPA_AUTH_MODE", NULL, auth_modes, 0, 0, offsetof(struct config, auth_mode),
		"how users are known; dev: everybody is admin, for one's own machine only"},
	{"CPA_WORKER_REQUESTS", "10000", NULL, 1, 1000000000,
		offsetof(struct config, worker_requests),
		"requests after which a worker process is replaced by a new one"},
	{"CPA_RETENTION_DAYS", "0", NULL, 0, 36500, offsetof(struct config, retention_days),
		"days that single flows are kept, by their own time; 0: for ever. Connections and "
		"policies stay"},
	{"CPA_MAINTAIN_INTERVAL_S", "3600", NULL, 1, 86400,
		offsetof(struct config, maintain_interval_s),
		"seconds between two runs of `cpa maintain`"},
};

#define SETTINGS (sizeof settings / sizeof *settings)

_Static_assert(sizeof(enum auth_mode) == sizeof(int), "settings are stored as int");

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

/* "dev" or "1 to 100" */
static const char *allowed(const struct setting *setting, char *buffer, size_t size)
{
	size_t used = 0;

	if (setting->choices == NULL) {
		snprintf(buffer, size, "%d to %d", setting->least, setting->most);
		return buffer;
	}
	for (int i = 0; setting->choices[i] != NULL; i++) {
		int added = snprintf(buffer + used, size - used, "%s%s", i == 0 ? "" : " | ",
			setting->choices[i]);

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

static bool setting_load(const struct setting *setting, struct config *config,
	char *const *environment, struct err *err)
{
	const char *text = value_of(environment, setting->name);
	char values[128];
	int value;

	if (text == NULL)
		text = setting->fallback;
	if (text == NULL)
		return err_field(err, ERR_INVALID, setting->name, "%s must be set (%s): %s.",
			setting->name, allowed(setting, values, sizeof values), setting->help);
	if (!(setting->choices != NULL ? choice_parse : number_parse)(setting, text, &value))
		return err_field(err, ERR_INVALID, setting->name, "%s is \"%.64s\"; it must be %s.",
			setting->name, text, allowed(setting, values, sizeof values));
	memcpy((char *)config + setting->offset, &value, sizeof value);
	return true;
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
	*config = loaded;
	return true;
}

void config_print(FILE *to)
{
	char values[128];

	for (size_t i = 0; i < SETTINGS; i++)
		fprintf(to, "%s=%s\t%s\t%s\n", settings[i].name,
			settings[i].fallback == NULL ? "" : settings[i].fallback,
			allowed(&settings[i], values, sizeof values), settings[i].help);
}
