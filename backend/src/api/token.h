/*
 * The text of an API token: cpa_KIND_ID_SECRET_CHECK (ops.md 2).
 *
 *   KIND    u of a user, s of a service, i for ingest alone
 *   ID      8 letters and digits, public: it is shown, logged and looked up
 *   SECRET  43 letters and digits, 256 random bits; only their SHA-256 is stored
 *   CHECK   6 letters and digits: the CRC-32 of all before it, so that scanners for secrets find tokens
 *           without asking, and a mistyped one is known without the database
 */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "base/err.h"

#define TOKEN_ID_SIZE     8
#define TOKEN_SECRET_SIZE 43

enum token_kind { TOKEN_USER, TOKEN_SERVICE, TOKEN_INGEST, TOKEN_KINDS };

const char *token_kind_name(enum token_kind kind); /* "user" */
bool token_kind_parse(const char *name, enum token_kind *ret_kind);

struct token {
	enum token_kind kind;
	char id[TOKEN_ID_SIZE + 1];
	char secret[TOKEN_SECRET_SIZE + 1];
};

/* Is it of the form, and is its checksum right? */
bool token_parse(const char *text, struct token *ret_token);

/* The text of a token, owned by `mem`. */
const char *token_text(void *mem, const struct token *token);

/* Is this an id? */
bool token_id_is_valid(const char *text);

/* A new token with random id and secret; ERR_UNAVAILABLE when there are no random numbers. */
MUST_CHECK bool token_make(enum token_kind kind, struct token *ret_token, struct err *err);

/* The SHA-256 of the secret, in hexadecimal, owned by `mem`. */
const char *token_digest(void *mem, const struct token *token);

#endif
