#include "api/page.h"

#include <stdlib.h>
#include <string.h>

#include "api/json_text.h"
#include "api/render.h"
#include "base/limits.h"
#include "base/mem.h"

/* Adds the lines of a page; `first` when it is the first one of the list. */
typedef void line_writer(
	struct bytes *bytes, const struct list *list, const struct page *page, bool first);
/* The line after the last row; `why` is NULL when all rows were sent. */
typedef void end_writer(
	struct bytes *bytes, size_t rows, const char *cursor, const struct err *why);

bool page_limit(const struct request *request, size_t *ret_limit, bool *ret_given, struct err *err)
{
	const char *text = request_query(request, "limit");
	unsigned long limit;
	char *end;

	*ret_limit = LIMIT_PAGE_DEFAULT;
	*ret_given = text != NULL;
	if (text == NULL)
		return true;
	limit = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || limit < 1 || limit > LIMIT_PAGE)
		return err_field(err, ERR_INVALID, "limit",
			"\"%.40s\" is no number of rows; 1 to %d can be asked for.", text,
			LIMIT_PAGE);
	*ret_limit = limit;
	return true;
}

bool page_refuse(struct err *err)
{
	return err_field(err, ERR_INVALID, "cursor",
		"This cursor was not given by this list. Start again without one.");
}

bool page_number(const char *part, struct err *err)
{
	const char *digits;
	size_t size;

	if (part == NULL)
		return true;
	digits = *part == '-' ? part + 1 : part;
	size = strlen(digits);
	if (size == 0 || size > 18 || strspn(digits, "0123456789") != size)
		return page_refuse(err);
	return true;
}

struct page page_of_rows(const struct rows *rows, size_t limit, const int *keys, size_t parts)
{
	struct page page = {.more = rows_count(rows) > limit};
	size_t count = page.more ? limit : rows_count(rows);

	page.items = render_rows(rows, 0, count);
	for (size_t i = 0; i < parts && page.more; i++)
		page.after[i] = rows_text(rows, count - 1, (size_t)keys[i]);
	return page;
}

/* The texts of a cursor are joined by "_", which none of them holds. */
static bool read_cursor(
	const struct request *request, size_t count, const char **parts, struct err *err)
{
	const char *text = request_query(request, "cursor");

	for (size_t i = 0; i < count && text != NULL; i++) {
		const char *end = strchr(text, '_');

		if ((end == NULL) != (i == count - 1))
			return page_refuse(err);
		parts[i] =
			end == NULL ? text : mem_text_n(request->mem, text, (size_t)(end - text));
		text = end == NULL ? NULL : end + 1;
	}
	return true;
}

/* NULL on the last page. */
static const char *write_cursor(void *mem, const struct list *list, const struct page *page)
{
	const char *text;

	if (!page->more)
		return NULL;
	text = page->after[0];
	for (size_t i = 1; i < list->parts; i++)
		text = mem_format(mem, "%s_%s", text, page->after[i]);
	return text;
}

static void add_text(struct bytes *bytes, const char *text)
{
	bytes_add(bytes, text, strlen(text));
}

static void add_json(struct bytes *bytes, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		abort();
	add_text(bytes, text);
	free(text);
}

static void ndjson_lines(
	struct bytes *bytes, const struct list *list, const struct page *page, bool first)
{
	const json_t *item;
	size_t i;

	(void)list, (void)first;
	bytes_add(bytes, page->lines.items, page->lines.count);
	json_array_foreach(page->items, i, item)
	{
		add_json(bytes, item);
		add_text(bytes, "\n");
	}
}

static void ndjson_end(struct bytes *bytes, size_t rows, const char *cursor, const struct err *why)
{
	json_t *end = json_pack("{s:I, s:b}", "rows", (json_int_t)rows, "complete", why == NULL);
	json_t *line = json_pack("{s:O}", "_end", end);

	if (cursor != NULL)
		json_object_set_new(end, "next_cursor", json_string(cursor));
	if (why != NULL) {
		json_object_set_new(end, "code", json_string(err_name(why->code)));
		json_object_set_new(end, "detail", json_string(why->text));
	}
	add_json(bytes, line);
	add_text(bytes, "\n");
	json_decref(end);
	json_decref(line);
}

/*
 * A field in quotes. A spreadsheet would run a text that begins like a formula, and some texts are
 * other people's: the apostrophe keeps it a text.
 */
static void csv_text(struct bytes *bytes, const char *text)
{
	add_text(bytes, *text != '\0' && strchr("=+-@\t\r", *text) != NULL ? "\"'" : "\"");
	while (*text != '\0') {
		size_t size = strcspn(text, "\"");

		bytes_add(bytes, text, size);
		text += size;
		if (*text == '"') {
			add_text(bytes, "\"\"");
			text++;
		}
	}
	add_text(bytes, "\"");
}

static void csv_value(struct bytes *bytes, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		csv_text(bytes, json_string_value(value));
	} else if (json_is_object(value) || json_is_array(value)) {
		text = json_dumps(value, JSON_COMPACT);
		if (text == NULL)
			abort();
		csv_text(bytes, text);
		free(text);
	} else if (value != NULL && !json_is_null(value)) {
		add_json(bytes, value);
	}
}

static void csv_lines(
	struct bytes *bytes, const struct list *list, const struct page *page, bool first)
{
	const json_t *item;
	size_t i;

	for (size_t c = 0; first && list->columns[c] != NULL; c++) {
		add_text(bytes, c == 0 ? "" : ",");
		add_text(bytes, list->columns[c]);
	}
	add_text(bytes, first ? "\r\n" : "");
	json_array_foreach(page->items, i, item)
	{
		for (size_t c = 0; list->columns[c] != NULL; c++) {
			add_text(bytes, c == 0 ? "" : ",");
			csv_value(bytes, json_object_get(item, list->columns[c]));
		}
		add_text(bytes, "\r\n");
	}
}

