/*
 * The simulator on cases of our own, tests/vectors/simulate.txt (its head describes the form), and
 * what it says beside verdicts: deciding rules, their places, reasons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/policy_read.h"
#include "core/simulate.h"

struct book {
	void *mem; /* of the case in hand */
	const char *title;
	struct policy_set *set;
	unsigned line;
	size_t cases, flows, wrong;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_label(void *mem, struct flow_endpoint *end, const char *format, const char *text)
{
	size_t capacity = end->labels.count;
	char *label = strcmp(format, "r") == 0 ? mem_format(mem, "reserved:%s", text)
					       : mem_format(mem, "k8s:%s", text);

	mem_reserve(mem, end->labels.items, &capacity, end->labels.count + 1);
	end->labels.items[end->labels.count++] = label;
	qsort(end->labels.items, end->labels.count, sizeof *end->labels.items, by_text);
}

/* "C2:NAMESPACE/LABEL,LABEL" or "NAMESPACE/?" */
static void make_pod(void *mem, char *text, struct flow_endpoint *end)
{
	bool other = strncmp(text, "C2:", 3) == 0;
	char *slash = strchr(text, '/'), *rest;

	assert_non_null(slash);
	end->cluster = other ? "c2" : "default";
	end->namespace = mem_text_n(mem, text + 3 * other, (size_t)(slash - text) - 3 * other);
	if (strcmp(slash, "/?") == 0)
		return;
	for (char *label = strtok_r(slash + 1, ",", &rest); label != NULL;
		label = strtok_r(NULL, ",", &rest))
		add_label(mem, end, "k", label);
	add_label(mem, end, "k", mem_format(mem, "io.kubernetes.pod.namespace=%s", end->namespace));
	add_label(mem, end, "k", mem_format(mem, "io.cilium.k8s.policy.cluster=%s", end->cluster));
}

static struct flow_endpoint make_end(void *mem, char *text, const char **ret_address)
{
	struct flow_endpoint end = {.present = true, .cluster = "", .namespace = "", .pod = ""};
	char *address, *rest;

	*ret_address = "10.0.0.1";
	if (*text != '@') {
		if (strcmp(text, "?") != 0)
			make_pod(mem, text, &end);
		return end;
	}
	address = strchr(text, '=');
	if (address != NULL) {
		*address = '\0';
		*ret_address = address + 1;
	}
	for (char *label = strtok_r(text + 1, "+", &rest); label != NULL;
		label = strtok_r(NULL, "+", &rest))
		add_label(mem, &end, "r", label);
	return end;
}

static void read_port(const char *text, struct flow *flow)
{
	static const struct {
		const char *name;
		enum protocol protocol;
	} protocols[] = {{"TCP", PROTOCOL_TCP}, {"UDP", PROTOCOL_UDP}, {"SCTP", PROTOCOL_SCTP}};
	const char *slash = strchr(text, '/');

	assert_non_null(slash);
	if (strncmp(text, "icmp", 4) == 0) {
		flow->protocol = text[4] == '6' ? PROTOCOL_ICMPV6 : PROTOCOL_ICMPV4;
		flow->icmp_type = (uint8_t)strtoul(slash + 1, NULL, 10);
		return;
	}
	for (size_t i = 0; i < 3; i++)
		if (strcmp(slash + 1, protocols[i].name) == 0)
			flow->protocol = protocols[i].protocol;
	flow->has_ports = *text != '-';
	flow->destination_port = (uint16_t)strtoul(text, NULL, 10);
	flow->source_port = 40000;
}

static char *word(char **rest)
{
	char *found = strtok_r(NULL, " ", rest);

	assert_non_null(found);
	return found;
}

/* What follows the port, up to the colon. */
static void read_facts(void *mem, char **rest, struct flow *flow)
{
	struct http_header *headers = mem_array(mem, struct http_header, 4);
	const char **names = mem_array(mem, const char *, 4);

	flow->destination_names.items = names;
	flow->l7.http.headers = headers;
	for (char *what = word(rest); strcmp(what, ":") != 0; what = word(rest)) {
		if (strcmp(what, "reply") == 0) {
			flow->is_reply = TRISTATE_YES;
		} else if (strcmp(what, "named") == 0) {
			names[flow->destination_names.count++] = word(rest);
		} else if (strcmp(what, "dns") == 0) {
			flow->l7.type = L7_REQUEST;
			flow->l7.kind = L7_DNS;
			flow->l7.dns.query = word(rest);
		} else if (strcmp(what, "http") == 0) {
			flow->l7.type = L7_REQUEST;
			flow->l7.kind = L7_HTTP;
			flow->l7.http.method = word(rest);
			flow->l7.http.url = word(rest);
		} else if (strcmp(what, "header") == 0) {
			char *key = word(rest), *value = strchr(key, '=');

			assert_non_null(value);
			*value = '\0';
			headers[flow->l7.http.header_count++] =
				(struct http_header){key, value + 1};
		} else {
			fail_msg("\"%s\" is not understood", what);
		}
	}
}

