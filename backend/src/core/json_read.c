#include "core/json_read.h"

#include "base/limits.h"
#include "base/mem.h"
#include "core/json_scan.h"
#include "core/timestamp.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void json_enter(struct json_reading *reading, const char *name, size_t index)
{
	if (reading->depth < JSON_PATH_DEPTH) {
		reading->path[reading->depth].name = name;
		reading->path[reading->depth].index = index;
	}
	reading->depth++;
}

void json_leave(struct json_reading *reading)
{
	reading->depth--;
}

static void path_text(const struct json_reading *reading, char *ret_text, size_t room)
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < reading->depth && i < JSON_PATH_DEPTH && used < room; i++) {
		const char *name = reading->path[i].name;
		int size = name == NULL ? snprintf(ret_text + used, room - used, "[%zu]",
						  reading->path[i].index)
					: snprintf(ret_text + used, room - used, "%s%s",
						  i > 0 ? "." : "", name);

		used += size < 0 ? 0 : (size_t)size;
	}
}

bool json_fail(struct json_reading *reading, enum err_code code, const char *format, ...)
{
	char path[sizeof reading->err->field], text[sizeof reading->err->text];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	path_text(reading, path, sizeof path);
	return err_field(reading->err, code, path, "%s", text);
}

json_t *json_member_get(json_t *object, const char *name, const char *camel)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL && camel != NULL)
		value = json_object_get(object, camel);
	return json_is_null(value) ? NULL : value;
}

bool json_read_members(struct json_reading *reading, json_t *object,
	const struct json_members *members, void *target)
{
	for (size_t i = 0; i < members->count; i++) {
		const struct json_member *row = &members->rows[i];
		json_t *value = json_member_get(object, row->name, row->camel);
		bool read;

		if (value == NULL || row->kind == NULL)
			continue;
		if (row->mark != 0)
			*((bool *)target + row->mark) = true;
		json_enter(reading,
			row->camel != NULL && json_object_get(object, row->name) == NULL
				? row->camel
				: row->name,
			0);
		read = row->kind->read(reading, value, row->detail, (char *)target + row->offset);
		json_leave(reading);
		if (!read && !row->decoration)
			return false;
		if (!read)
			reading->err->code = ERR_NONE;
	}
	return true;
}

bool json_read_object(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	if (!json_is_object(value))
		return json_fail(reading, ERR_INVALID, "must be an object");
	return json_read_members(reading, value, detail, target);
}

bool json_check_text(struct json_reading *reading, const char *text, size_t size, size_t limit)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (size > limit)
		return json_fail(
			reading, ERR_TOO_LARGE, "is longer than %zu bytes (%zu)", limit, size);
	for (size_t i = 0; i < size; i++)
		if (bytes[i] < 0x20 || bytes[i] == 0x7f ||
			(bytes[i] == 0xc2 && i + 1 < size && bytes[i + 1] < 0xa0))
			return json_fail(reading, ERR_INVALID,
				"holds a control character (byte 0x%02x at %zu)", bytes[i], i);
	return true;
}

bool json_check_array(struct json_reading *reading, json_t *value, size_t limit)
{
	if (!json_is_array(value))
		return json_fail(reading, ERR_INVALID, "must be an array");
	if (json_array_size(value) > limit)
		return json_fail(reading, ERR_TOO_LARGE, "has %zu items; at most %zu are read",
			json_array_size(value), limit);
	return true;
}

static bool read_text(
	struct json_reading *reading, json_t *value, size_t limit, const char **target)
{
	if (!json_is_string(value))
		return json_fail(reading, ERR_INVALID, "must be a text");
	if (!json_check_text(reading, json_string_value(value), json_string_length(value), limit))
		return false;
	*target = json_string_value(value);
	return true;
}

static bool json_read_text(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	(void)detail;
	return read_text(reading, value, LIMIT_TEXT, target);
}

bool json_read_name(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	(void)detail;
	return read_text(reading, value, LIMIT_NAME, target);
}

bool json_read_names(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct text_list list = {0};
	json_t *item;
	size_t i;

	if (!json_check_array(reading, value, LIMIT_NAMES))
		return false;
	list.items = mem_array(reading->mem, const char *, json_array_size(value));
	json_array_foreach(value, i, item)
	{
		bool read;

		json_enter(reading, NULL, i);
		read = json_read_name(reading, item, detail, &list.items[list.count++]);
		json_leave(reading);
		if (!read)
			return false;
	}
	*(struct text_list *)target = list;
	return true;
}

static bool json_read_hosts(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct text_list list;

	if (!json_read_names(reading, value, detail, &list))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		size_t size = strlen(list.items[i]);
		char *name;

		if (size > 1 && list.items[i][size - 1] == '.')
			size--;
		name = mem_text_n(reading->mem, list.items[i], size);
		for (char *p = name; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p - 'A' + 'a');
		list.items[i] = name;
	}
	*(struct text_list *)target = list;
	return true;
}

static bool text_number(const char *text, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text < '0' || *text > '9' || __builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(number, (uint64_t)(*text - '0'), &number))
			return false;
	*ret_number = number;
	return true;
}

/* A whole number, also as text ("17") and with a fraction of zero (17.0). */
static bool whole_number(json_t *value, uint64_t *ret_number)
{
	double real;

	if (json_is_string(value))
		return text_number(json_string_value(value), ret_number);
	if (json_is_integer(value)) {
		*ret_number = (uint64_t)json_integer_value(value);
		return json_integer_value(value) >= 0;
	}
	if (!json_is_real(value))
		return false;
	real = json_real_value(value);
	if (!(real >= 0 && real < 18446744073709551616.0) || trunc(real) != real)
		return false;
	*ret_number = (uint64_t)real;
	return true;
}

