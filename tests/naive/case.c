#include "case.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_write.h"

struct dice {
	void *mem;
	const uint8_t *bytes;
	size_t size, at;
};

/* A number below `sides`; zero when the bytes are used up. */
static unsigned roll(struct dice *dice, unsigned sides)
{
	return dice->at < dice->size ? dice->bytes[dice->at++] % sides : 0;
}

static bool chance(struct dice *dice, unsigned percent)
{
	return roll(dice, 100) < percent;
}

#define PICK(dice, list) ((list)[roll(dice, sizeof(list) / sizeof *(list))])
#define ROOM             4 /* for the longest list that is made */

static const char *const namespaces[] = {"shop", "shop", "pay"};
static const char *const apps[] = {"web", "web", "api", "db"};
static const char *const addresses[] = {
	"192.0.2.1", "192.0.2.130", "198.51.100.7", "10.1.2.3", "2001:db8::1", "2001:db8:1::5"};
static const char *const cidrs[] = {"192.0.2.0/24", "192.0.2.128/25", "0.0.0.0/0", "::/0",
	"10.0.0.0/8", "192.0.2.1/32", "2001:db8::/33", "198.51.100.9/24"};
static const char *const names[] = {"api.example", "a.b.example", "www.test", "example"};
static const char *const patterns[] = {"*", "*.example", "**.example", "a*i.example", "*example",
	"*.*.example", "www.test", "*.Example."};
static const char *const entities[] = {"all", "all", "cluster", "world", "cluster", "cluster-mesh",
	"host", "remote-node", "kube-apiserver", "health", "init", "ingress", "unmanaged", "none"};
static const char *const ports[] = {
	"80", "80", "8080", "53", "443", "0", "http", "HTTP", "dns", "79"};
static const char *const paths[] = {"/a", "/a?q=1", "/b/2", "/"};
static const char *const methods[] = {"GET", "POST"};
static const char *const hosts[] = {"api.shop", "api.shop:80"};

/* --- Selectors --- */

static struct text_list texts(struct dice *dice, const char *const *pool, unsigned sides)
{
	struct text_list list = {mem_array(dice->mem, const char *, ROOM), 0};

	do
		list.items[list.count++] = pool[roll(dice, sides)];
	while (list.count < ROOM && chance(dice, 30));
	return list;
}

static struct selector make_selector(struct dice *dice, bool peer)
{
	static const char *const keys[] = {"app", "k8s:app", "any:tier", "k8s:tier", "missing"};
	static const char *const values[] = {"web", "api", "db", "front", "back"};
	static const struct key_value pairs[] = {{"app", "web", {0, 0}}, {"app", "web", {0, 0}},
		{"k8s:app", "api", {0, 0}}, {"any:app", "db", {0, 0}}, {"tier", "front", {0, 0}},
		{"k8s:tier", "back", {0, 0}}, {"container:app", "web", {0, 0}}};
	static const char *const peer_keys[] = {"k8s:io.kubernetes.pod.namespace",
		"io.kubernetes.pod.namespace", "k8s:io.cilium.k8s.namespace.labels.team",
		"io.cilium.k8s.policy.cluster", "reserved:host", "reserved:remote-node"};
	static const char *const peer_values[] = {"shop", "pay", "red", "c2", "", ""};
	struct selector selector = {
		.match_labels = {mem_array(dice->mem, struct key_value, ROOM), 0},
		.expressions = mem_array(dice->mem, struct match_expression, ROOM)};

	while (selector.match_labels.count < 2 && chance(dice, 30))
		selector.match_labels.items[selector.match_labels.count++] = PICK(dice, pairs);
	if (peer && chance(dice, 30)) {
		unsigned i = roll(dice, 6);

		selector.match_labels.items[selector.match_labels.count++] =
			(struct key_value){peer_keys[i], peer_values[i], {0, 0}};
	}
	while (selector.expression_count < 2 && chance(dice, 15)) {
		struct match_expression *made = &selector.expressions[selector.expression_count++];

		made->key = peer && chance(dice, 40) ? PICK(dice, peer_keys) : PICK(dice, keys);
		made->operator=(enum operator_kind) roll(dice, 4);
		if (made->operator== OPERATOR_IN || made->operator== OPERATOR_NOT_IN)
			made->values = peer && chance(dice, 40) ? texts(dice, peer_values, 6)
								: texts(dice, values, 5);
	}
	return selector;
}

