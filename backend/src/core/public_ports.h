/* The ports on which the public is let in: as `world`, not address by address (flows.md 10.4). */
#ifndef CORE_PUBLIC_PORTS_H
#define CORE_PUBLIC_PORTS_H

#include "core/question.h"

struct public_port {
	uint32_t subject; /* index into workloads */
	enum protocol protocol;
	uint16_t port;
	bool denied; /* some client outside was denied there */
};

struct public_ports {
	struct public_port *items; /* sorted by subject, protocol, port */
	size_t count;
};

/* Of all workloads; owned by `mem`. */
struct public_ports *public_ports_find(void *mem, const struct analysis *analysis);

bool public_ports_has(const struct public_ports *ports, const struct question *question);

#endif
