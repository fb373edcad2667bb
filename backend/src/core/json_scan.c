#include "core/json_scan.h"

#include "base/limits.h"
#include "core/timestamp.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Levels below a member that is skipped. */
#define SKIP_DEPTH 8

#ifdef __SSE2__
#define STEP 16

/* A bit for each of the STEP bytes that is not plain. */
static unsigned special_bytes(const char *at)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)at);
	/* as signed numbers, those from 0x80 on are below 0x20 too */
	__m128i special = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));

	special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
	special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
	special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
	return (unsigned)_mm_movemask_epi8(special);
}
#endif

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The first byte from `at` that is not plain inside a text: a quote, a backslash, no printable ASCII. */
static const char *plain_end(const char *at, const char *end)
{
#ifdef __SSE2__
	for (; end - at >= STEP; at += STEP) {
		unsigned special = special_bytes(at);

		if (special != 0)
			return at + __builtin_ctz(special);
	}
#endif
	while (at < end && is_plain((unsigned char)*at))
		at++;
	return at;
}

char json_scan_peek(struct json_scanning *scanning)
{
	while (scanning->at < scanning->end && *scanning->at == ' ')
		scanning->at++;
	return scanning->at < scanning->end ? *scanning->at : '\0';
}

/* Takes `c`, after spaces. */
static bool take(struct json_scanning *scanning, char c)
{
	/* there are none, mostly */
	if ((scanning->at == scanning->end || *scanning->at != c) && json_scan_peek(scanning) != c)
		return false;
	scanning->at++;
	return true;
}

bool json_scan_slice(struct json_scanning *scanning, const char **ret_text, size_t *ret_size)
{
	const char *end;

	if (!take(scanning, '"'))
		return false;
	end = plain_end(scanning->at, scanning->end);
	if (end == scanning->end || *end != '"')
		return false;
	*ret_text = scanning->at;
	*ret_size = (size_t)(end - scanning->at);
	scanning->at = end + 1;
	return true;
}

void *json_scan_room(struct json_scanning *scanning, size_t size)
{
	const size_t align = sizeof(void *);
	char *at = scanning->room + (align - (uintptr_t)scanning->room % align) % align;

	if (at > scanning->room_end || (size_t)(scanning->room_end - at) < size)
		return NULL;
	scanning->room = at + size;
	return at;
}

char *json_scan_keep(struct json_scanning *scanning, const char *text, size_t size)
{
	char *kept = scanning->room;

	if ((size_t)(scanning->room_end - kept) <= size)
		return NULL;
	memcpy(kept, text, size);
	kept[size] = '\0';
	scanning->room += size + 1;
	return kept;
}

static bool scan_kept(struct json_scanning *scanning, size_t limit, void *target)
{
	const char *text;
	size_t size;

	if (!json_scan_slice(scanning, &text, &size) || size > limit)
		return false;
	text = json_scan_keep(scanning, text, size);
	if (text != NULL)
		*(const char **)target = text;
	return text != NULL;
}

bool json_scan_text(struct json_scanning *scanning, const void *detail, void *target)
{
	(void)detail;
	return scan_kept(scanning, LIMIT_TEXT, target);
}

bool json_scan_name(struct json_scanning *scanning, const void *detail, void *target)
{
	(void)detail;
	return scan_kept(scanning, LIMIT_NAME, target);
}

bool json_scan_array(struct json_scanning *scanning, json_scanner *scan, const void *detail,
	const void *blank, size_t item_size, void *ret_items, size_t *ret_count)
{
	_Alignas(void *) char items[JSON_SCAN_ITEMS * JSON_SCAN_ITEM_SIZE];
	size_t count = 0;
	void *kept;

	if (!take(scanning, '['))
		return false;
	if (!take(scanning, ']')) {
		do {
			char *item = items + count * item_size;

			if (count == JSON_SCAN_ITEMS)
				return false;
			memcpy(item, blank, item_size);
			if (!scan(scanning, detail, item))
				return false;
			count++;
		} while (take(scanning, ','));
		if (!take(scanning, ']'))
			return false;
	}
	kept = json_scan_room(scanning, count * item_size);
	if (kept == NULL)
		return false;
	memcpy(kept, items, count * item_size);
	*(void **)ret_items = kept;
	*ret_count = count;
	return true;
}

