/*
 * Members of a flow that are more than one value: each has a reader for jansson's values and, where it
 * is frequent, a scanner for plain text (core/json_scan.h). What both conclude is written once.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"
#include "core/json_scan.h"

#include <string.h>

#define FLOW(name) offsetof(struct flow, name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

static bool read_verdict(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	/* What other tools write in their exports. */
	static const struct {
		const char *name;
		enum verdict verdict;
	} others[] = {
		{"ALLOWED", VERDICT_FORWARDED},
		{"DENIED", VERDICT_DROPPED},
	};

	(void)detail;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!json_is_string(value) || strcmp(json_string_value(value), others[i].name) != 0)
			continue;
		*(enum verdict *)target = others[i].verdict;
		return true;
	}
	return json_read_enum(reading, value, &flow_enum_verdict, target);
}

static bool scan_verdict(struct json_scanning *scanning, const void *detail, void *target)
{
	(void)detail;
	return json_scan_enum(scanning, &flow_enum_verdict, target);
}

const struct json_kind flow_json_verdict = {read_verdict, scan_verdict};

static const struct json_member event_rows[] = {
	{"type", NULL, &json_kind_uint32, .offset = FLOW(event), .mark = FLOW(event_told)},
	{"sub_type", "subType", &json_kind_uint32, .offset = FLOW(event_sub_type)},
};
static const struct json_members event_members = MEMBERS(event_rows);

static void complete_event(struct flow *flow)
{
	if (strcmp(event_name(flow->event), event_name(EVENT_UNKNOWN)) == 0)
		flow->event = EVENT_UNKNOWN;
}

static bool read_event(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	(void)detail;
	if (!json_read_object(reading, value, &event_members, target))
		return false;
	complete_event(target);
	return true;
}

static bool scan_event(struct json_scanning *scanning, const void *detail, void *target)
{
	(void)detail;
	if (!json_scan_object(scanning, &event_members, target))
		return false;
	complete_event(target);
	return true;
}

const struct json_kind flow_json_event = {read_event, scan_event};

/* A name decides, also one that we do not know; a number only fills in. */
static bool read_drop_reason(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow *flow = target;

	if (!json_read_enum(reading, value, detail, &flow->drop_reason))
		return false;
	if (json_is_string(value) && *json_string_value(value) > '9')
		return json_read_name(reading, value, NULL, &flow->drop_reason_name);
	return true;
}

static bool scan_drop_reason(struct json_scanning *scanning, const void *detail, void *target)
{
	struct flow *flow = target;

	if (!json_scan_enum(scanning, detail, &flow->drop_reason))
		return false;
	flow->drop_reason_name = enumeration_item(detail, flow->drop_reason)->name;
	return true;
}

const struct json_kind flow_json_drop_reason = {read_drop_reason, scan_drop_reason};

struct named {
	const char *name, *namespace;
};

static const struct json_member service_rows[] = {
	{"name", NULL, &json_kind_name, .offset = offsetof(struct named, name)},
	{"namespace", NULL, &json_kind_name, .offset = offsetof(struct named, namespace)},
};
static const struct json_members service_members = MEMBERS(service_rows);

static bool read_service(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct named service = {"", ""};

	(void)detail;
	if (!json_read_object(reading, value, &service_members, &service))
		return false;
	if (*service.name != '\0')
		*(const char **)target =
			mem_format(reading->mem, "%s/%s", service.namespace, service.name);
	return true;
}

const struct json_kind flow_json_service = {read_service, NULL};

static const struct json_member policy_rows[] = {
	{"name", NULL, &json_kind_name, .offset = offsetof(struct policy_reference, name)},
	{"namespace", NULL, &json_kind_name,
		.offset = offsetof(struct policy_reference, namespace)},
	{.name = "labels"},
	{.name = "revision"},
	{"kind", NULL, &json_kind_name, .offset = offsetof(struct policy_reference, kind)},
};
static const struct json_members policy_members = MEMBERS(policy_rows);
static const struct policy_reference no_policy = {"", "", ""};

static bool read_policies(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct policy_references list = {0};
	json_t *item;
	size_t i;

	(void)detail;
	if (!json_check_array(reading, value, LIMIT_POLICY_REFERENCES))
		return false;
	list.items = mem_array(reading->mem, struct policy_reference, json_array_size(value));
	json_array_foreach(value, i, item)
	{
		list.items[i] = no_policy;
		if (!json_read_object(reading, item, &policy_members, &list.items[i]))
			return false;
	}
	list.count = json_array_size(value);
	*(struct policy_references *)target = list;
	return true;
}

static bool scan_policies(struct json_scanning *scanning, const void *detail, void *target)
{
	struct policy_references *list = target;

	(void)detail;
	return json_scan_array(scanning, json_scan_object, &policy_members, &no_policy,
		sizeof no_policy, &list->items, &list->count);
}

const struct json_kind flow_json_policies = {read_policies, scan_policies};

struct counts {
	uint64_t ingress, egress, unknown;
};

static const struct json_member count_rows[] = {
	{"ingress_flow_count", "ingressFlowCount", &json_kind_uint64,
		.offset = offsetof(struct counts, ingress)},
	{"egress_flow_count", "egressFlowCount", &json_kind_uint64,
		.offset = offsetof(struct counts, egress)},
	{"unknown_direction_flow_count", "unknownDirectionFlowCount", &json_kind_uint64,
		.offset = offsetof(struct counts, unknown)},
};
static const struct json_members count_members = MEMBERS(count_rows);

static bool read_aggregate(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct counts counts = {0};
	uint64_t sum;

	(void)detail;
	if (!json_read_object(reading, value, &count_members, &counts))
		return false;
	if (__builtin_add_overflow(counts.ingress, counts.egress, &sum) ||
		__builtin_add_overflow(sum, counts.unknown, &sum) || sum > LIMIT_WEIGHT)
		return json_fail(reading, ERR_TOO_LARGE, "stands for more than %lld events",
			(long long)LIMIT_WEIGHT);
	if (sum > 0)
		*(uint64_t *)target = sum;
	return true;
}

const struct json_kind flow_json_aggregate = {read_aggregate, NULL};
