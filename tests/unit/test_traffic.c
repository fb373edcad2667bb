/* What a connection keeps of its sightings is bounded, and does not depend on their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/generate.h"
#include "core/traffic.h"

struct fixture {
	void *mem;
	struct traffic *traffic;
	uint32_t client, resolver, outside;
};

static struct identity pod(void *mem, const char *namespace, const char *app)
{
	struct identity identity = {.class = PEER_POD,
		.cluster = "default",
		.namespace = namespace,
		.pod = "",
		.address = ""};

	identity.labels.items = mem_array(mem, const char *, 2);
	identity.labels.items[0] = mem_format(mem, "k8s:app=%s", app);
	identity.labels.items[1] = mem_format(mem, "k8s:io.kubernetes.pod.namespace=%s", namespace);
	identity.labels.count = 2;
	return identity;
}

static struct fixture begin(void)
{
	struct fixture f = {.mem = mem_context(NULL)};
	const char *world[] = {"reserved:world"};
	struct identity client, resolver;

	f.traffic = traffic_new(f.mem);
	client = pod(f.mem, "shop", "web");
	resolver = pod(f.mem, "kube-system", "dns");
	f.client = traffic_identity(f.traffic, &client);
	f.resolver = traffic_identity(f.traffic, &resolver);
	f.outside = traffic_identity(f.traffic, &(struct identity){.class = PEER_OUTSIDE,
							.cluster = "default",
							.namespace = "",
							.labels = {world, 1},
							.pod = "",
							.address = "203.0.113.7"});
	return f;
}

static struct connection sighting(const struct fixture *f, uint32_t server, uint16_t port)
{
	struct connection line = {.client = f->client,
		.server = server,
		.protocol = port == 53 ? PROTOCOL_UDP : PROTOCOL_TCP,
		.port = port,
		.standing = STANDING_ORIENTED,
		.events = 1,
		.first_ns = 2,
		.last_ns = 2};

	line.outcomes[SIDE_EGRESS][OUTCOME_ALLOWED] = 1;
	line.outcomes[SIDE_INGRESS][OUTCOME_ALLOWED] = 1;
	return line;
}

static const struct connection *see(struct fixture *f, const struct connection *line)
{
	return &f->traffic->connections[traffic_connection(f->traffic, line)];
}

/* The answer for name number `i`, of `count`, all of which have the address of the outside server. */
static const struct connection *answer(struct fixture *f, unsigned i)
{
	const char *addresses[] = {"203.0.113.7"};
	struct l7_fact fact = {.kind = L7_DNS,
		.side = SIDE_EGRESS,
		.method = "",
		.host = "",
		.path = "",
		.example = "",
		.name = mem_format(f->mem, "name-%05u.example", i),
		.addresses = {addresses, 1},
		.count = 1,
		.first_ns = 1,
		.last_ns = 1};
	struct connection line = sighting(f, f->resolver, 53);

	line.l7 = &fact;
	line.l7_count = 1;
	return see(f, &line);
}

static void names_and_nodes_are_the_first_of_the_alphabet(void **state)
{
	struct fixture f = begin();
	const struct connection *seen = NULL;

	(void)state;
	/* from the last to the first, one more than is kept */
	for (int i = LIMIT_CONNECTION_NAMES; i >= 0; i--) {
		const char *name = mem_format(f.mem, "name-%03d.example", i);
		const char *node = mem_format(f.mem, "node-%03d", i);
		struct connection line = sighting(&f, f.outside, 443);

		line.names = (struct text_list){&name, 1};
		line.nodes = (struct text_list){&node, 1};
		seen = see(&f, &line);
		if (i == 1)
			assert_int_equal(seen->names.count, LIMIT_CONNECTION_NAMES);
	}
	assert_int_equal(seen->events, LIMIT_CONNECTION_NAMES + 1);
	assert_int_equal(seen->names.count, LIMIT_CONNECTION_NAMES);
	assert_string_equal(seen->names.items[0], "name-000.example");
	assert_string_equal(seen->names.items[LIMIT_CONNECTION_NAMES - 1],
		mem_format(f.mem, "name-%03d.example", LIMIT_CONNECTION_NAMES - 1));
	assert_int_equal(seen->nodes.count, LIMIT_CONNECTION_NODES);
	assert_string_equal(seen->nodes.items[LIMIT_CONNECTION_NODES - 1],
		mem_format(f.mem, "node-%03d", LIMIT_CONNECTION_NODES - 1));
	mem_free(f.mem);
}

