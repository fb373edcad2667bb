/* The sample capture that comes with the product, made from sample.jsonl. */
#ifndef API_SAMPLE_H
#define API_SAMPLE_H

#include <stddef.h>

extern const char sample[];
extern const size_t sample_size;

#endif
