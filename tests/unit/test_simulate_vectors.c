/*
 * The simulator against what Cilium's own policy engine says: the shared conformance vectors
 * (README there). Every side of every flow must agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "base/mem.h"
#include "core/flow_reader.h"
#include "core/policy_read.h"
#include "core/simulate.h"

#define SHOWN_DISAGREEMENTS 20

struct tally {
	size_t scenarios, flows, verdicts, l7, names, remarks, wrong;
};

struct scenario {
	const json_t *json, *flows;
	size_t at; /* the flow that comes next */
	void *mem;
	struct policy_set *set;
	struct judgement *judgement;
	struct tally *tally;
};

static const json_t *side_member(const json_t *row, const char *side, const char *what)
{
	char key[32];

	snprintf(key, sizeof key, "%s%s", side, what);
	return json_object_get(row, key);
}

static void disagree(struct scenario *scenario, const json_t *row, const char *side,
	const char *what, const char *expected, const char *found)
{
	const char *why = json_string_value(json_object_get(row, "why"));

	if (scenario->tally->wrong++ < SHOWN_DISAGREEMENTS)
		print_message("%s flow %zu, %s %s: expected %s, found %s (%s)\n",
			json_string_value(json_object_get(scenario->json, "id")), scenario->at - 1,
			side, what, expected, found, why != NULL ? why : "");
}

static bool lists(const struct side_judgement *found, const char *name)
{
	char listed[600];

	for (size_t i = 0; i < found->by_count; i++) {
		const struct policy *policy = found->by[i].policy;
		bool clusterwide = policy->kind == POLICY_CLUSTERWIDE;

		snprintf(listed, sizeof listed, "%s%s%s", clusterwide ? "" : policy->namespace,
			clusterwide ? "" : "/", policy->name);
		if (strcmp(listed, name) == 0)
			return true;
	}
	return false;
}

/* What the engine does beside allowing; we may report it where the engine does not, see simulate.c. */
static void expect_flag(struct scenario *scenario, const json_t *row, const char *side,
	const char *what, bool found)
{
	if (!json_is_true(side_member(row, side, what)))
		return;
	scenario->tally->remarks++;
	if (!found)
		disagree(scenario, row, side, what, "yes", "no");
}

static void compare_side(struct scenario *scenario, const json_t *row, const char *side,
	const struct side_judgement *found)
{
	const char *verdict = json_string_value(side_member(row, side, ""));
	const char *l7 = json_string_value(side_member(row, side, "_l7"));
	const json_t *by = side_member(row, side, "_by");

	scenario->tally->verdicts++;
	if (strcmp(verdict, judged_name(found->verdict)) != 0) {
		disagree(scenario, row, side, "verdict", verdict, judged_name(found->verdict));
		return;
	}
	if (l7 != NULL) {
		scenario->tally->l7++;
		if (strcmp(l7, judged_name(found->l7)) != 0)
			disagree(scenario, row, side, "l7", l7, judged_name(found->l7));
	}
	if (json_array_size(by) == 1 && found->verdict != JUDGED_UNKNOWN) {
		const char *name = json_string_value(json_array_get(by, 0));

		scenario->tally->names++;
		if (!lists(found, name))
			disagree(scenario, row, side, "by", name, "others");
	}
	if (found->verdict == JUDGED_ALLOWED) {
		expect_flag(scenario, row, side, "_auth", found->authentication);
		expect_flag(scenario, row, side, "_proxy", found->proxied);
	}
}

static bool judge_record(void *context, const struct record *record)
{
	struct scenario *scenario = context;
	const json_t *row = json_array_get(scenario->flows, scenario->at++);
	struct attempt request;

	assert_int_equal(record->kind, RECORD_FLOW);
	assert_non_null(row);
	attempt_from_flow(scenario->mem, scenario->set, record->flow, &request);
	simulate(scenario->set, &request, scenario->judgement);
	compare_side(scenario, row, "egress", &scenario->judgement->sides[SIDE_EGRESS]);
	compare_side(scenario, row, "ingress", &scenario->judgement->sides[SIDE_INGRESS]);
	scenario->tally->flows++;
	return true;
}

