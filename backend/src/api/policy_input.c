#include "api/policy_input.h"

#include <stdio.h>
#include <string.h>

#include "api/render.h"
#include "base/mem.h"
#include "core/policy_name.h"
#include "core/policy_read.h"

/* Characters of UTF-8: bytes that do not continue one. */
static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

bool member_text(const json_t *body, const char *name, bool required, size_t most,
	const char **ret_text, struct err *err)
{
	const json_t *value = json_object_get(body, name);

	*ret_text = NULL;
	if (!json_is_object(body))
		return err_set(err, ERR_INVALID, "The body must be a JSON object.");
	if ((value == NULL || json_is_null(value)) && !required)
		return true;
	if (!json_is_string(value))
		return err_field(err, ERR_INVALID, name,
			value == NULL ? "\"%s\" is missing; send it as a text."
				      : "\"%s\" must be a text.",
			name);
	if (most > 0 && characters(json_string_value(value)) > most)
		return err_field(err, ERR_INVALID, name, "\"%s\" is longer than %zu characters.",
			name, most);
	*ret_text = json_string_value(value);
	return true;
}

bool member_version(void *mem, const json_t *body, const char **ret_version, struct err *err)
{
	const json_t *value = json_object_get(body, "version");

	if (!json_is_integer(value) || json_integer_value(value) < 1)
		return err_field(err, ERR_INVALID, "version",
			"\"version\" must be the number of a version, from 1.");
	*ret_version = mem_format(mem, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return true;
}

const char *policy_kind_name(enum policy_kind kind)
{
	static const char *const names[] = {[POLICY_CILIUM] = "CiliumNetworkPolicy",
		[POLICY_CLUSTERWIDE] = "CiliumClusterwideNetworkPolicy",
		[POLICY_KUBERNETES] = "NetworkPolicy"};

	return names[kind];
}

bool policy_name_check(const char *name, const char *field, struct err *err)
{
	return policy_name_is_valid(name) || err_field(err, ERR_INVALID, field,
						     "\"%.60s\" is no name of a policy: 1 to 253 "
						     "of a-z, 0-9, \"-\" and \".\", with a "
						     "letter or digit at both ends.",
						     name);
}

/* A DNS-1123 label. */
static bool is_namespace(const char *name)
{
	return policy_name_is_valid(name) && strlen(name) <= 63 && strchr(name, '.') == NULL;
}

/* Names as the Kubernetes API takes them; they are keys here and file names in downloads. */
static bool check_names(const struct policy *policy, struct err *err)
{
	if (*policy->name == '\0')
		return err_set(err, ERR_INVALID, "The policy has no metadata.name.");
	if (!policy_name_check(policy->name, "metadata.name", err))
		return err_where(err, "metadata.name");
	if (*policy->namespace != '\0' && !is_namespace(policy->namespace))
		return err_set(err, ERR_INVALID,
			"metadata.namespace: \"%.60s\" is no namespace: 1 to 63 of a-z, 0-9 and "
			"\"-\", with a letter or digit at both ends.",
			policy->namespace);
	return true;
}

static bool read_one(void *mem, const char *yaml, struct policy *ret_policy, struct err *err)
{
	struct policies policies;

	if (!policy_read(mem, yaml, strlen(yaml), &policies, err))
		return false;
	if (policies.count == 0)
		return err_set(err, ERR_INVALID, "The text holds no policy.");
	if (policies.count > 1)
		return err_at(err, ERR_INVALID, policies.items[1].where.line,
			policies.items[1].where.column,
			"The text holds %zu policies. Each is kept with a history of its own: save "
			"them one by one.",
			policies.count);
	if (!check_names(&policies.items[0], err)) {
		err->line = policies.items[0].where.line;
		err->column = policies.items[0].where.column;
		return false;
	}
	*ret_policy = policies.items[0];
	return true;
}

bool policy_input_read(void *mem, const char *yaml, struct policy *ret_policy, struct err *err)
{
	struct err why = {0};

	if (read_one(mem, yaml, ret_policy, &why))
		return true;
	if (err == NULL)
		return false;
	*err = why;
	snprintf(err->field, sizeof err->field, "yaml_content");
	return false;
}

static const char *entity_tag(void *mem, const struct policy_row *row)
{
	return mem_format(mem, "\"v%lld-%.8s\"", (long long)row->version, row->sha256);
}

/* Is the tag among those of the header ("a", W/"b", *)? */
static bool tag_listed(const char *header, const char *tag)
{
	size_t size = strlen(tag);

	while (*header != '\0') {
		header += strspn(header, " ,");
		if (*header == '*')
			return true;
		if (strncmp(header, "W/", 2) == 0)
			header += 2;
		if (strncmp(header, tag, size) == 0 && strchr(" ,", header[size]) != NULL)
			return true;
		header += strcspn(header, ",");
	}
	return false;
}

bool policy_match(const struct request *request, const struct policy_row *row, struct err *err)
{
	const char *header = request_header(request, "If-Match");

	if (header == NULL)
		return err_set(err, ERR_NEEDS_MATCH,
			"Send the ETag of the version that was edited in the header If-Match.");
	return tag_listed(header, entity_tag(request->mem, row)) ||
	       err_set(err, ERR_STALE,
		       "Version %lld was saved by %s since; compare and save again.",
		       (long long)row->version, row->updated_by);
}

bool policy_known(const struct request *request, const struct policy_row *row)
{
	const char *header = request_header(request, "If-None-Match");

	return header != NULL && tag_listed(header, entity_tag(request->mem, row));
}

bool members_check(const json_t *body, const char *const *names, struct err *err)
{
	const char *name;
	const json_t *value;

	if (!json_is_object(body))
		return err_set(err, ERR_INVALID, "The body must be a JSON object.");
	json_object_foreach((json_t *)body, name, value)
	{
		size_t i = 0;

		(void)value;
		while (names[i] != NULL && strcmp(names[i], name) != 0)
			i++;
		if (names[i] == NULL)
			return err_field(
				err, ERR_INVALID, name, "There is no member \"%.60s\" here.", name);
	}
	return true;
}

void policy_answer(
	struct response *response, int status, const struct policy_row *row, json_t *warnings)
{
	json_t *policy = render_row(row->rows, 0);

	if (warnings != NULL)
		json_object_set_new(policy, "warnings", warnings);
	response_header(response, "ETag", "%s", entity_tag(response, row));
	response_json(response, status, policy);
}

struct change_state policy_state(const struct policy_row *row)
{
	return (struct change_state){row->version, row->sha256};
}

const char *policy_full_name(void *mem, const char *namespace, const char *name)
{
	return *namespace == '\0' ? name : mem_format(mem, "%s/%s", namespace, name);
}
