#include "base/sha256.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"

struct sha256 {
	EVP_MD_CTX *context;
};

/* OpenSSL fails only without memory, or without the algorithm. */
static void must(int done)
{
	if (done != 1)
		abort();
}

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

struct sha256 *sha256_new(void *mem)
{
	struct sha256 *hash = mem_new(mem, struct sha256);

	hash->context = EVP_MD_CTX_new();
	must(hash->context != NULL);
	mem_attach(hash, hash->context, context_free);
	must(EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL));
	return hash;
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t size)
{
	must(EVP_DigestUpdate(hash->context, bytes, size));
}

void sha256_text(struct sha256 *hash, char ret_text[SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned size;

	must(EVP_DigestFinal_ex(hash->context, bytes, &size));
	must(EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL));
	for (unsigned i = 0; i < size; i++) {
		ret_text[2 * i] = digits[bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_text[2 * size] = '\0';
}
