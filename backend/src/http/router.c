#include "http/router.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "http/text.h"

static void take_parameter(struct request *request, const char *name, size_t name_size,
	const char *value, size_t value_size)
{
	struct parameters *found = &request->path_parameters;

	if (found->items == NULL)
		found->items = mem_array(request->mem, struct parameter, LIMIT_PATH_PARAMETERS);
	found->items[found->count++] = (struct parameter){
		mem_text_n(request->mem, name, name_size),
		text_decode(request->mem, value, value_size),
	};
}

/* Compares segment by segment, collecting the parameters on the way. */
static bool path_matches(const char *template, struct request *request)
{
	const char *path = request->path;

	request->path_parameters.count = 0;
	for (;;) {
		size_t wanted = strcspn(template, "/"), given = strcspn(path, "/");

		if (template[0] == '{') {
			if (given == 0)
				return false;
			take_parameter(request, template + 1, wanted - 2, path, given);
		} else if (wanted != given || memcmp(template, path, wanted) != 0) {
			return false;
		}
		template += wanted;
		path += given;
		if (*template == '\0' || *path == '\0')
			return *template == *path;
		template ++;
		path++;
	}
}

static bool method_matches(const char *wanted, const char *given)
{
	return strcmp(wanted, given) == 0 ||
	       (strcmp(wanted, "GET") == 0 && strcmp(given, "HEAD") == 0);
}

const struct route *router_find(const struct route *routes, struct request *request,
	struct response *response, struct err *err)
{
	const char *allowed = NULL;

	for (const struct route *route = routes; route->method != NULL; route++) {
		if (!path_matches(route->path, request))
			continue;
		if (!method_matches(route->method, request->method)) {
			allowed = mem_format(request->mem, "%s%s%s%s",
				allowed == NULL ? "" : allowed, allowed == NULL ? "" : ", ",
				route->method, strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
			continue;
		}
		for (size_t i = 0; i < request->path_parameters.count; i++)
			if (request->path_parameters.items[i].value == NULL) {
				err_field(err, ERR_INVALID, request->path_parameters.items[i].name,
					"This part of the path is not UTF-8 text.");
				return NULL;
			}
		request->body_cap = route->body_cap;
		return route;
	}
	if (allowed == NULL) {
		err_set(err, ERR_NOT_FOUND, "There is nothing at this address.");
		return NULL;
	}
	response_header(response, "Allow", "%s", allowed);
	err_set(err, ERR_NO_METHOD, "This address does not take %.32s; it takes %s.",
		request->method, allowed);
	return NULL;
}
