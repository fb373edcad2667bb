#include "cli/policy_files.h"

#include <string.h>

#include "base/mem.h"
#include "cli/files.h"
#include "core/policy_read.h"

static bool is_policy(const struct yaml_node *object)
{
	const struct yaml_node *kind = yaml_member(object, "kind");
	const struct yaml_node *version = yaml_member(object, "apiVersion");
	const char *name = kind != NULL ? kind->text : "";
	const char *group = version != NULL ? version->text : "";

	if (strncmp(group, "cilium.io/", strlen("cilium.io/")) == 0)
		return strcmp(name, "CiliumNetworkPolicy") == 0 ||
		       strcmp(name, "CiliumClusterwideNetworkPolicy") == 0;
	return strncmp(group, "networking.k8s.io/", strlen("networking.k8s.io/")) == 0 &&
	       strcmp(name, "NetworkPolicy") == 0;
}

static bool add_object(void *mem, const struct text_file *file, const struct yaml_node *object,
	unsigned document, struct policy_files *input, struct err *err)
{
	size_t count = input->policies.count, files_room = input->capacity;

	if (!is_policy(object)) {
		input->other_objects++;
		return true;
	}
	mem_reserve(mem, input->policies.items, &input->capacity, count + 1);
	mem_reserve(mem, input->files, &files_room, count + 1);
	if (!policy_from_node(mem, object, document, &input->policies.items[count], err))
		return false;
	input->files[count] = file->path;
	input->policies.count++;
	return true;
}

static bool add_document(void *mem, const struct text_file *file,
	const struct yaml_document *document, struct policy_files *input, struct err *err)
{
	const struct yaml_node *items;

	if (document->root == NULL)
		return err_at(err, document->problem.code, document->problem.line,
			document->problem.column, "%s", document->problem.text);
	items = policy_list_items(document->root);
	if (items == NULL)
		return add_object(mem, file, document->root, document->number, input, err);
	for (size_t i = 0; i < items->count; i++)
		if (!add_object(mem, file, &items->items[i], document->number, input, err))
			return false;
	return true;
}

static bool add_file(
	void *mem, const struct text_file *file, struct policy_files *input, struct err *err)
{
	struct yaml_documents documents;

	if (!yaml_read(mem, file->text, file->size, &documents, err))
		return err_where(err, "%s", file->path);
	for (size_t i = 0; i < documents.count; i++)
		if (!add_document(mem, file, &documents.items[i], input, err))
			return err_where(err, "%s:%lu:%lu", file->path, err->line, err->column);
	return true;
}

bool policy_files_read(void *mem, const char *path, struct policy_files *input, struct err *err)
{
	struct text_files files = {0};

	if (!files_read(mem, path, &files, err))
		return false;
	for (size_t i = 0; i < files.count; i++)
		if (!add_file(mem, &files.items[i], input, err))
			return false;
	return true;
}

const char *policy_files_path(const struct policy_files *input, const struct policy *policy)
{
	return input->files[policy - input->policies.items];
}
