/*
 * Label selectors over the labels of an identity (policies.md 4). What the agent adds to a selector
 * (policies.md 5) is added by the caller, with label_selector_require.
 */
#ifndef CORE_SELECTOR_H
#define CORE_SELECTOR_H

#include "core/policy.h"

struct split_label {
	const char *source, *key, *value;
	uint64_t key_hash, pair_hash; /* of the key; of key and value */
};

/* The labels of one identity, taken apart. */
struct label_set {
	struct split_label *items;
	size_t count, capacity;
	bool partial; /* it may have more labels than these */
};

/* Adds a label in its canonical form, "source:key=value". The text is copied. */
void label_set_add(void *mem, struct label_set *set, const char *label);

/* The value of a key, NULL if there is none; `source` "" takes any. */
const char *label_set_value(const struct label_set *set, const char *source, const char *key);

struct label_requirement {
	const char *source; /* "" = any */
	const char *key;    /* without the source */
	uint64_t key_hash;
	uint64_t pair_hash;          /* of key and value where one value is demanded, else 0 */
	enum operator_kind operator; /* equality is OPERATOR_IN with one value */
	struct text_list values;
};

/* All must hold; none at all selects everything. */
struct label_selector {
	struct label_requirement *items;
	size_t count, capacity;
};

/* Makes a requirement demand this value. The text is not copied. */
void label_requirement_demand(void *mem, struct label_requirement *requirement, const char *value);

/* A selector as written. The result is owned by `mem` and refers to the texts of `from`. */
struct label_selector label_selector_new(void *mem, const struct selector *from);

/*
 * Adds a requirement; `key` may have a source prefix. `value` is ignored by OPERATOR_EXISTS and
 * OPERATOR_DOES_NOT_EXIST. Neither text is copied.
 */
void label_selector_require(void *mem, struct label_selector *selector, const char *key,
	enum operator_kind operator, const char * value);

/* Any requirement, whatever its operator, on this key, from `source` or from any source? */
bool label_selector_has_key(
	const struct label_selector *selector, const char *source, const char *key);

/* The same for keys that begin with `prefix`. */
bool label_selector_has_key_prefix(
	const struct label_selector *selector, const char *source, const char *prefix);

/* Any requirement on a key of exactly this source? */
bool label_selector_has_source(const struct label_selector *selector, const char *source);

/* Yes or no; unknown if that hangs on labels which a partial set may lack. */
enum tristate label_selector_matches(
	const struct label_selector *selector, const struct label_set *set);

#endif
