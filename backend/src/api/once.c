#include "api/once.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "store/idempotency.h"

#define HEADER "Idempotency-Key"

static bool read_key(const struct request *request, const char **ret_key, struct err *err)
{
	const char *key = request_header(request, HEADER);
	size_t size = key == NULL ? 0 : strlen(key);

	*ret_key = key;
	for (size_t i = 0; i < size; i++)
		if (key[i] < 0x21 || key[i] > 0x7e)
			return err_field(err, ERR_INVALID, HEADER,
				"A key is letters, digits and signs without spaces: a UUID.");
	if (size > LIMIT_IDEMPOTENCY_KEY)
		return err_field(err, ERR_INVALID, HEADER, "A key has %d characters at most.",
			LIMIT_IDEMPOTENCY_KEY);
	return true;
}

/* What makes two requests the same: address, query and body. */
static bool hash_request(struct request *request, char ret_sha256[SHA256_TEXT], struct err *err)
{
	struct sha256 *hash;
	const char *body;
	size_t size;

	if (!request_body(request, &body, &size, err))
		return false;
	hash = sha256_new(request->mem);
	sha256_add(hash, request->path, strlen(request->path) + 1);
	for (size_t i = 0; i < request->query.count; i++) {
		const struct parameter *given = &request->query.items[i];

		sha256_add(hash, given->name, strlen(given->name) + 1);
		sha256_add(hash, given->value, strlen(given->value) + 1);
	}
	sha256_add(hash, "", 1);
	sha256_add(hash, body, size);
	sha256_text(hash, ret_sha256);
	return true;
}

/* Two people with one key are two requests; so are a person and their token. */
static const char *caller_of(const struct request *request)
{
	const struct user *user = &request->user;

	return mem_format(request->mem, "%s/%s", authentication_name(user->authentication),
		*user->token_id == '\0' ? user->name : user->token_id);
}

static void replay(
	struct request *request, struct response *response, const struct kept_answer *answer)
{
	json_t *headers = json_loads(answer->headers, 0, NULL), *value;
	const char *name;

	json_object_foreach(headers, name, value)
	{
		response_header(
			response, mem_text(request->mem, name), "%s", json_string_value(value));
	}
	json_decref(headers);
	response_header(response, "Idempotency-Replayed", "true");
	response_text(
		response, answer->status, "application/json", answer->body, strlen(answer->body));
}

bool once(struct app *app, struct request *request, struct response *response, handler *work,
	struct err *err)
{
	struct idempotency_key key = {.claim = NULL};
	struct kept_answer answer;
	char sha256[SHA256_TEXT];
	bool kept, done;

	if (!read_key(request, &key.key, err))
		return false;
	if (key.key == NULL)
		return work(app, request, response, err);
	key.caller = caller_of(request);
	key.route = mem_format(request->mem, "%s %s", request->method, request->path);
	if (!hash_request(request, sha256, err) ||
		!idempotency_claim(app->side, request->mem, &key, sha256, &kept, &answer, err))
		return false;
	if (kept) {
		replay(request, response, &answer);
		return true;
	}
	app->key = &key;
	done = work(app, request, response, err);
	app->key = NULL;
	db_rollback(app->db);
	idempotency_release(app->side, request->mem, &key);
	return done;
}

bool once_commit(
	struct app *app, const struct request *request, struct response *response, struct err *err)
{
	struct kept_answer answer;
	json_t *headers;
	char *text;
	bool kept = true;

	if (app->key != NULL) {
		headers = response_headers(response);
		text = json_dumps(headers, JSON_COMPACT);
		answer = (struct kept_answer){.status = response_status(response),
			.headers = text,
			.body = response_body(response)};
		kept = idempotency_keep(app->db, request->mem, app->key, &answer, err);
		json_decref(headers);
		free(text);
	}
	return kept && db_commit(app->db, err);
}