static bool number_up_to(
	struct json_reading *reading, json_t *value, uint64_t most, uint64_t *ret_number)
{
	if (whole_number(value, ret_number) && *ret_number <= most)
		return true;
	return json_fail(reading, ERR_INVALID, "must be a whole number from 0 to %llu",
		(unsigned long long)most);
}

#define READ_UINT(bits)                                                                            \
	static bool json_read_uint##bits(                                                          \
		struct json_reading *reading, json_t *value, const void *detail, void *target)     \
	{                                                                                          \
		uint64_t number = 0;                                                               \
                                                                                                   \
		(void)detail;                                                                      \
		if (!number_up_to(reading, value, UINT##bits##_MAX, &number))                      \
			return false;                                                              \
		*(uint##bits##_t *)target = (uint##bits##_t)number;                                \
		return true;                                                                       \
	}

READ_UINT(8)
READ_UINT(16)
READ_UINT(32)
READ_UINT(64)

bool json_read_bool(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const char *text = json_string_value(value);

	(void)detail;
	if (!json_is_boolean(value) &&
		(text == NULL || (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)))
		return json_fail(reading, ERR_INVALID, "must be true or false");
	*(bool *)target = text ? *text == 't' : json_is_true(value);
	return true;
}

/* A BoolValue: plain, or {"value": true} in very old files; {} and {"value": null} tell nothing. */
static bool json_read_tristate(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	bool yes;

	if (json_is_object(value)) {
		value = json_member_get(value, "value", NULL);
		if (value == NULL)
			return true;
	}
	if (!json_read_bool(reading, value, detail, &yes))
		return false;
	*(enum tristate *)target = yes ? TRISTATE_YES : TRISTATE_NO;
	return true;
}

bool json_name_is(const char *name, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (name[i] == '\0' || name[i] != bytes[i])
			return false;
	return name[size] == '\0';
}

const struct enumerator *enumeration_find(
	const struct enumeration *enumeration, const char *name, size_t size)
{
	for (size_t i = 0; i < enumeration->count; i++)
		if (json_name_is(enumeration->items[i].name, name, size))
			return &enumeration->items[i];
	return NULL;
}

const struct enumerator *enumeration_item(const struct enumeration *enumeration, uint32_t number)
{
	for (size_t i = 0; i < enumeration->count; i++)
		if (enumeration->items[i].number == number)
			return &enumeration->items[i];
	return NULL;
}

bool json_read_enum(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const struct enumeration *enumeration = detail;
	const struct enumerator *item;
	uint64_t number;

	if (json_is_string(value) && !text_number(json_string_value(value), &number)) {
		item = enumeration_find(
			enumeration, json_string_value(value), json_string_length(value));
		*(uint32_t *)target = item != NULL ? item->number : enumeration->unknown;
		return true;
	}
	if (!whole_number(value, &number) || number > INT32_MAX)
		return json_fail(reading, ERR_INVALID, "must be a name or a whole number");
	*(uint32_t *)target = (uint32_t)number;
	return true;
}

static bool json_read_time(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	enum timestamp_problem problem = TIMESTAMP_MALFORMED;
	json_t *seconds = json_object_get(value, "seconds"),
	       *nanos = json_object_get(value, "nanos");
	uint64_t whole = 0, fraction = 0;

	(void)detail;
	if (json_is_string(value))
		problem = timestamp_parse(
			json_string_value(value), json_string_length(value), target);
	else if (seconds != NULL && whole_number(seconds, &whole) && whole <= INT64_MAX &&
		 (nanos == NULL || json_is_null(nanos) ||
			 (whole_number(nanos, &fraction) && fraction <= INT64_MAX)))
		problem = timestamp_from_seconds((int64_t)whole, (int64_t)fraction, target);
	if (problem == TIMESTAMP_OUT_OF_RANGE)
		return json_fail(reading, ERR_INVALID, "is outside the years %d to %d",
			LIMIT_YEAR_FIRST, LIMIT_YEAR_LAST);
	if (problem != TIMESTAMP_OK)
		return json_fail(
			reading, ERR_INVALID, "must be a time like 2026-03-02T09:15:01.204417301Z");
	return true;
}

const struct json_kind json_kind_text = {json_read_text, json_scan_text};
const struct json_kind json_kind_name = {json_read_name, json_scan_name};
const struct json_kind json_kind_names = {json_read_names, json_scan_names};
const struct json_kind json_kind_hosts = {json_read_hosts, json_scan_hosts};
const struct json_kind json_kind_uint8 = {json_read_uint8, json_scan_uint8};
const struct json_kind json_kind_uint16 = {json_read_uint16, json_scan_uint16};
const struct json_kind json_kind_uint32 = {json_read_uint32, json_scan_uint32};
const struct json_kind json_kind_uint64 = {json_read_uint64, NULL};
const struct json_kind json_kind_bool = {json_read_bool, json_scan_bool};
const struct json_kind json_kind_tristate = {json_read_tristate, json_scan_tristate};
const struct json_kind json_kind_enum = {json_read_enum, json_scan_enum};
const struct json_kind json_kind_time = {json_read_time, json_scan_time};
const struct json_kind json_kind_object = {json_read_object, json_scan_object};
