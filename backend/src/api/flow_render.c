#include "api/flow_render.h"

#include "api/flow_id.h"
#include "api/json_text.h"
#include "store/facts.h"

enum side_column {
	SIDE_CLASS,
	SIDE_CLUSTER,
	SIDE_NAMESPACE,
	SIDE_POD,
	SIDE_WORKLOAD,
	SIDE_LABELS,
	SIDE_ADDRESS,
	SIDE_COLUMNS
};

/* The columns of flow_list.sql, in its order. */
enum column {
	TIME_US,
	ID,
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
	DESTINATION = SOURCE + SIDE_COLUMNS,
	CODE = DESTINATION + SIDE_COLUMNS,
	METHOD,
	HOST,
	PATH,
	NAME
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

static void add_string(struct bytes *json, const char *name, const char *value)
{
	json_text_name(json, "", name);
	json_text_string(json, value);
}

static void add_bool(struct bytes *json, const char *name, bool value)
{
	json_text_name(json, "", name);
	json_text_bool(json, value);
}

static void add_number(struct bytes *json, const char *prefix, const char *name, int64_t value)
{
	json_text_name(json, prefix, name);
	json_text_number(json, value);
}

static void add_null(struct bytes *json, const char *prefix, const char *name)
{
	json_text_name(json, prefix, name);
	json_text_null(json);
}

static void add_raw(struct bytes *json, const char *prefix, const char *name, const char *value)
{
	json_text_name(json, prefix, name);
	json_text_raw(json, value);
}

static void add_tcp_flags(struct bytes *json, unsigned bits)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"};

	add_raw(json, "", "tcp_flags", "[");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if ((bits & (1u << i)) == 0)
			continue;
		json_text_next(json);
		json_text_string(json, names[i]);
	}
	json_text_raw(json, "]");
}

static void add_port(struct bytes *json, const char *prefix, enum protocol protocol, unsigned port)
{
	bool has_ports =
		protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;

	if (has_ports && port > 0)
		add_number(json, prefix, "port", port);
	else
		add_null(json, prefix, "port");
}

static void add_side(struct bytes *json, const char *prefix, const struct rows *rows, size_t row,
	size_t first, enum protocol protocol, unsigned port)
{
	static const char *const texts[SIDE_COLUMNS] = {[SIDE_CLUSTER] = "cluster",
		[SIDE_NAMESPACE] = "namespace",
		[SIDE_POD] = "pod",
		[SIDE_WORKLOAD] = "workload",
		[SIDE_ADDRESS] = "address"};
	enum peer_class class = (enum peer_class)rows_number(rows, row, first + SIDE_CLASS);

	json_text_name(json, prefix, "class");
	json_text_string(json, peer_class_name(class));
	for (size_t i = 0; i < SIDE_COLUMNS; i++) {
		if (texts[i] == NULL)
			continue;
		json_text_name(json, prefix, texts[i]);
		json_text_string(json, rows_text(rows, row, first + i));
	}
	json_text_name(json, prefix, "labels");
	json_text_labels(json, rows_text(rows, row, first + SIDE_LABELS));
	add_port(json, prefix, protocol, port);
}

static void add_code(struct bytes *json, const char *name, bool of_this_kind,
	const struct rows *rows, size_t row)
{
	/* -1 stands for none in the table */
	if (of_this_kind && !rows_null(rows, row, CODE) && rows_number(rows, row, CODE) >= 0)
		add_number(json, "", name, rows_number(rows, row, CODE));
	else
		add_null(json, "", name);
}

static void add_l7(
	struct bytes *json, const struct rows *rows, size_t row, const struct facts *facts)
{
	add_string(json, "l7_type", l7_types[facts->l7_type]);
	add_string(json, "http_method", rows_text(rows, row, METHOD));
	add_string(json, "http_path", rows_text(rows, row, PATH));
	add_string(json, "http_host", rows_text(rows, row, HOST));
	add_code(json, "http_code", facts->l7_kind == L7_HTTP, rows, row);
	add_string(json, "dns_query", rows_text(rows, row, NAME));
	add_code(json, "dns_rcode", facts->l7_kind == L7_DNS, rows, row);
}

/* What the packet's own event says. */
static void add_event(struct bytes *json, const struct facts *facts)
{
	add_string(json, "direction", direction_name(facts->direction));
	add_string(json, "event", event_name(facts->event));
	add_string(json, "observation_point", point_name(facts->point));
	if (facts->is_reply == TRISTATE_UNKNOWN)
		add_null(json, "", "is_reply");
	else
		add_bool(json, "is_reply", facts->is_reply == TRISTATE_YES);
	add_bool(json, "reply", facts->reply);
}

static void add_protocol(struct bytes *json, const struct rows *rows, size_t row,
	enum protocol protocol, const struct facts *facts)
{
	bool icmp = protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;

	add_string(json, "protocol", protocol_name(protocol));
	add_tcp_flags(json, facts->tcp_flags);
	if (icmp)
		add_raw(json, "", "icmp_type", rows_text(rows, row, ICMP_TYPE));
	else
		add_null(json, "", "icmp_type");
}

void flow_render(struct bytes *json, const struct rows *rows, size_t row)
{
	struct facts facts = facts_unpack(rows_number(rows, row, FACTS));
	enum protocol protocol = (enum protocol)rows_number(rows, row, PROTOCOL);
	enum standing standing = (enum standing)rows_number(rows, row, STANDING);
	uint32_t ports = (uint32_t)rows_number(rows, row, PORTS);
	const char *names = rows_text(rows, row, NAMES), *none = "[]";
	struct flow_key key = flow_render_key(rows, row);
	char id[FLOW_ID_SIZE];

	flow_id_write(key, id);
	json_text_raw(json, "{");
	add_string(json, "flow_id", id);
	add_string(json, "connection_id", rows_text(rows, row, CONNECTION_ID));
	add_string(json, "timestamp", db_time(json->mem, key.time_us));
	add_bool(json, "time_told", !facts.no_time);
	add_string(json, "node", rows_text(rows, row, NODE));
	add_string(json, "verdict", verdict_name(facts.verdict));
	add_string(json, "drop_reason", rows_text(rows, row, DROP_REASON));
	add_event(json, &facts);
	add_string(json, "standing", standing_name(standing));
	add_protocol(json, rows, row, protocol, &facts);
	add_raw(json, "", "weight", rows_text(rows, row, WEIGHT));
	add_side(json, "source_", rows, row, SOURCE, protocol, ports >> 16);
	add_side(json, "destination_", rows, row, DESTINATION, protocol, ports & UINT16_MAX);
	/* the names are those of the server's address */
	add_raw(json, "", "source_names", facts.reply ? names : none);
	add_raw(json, "", "destination_names", facts.reply ? none : names);
	add_l7(json, rows, row, &facts);
	json_text_raw(json, "}");
}
