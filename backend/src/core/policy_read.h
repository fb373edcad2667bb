/*
 * YAML -> policy model: CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy and Kubernetes
 * NetworkPolicy, one or many documents, and lists of them as `kubectl get -o yaml` prints.
 *
 * Reading takes what Cilium takes: unknown members are ignored, null counts as absent. It refuses
 * only what has no place in the model (a map where text is wanted, an operator nobody knows);
 * whether a policy is valid is the business of core/policy_check.h.
 */
#ifndef CORE_POLICY_READ_H
#define CORE_POLICY_READ_H

#include "core/yaml_tree.h"

/*
 * Reads every policy of a text. All is owned by `mem`. False with ERR_INVALID (text, field, line,
 * column) at the first document that is no policy or cannot be read, or ERR_TOO_LARGE.
 */
MUST_CHECK bool policy_read(
	void *mem, const char *text, size_t size, struct policies *ret_policies, struct err *err);

/* Reads one object, the root of a document or an item of a list. `document` is its number. */
MUST_CHECK bool policy_from_node(void *mem, const struct yaml_node *node, unsigned document,
	struct policy *ret_policy, struct err *err);

/* The items of a Kubernetes list object (`kind: List`, `CiliumNetworkPolicyList`, ...), else NULL. */
const struct yaml_node *policy_list_items(const struct yaml_node *root);

#endif
