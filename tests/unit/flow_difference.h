/* Compares two flows member by member, for tests that hold two ways of reading against each other. */
#ifndef TESTS_FLOW_DIFFERENCE_H
#define TESTS_FLOW_DIFFERENCE_H

#include <string.h>

#include "core/flow.h"

static bool texts_differ(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return true;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return true;
	return false;
}

static bool policies_differ(const struct policy_references *a, const struct policy_references *b)
{
	if (a->count != b->count)
		return true;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].name, b->items[i].name) != 0 ||
			strcmp(a->items[i].namespace, b->items[i].namespace) != 0 ||
			strcmp(a->items[i].kind, b->items[i].kind) != 0)
			return true;
	return false;
}

static bool workloads_differ(const struct flow_endpoint *a, const struct flow_endpoint *b)
{
	if (a->workload_count != b->workload_count)
		return true;
	for (size_t i = 0; i < a->workload_count; i++)
		if (strcmp(a->workloads[i].name, b->workloads[i].name) != 0 ||
			strcmp(a->workloads[i].kind, b->workloads[i].kind) != 0)
			return true;
	return false;
}

static bool headers_differ(const struct flow_l7 *a, const struct flow_l7 *b)
{
	if (a->http.header_count != b->http.header_count)
		return true;
	for (size_t i = 0; i < a->http.header_count; i++)
		if (strcmp(a->http.headers[i].key, b->http.headers[i].key) != 0 ||
			strcmp(a->http.headers[i].value, b->http.headers[i].value) != 0)
			return true;
	return false;
}

/* The name of the first member in which the flows differ, or NULL. */
static const char *flow_difference(const struct flow *a, const struct flow *b)
{
#define NUMBER(member)                                                                             \
	if (a->member != b->member)                                                                \
	return #member
#define TEXT(member)                                                                               \
	if (strcmp(a->member, b->member) != 0)                                                     \
	return #member
#define LIST(member)                                                                               \
	if (texts_differ(&a->member, &b->member))                                                  \
	return #member
#define POLICIES(member)                                                                           \
	if (policies_differ(&a->member, &b->member))                                               \
	return #member
#define ENDPOINT(member)                                                                           \
	NUMBER(member.present);                                                                    \
	NUMBER(member.id);                                                                         \
	NUMBER(member.identity);                                                                   \
	TEXT(member.cluster);                                                                      \
	TEXT(member.namespace);                                                                    \
	TEXT(member.pod);                                                                          \
	LIST(member.labels);                                                                       \
	if (workloads_differ(&a->member, &b->member))                                              \
	return #member ".workloads"

	NUMBER(id);
	TEXT(uuid);
	NUMBER(has_time);
	NUMBER(time_ns);
	TEXT(node);
	TEXT(cluster);
	NUMBER(verdict);
	NUMBER(drop_reason);
	TEXT(drop_reason_name);
	NUMBER(type);
	NUMBER(event);
	NUMBER(event_told);
	NUMBER(event_sub_type);
	NUMBER(point);
	NUMBER(reason);
	NUMBER(direction);
	NUMBER(is_reply);
	NUMBER(policy_match_type);
	NUMBER(auth_type);
	NUMBER(proxy_port);
	NUMBER(ip_version);
	TEXT(source_address);
	TEXT(source_translated);
	TEXT(destination_address);
	NUMBER(protocol);
	NUMBER(l4_ambiguous);
	NUMBER(has_ports);
	NUMBER(source_port);
	NUMBER(destination_port);
	NUMBER(tcp_flags);
	NUMBER(sctp_chunk);
	NUMBER(icmp_type);
	NUMBER(icmp_code);
	ENDPOINT(source);
	ENDPOINT(destination);
	LIST(source_names);
	LIST(destination_names);
	TEXT(source_service);
	TEXT(destination_service);
	NUMBER(l7.type);
	NUMBER(l7.kind);
	NUMBER(l7.http.code);
	TEXT(l7.http.method);
	TEXT(l7.http.url);
	TEXT(l7.http.protocol);
	if (headers_differ(&a->l7, &b->l7))
		return "l7.http.headers";
	TEXT(l7.dns.query);
	LIST(l7.dns.addresses);
	LIST(l7.dns.cnames);
	LIST(l7.dns.qtypes);
	NUMBER(l7.dns.rcode);
	NUMBER(l7.dns.ttl);
	POLICIES(egress_allowed_by);
	POLICIES(ingress_allowed_by);
	POLICIES(egress_denied_by);
	POLICIES(ingress_denied_by);
	NUMBER(weight);
	NUMBER(flat);
	return NULL;

#undef NUMBER
#undef TEXT
#undef LIST
#undef POLICIES
#undef ENDPOINT
}

#endif
