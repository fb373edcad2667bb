/*
 * From a JSON object to a struct, by a table of its members. Takes every spelling that protobuf's
 * JSON mapping and its relatives use (flows.md 2): snake_case and camelCase names, numbers as
 * texts, enumerations as names and numbers, null for "absent". Members that no row names are ignored.
 */
#ifndef CORE_JSON_READ_H
#define CORE_JSON_READ_H

#include "base/err.h"
#include "core/flow.h"

#include <jansson.h>
#include <stdint.h>

#define JSON_PATH_DEPTH 16

struct json_reading {
	void *mem; /* owns what is made; texts may also belong to the JSON value */
	struct err *err;
	struct {
		const char *name; /* NULL: an array's item */
		size_t index;
	} path[JSON_PATH_DEPTH]; /* the member being read, for errors */
	size_t depth;
};

/* Reads one value, which is neither NULL nor null; writes `target` only when it succeeds. */
typedef bool json_reader(
	struct json_reading *reading, json_t *value, const void *detail, void *target);

struct json_member {
	const char *name;
	const char *camel; /* the camelCase name, NULL if it is the same */
	json_reader *read;
	size_t offset;      /* of the target in the struct */
	const void *detail; /* what the reader needs: an enumeration, a table */
	bool decoration;    /* a value that cannot be read misleads nobody: it is left out */
};

struct json_members {
	const struct json_member *rows;
	size_t count;
};

/* Reads the members of `object` into `target`; a later row wins over an earlier one. */
MUST_CHECK bool json_read_members(struct json_reading *reading, json_t *object,
	const struct json_members *members, void *target);

/* The member by either of its names; NULL if absent or null. `camel` may be NULL. */
json_t *json_member_get(json_t *object, const char *name, const char *camel);

/* Fails, naming the member being read; always false. */
bool json_fail(struct json_reading *reading, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Goes into a member (or item `index`, where `name` is NULL) and out again, for the path in errors. */
void json_enter(struct json_reading *reading, const char *name, size_t index);
void json_leave(struct json_reading *reading);

struct enumeration {
	const char *const *names; /* by number, NULL where there is none */
	size_t count;
	uint32_t unknown; /* for a name that is not there */
};

json_reader json_read_text;     /* const char *, at most LIMIT_TEXT, no control characters */
json_reader json_read_name;     /* the same, at most LIMIT_NAME */
json_reader json_read_names;    /* struct text_list of names, at most LIMIT_NAMES */
json_reader json_read_hosts;    /* the same, DNS names: lower case, no final dot */
json_reader json_read_uint8;    /* uint8_t */
json_reader json_read_uint16;   /* uint16_t */
json_reader json_read_uint32;   /* uint32_t */
json_reader json_read_uint64;   /* uint64_t */
json_reader json_read_bool;     /* bool */
json_reader json_read_tristate; /* enum tristate */
json_reader json_read_enum;     /* uint32_t or an enum; detail: struct enumeration */
json_reader json_read_time;     /* int64_t nanoseconds */
json_reader json_read_object;   /* a struct; detail: struct json_members */

/* The number that a name stands for, or `unknown`. */
uint32_t enumeration_number(const struct enumeration *enumeration, const char *name);

/* False with an error if `text` has control characters or more than `limit` bytes. */
bool json_check_text(struct json_reading *reading, const char *text, size_t size, size_t limit);

/* False with an error unless `value` is an array of at most `limit` items. */
bool json_check_array(struct json_reading *reading, json_t *value, size_t limit);

#endif