/* --- Elements --- */

static void make_peers(struct dice *dice, struct rule_element *element, bool egress, bool deny)
{
	unsigned kind = roll(dice, egress && !deny ? 7 : 6);
	size_t count = chance(dice, 5) ? 0 : 1 + roll(dice, 2);

	if (kind <= 1) {
		element->endpoints.present = true;
		element->endpoints.items = mem_array(dice->mem, struct selector, ROOM);
		while (element->endpoints.count < count)
			element->endpoints.items[element->endpoints.count++] =
				make_selector(dice, true);
	} else if (kind == 2) {
		element->entities.present = true;
		element->entities.items = mem_array(dice->mem, const char *, ROOM);
		while (element->entities.count < count)
			element->entities.items[element->entities.count++] = PICK(dice, entities);
	} else if (kind == 3) {
		element->cidrs.present = true;
		element->cidrs.items = mem_array(dice->mem, const char *, ROOM);
		while (element->cidrs.count < count)
			element->cidrs.items[element->cidrs.count++] = PICK(dice, cidrs);
	} else if (kind == 4) {
		element->cidr_sets.present = true;
		element->cidr_sets.items = mem_array(dice->mem, struct cidr_rule, ROOM);
		while (element->cidr_sets.count < count)
			element->cidr_sets.items[element->cidr_sets.count++] =
				(struct cidr_rule){.cidr = "192.0.2.0/24",
					.group = "",
					.except = texts(dice, cidrs, 2)};
	} else if (kind == 6) {
		element->fqdns.present = true;
		element->fqdns.items = mem_array(dice->mem, struct name_match, ROOM);
		while (element->fqdns.count < count)
			element->fqdns.items[element->fqdns.count++] =
				chance(dice, 40)
					? (struct name_match){PICK(dice, names), "", {0, 0}}
					: (struct name_match){"", PICK(dice, patterns), {0, 0}};
	}
}

static struct http_rule make_http(struct dice *dice)
{
	static const char *const path_patterns[] = {"", "/a", "/a.*", "/(a|b/[0-9])", "/.*"};
	static const char *const method_patterns[] = {"", "GET", "GET|POST", "P.*"};
	static const char *const host_patterns[] = {"", "", "api[.]shop", "api[.]shop(:[0-9]+)?"};
	static const char *const headers[] = {
		"X-Token", "X-Token: abc", "X-Token:abc", "x-env: dev"};
	struct http_rule rule = {.method = PICK(dice, method_patterns),
		.path = PICK(dice, path_patterns),
		.host = PICK(dice, host_patterns)};

	if (chance(dice, 15))
		rule.headers = texts(dice, headers, 4);
	if (chance(dice, 10)) {
		rule.header_matches = mem_new(dice->mem, struct header_match);
		rule.header_match_count = 1;
		*rule.header_matches = (struct header_match){.name = "X-Token",
			.value = chance(dice, 50) ? "abc" : "",
			.mismatch = chance(dice, 30) ? "LOG" : ""};
	}
	return rule;
}

/* HTTP never on 53, DNS only there: both on one port and peer cannot be computed at all. */
static void make_l7(struct dice *dice, struct port_rule *rule, bool egress)
{
	struct port *port = &rule->ports[0];
	size_t count = roll(dice, 8) == 0 ? 0 : 1 + roll(dice, 2);

	rule->port_count = 1;
	if (egress && chance(dice, 40)) {
		static const char *const protocols[] = {"UDP", "TCP", "ANY", ""};

		*port = (struct port){.port = "53", .protocol = PICK(dice, protocols)};
		rule->has_dns = true;
		rule->dns = mem_array(dice->mem, struct name_match, ROOM);
		while (rule->dns_count < count)
			rule->dns[rule->dns_count++] =
				chance(dice, 50)
					? (struct name_match){PICK(dice, names), "", {0, 0}}
					: (struct name_match){"", PICK(dice, patterns), {0, 0}};
		return;
	}
	*port = (struct port){.port = chance(dice, 70) ? "80" : "8080", .protocol = "TCP"};
	if (chance(dice, 20))
		port->end_port = 8081;
	rule->has_http = true;
	rule->http = mem_array(dice->mem, struct http_rule, ROOM);
	while (rule->http_count < count)
		rule->http[rule->http_count++] = make_http(dice);
}

