/* Kinds of IP addresses in text form, as the analyser needs to tell them apart. */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

struct address {
	int version;       /* 4 or 6; 0 = not an address */
	uint8_t bytes[16]; /* network order, IPv4 in the first four */
};

struct address address_parse(const char *text);

/* Multicast, broadcast, unspecified, or IPv6 link-local: noise in flows (flows.md 9.5). */
bool address_is_noise(const struct address *address);

/* Private, shared, unique-local or link-local: not reachable from the internet. */
bool address_is_private(const struct address *address);

/* The cloud metadata services: 169.254.169.254 and fd00:ec2::254. */
bool address_is_metadata(const struct address *address);

/* Clears the bits beyond the prefix. */
void address_mask(struct address *address, unsigned prefix);

/* Writes the canonical text (as Go and inet_ntop do), at most 46 bytes with the NUL. */
void address_text(const struct address *address, char ret_text[46]);

#endif