/* A reply is the same request seen the other way round. */
static void turn_round(struct flow *flow)
{
	struct flow_endpoint end = flow->source;
	const char *address = flow->source_address;
	uint16_t port = flow->source_port;

	flow->source = flow->destination;
	flow->destination = end;
	flow->source_address = flow->destination_address;
	flow->destination_address = address;
	flow->source_port = flow->destination_port;
	flow->destination_port = port;
	flow->source_names = flow->destination_names;
	flow->destination_names = (struct text_list){0};
}

static const char *answer(void *mem, const struct side_judgement *side)
{
	if (side->l7 == JUDGED_NONE)
		return judged_name(side->verdict);
	return mem_format(mem, "%s/%s", judged_name(side->verdict), judged_name(side->l7));
}

static void check_flow(struct book *book, char *line)
{
	void *mem = book->mem;
	struct judgement *judgement = judgement_new(mem);
	struct flow flow = {.cluster = "default"};
	char *rest, *client = strtok_r(line, " ", &rest), *server;
	struct attempt request;

	assert_string_equal(word(&rest), "->");
	server = word(&rest);
	read_port(word(&rest), &flow);
	flow.source = make_end(mem, client, &flow.source_address);
	flow.destination = make_end(mem, server, &flow.destination_address);
	read_facts(mem, &rest, &flow);
	if (flow.is_reply == TRISTATE_YES)
		turn_round(&flow);
	attempt_from_flow(mem, book->set, &flow, &request);
	simulate(book->set, &request, judgement);
	for (enum side side = 0; side < SIDES; side++) {
		const char *expected = word(&rest);
		const char *found = answer(mem, &judgement->sides[side]);

		if (strcmp(expected, found) != 0) {
			print_message("line %u (%s), %s: expected %s, found %s\n", book->line,
				book->title, side == SIDE_EGRESS ? "egress" : "ingress", expected,
				found);
			book->wrong++;
		}
	}
	book->flows++;
}

static void begin_case(struct book *book, const char *title)
{
	mem_free(book->mem);
	book->mem = mem_context(NULL);
	book->title = mem_text(book->mem, title);
	book->set = NULL;
	book->cases++;
}

static void load_policies(struct book *book, const char *yaml)
{
	struct policies *policies = mem_new(book->mem, struct policies);
	struct simulate_options options = {"default"};
	struct err err = {0};

	if (!policy_read(book->mem, yaml, strlen(yaml), policies, &err))
		fail_msg("%s: %lu: %s", book->title, err.line, err.text);
	book->set = policy_set_new(book->mem, policies, &options);
}

static void cases_of_our_own_agree(void **state)
{
	FILE *file = fopen(VECTORS, "r");
	struct book book = {0};
	char *line = NULL, yaml[16384] = "";
	size_t room = 0;
	ssize_t size;

	(void)state;
	assert_non_null(file);
	while ((size = getline(&line, &room, file)) > 0) {
		book.line++;
		if (strncmp(line, "== ", 3) == 0) {
			line[size - 1] = '\0';
			begin_case(&book, line + 3);
			*yaml = '\0';
		} else if (strcmp(line, "--\n") == 0) {
			load_policies(&book, yaml);
		} else if (book.title != NULL && book.set == NULL) {
			assert_true(strlen(yaml) + (size_t)size < sizeof yaml);
			strcat(yaml, line);
		} else if (*line != '#' && *line != '\n') {
			line[size - 1] = '\0';
			check_flow(&book, line);
		}
	}
	mem_free(book.mem);
	free(line);
	fclose(file);
	print_message("%zu cases, %zu flows\n", book.cases, book.flows);
	assert_true(book.flows > 100);
	assert_int_equal(book.wrong, 0);
}

static const char policy_text[] = "apiVersion: cilium.io/v2\n"
				  "kind: CiliumNetworkPolicy\n"
				  "metadata: {name: p, namespace: shop}\n"
				  "spec:\n"
				  "  endpointSelector: {matchLabels: {app: a}}\n"
				  "  ingress:\n"
				  "  - fromEndpoints: [{matchLabels: {app: other}}]\n"
				  "  - fromEndpoints: [{matchLabels: {app: web}}]\n"
				  "specs:\n"
				  "- endpointSelector: {}\n"
				  "  ingress:\n"
				  "  - fromEntities: [cluster]\n"
				  "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n";

static struct side_judgement judge_ingress(void *mem, struct judgement *judgement, uint16_t port)
{
	struct policies *policies = mem_new(mem, struct policies);
	struct simulate_options options = {""};
	struct policy_set *set;
	struct flow flow = {.cluster = "default",
		.protocol = PROTOCOL_TCP,
		.has_ports = true,
		.destination_port = port};
	struct attempt request;
	char client[] = "shop/app=web", server[] = "shop/app=a";

	assert_true(policy_read(mem, policy_text, strlen(policy_text), policies, NULL));
	set = policy_set_new(mem, policies, &options);
	flow.source = make_end(mem, client, &flow.source_address);
	flow.destination = make_end(mem, server, &flow.destination_address);
	attempt_from_flow(mem, set, &flow, &request);
	simulate(set, &request, judgement);
	return judgement->sides[SIDE_INGRESS];
}

