/*
 * DNS names of which a workload was denied one address while it used another, on the same port. A rule
 * by name stands for all addresses of the name and would open the denied one, so there addresses are
 * written. Denials that all came before the first use are the past: policy has changed since, and
 * names move between addresses.
 */
#ifndef CORE_NAME_CONFLICTS_H
#define CORE_NAME_CONFLICTS_H

#include "core/outside_names.h"
#include "core/question.h"

struct name_conflicts;

struct name_conflicts *name_conflicts_find(
	void *mem, const struct analysis *analysis, const struct outside_names *names);

/* Is the name one of them, for the subject, protocol and port of the question? */
bool name_conflicts_has(
	const struct name_conflicts *conflicts, const struct question *question, const char *name);

#endif
