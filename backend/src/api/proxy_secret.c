#include "api/proxy_secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/mem.h"

/* Secrets that are right at a time. */
#define CURRENT 2

struct digest {
	unsigned char bytes[EVP_MAX_MD_SIZE];
};

struct proxy_secret {
	const char *path;
	bool loaded;
	struct stat read_as; /* of the file when it was read */
	size_t count;
	struct digest digests[CURRENT];
};

struct proxy_secret *proxy_secret_new(void *mem, const char *path)
{
	struct proxy_secret *secret = mem_new(mem, struct proxy_secret);

	secret->path = mem_text(secret, path);
	return secret;
}

/* Texts are compared by their digests, which are of one length. */
static struct digest digest_of(const char *text, size_t size)
{
	struct digest digest = {{0}};

	EVP_Digest(text, size, digest.bytes, NULL, EVP_sha256(), NULL);
	return digest;
}

static bool take_line(struct proxy_secret *secret, const char *line, size_t size, struct err *err)
{
	if (size == 0)
		return true;
	if (secret->count == CURRENT)
		return err_set(err, ERR_UNAVAILABLE, "%s holds more than %d secrets.", secret->path,
			CURRENT);
	if (size < LIMIT_PROXY_SECRET_LEAST || size > LIMIT_PROXY_SECRET)
		return err_set(err, ERR_UNAVAILABLE,
			"A secret in %s is %zu bytes long; it must be %d to %d.", secret->path,
			size, LIMIT_PROXY_SECRET_LEAST, LIMIT_PROXY_SECRET);
	secret->digests[secret->count++] = digest_of(line, size);
	return true;
}

static bool take_lines(struct proxy_secret *secret, const char *text, struct err *err)
{
	secret->count = 0;
	while (*text != '\0') {
		size_t size = strcspn(text, "\n");

		if (!take_line(secret, text, size - (size > 0 && text[size - 1] == '\r'), err))
			return false;
		text += size + (text[size] == '\n');
	}
	return secret->count > 0 ||
	       err_set(err, ERR_UNAVAILABLE, "%s holds no secret.", secret->path);
}

static bool load(struct proxy_secret *secret, struct err *err)
{
	/* More than fits is a line too long or one too many. */
	char text[(CURRENT + 1) * (LIMIT_PROXY_SECRET + 2)];
	FILE *file = fopen(secret->path, "re");
	size_t size;
	bool taken;

	secret->loaded = false;
	if (file == NULL)
		return err_set(err, ERR_UNAVAILABLE,
			"The proxy's secret cannot be read from %s: %s.", secret->path,
			strerror(errno));
	size = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[size] = '\0';
	taken = take_lines(secret, text, err);
	OPENSSL_cleanse(text, sizeof text);
	secret->loaded = taken;
	return taken;
}

static bool is_fresh(const struct proxy_secret *secret, const struct stat *now)
{
	const struct stat *then = &secret->read_as;

	return secret->loaded && now->st_ino == then->st_ino && now->st_size == then->st_size &&
	       now->st_mtim.tv_sec == then->st_mtim.tv_sec &&
	       now->st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

bool proxy_secret_refresh(struct proxy_secret *secret, struct err *err)
{
	struct stat now = {0};

	if (stat(secret->path, &now) == 0 && is_fresh(secret, &now))
		return true;
	secret->read_as = now;
	return load(secret, err);
}

bool proxy_secret_matches(
	struct proxy_secret *secret, const char *given, bool *ret_matches, struct err *err)
{
	struct digest digest = digest_of(given, strlen(given));
	bool matches = false;

	if (!proxy_secret_refresh(secret, err))
		return false;
	for (size_t i = 0; i < secret->count; i++)
		matches |= CRYPTO_memcmp(&secret->digests[i], &digest, sizeof digest) == 0;
	*ret_matches = matches;
	return true;
}