static void make_ports(struct dice *dice, struct rule_element *element, bool egress, bool deny)
{
	static const char *const protocols[] = {"TCP", "TCP", "UDP", "SCTP", "ANY", ""};
	unsigned kind = roll(dice, 10);

	if (kind == 0)
		return;
	if (kind == 1) {
		element->icmps.present = true;
		element->icmps.items = mem_new(dice->mem, struct icmp_rule);
		element->icmps.count = 1;
		element->icmps.items[0].fields = mem_array(dice->mem, struct icmp_field, ROOM);
		element->icmps.items[0].field_count = roll(dice, 3);
		for (size_t i = 0; i < element->icmps.items[0].field_count; i++)
			element->icmps.items[0].fields[i] =
				(struct icmp_field){.family = chance(dice, 70) ? 4 : 6,
					.type = chance(dice, 20) ? 0 : 8};
		return;
	}
	element->to_ports.present = true;
	element->to_ports.items = mem_array(dice->mem, struct port_rule, ROOM);
	element->to_ports.count = roll(dice, 8) == 0 ? 0 : 1 + roll(dice, 2);
	for (size_t i = 0; i < element->to_ports.count; i++) {
		struct port_rule *rule = &element->to_ports.items[i];

		rule->has_ports = true;
		rule->ports = mem_array(dice->mem, struct port, ROOM);
		if (kind >= 6 && !deny) {
			make_l7(dice, rule, egress);
			continue;
		}
		rule->port_count = chance(dice, 5) ? 0 : 1 + roll(dice, 2);
		for (size_t j = 0; j < rule->port_count; j++) {
			static const int ends[] = {0, 0, 0, 79, 80, 100, 9000};

			rule->ports[j] = (struct port){
				.port = PICK(dice, ports), .protocol = PICK(dice, protocols)};
			if (rule->ports[j].port[0] >= '0' && rule->ports[j].port[0] <= '9')
				rule->ports[j].end_port = PICK(dice, ends);
		}
	}
}

static void make_elements(struct dice *dice, struct rule *rule, enum section section)
{
	struct rule_elements *list = &rule->elements[section];
	bool egress = section == SECTION_EGRESS || section == SECTION_EGRESS_DENY;
	bool deny = section == SECTION_INGRESS_DENY || section == SECTION_EGRESS_DENY;

	if (!chance(dice, deny ? 20 : 75))
		return;
	list->present = true;
	list->items = mem_array(dice->mem, struct rule_element, ROOM);
	list->count = roll(dice, 10) == 0 ? 0 : 1 + roll(dice, 3);
	for (size_t i = 0; i < list->count; i++) {
		list->items[i].authentication = "";
		if (chance(dice, 85))
			make_peers(dice, &list->items[i], egress, deny);
		if (!chance(dice, 10))
			make_ports(dice, &list->items[i], egress, deny || rule->has_node_selector);
	}
}

static struct rule make_rule(struct dice *dice, bool clusterwide)
{
	static const char *const special[] = {
		"reserved:init", "reserved:health", "reserved:ingress"};
	struct rule rule = {.description = "", .log_value = ""};

	rule.has_node_selector = clusterwide && chance(dice, 15);
	rule.has_endpoint_selector = !rule.has_node_selector;
	if (rule.has_endpoint_selector)
		rule.subject = make_selector(dice, false);
	if (rule.has_endpoint_selector && clusterwide && chance(dice, 15)) {
		rule.subject.match_labels.items[0] =
			(struct key_value){PICK(dice, special), "", {0, 0}};
		rule.subject.match_labels.count = 1;
		rule.subject.expression_count = 0;
	}
	if (chance(dice, 25))
		rule.default_deny_ingress = chance(dice, 70) ? TRISTATE_NO : TRISTATE_YES;
	if (chance(dice, 25))
		rule.default_deny_egress = chance(dice, 70) ? TRISTATE_NO : TRISTATE_YES;
	for (enum section section = 0; section < SECTIONS; section++)
		make_elements(dice, &rule, section);
	return rule;
}

