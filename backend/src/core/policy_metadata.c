/* The metadata of an object as the API server checks it, whatever the kind (policies.md 1). */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_checker.h"
#include "core/syntax.h"

static bool is_given(const struct yaml_node *metadata, const char *key)
{
	const struct yaml_node *value = yaml_member(metadata, key);

	return value != NULL && *value->text != '\0';
}

static void check_metadata(struct checker *c, const struct path *path, const struct yaml_node *node)
{
	bool namespace = is_given(node, "namespace");

	if (!is_given(node, "name") && !is_given(node, "generateName"))
		check_error(c, "V06", path, node, "a policy needs a name: write metadata.name");
	if (c->kind == POLICY_CLUSTERWIDE && namespace)
		check_error(c, "V06", path, node,
			"a CiliumClusterwideNetworkPolicy belongs to no namespace; remove it, or "
			"use a "
			"CiliumNetworkPolicy");
	if (c->kind == POLICY_CILIUM && !namespace)
		check_error(c, "V06", path, node,
			"a CiliumNetworkPolicy needs a namespace: write metadata.namespace");
	if (c->kind == POLICY_KUBERNETES && !namespace)
		check_warning(c, "V06", path, node,
			"without metadata.namespace the policy lands wherever the client's context "
			"points; name its namespace");
}

static void check_label_keys(
	struct checker *c, const struct path *path, const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (node->items[i].kind != YAML_NULL && !is_label_key(node->items[i].key))
			check_problem(c, SEVERITY_ERROR, "V06", node->items[i].key_where,
				path_text(c->mem, path),
				"\"%s\" is not a label key: an optional DNS prefix and \"/\", then "
				"at "
				"most 63 letters, digits and -_.",
				node->items[i].key);
}

/* Keys in lower case, and all together below a bound. */
static void check_annotations(
	struct checker *c, const struct path *path, const struct yaml_node *node)
{
	size_t bytes = 0;

	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = &node->items[i];
		char *lower = mem_text(c->mem, item->key);

		for (char *l = lower; *l != '\0'; l++)
			*l = (char)tolower((unsigned char)*l);
		if (item->kind != YAML_NULL && !is_label_key(lower))
			check_problem(c, SEVERITY_ERROR, "V06", item->key_where,
				path_text(c->mem, path),
				"\"%s\" is not an annotation's key, which looks like a label's",
				item->key);
		bytes += strlen(item->key) + strlen(item->text);
	}
	if (bytes > LIMIT_ANNOTATIONS)
		check_error(c, "V06", path, node,
			"%zu bytes of annotations are more than the %d that the API server takes",
			bytes, LIMIT_ANNOTATIONS);
}

static const struct schema text = {.type = SCHEMA_TEXT};
static const struct schema number = {.type = SCHEMA_INTEGER};
static const struct schema anything = {.type = SCHEMA_ANY};
static const struct schema name = {.type = SCHEMA_TEXT,
	.grammar = is_dns_subdomain,
	.wants = "a name: at most 253 lower-case letters, digits, - and ., each part between dots "
		 "beginning and ending with a letter or digit"};

static bool is_namespace(const char *written)
{
	return *written == '\0' || is_dns_label(written);
}

static const struct schema namespace_name = {.type = SCHEMA_TEXT,
	.grammar = is_namespace,
	.wants = "a namespace: at most 63 lower-case letters, digits and -, beginning and ending "
		 "with "
		 "a letter or digit"};
static const struct schema label_value = {.type = SCHEMA_TEXT,
	.grammar = is_label_value,
	.wants = "a label value: at most 63 letters, digits and -_. with a letter or digit at both "
		 "ends"};
static const struct schema labels = {
	.type = SCHEMA_TABLE, .items = &label_value, .check = check_label_keys};
static const struct schema annotations = {
	.type = SCHEMA_TABLE, .items = &text, .check = check_annotations};
static const struct schema texts = {.type = SCHEMA_LIST, .items = &text};
static const struct schema list = {.type = SCHEMA_LIST, .items = &anything};

static const struct schema_field fields[] = {
	{"name", &name, NULL, false},
	{"generateName", &text, NULL, false},
	{"namespace", &namespace_name, NULL, false},
	{"labels", &labels, NULL, false},
	{"annotations", &annotations, NULL, false},
	{"creationTimestamp", &text, NULL, false},
	{"deletionTimestamp", &text, NULL, false},
	{"deletionGracePeriodSeconds", &number, NULL, false},
	{"finalizers", &texts, NULL, false},
	{"generation", &number, NULL, false},
	{"managedFields", &list, NULL, false},
	{"ownerReferences", &list, NULL, false},
	{"resourceVersion", &text, NULL, false},
	{"selfLink", &text, NULL, false},
	{"uid", &text, NULL, false},
	{NULL, NULL, NULL, false},
};

const struct schema metadata_schema = {
	.type = SCHEMA_MAP, .fields = fields, .check = check_metadata};
