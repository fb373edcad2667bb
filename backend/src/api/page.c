#include "api/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

bool page_limit(const struct request *request, size_t *ret_limit, struct err *err)
{
	const char *text = request_query(request, "limit");
	unsigned long limit;
	char *end;

	*ret_limit = LIMIT_PAGE_DEFAULT;
	if (text == NULL)
		return true;
	limit = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || limit < 1 || limit > LIMIT_PAGE)
		return err_field(err, ERR_INVALID, "limit",
			"\"%.40s\" is no number of rows; 1 to %d can be asked for.", text,
			LIMIT_PAGE);
	*ret_limit = limit;
	return true;
}

bool page_refuse(struct err *err)
{
	return err_field(err, ERR_INVALID, "cursor",
		"This cursor was not given by this list. Start again without one.");
}

bool page_number(const char *part, struct err *err)
{
	const char *digits = *part == '-' ? part + 1 : part;
	size_t size = strlen(digits);

	if (size == 0 || size > 18 || strspn(digits, "0123456789") != size)
		return page_refuse(err);
	return true;
}

/* The texts are joined by "_", which none of them holds. */
bool page_after(
	struct request *request, const char **parts, size_t count, bool *ret_given, struct err *err)
{
	const char *text = request_query(request, "cursor");

	*ret_given = text != NULL;
	for (size_t i = 0; i < count && text != NULL; i++) {
		const char *end = strchr(text, '_');

		if ((end == NULL) != (i == count - 1))
			return page_refuse(err);
		parts[i] =
			end == NULL ? text : mem_text_n(request->mem, text, (size_t)(end - text));
		text = end == NULL ? NULL : end + 1;
	}
	return true;
}

void page_answer(struct response *response, json_t *items, const char *const *next, size_t count)
{
	json_t *cursor = json_null();

	if (next != NULL) {
		char *text = mem_text(response, next[0]);

		for (size_t i = 1; i < count; i++)
			text = mem_format(response, "%s_%s", text, next[i]);
		cursor = json_string(text);
	}
	response_json(
		response, 200, json_pack("{s:o, s:o}", "items", items, "next_cursor", cursor));
}
