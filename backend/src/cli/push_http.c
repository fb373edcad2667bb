#include "cli/push_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"

#define IMPORT_PATH "/api/flows/import"
#define CONNECT_S   10L
/* Without a byte in either direction; the server needs a second or two for a batch. */
#define SILENCE_S 120L

struct push_http {
	const struct push_target *target;
	CURL *easy;
	CURLM *multi;
	struct curl_slist *headers;
	char *address;
	char error[CURL_ERROR_SIZE];
	void *mem; /* of one request: */
	char *answer;
	size_t answer_size, answer_capacity;
	bool under_way;
};

/* Failures that do not pass by themselves, and what to do; all others are tried again. */
static const struct hopeless {
	CURLcode code;
	const char *advice;
} hopeless[] = {
	{CURLE_UNSUPPORTED_PROTOCOL, "Give --url an address with http:// or https://."},
	{CURLE_URL_MALFORMAT, "Give --url an address like https://cpa.example.org:8081."},
	{CURLE_PEER_FAILED_VERIFICATION, "The server's certificate is not trusted: name its "
					 "authority with --ca-file, and use "
					 "the host name that the certificate is for."},
	{CURLE_SSL_CACERT_BADFILE, "Check the file that --ca-file names."},
	{CURLE_SSL_CERTPROBLEM, "Check the certificates."},
	{CURLE_SSL_CIPHER, "The server offers no cipher that is safe."},
	{CURLE_WRITE_ERROR, "The answer is too large to be one to an import: check --url."},
};

static void *must(void *pointer)
{
	if (pointer == NULL)
		abort();
	return pointer;
}

static void close_all(void *object)
{
	struct push_http *http = object;

	if (http->under_way)
		curl_multi_remove_handle(http->multi, http->easy);
	curl_easy_cleanup(http->easy);
	curl_multi_cleanup(http->multi);
	curl_slist_free_all(http->headers);
	free(http->address);
}

static size_t take_answer(char *bytes, size_t one, size_t size, void *context)
{
	struct push_http *http = context;

	(void)one;
	if (http->answer_size + size > LIMIT_ANSWER)
		return 0;
	mem_reserve(http->mem, http->answer, &http->answer_capacity, http->answer_size + size + 1);
	memcpy(http->answer + http->answer_size, bytes, size);
	http->answer_size += size;
	return size;
}

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* Adds the path of the import unless the address has it. */
static CURLUcode add_path(void *mem, CURLU *url)
{
	CURLUcode code;
	char *path, *whole;

	code = curl_url_get(url, CURLUPART_PATH, &path, 0);
	if (code != CURLUE_OK)
		return code;
	whole = mem_text(mem, path);
	curl_free(path);
	if (ends_with(whole, IMPORT_PATH))
		return CURLUE_OK;
	if (ends_with(whole, "/"))
		whole[strlen(whole) - 1] = '\0';
	return curl_url_set(url, CURLUPART_PATH, mem_format(mem, "%s%s", whole, IMPORT_PATH), 0);
}

static CURLUcode add_parameter(void *mem, CURLU *url, const char *name, const char *value)
{
	if (value == NULL)
		return CURLUE_OK;
	return curl_url_set(url, CURLUPART_QUERY, mem_format(mem, "%s=%s", name, value),
		CURLU_APPENDQUERY | CURLU_URLENCODE);
}

static bool has_password(CURLU *url)
{
	char *user = NULL;
	bool has = curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_OK;

	curl_free(user);
	return has;
}

static bool make_address(struct push_http *http, CURLU *url, struct err *err)
{
	const struct push_target *target = http->target;
	CURLUcode code = curl_url_set(url, CURLUPART_URL, target->url, 0);
	char *address;

	if (code == CURLUE_OK && has_password(url))
		return err_set(err, ERR_INVALID,
			"The address must hold no name and password, which everyone on this "
			"machine "
			"could see: use --token-file.");
	if (code == CURLUE_OK)
		code = add_path(http, url);
	if (code == CURLUE_OK)
		code = add_parameter(http, url, "name", target->name);
	if (code == CURLUE_OK)
		code = add_parameter(http, url, "cluster", target->cluster);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_URL, &address, 0);
	if (code != CURLUE_OK)
		return err_set(err, ERR_INVALID,
			"\"%s\" is no address (%s); give one like https://cpa.example.org:8081.",
			target->url, curl_url_strerror(code));
	http->address = address;
	return true;
}

static void set_up(struct push_http *http)
{
	CURL *easy = http->easy;

	curl_easy_setopt(easy, CURLOPT_URL, http->address);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "cpa-push/" CPA_VERSION);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
	if (http->target->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->target->ca_file);
}

