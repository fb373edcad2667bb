/* What a proxy saw: HTTP, DNS, and the rest, which counts as traffic of its port only (flows.md 8). */
#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"
#include "core/json_scan.h"

#define FIELD(name) offsetof(struct flow_l7, name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

static const struct json_member header_rows[] = {
	{"key", NULL, &json_kind_name, .offset = offsetof(struct http_header, key)},
	{"value", NULL, &json_kind_text, .offset = offsetof(struct http_header, value)},
};
static const struct json_members header_members = MEMBERS(header_rows);

static const struct http_header no_header = {"", ""};

static bool read_headers(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow_l7 *l7 = target;
	struct http_header *headers;
	json_t *item;
	size_t i;

	(void)detail;
	if (!json_check_array(reading, value, LIMIT_HEADERS))
		return false;
	headers = mem_array(reading->mem, struct http_header, json_array_size(value));
	json_array_foreach(value, i, item)
	{
		headers[i] = no_header;
		if (!json_read_object(reading, item, &header_members, &headers[i]))
			return false;
	}
	l7->http.headers = headers;
	l7->http.header_count = json_array_size(value);
	return true;
}

static bool scan_headers(struct json_scanning *scanning, const void *detail, void *target)
{
	struct flow_l7 *l7 = target;

	(void)detail;
	return json_scan_array(scanning, json_scan_object, &header_members, &no_header,
		sizeof no_header, &l7->http.headers, &l7->http.header_count);
}

static const struct json_kind json_headers = {read_headers, scan_headers};

static const struct json_member http_rows[] = {
	{"code", NULL, &json_kind_uint32, .offset = FIELD(http.code)},
	{"method", NULL, &json_kind_name, .offset = FIELD(http.method)},
	{"path", NULL, &json_kind_text, .offset = FIELD(http.url), .alias = true},
	{"url", NULL, &json_kind_text, .offset = FIELD(http.url)},
	{"protocol", NULL, &json_kind_name, .offset = FIELD(http.protocol), .decoration = true},
	{"headers", NULL, &json_headers, .offset = 0, .decoration = true},
};

static const struct json_member dns_rows[] = {
	{"query", NULL, &json_kind_name, .offset = FIELD(dns.query)},
	{"ips", NULL, &json_kind_names, .offset = FIELD(dns.addresses)},
	{"ttl", NULL, &json_kind_uint32, .offset = FIELD(dns.ttl), .decoration = true},
	{"cnames", NULL, &json_kind_names, .offset = FIELD(dns.cnames)},
	{.name = "observation_source", .camel = "observationSource"},
	{"rcode", NULL, &json_kind_uint32, .offset = FIELD(dns.rcode)},
	{"qtypes", NULL, &json_kind_names, .offset = FIELD(dns.qtypes), .decoration = true},
	{.name = "rrtypes"},
};

/* http and dns: an object, and the kind that it makes of its l7. */
struct kind_detail {
	enum l7_kind kind;
	struct json_members members;
};

static bool read_kind(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const struct kind_detail *kind = detail;

	struct flow_l7 *l7 = target;

	l7->kind = kind->kind;
	return json_read_object(reading, value, &kind->members, target);
}

static bool scan_kind(struct json_scanning *scanning, const void *detail, void *target)
{
	const struct kind_detail *kind = detail;
	struct flow_l7 *l7 = target;

	if (l7->kind != L7_KIND_NONE)
		return false;
	l7->kind = kind->kind;
	return json_scan_object(scanning, &kind->members, target);
}

static const struct json_kind json_kind = {read_kind, scan_kind};
static const struct kind_detail http = {L7_HTTP, MEMBERS(http_rows)};
static const struct kind_detail dns = {L7_DNS, MEMBERS(dns_rows)};

static const struct json_member l7_rows[] = {
	{"type", NULL, &json_kind_enum, .offset = FIELD(type), &flow_enum_l7_type},
	{.name = "latency_ns", .camel = "latencyNs"},
	{"http", NULL, &json_kind, .offset = 0, &http},
	{"dns", NULL, &json_kind, .offset = 0, &dns},
};
static const struct json_members l7_members = MEMBERS(l7_rows);

static bool read_l7(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct flow_l7 l7 = flow_json_unknown.l7;

	(void)detail;
	l7.kind = L7_OTHER;
	if (!json_read_object(reading, value, &l7_members, &l7))
		return false;
	if (json_object_size(value) > 0)
		*(struct flow_l7 *)target = l7;
	return true;
}

/* One of http and dns; both, or neither, is unusual. */
static bool scan_l7(struct json_scanning *scanning, const void *detail, void *target)
{
	struct flow_l7 *l7 = target;

	(void)detail;
	return json_scan_object(scanning, &l7_members, target) && l7->kind != L7_KIND_NONE;
}

const struct json_kind flow_json_l7 = {read_l7, scan_l7};
