/* Chooses the selector of each workload (policies.md 11.3). */
#ifndef CORE_SELECTOR_CHOICE_H
#define CORE_SELECTOR_CHOICE_H

#include "core/workloads.h"

/*
 * Fills `selectable`, `selector` and `also_selects` of every workload, testing each candidate
 * against all labelled pods seen in its namespace.
 */
void choose_selectors(void *mem, const struct traffic *traffic, struct workloads *workloads);

#endif
