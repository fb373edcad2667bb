#include "api/connection_render.h"

#include "api/render.h"
#include "core/traffic.h"

enum column {
	ID,
	PROTOCOL,
	PORT,
	ICMP_TYPE,
	STANDING,
	EVENTS,
	FIRST_SEEN,
	LAST_SEEN,
	NAMES,
	NODES,
	CLIENT,
	SERVER = CLIENT + END_COLUMNS,
	OUTCOMES_JSON = SERVER + END_COLUMNS,
	L7
};

enum end_column {
	END_CLASS,
	END_CLUSTER,
	END_NAMESPACE,
	END_WORKLOAD,
	END_KIND,
	END_LABELS,
	END_ADDRESS
};

static const char *const sides[SIDES] = {[SIDE_EGRESS] = "egress", [SIDE_INGRESS] = "ingress"};
static const char *const l7_kinds[] = {[L7_HTTP] = "http", [L7_DNS] = "dns"};

json_t *end_render(const struct rows *rows, size_t row, size_t first)
{
	enum peer_class class = (enum peer_class)rows_number(rows, row, first + END_CLASS);
	json_t *labels = render_value(rows, row, first + END_LABELS);
	json_t *end = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "class",
		peer_class_name(class), "cluster", render_value(rows, row, first + END_CLUSTER),
		"namespace", render_value(rows, row, first + END_NAMESPACE), "workload",
		render_value(rows, row, first + END_WORKLOAD), "workload_kind",
		render_value(rows, row, first + END_KIND), "labels", render_labels(labels),
		"address", render_value(rows, row, first + END_ADDRESS));

	json_decref(labels);
	return end;
}

json_t *port_render(int64_t protocol, int64_t port)
{
	bool has_ports =
		protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;

	return has_ports && port > 0 ? json_integer(port) : json_null();
}

/* [[side, outcome, events], ...] -> {"allowed": 3} of one side */
static json_t *outcomes_of(const json_t *all, enum side side)
{
	json_t *object = json_object();
	const json_t *entry;
	size_t i;

	json_array_foreach(all, i, entry)
	{
		json_int_t outcome = json_integer_value(json_array_get(entry, 1));

		if (json_integer_value(json_array_get(entry, 0)) == (json_int_t)side)
			json_object_set(object, outcome_name((enum outcome)outcome),
				json_array_get(entry, 2));
	}
	return object;
}

/* Numbers of kinds and sides become their names. */
static void name_facts(json_t *facts)
{
	json_t *fact;
	size_t i;

	json_array_foreach(facts, i, fact)
	{
		json_int_t kind = json_integer_value(json_object_get(fact, "kind"));
		json_int_t side = json_integer_value(json_object_get(fact, "side"));

		json_object_set_new(fact, "kind", json_string(l7_kinds[kind]));
		json_object_set_new(fact, "side", json_string(sides[side]));
	}
}

json_t *connection_render(const struct rows *rows, size_t row)
{
	int64_t protocol = rows_number(rows, row, PROTOCOL);
	enum standing standing = (enum standing)rows_number(rows, row, STANDING);
	bool icmp = protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;
	json_t *outcomes = render_value(rows, row, OUTCOMES_JSON);
	json_t *l7 = render_value(rows, row, L7);
	json_t *connection = json_object();

	name_facts(l7);
	json_object_set_new(connection, "connection_id", json_string(rows_text(rows, row, ID)));
	json_object_set_new(connection, "client", end_render(rows, row, CLIENT));
	json_object_set_new(connection, "server", end_render(rows, row, SERVER));
	json_object_set_new(
		connection, "protocol", json_string(protocol_name((enum protocol)protocol)));
	json_object_set_new(
		connection, "port", port_render(protocol, rows_number(rows, row, PORT)));
	json_object_set_new(
		connection, "icmp_type", icmp ? render_value(rows, row, ICMP_TYPE) : json_null());
	json_object_set_new(connection, "standing", json_string(standing_name(standing)));
	json_object_set_new(connection, "standing_reason", json_string(standing_reason(standing)));
	json_object_set_new(connection, "events", render_value(rows, row, EVENTS));
	json_object_set_new(connection, "egress", outcomes_of(outcomes, SIDE_EGRESS));
	json_object_set_new(connection, "ingress", outcomes_of(outcomes, SIDE_INGRESS));
	json_object_set_new(connection, "first_seen", render_value(rows, row, FIRST_SEEN));
	json_object_set_new(connection, "last_seen", render_value(rows, row, LAST_SEEN));
	json_object_set_new(connection, "names", render_value(rows, row, NAMES));
	json_object_set_new(connection, "nodes", render_value(rows, row, NODES));
	json_object_set_new(connection, "l7", l7);
	json_decref(outcomes);
	return connection;
}

const char *connection_render_id(const struct rows *rows, size_t row)
{
	return rows_text(rows, row, ID);
}

const char *connection_render_events(const struct rows *rows, size_t row)
{
	return rows_text(rows, row, EVENTS);
}