bool json_scan_names(struct json_scanning *scanning, const void *detail, void *target)
{
	static const char *const blank = "";
	struct text_list *list = target;

	return json_scan_array(
		scanning, json_scan_name, detail, &blank, sizeof blank, &list->items, &list->count);
}

static bool scan_host(struct json_scanning *scanning, const void *detail, void *target)
{
	char *name;
	size_t size;

	if (!json_scan_name(scanning, detail, &name))
		return false;
	size = strlen(name);
	if (size > 1 && name[size - 1] == '.')
		name[size - 1] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	*(const char **)target = name;
	return true;
}

bool json_scan_hosts(struct json_scanning *scanning, const void *detail, void *target)
{
	static const char *const blank = "";
	struct text_list *list = target;

	return json_scan_array(
		scanning, scan_host, detail, &blank, sizeof blank, &list->items, &list->count);
}

static bool ends_number(const struct json_scanning *scanning)
{
	char c = scanning->at < scanning->end ? *scanning->at : '\0';

	return c == ',' || c == '}' || c == ']' || c == ' ';
}

/* Digits without a leading zero, no sign, fraction or exponent. */
static bool scan_digits(struct json_scanning *scanning, uint64_t most, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *first;

	json_scan_peek(scanning);
	for (first = scanning->at; scanning->at < scanning->end && *scanning->at >= '0' &&
				   *scanning->at <= '9' && scanning->at - first < 18;
		scanning->at++)
		number = number * 10 + (uint64_t)(*scanning->at - '0');
	if (scanning->at == first || (*first == '0' && scanning->at - first > 1) || number > most)
		return false;
	*ret_number = number;
	return ends_number(scanning);
}

