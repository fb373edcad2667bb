/* Recognises the output of `hubble observe` in a format for people (flows.md 1.1). */
#ifndef CORE_OBSERVE_TEXT_H
#define CORE_OBSERVE_TEXT_H

#include <stddef.h>

/* The name of the format that a line is in ("compact", "dict", "table"), or NULL. */
const char *observe_text_format(const char *line, size_t size);

#endif
