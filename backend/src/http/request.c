#include "http/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uriparser/Uri.h>

#include "base/limits.h"
#include "base/mem.h"
#include "http/text.h"

/* The headers handlers may see, and the CGI parameter nginx puts each one in. */
static const struct parameter header_parameters[] = {
	{"Accept", "HTTP_ACCEPT"},
	{"Authorization", "HTTP_AUTHORIZATION"},
	{"Content-Encoding", "HTTP_CONTENT_ENCODING"},
	{"Content-Length", "CONTENT_LENGTH"},
	{"Content-Type", "CONTENT_TYPE"},
	{"Host", "HTTP_HOST"},
	{"Idempotency-Key", "HTTP_IDEMPOTENCY_KEY"},
	{"If-Match", "HTTP_IF_MATCH"},
	{"If-None-Match", "HTTP_IF_NONE_MATCH"},
	{"Origin", "HTTP_ORIGIN"},
	{"Sec-Fetch-Site", "HTTP_SEC_FETCH_SITE"},
	{"Traceparent", "HTTP_TRACEPARENT"},
	{"User-Agent", "HTTP_USER_AGENT"},
};

static const char *server_parameter(const struct request *request, const char *name)
{
	return request->source.parameter(request->source.context, name);
}

static const char *copied_parameter(const struct request *request, const char *name)
{
	return mem_text(request->mem, request_told(request, name));
}

/* What traceparent looks like: version, trace, parent, flags (W3C Trace Context 3.2). */
static const char trace_form[] = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
#define TRACE_AT   3
#define TRACE_SIZE 32

/* The id of the trace. "" without one, or when the text is not well formed. */
static const char *trace_id_of(void *mem, const char *traceparent)
{
	const char *trace;
	size_t i;

	if (traceparent == NULL)
		return "";
	for (i = 0; trace_form[i] != '\0'; i++)
		if (traceparent[i] == '\0' ||
			strchr(trace_form[i] == 'h' ? "0123456789abcdef" : "-", traceparent[i]) ==
				NULL)
			return "";
	/* There is no version ff; later ones may add parts. Ids of zeros alone stand for none. */
	trace = traceparent + TRACE_AT;
	if (strncmp(traceparent, "ff", 2) == 0 ||
		(traceparent[i] != '\0' &&
			(traceparent[i] != '-' || strncmp(traceparent, "00", 2) == 0)) ||
		strspn(trace, "0") >= TRACE_SIZE || strspn(trace + TRACE_SIZE + 1, "0") >= 16)
		return "";
	return mem_text_n(mem, trace, TRACE_SIZE);
}

static void query_list_free(void *list)
{
	uriFreeQueryListA(list);
}

static bool query_parse(struct request *request, const char *text, struct err *err)
{
	UriQueryListA *list = NULL;
	struct parameters *query = &request->query;
	size_t capacity = 0;
	int count;

	if (*text == '\0')
		return true;
	if (strstr(text, "%00") != NULL)
		return err_set(err, ERR_INVALID, "The query string holds a NUL character (%%00).");
	if (uriDissectQueryMallocExA(
		    &list, &count, text, text + strlen(text), URI_TRUE, URI_BR_DONT_TOUCH) != 0)
		return err_set(err, ERR_INVALID, "The query string cannot be read.");
	mem_attach(request->mem, list, query_list_free);
	if (count > LIMIT_QUERY_PARAMETERS)
		return err_set(err, ERR_TOO_LARGE,
			"The query string has %d parameters; %d is most.", count,
			LIMIT_QUERY_PARAMETERS);
	for (const UriQueryListA *q = list; q != NULL; q = q->next) {
		if (!text_is_clean(q->key) || (q->value != NULL && !text_is_clean(q->value)))
			return err_set(err, ERR_INVALID, "The query string is not UTF-8.");
		mem_reserve(request->mem, query->items, &capacity, query->count + 1);
		query->items[query->count++] =
			(struct parameter){q->key, q->value == NULL ? "" : q->value};
	}
	return true;
}

