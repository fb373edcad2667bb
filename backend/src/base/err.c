#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[ERR_CODES] = {
	[ERR_NONE] = "none",
	[ERR_INVALID] = "invalid",
	[ERR_NOT_FOUND] = "not_found",
	[ERR_NO_METHOD] = "method_not_allowed",
	[ERR_CONFLICT] = "conflict",
	[ERR_STALE] = "stale_version",
	[ERR_KEY_REUSED] = "idempotency_key_reused",
	[ERR_NEEDS_MATCH] = "if_match_required",
	[ERR_TOO_LARGE] = "too_large",
	[ERR_UNSUPPORTED] = "unsupported",
	[ERR_UNAUTHENTICATED] = "unauthenticated",
	[ERR_FORBIDDEN] = "forbidden",
	[ERR_BUSY] = "busy",
	[ERR_UNAVAILABLE] = "unavailable",
	[ERR_CUT] = "upload_cut",
	[ERR_INTERNAL] = "internal",
};

__attribute__((format(printf, 3, 0))) static void fill(
	struct err *err, enum err_code code, const char *format, va_list arguments)
{
	memset(err, 0, sizeof *err);
	err->code = code;
	vsnprintf(err->text, sizeof err->text, format, arguments);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
	va_list arguments;

	if (err == NULL || err->code != ERR_NONE)
		return false;
	va_start(arguments, format);
	fill(err, code, format, arguments);
	va_end(arguments);
	return false;
}

bool err_field(struct err *err, enum err_code code, const char *field, const char *format, ...)
{
	va_list arguments;

	if (err == NULL || err->code != ERR_NONE)
		return false;
	va_start(arguments, format);
	fill(err, code, format, arguments);
	va_end(arguments);
	snprintf(err->field, sizeof err->field, "%s", field);
	return false;
}

bool err_at(struct err *err, enum err_code code, unsigned long line, unsigned long column,
	const char *format, ...)
{
	va_list arguments;

	if (err == NULL || err->code != ERR_NONE)
		return false;
	va_start(arguments, format);
	fill(err, code, format, arguments);
	va_end(arguments);
	err->line = line;
	err->column = column;
	return false;
}

bool err_where(struct err *err, const char *format, ...)
{
	struct err before;
	va_list arguments;
	int used;

	if (err == NULL || err->code == ERR_NONE)
		return false;
	before = *err;
	va_start(arguments, format);
	used = vsnprintf(err->text, sizeof err->text, format, arguments);
	va_end(arguments);
	if (used >= 0 && (size_t)used < sizeof err->text)
		snprintf(err->text + used, sizeof err->text - (size_t)used, ": %s", before.text);
	return false;
}

const char *err_name(enum err_code code)
{
	return (unsigned)code < ERR_CODES ? names[code] : names[ERR_INTERNAL];
}
