/*
 * The quick twin of core/json_read.h: fills the same structs by the same tables, straight from the
 * text, without building a JSON value. It knows only the plain spelling in which the official
 * producers write: no escapes and nothing but printable ASCII in a text that is kept, whole numbers
 * as digits, nothing twice, little nesting, no line ends. Whatever is different makes a scanner return
 * false, and the caller asks jansson, so the two can only agree.
 */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include "core/json_read.h"

struct json_scanning {
	const char *at, *end;  /* what is left of the text */
	char *room, *room_end; /* where kept texts and lists go */
	void *owner;           /* for kinds that keep something of their own */
	const char *time_text; /* the last time that was read, and what it says */
	size_t time_size;
	int64_t time;
};

json_scanner json_scan_text, json_scan_name, json_scan_names, json_scan_hosts, json_scan_uint8,
	json_scan_uint16, json_scan_uint32, json_scan_bool, json_scan_tristate, json_scan_enum,
	json_scan_time, json_scan_object;

/* Members of an object that no table knows: compared with each other. */
#define JSON_SCAN_MEMBERS 24

struct json_text {
	const char *bytes;
	size_t size;
};

/* How far an object was read. */
struct json_object_scan {
	bool ended;
	uint64_t seen; /* bits of the table's rows */
	size_t next;   /* the row at which the search for the next name begins */
	size_t unknown_count;
	struct json_text unknown[JSON_SCAN_MEMBERS];
};

/*
 * An object in parts: past its "{"; then its members until one whose row ends a part (json_member.ends_part), or until
 * its end. For one whose "{" something else took: json_scan_begin; after a value that something else read,
 * json_scan_go_on takes the comma or the end.
 */
void json_scan_begin(struct json_object_scan *ret_object);
bool json_scan_open(struct json_scanning *scanning, struct json_object_scan *ret_object);
bool json_scan_part(struct json_scanning *scanning, const struct json_members *members,
	struct json_object_scan *object, void *target);
bool json_scan_go_on(struct json_scanning *scanning, struct json_object_scan *object);

/*
 * An array of at most JSON_SCAN_ITEMS items of `item_size` bytes (at most JSON_SCAN_ITEM_SIZE), each
 * begun as a copy of `blank` and read by `scan`.
 */
#define JSON_SCAN_ITEMS     32
#define JSON_SCAN_ITEM_SIZE 32
bool json_scan_array(struct json_scanning *scanning, json_scanner *scan, const void *detail,
	const void *blank, size_t item_size, void *ret_items, size_t *ret_count);

/* A plain text: a slice of the input. */
bool json_scan_slice(struct json_scanning *scanning, const char **ret_text, size_t *ret_size);

/* Any value, checked as strictly as jansson does. */
bool json_scan_skip(struct json_scanning *scanning);

/* Past an object without a look inside, for text that was or will be read by other means. */
bool json_scan_past_object(struct json_scanning *scanning);

/* The next byte after spaces, or '\0'. */
char json_scan_peek(struct json_scanning *scanning);

/* A NUL-terminated copy, or `size` bytes for pointers; NULL if the room is used up. */
char *json_scan_keep(struct json_scanning *scanning, const char *text, size_t size);
void *json_scan_room(struct json_scanning *scanning, size_t size);

#endif