static struct policy make_policy(struct dice *dice, unsigned number)
{
	struct policy policy = {.name = mem_format(dice->mem, "p%u", number), .namespace = ""};
	bool clusterwide = chance(dice, 50);

	policy.kind = clusterwide ? POLICY_CLUSTERWIDE : POLICY_CILIUM;
	if (!clusterwide)
		policy.namespace = PICK(dice, namespaces);
	policy.rules = mem_array(dice->mem, struct rule, 2);
	policy.rule_count = 1 + chance(dice, 25);
	policy.as_list = policy.rule_count > 1;
	for (size_t i = 0; i < policy.rule_count; i++)
		policy.rules[i] = make_rule(dice, clusterwide);
	return policy;
}

/* --- Flows --- */

static void add_label(struct dice *dice, struct identity *identity, const char *label)
{
	if (identity->labels.items == NULL)
		identity->labels.items = mem_array(dice->mem, const char *, 8);
	identity->labels.items[identity->labels.count++] = label;
}

static struct identity make_pod(struct dice *dice)
{
	struct identity pod = {.class = PEER_POD, .namespace = PICK(dice, namespaces), .pod = ""};

	pod.cluster = chance(dice, 10) ? "c2" : "default";
	pod.address = "";
	add_label(dice, &pod, mem_format(dice->mem, "k8s:app=%s", PICK(dice, apps)));
	if (chance(dice, 30))
		add_label(dice, &pod, "k8s:io.cilium.k8s.namespace.labels.team=red");
	add_label(dice, &pod,
		mem_format(dice->mem, "k8s:io.cilium.k8s.policy.cluster=%s", pod.cluster));
	add_label(dice, &pod,
		mem_format(dice->mem, "k8s:io.kubernetes.pod.namespace=%s", pod.namespace));
	if (chance(dice, 50))
		add_label(dice, &pod, chance(dice, 50) ? "k8s:tier=front" : "k8s:tier=back");
	return pod;
}

static struct identity make_identity(struct dice *dice)
{
	static const struct {
		enum peer_class class;
		const char *labels[2];
	} others[] = {{PEER_OUTSIDE, {"reserved:world"}}, {PEER_OUTSIDE, {"reserved:world"}},
		{PEER_HOST, {"reserved:host"}}, {PEER_REMOTE_NODE, {"reserved:remote-node"}},
		{PEER_KUBE_APISERVER, {"reserved:kube-apiserver", "reserved:world"}},
		{PEER_KUBE_APISERVER, {"reserved:kube-apiserver", "reserved:remote-node"}},
		{PEER_HEALTH, {"reserved:health"}}, {PEER_INIT, {"reserved:init"}},
		{PEER_INGRESS, {"reserved:ingress"}}, {PEER_UNMANAGED, {"reserved:unmanaged"}}};
	struct identity identity = {
		.cluster = "default", .namespace = "", .pod = "", .address = PICK(dice, addresses)};
	unsigned kind;

	if (chance(dice, 75))
		return make_pod(dice);
	kind = roll(dice, sizeof others / sizeof *others);
	identity.class = others[kind].class;
	for (size_t i = 0; i < 2 && others[kind].labels[i] != NULL; i++)
		add_label(dice, &identity, others[kind].labels[i]);
	return identity;
}

static void make_fact(struct dice *dice, struct attempt *request)
{
	static const struct http_header headers[] = {{"x-token", "abc"}, {"X-Env", "dev"}};

	if (request->protocol == PROTOCOL_TCP && request->port != 53) {
		request->l7.kind = L7_HTTP;
		request->l7.method = PICK(dice, methods);
		request->l7.host = PICK(dice, hosts);
		request->l7.paths = texts(dice, paths, 4);
		request->l7.paths.count = 1;
		request->l7.headers = headers + roll(dice, 2);
		request->l7.header_count = roll(dice, 2);
		request->l7.headers_told = true;
	} else if (request->port == 53 && request->protocol <= PROTOCOL_UDP) {
		request->l7.kind = L7_DNS;
		request->l7.name = PICK(dice, names);
	}
}

