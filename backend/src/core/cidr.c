#include "core/cidr.h"

#include <netinet/in.h>
#include <string.h>

/* Whether the first `bits` bits are the same. */
static bool share_prefix(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

/* A prefix length without sign, blanks or leading zeros, at most `most`. */
static bool length_parse(const char *text, unsigned most, unsigned *ret_bits)
{
	unsigned bits = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		bits = bits * 10 + (unsigned)(*text - '0');
		if (bits > most)
			return false;
	}
	*ret_bits = bits;
	return true;
}

bool cidr_parse(const char *text, struct cidr *ret_cidr)
{
	const char *slash = strchr(text, '/');
	size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	struct cidr cidr;

	if (size >= sizeof address)
		return false;
	memcpy(address, text, size);
	address[size] = '\0';
	cidr.address = address_parse(address);
	if (cidr.address.version == 0)
		return false;
	cidr.bits = cidr.address.version == 4 ? 32 : 128;
	if (slash != NULL && !length_parse(slash + 1, cidr.bits, &cidr.bits))
		return false;
	address_mask(&cidr.address, cidr.bits);
	*ret_cidr = cidr;
	return true;
}

bool cidr_contains(const struct cidr *cidr, const struct address *address)
{
	return cidr->address.version == address->version &&
	       share_prefix(cidr->address.bytes, address->bytes, cidr->bits);
}

bool cidr_within(const struct cidr *inner, const struct cidr *outer)
{
	return inner->bits >= outer->bits && cidr_contains(outer, &inner->address);
}
