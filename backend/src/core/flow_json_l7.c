/* What a proxy saw: HTTP, DNS, and the rest, which counts as traffic of its port only (flows.md 8). */
#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"

#define FIELD(name) offsetof(struct flow_l7, name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

static const struct json_member header_rows[] = {
	{"key", NULL, json_read_name, offsetof(struct http_header, key), NULL, false},
	{"value", NULL, json_read_text, offsetof(struct http_header, value), NULL, false},
};
static const struct json_members header_members = MEMBERS(header_rows);

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
		headers[i] = (struct http_header){"", ""};
		if (!json_read_object(reading, item, &header_members, &headers[i]))
			return false;
	}
	l7->http.headers = headers;
	l7->http.header_count = json_array_size(value);
	return true;
}

static const struct json_member http_rows[] = {
	{"code", NULL, json_read_uint32, FIELD(http.code), NULL, false},
	{"method", NULL, json_read_name, FIELD(http.method), NULL, false},
	{"path", NULL, json_read_text, FIELD(http.url), NULL, false}, /* hand-made files */
	{"url", NULL, json_read_text, FIELD(http.url), NULL, false},
	{"protocol", NULL, json_read_name, FIELD(http.protocol), NULL, true},
	{"headers", NULL, read_headers, 0, NULL, true},
};
static const struct json_members http_members = MEMBERS(http_rows);

static const struct json_member dns_rows[] = {
	{"query", NULL, json_read_name, FIELD(dns.query), NULL, false},
	{"ips", NULL, json_read_names, FIELD(dns.addresses), NULL, false},
	{"cnames", NULL, json_read_names, FIELD(dns.cnames), NULL, false},
	{"qtypes", NULL, json_read_names, FIELD(dns.qtypes), NULL, true},
	{"rcode", NULL, json_read_uint32, FIELD(dns.rcode), NULL, false},
	{"ttl", NULL, json_read_uint32, FIELD(dns.ttl), NULL, true},
};
static const struct json_members dns_members = MEMBERS(dns_rows);

static bool read_http(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	((struct flow_l7 *)target)->kind = L7_HTTP;
	return json_read_object(reading, value, detail, target);
}

static bool read_dns(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	((struct flow_l7 *)target)->kind = L7_DNS;
	return json_read_object(reading, value, detail, target);
}

static const struct json_member l7_rows[] = {
	{"type", NULL, json_read_enum, FIELD(type), &flow_enum_l7_type, false},
	{"http", NULL, read_http, 0, &http_members, false},
	{"dns", NULL, read_dns, 0, &dns_members, false},
};
static const struct json_members l7_members = MEMBERS(l7_rows);

bool flow_json_l7(struct json_reading *reading, json_t *value, const void *detail, void *target)
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
