/*
 * Endpoints and their labels. Labels get one canonical form, because everything later compares
 * them as texts: "source:key=value", always with "=", except for reserved ones without a value
 * ("reserved:host"). Policies select on them, so a label that is not sound rejects its record.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"
#include "core/labels.h"

#include <stdlib.h>
#include <string.h>

/* Sources that a label or the key of a label map may begin with (flows.md 4.2). */
static bool is_source(const char *text, size_t size)
{
	static const char *const sources[] = {"k8s", "reserved", "cidr", "cidrgroup", "fqdn",
		"node", "gen", "unspec", "any", "container", "cni", "directory"};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (strlen(sources[i]) == size && memcmp(sources[i], text, size) == 0)
			return true;
	return false;
}

/* "source:key=value" of a label in any spelling; NULL if it has no key. */
static const char *canonical(void *mem, const char *label)
{
	const char *equals = strchr(label, '='), *colon = strchr(label, ':');
	const char *source = label, *key = label, *value;
	size_t source_size = 0, key_size;

	if (equals != NULL && colon != NULL && colon > equals)
		colon = NULL;
	if (*label == '$') {
		source = "reserved";
		source_size = strlen(source);
		key = label + 1;
	} else if (colon != NULL) {
		source_size = (size_t)(colon - label);
		key = colon + 1;
	}
	if (source_size == 0) {
		source = "unspec";
		source_size = strlen(source);
	}
	value = equals != NULL ? equals + 1 : "";
	key_size = equals != NULL ? (size_t)(equals - key) : strlen(key);
	if (key_size == 0)
		return NULL;
	if (*value == '\0' && source_size == 8 && memcmp(source, "reserved", 8) == 0)
		return mem_format(mem, "reserved:%.*s", (int)key_size, key);
	if (source == label && equals != NULL)
		return label;
	return mem_format(mem, "%.*s:%.*s=%s", (int)source_size, source, (int)key_size, key, value);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct text_list *list)
{
	size_t kept = 0;

	if (list->count < 2)
		return;
	qsort(list->items, list->count, sizeof *list->items, compare);
	for (size_t i = 1; i < list->count; i++)
		if (strcmp(list->items[kept], list->items[i]) != 0)
			list->items[++kept] = list->items[i];
	list->count = kept + 1;
}

static bool add_label(struct json_reading *reading, struct text_list *list, const char *label)
{
	size_t size = strlen(label);
	const char *text;

	if (!json_check_text(reading, label, size, LIMIT_LABEL))
		return false;
	text = canonical(reading->mem, label);
	if (text == NULL)
		return json_fail(reading, ERR_INVALID, "is a label without a key");
	list->items[list->count++] = text;
	return true;
}

static bool labels_of_array(struct json_reading *reading, json_t *array, struct text_list *list)
{
	json_t *item;
	size_t i;

	json_array_foreach(array, i, item)
	{
		bool read;

		json_enter(reading, NULL, i);
		read = json_is_string(item) ? add_label(reading, list, json_string_value(item))
					    : json_fail(reading, ERR_INVALID, "must be a text");
		json_leave(reading);
		if (!read)
			return false;
	}
	return true;
}

/* {"app": "web"} is what Kubernetes calls labels; "reserved:world" keeps the source it names. */
static bool label_of_member(
	struct json_reading *reading, const char *key, json_t *value, struct text_list *list)
{
	const char *colon = strchr(key, ':'), *text = json_string_value(value);
	const char *source = colon != NULL && is_source(key, (size_t)(colon - key)) ? "" : "k8s:";

	if (text == NULL && json_is_integer(value))
		text = mem_format(reading->mem, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (text == NULL && json_is_boolean(value))
		text = json_is_true(value) ? "true" : "false";
	else if (text == NULL && json_is_null(value))
		text = "";
	if (text == NULL)
		return json_fail(reading, ERR_INVALID, "must be a text");
	if (*key == '\0' || strchr(key, '=') != NULL)
		return json_fail(reading, ERR_INVALID, "is no key of a label");
	return add_label(reading, list, mem_format(reading->mem, "%s%s=%s", source, key, text));
}

static bool labels_of_object(struct json_reading *reading, json_t *object, struct text_list *list)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		bool read;

