#include "api/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/timestamp.h"

typedef bool value_reader(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err);

static bool read_text(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	if (strlen(text) > LIMIT_FILTER_TEXT)
		return err_field(err, ERR_INVALID, name, "The value is longer than %d bytes.",
			LIMIT_FILTER_TEXT);
	*ret_value = mem_text(mem, text);
	return true;
}

static bool read_number(void *mem, const char *name, const char *text, unsigned long most,
	const char *what, const char **ret_value, struct err *err)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || strlen(text) > 10 || number > most)
		return err_field(err, ERR_INVALID, name, "\"%.40s\" is no %s; it is 0 to %lu.",
			text, what, most);
	*ret_value = db_number(mem, (int64_t)number);
	return true;
}

static bool read_port(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	return read_number(mem, name, text, UINT16_MAX, "port", ret_value, err);
}

static bool read_id(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	return read_number(mem, name, text, INT32_MAX, "connection id", ret_value, err);
}

/* The number of a name among `count`, as `name_of` gives them. */
static bool read_name(void *mem, const char *name, const char *text, int count,
	const char *(*name_of)(int), const char **ret_value, struct err *err)
{
	const char *known = "";

	for (int i = 0; i < count; i++) {
		if (*name_of(i) == '\0')
			continue;
		if (strcmp(text, name_of(i)) == 0) {
			*ret_value = db_number(mem, i);
			return true;
		}
		known = mem_format(mem, "%s%s%s", known, *known == '\0' ? "" : ", ", name_of(i));
	}
	return err_field(err, ERR_INVALID, name, "\"%.40s\" is none of %s.", text, known);
}

static const char *protocol_by_number(int number)
{
	return protocol_name((enum protocol)number);
}

static const char *verdict_by_number(int number)
{
	return verdict_name((enum verdict)number);
}

static const char *direction_by_number(int number)
{
	return direction_name((enum direction)number);
}

static bool read_protocol(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	return read_name(mem, name, text, PROTOCOLS, protocol_by_number, ret_value, err);
}

static bool read_verdict(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	return read_name(mem, name, text, VERDICTS, verdict_by_number, ret_value, err);
}

static bool read_direction(
	void *mem, const char *name, const char *text, const char **ret_value, struct err *err)
{
	return read_name(
		mem, name, text, DIRECTION_EGRESS + 1, direction_by_number, ret_value, err);
}

static const struct {
	const char *name;
	value_reader *read;
} list_rows[FILTER_LISTS] = {
	[FILTER_CLUSTER] = {"cluster", read_text},
	[FILTER_NAMESPACE] = {"namespace", read_text},
	[FILTER_WORKLOAD] = {"workload", read_text},
	[FILTER_LABEL] = {"label", read_text},
	[FILTER_SOURCE_CLUSTER] = {"source_cluster", read_text},
	[FILTER_SOURCE_NAMESPACE] = {"source_namespace", read_text},
	[FILTER_SOURCE_WORKLOAD] = {"source_workload", read_text},
	[FILTER_SOURCE_LABEL] = {"source_label", read_text},
	[FILTER_DESTINATION_CLUSTER] = {"destination_cluster", read_text},
	[FILTER_DESTINATION_NAMESPACE] = {"destination_namespace", read_text},
	[FILTER_DESTINATION_WORKLOAD] = {"destination_workload", read_text},
	[FILTER_DESTINATION_LABEL] = {"destination_label", read_text},
	[FILTER_PORT] = {"port", read_port},
	[FILTER_PROTOCOL] = {"protocol", read_protocol},
	[FILTER_CONNECTION] = {"connection", read_id},
	[FILTER_VERDICT] = {"verdict", read_verdict},
	[FILTER_DIRECTION] = {"direction", read_direction},
};

static bool read_time(const char *name, const char *text, int64_t *ret_us, struct err *err)
{
	int64_t time_ns;

	if (timestamp_parse(text, strlen(text), &time_ns) != TIMESTAMP_OK)
		return err_field(err, ERR_INVALID, name,
			"\"%.40s\" is no time; write it as 2026-03-01T10:15:00Z.", text);
	*ret_us = time_ns / 1000;
	return true;
}

