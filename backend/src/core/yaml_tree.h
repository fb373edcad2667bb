/*
 * YAML text -> a tree of nodes that know their line and column. Scalars are typed as the Kubernetes
 * API server's reader types them (YAML 1.1 as in sigs.k8s.io/yaml): `on` is a boolean, `010` is
 * eight, a date is text.
 *
 * Bounds are those of base/limits.h. Anchors, aliases, merge keys, tags, duplicate keys and keys
 * that are no scalars are refused; no policy needs them.
 */
#ifndef CORE_YAML_TREE_H
#define CORE_YAML_TREE_H

#include "base/err.h"
#include "core/policy.h"

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_INTEGER, YAML_FLOAT, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	const char *key;  /* of a member of a map; NULL otherwise */
	const char *text; /* of a scalar, as written and unquoted; "" otherwise */
	bool truth;       /* YAML_BOOL */
	int64_t integer;  /* YAML_INTEGER; whole floats such as 8e1 count as integers, as in JSON */
	struct yaml_node *items; /* of a list or map, in the order of the text */
	size_t count;
	struct where where;     /* of the value */
	struct where key_where; /* of its key, if it has one */
};

struct yaml_document {
	struct yaml_node *root; /* NULL if it cannot be read */
	struct err problem;     /* why not: code, text, line, column */
	unsigned number;        /* in its text, from 0; empty documents count, but are left out */
	struct where where;
};

struct yaml_documents {
	struct yaml_document *items;
	size_t count;
};

/*
 * Reads all documents of a text into a tree owned by `mem`. One that cannot be read does not spoil
 * the others, since documents are divided at their `---` lines first. False with ERR_TOO_LARGE if
 * the whole text exceeds a bound.
 */
MUST_CHECK bool yaml_read(void *mem, const char *text, size_t size,
	struct yaml_documents *ret_documents, struct err *err);

/* The member of a map, or NULL if there is none, it is null, or `node` is no map (or NULL). */
const struct yaml_node *yaml_member(const struct yaml_node *node, const char *key);

/* Same kind and content, members in the same order. NULL equals NULL only. */
bool yaml_equal(const struct yaml_node *a, const struct yaml_node *b);

/* "text", "a list", "a map", ... for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

#endif
