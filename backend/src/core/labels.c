#include "core/labels.h"

#include <string.h>

struct label label_split(const char *label)
{
	const char *colon = strchr(label, ':');
	struct label parts = {.source = label};
	const char *equals;

	parts.key = colon != NULL ? colon + 1 : label;
	parts.source_size = colon != NULL ? (size_t)(colon - label) : 0;
	equals = strchr(parts.key, '=');
	parts.key_size = equals != NULL ? (size_t)(equals - parts.key) : strlen(parts.key);
	parts.value = equals != NULL ? equals + 1 : parts.key + parts.key_size;
	return parts;
}

static bool slice_is(const char *slice, size_t size, const char *text)
{
	return strlen(text) == size && memcmp(slice, text, size) == 0;
}

/* What follows "source:", or NULL. Asked of every label of every flow. */
static const char *past_source(const char *label, const char *source, size_t size)
{
	return *label == *source && strncmp(label, source, size) == 0 && label[size] == ':'
		       ? label + size + 1
		       : NULL;
}

bool label_is(const char *label, const char *source, const char *key)
{
	struct label parts = label_split(label);

	return slice_is(parts.source, parts.source_size, source) &&
	       slice_is(parts.key, parts.key_size, key);
}

const char *labels_value(const struct text_list *labels, const char *key)
{
	size_t size = strlen(key);

	for (size_t i = 0; i < labels->count; i++) {
		const char *rest = past_source(labels->items[i], "k8s", 3);

		if (rest != NULL && *rest == *key && strncmp(rest, key, size) == 0 &&
			(rest[size] == '=' || rest[size] == '\0'))
			return label_split(labels->items[i]).value;
	}
	return NULL;
}

unsigned labels_reserved(const struct text_list *labels)
{
	static const struct {
		const char *key;
		unsigned bit;
	} table[] = {
		{"host", RESERVED_HOST},
		{"world", RESERVED_WORLD},
		{"world-ipv4", RESERVED_WORLD},
		{"world-ipv6", RESERVED_WORLD},
		{"unmanaged", RESERVED_UNMANAGED},
		{"health", RESERVED_HEALTH},
		{"init", RESERVED_INIT},
		{"remote-node", RESERVED_REMOTE_NODE},
		{"kube-apiserver", RESERVED_KUBE_APISERVER},
		{"ingress", RESERVED_INGRESS},
	};
	unsigned found = 0;

	for (size_t i = 0; i < labels->count; i++) {
		if (past_source(labels->items[i], "reserved", 8) == NULL)
			continue;
		for (size_t j = 0; j < sizeof table / sizeof *table; j++)
			if (label_is(labels->items[i], "reserved", table[j].key))
				found |= table[j].bit;
	}
	return found;
}

bool labels_have_source(const struct text_list *labels, const char *source)
{
	size_t size = strlen(source);

	for (size_t i = 0; i < labels->count; i++)
		if (past_source(labels->items[i], source, size) != NULL)
			return true;
	return false;
}

bool text_lists_equal(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}
