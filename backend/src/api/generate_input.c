/* The members are a table: name, how its value is read, where it goes. */
#include "api/generate_input.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

struct member;

/* Reads one value to where `to` points; `path` is the member's name for errors. */
typedef bool member_reader(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err);

struct member {
	const char *name;
	member_reader *read;
	size_t offset;               /* in struct generate_input; 0 for read_object */
	const char *const *choices;  /* read_choice: by the numbers of the enum, ended by NULL */
	uint64_t most;               /* read_number, read_count */
	const struct member *inside; /* read_object: ended by a row without a name */
};

static bool read_bool(void *mem, const struct member *member, const char *path, const json_t *value,
	void *to, struct err *err)
{
	(void)mem, (void)member;
	if (!json_is_boolean(value))
		return err_field(err, ERR_INVALID, path, "It must be true or false.");
	*(bool *)to = json_is_true(value);
	return true;
}

static bool read_choice(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	const char *text = json_string_value(value), *known = "";

	for (unsigned i = 0; member->choices[i] != NULL; i++) {
		if (text != NULL && strcmp(text, member->choices[i]) == 0) {
			*(unsigned *)to = i;
			return true;
		}
		known = mem_format(mem, "%s%s%s", known, i == 0 ? "" : ", ", member->choices[i]);
	}
	return err_field(err, ERR_INVALID, path, "It must be one of %s.", known);
}

/* Two options from one word. */
static bool read_direction(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	static const char *const choices[] = {"both", "egress", "ingress", NULL};
	struct generate_options *options = to;
	const struct member words = {.choices = choices};
	unsigned choice = 0;

	(void)member;
	if (!read_choice(mem, &words, path, value, &choice, err))
		return false;
	options->egress = choice != 2;
	options->ingress = choice != 1;
	return true;
}

static bool whole_number(
	const struct member *member, const char *path, const json_t *value, struct err *err)
{
	return (json_is_integer(value) && json_integer_value(value) >= 0 &&
		       (uint64_t)json_integer_value(value) <= member->most) ||
	       err_field(err, ERR_INVALID, path, "It must be a whole number from 0 to %llu.",
		       (unsigned long long)member->most);
}

static bool read_number(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	(void)mem;
	if (!whole_number(member, path, value, err))
		return false;
	*(unsigned *)to = (unsigned)json_integer_value(value);
	return true;
}

static bool read_count(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	(void)mem;
	if (!whole_number(member, path, value, err))
		return false;
	*(uint64_t *)to = (uint64_t)json_integer_value(value);
	return true;
}

static bool read_text(void *mem, const struct member *member, const char *path, const json_t *value,
	void *to, struct err *err)
{
	(void)mem, (void)member;
	if (!json_is_string(value) || json_string_length(value) > LIMIT_FILTER_TEXT)
		return err_field(err, ERR_INVALID, path, "It must be a text of at most %d bytes.",
			LIMIT_FILTER_TEXT);
	*(const char **)to = json_string_value(value);
	return true;
}

static bool read_texts(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	struct text_list *list = to;

	if (!json_is_array(value) || json_array_size(value) > LIMIT_FILTER_VALUES)
		return err_field(err, ERR_INVALID, path, "It must be a list of at most %d texts.",
			LIMIT_FILTER_VALUES);
	*list = (struct text_list){
		mem_array(mem, const char *, json_array_size(value)), json_array_size(value)};
	for (size_t i = 0; i < list->count; i++)
		if (!read_text(mem, member, mem_format(mem, "%s[%zu]", path, i),
			    json_array_get(value, i), &list->items[i], err))
			return false;
	return true;
}

/* The selection is read by api/selection.c. */
static bool read_elsewhere(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	(void)mem, (void)member, (void)path, (void)value, (void)to, (void)err;
	return true;
}

static member_reader read_object;

#define AT(member)     .offset = offsetof(struct generate_input, member)
#define OPTION(member) AT(options.member)

static const char *const default_denies[] = {"automatic", "staged", "both", NULL};
static const char *const outsides[] = {"automatic", "addresses", "world", NULL};
static const char *const kinds[] = {"cilium", "clusterwide", "kubernetes", NULL};

static const struct member prefixes[] = {
	{"ipv4", read_number, OPTION(prefix_ipv4), .most = 32},
	{"ipv6", read_number, OPTION(prefix_ipv6), .most = 128},
	{0},
};

static const struct member label_keys[] = {
	{"add", read_texts, OPTION(label_keys_add)},
	{"never", read_texts, OPTION(label_keys_never)},
	{0},
};

static const struct member options[] = {
	{"direction", read_direction, AT(options)},
	{"default_deny", read_choice, OPTION(default_deny), .choices = default_denies},
	{"include_audited", read_bool, OPTION(audited)},
	{"include_denied", read_bool, OPTION(denied)},
	{"include_guesses", read_bool, OPTION(guesses)},
	{"fqdn", read_bool, OPTION(names)},
	{"l7", read_bool, OPTION(l7)},
	{"port_ranges", read_bool, OPTION(port_ranges)},
	{"outside_ingress", read_choice, OPTION(outside_ingress), .choices = outsides},
	{"cidr_grouping", read_object, .inside = prefixes},
	{"minimum_events", read_count, OPTION(minimum_events), .most = INT64_MAX},
	{"label_keys", read_object, .inside = label_keys},
	{"kind", read_choice, OPTION(kind), .choices = kinds},
	{"nodes", read_bool, OPTION(nodes)},
	{"cluster", read_text, OPTION(cluster)},
	{"namespace", read_text, OPTION(namespace)},
	{"workload", read_text, OPTION(workload)},
	{"existing", read_texts, AT(existing)},
	{0},
};

static const struct member body_members[] = {
	{.name = "flow_ids", .read = read_elsewhere},
	{.name = "filter", .read = read_elsewhere},
	{"policy_name", read_text, OPTION(name)},
	{"options", read_object, .inside = options},
	{"dry_run", read_bool, AT(dry_run)},
	{0},
};

static const struct member *find_member(const struct member *members, const char *name)
{
	for (; members->name != NULL; members++)
		if (strcmp(members->name, name) == 0)
			return members;
	return NULL;
}

/* Members that are null are as good as left out. */
static bool read_members(void *mem, const struct member *members, const char *prefix,
	const json_t *object, struct generate_input *input, struct err *err)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
	{
		const struct member *member = find_member(members, name);
		const char *path = mem_format(mem, "%s%.60s", prefix, name);

		if (member == NULL)
			return err_field(
				err, ERR_INVALID, path, "There is no member \"%s\" here.", path);
		if (!json_is_null(value) && !member->read(mem, member, path, value,
						    (char *)input + member->offset, err))
			return false;
	}
	return true;
}

static bool read_object(void *mem, const struct member *member, const char *path,
	const json_t *value, void *to, struct err *err)
{
	if (!json_is_object(value))
		return err_field(err, ERR_INVALID, path, "It must be an object.");
	return read_members(mem, member->inside, mem_format(mem, "%s.", path), value, to, err);
}

bool generate_input_read(
	void *mem, const json_t *body, struct generate_input *ret_input, struct err *err)
{
	*ret_input = (struct generate_input){.options = generate_defaults};
	if (!json_is_object(body))
		return err_set(err, ERR_INVALID, "The body must be a JSON object.");
	return read_members(mem, body_members, "", body, ret_input, err);
}
