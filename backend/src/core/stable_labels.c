#include "core/stable_labels.h"

#include <ctype.h>
#include <string.h>

#include "core/labels.h"
#include "core/text_set.h"

enum match { MATCH_EXACT, MATCH_START, MATCH_END, MATCH_INSIDE };

/* Keys that change with a rollout, a pod, a run or a release, or that say nothing of the workload. */
static const struct {
	enum match match;
	const char *text;
} volatile_keys[] = {
	{MATCH_EXACT, LABEL_NAMESPACE},
	{MATCH_START, LABEL_NAMESPACE_LABELS},
	{MATCH_EXACT, LABEL_CLUSTER},
	{MATCH_EXACT, "controller-revision-hash"},
	{MATCH_EXACT, "pod-template-generation"},
	{MATCH_END, "template-hash"},
	{MATCH_EXACT, "statefulset.kubernetes.io/pod-name"},
	{MATCH_EXACT, "apps.kubernetes.io/pod-index"},
	{MATCH_EXACT, "job-name"},
	{MATCH_EXACT, "controller-uid"},
	{MATCH_START, "batch.kubernetes.io/"},
	{MATCH_EXACT, "app.kubernetes.io/version"},
	{MATCH_EXACT, "app.kubernetes.io/managed-by"},
	{MATCH_EXACT, "version"},
	{MATCH_START, "helm.sh/"},
	{MATCH_EXACT, "chart"},
	{MATCH_EXACT, "heritage"},
	{MATCH_EXACT, "release-revision"},
	{MATCH_END, "config-hash"},
	{MATCH_INSIDE, "checksum"},
	{MATCH_INSIDE, "revision"},
	{MATCH_END, "-hash"},
	{MATCH_END, "-uid"},
	{MATCH_END, "/uid"},
	{MATCH_EXACT, "uid"},
	{MATCH_INSIDE, "-uid-"},
	{MATCH_START, "topology.kubernetes.io/"},
	{MATCH_INSIDE, ".beta.kubernetes.io/"},
	{MATCH_START, "beta.kubernetes.io/"},
	{MATCH_START, "sidecar.istio.io/"},
	{MATCH_START, "security.istio.io/"},
	{MATCH_START, "service.istio.io/canonical-revision"},
	{MATCH_START, "istio.io/"},
	{MATCH_START, "linkerd.io/"},
	{MATCH_START, "annotation."},
};

/* The order of preference; the first three name the workload by convention. */
static const char *const preferred_keys[] = {
	"app.kubernetes.io/name",
	"app.kubernetes.io/instance",
	"app.kubernetes.io/component",
	"app",
	"k8s-app",
	"name",
	"component",
	"tier",
	"role",
	"app.kubernetes.io/part-of",
};
#define NAMING_KEYS    3
#define PREFERRED_KEYS (sizeof preferred_keys / sizeof *preferred_keys)

static bool key_is_volatile(const char *key)
{
	size_t size = strlen(key);

	for (size_t i = 0; i < sizeof volatile_keys / sizeof *volatile_keys; i++) {
		const char *text = volatile_keys[i].text;
		size_t text_size = strlen(text);

		switch (volatile_keys[i].match) {
		case MATCH_EXACT:
			if (strcmp(key, text) == 0)
				return true;
			break;
		case MATCH_START:
			if (strncmp(key, text, text_size) == 0)
				return true;
			break;
		case MATCH_END:
			if (size >= text_size && strcmp(key + size - text_size, text) == 0)
				return true;
			break;
		case MATCH_INSIDE:
			if (strstr(key, text) != NULL)
				return true;
			break;
		}
	}
	return false;
}