bool push_http_new(
	void *mem, const struct push_target *target, struct push_http **ret_http, struct err *err)
{
	struct push_http *http = mem_new(mem, struct push_http);
	CURLU *url;
	bool good;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl cannot be started.");
	http->target = target;
	http->easy = must(curl_easy_init());
	http->multi = must(curl_multi_init());
	mem_attach(http, http, close_all);
	url = must(curl_url());
	good = make_address(http, url, err);
	curl_url_cleanup(url);
	if (!good)
		return false;
	set_up(http);
	*ret_http = http;
	return true;
}

const char *push_http_address(const struct push_http *http)
{
	return http->address;
}

/* The token in the file, without the line end. */
static bool read_token(void *mem, const char *path, const char **ret_token, struct err *err)
{
	char *text = mem_array(mem, char, LIMIT_TOKEN + 2);
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = descriptor < 0 ? -1 : read(descriptor, text, LIMIT_TOKEN + 1);
	int problem = errno;

	if (descriptor >= 0)
		close(descriptor);
	if (size < 0)
		return err_set(
			err, ERR_INVALID, "%s: cannot read the token: %s", path, strerror(problem));
	text[strcspn(text, "\r\n")] = '\0';
	*ret_token = text;
	return true;
}

static bool is_token(const char *token)
{
	size_t size = strlen(token);

	for (size_t i = 0; i < size; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return false;
	return size > 0 && size <= LIMIT_TOKEN;
}

static void add_header(struct push_http *http, const char *header)
{
	http->headers = must(curl_slist_append(http->headers, header));
}

static bool add_token(struct push_http *http, struct err *err)
{
	const char *token = http->target->token;

	if (http->target->token_file != NULL &&
		!read_token(http->mem, http->target->token_file, &token, err))
		return false;
	if (token == NULL)
		return true;
	if (!is_token(token))
		return err_set(err, ERR_INVALID,
			"%s holds no token: it is one word of at most %d letters, digits and "
			"signs.",
			http->target->token_file != NULL ? http->target->token_file : "CPA_TOKEN",
			LIMIT_TOKEN);
	add_header(http, mem_format(http->mem, "Authorization: Bearer %s", token));
	return true;
}

bool push_http_send(struct push_http *http, const char *body, size_t size, struct err *err)
{
	mem_free(http->mem);
	http->mem = mem_context(http);
	http->answer = NULL;
	http->answer_size = http->answer_capacity = 0;
	*http->error = '\0';
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	add_header(http, "Content-Type: application/x-ndjson");
	add_header(http, "Content-Encoding: gzip");
	if (!add_token(http, err))
		return false;
	curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(http->easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(http->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	if (curl_multi_add_handle(http->multi, http->easy) != CURLM_OK)
		abort();
	http->under_way = true;
	return true;
}

void push_http_wait(
	struct push_http *http, struct pollfd *descriptors, unsigned count, int64_t timeout_ms)
{
	struct curl_waitfd extra[4];
	int running;

	if (count > sizeof extra / sizeof *extra)
		abort();
	for (unsigned i = 0; i < count; i++)
		extra[i] =
			(struct curl_waitfd){.fd = descriptors[i].fd, .events = CURL_WAIT_POLLIN};
	if (curl_multi_perform(http->multi, &running) != CURLM_OK)
		abort();
	/* a reply that is there already must not wait for the descriptors */
	if (http->under_way && running == 0)
		timeout_ms = 0;
	curl_multi_poll(http->multi, extra, count, (int)timeout_ms, NULL);
	curl_multi_perform(http->multi, &running);
	/* libcurl does not tell of a pipe's end */
	if (poll(descriptors, count, 0) < 0)
		for (unsigned i = 0; i < count; i++)
			descriptors[i].revents = 0;
}

static struct push_reply reply_of(struct push_http *http, CURLcode code)
{
	struct push_reply reply = {0};
	const char *advice = NULL;
	curl_off_t retry_after = 0;

	if (code == CURLE_OK) {
		curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &reply.status);
		curl_easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &retry_after);
		reply.retry_after_s = retry_after;
		mem_reserve(http->mem, http->answer, &http->answer_capacity, http->answer_size + 1);
		http->answer[http->answer_size] = '\0';
		reply.body = http->answer;
		return reply;
	}
	for (size_t i = 0; i < sizeof hopeless / sizeof *hopeless; i++)
		if (hopeless[i].code == code)
			advice = hopeless[i].advice;
	reply.hopeless = advice != NULL;
	reply.failure = mem_format(http->mem, "%s%s%s",
		*http->error != '\0' ? http->error : curl_easy_strerror(code),
		advice == NULL ? "" : ". ", advice == NULL ? "" : advice);
	return reply;
}

bool push_http_reply(struct push_http *http, struct push_reply *ret_reply)
{
	int left;
	CURLMsg *message = curl_multi_info_read(http->multi, &left);

	if (message == NULL)
		return false;
	*ret_reply = reply_of(http, message->data.result);
	curl_multi_remove_handle(http->multi, http->easy);
	http->under_way = false;
	return true;
}
