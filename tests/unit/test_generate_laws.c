/*
 * Random traffic through the analyser, held against its laws. The universe is small and nasty, so that
 * workloads share labels, have parts of each other's, or none; lines contradict each other, come from
 * several clusters, and say too little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../support/generate_laws.h"
#include "base/mem.h"
#include "core/report.h"
#include "core/text_set.h"

#define TRAFFICS 150
#define PODS     10
#define FLOWS    60

static uint64_t state;

static unsigned below(unsigned bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % bound;
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

#define PICK(list) ((list)[below(sizeof(list) / sizeof *(list))])

struct universe {
	void *mem;
	struct flow_endpoint pods[PODS];
	const char *addresses[PODS];
	bool one_cluster; /* with several, identities have the label of theirs */
};

static struct flow_endpoint nobody(void)
{
	return (struct flow_endpoint){.present = true, .cluster = "", .namespace = "", .pod = ""};
}

static void add_label(void *mem, struct flow_endpoint *end, const char *label)
{
	text_set_add(mem, &end->labels, label, SIZE_MAX);
}

static void make_pod(struct universe *universe, unsigned number)
{
	static const char *const labels[] = {"k8s:app=x", "k8s:app=y",
		"k8s:app.kubernetes.io/name=x", "k8s:app.kubernetes.io/component=c", "k8s:build=1",
		"k8s:build=2", "k8s:role=p", "k8s:team=", "k8s:team=red",
		"k8s:pod-template-hash=7c9f6d5b8", "k8s:io.cilium.k8s.policy.serviceaccount=robot",
		"k8s:on=off", "k8s:version=1.2"};
	static const char *const namespaces[] = {"a", "a", "a", "b", "kube-system"};
	static const char *const owners[] = {"x", "x", "y", "z"};
	static const char *const kinds[] = {"Deployment", "StatefulSet", "Job", "ReplicaSet"};
	void *mem = universe->mem;
	struct flow_endpoint *pod = &universe->pods[number];
	const char *owner = PICK(owners);

	*pod = nobody();
	pod->identity = 300 + below(PODS);
	pod->namespace = PICK(namespaces);
	pod->cluster = universe->one_cluster || chance(85) ? "default" : "other";
	pod->pod = mem_format(mem, "%s-7c9f6d5b8-x2x4%c", owner, "bcdfghjklm"[number]);
	if (chance(85)) {
		for (unsigned i = below(5); i > 0; i--)
			add_label(mem, pod, PICK(labels));
		add_label(mem, pod,
			mem_format(mem, "k8s:io.kubernetes.pod.namespace=%s", pod->namespace));
		if (!universe->one_cluster)
			add_label(mem, pod,
				mem_format(
					mem, "k8s:io.cilium.k8s.policy.cluster=%s", pod->cluster));
	}
	if (chance(40)) {
		pod->workloads = mem_new(mem, struct workload);
		pod->workloads[0] = (struct workload){owner, PICK(kinds)};
		pod->workload_count = 1;
	}
	universe->addresses[number] = mem_format(mem, "192.0.2.%u", number + 1);
}

/* Someone that is no pod, with an address. */
static struct flow_endpoint other_end(void *mem, const char **ret_address)
{
	static const struct {
		uint32_t identity;
		const char *address, *labels[3];
	} others[] = {
		{1, "198.18.0.1", {"reserved:host"}},
		{1, "198.18.0.1", {"reserved:host", "reserved:kube-apiserver"}},
		{6, "198.18.0.2", {"reserved:remote-node"}},
		{7, "198.18.0.2", {"reserved:kube-apiserver", "reserved:remote-node"}},
		{16777300, "203.0.113.50",
			{"cidr:203.0.113.50/32", "reserved:kube-apiserver", "reserved:world"}},
		{4, "192.0.2.200", {"reserved:health"}},
		{5, "192.0.2.201", {"reserved:init"}},
		{8, "192.0.2.202", {"reserved:ingress"}},
		{3, "192.0.2.203", {"reserved:unmanaged"}},
		{2, "203.0.113.7", {"reserved:world"}},
		{2, "203.0.113.8", {"reserved:world"}},
		{2, "198.51.100.9", {"reserved:world"}},
		{2, "10.9.8.7", {"reserved:world"}},
		{9, "203.0.113.7", {"reserved:world-ipv4"}},
		{10, "2001:db8::7", {"reserved:world-ipv6"}},
		{16777217, "203.0.113.8", {"fqdn:api.pay.example", "reserved:world"}},
		{16777217, "198.51.100.9", {NULL}},
		{2, "", {"reserved:world"}},
		{302, "192.0.2.3", {NULL}},
		{0, "192.0.2.4", {NULL}},
		{0, "", {NULL}},
		{2, "224.0.0.251", {"reserved:world"}},
		{2, "169.254.169.254", {"reserved:world"}},
		{1, "169.254.20.10", {"reserved:host"}},
	};
	size_t which = below(sizeof others / sizeof *others);
	struct flow_endpoint end = nobody();

