/* Requests, responses and the router over memory instead of FastCGI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "http/router.h"

/* A client: its parameters in pairs, its body in pieces, and what it got back. */
struct client {
	const char *const *parameters;
	const char *body;
	size_t piece; /* bytes per read; 0 = all that fits */
	bool cut;     /* the connection breaks at the end of the body */
	bool deaf;    /* reads no answer */
	char answer[16384];
	size_t answer_size;
};

static const char *client_parameter(void *context, const char *name)
{
	const struct client *client = context;

	for (const char *const *p = client->parameters; *p != NULL; p += 2)
		if (strcmp(p[0], name) == 0)
			return p[1];
	return NULL;
}

static bool client_read(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	struct client *client = context;
	size_t got = strlen(client->body);

	if (client->piece > 0 && got > client->piece)
		got = client->piece;
	if (got > size)
		got = size;
	if (got == 0 && client->cut)
		return err_set(err, ERR_CUT, "cut");
	memcpy(buffer, client->body, got);
	client->body += got;
	*ret_got = got;
	return true;
}

static bool client_write(void *context, const void *bytes, size_t size)
{
	struct client *client = context;

	if (client->deaf)
		return false;
	assert_true(client->answer_size + size < sizeof client->answer);
	memcpy(client->answer + client->answer_size, bytes, size);
	client->answer_size += size;
	client->answer[client->answer_size] = '\0';
	return true;
}

static bool client_flush(void *context)
{
	return !((struct client *)context)->deaf;
}

#define PARAMETERS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define REQUEST(method, uri, query, ...)                                                           \
	PARAMETERS("REQUEST_METHOD", method, "REQUEST_URI", uri, "QUERY_STRING", query,            \
		"REQUEST_ID", "r1", "REMOTE_ADDR", "127.0.0.1" __VA_OPT__(, ) __VA_ARGS__)

static void *mem;

