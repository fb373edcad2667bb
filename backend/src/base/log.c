#include "base/log.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[LOG_LEVELS] = {
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_ERROR] = "error",
};

/* Room is kept for the quote that closes a cut value and for the end of the line. */
#define RESERVED 2

static void add(struct log_line *line, const char *bytes, size_t size)
{
	line->full |= line->size + size + RESERVED > sizeof line->text;
	if (line->full)
		return;
	memcpy(line->text + line->size, bytes, size);
	line->size += size;
}

static void add_escaped(struct log_line *line, unsigned char byte)
{
	char escaped[5];

	if (byte == '"' || byte == '\\')
		add(line, (char[]){'\\', (char)byte}, 2);
	else if (byte == '\n')
		add(line, "\\n", 2);
	else if (byte < 0x20 || byte == 0x7f)
		add(line, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\x%02x", byte));
	else
		add(line, (char[]){(char)byte}, 1);
}

static bool is_plain(const char *value)
{
	if (*value == '\0')
		return false;
	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 0x7f)
			return false;
	return true;
}

static void add_key(struct log_line *line, const char *key)
{
	add(line, " ", 1);
	add(line, key, strlen(key));
	add(line, "=", 1);
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
	struct timespec now;
	struct tm utc;
	char date[sizeof "2026-01-01T00:00:00"];
	int size;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
	size = snprintf(line->text, sizeof line->text, "time=%s.%03ldZ level=%s event=%s", date,
		now.tv_nsec / 1000000, level_names[level], event);
	line->size = (size_t)size;
	line->full = false;
}

/*
 * Is this the beginning of an API token (api/token.h), "cpa_u_7Qm2XcP9_"? Then its size, else 0: what
 * follows is secret.
 */
static size_t token_head(const char *text)
{
	static const char form[] = "cpa_x_xxxxxxxx_"; /* x: a letter or digit */

	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == 'x' ? !isalnum((unsigned char)text[i]) : text[i] != form[i])
			return 0;
	return sizeof form - 1;
}

/* How many bytes of the text are no secret of a token; *ret_secret is the size of the one that follows. */
static size_t size_in_clear(const char *text, size_t *ret_secret)
{
	size_t clear = 0;

	*ret_secret = 0;
	while (text[clear] != '\0') {
		size_t head = token_head(text + clear);

		clear += head == 0 ? 1 : head;
		if (head == 0)
			continue;
		while (isalnum((unsigned char)text[clear + *ret_secret]) ||
			text[clear + *ret_secret] == '_')
			++*ret_secret;
		break;
	}
	return clear;
}

static void add_value(struct log_line *line, const char *value)
{
	size_t secret;

	for (size_t clear; *value != '\0'; value += clear + secret) {
		clear = size_in_clear(value, &secret);
		for (size_t i = 0; i < clear; i++)
			add_escaped(line, (unsigned char)value[i]);
		if (secret > 0)
			add(line, "...", 3);
	}
}

void log_text(struct log_line *line, const char *key, const char *value)
{
	bool quoted = !is_plain(value);

	add_key(line, key);
	if (quoted)
		add(line, "\"", 1);
	if (line->full)
		return;
	add_value(line, value);
	/* Also when the value was cut: its byte is one of RESERVED. */
	if (quoted)
		line->text[line->size++] = '"';
}

void log_number(struct log_line *line, const char *key, long long value)
{
	char digits[24];

	add_key(line, key);
	add(line, digits, (size_t)snprintf(digits, sizeof digits, "%lld", value));
}

void log_end(struct log_line *line)
{
	ssize_t written;

	line->text[line->size] = '\n';
	written = write(STDERR_FILENO, line->text, line->size + 1);
	(void)written;
}

void log_failure(const char *event, const struct err *err)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_ERROR, event);
	log_text(&line, "code", err_name(err->code));
	log_text(&line, "error", err->text);
	log_end(&line);
}
