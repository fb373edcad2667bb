/*
 * JSON written as text, one value after the other: for long lists, where a tree of jansson's for each row
 * costs more than the database takes to find it. Commas come by themselves. Texts are UTF-8.
 */
#ifndef API_JSON_TEXT_H
#define API_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "api/bytes.h"

/* The comma before the next member or element, where one is needed. */
void json_text_next(struct bytes *json);

/* The name of a member; its value comes next. `prefix` is the beginning of the name, "" for none. */
void json_text_name(struct bytes *json, const char *prefix, const char *name);

void json_text_string(struct bytes *json, const char *text);
void json_text_number(struct bytes *json, int64_t number);
void json_text_bool(struct bytes *json, bool value);
void json_text_null(struct bytes *json);

/* What is JSON already: brackets, or a value of the database's. */
void json_text_raw(struct bytes *json, const char *text);

/* The object that render_labels makes, from the text of the list as array_to_json gives it. */
void json_text_labels(struct bytes *json, const char *list);

#endif
