/*
 * Private to the checker: problems with their paths, and schemas as tables that are walked against
 * YAML nodes. What a table cannot say is a function of the schema at hand: the rules of operator and
 * agent, which Cilium applies after the API server has taken a policy.
 */
#ifndef CORE_POLICY_CHECKER_H
#define CORE_POLICY_CHECKER_H

#include "core/policy_check.h"
#include "core/yaml_tree.h"

struct checker {
	void *mem;
	struct checked_policy *to;
	size_t capacity;
	size_t error_count;
	/* Where the walk is. */
	enum policy_kind kind;
	bool host_policy;     /* below a rule with a nodeSelector */
	enum section section; /* below a rule element */
	size_t *comparisons;  /* that check_company may still make, for the whole text */
};

/* The way from the root to a node. */
struct path {
	const struct path *parent; /* NULL: this is the root, which has no name */
	const char *name;          /* a member, or NULL: an item */
	size_t index;
};

char *path_text(void *mem, const struct path *path);

/* Adds a problem; `where` may be {0}, which means the document's beginning. */
void check_problem(struct checker *c, enum severity severity, const char *rule, struct where where,
	const char *path, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* As check_problem, at a node. */
#define check_error(c, rule, path, node, ...)                                                      \
	check_problem((c), SEVERITY_ERROR, (rule), (node)->where, path_text((c)->mem, (path)),     \
		__VA_ARGS__)
#define check_warning(c, rule, path, node, ...)                                                    \
	check_problem((c), SEVERITY_WARNING, (rule), (node)->where, path_text((c)->mem, (path)),   \
		__VA_ARGS__)

enum schema_type {
	SCHEMA_ANY, /* not looked at */
	SCHEMA_TEXT,
	SCHEMA_BOOL,
	SCHEMA_INTEGER,
	SCHEMA_INTEGER_OR_TEXT,
	SCHEMA_LIST, /* of `items` */
	SCHEMA_MAP,  /* with `fields` */
	SCHEMA_TABLE /* a map with any keys, its values `items` */
};

struct schema;

struct schema_field {
	const char *name; /* NULL ends the list */
	const struct schema *schema;
	const char *rule; /* that problems of the field and below it go by; NULL = the parent's */
	bool required;
};

struct schema {
	enum schema_type type;
	const struct schema_field *fields;
	const struct schema *items;
	/* SCHEMA_MAP: exactly one of these, at least one of these; NULL ends the lists. */
	const char *const *one_of, *const *any_of;
	/* Texts: one of these; a grammar and what it wants. */
	const char *const *values;
	bool (*grammar)(const char *text);
	const char *wants;
	size_t longest;         /* characters; 0 = any */
	long smallest, largest; /* SCHEMA_INTEGER, unless both are 0 */
	size_t fewest, most;    /* items of SCHEMA_LIST; most 0 = any */
	bool empty;             /* SCHEMA_LIST that must be empty */
	bool distinct;          /* SCHEMA_LIST of different texts */
	/* Rules beyond the table, called before the members or items are walked. */
	void (*check)(struct checker *c, const struct path *path, const struct yaml_node *node);
};

/* Walks `node` by `schema`. */
void schema_check(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node);

/* What each kind of object has at its top, without apiVersion and kind. */
extern const struct schema cilium_schema, kubernetes_schema;

/* The metadata of any object (policies.md 1). */
extern const struct schema metadata_schema;

/* Rules of operator and agent, for the tables (policies.md 8). */
void check_rule(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_ingress(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_ingress_deny(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_egress(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_egress_deny(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_port_rule(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_port(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_http(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_icmp_field(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_cidr_rule(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_selector_keys(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_group_keys(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_expression(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_group_expression(
	struct checker *c, const struct path *path, const struct yaml_node *node);
void check_log_value(struct checker *c, const struct path *path, const struct yaml_node *node);
void check_rule_label(struct checker *c, const struct path *path, const struct yaml_node *node);

/* Operators, values and keys of an expression, by the grammar of keys given. */
void check_requirement(struct checker *c, const char *rule, bool key_grammar(const char *text),
	const struct path *path, const struct yaml_node *node);

/*
 * Warnings about accepted policies of one text (R rules and policies.md 9.4): about each alone, and
 * about each in the company of the others.
 */
void check_surprises(struct checker *c, const struct policy *policy);
void check_company(struct checker *c, const struct policy *policy, const struct policies *all);

#endif
