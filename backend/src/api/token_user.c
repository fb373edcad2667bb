#include "api/token_user.h"

#include <openssl/crypto.h>
#include <string.h>

#include "api/token.h"
#include "base/mem.h"
#include "store/tokens.h"

struct text_list token_words(void *mem, const char *text)
{
	struct text_list words = {NULL, 0};
	size_t capacity = 0;

	while (*text != '\0') {
		size_t size = strcspn(text, " ");

		mem_reserve(mem, words.items, &capacity, words.count + 1);
		words.items[words.count++] = mem_text_n(mem, text, size);
		text += size;
		text += strspn(text, " ");
	}
	return words;
}

unsigned token_scopes(void *mem, const char *text)
{
	struct text_list words = token_words(mem, text);
	unsigned scopes = SCOPE_NONE, scope;

	for (size_t i = 0; i < words.count; i++)
		if (scope_parse(words.items[i], &scope))
			scopes |= scope;
	return scopes;
}

/*
 * Is it the token of the row? An unknown id takes the same way as a wrong secret: both are compared with
 * something. The kind is not part of the secret, so it is compared too.
 */
static bool is_that_token(
	void *mem, const struct token *token, const struct token_row *row, bool found)
{
	const char *digest = token_digest(mem, token);
	const char *kind = token_kind_name(token->kind);

	return CRYPTO_memcmp(found ? row->sha256 : digest, digest, strlen(digest)) == 0 && found &&
	       strcmp(kind, row->kind) == 0;
}

/* The lower of two roles by name; one that is not known gives nothing. */
static enum role lower_role(const char *one, const char *other)
{
	enum role a, b;

	if (!role_parse(one, &a) || !role_parse(other, &b))
		return ROLE_NONE;
	return a < b ? a : b;
}

static void fill_in(struct request *request, const struct token *token, const struct token_row *row)
{
	void *mem = request->mem;
	struct text_list *limits = mem_new(mem, struct text_list);
	struct user *user = &request->user;

	*limits = token_words(mem, row->limits);
	user->name =
		token->kind == TOKEN_USER ? row->owner : mem_format(mem, "token:%s", row->name);
	user->role = lower_role(row->role, row->owner_role);
	user->scopes = token_scopes(mem, row->scopes);
	user->limits = row->limited ? limits : NULL;
	user->token_id = mem_text(mem, token->id);
	user->authentication = AUTHENTICATION_TOKEN;
}

bool token_user(struct app *app, struct request *request, const char *text, struct err *err)
{
	struct token token;
	struct token_row row;
	bool found;

	if (!token_parse(text, &token))
		return err_set(err, ERR_UNAUTHENTICATED,
			"The API token is mistyped or cut: its checksum is wrong.");
	if (!token_find(app->db, request->mem, token.id, &row, &found, err))
		return false;
	if (!is_that_token(request->mem, &token, &row, found))
		return err_set(err, ERR_UNAUTHENTICATED, "There is no such API token.");
	if (row.revoked)
		return err_set(err, ERR_UNAUTHENTICATED, "The API token %s was revoked.", token.id);
	if (row.expired)
		return err_set(err, ERR_UNAUTHENTICATED,
			"The API token %s has expired; make a new one.", token.id);
	fill_in(request, &token, &row);
	return !row.use_is_news ||
	       token_use(app->db, request->mem, token.id, request->remote_address, err);
}
