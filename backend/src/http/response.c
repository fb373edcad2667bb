#include "http/response.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/mem.h"

/* Seconds after which a refused client should try again. */
#define RETRY_AFTER_S 5

struct response {
	struct request *request;
	struct response_sink sink;
	int status;
	const char *content_type; /* NULL: no body */
	const char *body;
	size_t size;
	struct parameters headers;
	size_t header_capacity;
	bool begun, streamed;
	size_t sent;
};

static const int statuses[ERR_CODES] = {
	[ERR_NONE] = 200,
	[ERR_INVALID] = 400,
	[ERR_NOT_FOUND] = 404,
	[ERR_NO_METHOD] = 405,
	[ERR_CONFLICT] = 409,
	[ERR_STALE] = 412,
	[ERR_KEY_REUSED] = 422,
	[ERR_NEEDS_MATCH] = 428,
	[ERR_TOO_LARGE] = 413,
	[ERR_UNSUPPORTED] = 415,
	[ERR_UNAUTHENTICATED] = 401,
	[ERR_FORBIDDEN] = 403,
	[ERR_BUSY] = 503,
	[ERR_UNAVAILABLE] = 503,
	[ERR_CUT] = 400,
	[ERR_INTERNAL] = 500,
};

static const struct {
	int status;
	const char *title;
} titles[] = {
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{422, "Unprocessable Content"},
	{428, "Precondition Required"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
};

static const char *title_of(int status)
{
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	abort();
}

int response_status_of(enum err_code code)
{
	return statuses[code];
}

struct response *response_new(struct request *request, struct response_sink sink)
{
	struct response *response = mem_new(request->mem, struct response);

	response->request = request;
	response->sink = sink;
	response->status = 200;
	return response;
}

void response_header(struct response *response, const char *name, const char *format, ...)
{
	va_list arguments;
	char *value;

	va_start(arguments, format);
	value = talloc_vasprintf(response, format, arguments);
	va_end(arguments);
	for (char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	mem_reserve(response, response->headers.items, &response->header_capacity,
		response->headers.count + 1);
	response->headers.items[response->headers.count++] = (struct parameter){name, value};
}

void response_text(struct response *response, int status, const char *content_type,
	const char *bytes, size_t size)
{
	response->status = status;
	response->content_type = mem_text(response, content_type);
	response->body = size == 0 ? "" : memcpy(mem_array(response, char, size), bytes, size);
	response->size = size;
}

static void text_free(void *text)
{
	free(text);
}

static void json_body(
	struct response *response, int status, const char *content_type, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);

	json_decref(value);
	if (text == NULL)
		abort();
	mem_attach(response, text, text_free);
	response->status = status;
	response->content_type = content_type;
	response->body = text;
	response->size = strlen(text);
}

void response_json(struct response *response, int status, json_t *value)
{
	json_body(response, status, "application/json", value);
}

void response_empty(struct response *response, int status)
{
	response->status = status;
	response->content_type = NULL;
	response->body = NULL;
	response->size = 0;
}

/* A reader's text may quote input that was not UTF-8. */
static json_t *safe_string(const char *text)
{
	json_t *value = json_string(text);
	char *plain;

	if (value != NULL)
		return value;
	plain = strdup(text);
	if (plain == NULL)
		abort();
	for (char *c = plain; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	value = json_string(plain);
	free(plain);
	return value;
}

void response_problem(struct response *response, const struct err *err, json_t *more)
{
	int status = response_status_of(err->code);
	const char *detail = err->code == ERR_INTERNAL ? "Something failed here that should not. "
							 "The server's log says more under this "
							 "request id."
						       : err->text;
	json_t *problem = json_pack("{s:s, s:s, s:i, s:o, s:s, s:o}", "type", "about:blank",
		"title", title_of(status), "status", status, "detail", safe_string(detail), "code",
		err_name(err->code), "request_id", safe_string(response->request->id));

	if (err->field[0] != '\0')
		json_object_set_new(problem, "field", safe_string(err->field));
	if (err->line > 0)
		json_object_set_new(problem, "line", json_integer((json_int_t)err->line));
	if (err->column > 0)
		json_object_set_new(problem, "column", json_integer((json_int_t)err->column));
	if (more != NULL)
		json_object_update(problem, more);
	json_decref(more);
	if (status == 503)
		response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
	if (status == 401)
		response_header(response, "WWW-Authenticate", "Bearer");
	json_body(response, status, "application/problem+json", problem);
}

static bool gone(struct err *err)
{
	return err_set(err, ERR_CUT, "The client went away before the answer was sent.");
}

static bool send_headers(struct response *response, struct err *err)
{
	char *head = mem_format(response, "Status: %d\r\nX-Request-Id: %s\r\n", response->status,
		response->request->id);
	bool caching_told = false;

	for (size_t i = 0; i < response->headers.count; i++) {
		const struct parameter *header = &response->headers.items[i];

		caching_told |= strcmp(header->name, "Cache-Control") == 0;
		head = mem_format(response, "%s%s: %s\r\n", head, header->name, header->value);
	}
	if (!caching_told)
		head = mem_format(response, "%sCache-Control: no-store\r\n", head);
	if (response->content_type != NULL)
		head = mem_format(response, "%sContent-Type: %s\r\n", head, response->content_type);
	if (!response->streamed && response->content_type != NULL)
		head = mem_format(response, "%sContent-Length: %zu\r\n", head, response->size);
	head = mem_format(response, "%s\r\n", head);
	response->begun = true;
	if (!response->sink.write(response->sink.context, head, strlen(head)))
		return gone(err);
	return true;
}

static bool is_head(const struct response *response)
{
	return strcmp(response->request->method, "HEAD") == 0;
}

bool response_begin(
	struct response *response, int status, const char *content_type, struct err *err)
{
	response->status = status;
	response->content_type = mem_text(response, content_type);
	response->streamed = true;
	return send_headers(response, err);
}

bool response_write(struct response *response, const void *bytes, size_t size, struct err *err)
{
	if (is_head(response))
		return true;
	if (!response->sink.write(response->sink.context, bytes, size) ||
		!response->sink.flush(response->sink.context))
		return gone(err);
	response->sent += size;
	return true;
}

bool response_begun(const struct response *response)
{
	return response->begun;
}

bool response_send(struct response *response, struct err *err)
{
	if (response->begun)
		return true;
	if (!send_headers(response, err))
		return false;
	if (response->body == NULL || is_head(response))
		return true;
	if (!response->sink.write(response->sink.context, response->body, response->size))
		return gone(err);
	response->sent = response->size;
	return true;
}

const char *response_body(const struct response *response)
{
	return response->body == NULL ? "" : response->body;
}

json_t *response_headers(const struct response *response)
{
	json_t *headers = json_object();

	for (size_t i = 0; i < response->headers.count; i++)
		json_object_set_new(headers, response->headers.items[i].name,
			json_string(response->headers.items[i].value));
	return headers;
}

int response_status(const struct response *response)
{
	return response->status;
}

size_t response_bytes(const struct response *response)
{
	return response->sent;
}
