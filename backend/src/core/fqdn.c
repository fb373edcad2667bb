#include "core/fqdn.h"

#include <string.h>

/* A piece of text without its final dot. */
struct slice {
	const char *at, *end;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What `*` may stand for: the characters of one label. */
static bool is_label_character(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice trimmed(const char *text)
{
	struct slice s = {text, text + strlen(text)};

	while (s.at < s.end && is_blank(*s.at))
		s.at++;
	while (s.at < s.end && is_blank(s.end[-1]))
		s.end--;
	return s;
}

static struct slice without_final_dot(struct slice s)
{
	if (s.at < s.end && s.end[-1] == '.')
		s.end--;
	return s;
}

/* Labels of at least one character each, dots between them. */
static bool is_valid_name(struct slice name)
{
	bool in_label = false;

	for (; name.at < name.end; name.at++) {
		if (*name.at == '.' ? !in_label : !is_label_character(*name.at))
			return false;
		in_label = *name.at != '.';
	}
	return in_label;
}

/*
 * Where `*` is any run of label characters. Going back to the last star only is enough: dots match
 * dots one to one, so every star stays inside one label of the name, and labels do not depend on
 * each other.
 */
static bool glob(struct slice pattern, struct slice name)
{
	const char *star = NULL, *retry = NULL;

	while (name.at < name.end) {
		if (pattern.at < pattern.end && *pattern.at == '*') {
			star = ++pattern.at;
			retry = name.at;
		} else if (pattern.at < pattern.end && lower(*pattern.at) == lower(*name.at)) {
			pattern.at++;
			name.at++;
		} else if (star != NULL && is_label_character(*retry)) {
			pattern.at = star;
			name.at = ++retry;
		} else {
			return false;
		}
	}
	while (pattern.at < pattern.end && *pattern.at == '*')
		pattern.at++;
	return pattern.at == pattern.end;
}

/* One or more whole labels, then the rest of the pattern. */
static bool glob_below(struct slice rest, struct slice name)
{
	bool in_label = false;

	while (name.at < name.end) {
		char c = *name.at++;

		if (c == '.') {
			if (!in_label)
				return false;
			if (glob(rest, name))
				return true;
		} else if (!is_label_character(c)) {
			return false;
		}
		in_label = c != '.';
	}
	return false;
}

bool fqdn_name_matches(const char *match_name, const char *name)
{
	struct slice a = without_final_dot(trimmed(match_name));
	struct slice b = without_final_dot(trimmed(name));

	if (a.end - a.at != b.end - b.at)
		return false;
	while (a.at < a.end)
		if (lower(*a.at++) != lower(*b.at++))
			return false;
	return true;
}

bool fqdn_pattern_matches(const char *match_pattern, const char *name)
{
	struct slice pattern = without_final_dot(trimmed(match_pattern));
	struct slice whole = trimmed(name), text = without_final_dot(whole);
	struct slice rest = pattern;

	while (rest.at < rest.end && *rest.at == '*')
		rest.at++;
	if (rest.at == rest.end && rest.at > pattern.at)
		return is_valid_name(text) || (whole.end - whole.at == 1 && *whole.at == '.');
	if (rest.at - pattern.at >= 2 && *rest.at == '.') {
		rest.at++;
		return glob_below(rest, text);
	}
	return glob(pattern, text);
}

bool fqdn_matches(const struct name_match *match, const char *name)
{
	if (match->name[0] != '\0')
		return fqdn_name_matches(match->name, name);
	return fqdn_pattern_matches(match->pattern, name);
}
