/* Parts of compiled rules as people read them. All texts are owned by `mem`. */
#ifndef CORE_POLICY_DIFF_TEXT_H
#define CORE_POLICY_DIFF_TEXT_H

#include "core/simulate_set.h"

/* "shop: app=web, tier in (a, b)"; what the agent adds for the local `cluster` is left out. */
char *selector_text(void *mem, const struct label_selector *selector, const char *cluster);
char *peer_text(void *mem, const struct peer *peer, const char *cluster);

/* "8080/TCP", "8000-8100/UDP", "http/TCP", "every port/TCP", "ICMPv4 type 8", "" for everything. */
char *port_range_text(
	void *mem, enum protocol protocol, const char *name, uint16_t first, uint16_t last);

/* " with GET /items", " for names a.example", "" without L7 rules. */
char *l7_text(void *mem, const struct port_match *port);

#endif
