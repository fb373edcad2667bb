#include "core/policy_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_checker.h"
#include "core/policy_read.h"

const char *severity_name(enum severity severity)
{
	return severity == SEVERITY_ERROR ? "error" : "warning";
}

static size_t write_path(char *to, size_t size, const struct path *path)
{
	size_t used = path->parent != NULL ? write_path(to, size, path->parent) : 0;
	const char *name = path->name;

	if (path->parent == NULL || used >= size)
		return used;
	if (name == NULL)
		return used + (size_t)snprintf(to + used, size - used, "[%zu]", path->index);
	/* Label keys have dots and slashes of their own. */
	if (strpbrk(name, "./:") != NULL)
		return used + (size_t)snprintf(to + used, size - used, "[\"%s\"]", name);
	return used + (size_t)snprintf(to + used, size - used, "%s%s", used > 0 ? "." : "", name);
}

char *path_text(void *mem, const struct path *path)
{
	char text[1024] = "";

	write_path(text, sizeof text, path);
	return mem_text(mem, text);
}

void check_problem(struct checker *c, enum severity severity, const char *rule, struct where where,
	const char *path, const char *format, ...)
{
	struct checked_policy *to = c->to;
	char message[1024];
	va_list arguments;

	if (severity == SEVERITY_ERROR)
		c->error_count++;
	if (to->problem_count >= LIMIT_PROBLEMS)
		return;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	mem_reserve(c->mem, to->problems, &c->capacity, to->problem_count + 1);
	to->problems[to->problem_count++] = (struct policy_problem){.rule = rule,
		.severity = severity,
		.where = where.line != 0 ? where : to->where,
		.path = path,
		.message = mem_text(c->mem, message)};
}

static const struct {
	const char *version, *kind;
	enum policy_kind policy_kind;
	const struct schema *schema;
} kinds[] = {
	{"cilium.io/v2", "CiliumNetworkPolicy", POLICY_CILIUM, &cilium_schema},
	{"cilium.io/v2", "CiliumClusterwideNetworkPolicy", POLICY_CLUSTERWIDE, &cilium_schema},
	{"networking.k8s.io/v1", "NetworkPolicy", POLICY_KUBERNETES, &kubernetes_schema},
};

static const char *text_member(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_member(node, key);

	return value != NULL && value->kind == YAML_TEXT ? value->text : "";
}

/* The rules that need the whole object, whatever its kind. */
static void check_object(struct checker *c, const struct yaml_node *root)
{
	const struct path path = {0};
	const char *version = text_member(root, "apiVersion");

	c->to->kind = text_member(root, "kind");
	c->to->name = text_member(yaml_member(root, "metadata"), "name");
	c->to->namespace = text_member(yaml_member(root, "metadata"), "namespace");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(version, kinds[i].version) == 0 &&
			strcmp(c->to->kind, kinds[i].kind) == 0) {
			c->kind = kinds[i].policy_kind;
			schema_check(c, kinds[i].schema, "V00", &path, root);
			return;
		}
	check_error(c, "V00", &path, root,
		"kind \"%s\" of \"%s\" is no policy; wanted are CiliumNetworkPolicy or "
		"CiliumClusterwideNetworkPolicy of cilium.io/v2, or NetworkPolicy of "
		"networking.k8s.io/v1",
		c->to->kind, version);
}

/* What the checks let pass must have a place in the model, or it cannot be called accepted. */
static void read_model(struct checker *c, const struct yaml_node *root)
{
	struct policy *policy = mem_new(c->mem, struct policy);
	struct err err = {0};

	if (policy_from_node(c->mem, root, c->to->document, policy, &err))
		c->to->policy = policy;
	else
		check_problem(c, SEVERITY_ERROR, "V00",
			(struct where){.line = (unsigned)err.line, .column = (unsigned)err.column},
			err.field, "%s", err.text);
}

