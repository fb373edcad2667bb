#include "core/selector.h"

#include <string.h>

#include "base/mem.h"
#include "core/labels.h"
#include "core/table.h"

static uint64_t hash_key(const char *key)
{
	return table_hash_text(key, 0);
}

/* Never 0. */
static uint64_t hash_pair(uint64_t key_hash, const char *value)
{
	uint64_t hash = table_hash_text(value, key_hash);

	return hash != 0 ? hash : 1;
}

void label_set_add(void *mem, struct label_set *set, const char *label)
{
	struct label parts = label_split(label);
	struct split_label *item;

	mem_reserve(mem, set->items, &set->capacity, set->count + 1);
	item = &set->items[set->count++];
	item->source = mem_text_n(mem, parts.source, parts.source_size);
	item->key = mem_text_n(mem, parts.key, parts.key_size);
	item->value = mem_text(mem, parts.value);
	item->key_hash = hash_key(item->key);
	item->pair_hash = hash_pair(item->key_hash, item->value);
}

static const char *find_value(
	const struct label_set *set, const char *source, const char *key, uint64_t key_hash)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct split_label *item = &set->items[i];

		if (item->key_hash == key_hash && strcmp(item->key, key) == 0 &&
			(*source == '\0' || strcmp(item->source, source) == 0))
			return item->value;
	}
	return NULL;
}

const char *label_set_value(const struct label_set *set, const char *source, const char *key)
{
	return find_value(set, source, key, hash_key(key));
}

/* A source as text, shared where it is one of the usual ones. */
static const char *source_text(void *mem, const char *source, size_t size)
{
	static const char *const usual[] = {"k8s", "reserved", ""};

	if (size == 3 && memcmp(source, "any", size) == 0)
		return "";
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strlen(usual[i]) == size && memcmp(usual[i], source, size) == 0)
			return usual[i];
	return mem_text_n(mem, source, size);
}

/* Splits "source:key"; without a source, or with the source "any", any source will do. */
static struct label_requirement *add(void *mem, struct label_selector *selector, const char *key)
{
	const char *colon = strchr(key, ':');
	struct label_requirement *item;

	mem_reserve(mem, selector->items, &selector->capacity, selector->count + 1);
	item = &selector->items[selector->count++];
	item->source = colon == NULL ? "" : source_text(mem, key, (size_t)(colon - key));
	item->key = colon == NULL ? key : colon + 1;
	item->key_hash = hash_key(item->key);
	item->pair_hash = 0;
	return item;
}

static void set_values(
	struct label_requirement *item, enum operator_kind operator, struct text_list values)
{
	item->operator= operator;
	item->values = values;
	if (operator== OPERATOR_IN && values.count == 1)
		item->pair_hash = hash_pair(item->key_hash, values.items[0]);
}

static struct text_list one_value(void *mem, const char *value)
{
	struct text_list values = {mem_array(mem, const char *, 1), 1};

	values.items[0] = value;
	return values;
}

void label_requirement_demand(void *mem, struct label_requirement *requirement, const char *value)
{
	set_values(requirement, OPERATOR_IN, one_value(mem, value));
}

void label_selector_require(void *mem, struct label_selector *selector, const char *key,
	enum operator_kind operator, const char * value)
{
	struct label_requirement *item = add(mem, selector, key);
	bool valued = operator== OPERATOR_IN || operator== OPERATOR_NOT_IN;

	set_values(item, operator, valued ? one_value(mem, value) : (struct text_list){NULL, 0});
}

struct label_selector label_selector_new(void *mem, const struct selector *from)
{
	struct label_selector selector = {0};

	for (size_t i = 0; i < from->match_labels.count; i++)
		set_values(add(mem, &selector, from->match_labels.items[i].key), OPERATOR_IN,
			(struct text_list){&from->match_labels.items[i].value, 1});
	for (size_t i = 0; i < from->expression_count; i++)
		set_values(add(mem, &selector, from->expressions[i].key),
			from->expressions[i].operator, from->expressions[i].values);
	return selector;
}

static bool has_source(const struct label_requirement *item, const char *source)
{
	return *item->source == '\0' || strcmp(item->source, source) == 0;
}

bool label_selector_has_key(
	const struct label_selector *selector, const char *source, const char *key)
{
	for (size_t i = 0; i < selector->count; i++)
		if (has_source(&selector->items[i], source) &&
			strcmp(selector->items[i].key, key) == 0)
			return true;
	return false;
}

bool label_selector_has_key_prefix(
	const struct label_selector *selector, const char *source, const char *prefix)
{
	for (size_t i = 0; i < selector->count; i++)
		if (has_source(&selector->items[i], source) &&
			strncmp(selector->items[i].key, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

bool label_selector_has_source(const struct label_selector *selector, const char *source)
{
	for (size_t i = 0; i < selector->count; i++)
		if (strcmp(selector->items[i].source, source) == 0)
			return true;
	return false;
}

static bool has_value(const struct text_list *values, const char *value)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i], value) == 0)
			return true;
	return false;
}

static bool holds(const struct label_requirement *item, const char *value)
{
	switch (item->operator) {
	case OPERATOR_IN:
		return value != NULL && has_value(&item->values, value);
	case OPERATOR_NOT_IN:
		return value == NULL || !has_value(&item->values, value);
	case OPERATOR_EXISTS:
		return value != NULL;
	case OPERATOR_DOES_NOT_EXIST:
		return value == NULL;
	}
	return false;
}

/* A quick no to what nearly every selector asks first: is there this label with this value? */
static bool lacks_pair(const struct label_requirement *item, const struct label_set *set)
{
	if (item->pair_hash == 0 || set->partial)
		return false;
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i].pair_hash == item->pair_hash)
			return false;
	return true;
}

enum tristate label_selector_matches(
	const struct label_selector *selector, const struct label_set *set)
{
	enum tristate answer = TRISTATE_YES;

	for (size_t i = 0; i < selector->count; i++) {
		const struct label_requirement *item = &selector->items[i];
		const char *value;

		if (lacks_pair(item, set))
			return TRISTATE_NO;
		value = find_value(set, item->source, item->key, item->key_hash);
		if (value == NULL && set->partial)
			answer = TRISTATE_UNKNOWN;
		else if (!holds(item, value))
			return TRISTATE_NO;
	}
	return answer;
}
