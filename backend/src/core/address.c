#include "core/address.h"

#include <arpa/inet.h>
#include <string.h>

/* Asked of every flow: four numbers up to 255 without leading zeros, as inet_pton takes them. */
static bool parse_ipv4(const char *text, uint8_t *ret_bytes)
{
	int part = 0;

	do {
		unsigned number = 0;
		const char *first = text;

		for (; *text >= '0' && *text <= '9' && text - first < 3; text++)
			number = number * 10 + (unsigned)(*text - '0');
		if (text == first || number > 255 || (*first == '0' && text - first > 1))
			return false;
		ret_bytes[part++] = (uint8_t)number;
	} while (part < 4 && *text++ == '.');
	return part == 4 && *text == '\0';
}

struct address address_parse(const char *text)
{
	struct address address = {.version = 4};

	if (parse_ipv4(text, address.bytes))
		return address;
	address = (struct address){0};
	if (inet_pton(AF_INET6, text, address.bytes) == 1)
		address.version = 6;
	return address;
}

struct range {
	int version;
	unsigned prefix;
	uint8_t network[16];
};

/* Asked of every flow, so the ranges are written as bytes. */
static bool in_range(const struct address *address, const struct range *range)
{
	unsigned whole = range->prefix / 8, rest = range->prefix % 8;

	return address->version == range->version &&
	       memcmp(address->bytes, range->network, whole) == 0 &&
	       (rest == 0 || (address->bytes[whole] ^ range->network[whole]) >> (8 - rest) == 0);
}

/* The list ends with version 0. */
static bool in_any(const struct address *address, const struct range *ranges)
{
	for (; ranges->version != 0; ranges++)
		if (in_range(address, ranges))
			return true;
	return false;
}

bool address_is_noise(const struct address *address)
{
	static const struct range ranges[] = {
		{4, 4, {224}},
		{4, 32, {255, 255, 255, 255}},
		{4, 32, {0, 0, 0, 0}},
		{6, 8, {0xff}},
		{6, 10, {0xfe, 0x80}},
		{6, 128, {0}},
		{0, 0, {0}},
	};

	return in_any(address, ranges);
}

bool address_is_private(const struct address *address)
{
	static const struct range ranges[] = {
		{4, 8, {10}},
		{4, 12, {172, 16}},
		{4, 16, {192, 168}},
		{4, 10, {100, 64}},
		{4, 16, {169, 254}},
		{4, 8, {127}},
		{6, 7, {0xfc}},
		{6, 10, {0xfe, 0x80}},
		{6, 128, {[15] = 1}},
		{0, 0, {0}},
	};

	return in_any(address, ranges);
}

bool address_is_metadata(const struct address *address)
{
	static const struct range ranges[] = {
		{4, 32, {169, 254, 169, 254}},
		{6, 128, {0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54}},
		{0, 0, {0}},
	};

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
