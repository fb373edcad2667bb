/*
 * DNS names against the `matchName` and `matchPattern` of toFQDNs and DNS rules (policies.md 6.3).
 * Letter case and a final dot never matter, on either side.
 */
#ifndef CORE_FQDN_H
#define CORE_FQDN_H

#include "core/policy.h"

/* Whether `name` is accepted by the entry, by whichever of its two fields is given. */
bool fqdn_matches(const struct name_match *match, const char *name);

bool fqdn_name_matches(const char *match_name, const char *name);
bool fqdn_pattern_matches(const char *match_pattern, const char *name);

#endif
