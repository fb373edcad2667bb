/*
 * Verdicts per second of one core at 1, 100 and 5,000 policies over 100,000 connections. A verdict is one side of
 * one connection. Policies that do not select an endpoint must not cost it anything, so a fixed share
 * of the workloads is selected by few policies whatever their number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "core/simulate.h"

#define CONNECTIONS 100000
#define WORKLOADS   400 /* in 20 namespaces */
#define OUTSIDE     400
#define ROUNDS      10

/* Of this process, whatever else the machine does. */
static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct selector by_label(void *mem, const char *key, const char *value)
{
	struct selector selector = {.match_labels = {mem_new(mem, struct key_value), 1}};

	selector.match_labels.items[0] = (struct key_value){.key = key, .value = value};
	return selector;
}

/* Three peers by label, each on its own ports, and a prefix. */
static struct rule_elements make_elements(void *mem, unsigned number)
{
	struct rule_elements list = {
		.present = true, .items = mem_array(mem, struct rule_element, 4), .count = 4};

	for (unsigned i = 0; i < list.count; i++) {
		struct rule_element *element = &list.items[i];
		struct port_rule *rule = mem_new(mem, struct port_rule);

		element->authentication = "";
		rule->has_ports = true;
		rule->ports = mem_array(mem, struct port, 2);
		rule->port_count = 2;
		rule->ports[0] = (struct port){.port = "8080", .protocol = "TCP"};
		rule->ports[1] = (struct port){.port = "9000", .end_port = 9100, .protocol = "TCP"};
		element->to_ports.present = true;
		element->to_ports.items = rule;
		element->to_ports.count = 1;
		if (i == 3) {
			element->cidrs.present = true;
			element->cidrs.items = mem_new(mem, const char *);
			element->cidrs.items[0] = "192.0.0.0/9";
			element->cidrs.count = 1;
			continue;
		}
		element->endpoints.present = true;
		element->endpoints.items = mem_new(mem, struct selector);
		element->endpoints.items[0] =
			by_label(mem, "app", mem_format(mem, "w%u", (number * 7 + i) % WORKLOADS));
		element->endpoints.count = 1;
	}
	return list;
}

/* A policy for one workload; those beyond the workloads select what is not there. */
static struct policy make_policy(void *mem, unsigned number)
{
	struct policy policy = {.kind = POLICY_CILIUM,
		.name = mem_format(mem, "p%u", number),
		.namespace = mem_format(mem, "n%u", number % 20),
		.rules = mem_new(mem, struct rule),
		.rule_count = 1};

	policy.rules->description = policy.rules->log_value = "";
	policy.rules->has_endpoint_selector = true;
	policy.rules->subject = by_label(mem, "app", mem_format(mem, "w%u", number));
	policy.rules->elements[SECTION_INGRESS] = make_elements(mem, number);
	policy.rules->elements[SECTION_EGRESS] = make_elements(mem, number + 1);
	return policy;
}

static const struct party *make_party(void *mem, struct policy_set *set, unsigned number)
{
	struct identity identity = {.class = PEER_POD,
		.cluster = "default",
		.namespace = mem_format(mem, "n%u", number % 20),
		.pod = "",
		.address = ""};
	const char *labels[] = {mem_format(mem, "k8s:app=w%u", number),
		mem_format(mem, "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=%s",
			identity.namespace),
		"k8s:io.cilium.k8s.policy.cluster=default",
		"k8s:io.cilium.k8s.policy.serviceaccount=default",
		mem_format(mem, "k8s:io.kubernetes.pod.namespace=%s", identity.namespace)};
	const char *world[] = {"reserved:world"};

	identity.labels = (struct text_list){labels, 5};
	if (number >= WORKLOADS) {
		identity.class = PEER_OUTSIDE;
		identity.namespace = "";
		identity.labels = (struct text_list){world, 1};
		identity.address = mem_format(mem, "192.%u.2.%u", number % 256, number / 256);
	}
	return policy_set_party(set, &identity);
}

/* Spreads numbers, so that nearly every connection is a pair of its own. */
static unsigned scatter(unsigned number)
{
	number = (number ^ number >> 16) * 0x45d9f3bU;
	number = (number ^ number >> 16) * 0x45d9f3bU;
	return number ^ number >> 16;
}

static void measure(unsigned policy_count)
{
	void *mem = mem_context(NULL);
	struct policies policies = {mem_array(mem, struct policy, policy_count), policy_count};
	struct simulate_options options = {"default"};
	struct judgement *judgement = judgement_new(mem);
	struct attempt *attempts = mem_array(mem, struct attempt, CONNECTIONS);
	size_t verdicts[JUDGED_COUNT] = {0};
	struct policy_set *set;
	double begin = seconds(), first, warm;

	for (unsigned i = 0; i < policy_count; i++)
		policies.items[i] = make_policy(mem, i);
	set = policy_set_new(mem, &policies, &options);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		attempts[i] =
			(struct attempt){.client = make_party(mem, set, scatter(i) % WORKLOADS),
				.server = make_party(mem, set, scatter(~i) % (WORKLOADS + OUTSIDE)),
				.protocol = PROTOCOL_TCP,
				.has_port = true,
				.port = i % 3 == 0 ? 8080 : 9050};
	printf("%5u policies: prepared in %.2f s", policy_count, seconds() - begin);
	begin = seconds();
	for (unsigned i = 0; i < CONNECTIONS; i++)
		simulate(set, &attempts[i], judgement);
	first = seconds() - begin;
	begin = seconds();
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < CONNECTIONS; i++) {
			simulate(set, &attempts[i], judgement);
			verdicts[judgement->sides[SIDE_EGRESS].verdict]++;
			verdicts[judgement->sides[SIDE_INGRESS].verdict]++;
		}
	warm = (seconds() - begin) / ROUNDS;
	printf("; %.2f million verdicts a second at first sight, %.2f later (%zu allowed, %zu "
	       "denied, %zu none)\n",
		2 * CONNECTIONS / first / 1e6, 2 * CONNECTIONS / warm / 1e6,
		verdicts[JUDGED_ALLOWED] / ROUNDS, verdicts[JUDGED_DENIED] / ROUNDS,
		verdicts[JUDGED_NONE] / ROUNDS);
	mem_free(mem);
}

int main(void)
{
	measure(1);
	measure(100);
	measure(5000);
	return 0;
}
