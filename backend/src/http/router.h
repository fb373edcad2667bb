/*
 * Finds the row of a route table that a request asks for. The table is an array, ended by a row
 * without a method, that tests walk too: it is compared with openapi.yaml.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"

/* What the handlers share (the database, settings); only api/ knows what is in it. */
struct app;

/* Answers one request. False with `err` set: the worker answers with the problem it describes. */
typedef bool handler(
	struct app *app, struct request *request, struct response *response, struct err *err);

struct route {
	const char *method;
	/* "/api/policies/{id}": {id} is one segment; request_path has it. The first match wins. */
	const char *path;
	enum role role;  /* the least that may; ROLE_NONE: nobody is asked who they are */
	unsigned scopes; /* that a token needs, all of them; SCOPE_NONE: no token may */
	size_t body_cap; /* bytes a request may carry; 0 = no body is read */
	handler *handle;
};

/*
 * The row for the request, whose path parameters and body cap it fills in. HEAD finds the GET
 * row. NULL with ERR_NOT_FOUND, ERR_INVALID (a segment that is no UTF-8) or ERR_NO_METHOD, for
 * which the header Allow is added to the response.
 */
MUST_CHECK const struct route *router_find(const struct route *routes, struct request *request,
	struct response *response, struct err *err);

#endif