static bool add_value(void *mem, struct filter *filter, enum filter_list list, const char *text,
	size_t *capacity, struct err *err)
{
	struct text_list *values = &filter->lists[list];
	const char *name = list_rows[list].name;

	if (values->count == LIMIT_FILTER_VALUES)
		return err_field(err, ERR_INVALID, name, "There are more than %d values.",
			LIMIT_FILTER_VALUES);
	mem_reserve(mem, values->items, capacity, values->count + 1);
	return list_rows[list].read(mem, name, text, &values->items[values->count++], err);
}

/* One parameter of the filter. *ret_known is false when it is none. */
static bool add_parameter(void *mem, struct filter *filter, size_t capacities[FILTER_LISTS],
	const char *name, const char *text, bool *ret_known, struct err *err)
{
	*ret_known = true;
	for (enum filter_list i = 0; i < FILTER_LISTS; i++)
		if (strcmp(name, list_rows[i].name) == 0)
			return add_value(mem, filter, i, text, &capacities[i], err);
	if (strcmp(name, "l7") == 0)
		return read_text(mem, name, text, &filter->l7, err);
	if (strcmp(name, "time_from") == 0) {
		filter->has_from = true;
		return read_time(name, text, &filter->from_us, err);
	}
	if (strcmp(name, "time_to") == 0) {
		filter->has_to = true;
		return read_time(name, text, &filter->to_us, err);
	}
	*ret_known = false;
	return true;
}

static bool check_window(const struct filter *filter, struct err *err)
{
	if (filter->has_from && filter->has_to && filter->from_us >= filter->to_us)
		return err_field(err, ERR_INVALID, "time_to",
			"The time ends before it begins; time_to is the later one.");
	return true;
}

static bool among(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

bool filter_of_query(const struct request *request, const char *const *others,
	struct filter *ret_filter, struct err *err)
{
	size_t capacities[FILTER_LISTS] = {0};

	*ret_filter = (struct filter){.l7 = ""};
	for (size_t i = 0; i < request->query.count; i++) {
		const struct parameter *given = &request->query.items[i];
		bool known;

		if (!add_parameter(request->mem, ret_filter, capacities, given->name, given->value,
			    &known, err))
			return false;
		if (!known && !among(given->name, others))
			return err_field(err, ERR_INVALID, given->name,
				"There is no parameter of this name.");
	}
	return check_window(ret_filter, err);
}

/* A value as the text that a query parameter would have; NULL when it is neither text nor number. */
static const char *json_text(void *mem, const json_t *value)
{
	if (json_is_integer(value))
		return mem_format(mem, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return json_string_value(value);
}

static bool add_json(void *mem, struct filter *filter, size_t capacities[FILTER_LISTS],
	const char *name, const json_t *value, struct err *err)
{
	const char *text = json_text(mem, value);
	bool known;

	if (text == NULL)
		return err_field(err, ERR_INVALID, name, "A filter's value is a text or a number.");
	if (!add_parameter(mem, filter, capacities, name, text, &known, err))
		return false;
	return known || err_field(err, ERR_INVALID, name, "There is no filter of this name.");
}

bool filter_of_json(void *mem, const json_t *object, struct filter *ret_filter, struct err *err)
{
	size_t capacities[FILTER_LISTS] = {0};
	const char *name;
	json_t *value;

	*ret_filter = (struct filter){.l7 = ""};
	if (object == NULL || json_is_null(object))
		return true;
	if (!json_is_object(object))
		return err_field(err, ERR_INVALID, "filter", "The filter is an object.");
	json_object_foreach((json_t *)object, name, value)
	{
		size_t count = json_is_array(value) ? json_array_size(value) : 1;

		for (size_t i = 0; i < count; i++)
			if (!add_json(mem, ret_filter, capacities, name,
				    json_is_array(value) ? json_array_get(value, i) : value, err))
				return false;
	}
	return check_window(ret_filter, err);
}
