/*
 * Identity labels in their canonical form "source:key=value" ("reserved:host" without "="), see
 * core/flow.h and flows.md 4.2.
 */
#ifndef CORE_LABELS_H
#define CORE_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/flow.h"

/* Keys of Kubernetes source with a fixed meaning. */
#define LABEL_NAMESPACE        "io.kubernetes.pod.namespace"
#define LABEL_NAMESPACE_LABELS "io.cilium.k8s.namespace.labels."
#define LABEL_CLUSTER          "io.cilium.k8s.policy.cluster"
#define LABEL_SERVICE_ACCOUNT  "io.cilium.k8s.policy.serviceaccount"

/* The parts of a label, as slices of it. */
struct label {
	const char *source, *key, *value; /* `value` ends with the label's NUL; "" if none */
	size_t source_size, key_size;
};

struct label label_split(const char *label);

/* Is it this source and key? */
bool label_is(const char *label, const char *source, const char *key);

/* The value of k8s:KEY in a list, or NULL. */
const char *labels_value(const struct text_list *labels, const char *key);

/* The reserved labels of a list as bits of enum reserved_label. */
enum reserved_label {
	RESERVED_HOST = 1 << 0,
	RESERVED_WORLD = 1 << 1, /* also world-ipv4 and world-ipv6 */
	RESERVED_UNMANAGED = 1 << 2,
	RESERVED_HEALTH = 1 << 3,
	RESERVED_INIT = 1 << 4,
	RESERVED_REMOTE_NODE = 1 << 5,
	RESERVED_KUBE_APISERVER = 1 << 6,
	RESERVED_INGRESS = 1 << 7
};
unsigned labels_reserved(const struct text_list *labels);

/* Any label of this source ("cidr", "fqdn")? */
bool labels_have_source(const struct text_list *labels, const char *source);

/* Two lists with the same texts in the same order. */
bool text_lists_equal(const struct text_list *a, const struct text_list *b);

#endif
