#include "core/identify.h"

#include <string.h>

#include "core/labels.h"

/* By labels; PEER_UNKNOWN if they do not tell. The order is that of flows.md 4.5. */
static enum peer_class class_by_labels(const struct text_list *labels)
{
	static const struct {
		unsigned bit;
		enum peer_class class;
	} order[] = {
		{RESERVED_HOST, PEER_HOST},
		{RESERVED_KUBE_APISERVER, PEER_KUBE_APISERVER},
		{RESERVED_REMOTE_NODE, PEER_REMOTE_NODE},
		{RESERVED_HEALTH, PEER_HEALTH},
		{RESERVED_INIT, PEER_INIT},
		{RESERVED_INGRESS, PEER_INGRESS},
		{RESERVED_UNMANAGED, PEER_UNMANAGED},
		{RESERVED_WORLD, PEER_OUTSIDE},
	};
	unsigned reserved = labels_reserved(labels);

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if ((reserved & order[i].bit) != 0)
			return order[i].class;
	if (labels_have_source(labels, "cidr") || labels_have_source(labels, "fqdn"))
		return PEER_OUTSIDE;
	return PEER_UNKNOWN;
}

/* Fixed identity numbers, and the ranges that are local to a node (flows.md 4.4). */
static enum peer_class class_by_number(uint32_t number)
{
	static const enum peer_class fixed[] = {PEER_UNKNOWN, PEER_HOST, PEER_OUTSIDE,
		PEER_UNMANAGED, PEER_HEALTH, PEER_INIT, PEER_REMOTE_NODE, PEER_KUBE_APISERVER,
		PEER_INGRESS, PEER_OUTSIDE, PEER_OUTSIDE};

	if (number < sizeof fixed / sizeof *fixed)
		return fixed[number];
	if (number >= 1u << 24)
		return number < 1u << 25 ? PEER_OUTSIDE : PEER_REMOTE_NODE;
	return PEER_UNKNOWN;
}

static const char *reserved_label_of(enum peer_class class)
{
	static const char *const labels[PEER_CLASSES] = {[PEER_HOST] = "reserved:host",
		[PEER_REMOTE_NODE] = "reserved:remote-node",
		[PEER_KUBE_APISERVER] = "reserved:kube-apiserver",
		[PEER_HEALTH] = "reserved:health",
		[PEER_INIT] = "reserved:init",
		[PEER_INGRESS] = "reserved:ingress",
		[PEER_UNMANAGED] = "reserved:unmanaged",
		[PEER_OUTSIDE] = "reserved:world"};

	return labels[class];
}

static enum peer_class find_class(const struct flow_endpoint *end)
{
	enum peer_class class = class_by_labels(&end->labels);
	bool has_pod_label;

	if (class != PEER_UNKNOWN)
		return class;
	has_pod_label = labels_value(&end->labels, LABEL_NAMESPACE) != NULL;
	if (!has_pod_label && end->labels.count == 0)
		class = class_by_number(end->identity);
	if (class != PEER_UNKNOWN)
		return class;
	return has_pod_label || *end->namespace != '\0' ? PEER_POD : PEER_UNKNOWN;
}

/*
 * Reserved labels only; all spellings of the world are one, since the address tells the family. A
 * peer known by number or CIDR alone gets the label of its class.
 */
static void keep_reserved(
	const struct flow_endpoint *end, enum peer_class class, struct text_list *labels)
{
	bool told = false;

	for (size_t i = 0; i < end->labels.count; i++) {
		const char *label = end->labels.items[i];

		if (strncmp(label, "reserved:", strlen("reserved:")) != 0)
			continue;
		if (strncmp(label, "reserved:world", strlen("reserved:world")) == 0)
			continue;
		labels->items[labels->count++] = label;
		told = true;
	}
	if (class == PEER_OUTSIDE || (labels_reserved(&end->labels) & RESERVED_WORLD) != 0)
		labels->items[labels->count++] = "reserved:world";
	else if (!told)
		labels->items[labels->count++] = reserved_label_of(class);
}

static bool is_numbered(const struct flow_endpoint *end)
{
	return end->labels.count == 0 && end->identity < 1u << 24;
}

/* Policies see labels only, so a label beats what is told beside it. */
static const char *told_by(const struct text_list *labels, const char *key, const char *beside)
{
	const char *value = labels_value(labels, key);

	return value != NULL && *value != '\0' ? value : beside;
}

struct identity identify(const struct flow_endpoint *end, const char *address, const char *cluster,
	const char **room)
{
	struct identity identity = {.class = find_class(end),
		.cluster = cluster,
		.namespace = "",
		.labels = {room, 0},
		.pod = "",
		.address = ""};

	switch (identity.class) {
	case PEER_POD:
		identity.cluster = told_by(&end->labels, LABEL_CLUSTER, end->cluster);
		if (*identity.cluster == '\0')
			identity.cluster = cluster;
		identity.namespace = told_by(&end->labels, LABEL_NAMESPACE, end->namespace);
		identity.labels = end->labels;
		if (is_numbered(end)) {
			identity.number = end->identity;
			identity.pod = end->pod;
		}
		break;
	case PEER_UNKNOWN:
		if (*end->cluster != '\0')
			identity.cluster = end->cluster;
		identity.labels = end->labels;
		identity.number = is_numbered(end) ? end->identity : 0;
		identity.pod = end->pod;
		identity.address = address;
		break;
	case PEER_OUTSIDE:
		identity.address = address;
		keep_reserved(end, identity.class, &identity.labels);
		break;
	default:
		keep_reserved(end, identity.class, &identity.labels);
		break;
	}
	return identity;
}