static int setup(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static struct request *open_request(struct client *client)
{
	struct request *request;
	struct err err = {0};

	assert_true(request_open(mem,
		(struct request_source){client, client_parameter, client_read, NULL}, &request,
		&err));
	request->body_cap = 1000;
	return request;
}

static enum err_code open_refused(const char *query)
{
	struct client client = {.parameters = REQUEST("GET", "/", query)};
	struct request *request;
	struct err err = {0};

	assert_false(request_open(mem,
		(struct request_source){&client, client_parameter, client_read, NULL}, &request,
		&err));
	assert_non_null(request);
	return err.code;
}

static struct response *answer_to(struct request *request, struct client *client)
{
	return response_new(request, (struct response_sink){client, client_write, client_flush});
}

static void test_query_is_decoded(void **state)
{
	struct client client = {
		.parameters = REQUEST("GET", "/api/flows?x",
			"namespace=a&namespace=b%20c&text=1+%2B1&empty=&bare&%C3%A4=%C3%B6")};
	struct request *request = open_request(&client);

	(void)state;
	assert_string_equal(request->path, "/api/flows");
	assert_int_equal(request->query.count, 6);
	assert_string_equal(request_query(request, "namespace"), "a");
	assert_string_equal(request->query.items[1].value, "b c");
	assert_string_equal(request_query(request, "text"), "1 +1");
	assert_string_equal(request_query(request, "empty"), "");
	assert_string_equal(request_query(request, "bare"), "");
	assert_string_equal(request_query(request, "ä"), "ö");
	assert_null(request_query(request, "other"));
}

static void test_query_from_hell_is_refused(void **state)
{
	char *query = mem_text(mem, "a=1");

	(void)state;
	assert_int_equal(open_refused("a=%00"), ERR_INVALID);
	assert_int_equal(open_refused("a=%ff"), ERR_INVALID);
	assert_int_equal(open_refused("%c3=1"), ERR_INVALID);
	for (int i = 1; i < LIMIT_QUERY_PARAMETERS; i++)
		query = mem_format(mem, "%s&a=1", query);
	assert_int_equal(open_request(&(struct client){.parameters = REQUEST("GET", "/", query)})
				 ->query.count,
		LIMIT_QUERY_PARAMETERS);
	assert_int_equal(open_refused(mem_format(mem, "%s&a=1", query)), ERR_TOO_LARGE);
}

static void test_headers_by_allow_list(void **state)
{
	struct client client = {.parameters = REQUEST("GET", "/", "", "HTTP_IF_MATCH", "\"v1\"",
					"CONTENT_LENGTH", "", "HTTP_ORIGIN", "\xff")};
	struct request *request = open_request(&client);

	(void)state;
	assert_string_equal(request_header(request, "If-Match"), "\"v1\"");
	assert_string_equal(request_header(request, "if-match"), "\"v1\"");
	assert_null(request_header(request, "Content-Length"));
	assert_null(request_header(request, "Accept"));
	assert_null(request_header(request, "Origin"));
}

static void test_trace(void **state)
{
#define TRACE  "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"
	static const struct {
		const char *header, *trace;
	} cases[] = {
		{"00-" TRACE "-" PARENT "-01", TRACE},
		{"00-" TRACE "-" PARENT "-01-more", ""},
		{"cc-" TRACE "-" PARENT "-01-more", TRACE},
		{"cc-" TRACE "-" PARENT "-01.more", ""},
		{"ff-" TRACE "-" PARENT "-01", ""},
		{"00-" TRACE "-" PARENT "-0", ""},
		{"00-" TRACE "-" PARENT, ""},
		{"00-" TRACE "-0000000000000000-01", ""},
		{"00-00000000000000000000000000000000-" PARENT "-01", ""},
		{"00-0AF7651916CD43DD8448EB211C80319C-" PARENT "-01", ""},
		{"00_" TRACE "-" PARENT "-01", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client client = {
			.parameters = REQUEST("GET", "/", "", "HTTP_TRACEPARENT", cases[i].header)};

		assert_string_equal(open_request(&client)->trace_id, cases[i].trace);
	}
	assert_string_equal(
		open_request(&(struct client){.parameters = REQUEST("GET", "/", "")})->trace_id,
		"");
}

static void test_media_types_asked_for(void **state)
{
	static const struct {
		const char *accept;
		bool asked;
	} rows[] = {
		{"text/csv", true},
		{"application/json, TEXT/CSV;q=0.5", true},
		{"a/b ,text/csv , c/d", true},
		{"", false},
		{"*/*", false},
		{"text/*", false},
		{"text/csvx", false},
		{"x-text/csv", false},
		{"application/json;as=text/csv", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct client client = {
			.parameters = REQUEST("GET", "/", "", "HTTP_ACCEPT", rows[i].accept)};

		assert_int_equal(request_accepts(open_request(&client), "text/csv"), rows[i].asked);
	}
}

static void test_body_is_read_whole(void **state)
{
	struct client client = {
		.parameters = REQUEST("POST", "/", ""), .body = "0123456789", .piece = 3};
	struct request *request = open_request(&client);
	const char *bytes;
	size_t size;
	struct err err = {0};

	(void)state;
	assert_true(request_body(request, &bytes, &size, &err));
	assert_int_equal(size, 10);
	assert_string_equal(bytes, "0123456789");
}

static void test_body_cap(void **state)
{
	const char *bytes;
	size_t size;

	(void)state;
	for (size_t cap = 9; cap <= 10; cap++) {
		struct client client = {
			.parameters = REQUEST("POST", "/", ""), .body = "0123456789", .piece = 4};
		struct request *request = open_request(&client);
		struct err err = {0};

		request->body_cap = cap;
		assert_int_equal(request_body(request, &bytes, &size, &err), cap == 10);
		assert_int_equal(err.code, cap == 10 ? ERR_NONE : ERR_TOO_LARGE);
	}
}

static void test_cut_body_is_no_body(void **state)
{
	struct client client = {
		.parameters = REQUEST("POST", "/", ""), .body = "{\"a\":1}", .cut = true};
	const char *bytes;
	size_t size;
	struct err err = {0};

	(void)state;
	assert_false(request_body(open_request(&client), &bytes, &size, &err));
	assert_int_equal(err.code, ERR_CUT);
}

static enum err_code json_of(const char *type, const char *body, unsigned long *ret_line)
{
	struct client client = {
		.parameters = REQUEST("POST", "/", "", "CONTENT_TYPE", type), .body = body};
	json_t *value = NULL;
	struct err err = {0};

	if (request_json(open_request(&client), &value, &err))
		assert_non_null(value);
	if (ret_line != NULL)
		*ret_line = err.line;
	return err.code;
}

static void test_json_body(void **state)
{
	unsigned long line;

	(void)state;
	assert_int_equal(json_of("application/json", "{\"a\":1}", NULL), ERR_NONE);
	assert_int_equal(json_of("application/json; charset=utf-8", "[]", NULL), ERR_NONE);
	assert_int_equal(json_of("application/merge-patch+json", "[]", NULL), ERR_NONE);
	assert_int_equal(json_of("text/plain", "[]", NULL), ERR_UNSUPPORTED);
	assert_int_equal(json_of("application/jsonl", "[]", NULL), ERR_UNSUPPORTED);
	assert_int_equal(json_of("", "[]", NULL), ERR_UNSUPPORTED);
	assert_int_equal(json_of("application/json", "", NULL), ERR_INVALID);
	assert_int_equal(json_of("application/json", "{\"a\":1,\"a\":2}", NULL), ERR_INVALID);
	assert_int_equal(json_of("application/json", "{\n\"a\":}", &line), ERR_INVALID);
	assert_int_equal(line, 2);
}

static void test_answer_is_sent_whole(void **state)
{
	struct client client = {.parameters = REQUEST("GET", "/", "")};
	struct response *response = answer_to(open_request(&client), &client);
	struct err err = {0};

	(void)state;
	response_header(response, "ETag", "\"v%d\"", 3);
	response_header(response, "X-Name", "%s", "a\r\nEvil: 1");
	response_json(response, 201, json_pack("{s:i}", "a", 1));
	assert_int_equal(client.answer_size, 0);
	assert_true(response_send(response, &err));
	assert_string_equal(client.answer,
		"Status: 201\r\nX-Request-Id: r1\r\nETag: \"v3\"\r\nX-Name: a  Evil: 1\r\n"
		"Cache-Control: no-store\r\nContent-Type: application/json\r\n"
		"Content-Length: 7\r\n\r\n{\"a\":1}");
	assert_int_equal(response_bytes(response), 7);
}

static void test_head_has_no_body(void **state)
{
	struct client client = {.parameters = REQUEST("HEAD", "/", "")};
	struct response *response = answer_to(open_request(&client), &client);
	struct err err = {0};

	(void)state;
	response_text(response, 200, "text/plain", "hello", 5);
	assert_true(response_send(response, &err));
	assert_non_null(strstr(client.answer, "Content-Length: 5\r\n\r\n"));
	assert_null(strstr(client.answer, "hello"));
}

static json_t *problem_of(enum err_code code)
{
	struct client client = {.parameters = REQUEST("GET", "/", "")};
	struct response *response = answer_to(open_request(&client), &client);
	struct err err = {.code = code, .text = "What \xff happened", .field = "name", .line = 7};
	struct err failed = {0};
	json_t *problem;

	response_problem(response, &err, json_pack("{s:i}", "current", 4));
	assert_true(response_send(response, &failed));
	assert_non_null(strstr(client.answer, "Content-Type: application/problem+json"));
	assert_int_equal(
		strstr(client.answer, "Retry-After: ") != NULL, response_status(response) == 503);
	problem = json_loads(strstr(client.answer, "\r\n\r\n"), 0, NULL);
	assert_non_null(problem);
	assert_int_equal(
		json_integer_value(json_object_get(problem, "status")), response_status_of(code));
	return problem;
}

static void test_every_error_is_a_problem(void **state)
{
	json_t *problem;

	(void)state;
	for (int code = ERR_NONE + 1; code < ERR_CODES; code++) {
		assert_in_range(response_status_of((enum err_code)code), 400, 599);
		problem = problem_of((enum err_code)code);
		assert_string_equal(json_string_value(json_object_get(problem, "code")),
			err_name((enum err_code)code));
		json_decref(problem);
	}
}

static void test_problem_members(void **state)
{
	json_t *problem = problem_of(ERR_STALE);
	json_t *internal = problem_of(ERR_INTERNAL);

	(void)state;
	assert_string_equal(
		json_string_value(json_object_get(problem, "detail")), "What ? happened");
	assert_string_equal(json_string_value(json_object_get(problem, "field")), "name");
	assert_string_equal(json_string_value(json_object_get(problem, "request_id")), "r1");
	assert_int_equal(json_integer_value(json_object_get(problem, "line")), 7);
	assert_int_equal(json_integer_value(json_object_get(problem, "current")), 4);
	assert_null(json_object_get(problem, "column"));
	assert_null(strstr(json_string_value(json_object_get(internal, "detail")), "happened"));
	json_decref(problem);
	json_decref(internal);
}

static void test_stream(void **state)
{
	struct client client = {.parameters = REQUEST("GET", "/", "")};
	struct response *response = answer_to(open_request(&client), &client);
	struct err err = {0};

	(void)state;
	assert_true(response_begin(response, 200, "application/x-ndjson", &err));
	assert_true(response_begun(response));
	assert_true(response_write(response, "{}\n", 3, &err));
	assert_true(response_write(response, "[]\n", 3, &err));
	assert_true(response_send(response, &err));
	assert_null(strstr(client.answer, "Content-Length"));
	assert_non_null(strstr(client.answer, "\r\n\r\n{}\n[]\n"));
	client.deaf = true;
	assert_false(response_write(response, "{}\n", 3, &err));
	assert_int_equal(err.code, ERR_CUT);
}

static bool nothing(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	(void)app, (void)request, (void)response, (void)err;
	return true;
}

static const struct route table[] = {
	{"GET", "/api/policies", ROLE_VIEWER, SCOPE_NONE, 0, nothing},
	{"POST", "/api/policies", ROLE_EDITOR, SCOPE_NONE, 10, nothing},
	{"POST", "/api/policies/generate", ROLE_EDITOR, SCOPE_NONE, 20, nothing},
	{"GET", "/api/policies/{id}", ROLE_VIEWER, SCOPE_NONE, 0, nothing},
	{"DELETE", "/api/policies/{id}", ROLE_EDITOR, SCOPE_NONE, 0, nothing},
	{"GET", "/api/policies/{id}/versions/{number}", ROLE_VIEWER, SCOPE_NONE, 0, nothing},
	{NULL, NULL, ROLE_NONE, SCOPE_NONE, 0, NULL},
};

/* The index of the row found, or -1. */
static int route_of(const char *method, const char *path, struct request **ret_request,
	struct err *err, struct client *client)
{
	struct request *request;
	struct response *response;
	const struct route *route;
	struct err sent = {0};

	client->parameters = mem_array(mem, const char *, 12);
	memcpy((void *)(uintptr_t)client->parameters, REQUEST(method, path, ""),
		sizeof REQUEST(method, path, ""));
	request = open_request(client);
	response = answer_to(request, client);
	route = router_find(table, request, response, err);
	assert_true(response_send(response, &sent));
	if (ret_request != NULL)
		*ret_request = request;
	return route == NULL ? -1 : (int)(route - table);
}

static void test_routes(void **state)
{
	static const struct {
		const char *method, *path;
		int row;
		enum err_code code;
	} cases[] = {
		{"GET", "/api/policies", 0, ERR_NONE},
		{"HEAD", "/api/policies?x=1", 0, ERR_NONE},
		{"POST", "/api/policies", 1, ERR_NONE},
		{"POST", "/api/policies/generate", 2, ERR_NONE},
		{"GET", "/api/policies/17", 3, ERR_NONE},
		{"DELETE", "/api/policies/17", 4, ERR_NONE},
		{"GET", "/api/policies/17/versions/2", 5, ERR_NONE},
		{"GET", "/api/policies/", -1, ERR_NOT_FOUND},
		{"GET", "/api/policies/17/", -1, ERR_NOT_FOUND},
		{"GET", "/api/policies/17/versions", -1, ERR_NOT_FOUND},
		{"GET", "/api/policies/17/versions/2/x", -1, ERR_NOT_FOUND},
		{"GET", "/api/policie", -1, ERR_NOT_FOUND},
		{"GET", "//api/policies", -1, ERR_NOT_FOUND},
		{"GET", "", -1, ERR_NOT_FOUND},
		{"GET", "/api/policies/%ff", -1, ERR_INVALID},
		{"GET", "/api/policies/a%00b", -1, ERR_INVALID},
		{"PUT", "/api/policies", -1, ERR_NO_METHOD},
		{"get", "/api/policies", -1, ERR_NO_METHOD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client client = {0};
		struct err err = {0};

		assert_int_equal(route_of(cases[i].method, cases[i].path, NULL, &err, &client),
			cases[i].row);
		assert_int_equal(err.code, cases[i].code);
	}
}

static void test_path_parameters(void **state)
{
	struct client client = {0};
	struct request *request;
	struct err err = {0};

	(void)state;
	route_of("GET", "/api/policies/a%2Fb%20c/versions/2", &request, &err, &client);
	assert_string_equal(request_path(request, "id"), "a/b c");
	assert_string_equal(request_path(request, "number"), "2");
}

static void test_allow_lists_every_method(void **state)
{
	struct client client = {0};
	struct err err = {0};

	(void)state;
	route_of("PATCH", "/api/policies/generate", NULL, &err, &client);
	assert_non_null(strstr(client.answer, "Allow: POST, GET, HEAD, DELETE\r\n"));
}

static void test_route_sets_the_body_cap(void **state)
{
	struct client client = {0};
	struct request *request;
	struct err err = {0};

	(void)state;
	route_of("POST", "/api/policies/generate", &request, &err, &client);
	assert_int_equal(request->body_cap, 20);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_query_is_decoded),
		TEST(test_query_from_hell_is_refused),
		TEST(test_headers_by_allow_list),
		TEST(test_trace),
		TEST(test_media_types_asked_for),
		TEST(test_body_is_read_whole),
		TEST(test_body_cap),
		TEST(test_cut_body_is_no_body),
		TEST(test_json_body),
		TEST(test_answer_is_sent_whole),
		TEST(test_head_has_no_body),
		TEST(test_every_error_is_a_problem),
		TEST(test_problem_members),
		TEST(test_stream),
		TEST(test_routes),
		TEST(test_path_parameters),
		TEST(test_allow_lists_every_method),
		TEST(test_route_sets_the_body_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
