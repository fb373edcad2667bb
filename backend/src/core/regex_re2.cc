extern "C" {
#include "base/limits.h"
#include "base/mem.h"
#include "core/regex.h"
}

#include <cstring>
#include <re2/re2.h>
#include <string_view>

/* RE2 throws only when memory runs out; nobody catches, so the process ends as base/mem.h ends it. */

extern "C" struct regex *regex_new(void *mem, const char *pattern, struct err *err)
{
	size_t size = strlen(pattern);
	RE2::Options options(RE2::Quiet);
	RE2 *compiled;

	if (size > LIMIT_PATTERN) {
		err_set(err, ERR_TOO_LARGE,
			"the regular expression has %zu bytes, more than %d: shorten it", size,
			LIMIT_PATTERN);
		return nullptr;
	}
	options.set_max_mem(LIMIT_PATTERN_MEMORY);
	compiled = new RE2(std::string_view(pattern, size), options);
	if (!compiled->ok()) {
		enum err_code code = compiled->error_code() == RE2::ErrorPatternTooLarge
					     ? ERR_TOO_LARGE
					     : ERR_INVALID;

		err_set(err, code, "not a regular expression that RE2 accepts: %s",
			compiled->error().c_str());
		delete compiled;
		return nullptr;
	}
	mem_attach(mem, compiled, [](void *object) { delete static_cast<RE2 *>(object); });
	return reinterpret_cast<struct regex *>(compiled);
}

extern "C" bool regex_matches(const struct regex *regex, const char *text, size_t size)
{
	return RE2::FullMatch(std::string_view(text, size), *reinterpret_cast<const RE2 *>(regex));
}

extern "C" size_t regex_bytes(const struct regex *regex)
{
	const RE2 *compiled = reinterpret_cast<const RE2 *>(regex);

	/* An instruction has 16 bytes; the rest is RE2's own fixed part and the pattern. */
	return 16 * static_cast<size_t>(compiled->ProgramSize()) + 1024 +
	       compiled->pattern().size();
}
