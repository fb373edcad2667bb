#include "api/origin.h"

#include <string.h>
#include <strings.h>

static bool changes_nothing(const struct request *request)
{
	static const char *const safe[] = {"GET", "HEAD", "OPTIONS"};

	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
		if (strcmp(request->method, safe[i]) == 0)
			return true;
	return false;
}

/* The part behind "://", or NULL. */
static const char *authority(const char *origin)
{
	const char *end = strstr(origin, "://");

	return end == NULL ? NULL : end + strlen("://");
}

static bool is_own_origin(
	const struct auth_settings *settings, const struct request *request, const char *origin)
{
	const char *host = request_header(request, "Host");
	const char *given = authority(origin);

	if (*settings->public_url != '\0')
		return strcasecmp(origin, settings->public_url) == 0;
	return settings->mode == AUTH_DEV && given != NULL && host != NULL &&
	       strcasecmp(given, host) == 0;
}

static bool same_origin(
	const struct auth_settings *settings, const struct request *request, struct err *err)
{
	const char *site = request_header(request, "Sec-Fetch-Site");
	const char *origin = request_header(request, "Origin");

	if (site != NULL && (strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0))
		return true;
	if (site == NULL && origin != NULL && is_own_origin(settings, request, origin))
		return true;
	if (site == NULL && origin == NULL)
		return settings->mode == AUTH_DEV ||
		       err_set(err, ERR_FORBIDDEN,
			       "Changes come from this site's own pages (headers Sec-Fetch-Site or "
			       "Origin), or with an API token.");
	return err_set(err, ERR_FORBIDDEN, "A page of another site may not change things here%s.",
		site == NULL && *settings->public_url == '\0'
			? "; if it was this one, CPA_PUBLIC_URL must be set"
			: "");
}

/* Kinds of bodies that a form cannot send, so that a browser asks us before another site may. */
static bool is_data(const char *content_type)
{
	static const char *const kinds[] = {"application/json", "application/x-ndjson",
		"application/ndjson", "application/jsonl", "application/yaml", "application/x-yaml",
		"text/yaml", "application/gzip", "application/x-gzip", "application/zstd",
		"application/octet-stream"};
	size_t size = strcspn(content_type, "; \t");

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i]) == size && strncasecmp(kinds[i], content_type, size) == 0)
			return true;
	return false;
}

bool origin_may_change(
	const struct auth_settings *settings, const struct request *request, struct err *err)
{
	const char *type = request_header(request, "Content-Type");
	bool browser = request_header(request, "Sec-Fetch-Site") != NULL ||
		       request_header(request, "Origin") != NULL;

	if (changes_nothing(request))
		return true;
	if (!same_origin(settings, request, err))
		return false;
	if (browser && type != NULL && !is_data(type))
		return err_set(err, ERR_UNSUPPORTED,
			"A browser may not send \"%.60s\" here; JSON, NDJSON, YAML, gzip, zstd and "
			"application/octet-stream are taken.",
			type);
	return true;
}

bool origin_host_is_loopback(const struct request *request)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	const char *host = request_header(request, "Host");

	for (size_t i = 0; host != NULL && i < sizeof names / sizeof *names; i++) {
		size_t size = strlen(names[i]);

		if (strncasecmp(host, names[i], size) == 0 &&
			(host[size] == '\0' || (host[size] == ':' && host[size + 1] != '\0' &&
						       strspn(host + size + 1, "0123456789") ==
							       strlen(host + size + 1))))
			return true;
	}
	return false;
}

bool origin_is_valid(const char *text)
{
	static const struct {
		const char *scheme, *default_port;
	} schemes[] = {{"https://", "443"}, {"http://", "80"}};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t scheme = strlen(schemes[i].scheme), host, port;
		const char *rest = text + scheme;

		if (strncmp(text, schemes[i].scheme, scheme) != 0)
			continue;
		host = *rest == '[' ? strspn(rest, "[]0123456789abcdef:")
				    : strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789.-");
		if (host == 0)
			return false;
		rest += host;
		if (*rest == '\0')
			return true;
		port = strspn(rest + 1, "0123456789");
		return *rest == ':' && port > 0 && port <= 5 && rest[port + 1] == '\0' &&
		       strcmp(rest + 1, schemes[i].default_port) != 0;
	}
	return false;
}
