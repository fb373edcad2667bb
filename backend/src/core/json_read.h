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

/*
 * Reads the same value from text, in the plain spelling of the official producers only. False
 * means "ask the reader", never "wrong" (core/json_scan.h).
 */
struct json_scanning;
typedef bool json_scanner(struct json_scanning *scanning, const void *detail, void *target);

struct json_kind {
	json_reader *read;
	json_scanner *scan; /* NULL: always ask the reader */
};

struct json_member {
	const char *name;
	const char *camel;            /* the camelCase name, NULL if it is the same */
	const struct json_kind *kind; /* NULL: known, but of no use */
	size_t offset;                /* of the target in the struct */
	const void *detail;           /* what the kind needs: an enumeration, a table */
	size_t mark;     /* offset of a bool that tells whether the member was there; 0 if none */
	bool decoration; /* a value that cannot be read misleads nobody: it is left out */
	bool ends_part;  /* what follows it is another part of the record (core/json_scan.h) */
	bool alias;      /* a name of hand-made files, beside another row with the same target */
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

struct enumerator {
	const char *name;
	uint32_t number;
};

struct enumeration {
	const struct enumerator *items;
	size_t count;
	uint32_t unknown; /* for a name that is not there */
};

/*
 * The kinds and what they fill:
 *   text      const char *, at most LIMIT_TEXT, no control characters
 *   name      the same, at most LIMIT_NAME
 *   names     struct text_list of names, at most LIMIT_NAMES
 *   hosts     the same, DNS names: lower case, no final dot
 *   uint8 ... uint8_t ...
 *   bool      bool
 *   tristate  enum tristate
 *   enum      uint32_t or an enum; detail: struct enumeration
 *   time      int64_t nanoseconds
 *   object    a struct; detail: struct json_members
 */
extern const struct json_kind json_kind_text, json_kind_name, json_kind_names, json_kind_hosts,
	json_kind_uint8, json_kind_uint16, json_kind_uint32, json_kind_uint64, json_kind_bool,
	json_kind_tristate, json_kind_enum, json_kind_time, json_kind_object;

/* Those that other kinds are made of. */
json_reader json_read_name, json_read_names, json_read_bool, json_read_enum, json_read_object;

/* Is `name`, which is short, the `size` bytes? Asked a hundred times for every record. */
bool json_name_is(const char *name, const char *bytes, size_t size);

/* The item of this name (`size` bytes) or number, or NULL. */
const struct enumerator *enumeration_find(
	const struct enumeration *enumeration, const char *name, size_t size);
const struct enumerator *enumeration_item(const struct enumeration *enumeration, uint32_t number);

/* False with an error if `text` has control characters or more than `limit` bytes. */
bool json_check_text(struct json_reading *reading, const char *text, size_t size, size_t limit);

/* False with an error unless `value` is an array of at most `limit` items. */
bool json_check_array(struct json_reading *reading, json_t *value, size_t limit);

#endif
