/* Policies as files: one, or several as one text or as an archive. */
#include <string.h>

#include "api/bytes.h"
#include "api/handlers.h"
#include "api/policy_input.h"
#include "api/zip.h"
#include "base/mem.h"

#define YAML_TYPE "application/yaml"
#define ZIP_TYPE  "application/zip"

static void answer_file(struct response *response, const char *type, const char *name,
	const char *bytes, size_t size)
{
	response_header(response, "Content-Disposition", "attachment; filename=\"%s\"", name);
	response_text(response, 200, type, bytes, size);
}

/* Stored names are DNS-1123, so they are safe in headers and archives. */
static const char *file_name(void *mem, const char *namespace, const char *name)
{
	return *namespace == '\0' ? mem_format(mem, "%s.yaml", name)
				  : mem_format(mem, "%s.%s.yaml", namespace, name);
}

bool downloads_one(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *id = request_path(request, "policy_id");
	const char *number = request_query(request, "version");
	struct policy_row policy;
	struct version_row version;
	const char *yaml;

	if (!policy_get(app->db, request->mem, id, &policy, err))
		return false;
	yaml = policy.yaml;
	if (number != NULL) {
		if (!policy_version_get(app->db, request->mem, id, number, &version, err))
			return false;
		yaml = version.yaml;
	}
	answer_file(response, YAML_TYPE, file_name(request->mem, policy.namespace, policy.name),
		yaml, strlen(yaml));
	return true;
}

/* The ids asked for, repeated or separated by commas, each once; NULL = all. */
static const struct text_list *read_ids(const struct request *request)
{
	struct text_list *ids = NULL;
	size_t capacity = 0;

	for (size_t i = 0; i < request->query.count; i++) {
		const char *text = request->query.items[i].value;

		if (strcmp(request->query.items[i].name, "ids") != 0)
			continue;
		if (ids == NULL)
			ids = mem_new(request->mem, struct text_list);
		while (*text != '\0') {
			size_t size = strcspn(text, ",");

			mem_reserve(request->mem, ids->items, &capacity, ids->count + 1);
			ids->items[ids->count++] = mem_text_n(request->mem, text, size);
			text += size + (text[size] == ',');
		}
	}
	return ids;
}

/* Policies of different kinds may have one name, and so may a deleted one and its successor. */
static const char *name_in_zip(void *mem, const struct policy_texts *texts, size_t index)
{
	const struct policy_text *text = &texts->items[index];

	for (size_t i = 0; i < index; i++)
		if (strcmp(texts->items[i].name, text->name) == 0 &&
			strcmp(texts->items[i].namespace, text->namespace) == 0)
			return file_name(mem, text->namespace,
				mem_format(mem, "%s.%s", text->name, text->id));
	return file_name(mem, text->namespace, text->name);
}

static bool answer_zip(struct request *request, struct response *response,
	const struct policy_texts *texts, struct err *err)
{
	struct zip *zip = zip_new(request->mem);
	const char *bytes;
	size_t size;

	for (size_t i = 0; i < texts->count; i++) {
		const struct policy_text *text = &texts->items[i];

		zip_add(zip, name_in_zip(request->mem, texts, i), text->yaml, strlen(text->yaml));
	}
	if (!zip_finish(zip, &bytes, &size, err))
		return false;
	answer_file(response, ZIP_TYPE, "policies.zip", bytes, size);
	return true;
}

/* One text of several documents. */
static bool answer_yaml(struct request *request, struct response *response,
	const struct policy_texts *texts, struct err *err)
{
	struct bytes text = {request->mem, NULL, 0, 0};

	(void)err;
	for (size_t i = 0; i < texts->count; i++) {
		const char *yaml = texts->items[i].yaml;
		size_t size = strlen(yaml);

		if (i > 0 && strncmp(yaml, "---", 3) != 0)
			bytes_add(&text, "---\n", 4);
		bytes_add(&text, yaml, size);
		if (size > 0 && yaml[size - 1] != '\n')
			bytes_add(&text, "\n", 1);
	}
	answer_file(response, YAML_TYPE, "policies.yaml", text.items, text.count);
	return true;
}

static const struct {
	const char *name;
	bool (*answer)(struct request *request, struct response *response,
		const struct policy_texts *texts, struct err *err);
} formats[] = {{"yaml", answer_yaml}, {"zip", answer_zip}};

bool downloads_several(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *format = request_query(request, "format");
	const struct text_list *ids = read_ids(request);
	struct policy_texts texts;

	if (ids != NULL && ids->count == 0)
		return err_field(err, ERR_INVALID, "ids",
			"Name at least one policy, or leave ids out for all of them.");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(format == NULL ? "yaml" : format, formats[i].name) == 0)
			return policy_texts(app->db, request->mem, ids, &texts, err) &&
			       formats[i].answer(request, response, &texts, err);
	return err_field(err, ERR_INVALID, "format", "\"%.40s\" is neither yaml nor zip.", format);
}
