#include "cli/push_answer.h"

#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define WAIT_FIRST_MS   1000
#define WAIT_LONGEST_MS 30000

/* The first row that matches decides. */
static const struct meaning {
	long first, last;
	enum push_fate fate;
	const char *advice;
} meanings[] = {
	{200, 200, PUSH_STORED, NULL},
	{300, 399, PUSH_NEVER,
		"That is a redirection, perhaps to a page to sign in: give the address for API "
		"tokens (port 8081)."},
	{401, 401, PUSH_NEVER,
		"The server does not accept the token: check --token-file or CPA_TOKEN."},
	{403, 403, PUSH_NEVER,
		"The token may not send flows here: it needs the scope flows:write."},
	{404, 405, PUSH_NEVER, "There is no import at this address: check --url."},
	{408, 408, PUSH_AGAIN, NULL},
	{413, 413, PUSH_NEVER,
		"Something between here and the server allows no such size: make the "
		"batches smaller with --batch-bytes."},
	{415, 415, PUSH_NEVER,
		"Something between here and the server does not pass gzip: check --url."},
	{425, 425, PUSH_AGAIN, NULL},
	{429, 429, PUSH_AGAIN, NULL},
	{400, 499, PUSH_NEVER, "Trying again would not help."},
	{501, 501, PUSH_NEVER, "Something between here and the server does not take the request."},
	{505, 505, PUSH_NEVER, "Something between here and the server does not take the request."},
	{500, 599, PUSH_AGAIN, NULL},
	{0, 999, PUSH_NEVER, "That is no answer to an import: check --url."},
};

static const struct meaning *meaning_of(long status)
{
	const struct meaning *meaning = meanings;

	while (status < meaning->first || status > meaning->last)
		meaning++;
	return meaning;
}

static void json_free(void *value)
{
	json_decref(value);
}

/* The object in the body, or NULL. */
static const json_t *body_read(void *mem, const char *body)
{
	json_t *value = json_loads(body, JSON_REJECT_DUPLICATES, NULL);

	if (value != NULL)
		mem_attach(mem, value, json_free);
	return json_is_object(value) ? value : NULL;
}

static uint64_t count_of(const json_t *object, const char *name)
{
	json_int_t count = json_integer_value(json_object_get(object, name));

	return count > 0 ? (uint64_t)count : 0;
}

static uint64_t sum_of(const json_t *object)
{
	const char *kind;
	json_t *count;
	uint64_t sum = 0;

	json_object_foreach((json_t *)(uintptr_t)object, kind, count) sum +=
		json_integer_value(count) > 0 ? (uint64_t)json_integer_value(count) : 0;
	return sum;
}

static void read_rejects(void *mem, const json_t *errors, struct push_counts *counts)
{
	size_t i;
	json_t *one;

	counts->rejects = mem_array(mem, struct push_reject, LIMIT_IMPORT_ERRORS);
	json_array_foreach(errors, i, one)
	{
		const char *why = json_string_value(json_object_get(one, "detail"));
		const char *field = json_string_value(json_object_get(one, "field"));

		if (counts->reject_count == LIMIT_IMPORT_ERRORS)
			return;
		counts->rejects[counts->reject_count++] = (struct push_reject){
			.line = (unsigned long)count_of(one, "line"),
			.why = mem_format(mem, "%s%s%s", field == NULL ? "" : field,
				field == NULL || *field == '\0' ? "" : ": ",
				why == NULL ? "rejected" : why),
		};
	}
}

static bool read_counts(
	void *mem, const char *body, unsigned attempts, struct push_counts *ret_counts)
{
	const json_t *answer = body_read(mem, body);
	struct push_counts counts = {0};

	if (answer == NULL || !json_is_integer(json_object_get(answer, "accepted")) ||
		!json_is_integer(json_object_get(answer, "received")))
		return false;
	counts.accepted = count_of(answer, "accepted");
	counts.duplicates = count_of(answer, "duplicates");
	counts.rejected = count_of(answer, "rejected");
	counts.ignored = sum_of(json_object_get(answer, "ignored"));
	read_rejects(mem, json_object_get(answer, "errors"), &counts);
	/* not ours, if the answer to a first try is one that was stored before */
	if (attempts < 2 && json_is_true(json_object_get(answer, "already_imported"))) {
		counts.duplicates += counts.accepted;
		counts.accepted = 0;
	}
	*ret_counts = counts;
	return true;
}

/* "The server answered 503: DETAIL", with what a problem document says (RFC 9457). */
static const char *words_of(void *mem, const struct push_reply *reply, const char *advice)
{
	const json_t *problem = body_read(mem, reply->body);
	const char *detail = json_string_value(json_object_get(problem, "detail"));

	return mem_format(mem, "The server answered %ld%s%s%s%s", reply->status,
		detail == NULL ? "." : ": ", detail == NULL ? "" : detail,
		advice == NULL ? "" : " ", advice == NULL ? "" : advice);
}

enum push_fate push_judge(void *mem, const struct push_reply *reply, unsigned attempts,
	struct push_counts *ret_counts, const char **ret_why)
{
	const struct meaning *meaning;

	if (reply->failure != NULL) {
		*ret_why = reply->failure;
		return reply->hopeless ? PUSH_NEVER : PUSH_AGAIN;
	}
	meaning = meaning_of(reply->status);
	if (meaning->fate != PUSH_STORED) {
		*ret_why = words_of(mem, reply, meaning->advice);
		return meaning->fate;
	}
	if (read_counts(mem, reply->body, attempts, ret_counts))
		return PUSH_STORED;
	*ret_why = "The server answered 200, but not as an import does: check --url. A page to "
		   "sign in "
		   "answers so; give the address for API tokens (port 8081).";
	return PUSH_NEVER;
}

int64_t push_wait_ms(unsigned attempts, int64_t retry_after_s, uint32_t random)
{
	int64_t wait = WAIT_FIRST_MS;
	int64_t asked = retry_after_s < LIMIT_RETRY_AFTER_S ? retry_after_s : LIMIT_RETRY_AFTER_S;

	for (unsigned i = 1; i < attempts && wait < WAIT_LONGEST_MS; i++)
		wait *= 2;
	if (wait > WAIT_LONGEST_MS)
		wait = WAIT_LONGEST_MS;
	wait = wait / 2 + (int64_t)(random % (uint64_t)(wait / 2 + 1));
	return wait > asked * 1000 ? wait : asked * 1000;
}
