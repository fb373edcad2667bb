/*
 * One side of one settled connection, as the analyser asks about it: whose rule would it be, who is
 * the peer, and is there evidence at all?
 */
#ifndef CORE_QUESTION_H
#define CORE_QUESTION_H

#include "core/needs.h"

struct question {
	const struct analysis *analysis;
	const struct settled *connection;
	uint32_t settled; /* its index */
	enum side side;
	uint32_t subject; /* index into workloads, or NO_WORKLOAD */
	const struct identity *peer;
	uint32_t peer_identity;
	bool dns; /* the server is a name server */
};

struct question question_ask(const struct analysis *analysis, size_t settled, enum side side);

/* Why no rule can come of it, for reasons of its subject or its evidence; LEFT_OUT_NOT = one can. */
enum left_out question_obstacle(const struct question *question);

/* The first and the last time that the connection was seen. */
int64_t question_first_ns(const struct question *question);
int64_t question_last_ns(const struct question *question);

/* Is a Kubernetes NetworkPolicy asked for, which cannot say everything? */
bool question_for_kubernetes(const struct question *question);

/* Is the workload selected by its service account, which is no label of its pods? */
bool workload_selects_by_account(const struct pod_workload *workload);

#endif
