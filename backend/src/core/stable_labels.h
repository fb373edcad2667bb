/*
 * Which labels of an identity a policy may select on: those that stay the same over rollouts,
 * replicas and runs (policies.md 11.2), in the order in which they are preferred (11.3).
 */
#ifndef CORE_STABLE_LABELS_H
#define CORE_STABLE_LABELS_H

#include <stdbool.h>

#include "core/flow.h"

/* How well a label's key names a workload. */
enum label_rank {
	LABEL_NAMES_WORKLOAD, /* app.kubernetes.io/name, instance, component */
	LABEL_COMMON_NAME,    /* app, k8s-app, name, component, tier, role, ...part-of */
	LABEL_STABLE,         /* anything else that stays */
	LABEL_ACCOUNT,        /* a service account other than "default": the last resort */
	LABEL_UNUSABLE        /* volatile, derived, not of Kubernetes, or not valid in a selector */
};

/*
 * The rank of a canonical label. `never` holds keys that the user excludes, `always` keys that count
 * as stable whatever the tables say; both without source.
 */
enum label_rank label_rank(
	const char *label, const struct text_list *always, const struct text_list *never);

/* Can a label have this value? (policies.md 1) */
bool label_value_is_valid(const char *value);

/* Is it a DNS-1123 label, as the name of a namespace must be? */
bool namespace_is_valid(const char *name);

/* The place of the label's key in the order of preference: smaller is preferred. */
unsigned label_preference(const char *label);

#endif
