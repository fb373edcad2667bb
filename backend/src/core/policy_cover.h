/* Does one part of a compiled rule cover another: is everything that fits `b` sure to fit `a`? */
#ifndef CORE_POLICY_COVER_H
#define CORE_POLICY_COVER_H

#include "core/simulate_set.h"

bool selector_covers(const struct label_selector *a, const struct label_selector *b);
bool peer_covers(const struct peer *a, const struct peer *b);
/* What a proxy checks; NULL checks nothing. */
bool l7_covers(const struct port_match *a, const struct port_match *b);

#endif
