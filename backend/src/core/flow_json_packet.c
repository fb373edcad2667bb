/* The packet itself: addresses, protocol, ports (flows.md 3.1, 3.2). */
#include "base/mem.h"
#include "core/address.h"
#include "core/flow_json_parts.h"
#include "core/json_scan.h"

#include <string.h>

#define FLOW(name) offsetof(struct flow, name)
#define MEMBERS(rows)                                                                              \
	{                                                                                          \
		rows, sizeof rows / sizeof *rows                                                   \
	}

/* The canonical text of an address; "" if it is that already, NULL if it is no address. */
static const char *canonical(const char *address, char buffer[46])
{
	struct address parsed = address_parse(address);

	if (parsed.version == 0)
		return NULL;
	if (parsed.version == 4) /* there is one way to write it */
		return "";
	address_text(&parsed, buffer);
	return strcmp(address, buffer) == 0 ? "" : buffer;
}

static bool read_address(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const char *address, *text;
	char buffer[46];

	if (!json_read_name(reading, value, detail, &address))
		return false;
	text = *address == '\0' ? "" : canonical(address, buffer);
	if (text == NULL)
		return json_fail(reading, ERR_INVALID, "is no IP address");
	*(const char **)target = *text == '\0' ? address : mem_text(reading->mem, text);
	return true;
}

static bool scan_address(struct json_scanning *scanning, const void *detail, void *target)
{
	const char *address, *text;
	char buffer[46];

	if (!json_scan_name(scanning, detail, &address))
		return false;
	text = canonical(address, buffer);
	if (text == NULL)
		return false;
	if (*text != '\0')
		address = json_scan_keep(scanning, text, strlen(text));
	if (address != NULL)
		*(const char **)target = address;
	return address != NULL;
}

static const struct json_kind json_address = {read_address, scan_address};

static const struct json_member ip_rows[] = {
	{"source", NULL, &json_address, .offset = FLOW(source_address)},
	{"source_xlated", "sourceXlated", &json_address, .offset = FLOW(source_translated)},
	{"destination", NULL, &json_address, .offset = FLOW(destination_address)},
	{"ipVersion", NULL, &json_kind_enum, .offset = FLOW(ip_version), &flow_enum_ip_version,
		.decoration = true},
	{.name = "encrypted"},
};
static const struct json_members ip_members = MEMBERS(ip_rows);

/* The addresses themselves tell the version; the member counts only where they are masked away. */
static void complete_ip(struct flow *flow)
{
	const char *address =
		*flow->source_address != '\0' ? flow->source_address : flow->destination_address;
	int told = flow->ip_version;

	if (*address != '\0')
		flow->ip_version = strchr(address, ':') != NULL ? 6 : 4;
	else
		flow->ip_version = told == 1 || told == 4 ? 4 : told == 2 || told == 6 ? 6 : 0;
}

static bool read_ip(struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	(void)detail;
	if (!json_read_object(reading, value, &ip_members, target))
		return false;
	complete_ip(target);
	return true;
}

static bool scan_ip(struct json_scanning *scanning, const void *detail, void *target)
{
	(void)detail;
	if (!json_scan_object(scanning, &ip_members, target))
		return false;
	complete_ip(target);
	return true;
}

const struct json_kind flow_json_ip = {read_ip, scan_ip};

/* In the order of enum tcp_flag. */
struct tcp_flags {
	bool set[9];
};

#define FLAG(name, index)                                                                          \
	{                                                                                          \
		name, NULL, &json_kind_bool, .offset = offsetof(struct tcp_flags, set[index])      \
	}

static const struct json_member flag_rows[] = {FLAG("FIN", 0), FLAG("SYN", 1), FLAG("RST", 2),
	FLAG("PSH", 3), FLAG("ACK", 4), FLAG("URG", 5), FLAG("ECE", 6), FLAG("CWR", 7),
	FLAG("NS", 8)};
static const struct json_members flag_members = MEMBERS(flag_rows);

static unsigned flag_bits(const struct tcp_flags *flags)
{
	unsigned bits = 0;

	for (size_t i = 0; i < sizeof flags->set; i++)
		if (flags->set[i])
			bits |= 1U << i;
	return bits;
}

