/*
 * Private to the policy reader: typed members of YAML nodes. The first misfit fills the reader's
 * error and stays; afterwards reading goes on with empty values, so callers look only at the end.
 * Absent and null members read as "", NULL or nothing. `node` may be NULL, which has no members.
 */
#ifndef CORE_POLICY_READ_PARTS_H
#define CORE_POLICY_READ_PARTS_H

#include "core/yaml_tree.h"

struct part_reader {
	void *mem;
	struct err *err;
};

bool part_is_map(struct part_reader *r, const struct yaml_node *node);
const char *part_text(struct part_reader *r, const struct yaml_node *node, const char *key);
const struct yaml_node *part_map(
	struct part_reader *r, const struct yaml_node *node, const char *key);
const struct yaml_node *part_list(
	struct part_reader *r, const struct yaml_node *node, const char *key);
enum tristate part_tristate(struct part_reader *r, const struct yaml_node *node, const char *key);
int part_integer(struct part_reader *r, const struct yaml_node *node, const char *key);
void part_text_list(
	struct part_reader *r, const struct yaml_node *node, const char *key, struct text_list *to);

/* A map of texts; each key gets `prefix`. */
void part_key_values(struct part_reader *r, const struct yaml_node *node, const char *key,
	const char *prefix, struct key_values *to);

/* A selector that is itself the node; part_selector_add appends to one, with a prefix on keys. */
void part_selector(struct part_reader *r, const struct yaml_node *node, struct selector *to);
void part_selector_add(struct part_reader *r, const struct yaml_node *node, const char *prefix,
	struct selector *to);

/* Lists of one kind of part below `key`, in the shape of PEER_LIST. */
void part_selectors(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct selector **ret_items, size_t *ret_count);
void part_texts(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, const char ***ret_items, size_t *ret_count);
void part_cidr_rules(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct cidr_rule **ret_items, size_t *ret_count);
void part_services(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct service_match **ret_items, size_t *ret_count);
void part_names(struct part_reader *r, const struct yaml_node *node, const char *key,
	bool *ret_present, struct name_match **ret_items, size_t *ret_count);

/* toPorts (of a deny rule: ports only) and icmps. */
void part_port_rules(struct part_reader *r, const struct yaml_node *node, bool deny,
	bool *ret_present, struct port_rule **ret_items, size_t *ret_count);
void part_icmp_rules(struct part_reader *r, const struct yaml_node *node, bool *ret_present,
	struct icmp_rule **ret_items, size_t *ret_count);

/* Reads the spec of a Kubernetes NetworkPolicy as one rule (policy_read_kubernetes.c). */
void policy_read_kubernetes(
	struct part_reader *r, const struct yaml_node *root, struct policy *policy);

#endif
