#include "cli/simulate_print.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "cli/simulate_flows.h"
#include "core/report.h"

static const char *port_text(void *mem, const struct settled *settled)
{
	if (settled->protocol == PROTOCOL_ICMPV4 || settled->protocol == PROTOCOL_ICMPV6)
		return mem_format(
			mem, "%s type %u", protocol_name(settled->protocol), settled->icmp_type);
	return mem_format(mem, "%u/%s", settled->port, protocol_name(settled->protocol));
}

static bool has_changed(const struct simulation *simulation, size_t i)
{
	return simulation->now != NULL &&
	       simulation->now->items[i].verdict != simulation->proposed.items[i].verdict;
}

/* The side that explains the verdict: the first one that has it. */
static enum side telling_side(const struct replayed *replayed)
{
	const struct replayed_side *sides = replayed->sides;

	for (enum side side = 0; side < SIDES; side++)
		if (sides[side].judgement.verdict == replayed->verdict ||
			sides[side].l7[replayed->verdict] > 0)
			return side;
	return SIDE_EGRESS;
}

static char *explanation(void *mem, const struct replayed *replayed)
{
	enum side side = telling_side(replayed);
	const struct replayed_side *told = &replayed->sides[side];
	const struct side_judgement *judgement = &told->judgement;
	char *text =
		mem_format(mem, "%s: %s", side_name(side), side_judgement_reason(mem, judgement));

	if (judgement->verdict != replayed->verdict)
		return mem_format(mem, "%s: %" PRIu64 " requests or questions %s by L7 rules",
			side_name(side), told->l7[replayed->verdict],
			judged_name(replayed->verdict));
	for (size_t i = 0; i < judgement->by_count && i < 3; i++)
		text = mem_format(mem, "%s%s%s %s", text, i == 0 ? " (" : ", ",
			judgement->by[i].policy->name, deciding_rule_path(mem, &judgement->by[i]));
	if (judgement->by_count > 3)
		text = mem_format(mem, "%s and %zu more", text, judgement->by_count - 3);
	return judgement->by_count > 0 ? mem_format(mem, "%s)", text) : text;
}

static void print_connection(void *mem, const struct simulation *simulation, size_t i, FILE *to)
{
	const struct settled *settled = &simulation->input.settlement->items[i];
	const struct replayed *replayed = &simulation->proposed.items[i];
	const struct traffic *traffic = simulation->input.traffic;
	const char *verdict = judged_name(replayed->verdict);

	if (has_changed(simulation, i))
		verdict = mem_format(
			mem, "%s -> %s", judged_name(simulation->now->items[i].verdict), verdict);
	fprintf(to, "%-8s %s -> %s %s, %" PRIu64 " events%s; %s\n", verdict,
		identity_title(mem, traffic, settled->client),
		identity_title(mem, traffic, settled->server), port_text(mem, settled),
		settled->events, replayed->evidence_denied ? ", works today" : "",
		explanation(mem, replayed));
}

static void print_rules(void *mem, const struct simulation *simulation, FILE *to)
{
	bool any = false;

	for (size_t i = 0; i < simulation->proposed.rule_count; i++) {
		const struct rule_use *use = &simulation->proposed.rules[i];

		if (use->connections > 0)
			continue;
		if (!any)
			fputs("\nrules that nothing hit:\n", to);
		any = true;
		fprintf(to, "  %s:%u: %s %s\n",
			policy_files_path(simulation->policies, use->rule.policy),
			deciding_rule_line(&use->rule), use->rule.policy->name,
			deciding_rule_path(mem, &use->rule));
	}
}

static size_t count_changed(const struct simulation *simulation)
{
	size_t changed = 0;

	for (size_t i = 0; i < simulation->proposed.count; i++)
		changed += has_changed(simulation, i);
	return changed;
}