bool request_open(
	void *mem, struct request_source source, struct request **ret_request, struct err *err)
{
	struct request *request = mem_new(mem, struct request);
	const char *uri;

	request->mem = request;
	request->source = source;
	request->user = (struct user){.name = "", .email = "", .display_name = "", .token_id = ""};
	request->method = copied_parameter(request, "REQUEST_METHOD");
	request->remote_address = copied_parameter(request, "REMOTE_ADDR");
	request->id = copied_parameter(request, "REQUEST_ID");
	request->trace_id = trace_id_of(request->mem, request_header(request, "Traceparent"));
	uri = copied_parameter(request, "REQUEST_URI");
	request->path = mem_text_n(request->mem, uri, strcspn(uri, "?"));
	*ret_request = request;
	if (!text_is_clean(uri))
		return err_set(err, ERR_INVALID, "The address of the request is not UTF-8.");
	return query_parse(request, copied_parameter(request, "QUERY_STRING"), err);
}

const char *request_path(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->path_parameters.count; i++)
		if (strcmp(request->path_parameters.items[i].name, name) == 0)
			return request->path_parameters.items[i].value;
	fprintf(stderr, "cpa: the route has no {%s}\n", name);
	abort();
}

const char *request_query(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->query.count; i++)
		if (strcmp(request->query.items[i].name, name) == 0)
			return request->query.items[i].value;
	return NULL;
}

const char *request_header(const struct request *request, const char *name)
{
	const char *value;

	for (size_t i = 0; i < sizeof header_parameters / sizeof *header_parameters; i++) {
		if (strcasecmp(header_parameters[i].name, name) != 0)
			continue;
		value = server_parameter(request, header_parameters[i].value);
		return value == NULL || *value == '\0' || !text_is_clean(value) ? NULL : value;
	}
	fprintf(stderr, "cpa: the header %s is not on the list in http/request.c\n", name);
	abort();
}

bool request_accepts(const struct request *request, const char *type)
{
	const char *header = request_header(request, "Accept");
	size_t size = strlen(type);

	while (header != NULL) {
		header += strspn(header, ", \t");
		if (strncasecmp(header, type, size) == 0 && strchr(",; \t", header[size]) != NULL)
			return true;
		header = strchr(header, ',');
	}
	return false;
}

const char *request_told(const struct request *request, const char *name)
{
	const char *value = server_parameter(request, name);

	return value == NULL ? "" : value;
}

bool request_read(
	struct request *request, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	size_t got;

	if (!request->source.read(request->source.context, buffer, size, &got, err))
		return false;
	if (got > request->body_cap - request->body_read)
		return err_set(err, ERR_TOO_LARGE, "The body is larger than %zu bytes.",
			request->body_cap);
	request->body_read += got;
	*ret_got = got;
	return true;
}

bool request_wait(
	struct request *request, int timeout_ms, enum body_state *ret_state, struct err *err)
{
	return request->source.wait(request->source.context, timeout_ms, ret_state, err);
}

bool request_body(
	struct request *request, const char **ret_bytes, size_t *ret_size, struct err *err)
{
	char *body = NULL;
	size_t capacity = 0, size = 0, got;

	if (request->body != NULL) {
		*ret_bytes = request->body;
		*ret_size = request->body_read;
		return true;
	}
	do {
		mem_reserve(request->mem, body, &capacity, size + 4096);
		if (!request_read(request, body + size, capacity - size - 1, &got, err)) {
			mem_free(body);
			return false;
		}
		size += got;
	} while (got > 0);
	body[size] = '\0';
	*ret_bytes = request->body = body;
	*ret_size = size;
	return true;
}

static void json_free(void *value)
{
	json_decref(value);
}

static bool content_is_json(const struct request *request)
{
	const char *type = request_header(request, "Content-Type");
	size_t size;

	if (type == NULL)
		return false;
	size = strcspn(type, "; \t");
	return (size == strlen("application/json") &&
		       strncasecmp(type, "application/json", size) == 0) ||
	       (size > strlen("+json") && strncasecmp(type + size - 5, "+json", 5) == 0);
}

bool request_json(struct request *request, json_t **ret_value, struct err *err)
{
	const char *body;
	size_t size;
	json_error_t problem;
	json_t *value;

	if (!content_is_json(request))
		return err_set(err, ERR_UNSUPPORTED,
			"Send the body with the header Content-Type: application/json.");
	if (!request_body(request, &body, &size, err))
		return false;
	value = json_loadb(body, size, JSON_REJECT_DUPLICATES, &problem);
	if (value == NULL)
		return err_at(err, ERR_INVALID, problem.line > 0 ? (unsigned long)problem.line : 0,
			problem.column > 0 ? (unsigned long)problem.column : 0,
			"The body is not valid JSON: %s.", problem.text);
	mem_attach(request->mem, value, json_free);
	*ret_value = value;
	return true;
}
