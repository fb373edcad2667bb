#include "core/http_path.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

#define QUERY_MARK "?{query}"

/* What a varying part is called in a template, how to know it, and its pattern. */
struct part {
	const char *mark;
	bool (*is)(const char *text, size_t size);
	const char *pattern, *instance;
};

static bool all(const char *text, size_t size, int (*is)(int))
{
	for (size_t i = 0; i < size; i++)
		if (!is((unsigned char)text[i]))
			return false;
	return size > 0;
}

static bool any(const char *text, size_t size, int (*is)(int))
{
	for (size_t i = 0; i < size; i++)
		if (is((unsigned char)text[i]))
			return true;
	return false;
}

/* Does `text` follow `form`, where 'x' is a hexadecimal digit, '0' a decimal one, others themselves? */
static bool follows(const char *text, size_t size, const char *form)
{
	if (size != strlen(form))
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (form[i] == 'x' ? !isxdigit(c) : form[i] == '0' ? !isdigit(c) : c != form[i])
			return false;
	}
	return true;
}

static bool is_number(const char *text, size_t size)
{
	return all(text, size, isdigit);
}

static bool is_uuid(const char *text, size_t size)
{
	return follows(text, size, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

static bool is_date(const char *text, size_t size)
{
	return follows(text, size, "0000-00-00");
}

/* At least six digits, one of them decimal, so that "facade" stays a word. */
static bool is_hash(const char *text, size_t size)
{
	return size >= 6 && all(text, size, isxdigit) && any(text, size, isdigit);
}

/* Long and mixed: a key, a session, a base64 text. */
static bool is_token(const char *text, size_t size)
{
	size_t digits = 0;

	if (size < 20)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!isalnum((unsigned char)text[i]) && strchr("-_=~", text[i]) == NULL)
			return false;
		digits += isdigit((unsigned char)text[i]) != 0;
	}
	return digits >= 4;
}

static const struct part parts[] = {
	{"{int}", is_number, "[0-9]+", "9081726354"},
	{"{uuid}", is_uuid, "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
		"f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f"},
	{"{date}", is_date, "[0-9]{4}-[0-9]{2}-[0-9]{2}", "2031-12-29"},
	{"{hex}", is_hash, "[0-9a-fA-F]+", "f00d1e5c0ffee9"},
	{"{token}", is_token, "[^/?]+", "Zq8-x_7Kv2mPw4Lr9TbYc1"},
	{"{any}", NULL, "[^/?]+", "other-1"},
};

static const struct part *part_of(const char *text, size_t size)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].is != NULL && parts[i].is(text, size))
			return &parts[i];
	return NULL;
}

static char *put(char *to, const char *text, size_t size)
{
	memcpy(to, text, size);
	return to + size;
}

/* Writes one segment: the whole may vary, or what stands before its file extension. Returns its end. */
static char *put_segment(char *to, const char *segment, size_t size)
{
	const struct part *part = part_of(segment, size);
	const char *dot;

	if (part != NULL)
		return put(to, part->mark, strlen(part->mark));
	dot = memrchr(segment, '.', size);
	if (dot != NULL && dot > segment)
		part = part_of(segment, (size_t)(dot - segment));
	if (part == NULL || is_number(dot + 1, size - (size_t)(dot + 1 - segment)))
		return put(to, segment, size);
	to = put(to, part->mark, strlen(part->mark));
	return put(to, dot, size - (size_t)(dot - segment));
}

static char *put_template(char *to, const char *path, size_t path_size)
{
	for (size_t i = 0; i < path_size;) {
		const char *slash = memchr(path + i, '/', path_size - i);
		size_t size = slash != NULL ? (size_t)(slash - path) - i : path_size - i;

		to = put_segment(to, path + i, size);
		if (slash != NULL)
			*to++ = '/';
		i += size + (slash != NULL);
	}
	return to;
}

/* "1/" becomes "{int}/": a path becomes three times as long at most, but for its last segment. */
#define MOST_TEMPLATE(path_size) (3 * (path_size) + sizeof "{int}")

struct http_target http_target_read(void *mem, const char *url)
{
	const char *scheme_end = strstr(url, "://"), *path = url, *host = "";
	size_t host_size = 0, path_size;
	struct http_target target;
	bool has_query;
	char *to;

	if (scheme_end != NULL && strcspn(url, "/?#") > (size_t)(scheme_end - url)) {
		const char *authority = scheme_end + 3, *user_end;

		path = authority + strcspn(authority, "/?#");
		user_end = memrchr(authority, '@', (size_t)(path - authority));
		host = user_end != NULL ? user_end + 1 : authority;
		host_size = (size_t)(path - host);
	}
	path_size = strcspn(path, "?#");
	has_query = path[path_size] == '?';
	if (path_size == 0) {
		path = "/";
		path_size = 1;
	}
	/* one block for the three texts, each of which ends in a zero of it */
	to = mem_array(mem, char,
		host_size + path_size + MOST_TEMPLATE(path_size) + sizeof QUERY_MARK + 4);
	target.host = to;
	to = put(to, host, host_size) + 1;
	target.example = to;
	to = put(to, path, path_size);
	to = put(to, "?", has_query) + 1;
	target.template = to;
	to = put_template(to, path, path_size);
	put(to, QUERY_MARK, has_query ? strlen(QUERY_MARK) : 0);
	return target;
}

char *regex_escape(void *mem, const char *text)
{
	char *escaped = mem_zeroed(mem, 1, 2 * strlen(text) + 1), *to = escaped;

	for (; *text != '\0'; text++) {
		if (strchr("\\.+*?()|[]{}^$", *text) != NULL)
			*to++ = '\\';
		*to++ = *text;
	}
	return escaped;
}

static const struct part *part_marked(const char *text)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strncmp(text, parts[i].mark, strlen(parts[i].mark)) == 0)
			return &parts[i];
	return NULL;
}

char *http_path_instance(void *mem, const char *template)
{
	char *path = mem_text(mem, "");

	while (*template != '\0') {
		const struct part *part = part_marked(template);

		if (strcmp(template, QUERY_MARK) == 0)
			return mem_format(mem, "%s?q=1&other=two", path);
		path = part != NULL ? mem_format(mem, "%s%s", path, part->instance)
				    : mem_format(mem, "%s%c", path, *template);
		template += part != NULL ? strlen(part->mark) : 1;
	}
	return path;
}

char *http_path_pattern(void *mem, const char *template)
{
	size_t size = strlen(template), mark = strlen(QUERY_MARK), from = 0;
	char *pattern = mem_text(mem, "");

	if (size >= mark && strcmp(template + size - mark, QUERY_MARK) == 0)
		size -= mark;
	for (size_t i = 0; i <= size; i++) {
		const struct part *part = i < size ? part_marked(template + i) : NULL;

		if (part == NULL && i < size)
			continue;
		pattern = mem_format(mem, "%s%s%s", pattern,
			regex_escape(mem, mem_text_n(mem, template + from, i - from)),
			part != NULL ? part->pattern : "");
		if (part != NULL) {
			i += strlen(part->mark) - 1;
			from = i + 1;
		}
	}
	return mem_format(mem, "%s(\\?.*)?", pattern);
}