void simulation_print(void *mem, const struct simulation *simulation, FILE *to)
{
	const struct replay *proposed = &simulation->proposed;

	for (size_t i = 0; i < proposed->count; i++)
		if (simulation->now == NULL || has_changed(simulation, i))
			print_connection(mem, simulation, i, to);
	print_rules(mem, simulation, to);
	fprintf(to,
		"\n%zu connections: %zu allowed, %zu denied, %zu unknown, %zu where no policy "
		"applies\n",
		proposed->count, proposed->totals[JUDGED_ALLOWED], proposed->totals[JUDGED_DENIED],
		proposed->totals[JUDGED_UNKNOWN], proposed->totals[JUDGED_NONE]);
	if (simulation->now != NULL)
		fprintf(to, "%zu change\n", count_changed(simulation));
	fprintf(to, "%zu that no policy speaks about\n", proposed->uncovered);
	fprintf(to, "%zu that work today would be denied\n", proposed->evidence_denied);
}

static json_t *replayed_side_json(
	const struct simulation *simulation, const struct replayed_side *side)
{
	json_t *json = side_json(simulation->policies, &side->judgement);

	json_object_set_new(json, "evidence", json_boolean(side->evidence));
	for (enum judged l7 = JUDGED_ALLOWED; l7 < JUDGED_COUNT; l7++)
		if (side->l7[l7] > 0)
			json_object_set_new(json,
				l7 == JUDGED_ALLOWED  ? "l7_allowed"
				: l7 == JUDGED_DENIED ? "l7_denied"
						      : "l7_unknown",
				json_integer((json_int_t)side->l7[l7]));
	return json;
}

static json_t *connection_json(void *mem, const struct simulation *simulation, size_t i)
{
	const struct settled *settled = &simulation->input.settlement->items[i];
	const struct replayed *replayed = &simulation->proposed.items[i];
	const struct traffic *traffic = simulation->input.traffic;
	json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:I, s:s, s:b, s:b}", "client",
		identity_title(mem, traffic, settled->client), "server",
		identity_title(mem, traffic, settled->server), "protocol",
		protocol_name(settled->protocol), "port", settled->port, "events",
		(json_int_t)settled->events, "verdict", judged_name(replayed->verdict),
		"evidence_denied", replayed->evidence_denied, "uncovered", replayed->uncovered);

	if (settled->protocol == PROTOCOL_ICMPV4 || settled->protocol == PROTOCOL_ICMPV6)
		json_object_set_new(json, "icmp_type", json_integer(settled->icmp_type));
	if (simulation->now != NULL) {
		json_object_set_new(json, "before",
			json_string(judged_name(simulation->now->items[i].verdict)));
		json_object_set_new(json, "changed", json_boolean(has_changed(simulation, i)));
	}
	for (enum side side = 0; side < SIDES; side++)
		json_object_set_new(json, side_name(side),
			replayed_side_json(simulation, &replayed->sides[side]));
	return json;
}

static json_t *totals_json(const struct simulation *simulation)
{
	const struct replay *proposed = &simulation->proposed;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "allowed",
		(json_int_t)proposed->totals[JUDGED_ALLOWED], "denied",
		(json_int_t)proposed->totals[JUDGED_DENIED], "unknown",
		(json_int_t)proposed->totals[JUDGED_UNKNOWN], "none",
		(json_int_t)proposed->totals[JUDGED_NONE], "evidence_denied",
		(json_int_t)proposed->evidence_denied, "uncovered", (json_int_t)proposed->uncovered,
		"changed", (json_int_t)count_changed(simulation));
}

json_t *simulation_json(void *mem, const struct simulation *simulation)
{
	json_t *connections = json_array(), *unused = json_array();

	for (size_t i = 0; i < simulation->proposed.count; i++)
		json_array_append_new(connections, connection_json(mem, simulation, i));
	for (size_t i = 0; i < simulation->proposed.rule_count; i++)
		if (simulation->proposed.rules[i].connections == 0)
			json_array_append_new(unused, rule_json(simulation->policies,
							      &simulation->proposed.rules[i].rule));
	return json_pack("{s:s, s:o, s:o, s:o}", "cluster", simulation->input.cluster, "totals",
		totals_json(simulation), "connections", connections, "unused_rules", unused);
}

bool json_write(json_t *json, FILE *to)
{
	bool good = json_dumpf(json, to, JSON_INDENT(1)) == 0 && fputc('\n', to) != EOF;

	json_decref(json);
	return good;
}
