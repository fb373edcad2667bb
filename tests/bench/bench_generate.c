/*
 * How long the analyser takes from connections to YAML, and whether it grows with their number only.
 * Each shape of traffic is run at 1, 2, 4 and 8 times its size, in CPU time; the last column is the time for
 * each connection compared with the smallest run, about 1 where nothing is quadratic.
 *
 * usage: bench_generate [SHAPE]
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "core/generate.h"
#include "core/policy_write.h"

#define STEPS 4
/* Twice the work per connection at eight times the size is more than sorting explains. */
#define MOST_GROWTH 2.5

static uint32_t pod(
	struct traffic *traffic, const char *namespace, const char *const *labels, size_t count)
{
	struct identity identity = {.class = PEER_POD,
		.cluster = "default",
		.namespace = namespace,
		.labels = {(const char **)labels, count},
		.pod = "",
		.address = ""};

	return traffic_identity(traffic, &identity);
}

static uint32_t numbered_pod(struct traffic *traffic, const char *label, unsigned number)
{
	char app[64], namespace[32], place[64];
	const char *labels[] = {app, place};

	snprintf(app, sizeof app, "%s-%u", label, number);
	snprintf(namespace, sizeof namespace, "ns-%u", number % 40);
	snprintf(place, sizeof place, "k8s:io.kubernetes.pod.namespace=%s", namespace);
	return pod(traffic, namespace, labels, 2);
}

static uint32_t outside(struct traffic *traffic, unsigned number)
{
	static const char *labels[] = {"reserved:world"};
	char address[32];
	struct identity identity = {.class = PEER_OUTSIDE,
		.cluster = "default",
		.namespace = "",
		.labels = {labels, 1},
		.pod = "",
		.address = address};

	snprintf(address, sizeof address, "203.%u.%u.%u", number >> 16 & 255, number >> 8 & 255,
		number & 255);
	return traffic_identity(traffic, &identity);
}

static void connect(struct traffic *traffic, uint32_t client, uint32_t server,
	enum protocol protocol, unsigned port, const char *name)
{
	const char *names[] = {name};
	struct connection connection = {.client = client,
		.server = server,
		.protocol = protocol,
		.port = (uint16_t)port,
		.standing = STANDING_ORIENTED,
		.events = 5,
		.first_ns = 1,
		.last_ns = 1000,
		.names = {names, name != NULL}};

	connection.outcomes[SIDE_EGRESS][OUTCOME_ALLOWED] = 5;
	connection.outcomes[SIDE_INGRESS][OUTCOME_ALLOWED] = 5;
	traffic_connection(traffic, &connection);
}

/* A cluster as they are: 25 connections a workload, most to a few servers. */
static void mixed(struct traffic *traffic, unsigned size)
{
	unsigned workloads = size / 25;

	for (unsigned i = 0; i < size; i++) {
		unsigned client = i % workloads, step = i / workloads;
		unsigned server = (client * 7919 + step * step * 104729 + 1) % workloads;

		connect(traffic, numbered_pod(traffic, "k8s:app=app", client),
			step % 5 == 4 ? outside(traffic, server)
				      : numbered_pod(traffic, "k8s:app=app", server),
			PROTOCOL_TCP, 8000 + step % 3, NULL);
	}
}

/* Workloads of one namespace and one app, told apart by a second label. */
static void one_namespace(struct traffic *traffic, unsigned size)
{
	char part[64];
	const char *labels[] = {"k8s:app=shop", part, "k8s:io.kubernetes.pod.namespace=shop"};
	uint32_t first = UINT32_MAX;

	for (unsigned i = 0; i < size; i++) {
		uint32_t client;

		snprintf(part, sizeof part, "k8s:component=part-%c-%u", 'a' + i % 26, i);
		client = pod(traffic, "shop", labels, 3);
		first = first == UINT32_MAX ? client : first;
		connect(traffic, client, first, PROTOCOL_TCP, 8080, NULL);
	}
}

/* Workloads that differ from one another by what they lack. */
static void subset_labels(struct traffic *traffic, unsigned size)
{
	char extra[64];
	const char *few[] = {"k8s:app=shop", "k8s:io.kubernetes.pod.namespace=shop"};
	const char *more[] = {few[0], few[1], extra};
	uint32_t plain = pod(traffic, "shop", few, 2);

	for (unsigned i = 0; i < size; i++) {
		snprintf(extra, sizeof extra, "k8s:role=part-%u", i);
		connect(traffic, pod(traffic, "shop", more, 3), plain, PROTOCOL_TCP, 8080, NULL);
	}
}

