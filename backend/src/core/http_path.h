/* HTTP paths: from a URL to a template, from templates to the pattern of a rule. */
#ifndef CORE_HTTP_PATH_H
#define CORE_HTTP_PATH_H

#include <stddef.h>

struct http_target {
	const char *host;     /* with its port, "" if the URL has none */
	const char *template; /* see struct l7_fact */
	const char *example;
};

/* Takes an absolute URL ("http://host:80/a?b") or a path ("/a?b") apart; texts are owned by `mem`. */
struct http_target http_target_read(void *mem, const char *url);

/*
 * The RE2 pattern that matches exactly what the template stands for, query included: literals are
 * escaped, "{int}" is [0-9]+, and every pattern lets a query pass ((\?.*)?), since the proxy matches
 * the path with its query (policies.md 7.3).
 */
char *http_path_pattern(void *mem, const char *template);

/* Escapes the characters that mean something in a regular expression. */
char *regex_escape(void *mem, const char *text);

/* One path that the template stands for, unlike a usual example, with a query where it has one. */
char *http_path_instance(void *mem, const char *template);

#endif