		json_enter(reading, key, 0);
		read = label_of_member(reading, key, value, list);
		json_leave(reading);
		if (!read)
			return false;
	}
	return true;
}

static bool read_labels(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct text_list list = {0};
	size_t count = json_is_object(value) ? json_object_size(value) : json_array_size(value);

	(void)detail;
	if (count > LIMIT_LABELS)
		return json_fail(reading, ERR_TOO_LARGE, "has %zu labels; at most %d are read",
			count, LIMIT_LABELS);
	list.items = mem_array(reading->mem, const char *, count);
	if (json_is_object(value)) {
		if (!labels_of_object(reading, value, &list))
			return false;
	} else if (!json_check_array(reading, value, LIMIT_LABELS) ||
		   !labels_of_array(reading, value, &list)) {
		return false;
	}
	sort(&list);
	*(struct text_list *)target = list;
	return true;
}

const struct json_kind flow_json_labels = {read_labels, NULL};

static const struct json_member workload_rows[] = {
	{"name", NULL, &json_kind_name, .offset = offsetof(struct workload, name)},
	{"kind", NULL, &json_kind_name, .offset = offsetof(struct workload, kind)},
};
static const struct json_members workload_members = {
	workload_rows, sizeof workload_rows / sizeof *workload_rows};

static bool read_workloads(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow_endpoint *endpoint = target;
	struct workload *workloads;
	json_t *item;
	size_t i;

	(void)detail;
	if (!json_check_array(reading, value, LIMIT_NAMES))
		return false;
	workloads = mem_array(reading->mem, struct workload, json_array_size(value));
	json_array_foreach(value, i, item)
	{
		workloads[i] = (struct workload){"", ""};
		if (!json_read_object(reading, item, &workload_members, &workloads[i]))
			return false;
	}
	endpoint->workloads = workloads;
	endpoint->workload_count = json_array_size(value);
	return true;
}

static const struct json_kind json_workloads = {read_workloads, NULL};

#define FIELD(name) offsetof(struct flow_endpoint, name)

static const struct json_member endpoint_rows[] = {
	{"ID", NULL, &json_kind_uint32, .offset = FIELD(id)},
	{"identity", NULL, &json_kind_uint32, .offset = FIELD(identity)},
	{"cluster_name", "clusterName", &json_kind_name, .offset = FIELD(cluster)},
	{"namespace", NULL, &json_kind_name, .offset = FIELD(namespace)},
	{"labels", NULL, &flow_json_labels, .offset = FIELD(labels)},
	{"pod", NULL, &json_kind_name, .offset = FIELD(pod), .alias = true},
	{"pod_name", "podName", &json_kind_name, .offset = FIELD(pod)},
	{"workloads", NULL, &json_workloads, .offset = 0, .decoration = true},
};
static const struct json_members endpoint_members = {
	endpoint_rows, sizeof endpoint_rows / sizeof *endpoint_rows};

void flow_json_endpoint_complete(struct flow_endpoint *endpoint)
{
	const char *namespace = labels_value(&endpoint->labels, LABEL_NAMESPACE);
	const char *cluster = labels_value(&endpoint->labels, LABEL_CLUSTER);

	if (*endpoint->namespace == '\0' && namespace != NULL)
		endpoint->namespace = namespace;
	if (*endpoint->cluster == '\0' && cluster != NULL)
		endpoint->cluster = cluster;
}

bool flow_json_read_endpoint(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow_endpoint endpoint = flow_json_unknown.source;

	(void)detail;
	if (!json_read_object(reading, value, &endpoint_members, &endpoint))
		return false;
	endpoint.present = true;
	flow_json_endpoint_complete(&endpoint);
	*(struct flow_endpoint *)target = endpoint;
	return true;
}

const struct json_kind flow_json_endpoint = {flow_json_read_endpoint, flow_scan_endpoint};