static void one_name_server(struct traffic *traffic, unsigned size)
{
	uint32_t server = numbered_pod(traffic, "k8s:k8s-app=dns", 0);

	for (unsigned i = 0; i < size; i++)
		connect(traffic, numbered_pod(traffic, "k8s:app=app", i), server, PROTOCOL_UDP, 53,
			NULL);
}

static void one_client(struct traffic *traffic, unsigned size)
{
	uint32_t client = numbered_pod(traffic, "k8s:app=app", 1);

	for (unsigned i = 0; i < size; i++)
		connect(traffic, client, outside(traffic, i), PROTOCOL_TCP, 443, NULL);
}

static void one_client_by_name(struct traffic *traffic, unsigned size)
{
	uint32_t client = numbered_pod(traffic, "k8s:app=app", 1);
	char name[64];

	connect(traffic, client, numbered_pod(traffic, "k8s:k8s-app=dns", 0), PROTOCOL_UDP, 53,
		NULL);
	for (unsigned i = 0; i < size; i++) {
		snprintf(name, sizeof name, "host-%u.example.com", i);
		connect(traffic, client, outside(traffic, i), PROTOCOL_TCP, 443, name);
	}
}

/* Runs of a job, each with labels of its own. */
static void job_runs(struct traffic *traffic, unsigned size)
{
	char run[64];
	const char *labels[] = {"k8s:app=report", "k8s:io.kubernetes.pod.namespace=batch", run};
	uint32_t server = numbered_pod(traffic, "k8s:app=app", 1);

	for (unsigned i = 0; i < size; i++) {
		struct endpoint endpoint = {.workload = "report", .workload_kind = "CronJob"};

		snprintf(run, sizeof run, "k8s:job-name=report-%u", 28000000 + i);
		endpoint.identity = pod(traffic, "batch", labels, 3);
		endpoint.pod = run + 13;
		traffic_endpoint(traffic, &endpoint);
		connect(traffic, endpoint.identity, server, PROTOCOL_TCP, 8080, NULL);
	}
}

static const struct shape {
	const char *name;
	unsigned smallest;
	bool l7;
	void (*fill)(struct traffic *traffic, unsigned size);
} shapes[] = {
	{"mixed", 12500, false, mixed},
	{"one-namespace", 1250, false, one_namespace},
	{"subset-labels", 1250, false, subset_labels},
	{"one-name-server", 6250, false, one_name_server},
	{"one-client", 6250, false, one_client},
	{"one-client-by-name", 6250, true, one_client_by_name},
	{"job-runs", 1250, false, job_runs},
};

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* CPU seconds from the connections to the text; 0 if it failed. */
static double run(const struct shape *shape, unsigned size, size_t *ret_policies)
{
	void *mem = mem_context(NULL);
	struct traffic *traffic = traffic_new(mem);
	struct generate_options options = generate_defaults;
	struct generation generation = {0};
	struct err err = {0};
	const char *text;
	double before, after;
	bool good;

	options.l7 = shape->l7;
	shape->fill(traffic, size);
	before = cpu_seconds();
	good = generate(mem, traffic, NULL, &options, &generation, &err) &&
	       policy_write(mem, &generation.policies, &text, NULL, &err);
	after = cpu_seconds();
	*ret_policies = generation.policies.count;
	mem_free(mem);
	return good ? after - before : 0;
}

static bool measure(const struct shape *shape)
{
	double smallest = 0, each = 0;

	for (unsigned step = 0, size = shape->smallest; step < STEPS; step++, size *= 2) {
		size_t policies;
		double seconds = run(shape, size, &policies);

		each = seconds / size;
		if (step == 0)
			smallest = each;
		printf("%-20s %7u connections %6zu policies %8.3f s %9.0f/s %5.1f\n", shape->name,
			size, policies, seconds, size / seconds, each / smallest);
	}
	return each < MOST_GROWTH * smallest;
}

int main(int argc, char **argv)
{
	bool good = true;

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (argc > 1 && strcmp(argv[1], shapes[i].name) != 0)
			continue;
		if (!measure(&shapes[i])) {
			printf("%s: the time grows faster than the connections\n", shapes[i].name);
			good = false;
		}
	}
	return good ? 0 : 1;
}
