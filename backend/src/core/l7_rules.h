/* HTTP and DNS rules from what proxies saw (policies.md 7.3, 6.3). */
#ifndef CORE_L7_RULES_H
#define CORE_L7_RULES_H

#include "core/needs.h"

/*
 * The HTTP rules for the connections behind needs of one peer and port. False if they cannot be
 * restricted: no requests seen, or part of the traffic passed unseen.
 */
bool l7_http_rules(const struct analysis *analysis, const struct need *const *needs, size_t count,
	struct http_rule **ret_rules, size_t *ret_count);

/*
 * The names that may be asked: those that were (with `exact`), otherwise any. Names that toFQDNs
 * rules of the subject need are added.
 */
void l7_dns_rules(const struct analysis *analysis, const struct need *const *needs, size_t count,
	bool exact, const struct text_list *also, struct name_match **ret_rules, size_t *ret_count);

#endif