static int by_place(const void *a, const void *b)
{
	const struct policy_problem *x = a, *y = b;

	if (x->where.line != y->where.line)
		return x->where.line < y->where.line ? -1 : 1;
	if (x->where.column != y->where.column)
		return x->where.column < y->where.column ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	return strcmp(x->rule, y->rule) != 0 ? strcmp(x->rule, y->rule)
					     : strcmp(x->message, y->message);
}

/* One document that is YAML, or one item of a list. */
static struct checker check_node(
	void *mem, const struct yaml_node *root, unsigned document, struct checked_policy *to)
{
	struct checker c = {.mem = mem, .to = to};

	*to = (struct checked_policy){.document = document,
		.where = root->where,
		.kind = "",
		.namespace = "",
		.name = ""};
	check_object(&c, root);
	if (c.error_count == 0)
		read_model(&c, root);
	if (c.error_count == 0)
		check_surprises(&c, to->policy);
	return c;
}

static struct checker check_broken(
	void *mem, const struct yaml_document *document, struct checked_policy *to)
{
	struct checker c = {.mem = mem, .to = to};

	*to = (struct checked_policy){.document = document->number,
		.where = document->where,
		.kind = "",
		.namespace = "",
		.name = ""};
	check_problem(&c, SEVERITY_ERROR, "V00", document->where, "", "%s", document->problem.text);
	return c;
}

struct company {
	struct checked_policies *checked;
	struct checker *checkers;
	size_t checked_capacity, checker_capacity;
};

static void reserve(void *mem, struct company *company, size_t more)
{
	size_t count = company->checked->count + more;

	mem_reserve(mem, company->checked->items, &company->checked_capacity, count);
	mem_reserve(mem, company->checkers, &company->checker_capacity, count);
}

static void check_document(void *mem, const struct yaml_document *document, struct company *company)
{
	const struct yaml_node *items, *node;
	struct checked_policies *checked = company->checked;
	size_t count;

	if (document->root == NULL) {
		reserve(mem, company, 1);
		company->checkers[checked->count] =
			check_broken(mem, document, &checked->items[checked->count]);
		checked->count++;
		return;
	}
	items = policy_list_items(document->root);
	node = items != NULL ? items->items : document->root;
	count = items != NULL ? items->count : 1;
	reserve(mem, company, count);
	for (size_t i = 0; i < count; i++, checked->count++)
		company->checkers[checked->count] = check_node(
			mem, &node[i], document->number, &checked->items[checked->count]);
}

/* What depends on the other policies of the text, once all are known. */
static void finish(void *mem, struct company *company)
{
	struct checked_policies *checked = company->checked;
	struct policies all = {.items = mem_array(mem, struct policy, checked->count)};
	size_t comparisons = LIMIT_COMPARISONS;

	for (size_t i = 0; i < checked->count; i++)
		if (company->checkers[i].error_count == 0)
			all.items[all.count++] = *checked->items[i].policy;
	checked->accepted = true;
	for (size_t i = 0; i < checked->count; i++) {
		struct checked_policy *item = &checked->items[i];

		/* The array has moved as it grew. */
		company->checkers[i].to = item;
		item->accepted = company->checkers[i].error_count == 0;
		company->checkers[i].comparisons = &comparisons;
		if (item->accepted)
			check_company(&company->checkers[i], item->policy, &all);
		else
			checked->accepted = false;
		if (item->problem_count > 1)
			qsort(item->problems, item->problem_count, sizeof *item->problems,
				by_place);
	}
}

bool policy_check(void *mem, const char *text, size_t size, struct checked_policies *ret_checked,
	struct err *err)
{
	struct checked_policies checked = {0};
	struct company company = {.checked = &checked};
	struct yaml_documents documents;

	if (!yaml_read(mem, text, size, &documents, err))
		return false;
	for (size_t i = 0; i < documents.count; i++)
		check_document(mem, &documents.items[i], &company);
	finish(mem, &company);
	*ret_checked = checked;
	return true;
}