static void csv_end(struct bytes *bytes, size_t rows, const char *cursor, const struct err *why)
{
	(void)rows, (void)cursor;
	if (why == NULL)
		return;
	csv_text(bytes, "The list is not complete:");
	add_text(bytes, ",");
	csv_text(bytes, why->text);
	add_text(bytes, "\r\n");
}

struct format {
	const char *type;
	line_writer *lines;
	end_writer *end;
};

static const struct format ndjson = {"application/x-ndjson", ndjson_lines, ndjson_end};
static const struct format csv = {"text/csv", csv_lines, csv_end};

/* How all rows are wanted; NULL: a page is. */
static const struct format *wanted_format(const struct request *request, const struct list *list)
{
	if (request_accepts(request, ndjson.type))
		return &ndjson;
	if (list->columns != NULL && request_accepts(request, csv.type))
		return &csv;
	return NULL;
}

struct stream {
	const struct list *list;
	const struct format *format;
	struct response *response;
	size_t rows;
};

static bool write_end(struct stream *stream, void *mem, const char *cursor, const struct err *why,
	struct err *err)
{
	struct bytes bytes = {.mem = mem};

	stream->format->end(&bytes, stream->rows, cursor, why);
	return bytes.count == 0 || response_write(stream->response, bytes.items, bytes.count, err);
}

static bool write_page(struct stream *stream, void *mem, const struct page *page, struct err *err)
{
	struct bytes bytes = {.mem = mem};

	stream->format->lines(&bytes, stream->list, page, stream->rows == 0);
	stream->rows += page->count + json_array_size(page->items);
	return bytes.count == 0 || response_write(stream->response, bytes.items, bytes.count, err);
}

static void items_free(void *items)
{
	json_decref(items);
}

static bool read_page(const struct list *list, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	struct page page = {.lines = {.mem = mem}};

	if (!list->read(list->context, mem, limit, after, &page, err))
		return false;
	mem_attach(mem, page.items, items_free);
	*ret_page = page;
	return true;
}

/* Writes the page at hand and all after it; each is freed when the next one is read. */
static bool write_all(struct stream *stream, void *mem, struct page *page, struct err *err)
{
	struct err why = {0};
	void *next;
	bool done;

	while (write_page(stream, mem, page, err)) {
		if (!page->more)
			return write_end(stream, mem, NULL, NULL, err);
		next = mem_context(stream->response);
		done = read_page(stream->list, next, LIMIT_PAGE, page->after, page, &why);
		mem_free(mem);
		mem = next;
		if (!done) {
			*err = why;
			return write_end(stream, mem, NULL, &why, &why) && false;
		}
	}
	return false;
}

static bool answer_lines(struct request *request, struct response *response,
	const struct list *list, const struct format *format, struct err *err)
{
	struct stream stream = {.list = list, .format = format, .response = response};
	const char *after[PAGE_PARTS] = {NULL};
	void *mem = mem_context(response);
	struct page page;
	size_t limit;
	bool one;

	if (!page_limit(request, &limit, &one, err) ||
		!read_cursor(request, list->parts, after, err) ||
		!read_page(list, mem, one ? limit : LIMIT_PAGE, after, &page, err))
		return false;
	response_header(response, "X-Accel-Buffering", "no");
	if (!response_begin(response, 200, format->type, err))
		return false;
	if (strcmp(request->method, "HEAD") == 0)
		return true;
	if (!one)
		return write_all(&stream, mem, &page, err);
	return write_page(&stream, mem, &page, err) &&
	       write_end(&stream, mem, write_cursor(mem, list, &page), NULL, err);
}

/* What ends each line becomes what is between them. */
static void join_lines(struct bytes *lines, size_t begin)
{
	char *c = lines->items + begin, *end = lines->items + lines->count;

	while (c < end && (c = memchr(c, '\n', (size_t)(end - c))) != NULL)
		*c++ = ',';
	lines->count -= lines->count > begin;
}

static void answer_page_of_lines(
	struct response *response, struct bytes *text, size_t begin, const char *cursor)
{
	join_lines(text, begin);
	json_text_raw(text, "],\"next_cursor\":");
	if (cursor == NULL)
		json_text_null(text);
	else
		json_text_string(text, cursor);
	json_text_raw(text, "}");
	response_text(response, 200, "application/json", text->items, text->count);
}

static bool answer_page(struct request *request, struct response *response, const struct list *list,
	struct err *err)
{
	const char *after[PAGE_PARTS] = {NULL}, *cursor;
	struct page page = {.lines = {.mem = request->mem}};
	size_t limit, begin;
	bool given;

	json_text_raw(&page.lines, "{\"items\":[");
	begin = page.lines.count;

	if (!page_limit(request, &limit, &given, err) ||
		!read_cursor(request, list->parts, after, err) ||
		!list->read(list->context, request->mem, limit, after, &page, err))
		return false;
	cursor = write_cursor(request->mem, list, &page);
	if (page.items == NULL)
		answer_page_of_lines(response, &page.lines, begin, cursor);
	else
		response_json(response, 200,
			json_pack("{s:o, s:s?}", "items", page.items, "next_cursor", cursor));
	return true;
}

bool page_answer(struct request *request, struct response *response, const struct list *list,
	struct err *err)
{
	const struct format *format = wanted_format(request, list);

	response_header(response, "Vary", "Accept");
	return format == NULL ? answer_page(request, response, list, err)
			      : answer_lines(request, response, list, format, err);
}