static void facts_beyond_the_bound_are_not_kept_but_noted(void **state)
{
	struct fixture f = begin();
	const struct connection *seen = NULL;

	(void)state;
	for (unsigned i = 0; i < LIMIT_L7_FACTS; i++)
		seen = answer(&f, i);
	assert_int_equal(seen->l7_count, LIMIT_L7_FACTS);
	assert_false(seen->l7_capped);
	seen = answer(&f, 0);
	assert_false(seen->l7_capped);
	assert_int_equal(seen->l7[0].count, 2);
	seen = answer(&f, LIMIT_L7_FACTS);
	assert_int_equal(seen->l7_count, LIMIT_L7_FACTS);
	assert_true(seen->l7_capped);
	mem_free(f.mem);
}

static bool has_warning(const struct generation *generation, const char *code)
{
	for (size_t i = 0; i < generation->warning_count; i++)
		if (strcmp(generation->warnings[i].code, code) == 0)
			return true;
	return false;
}

/* How the web's policy names the server outside, after `count` answers for different names. */
static const struct rule_element *outside_rule(struct fixture *f, unsigned count, bool *ret_warned)
{
	struct connection line = sighting(f, f->outside, 443);
	const struct rule_elements *egress = NULL;
	struct generation generation;
	struct err err = {0};

	for (unsigned i = 0; i < count; i++)
		answer(f, i);
	see(f, &line);
	assert_true(generate(f->mem, f->traffic, NULL, &generate_defaults, &generation, &err));
	for (size_t i = 0; i < generation.policies.count; i++)
		if (strcmp(generation.policies.items[i].namespace, "shop") == 0)
			egress = &generation.policies.items[i].rules[0].elements[SECTION_EGRESS];
	assert_non_null(egress);
	*ret_warned = has_warning(&generation, "names_capped");
	return &egress->items[egress->count - 1];
}

/* Which were kept depends on the order of lines, so none is used: the address is, and it is told. */
static void answers_that_were_not_all_kept_name_nothing(void **state)
{
	struct fixture whole = begin(), capped = begin();
	bool warned;

	(void)state;
	assert_true(outside_rule(&whole, LIMIT_L7_FACTS, &warned)->fqdns.present);
	assert_false(warned);
	assert_true(outside_rule(&capped, LIMIT_L7_FACTS + 1, &warned)->cidrs.present);
	assert_true(warned);
	mem_free(whole.mem);
	mem_free(capped.mem);
}

/* An end that the reader knows already, reported from a cluster. */
static uint32_t source_reported_from(struct fixture *f, const char *cluster, uint64_t known,
	const char *own_cluster, const char *app)
{
	const char *label = mem_format(f->mem, "k8s:app=%s", app);
	struct flow flow = {.uuid = "",
		.node = "node-1",
		.cluster = cluster,
		.drop_reason_name = "",
		.source_address = "10.0.0.1",
		.source_translated = "",
		.destination_address = "10.0.0.2",
		.protocol = PROTOCOL_TCP,
		.weight = 1};
	struct flow_endpoint end = {.present = true,
		.cluster = own_cluster,
		.namespace = "shop",
		.pod = "pod-1",
		.labels = {&label, 1},
		.known = known};

	flow.source = flow.destination = end;
	return traffic_add(f->traffic, &flow).source;
}

static void a_known_end_is_of_the_cluster_of_its_flow_unless_it_tells_its_own(void **state)
{
	struct fixture f = begin();
	uint32_t east = source_reported_from(&f, "east", 1, "", "web");
	uint32_t west = source_reported_from(&f, "west", 1, "", "web");
	uint32_t told = source_reported_from(&f, "east", 2, "north", "web");

	(void)state;
	assert_int_not_equal(east, west);
	assert_string_equal(f.traffic->identities[east].cluster, "east");
	assert_string_equal(f.traffic->identities[west].cluster, "west");
	assert_int_equal(source_reported_from(&f, "east", 1, "", "web"), east);
	assert_string_equal(f.traffic->identities[told].cluster, "north");
	assert_int_equal(source_reported_from(&f, "west", 2, "north", "web"), told);
	assert_int_equal(source_reported_from(&f, "north", 2, "north", "web"), told);
	/* what a reader knows under another number is looked at anew */
	assert_int_not_equal(source_reported_from(&f, "east", 3, "", "api"), east);
	mem_free(f.mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_nodes_are_the_first_of_the_alphabet),
		cmocka_unit_test(facts_beyond_the_bound_are_not_kept_but_noted),
		cmocka_unit_test(answers_that_were_not_all_kept_name_nothing),
		cmocka_unit_test(a_known_end_is_of_the_cluster_of_its_flow_unless_it_tells_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