	end.identity = others[which].identity;
	for (size_t i = 0; i < 3 && others[which].labels[i] != NULL; i++)
		add_label(mem, &end, others[which].labels[i]);
	*ret_address = others[which].address;
	return end;
}

static struct flow_endpoint any_end(struct universe *universe, const char **ret_address)
{
	unsigned pod = below(PODS);
	struct flow_endpoint end = universe->pods[pod];

	if (chance(35))
		return other_end(universe->mem, ret_address);
	*ret_address = universe->addresses[pod];
	if (chance(5)) /* masked, or not resolved yet */
		end.labels.count = 0;
	return end;
}

static void add_l7(void *mem, struct flow *flow)
{
	static const char *const names[] = {
		"api.pay.example.", "Cdn.example.", "api.pay.example.a.svc.cluster.local.", "x y."};
	static const char *const addresses[] = {"203.0.113.7", "203.0.113.8", "2001:db8::7"};
	static const char *const urls[] = {
		"http://x/a/17", "http://x/a/18?q=1", "http:///", "/b.c"};

	flow->type = FLOW_TYPE_L7;
	flow->event = EVENT_L7;
	flow->point = POINT_UNKNOWN;
	flow->l7.type = chance(60) ? L7_REQUEST : L7_RESPONSE;
	flow->is_reply = flow->l7.type == L7_RESPONSE ? TRISTATE_YES : TRISTATE_NO;
	if (flow->destination_port == 53 || flow->source_port == 53) {
		flow->l7.kind = L7_DNS;
		flow->l7.dns.query = PICK(names);
		flow->l7.dns.rcode = chance(20) ? 5 : 0;
		if (flow->l7.type == L7_RESPONSE)
			text_set_add(mem, &flow->l7.dns.addresses, PICK(addresses), SIZE_MAX);
	} else {
		flow->l7.kind = L7_HTTP;
		flow->l7.http.method = chance(50) ? "GET" : "POST";
		flow->l7.http.url = PICK(urls);
		flow->l7.http.code = flow->l7.type == L7_RESPONSE ? (chance(20) ? 403 : 200) : 0;
	}
}

static void add_event(void *mem, struct flow *flow)
{
	static const enum observation_point points[] = {POINT_TO_ENDPOINT, POINT_TO_ENDPOINT,
		POINT_TO_OVERLAY, POINT_TO_NETWORK, POINT_TO_STACK, POINT_FROM_ENDPOINT,
		POINT_UNKNOWN};
	static const unsigned drops[] = {DROP_POLICY_DENIED, DROP_POLICY_DENIED, DROP_POLICY_DENY,
		DROP_AUTH_REQUIRED, 155, 0};
	static const enum tristate replies[] = {
		TRISTATE_NO, TRISTATE_NO, TRISTATE_YES, TRISTATE_UNKNOWN};

	flow->verdict = VERDICT_FORWARDED;
	flow->event = EVENT_TRACE;
	flow->point = PICK(points);
	flow->is_reply = PICK(replies);
	if (chance(12)) {
		flow->event = chance(50) ? EVENT_POLICY_VERDICT : EVENT_DROP;
		flow->point = POINT_UNKNOWN;
		flow->verdict = VERDICT_DROPPED;
		flow->is_reply = TRISTATE_UNKNOWN;
		flow->drop_reason = PICK(drops);
	} else if (chance(15)) {
		flow->event = EVENT_POLICY_VERDICT;
		flow->point = POINT_UNKNOWN;
		flow->verdict = chance(30) ? VERDICT_AUDIT : VERDICT_FORWARDED;
		flow->is_reply = TRISTATE_NO;
	} else if (chance(20) && flow->protocol <= PROTOCOL_UDP) {
		add_l7(mem, flow);
		flow->verdict = chance(15) ? VERDICT_DROPPED : VERDICT_FORWARDED;
	}
}

