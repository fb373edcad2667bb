/* Two sets of traffic put together. */
#ifndef CORE_TRAFFIC_MERGE_H
#define CORE_TRAFFIC_MERGE_H

#include "core/traffic.h"

/* Adds all of `from`, of which texts and arrays are copied: as if its flows had been added one by one. */
void traffic_merge(struct traffic *into, const struct traffic *from);

#endif
