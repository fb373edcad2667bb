/*
 * Which identities are one workload, and which selector names it: all its pods, after the next
 * rollout too, and no pod of another workload (policies.md 11).
 */
#ifndef CORE_WORKLOADS_H
#define CORE_WORKLOADS_H

#include "core/policy.h"
#include "core/traffic.h"

#define NO_WORKLOAD UINT32_MAX

struct pod_workload {
	const char *cluster, *namespace;
	const char *name;     /* told by a node, else taken from pod names or labels; never "" */
	const char *kind;     /* "Deployment" ...; "" if no node told */
	uint32_t *identities; /* labelled ones */
	size_t identity_count;
	struct text_list stable;  /* labels that all its identities share and that stay */
	bool nodes;               /* the nodes of a cluster, not pods: subjects of host policies */
	bool selectable;          /* false: there is nothing to select on */
	struct selector selector; /* without namespace and cluster */
	uint32_t
		*also_selects; /* other workloads that the selector cannot be kept from selecting */
	size_t also_selects_count;
	struct text_list told_names; /* workload names that nodes told: several = not told apart */
};

struct workloads {
	struct pod_workload *items; /* sorted by cluster, namespace, name, selector */
	size_t count;
	/* Per identity of the traffic. */
	uint32_t *
		resolved; /* the labelled identity a bare number or pod name stands for, else itself */
	uint32_t *of;     /* the workload of the resolved identity, or NO_WORKLOAD */
	/* Keys of labels whose values were seen to differ among pods of one workload, sorted. */
	struct text_list varying_keys;
};

/*
 * Everything is owned by `mem` and refers to texts of `traffic`. With `nodes`, the nodes of each cluster
 * are a workload too, which the empty selector names.
 */
struct workloads *workloads_find(void *mem, const struct traffic *traffic,
	const struct text_list *always, const struct text_list *never, bool nodes);

#endif
