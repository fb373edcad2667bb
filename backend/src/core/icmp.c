#include "core/icmp.h"

#include <stddef.h>
#include <string.h>

static const struct {
	int family, type;
	const char *name;
} names[] = {
	{4, 0, "EchoReply"},
	{4, 3, "DestinationUnreachable"},
	{4, 5, "Redirect"},
	{4, 8, "Echo"},
	{4, 8, "EchoRequest"},
	{4, 9, "RouterAdvertisement"},
	{4, 10, "RouterSelection"},
	{4, 11, "TimeExceeded"},
	{4, 12, "ParameterProblem"},
	{4, 13, "Timestamp"},
	{4, 14, "TimestampReply"},
	{4, 40, "Photuris"},
	{4, 42, "ExtendedEchoRequest"},
	{4, 43, "ExtendedEchoReply"},
	{6, 1, "DestinationUnreachable"},
	{6, 2, "PacketTooBig"},
	{6, 3, "TimeExceeded"},
	{6, 4, "ParameterProblem"},
	{6, 128, "EchoRequest"},
	{6, 129, "EchoReply"},
	{6, 130, "MulticastListenerQuery"},
	{6, 131, "MulticastListenerReport"},
	{6, 132, "MulticastListenerDone"},
	{6, 133, "RouterSolicitation"},
	{6, 134, "RouterAdvertisement"},
	{6, 135, "NeighborSolicitation"},
	{6, 136, "NeighborAdvertisement"},
	{6, 137, "RedirectMessage"},
	{6, 138, "RouterRenumbering"},
	{6, 139, "ICMPNodeInformationQuery"},
	{6, 140, "ICMPNodeInformationResponse"},
	{6, 141, "InverseNeighborDiscoverySolicitation"},
	{6, 142, "InverseNeighborDiscoveryAdvertisement"},
	{6, 144, "HomeAgentAddressDiscoveryRequest"},
	{6, 145, "HomeAgentAddressDiscoveryReply"},
	{6, 146, "MobilePrefixSolicitation"},
	{6, 147, "MobilePrefixAdvertisement"},
	{6, 157, "DuplicateAddressRequestCodeSuffix"},
	{6, 158, "DuplicateAddressConfirmationCodeSuffix"},
	{6, 160, "ExtendedEchoRequest"},
	{6, 161, "ExtendedEchoReply"},
};

int icmp_type(int family, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	int number = 0;

	if (digits > 0 && text[digits] == '\0') {
		for (size_t i = 0; i < digits && number <= 255; i++)
			number = number * 10 + (text[i] - '0');
		return number <= 255 ? number : -1;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].family == family && strcmp(names[i].name, text) == 0)
			return names[i].type;
	return -1;
}
