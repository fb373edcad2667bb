#include "core/syntax.h"

#include <stddef.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define UPPER   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS LOWER UPPER

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* `size` characters of `all`, the first and the last of them of `ends`. */
static bool is_framed(const char *text, size_t size, const char *ends, const char *all)
{
	return size > 0 && strspn(text, all) >= size && is_one_of(text[0], ends) &&
	       is_one_of(text[size - 1], ends);
}

static bool is_dns_label_n(const char *text, size_t size, size_t most)
{
	return size <= most && is_framed(text, size, LOWER DIGITS, LOWER DIGITS "-");
}

bool is_dns_label(const char *text)
{
	return is_dns_label_n(text, strlen(text), 63);
}

static bool is_dns_subdomain_n(const char *text, size_t size)
{
	const char *end = text + size;

	if (size > 253)
		return false;
	for (;;) {
		const char *dot = memchr(text, '.', (size_t)(end - text));
		const char *stop = dot != NULL ? dot : end;

		/* Only the whole is limited, not its parts. */
		if (!is_dns_label_n(text, (size_t)(stop - text), size))
			return false;
		if (dot == NULL)
			return true;
		text = dot + 1;
	}
}

bool is_dns_subdomain(const char *text)
{
	return is_dns_subdomain_n(text, strlen(text));
}

static bool is_label_name(const char *text)
{
	size_t size = strlen(text);

	return size <= 63 && is_framed(text, size, LETTERS DIGITS, LETTERS DIGITS "-_.");
}

bool is_label_key(const char *text)
{
	const char *slash = strchr(text, '/');

	if (slash == NULL)
		return is_label_name(text);
	return is_dns_subdomain_n(text, (size_t)(slash - text)) && is_label_name(slash + 1);
}

bool is_label_value(const char *text)
{
	return *text == '\0' || is_label_name(text);
}

bool is_selector_key(const char *text)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL)
		return is_label_key(text);
	return colon > text && strspn(text, LETTERS DIGITS) == (size_t)(colon - text) &&
	       is_label_key(colon + 1);
}

bool is_port_name(const char *text)
{
	size_t size = strlen(text);

	return size <= 15 && is_framed(text, size, LETTERS DIGITS, LETTERS DIGITS "-") &&
	       strstr(text, "--") == NULL && strcspn(text, LETTERS) < size;
}

/* The value of a digit in any base up to 16, or 16. */
static unsigned digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	found = c != '\0' ? strchr(digits, c) : NULL;
	return found != NULL ? (unsigned)(found - digits) : 16;
}

bool is_port_number(const char *text, unsigned *ret_number)
{
	unsigned base = 10, number = 0;
	bool after_digit = false;

	if (text[0] == '0' && text[1] != '\0') {
		char mark = text[1];

		base = is_one_of(mark, "xX") ? 16 : is_one_of(mark, "bB") ? 2 : 8;
		text += base == 8 && !is_one_of(mark, "oO") ? 1 : 2;
		after_digit = true; /* the mark of the base counts as one */
	}
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '_') {
			if (!after_digit)
				return false;
			after_digit = false;
			continue;
		}
		if (digit_value(*text) >= base)
			return false;
		number = number * base + digit_value(*text);
		if (number > 65535)
			return false;
		after_digit = true;
	}
	*ret_number = number;
	return after_digit;
}

/* ([SET]+[.]?)+ */
static bool is_dotted(const char *text, const char *set)
{
	return *text != '\0' && text[strspn(text, set)] == '\0' && *text != '.' &&
	       strstr(text, "..") == NULL;
}

bool is_match_name(const char *text)
{
	return is_dotted(text, LETTERS DIGITS "-_.");
}

bool is_match_pattern(const char *text)
{
	return is_dotted(text, LETTERS DIGITS "-_.*");
}
