#include "core/question.h"

#include <string.h>

#include "core/labels.h"
#include "core/view_limits.h"

bool question_for_kubernetes(const struct question *q)
{
	return q->analysis->options->kind == POLICY_KUBERNETES;
}

bool workload_selects_by_account(const struct pod_workload *workload)
{
	const struct key_values *labels = &workload->selector.match_labels;

	for (size_t i = 0; i < labels->count; i++)
		if (strcmp(labels->items[i].key, "k8s:" LABEL_SERVICE_ACCOUNT) == 0)
			return true;
	return false;
}

static bool option_excludes(
	const struct generate_options *options, const struct pod_workload *subject, enum side side)
{
	if (!(side == SIDE_EGRESS ? options->egress : options->ingress))
		return true;
	if (!limits_show(options->within, subject->cluster, subject->namespace))
		return true;
	return (*options->cluster != '\0' && strcmp(options->cluster, subject->cluster) != 0) ||
	       (*options->namespace != '\0' &&
		       strcmp(options->namespace, subject->namespace) != 0) ||
	       (*options->workload != '\0' && strcmp(options->workload, subject->name) != 0);
}

enum left_out question_obstacle(const struct question *q)
{
	const struct analysis *analysis = q->analysis;
	const struct pod_workload *subject;

	if (q->subject == NO_WORKLOAD)
		return LEFT_OUT_SUBJECT_UNKNOWN;
	subject = &analysis->workloads->items[q->subject];
	if (option_excludes(analysis->options, subject, q->side))
		return LEFT_OUT_OPTION;
	if (!analysis->reporting[q->subject])
		return LEFT_OUT_FOREIGN;
	if (!subject->selectable)
		return LEFT_OUT_SUBJECT_UNKNOWN;
	if (question_for_kubernetes(q) && workload_selects_by_account(subject))
		return LEFT_OUT_INEXPRESSIBLE;
	return settled_evidence(q->connection, q->side, analysis->options);
}

struct question question_ask(const struct analysis *analysis, size_t settled, enum side side)
{
	const struct settled *connection = &analysis->settlement->items[settled];
	uint32_t self = side == SIDE_EGRESS ? connection->client : connection->server;
	uint32_t peer = side == SIDE_EGRESS ? connection->server : connection->client;

	return (struct question){.analysis = analysis,
		.connection = connection,
		.settled = (uint32_t)settled,
		.side = side,
		.subject = analysis->workloads->of[self],
		.peer = &analysis->traffic->identities[peer],
		.peer_identity = peer,
		.dns = connection->dns};
}

static const struct connection *line_of(const struct question *q, size_t i)
{
	return &q->analysis->traffic->connections[q->connection->connections[i]];
}

int64_t question_first_ns(const struct question *q)
{
	int64_t first_ns = INT64_MAX;

	for (size_t i = 0; i < q->connection->connection_count; i++)
		if (line_of(q, i)->first_ns < first_ns)
			first_ns = line_of(q, i)->first_ns;
	return first_ns;
}

int64_t question_last_ns(const struct question *q)
{
	int64_t last_ns = INT64_MIN;

	for (size_t i = 0; i < q->connection->connection_count; i++)
		if (line_of(q, i)->last_ns > last_ns)
			last_ns = line_of(q, i)->last_ns;
	return last_ns;
}
