/*
 * What a change of policies means: what it opens and what it closes, by subject, direction, peer,
 * port and L7, whatever policy or line that is written in. Moving, splitting or reordering rules is
 * no change; neither is a rule that a wider one covers.
 */
#ifndef CORE_POLICY_DIFF_H
#define CORE_POLICY_DIFF_H

#include "core/simulate.h"

enum change_effect {
	CHANGE_OPENS,
	CHANGE_CLOSES,
	CHANGE_CHANGES /* stays allowed in a direction where default deny turns on */
};

struct policy_change {
	enum change_effect effect;
	enum side side;
	struct deciding_rule rule; /* of the new set where it is there, else of the old one */
	bool in_new;               /* `rule` is of the new set */
	const char *policy;        /* "shop/web", "web" if clusterwide */
	const char *subject;       /* "shop: app=web" */
	const char *peer;          /* "shop: app=api", "10.0.0.0/8", "" where all peers are meant */
	const char *port;          /* "8080/TCP", "every port" */
	const char *text;          /* a sentence */
};

struct policy_changes {
	struct policy_change *items;
	size_t count, capacity;
};

const char *change_effect_name(enum change_effect effect); /* "opens" */

/*
 * Compares two sets of policies of one cluster (its name, "" = "default"). The changes, closing ones
 * first, are owned by `mem` and refer to the policies.
 */
void policy_diff(void *mem, const struct policies *before, const struct policies *after,
	const char *cluster, struct policy_changes *ret_changes);

#endif
