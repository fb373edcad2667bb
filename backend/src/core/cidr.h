/* Address prefixes as policies write them (policies.md 6.2). */
#ifndef CORE_CIDR_H
#define CORE_CIDR_H

#include "core/address.h"

struct cidr {
	struct address address; /* host bits cleared */
	unsigned bits;
};

/*
 * ADDRESS/LENGTH; a plain address counts as its own /32 or /128, as older agents took it. Host bits
 * may be set in the text. False if it is neither; `ret_cidr` is untouched then.
 */
bool cidr_parse(const char *text, struct cidr *ret_cidr);

bool cidr_contains(const struct cidr *cidr, const struct address *address);

/* Whether `inner` lies inside `outer`: same family, at least as long. Equal prefixes do. */
bool cidr_within(const struct cidr *inner, const struct cidr *outer);

#endif