static struct naive_flow make_flow(struct dice *dice)
{
	static const enum protocol protocols[] = {PROTOCOL_TCP, PROTOCOL_TCP, PROTOCOL_TCP,
		PROTOCOL_UDP, PROTOCOL_UDP, PROTOCOL_SCTP, PROTOCOL_ICMPV4, PROTOCOL_ICMPV6};
	static const uint16_t numbers[] = {80, 80, 80, 8080, 53, 53, 443, 79, 81, 9000};
	static const uint8_t types[] = {8, 0, 13};
	struct naive_flow flow = {.client = make_identity(dice), .server = make_identity(dice)};
	struct attempt *request = &flow.request;

	request->l7 = (struct l7_request){.method = "", .host = "", .name = ""};
	request->protocol = PICK(dice, protocols);
	if (request->protocol == PROTOCOL_ICMPV4 || request->protocol == PROTOCOL_ICMPV6) {
		request->icmp_type = PICK(dice, types);
	} else {
		request->has_port = true;
		request->port = PICK(dice, numbers);
	}
	if (chance(dice, 40))
		request->server_names = texts(dice, names, 4);
	if (chance(dice, 75))
		make_fact(dice, request);
	return flow;
}

struct naive_case naive_case_make(void *mem, const uint8_t *bytes, size_t size)
{
	struct dice dice = {mem, bytes, size, 0};
	struct naive_case made = {.cluster = "default"};

	made.policies.items = mem_array(mem, struct policy, ROOM);
	made.policies.count = chance(&dice, 5) ? 0 : 1 + roll(&dice, ROOM);
	for (size_t i = 0; i < made.policies.count; i++)
		made.policies.items[i] = make_policy(&dice, (unsigned)i);
	made.flow_count = 8;
	made.flows = mem_array(mem, struct naive_flow, made.flow_count);
	for (size_t i = 0; i < made.flow_count; i++)
		made.flows[i] = make_flow(&dice);
	return made;
}

static char *describe(void *mem, const struct naive_case *made, size_t flow, enum side side,
	const struct naive_answer *naive, const struct side_judgement *found)
{
	const struct naive_flow *of = &made->flows[flow];
	const char *yaml = "";
	char *text = mem_format(mem,
		"flow %zu, %s: naive %s, L7 %s; simulator %s, L7 %s (%s)\n%s port %u type %u, L7 "
		"%s%s\n",
		flow, side == SIDE_EGRESS ? "egress" : "ingress", judged_name(naive->verdict),
		judged_name(naive->l7), judged_name(found->verdict), judged_name(found->l7),
		judged_reason_name(found->reason), protocol_name(of->request.protocol),
		of->request.port, of->request.icmp_type, of->request.l7.name,
		of->request.l7.paths.count > 0 ? of->request.l7.paths.items[0] : "");

	for (size_t i = 0; i < of->client.labels.count; i++)
		text = mem_format(mem, "%sclient %s\n", text, of->client.labels.items[i]);
	for (size_t i = 0; i < of->server.labels.count; i++)
		text = mem_format(mem, "%sserver %s\n", text, of->server.labels.items[i]);
	if (!policy_write(mem, &made->policies, &yaml, NULL, NULL))
		yaml = "(the policies cannot be written)\n";
	return mem_format(mem, "%s%s", text, yaml);
}

size_t naive_case_compare(void *mem, const struct naive_case *made, const char **ret_text)
{
	struct simulate_options options = {made->cluster};
	struct policy_set *set = policy_set_new(mem, &made->policies, &options);
	struct judgement *judgement = judgement_new(mem);

	for (size_t i = 0; i < made->flow_count; i++) {
		const struct naive_flow *flow = &made->flows[i];
		struct attempt request = flow->request;

		request.client = policy_set_party(set, &flow->client);
		request.server = policy_set_party(set, &flow->server);
		simulate(set, &request, judgement);
		for (enum side side = 0; side < SIDES; side++) {
			const struct side_judgement *found = &judgement->sides[side];
			struct naive_answer naive =
				naive_judge(&made->policies, made->cluster, flow, side);

			if (found->verdict != naive.verdict || found->l7 != naive.l7) {
				*ret_text = describe(mem, made, i, side, &naive, found);
				return 0;
			}
		}
	}
	return made->flow_count * SIDES;
}
