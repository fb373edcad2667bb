extern "C" {
#include "base/limits.h"
#include "base/mem.h"
#include "core/regex.h"
}

#include <cstring>
#include <re2/re2.h>
#include <string>
#include <string_view>

/* RE2 throws only when memory runs out; nobody catches, so the process ends as base/mem.h ends it. */

/*
 * What Cilium's agent takes is Go's dialect: it has (?<name>...) beside RE2's (?P<name>...), and no
 * \\C. Neither means anything inside of [...], \\Q...\\E or after a backslash.
 */
static bool to_re2(std::string_view pattern, std::string *ret_pattern)
{
	bool in_class = false;

	ret_pattern->clear();
	for (size_t i = 0; i < pattern.size(); i++) {
		std::string_view rest = pattern.substr(i);

		if (rest[0] == '\\' && rest.size() > 1) {
			size_t length = 2;

			if (rest[1] == 'C')
				return false;
			if (rest[1] == 'Q' && !in_class) {
				size_t end = rest.find("\\E");

				length = end == rest.npos ? rest.size() : end + 2;
			}
			ret_pattern->append(rest.substr(0, length));
			i += length - 1;
			continue;
		}
		/* A bracket right after the opening one, or after its ^, stands for itself. */
		if (!in_class && rest[0] == '[') {
			size_t head = rest.substr(0, 2) == "[^" ? 2 : 1;

			head += head < rest.size() && rest[head] == ']';
			ret_pattern->append(rest.substr(0, head));
			i += head - 1;
			in_class = true;
			continue;
		}
		if (in_class && rest.substr(0, 2) == "[:") {
			size_t end = rest.find(":]");

			if (end != rest.npos) {
				ret_pattern->append(rest.substr(0, end + 2));
				i += end + 1;
				continue;
			}
		}
		if (in_class && rest[0] == ']')
			in_class = false;
		ret_pattern->push_back(rest[0]);
		if (!in_class && rest.size() > 3 && rest.substr(0, 3) == "(?<") {
			ret_pattern->append("?P<");
			i += 2;
		}
	}
	return true;
}

extern "C" struct regex *regex_new(void *mem, const char *pattern, struct err *err)
{
	size_t size = strlen(pattern);
	RE2::Options options(RE2::Quiet);
	std::string translated;
	RE2 *compiled;

	if (size > LIMIT_PATTERN) {
		err_set(err, ERR_TOO_LARGE,
			"the regular expression has %zu bytes, more than %d: shorten it", size,
			LIMIT_PATTERN);
		return nullptr;
	}
	options.set_max_mem(LIMIT_PATTERN_MEMORY);
	if (!to_re2(pattern, &translated)) {
		err_set(err, ERR_INVALID,
			"not a regular expression that Cilium accepts: \\C, a single byte, is not "
			"supported; use . for a character");
		return nullptr;
	}
	compiled = new RE2(translated, options);
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