static void read_flows(struct scenario *scenario)
{
	struct flow_reader_options options = {.cluster = ""};
	struct flow_reader *reader =
		flow_reader_new(scenario->mem, &options, judge_record, scenario);
	struct err err = {0};
	json_t *row;
	size_t i;

	json_array_foreach(scenario->flows, i, row)
	{
		char *text = json_dumps(json_object_get(row, "flow"), JSON_COMPACT);

		if (!flow_reader_feed(reader, text, strlen(text), &err) ||
			!flow_reader_feed(reader, "\n", 1, &err))
			fail_msg("%s", err.text);
		free(text);
	}
	if (!flow_reader_end(reader, &err))
		fail_msg("%s", err.text);
	assert_int_equal(scenario->at, json_array_size(scenario->flows));
}

/* Only enforcement mode `default` is implemented. */
static void check_scenario(const json_t *json, struct tally *tally)
{
	const char *text = json_string_value(json_object_get(json, "policies"));
	struct simulate_options options = {json_string_value(json_object_get(json, "cluster"))};
	struct scenario scenario = {.json = json, .tally = tally};
	struct policies policies = {0};
	struct err err = {0};

	if (json_object_get(json, "mode") != NULL)
		return;
	scenario.mem = mem_context(NULL);
	scenario.flows = json_object_get(json, "flows");
	if (!policy_read(scenario.mem, text, strlen(text), &policies, &err))
		fail_msg("%s: %lu: %s", json_string_value(json_object_get(json, "id")), err.line,
			err.text);
	scenario.set = policy_set_new(scenario.mem, &policies, &options);
	scenario.judgement = judgement_new(scenario.mem);
	read_flows(&scenario);
	tally->scenarios++;
	mem_free(scenario.mem);
}

/* The next line of a file, plain or compressed; NULL at its end. */
static char *next_line(gzFile file, char **buffer, size_t *room)
{
	size_t size = 0;

	do {
		if (*room - size < 65536) {
			*room = 2 * *room + 65536;
			*buffer = realloc(*buffer, *room);
			assert_non_null(*buffer);
		}
		if (gzgets(file, *buffer + size, 65536) == NULL)
			break;
		size += strlen(*buffer + size);
	} while (size == 0 || (*buffer)[size - 1] != '\n');
	return size > 0 ? *buffer : NULL;
}

static void check_file(const char *name)
{
	const char *shared = getenv("CPA_SHARED");
	struct tally tally = {0};
	char path[4096], *buffer = NULL, *line;
	size_t room = 0;
	gzFile file;

	snprintf(path, sizeof path, "%s/data/vectors/%s", shared != NULL ? shared : "", name);
	file = gzopen(path, "rb");
	if (file == NULL) {
		print_message("SKIPPED: no conformance vectors at %s\n", path);
		skip();
	}
	while ((line = next_line(file, &buffer, &room)) != NULL) {
		json_t *json = json_loads(line, 0, NULL);

		assert_non_null(json);
		check_scenario(json, &tally);
		json_decref(json);
	}
	free(buffer);
	gzclose(file);
	print_message("%s: %zu scenarios, %zu flows, %zu verdicts, %zu L7 verdicts, %zu names, "
		      "%zu remarks, %zu disagreements\n",
		name, tally.scenarios, tally.flows, tally.verdicts, tally.l7, tally.names,
		tally.remarks, tally.wrong);
	assert_true(tally.verdicts > 0);
	assert_int_equal(tally.wrong, 0);
}

static void directed_scenarios_agree(void **state)
{
	(void)state;
	check_file("directed.jsonl");
}

static void random_scenarios_agree(void **state)
{
	(void)state;
	check_file("random.jsonl.gz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directed_scenarios_agree),
		cmocka_unit_test(random_scenarios_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
