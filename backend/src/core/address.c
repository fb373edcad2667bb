#include "core/address.h"

#include <arpa/inet.h>
#include <string.h>

struct address address_parse(const char *text)
{
	struct address address = {0};

	if (inet_pton(AF_INET, text, address.bytes) == 1)
		address.version = 4;
	else if (inet_pton(AF_INET6, text, address.bytes) == 1)
		address.version = 6;
	return address;
}

static bool in_range(const struct address *address, const char *network, unsigned prefix)
{
	struct address range = address_parse(network), masked = *address;

	if (address->version != range.version)
		return false;
	address_mask(&masked, prefix);
	return memcmp(masked.bytes, range.bytes, sizeof range.bytes) == 0;
}

struct range {
	const char *network;
	unsigned prefix;
};

static bool in_any(const struct address *address, const struct range *ranges)
{
	for (; ranges->network != NULL; ranges++)
		if (in_range(address, ranges->network, ranges->prefix))
			return true;
	return false;
}

bool address_is_noise(const struct address *address)
{
	static const struct range ranges[] = {{"224.0.0.0", 4}, {"255.255.255.255", 32},
		{"0.0.0.0", 32}, {"ff00::", 8}, {"fe80::", 10}, {"::", 128}, {NULL, 0}};

	return in_any(address, ranges);
}

bool address_is_private(const struct address *address)
{
	static const struct range ranges[] = {{"10.0.0.0", 8}, {"172.16.0.0", 12},
		{"192.168.0.0", 16}, {"100.64.0.0", 10}, {"169.254.0.0", 16}, {"127.0.0.0", 8},
		{"fc00::", 7}, {"fe80::", 10}, {"::1", 128}, {NULL, 0}};

	return in_any(address, ranges);
}

bool address_is_metadata(const struct address *address)
{
	static const struct range ranges[] = {
		{"169.254.169.254", 32}, {"fd00:ec2::254", 128}, {NULL, 0}};

	return in_any(address, ranges);
}

void address_mask(struct address *address, unsigned prefix)
{
	unsigned bits = address->version == 4 ? 32 : 128;

	for (unsigned bit = prefix; bit < bits; bit++)
		address->bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

void address_text(const struct address *address, char ret_text[46])
{
	ret_text[0] = '\0';
	inet_ntop(address->version == 4 ? AF_INET : AF_INET6, address->bytes, ret_text, 46);
}
