/* The patterns are narrow on purpose: a line of an agent's log among JSON must not match. */
#include "core/observe_text.h"

#include "core/flow.h"

#include <string.h>

static const char *find(const char *line, size_t size, const char *text)
{
	return memmem(line, size, text, strlen(text));
}

static bool begins(const char *line, size_t size, const char *text)
{
	return size >= strlen(text) && memcmp(line, text, strlen(text)) == 0;
}

/* TIMESTAMP             SOURCE              DESTINATION           TYPE ... */
static bool is_table(const char *line, size_t size)
{
	static const char first[] = "TIMESTAMP";
	const size_t skip = sizeof first - 1;

	return begins(line, size, first) && find(line + skip, size - skip, "SOURCE") != NULL &&
	       find(line + skip, size - skip, "DESTINATION") != NULL;
}

/*   TIMESTAMP: Mar  2 09:15:01.204 */
static bool is_dict(const char *line, size_t size)
{
	static const char *const keys[] = {
		"TIMESTAMP: ", "NODE: ", "SOURCE: ", "DESTINATION: ", "VERDICT: ", "------------"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (begins(line, size, keys[i]))
			return true;
	return false;
}

/* "Mar  2 09:15:01.204", or any of the formats that begin with a year. */
static bool begins_with_time(const char *line, size_t size)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (size < 16)
		return false;
	if (line[0] >= '1' && line[0] <= '2' && line[1] >= '0' && line[1] <= '9')
		return line[4] == '-' || line[4] == '/';
	for (size_t i = 0; i < sizeof months - 1; i += 3)
		if (memcmp(line, months + i, 3) == 0)
			return line[3] == ' ';
	return false;
}

/* Whether a verdict and, after it, the summary in brackets follow. */
static bool has_verdict(const char *text, size_t size)
{
	for (int v = VERDICT_FORWARDED; v < VERDICTS; v++) {
		const char *verdict = find(text, size, verdict_name((enum verdict)v));

		if (verdict != NULL &&
			memchr(verdict, '(', size - (size_t)(verdict - text)) != NULL)
			return true;
	}
	return false;
}

/* Mar  2 09:15:01.204: shop/web:51734 (ID:4) -> shop/cart:80 (ID:5) to-endpoint FORWARDED (TCP) */
static bool is_compact(const char *line, size_t size)
{
	static const char *const arrows[] = {" -> ", " <- ", " <> "};

	for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++) {
		const char *arrow = find(line, size, arrows[i]);

		if (arrow == NULL)
			continue;
		if (has_verdict(arrow, size - (size_t)(arrow - line)))
			return begins_with_time(line, size);
	}
	return false;
}

const char *observe_text_format(const char *line, size_t size)
{
	static const struct {
		const char *name;
		bool (*is)(const char *line, size_t size);
	} formats[] = {{"table", is_table}, {"dict", is_dict}, {"compact", is_compact}};

	/* Indentation, and the colours of a terminal. */
	while (size > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		size--;
	}
	if (begins(line, size, "\x1b[")) {
		const char *end = memchr(line, 'm', size);

		if (end != NULL) {
			size -= (size_t)(end + 1 - line);
			line = end + 1;
		}
	}
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (formats[i].is(line, size))
			return formats[i].name;
	return NULL;
}