/* Hashes, UUIDs and time stamps: letters and digits mixed in a way that no person chose. */
static bool value_is_volatile(const char *value)
{
	size_t size = strlen(value), digits = 0, hex = 0, dashes = 0, changes = 0, stamp = 0;

	for (size_t i = 0; i < size; i++) {
		digits += isdigit((unsigned char)value[i]) != 0;
		hex += isxdigit((unsigned char)value[i]) != 0;
		dashes += value[i] == '-';
		stamp += isdigit((unsigned char)value[i]) || strchr("-:.TZ_", value[i]) != NULL;
		changes += i > 0 &&
			   isdigit((unsigned char)value[i]) != isdigit((unsigned char)value[i - 1]);
	}
	if (size == 36 && dashes == 4 && hex == 32)
		return true;
	if (size >= 10 && stamp == size && digits >= 8)
		return true;
	if (size >= 8 && hex == size && digits > 0 && digits < size)
		return true;
	return size >= 8 && size <= 12 && dashes == 0 && changes >= 4;
}

static bool name_is_valid(const char *name, size_t size)
{
	if (size == 0 || size > 63)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)name[i]) &&
			((i == 0 || i == size - 1) || strchr("-_.", name[i]) == NULL))
			return false;
	return true;
}

static bool prefix_is_valid(const char *prefix, size_t size)
{
	bool start = true;

	if (size == 0 || size > 253)
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)prefix[i];

		if (c == '.' ? start : !(islower(c) || isdigit(c) || (c == '-' && !start)))
			return false;
		if ((c == '.' || i == size - 1) && i > 0 && prefix[i - (c == '.')] == '-')
			return false;
		start = c == '.';
	}
	return !start;
}

bool label_value_is_valid(const char *value)
{
	size_t size = strlen(value);

	return size == 0 || name_is_valid(value, size);
}

bool namespace_is_valid(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		if (isupper((unsigned char)name[i]) || name[i] == '_' || name[i] == '.')
			return false;
	return name_is_valid(name, size);
}

/* What the API server takes as a label key and value (policies.md 1). */
static bool label_is_valid(const char *key, size_t key_size, const char *value)
{
	const char *slash = memchr(key, '/', key_size);
	const char *name = slash != NULL ? slash + 1 : key;

	if (slash != NULL && !prefix_is_valid(key, (size_t)(slash - key)))
		return false;
	return name_is_valid(name, key_size - (size_t)(name - key)) && label_value_is_valid(value);
}

static unsigned preference_of_key(const char *key)
{
	for (unsigned i = 0; i < PREFERRED_KEYS; i++)
		if (strcmp(key, preferred_keys[i]) == 0)
			return i;
	return PREFERRED_KEYS;
}

/* The key of a label as a text of its own; longer keys than any valid one are cut, and invalid. */
static void copy_key(const struct label *parts, char ret_key[512])
{
	size_t size = parts->key_size < 511 ? parts->key_size : 511;

	memcpy(ret_key, parts->key, size);
	ret_key[size] = '\0';
}

unsigned label_preference(const char *label)
{
	struct label parts = label_split(label);
	char key[512];

	copy_key(&parts, key);
	return preference_of_key(key);
}

static bool list_has(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

enum label_rank label_rank(
	const char *label, const struct text_list *always, const struct text_list *never)
{
	struct label parts = label_split(label);
	char key[512];
	unsigned preference;

	if (parts.source_size != 3 || memcmp(parts.source, "k8s", 3) != 0)
		return LABEL_UNUSABLE;
	copy_key(&parts, key);
	if (!label_is_valid(parts.key, parts.key_size, parts.value) || list_has(never, key))
		return LABEL_UNUSABLE;
	if (strcmp(key, LABEL_SERVICE_ACCOUNT) == 0)
		return strcmp(parts.value, "default") == 0 || *parts.value == '\0' ? LABEL_UNUSABLE
										   : LABEL_ACCOUNT;
	preference = preference_of_key(key);
	if (preference < NAMING_KEYS)
		return LABEL_NAMES_WORKLOAD;
	if (preference < PREFERRED_KEYS)
		return LABEL_COMMON_NAME;
	if (list_has(always, key))
		return LABEL_STABLE;
	return key_is_volatile(key) || value_is_volatile(parts.value) ? LABEL_UNUSABLE
								      : LABEL_STABLE;
}
