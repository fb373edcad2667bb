#include "http/text.h"

#include <jansson.h>
#include <string.h>
#include <uriparser/Uri.h>

#include "base/mem.h"

bool text_is_clean(const char *text)
{
	/* jansson makes a string of UTF-8 only. */
	json_t *value = json_string(text);

	json_decref(value);
	return value != NULL;
}

const char *text_decode(void *mem, const char *text, size_t size)
{
	char *decoded = mem_text_n(mem, text, size);
	const char *end = uriUnescapeInPlaceExA(decoded, URI_FALSE, URI_BR_DONT_TOUCH);

	if (strlen(decoded) != (size_t)(end - decoded) || !text_is_clean(decoded)) {
		mem_free(decoded);
		return NULL;
	}
	return decoded;
}
