/* SHA-256 of what comes piece by piece. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

/* Size of a hash in hexadecimal, with its NUL. */
#define SHA256_TEXT 65

struct sha256;

/* Of nothing yet; owned by `mem`. */
struct sha256 *sha256_new(void *mem);

void sha256_add(struct sha256 *hash, const void *bytes, size_t size);

/* The hash of all that was added, in hexadecimal; what is added next begins another. */
void sha256_text(struct sha256 *hash, char ret_text[SHA256_TEXT]);

#endif
