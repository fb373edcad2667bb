/*
 * What was generated and why, as JSON: the connections that were used and those left out, each with
 * its reason; the evidence of every rule; warnings. Sorted, so equal input gives equal text.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <jansson.h>

#include "core/generate.h"

/* The whole report; the caller owns the reference. */
json_t *report_json(void *mem, const struct traffic *traffic, const struct generation *generation);

/* "shop/web", "203.0.113.7", "kube-apiserver": an identity for people, by the workload where known. */
const char *identity_title(void *mem, const struct traffic *traffic, uint32_t identity);

/* "egress" or "ingress". */
const char *side_name(enum side side);

/* RFC 3339 in UTC with nanoseconds; `ret_text` needs TIME_TEXT bytes. */
#define TIME_TEXT 31
void time_text(int64_t time_ns, char ret_text[TIME_TEXT]);

#endif
