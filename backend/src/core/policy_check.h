/*
 * Would Cilium take this policy, and does it mean what its author thinks? Every document of a text
 * is checked against the schema of the custom resources, the rules of API server, operator and agent
 * (policies.md 8, V01-V42) and what surprises people (policies.md 9.4).
 *
 * Errors are what Cilium v1.20.2 refuses with its default options; all else is a warning, unknown
 * fields included, since the API server drops them silently. V25 and V35 depend on options that are
 * on by default and cannot be seen in a text.
 */
#ifndef CORE_POLICY_CHECK_H
#define CORE_POLICY_CHECK_H

#include "base/err.h"
#include "core/policy.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct policy_problem {
	const char *rule; /* "V17"; "V00" = YAML and kind, "NP" = Kubernetes NetworkPolicy */
	enum severity severity;
	struct where where;
	const char *path;    /* "spec.ingress[0].toPorts[1]"; "" = the document */
	const char *message; /* what is wrong, why it matters, what to do */
};

/* One document, or one item of a `kind: List`. */
struct checked_policy {
	unsigned document; /* number in its text, from 0 */
	struct where where;
	const char *kind, *namespace, *name; /* as written, "" where they cannot be read */
	bool accepted;                       /* no problem is an error */
	const struct policy *policy;         /* NULL unless accepted */
	struct policy_problem *problems;     /* in the order of the text, at most LIMIT_PROBLEMS */
	size_t problem_count;
};

struct checked_policies {
	struct checked_policy *items;
	size_t count;
	bool accepted; /* all of them */
};

/*
 * Checks every document of a text, also those after one that is no YAML. All is owned by `mem`.
 * False with ERR_TOO_LARGE if the text exceeds a bound as a whole.
 */
MUST_CHECK bool policy_check(void *mem, const char *text, size_t size,
	struct checked_policies *ret_checked, struct err *err);

/* "error" or "warning". */
const char *severity_name(enum severity severity);

#endif
