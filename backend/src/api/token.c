#include "api/token.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/sha256.h"

#define PREFIX     "cpa_"
#define CHECK_SIZE 6
#define BASE       62
/* "cpa_u_", the id, "_", the secret, "_", the check */
#define KIND_AT   4
#define ID_AT     6
#define SECRET_AT (ID_AT + TOKEN_ID_SIZE + 1)
#define CHECK_AT  (SECRET_AT + TOKEN_SECRET_SIZE + 1)
#define TEXT_SIZE (CHECK_AT + CHECK_SIZE)

static const char digits[BASE + 1] =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static const struct {
	char letter;
	const char *name;
} kinds[TOKEN_KINDS] = {
	[TOKEN_USER] = {'u', "user"},
	[TOKEN_SERVICE] = {'s', "service"},
	[TOKEN_INGEST] = {'i', "ingest"},
};

const char *token_kind_name(enum token_kind kind)
{
	return kinds[kind].name;
}

bool token_kind_parse(const char *name, enum token_kind *ret_kind)
{
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum token_kind)i;
			return true;
		}
	return false;
}

/* The check of the first CHECK_AT - 1 bytes of a text, most significant digit first. */
static void check_of(const char *text, char check[CHECK_SIZE])
{
	uLong sum = crc32_z(0, (const unsigned char *)text, CHECK_AT - 1);

	for (int i = CHECK_SIZE - 1; i >= 0; i--) {
		check[i] = digits[sum % BASE];
		sum /= BASE;
	}
}

bool token_id_is_valid(const char *text)
{
	return strlen(text) == TOKEN_ID_SIZE && strspn(text, digits) == TOKEN_ID_SIZE;
}

bool token_parse(const char *text, struct token *ret_token)
{
	char check[CHECK_SIZE];
	int kind = 0;

	if (strlen(text) != TEXT_SIZE || strncmp(text, PREFIX, strlen(PREFIX)) != 0 ||
		text[ID_AT - 1] != '_' || text[SECRET_AT - 1] != '_' || text[CHECK_AT - 1] != '_' ||
		strspn(text + ID_AT, digits) != TOKEN_ID_SIZE ||
		strspn(text + SECRET_AT, digits) != TOKEN_SECRET_SIZE)
		return false;
	while (kind < TOKEN_KINDS && kinds[kind].letter != text[KIND_AT])
		kind++;
	check_of(text, check);
	if (kind == TOKEN_KINDS || memcmp(check, text + CHECK_AT, CHECK_SIZE) != 0)
		return false;
	*ret_token = (struct token){.kind = (enum token_kind)kind};
	memcpy(ret_token->id, text + ID_AT, TOKEN_ID_SIZE);
	memcpy(ret_token->secret, text + SECRET_AT, TOKEN_SECRET_SIZE);
	return true;
}

const char *token_text(void *mem, const struct token *token)
{
	char *text = mem_format(
		mem, PREFIX "%c_%s_%s_......", kinds[token->kind].letter, token->id, token->secret);

	check_of(text, text + CHECK_AT);
	return text;
}

/* `size` random letters and digits, all equally likely. */
static bool random_text(char *text, size_t size, struct err *err)
{
	unsigned char bytes[64];
	size_t done = 0;

	while (done < size) {
		if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
			return err_set(err, ERR_UNAVAILABLE, "There are no random numbers.");
		for (size_t i = 0; i < sizeof bytes && done < size; i++)
			if (bytes[i] < UINT8_MAX / BASE * BASE)
				text[done++] = digits[bytes[i] % BASE];
	}
	explicit_bzero(bytes, sizeof bytes);
	return true;
}

bool token_make(enum token_kind kind, struct token *ret_token, struct err *err)
{
	struct token token = {.kind = kind};

	if (!random_text(token.id, TOKEN_ID_SIZE, err) ||
		!random_text(token.secret, TOKEN_SECRET_SIZE, err))
		return false;
	*ret_token = token;
	return true;
}

const char *token_digest(void *mem, const struct token *token)
{
	struct sha256 *hash = sha256_new(mem);
	char *text = mem_array(mem, char, SHA256_TEXT);

	sha256_add(hash, token->secret, TOKEN_SECRET_SIZE);
	sha256_text(hash, text);
	return text;
}
