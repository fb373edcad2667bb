#include "core/traffic_merge.h"

#include "base/mem.h"

void traffic_merge(struct traffic *into, const struct traffic *from)
{
	uint32_t *numbers = mem_array(NULL, uint32_t, from->identity_count);

	for (size_t i = 0; i < from->identity_count; i++)
		numbers[i] = traffic_identity(into, &from->identities[i]);
	for (size_t i = 0; i < from->endpoint_count; i++) {
		struct endpoint endpoint = from->endpoints[i];

		endpoint.identity = numbers[endpoint.identity];
		traffic_endpoint(into, &endpoint);
	}
	for (size_t i = 0; i < from->number_count; i++) {
		struct identity_number number = from->numbers[i];

		number.identity = numbers[number.identity];
		traffic_number(into, &number);
	}
	for (size_t i = 0; i < from->connection_count; i++) {
		struct connection connection = from->connections[i];

		connection.client = numbers[connection.client];
		connection.server = numbers[connection.server];
		traffic_connection(into, &connection);
	}
	into->lost_events += from->lost_events;
	mem_free(numbers);
}