static bool read_flags(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	struct tcp_flags flags = {0};

	(void)detail;
	if (!json_read_object(reading, value, &flag_members, &flags))
		return false;
	*(unsigned *)target = flag_bits(&flags);
	return true;
}

static bool scan_flags(struct json_scanning *scanning, const void *detail, void *target)
{
	struct tcp_flags flags = {0};

	(void)detail;
	if (!json_scan_object(scanning, &flag_members, &flags))
		return false;
	*(unsigned *)target = flag_bits(&flags);
	return true;
}

static const struct json_kind json_flags = {read_flags, scan_flags};

#define SOURCE_PORT                                                                                \
	{                                                                                          \
		"source_port", "sourcePort", &json_kind_uint16, .offset = FLOW(source_port),       \
								.mark = FLOW(has_ports)            \
	}
#define DESTINATION_PORT                                                                           \
	{                                                                                          \
		"destination_port", "destinationPort", &json_kind_uint16,                          \
			.offset = FLOW(destination_port), .mark = FLOW(has_ports)                  \
	}

static const struct json_member tcp_rows[] = {
	SOURCE_PORT, DESTINATION_PORT, {"flags", NULL, &json_flags, .offset = FLOW(tcp_flags)}};
static const struct json_member udp_rows[] = {SOURCE_PORT, DESTINATION_PORT};
static const struct json_member sctp_rows[] = {SOURCE_PORT, DESTINATION_PORT,
	{"chunk_type", "chunkType", &json_kind_enum, .offset = FLOW(sctp_chunk),
		&flow_enum_sctp_chunk}};
static const struct json_member icmp_rows[] = {
	{"type", NULL, &json_kind_uint8, .offset = FLOW(icmp_type)},
	{"code", NULL, &json_kind_uint8, .offset = FLOW(icmp_code)},
};

struct protocol_detail {
	enum protocol protocol;
	struct json_members members;
};

/* A second member of l4 is left over from another event (flows.md 1.4). */
static bool read_protocol(
	struct json_reading *reading, json_t *value, const void *detail, void *target)
{
	const struct protocol_detail *protocol = detail;
	struct flow *flow = target;

	if (flow->protocol != PROTOCOL_NONE) {
		flow->l4_ambiguous = true;
		return true;
	}
	flow->protocol = protocol->protocol;
	return json_read_object(reading, value, &protocol->members, flow);
}

static bool scan_protocol(struct json_scanning *scanning, const void *detail, void *target)
{
	const struct protocol_detail *protocol = detail;
	struct flow *flow = target;

	if (flow->protocol != PROTOCOL_NONE)
		return false;
	flow->protocol = protocol->protocol;
	return json_scan_object(scanning, &protocol->members, flow);
}

static const struct json_kind json_protocol = {read_protocol, scan_protocol};
static const struct protocol_detail tcp = {PROTOCOL_TCP, MEMBERS(tcp_rows)};
static const struct protocol_detail udp = {PROTOCOL_UDP, MEMBERS(udp_rows)};
static const struct protocol_detail sctp = {PROTOCOL_SCTP, MEMBERS(sctp_rows)};
static const struct protocol_detail icmpv4 = {PROTOCOL_ICMPV4, MEMBERS(icmp_rows)};
static const struct protocol_detail icmpv6 = {PROTOCOL_ICMPV6, MEMBERS(icmp_rows)};
static const struct protocol_detail vrrp = {PROTOCOL_VRRP, {NULL, 0}};
static const struct protocol_detail igmp = {PROTOCOL_IGMP, {NULL, 0}};

static const struct json_member l4_rows[] = {
	{"TCP", NULL, &json_protocol, .offset = 0, &tcp},
	{"UDP", NULL, &json_protocol, .offset = 0, &udp},
	{"SCTP", NULL, &json_protocol, .offset = 0, &sctp},
	{"ICMPv4", NULL, &json_protocol, .offset = 0, &icmpv4},
	{"ICMPv6", NULL, &json_protocol, .offset = 0, &icmpv6},
	{"VRRP", NULL, &json_protocol, .offset = 0, &vrrp},
	{"IGMP", NULL, &json_protocol, .offset = 0, &igmp},
};
const struct json_members flow_json_l4 = MEMBERS(l4_rows);
