#include "base/body_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/mem.h"

struct body_hash {
	XXH3_state_t *state;
	unsigned char key[];
};

static void state_free(void *state)
{
	XXH3_freeState(state);
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	if (found == NULL)
		abort();
	return (int)(found - digits);
}

struct body_hash *body_hash_new(void *mem, const char *key)
{
	size_t size = strlen(key) / 2;
	struct body_hash *hash = mem_zeroed(mem, sizeof *hash + size, 1);

	for (size_t i = 0; i < size; i++)
		hash->key[i] = (unsigned char)(digit(key[2 * i]) << 4 | digit(key[2 * i + 1]));
	hash->state = XXH3_createState();
	if (hash->state == NULL)
		abort();
	mem_attach(hash, hash->state, state_free);
	if (XXH3_128bits_reset_withSecret(hash->state, hash->key, size) != XXH_OK)
		abort(); /* the key is too short */
	return hash;
}

void body_hash_add(struct body_hash *hash, const void *bytes, size_t size)
{
	if (XXH3_128bits_update(hash->state, bytes, size) != XXH_OK)
		abort();
}

void body_hash_text(const struct body_hash *hash, char ret_text[BODY_HASH_TEXT])
{
	XXH128_hash_t result = XXH3_128bits_digest(hash->state);

	snprintf(ret_text, BODY_HASH_TEXT, "%016llx%016llx", (unsigned long long)result.high64,
		(unsigned long long)result.low64);
}
