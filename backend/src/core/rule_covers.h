/*
 * Do the elements of a rule, as written, allow a peer what a generated element allows it? Judged by what
 * stands there, not by what the selectors pick today: a yes must hold for pods to come. (Compiled rules
 * are compared in core/policy_cover.h.)
 */
#ifndef CORE_RULE_COVERS_H
#define CORE_RULE_COVERS_H

#include "core/policy.h"

/* One thing that an element lets its peers reach. */
struct destination {
	const struct port_rule *rule; /* and which of its ports; or */
	const struct port *port;
	const struct icmp_field *icmp; /* or neither: everything */
};

/* Those of a generated element, at least one: its ports, then its ICMP types. Owned by `mem`. */
struct destination *destinations_of(
	void *mem, const struct rule_element *wanted, size_t *ret_count);

/*
 * Does some element of `have` name peer `peer` of the wanted element (or everybody) with the
 * destination, no stricter at L7? `ret_place` gets its index.
 */
bool rule_covers(const struct rule_elements *have, const struct rule_element *wanted, size_t peer,
	const struct destination *destination, unsigned *ret_place);

/* The same entries in any order; "k8s:app", "any:app" and "app" mean the same label of a pod. */
bool selectors_equal(const struct selector *a, const struct selector *b);

#endif