#define SCAN_UINT(bits)                                                                            \
	bool json_scan_uint##bits(                                                                 \
		struct json_scanning *scanning, const void *detail, void *target)                  \
	{                                                                                          \
		uint64_t number;                                                                   \
                                                                                                   \
		(void)detail;                                                                      \
		if (!scan_digits(scanning, UINT##bits##_MAX, &number))                             \
			return false;                                                              \
		*(uint##bits##_t *)target = (uint##bits##_t)number;                                \
		return true;                                                                       \
	}

SCAN_UINT(8)
SCAN_UINT(16)
SCAN_UINT(32)

static bool scan_word(struct json_scanning *scanning, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(scanning->end - scanning->at) < size || memcmp(scanning->at, word, size) != 0)
		return false;
	scanning->at += size;
	return ends_number(scanning);
}

bool json_scan_bool(struct json_scanning *scanning, const void *detail, void *target)
{
	bool yes = json_scan_peek(scanning) == 't';

	(void)detail;
	if (!scan_word(scanning, yes ? "true" : "false"))
		return false;
	*(bool *)target = yes;
	return true;
}

bool json_scan_tristate(struct json_scanning *scanning, const void *detail, void *target)
{
	bool yes;

	if (!json_scan_bool(scanning, detail, &yes))
		return false;
	*(enum tristate *)target = yes ? TRISTATE_YES : TRISTATE_NO;
	return true;
}

bool json_scan_enum(struct json_scanning *scanning, const void *detail, void *target)
{
	const struct enumerator *item;
	const char *name;
	size_t size;

	if (!json_scan_slice(scanning, &name, &size))
		return false;
	item = enumeration_find(detail, name, size);
	if (item != NULL)
		*(uint32_t *)target = item->number;
	return item != NULL;
}

bool json_scan_time(struct json_scanning *scanning, const void *detail, void *target)
{
	const char *text;
	size_t size;

	(void)detail;
	if (!json_scan_slice(scanning, &text, &size))
		return false;
	/* the wrapper repeats the time of the flow */
	if (scanning->time_text == NULL || size != scanning->time_size ||
		memcmp(text, scanning->time_text, size) != 0) {
		if (timestamp_parse(text, size, &scanning->time) != TIMESTAMP_OK)
			return false;
		scanning->time_text = text;
		scanning->time_size = size;
	}
	*(int64_t *)target = scanning->time;
	return true;
}

/* Takes the name, which stands in quotes; nothing of it is taken if it is another. */
static bool take_name(struct json_scanning *scanning, const char *name)
{
	const char *at = scanning->at + 1;

	while (*name != '\0' && at < scanning->end && *at == *name)
		at++, name++;
	if (*name != '\0' || at == scanning->end || *at != '"')
		return false;
	scanning->at = at + 1;
	return true;
}

/*
 * Takes the name of a row, NULL if it is of none. The search begins at `*next`, since producers write in the
 * table's order.
 */
static const struct json_member *take_row_name(
	struct json_scanning *scanning, const struct json_members *members, size_t *next)
{
	if (json_scan_peek(scanning) != '"')
		return NULL;
	for (size_t tried = 0; tried < members->count; tried++) {
		size_t i = *next;

		*next = i + 1 < members->count ? i + 1 : 0;
		if (take_name(scanning, members->rows[i].name))
			return &members->rows[i];
	}
	return NULL;
}

/* Adds a name to those of one object; false if it is there already or there are too many. */
static bool add_name(struct json_text *names, size_t *count, const char *name, size_t size)
{
	for (size_t i = 0; i < *count; i++)
		if (names[i].size == size && memcmp(names[i].bytes, name, size) == 0)
			return false;
	if (*count == JSON_SCAN_MEMBERS)
		return false;
	names[(*count)++] = (struct json_text){name, size};
	return true;
}

static bool is_camel_name(const struct json_members *members, const char *name, size_t size)
{
	for (size_t i = 0; i < members->count; i++)
		if (members->rows[i].camel != NULL &&
			json_name_is(members->rows[i].camel, name, size))
			return true;
	return false;
}

/* A member that no row names. A camelCase name is for jansson. */
static bool skip_unknown(struct json_scanning *scanning, const struct json_members *members,
	struct json_object_scan *object)
{
	const char *name;
	size_t size;

	return json_scan_slice(scanning, &name, &size) && !is_camel_name(members, name, size) &&
	       add_name(object->unknown, &object->unknown_count, name, size) &&
	       take(scanning, ':') && json_scan_skip(scanning);
}

static bool scan_member(struct json_scanning *scanning, const struct json_member *row, void *target)
{
	if (row->kind == NULL)
		return json_scan_skip(scanning);
	if (row->alias || row->kind->scan == NULL ||
		!row->kind->scan(scanning, row->detail, (char *)target + row->offset))
		return false;
	if (row->mark != 0)
		*((bool *)target + row->mark) = true;
	return true;
}

void json_scan_begin(struct json_object_scan *ret_object)
{
	ret_object->ended = false;
	ret_object->seen = 0;
	ret_object->next = ret_object->unknown_count = 0;
}

bool json_scan_open(struct json_scanning *scanning, struct json_object_scan *ret_object)
{
	json_scan_begin(ret_object);
	if (!take(scanning, '{'))
		return false;
	ret_object->ended = take(scanning, '}');
	return true;
}

bool json_scan_go_on(struct json_scanning *scanning, struct json_object_scan *object)
{
	if (take(scanning, ','))
		return true;
	object->ended = take(scanning, '}');
	return object->ended;
}

/* The next member; gives its row, NULL if no row names it. */
static bool scan_next(struct json_scanning *scanning, const struct json_members *members,
	struct json_object_scan *object, const struct json_member **ret_row, void *target)
{
	const struct json_member *row = take_row_name(scanning, members, &object->next);

	*ret_row = row;
	if (row == NULL) {
		if (!skip_unknown(scanning, members, object))
			return false;
	} else {
		uint64_t bit = UINT64_C(1) << (row - members->rows);

		if ((object->seen & bit) != 0 || !take(scanning, ':') ||
			!scan_member(scanning, row, target))
			return false;
		object->seen |= bit;
	}
	return json_scan_go_on(scanning, object);
}

bool json_scan_part(struct json_scanning *scanning, const struct json_members *members,
	struct json_object_scan *object, void *target)
{
	const struct json_member *row = NULL;

	while (!object->ended && (row == NULL || !row->ends_part))
		if (!scan_next(scanning, members, object, &row, target))
			return false;
	return true;
}

bool json_scan_object(struct json_scanning *scanning, const void *detail, void *target)
{
	struct json_object_scan object;

	return json_scan_open(scanning, &object) &&
	       json_scan_part(scanning, detail, &object, target) && object.ended;
}

/* A text with escapes, as jansson accepts them; those that need more thought are left to it. */
static bool skip_text(struct json_scanning *scanning)
{
	if (!take(scanning, '"'))
		return false;
	for (;;) {
		const char *at = plain_end(scanning->at, scanning->end);

		if (scanning->end - at < 2)
			return false;
		scanning->at = at + 1;
		if (*at == '"')
			return true;
		if (*at != '\\')
			return false;
		scanning->at = at + 2;
		/* \u0026 and the like, as Go writes <, > and & */
		if (at[1] == 'u') {
			if (scanning->end - at < 6 || memcmp(at + 2, "00", 2) != 0 || at[4] < '2' ||
				at[4] > '7' || memchr("0123456789abcdef", at[5], 16) == NULL)
				return false;
			scanning->at = at + 6;
		} else if (memchr("\"\\/bfnrt", at[1], 8) == NULL) {
			return false;
		}
	}
}

static size_t skip_digits(struct json_scanning *scanning)
{
	const char *first = scanning->at;

	while (scanning->at < scanning->end && *scanning->at >= '0' && *scanning->at <= '9')
		scanning->at++;
	return (size_t)(scanning->at - first);
}

/* Whole or with a fraction, and short enough for every type. */
static bool skip_number(struct json_scanning *scanning)
{
	const char *first = scanning->at + (*scanning->at == '-');
	size_t whole;

	scanning->at = first;
	whole = skip_digits(scanning);
	if (whole == 0 || whole > 18 || (whole > 1 && *first == '0'))
		return false;
	if (scanning->at < scanning->end && *scanning->at == '.') {
		scanning->at++;
		if (skip_digits(scanning) == 0)
			return false;
	}
	return ends_number(scanning);
}

static bool skip_value(struct json_scanning *scanning, unsigned depth);

static bool skip_object(struct json_scanning *scanning, unsigned depth)
{
	struct json_text names[JSON_SCAN_MEMBERS];
	size_t count = 0;

	if (take(scanning, '}'))
		return true;
	do {
		const char *name;
		size_t size;

		if (!json_scan_slice(scanning, &name, &size) ||
			!add_name(names, &count, name, size) || !take(scanning, ':') ||
			!skip_value(scanning, depth))
			return false;
	} while (take(scanning, ','));
	return take(scanning, '}');
}

static bool skip_array(struct json_scanning *scanning, unsigned depth)
{
	if (take(scanning, ']'))
		return true;
	do {
		if (!skip_value(scanning, depth))
			return false;
	} while (take(scanning, ','));
	return take(scanning, ']');
}

static bool skip_value(struct json_scanning *scanning, unsigned depth)
{
	switch (json_scan_peek(scanning)) {
	case '"':
		return skip_text(scanning);
	case '{':
		scanning->at++;
		return depth < SKIP_DEPTH && skip_object(scanning, depth + 1);
	case '[':
		scanning->at++;
		return depth < SKIP_DEPTH && skip_array(scanning, depth + 1);
	case 't':
		return scan_word(scanning, "true");
	case 'f':
		return scan_word(scanning, "false");
	case 'n':
		return scan_word(scanning, "null");
	case '\0':
		return false;
	default:
		return skip_number(scanning);
	}
}

bool json_scan_skip(struct json_scanning *scanning)
{
	return skip_value(scanning, 0);
}

bool json_scan_past_object(struct json_scanning *scanning)
{
	unsigned depth = 0;

	if (json_scan_peek(scanning) != '{')
		return false;
	while (scanning->at < scanning->end) {
		char c = *scanning->at++;

		if (c == '"') {
			scanning->at = plain_end(scanning->at, scanning->end);
			if (scanning->at == scanning->end || *scanning->at++ != '"')
				return false;
		} else if (c == '{' || c == '[') {
			if (++depth > SKIP_DEPTH)
				return false;
		} else if (c == '}' || c == ']') {
			if (--depth == 0)
				return true;
		} else if (c == '\n') {
			return false;
		}
	}
	return false;
}
