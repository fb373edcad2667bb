/*
 * What a body that comes piece by piece is known by: 128 bits that nobody can aim at without the key.
 * It is XXH3 with a secret, not SHA-256, because an upload would spend a third of its time on that.
 */
#ifndef BASE_BODY_HASH_H
#define BASE_BODY_HASH_H

#include <stddef.h>

/* Size of a hash in hexadecimal, with its NUL. */
#define BODY_HASH_TEXT 33

struct body_hash;

/* Of nothing yet; owned by `mem`. `key`: random bytes in hexadecimal, as instance.body_key has them. */
struct body_hash *body_hash_new(void *mem, const char *key);

void body_hash_add(struct body_hash *hash, const void *bytes, size_t size);

/* The hash of all that was added, in hexadecimal. */
void body_hash_text(const struct body_hash *hash, char ret_text[BODY_HASH_TEXT]);

#endif
