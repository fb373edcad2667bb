#include "api/flow_render.h"

#include "api/flow_id.h"
#include "api/render.h"
#include "base/mem.h"
#include "store/facts.h"

/* The columns of flow_list.sql, in its order. */
enum column {
	TIME_US,
	ID,
	TIME,
	FACTS,
	PORTS,
	WEIGHT,
	NODE,
	DROP_REASON,
	CONNECTION_ID,
	PROTOCOL,
	STANDING,
	ICMP_TYPE,
	NAMES,
	SOURCE, /* of enum side_column */
	DESTINATION = SOURCE + 7,
	CODE = DESTINATION + 7,
	METHOD,
	HOST,
	PATH,
	NAME
};

enum side_column {
	SIDE_CLASS,
	SIDE_CLUSTER,
	SIDE_NAMESPACE,
	SIDE_POD,
	SIDE_WORKLOAD,
	SIDE_LABELS,
	SIDE_ADDRESS
};

static const char *const l7_types[] = {[L7_NONE] = "",
	[L7_REQUEST] = "request",
	[L7_RESPONSE] = "response",
	[L7_SAMPLE] = "sample"};

struct flow_key flow_render_key(const struct rows *rows, size_t row)
{
	return (struct flow_key){
		rows_number(rows, row, TIME_US), (uint64_t)rows_number(rows, row, ID)};
}

static json_t *tcp_flags(unsigned bits)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"};
	json_t *flags = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((bits & (1u << i)) != 0)
			json_array_append_new(flags, json_string(names[i]));
	return flags;
}

static json_t *port_or_null(enum protocol protocol, unsigned port)
{
	bool has_ports =
		protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;

	return has_ports && port > 0 ? json_integer((json_int_t)port) : json_null();
}

static void set(json_t *flow, const char *prefix, const char *member, json_t *value)
{
	char *name = mem_format(NULL, "%s_%s", prefix, member);

	json_object_set_new(flow, name, value);
	mem_free(name);
}

static void set_side(json_t *flow, const char *prefix, const struct rows *rows, size_t row,
	size_t first, json_t *port)
{
	json_t *labels = render_value(rows, row, first + SIDE_LABELS);

	set(flow, prefix, "class",
		json_string(peer_class_name(
			(enum peer_class)rows_number(rows, row, first + SIDE_CLASS))));
	set(flow, prefix, "cluster", render_value(rows, row, first + SIDE_CLUSTER));
	set(flow, prefix, "namespace", render_value(rows, row, first + SIDE_NAMESPACE));
	set(flow, prefix, "pod", render_value(rows, row, first + SIDE_POD));
	set(flow, prefix, "workload", render_value(rows, row, first + SIDE_WORKLOAD));
	set(flow, prefix, "labels", render_labels(labels));
	set(flow, prefix, "address", render_value(rows, row, first + SIDE_ADDRESS));
	set(flow, prefix, "port", port);
	json_decref(labels);
}

static void set_l7(json_t *flow, const struct rows *rows, size_t row, const struct facts *facts)
{
	bool http = facts->l7_kind == L7_HTTP, dns = facts->l7_kind == L7_DNS;
	int64_t code = rows_null(rows, row, CODE) ? -1 : rows_number(rows, row, CODE);

	json_object_set_new(flow, "l7_type", json_string(l7_types[facts->l7_type]));
	json_object_set_new(flow, "http_method", render_value(rows, row, METHOD));
	json_object_set_new(flow, "http_path", render_value(rows, row, PATH));
	json_object_set_new(flow, "http_host", render_value(rows, row, HOST));
	json_object_set_new(
		flow, "http_code", http && code >= 0 ? json_integer(code) : json_null());
	json_object_set_new(flow, "dns_query", render_value(rows, row, NAME));
	json_object_set_new(flow, "dns_rcode", dns && code >= 0 ? json_integer(code) : json_null());
}

json_t *flow_render(const struct rows *rows, size_t row)
{
	struct facts facts = facts_unpack(rows_number(rows, row, FACTS));
	enum protocol protocol = (enum protocol)rows_number(rows, row, PROTOCOL);
	bool icmp = protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;
	uint32_t ports = (uint32_t)rows_number(rows, row, PORTS);
	json_t *names = render_value(rows, row, NAMES), *none = json_array();
	json_t *flow = json_object();
	char id[FLOW_ID_SIZE];

	flow_id_write(flow_render_key(rows, row), id);
	json_object_set_new(flow, "flow_id", json_string(id));
	json_object_set_new(flow, "connection_id", render_value(rows, row, CONNECTION_ID));
	json_object_set_new(flow, "timestamp", render_value(rows, row, TIME));
	json_object_set_new(flow, "time_told", json_boolean(!facts.no_time));
	json_object_set_new(flow, "node", render_value(rows, row, NODE));
	json_object_set_new(flow, "verdict", json_string(verdict_name(facts.verdict)));
	json_object_set_new(flow, "drop_reason", render_value(rows, row, DROP_REASON));
	json_object_set_new(flow, "direction", json_string(direction_name(facts.direction)));
	json_object_set_new(flow, "event", json_string(event_name(facts.event)));
	json_object_set_new(flow, "observation_point", json_string(point_name(facts.point)));
	json_object_set_new(flow, "is_reply",
		facts.is_reply == TRISTATE_UNKNOWN ? json_null()
						   : json_boolean(facts.is_reply == TRISTATE_YES));
	json_object_set_new(flow, "reply", json_boolean(facts.reply));
	json_object_set_new(flow, "standing",
		json_string(standing_name((enum standing)rows_number(rows, row, STANDING))));
	json_object_set_new(flow, "protocol", json_string(protocol_name(protocol)));
	json_object_set_new(flow, "tcp_flags", tcp_flags(facts.tcp_flags));
	json_object_set_new(
		flow, "icmp_type", icmp ? render_value(rows, row, ICMP_TYPE) : json_null());
	json_object_set_new(flow, "weight", render_value(rows, row, WEIGHT));
	set_side(flow, "source", rows, row, SOURCE, port_or_null(protocol, ports >> 16));
	set_side(flow, "destination", rows, row, DESTINATION,
		port_or_null(protocol, ports & UINT16_MAX));
	/* the names are those of the server's address */
	json_object_set(flow, "source_names", facts.reply ? names : none);
	json_object_set(flow, "destination_names", facts.reply ? none : names);
	json_decref(names);
	json_decref(none);
	set_l7(flow, rows, row, &facts);
	return flow;
}