static struct flow make_flow(struct universe *universe, unsigned number)
{
	static const enum protocol protocols[] = {PROTOCOL_TCP, PROTOCOL_TCP, PROTOCOL_TCP,
		PROTOCOL_UDP, PROTOCOL_UDP, PROTOCOL_SCTP, PROTOCOL_ICMPV4, PROTOCOL_ICMPV6,
		PROTOCOL_NONE, PROTOCOL_VRRP};
	static const uint16_t ports[] = {53, 80, 443, 8080, 40000, 5432, 53, 443};
	static const uint8_t types[] = {0, 8, 3, 128, 129, 135};
	static const unsigned flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, 0};
	static const char *const nodes[] = {"n1", "n2", "other/n1", ""};
	static const char *const names[] = {
		"api.pay.example", "cdn.example", "x.svc.cluster.local"};
	struct flow flow = {.id = number,
		.uuid = "",
		.has_time = chance(95),
		.time_ns = 1000000000LL * (1 + below(100)),
		.cluster = "default",
		.drop_reason_name = "",
		.source_translated = "",
		.source_service = "",
		.destination_service = "",
		.weight = 1,
		.has_ports = chance(97)};

	flow.l7.http.method = flow.l7.http.url = flow.l7.http.protocol = flow.l7.dns.query = "";
	flow.node = PICK(nodes);
	if (strchr(flow.node, '/') != NULL)
		flow.cluster = "other";
	flow.protocol = PICK(protocols);
	flow.source = any_end(universe, &flow.source_address);
	flow.destination = any_end(universe, &flow.destination_address);
	flow.ip_version = strchr(flow.destination_address, ':') != NULL ? 6 : 4;
	flow.source_port = (uint16_t)(chance(80) ? 50000 + below(3) : PICK(ports));
	flow.destination_port = PICK(ports);
	flow.icmp_type = PICK(types);
	flow.tcp_flags = PICK(flags);
	flow.direction = (enum direction)below(3);
	if (chance(20))
		text_set_add(universe->mem, &flow.destination_names, PICK(names), SIZE_MAX);
	add_event(universe->mem, &flow);
	if (flow.is_reply == TRISTATE_YES || chance(10)) {
		uint16_t port = flow.source_port;

		flow.source_port = flow.destination_port;
		flow.destination_port = port;
	}
	return flow;
}

static struct generate_options random_options(void)
{
	struct generate_options options = generate_defaults;

	options.l7 = chance(30);
	options.names = chance(80);
	options.denied = chance(20);
	options.audited = chance(80);
	options.guesses = chance(80);
	options.port_ranges = chance(10);
	options.minimum_events = chance(20) ? 2 : 1;
	options.default_deny = chance(20) ? DEFAULT_DENY_BOTH : DEFAULT_DENY_AUTOMATIC;
	options.outside_ingress = (enum outside_ingress)(chance(80) ? 0 : below(3));
	if (chance(10))
		options.prefix_ipv4 = 24;
	return options;
}

static const char *report_text(
	void *mem, const struct traffic *traffic, const struct generate_options *options)
{
	struct generation generation;
	struct err err = {0};
	json_t *report;
	char *text;
	const char *copy;

	assert_true(generate(mem, traffic, NULL, options, &generation, &err));
	report = report_json(mem, traffic, &generation);
	text = json_dumps(report, JSON_INDENT(1));
	copy = mem_text(mem, text);
	free(text);
	json_decref(report);
	return copy;
}

static void shuffle(struct flow *flows)
{
	for (unsigned i = FLOWS - 1; i > 0; i--) {
		unsigned j = below(i + 1);
		struct flow flow = flows[i];

		flows[i] = flows[j];
		flows[j] = flow;
	}
}

static struct traffic *traffic_of(void *mem, const struct flow *flows)
{
	struct traffic *traffic = traffic_new(mem);

	for (unsigned i = 0; i < FLOWS; i++)
		traffic_add(traffic, &flows[i]);
	return traffic;
}

static void one_traffic(unsigned seed)
{
	struct universe universe = {.mem = mem_context(NULL)};
	void *mem = universe.mem;
	struct flow flows[FLOWS];
	struct generate_options options;
	struct traffic *traffic, *other;
	const char *text, *again, *broken, *report;

	state = 0x9e3779b97f4a7c15u * (seed + 1);
	universe.one_cluster = chance(50);
	for (unsigned i = 0; i < PODS; i++)
		make_pod(&universe, i);
	for (unsigned i = 0; i < FLOWS; i++)
		flows[i] = make_flow(&universe, i);
	options = random_options();
	traffic = traffic_of(mem, flows);
	broken = generate_laws_broken(mem, traffic, &options, &text);
	if (broken != NULL)
		fail_msg("traffic %u: %s", seed, broken);
	report = report_text(mem, traffic, &options);
	shuffle(flows);
	other = traffic_of(mem, flows);
	broken = generate_laws_broken(mem, other, &options, &again);
	assert_null(broken);
	assert_string_equal(again, text);
	assert_string_equal(report_text(mem, other, &options), report);
	other = traffic_rebuilt(mem, other);
	broken = generate_laws_broken(mem, other, &options, &again);
	assert_null(broken);
	assert_string_equal(again, text);
	assert_string_equal(report_text(mem, other, &options), report);
	mem_free(mem);
}

static void test_laws(void **unused)
{
	(void)unused;
	for (unsigned seed = 0; seed < TRAFFICS; seed++)
		one_traffic(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_laws)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