static void every_deciding_rule_is_told_with_its_place(void **state)
{
	void *mem = mem_context(NULL);
	struct judgement *judgement = judgement_new(mem);
	struct side_judgement side = judge_ingress(mem, judgement, 80);

	(void)state;
	assert_int_equal(side.verdict, JUDGED_ALLOWED);
	assert_int_equal(side.reason, REASON_RULE);
	assert_int_equal(side.by_count, 2);
	assert_string_equal(deciding_rule_path(mem, &side.by[0]), "spec.ingress[1]");
	assert_int_equal(deciding_rule_line(&side.by[0]), 8);
	assert_string_equal(deciding_rule_path(mem, &side.by[1]), "specs[0].ingress[0]");
	assert_int_equal(deciding_rule_line(&side.by[1]), 12);
	side = judge_ingress(mem, judgement, 81);
	assert_int_equal(side.by_count, 1);
	mem_free(mem);
}

static void default_deny_names_its_policy(void **state)
{
	void *mem = mem_context(NULL);
	struct policies policies = {0};
	struct simulate_options options = {""};
	struct judgement *judgement = judgement_new(mem);
	struct policy_set *set;
	struct flow flow = {.cluster = "default", .protocol = PROTOCOL_TCP, .has_ports = true};
	struct attempt request;
	char client[] = "pay/app=web", server[] = "shop/app=a";

	(void)state;
	assert_true(policy_read(mem, policy_text, strlen(policy_text), &policies, NULL));
	set = policy_set_new(mem, &policies, &options);
	flow.source = make_end(mem, client, &flow.source_address);
	flow.destination = make_end(mem, server, &flow.destination_address);
	attempt_from_flow(mem, set, &flow, &request);
	simulate(set, &request, judgement);
	assert_int_equal(judgement->sides[SIDE_INGRESS].verdict, JUDGED_DENIED);
	assert_int_equal(judgement->sides[SIDE_INGRESS].by_count, 0);
	assert_string_equal(side_judgement_reason(mem, &judgement->sides[SIDE_INGRESS]),
		"no rule allows it, and default deny is on by shop/p, spec.ingress[0]");
	assert_int_equal(judgement->sides[SIDE_EGRESS].reason, REASON_NO_RULES);
	mem_free(mem);
}

static void every_reason_has_a_name_and_a_text(void **state)
{
	(void)state;
	for (enum judged_reason reason = 0; reason < REASONS; reason++) {
		assert_non_null(judged_reason_name(reason));
		assert_true(strlen(judged_reason_name(reason)) > 0);
		assert_true(strlen(judged_reason_text(reason)) > 10);
	}
}

static void a_path_template_is_unknown_where_its_instances_differ(void **state)
{
	static const char yaml[] =
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
		"metadata: {name: p, namespace: shop}\n"
		"spec:\n"
		"  endpointSelector: {matchLabels: {app: a}}\n"
		"  ingress: [{toPorts: [{ports: [{port: \"80\", protocol: TCP}],\n"
		"    rules: {http: [{path: \"/items/[0-9]+(\\\\?.*)?\"}, {path: /x/7}]}}]}]\n";
	static const struct {
		const char *path, *example;
		enum judged expected;
	} rows[] = {{"/items/{int}?{query}", "/items/7?", JUDGED_ALLOWED},
		{"/items/{uuid}", "/items/00000000-0000-4000-8000-000000000000", JUDGED_DENIED},
		{"/x/{int}", "/x/7", JUDGED_UNKNOWN}, {"/x/7", "/x/7", JUDGED_ALLOWED}};
	void *mem = mem_context(NULL);
	struct policies policies = {0};
	struct simulate_options options = {""};
	struct judgement *judgement = judgement_new(mem);
	struct policy_set *set;
	struct flow flow = {.cluster = "default",
		.protocol = PROTOCOL_TCP,
		.has_ports = true,
		.destination_port = 80};
	struct attempt request;
	char client[] = "shop/app=web", server[] = "shop/app=a";

	(void)state;
	assert_true(policy_read(mem, yaml, strlen(yaml), &policies, NULL));
	set = policy_set_new(mem, &policies, &options);
	flow.source = make_end(mem, client, &flow.source_address);
	flow.destination = make_end(mem, server, &flow.destination_address);
	attempt_from_flow(mem, set, &flow, &request);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct l7_fact fact = {.kind = L7_HTTP,
			.method = "GET",
			.host = "a",
			.path = rows[i].path,
			.example = rows[i].example,
			.name = ""};

		request.l7 = l7_from_fact(mem, &fact);
		simulate(set, &request, judgement);
		assert_int_equal(judgement->sides[SIDE_INGRESS].l7, rows[i].expected);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_of_our_own_agree),
		cmocka_unit_test(every_deciding_rule_is_told_with_its_place),
		cmocka_unit_test(default_deny_names_its_policy),
		cmocka_unit_test(every_reason_has_a_name_and_a_text),
		cmocka_unit_test(a_path_template_is_unknown_where_its_instances_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
