/*
 * Regular expressions of HTTP rules, by RE2: what Cilium's proxy runs, linear in the text whatever
 * the pattern (policies.md 7.3). The shim regex_re2.cc is the only C++ of the product.
 */
#ifndef CORE_REGEX_H
#define CORE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct regex;

/*
 * A compiled pattern owned by `mem`. NULL with ERR_TOO_LARGE beyond LIMIT_PATTERN bytes or when its
 * program needs more than LIMIT_PATTERN_MEMORY, with ERR_INVALID when RE2 refuses it; the text says
 * what RE2 said.
 */
struct regex *regex_new(void *mem, const char *pattern, struct err *err);

/* Whether the whole of `text` matches, as in Envoy; `text` needs no final NUL. */
bool regex_matches(const struct regex *regex, const char *text, size_t size);

/* Roughly the bytes that its program takes. */
size_t regex_bytes(const struct regex *regex);

#endif
