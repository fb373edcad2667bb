/*
 * Policy model -> YAML, laid out as the Cilium documentation writes policies (policies.md 2 and
 * 12). Equal input gives equal bytes, and reading what was written gives the model back.
 */
#ifndef CORE_POLICY_WRITE_H
#define CORE_POLICY_WRITE_H

#include "base/err.h"
#include "core/policy.h"

/*
 * Writes the policies as YAML documents, with `---` between them and a final newline. The text is
 * owned by `mem` and NUL-terminated; `ret_size` (may be NULL) counts its bytes. No policies give
 * an empty text. False with ERR_INVALID if a text of the model is not UTF-8 or a Kubernetes
 * NetworkPolicy holds what that kind cannot say (entities, names, L7, ICMP, deny, several rules).
 */
MUST_CHECK bool policy_write(void *mem, const struct policies *policies, const char **ret_text,
	size_t *ret_size, struct err *err);

#endif
