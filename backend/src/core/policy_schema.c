/* Walks a schema table against YAML nodes, as the API server walks a CRD's schema. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_checker.h"

static const struct schema_field *find_field(const struct schema *schema, const char *name)
{
	for (const struct schema_field *f = schema->fields; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* Lower-case comparison finds what is only written in the wrong case. */
static const char *similar_field(const struct schema *schema, const char *name)
{
	for (const struct schema_field *f = schema->fields; f->name != NULL; f++)
		if (strcasecmp(f->name, name) == 0)
			return f->name;
	return NULL;
}

static void unknown_field(struct checker *c, const struct schema *schema, const struct path *path,
	const struct yaml_node *node)
{
	const char *similar = similar_field(schema, node->key);

	check_problem(c, SEVERITY_WARNING, "V41", node->key_where, path_text(c->mem, path),
		"unknown field \"%s\" is dropped by the API server%s%s%s; %s", node->key,
		similar != NULL ? " (did you mean \"" : "", similar != NULL ? similar : "",
		similar != NULL ? "\"?)" : "", "correct its name or place, or remove it");
}

static size_t count_members(const struct yaml_node *node, const char *const *names)
{
	size_t count = 0;

	for (; *names != NULL; names++)
		count += yaml_member(node, *names) != NULL;
	return count;
}

/* "a, b, c" */
static const char *join(void *mem, const char *const *names)
{
	const char *text = "";

	for (; *names != NULL; names++)
		text = *text == '\0' ? *names : mem_format(mem, "%s, %s", text, *names);
	return text;
}

static void check_choices(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	if (schema->one_of != NULL && count_members(node, schema->one_of) != 1)
		check_error(c, rule, path, node, "exactly one of %s is wanted here, not %zu",
			join(c->mem, schema->one_of), count_members(node, schema->one_of));
	/* The choice among the four lists of a rule is a rule of its own. */
	if (schema->any_of != NULL && count_members(node, schema->any_of) == 0)
		check_error(c, "V02", path, node, "at least one of %s is wanted here",
			join(c->mem, schema->any_of));
}

static void check_map(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	check_choices(c, schema, rule, path, node);
	for (const struct schema_field *f = schema->fields; f->name != NULL; f++)
		if (f->required && yaml_member(node, f->name) == NULL)
			check_error(c, f->rule != NULL ? f->rule : rule, path, node,
				"the field \"%s\" is missing; it is required here", f->name);
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *member = &node->items[i];
		const struct schema_field *field = find_field(schema, member->key);
		const struct path below = {.parent = path, .name = member->key};

		/* The API server drops members that are null. */
		if (member->kind == YAML_NULL)
			continue;
		if (field == NULL)
			unknown_field(c, schema, &below, member);
		else
			schema_check(c, field->schema, field->rule != NULL ? field->rule : rule,
				&below, member);
	}
}

static void check_table(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct path below = {.parent = path, .name = node->items[i].key};

		if (node->items[i].kind != YAML_NULL)
			schema_check(c, schema->items, rule, &below, &node->items[i]);
	}
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp((*(const struct yaml_node *const *)a)->text,
		(*(const struct yaml_node *const *)b)->text);
}

static void check_distinct(
	struct checker *c, const char *rule, const struct path *path, const struct yaml_node *node)
{
	const struct yaml_node **sorted = mem_array(c->mem, const struct yaml_node *, node->count);

	for (size_t i = 0; i < node->count; i++)
		sorted[i] = &node->items[i];
	if (node->count > 1)
		qsort(sorted, node->count, sizeof *sorted, compare_texts);
	for (size_t i = 1; i < node->count; i++)
		if (compare_texts(&sorted[i - 1], &sorted[i]) == 0) {
			check_error(c, rule, path, sorted[i],
				"\"%s\" is in the list twice; remove one", sorted[i]->text);
			return;
		}
}

static void check_list(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	if (schema->empty && node->count > 0) {
		check_error(c, rule, path, node,
			"this field was removed in Cilium 1.19 and must be empty; express it with "
			"selectors or deny rules");
		return;
	}
	if (node->count < schema->fewest)
		check_error(c, rule, path, node,
			"the list needs at least %zu entry; remove the "
			"field if there is none",
			schema->fewest);
	if (schema->most > 0 && node->count > schema->most) {
		/* Under a V17 roof: this is the only bound of that kind. */
		check_error(c, "V17", path, node,
			"%zu entries are more than %zu; divide them among several lists",
			node->count, schema->most);
		return;
	}
	if (schema->distinct)
		check_distinct(c, rule, path, node);
	for (size_t i = 0; i < node->count; i++) {
		const struct path below = {.parent = path, .index = i};

		schema_check(c, schema->items, rule, &below, &node->items[i]);
	}
}

static size_t count_characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void check_text(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	if (schema->longest > 0 && count_characters(node->text) > schema->longest) {
		check_error(c, rule, path, node, "%zu characters are more than %zu; shorten it",
			count_characters(node->text), schema->longest);
		return;
	}
	if (schema->values != NULL) {
		for (const char *const *v = schema->values; *v != NULL; v++)
			if (strcmp(*v, node->text) == 0)
				return;
		check_error(c, rule, path, node, "\"%s\" is none of %s", node->text,
			join(c->mem, schema->values));
	}
	if (schema->grammar != NULL && !schema->grammar(node->text))
		check_error(c, rule, path, node, "\"%s\" is not %s", node->text, schema->wants);
}

static void check_integer(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	if (schema->smallest == schema->largest)
		return;
	if (node->integer < schema->smallest || node->integer > schema->largest)
		check_error(c, rule, path, node, "%lld is outside of %ld to %ld",
			(long long)node->integer, schema->smallest, schema->largest);
}

static const struct {
	const char *name;
	enum yaml_kind kind;
	void (*check)(struct checker *c, const struct schema *schema, const char *rule,
		const struct path *path, const struct yaml_node *node);
} types[] = {
	[SCHEMA_TEXT] = {"a text", YAML_TEXT, check_text},
	[SCHEMA_BOOL] = {"true or false", YAML_BOOL, NULL},
	[SCHEMA_INTEGER] = {"a whole number", YAML_INTEGER, check_integer},
	[SCHEMA_LIST] = {"a list", YAML_LIST, check_list},
	[SCHEMA_MAP] = {"a map", YAML_MAP, check_map},
	[SCHEMA_TABLE] = {"a map", YAML_MAP, check_table},
};

static void wrong_type(struct checker *c, const char *wanted, bool text, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	bool quote = text && node->kind > YAML_NULL && node->kind < YAML_TEXT;

	check_error(c, rule, path, node, "wanted is %s, not %s%s%s%s", wanted,
		yaml_kind_name(node->kind), *node->text != '\0' ? " " : "", node->text,
		quote ? "; put it in quotes" : "");
}

void schema_check(struct checker *c, const struct schema *schema, const char *rule,
	const struct path *path, const struct yaml_node *node)
{
	if (schema->type == SCHEMA_ANY)
		return;
	if (schema->type == SCHEMA_INTEGER_OR_TEXT) {
		if (node->kind != YAML_INTEGER && node->kind != YAML_TEXT)
			wrong_type(c, "a whole number or a text", false, rule, path, node);
		return;
	}
	if (node->kind != types[schema->type].kind) {
		wrong_type(
			c, types[schema->type].name, schema->type == SCHEMA_TEXT, rule, path, node);
		return;
	}
	if (schema->check != NULL)
		schema->check(c, path, node);
	if (types[schema->type].check != NULL)
		types[schema->type].check(c, schema, rule, path, node);
}
