#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/app.h"
#include "api/group_limits.h"
#include "api/origin.h"
#include "api/proxy_user.h"
#include "base/limits.h"
#include "base/mem.h"

#define SECRET "a secret of the proxy, 32 bytes."
#define NEXT   "the secret that comes after it.."

static char secret_path[] = "/tmp/cpa-test-secret.XXXXXX";

static void write_secrets(const char *text)
{
	FILE *file = fopen(secret_path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const char *parameter(void *context, const char *name)
{
	for (const char *const *p = context; *p != NULL; p += 2)
		if (strcmp(p[0], name) == 0)
			return p[1];
	return NULL;
}

static bool no_body(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	(void)context, (void)buffer, (void)size, (void)err;
	*ret_got = 0;
	return true;
}

static const struct auth_settings dev = {.mode = AUTH_DEV,
	.public_url = "",
	.contact = "",
	.role_groups = {"", "", "", ""},
	.group_limits = ""};
static const struct auth_settings proxy = {.mode = AUTH_PROXY,
	.preset = PRESET_OAUTH2_PROXY,
	.public_url = "https://cpa.example.com",
	.contact = "network@example.com",
	.role_groups = {"", "staff, readers", "writers", "admins"},
	.group_limits = "team-shop=*/shop, */cart;cn=team,dc=x=north/*;nobody="};
static const struct auth_settings token = {.mode = AUTH_TOKEN,
	.public_url = "",
	.contact = "",
	.role_groups = {"", "", "", ""},
	.group_limits = ""};

static const struct route viewing = {"GET", "/x", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, NULL};
static const struct route editing = {"POST", "/x", ROLE_EDITOR, SCOPE_FLOWS_WRITE, 0, NULL};
static const struct route public = {"GET", "/x", ROLE_NONE, SCOPE_NONE, 0, NULL};

/* What auth_check makes of a request with these parameters in pairs: the user, and the error. */
struct answer {
	void *mem;
	struct user user;
	struct err err;
};

static struct answer ask(const struct auth_settings *settings, const struct route *route,
	const char *const *parameters)
{
	struct answer answer = {.mem = mem_context(NULL)};
	struct app app = {.auth = settings,
		.database_agrees = true,
		.db = db_new(answer.mem),
		.proxy_secret = proxy_secret_new(answer.mem, secret_path)};
	struct request_source source = {(void *)(uintptr_t)parameters, parameter, no_body, NULL};
	struct request *request;

	assert_true(request_open(answer.mem, source, &request, &answer.err));
	if (auth_check(&app, request, route, &answer.err))
		assert_int_equal(answer.err.code, ERR_NONE);
	else
		assert_int_not_equal(answer.err.code, ERR_NONE);
	answer.user = request->user;
	return answer;
}

static enum err_code code_of(const struct auth_settings *settings, const struct route *route,
	const char *const *parameters)
{
	struct answer answer = ask(settings, route, parameters);

	mem_free(answer.mem);
	return answer.err.code;
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define LOCAL(method, ...)                                                                         \
	PAIRS("REQUEST_METHOD", method, "CPA_LISTENER", "portal", "HTTP_HOST", "127.0.0.1:8080",   \
		__VA_ARGS__)
/* A request that comes through the proxy. */
#define SIGNED_IN(method, user, groups, ...)                                                       \
	PAIRS("REQUEST_METHOD", method, "CPA_LISTENER", "portal", "HTTP_HOST", "cpa.example.com",  \
		"CPA_PEER_TRUSTED", "1", "CPA_PROXY_SECRET", SECRET, "CPA_AUTH_USER", user,        \
		"CPA_AUTH_GROUPS", groups, __VA_ARGS__)
#define NOTHING_MORE "HTTP_ACCEPT", "*/*"

static void test_dev_makes_its_machine_admin(void **state)
{
	struct answer answer = ask(&dev, &editing, LOCAL("POST", NOTHING_MORE));

	(void)state;
	assert_int_equal(answer.err.code, ERR_NONE);
	assert_int_equal(answer.user.role, ROLE_ADMIN);
	assert_int_equal(answer.user.authentication, AUTHENTICATION_DEV);
	assert_string_equal(answer.user.name, "local developer");
	mem_free(answer.mem);
}

static void test_dev_is_for_loopback_alone(void **state)
{
	static const struct {
		const char *host;
		bool accepted;
	} hosts[] = {{"localhost", true}, {"LOCALHOST:9000", true}, {"127.0.0.1", true},
		{"[::1]:8080", true}, {"", false}, {"cpa.example.com", false},
		{"127.0.0.1.evil.example", false}, {"localhost.evil.example:80", false},
		{"127.0.0.1:", false}, {"127.0.0.1:80@evil.example", false}, {"[::1", false},
		{"192.168.1.10:8080", false}};

	(void)state;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		assert_int_equal(code_of(&dev, &viewing,
					 PAIRS("REQUEST_METHOD", "GET", "CPA_LISTENER", "portal",
						 "HTTP_HOST", hosts[i].host)),
			hosts[i].accepted ? ERR_NONE : ERR_FORBIDDEN);
	assert_int_equal(
		code_of(&dev, &viewing, LOCAL("GET", "CPA_FORWARDED", "1")), ERR_FORBIDDEN);
	assert_int_equal(code_of(&dev, &viewing, LOCAL("GET", "CPA_FORWARDED", "")), ERR_NONE);
}

static void test_automation_knows_tokens_alone(void **state)
{
	static const char *const listeners[] = {"automation", "metrics", "", "portal2"};

	(void)state;
	for (size_t i = 0; i < sizeof listeners / sizeof *listeners; i++)
		assert_int_equal(code_of(&dev, &viewing,
					 PAIRS("REQUEST_METHOD", "GET", "HTTP_HOST", "127.0.0.1",
						 "CPA_LISTENER", listeners[i])),
			ERR_UNAUTHENTICATED);
	assert_int_equal(code_of(&proxy, &viewing,
				 PAIRS("REQUEST_METHOD", "GET", "CPA_LISTENER", "automation",
					 "CPA_PEER_TRUSTED", "1", "CPA_PROXY_SECRET", SECRET,
					 "CPA_AUTH_USER", "ann", "CPA_AUTH_GROUPS", "admins")),
		ERR_UNAUTHENTICATED);
	assert_int_equal(
		code_of(&token, &viewing, LOCAL("GET", NOTHING_MORE)), ERR_UNAUTHENTICATED);
	assert_int_equal(code_of(&token, &viewing, SIGNED_IN("GET", "ann", "admins", NOTHING_MORE)),
		ERR_UNAUTHENTICATED);
	assert_int_equal(code_of(&token, &public, LOCAL("GET", NOTHING_MORE)), ERR_NONE);
}

static void test_the_proxys_user(void **state)
{
	struct answer answer = ask(&proxy, &viewing,
		SIGNED_IN("GET", "ann", "other, staff", "CPA_AUTH_EMAIL", "ann@example.com",
			"CPA_AUTH_NAME", "Änn", "HTTP_AUTHORIZATION", "Basic YW5uOg=="));

	(void)state;
	assert_int_equal(answer.err.code, ERR_NONE);
	assert_string_equal(answer.user.name, "ann");
	assert_string_equal(answer.user.email, "ann@example.com");
	assert_string_equal(answer.user.display_name, "Änn");
	assert_int_equal(answer.user.role, ROLE_VIEWER);
	assert_int_equal(answer.user.authentication, AUTHENTICATION_PROXY);
	assert_int_equal(answer.user.groups.count, 2);
	assert_string_equal(answer.user.groups.items[0], "other");
	assert_string_equal(answer.user.groups.items[1], "staff");
	mem_free(answer.mem);
	answer = ask(&proxy, &viewing,
		SIGNED_IN(
			"GET", "ann", "staff", "CPA_AUTH_NAME", "\xff", "CPA_AUTH_EMAIL", "a\nb"));
	assert_int_equal(answer.err.code, ERR_NONE);
	assert_string_equal(answer.user.display_name, "");
	assert_string_equal(answer.user.email, "");
	mem_free(answer.mem);
}

static void test_the_proxy_must_be_the_proxy(void **state)
{
#define FROM(trusted, secret)                                                                      \
	PAIRS("REQUEST_METHOD", "GET", "CPA_LISTENER", "portal", "CPA_PEER_TRUSTED", trusted,      \
		"CPA_PROXY_SECRET", secret, "CPA_AUTH_USER", "ann", "CPA_AUTH_GROUPS", "admins")
	static const char *const wrong[] = {"", SECRET "x", "a secret of the proxy, 32 bytes",
		"A secret of the proxy, 32 bytes.", " " SECRET, SECRET "\n" NEXT};

	(void)state;
	assert_int_equal(code_of(&proxy, &viewing, FROM("1", SECRET)), ERR_NONE);
	assert_int_equal(code_of(&proxy, &viewing, FROM("1", NEXT)), ERR_NONE);
	assert_int_equal(code_of(&proxy, &viewing, FROM("", SECRET)), ERR_UNAUTHENTICATED);
	assert_int_equal(code_of(&proxy, &viewing, FROM("0", SECRET)), ERR_UNAUTHENTICATED);
	assert_int_equal(code_of(&proxy, &viewing, FROM("yes", SECRET)), ERR_UNAUTHENTICATED);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(
			code_of(&proxy, &viewing, FROM("1", wrong[i])), ERR_UNAUTHENTICATED);
#undef FROM
}

static void test_roles_by_group(void **state)
{
	static const struct {
		const char *groups;
		enum role role;
	} cases[] = {{"", ROLE_NONE}, {"staff", ROLE_VIEWER}, {"readers", ROLE_VIEWER},
		{"writers", ROLE_EDITOR}, {"admins", ROLE_ADMIN},
		{"staff,admins,writers", ROLE_ADMIN}, {"Staff", ROLE_NONE}, {"staff2", ROLE_NONE},
		{"sta", ROLE_NONE}, {"staff, readers", ROLE_VIEWER}, {"staff|admins", ROLE_NONE},
		{",,", ROLE_NONE}, {" writers ", ROLE_EDITOR}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = ask(
			&proxy, &viewing, SIGNED_IN("GET", "ann", cases[i].groups, NOTHING_MORE));

		assert_int_equal(answer.user.role, cases[i].role);
		assert_int_equal(
			answer.err.code, cases[i].role == ROLE_NONE ? ERR_FORBIDDEN : ERR_NONE);
		mem_free(answer.mem);
	}
}

static void test_limits_by_group(void **state)
{
	static const struct {
		const char *groups, *limits; /* separated by spaces; NULL: none */
	} cases[] = {{"staff", NULL}, {"staff,team-shop", "*/shop */cart"}, {"staff,nobody", ""},
		{"staff,nobody,team-shop", "*/shop */cart"},
		{"staff,team-shop,team", "*/shop */cart"}, {"admins,Team-shop", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = ask(
			&proxy, &viewing, SIGNED_IN("GET", "ann", cases[i].groups, NOTHING_MORE));
		const struct text_list *limits = answer.user.limits;
		const char *text = "";

		assert_int_equal(answer.err.code, ERR_NONE);
		if (cases[i].limits == NULL) {
			assert_null(limits);
		} else {
			assert_non_null(limits);
			for (size_t j = 0; j < limits->count; j++)
				text = mem_format(answer.mem, "%s%s%s", text, j == 0 ? "" : " ",
					limits->items[j]);
			assert_string_equal(text, cases[i].limits);
		}
		mem_free(answer.mem);
	}
}

static void test_group_limits_are_checked(void **state)
{
	static const char *const good[] = {"a=*/*", "a=", "a=*/x,y/*;b=n/m", "cn=a,ou=b=*/x"};
	static const char *const bad[] = {
		"", "a", "=*/x", "a=x", "a=*/x,", "a=*/x;", ";a=*/x", "a=*/x y", "a=*/x;b"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(group_limits_are_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(group_limits_are_valid(bad[i]));
}

static void test_separators_by_product(void **state)
{
	static const struct {
		enum proxy_preset preset;
		int separator;
		const char *groups;
	} cases[] = {{PRESET_OAUTH2_PROXY, 0, "x,admins"}, {PRESET_AUTH_REQUEST, 0, "x,admins"},
		{PRESET_AUTHELIA, 0, "x,admins"}, {PRESET_AUTHENTIK, 0, "x|admins"},
		{PRESET_POMERIUM, 0, "x,admins"}, {PRESET_CUSTOM, 0, "x,admins"},
		{PRESET_CUSTOM, 1, "x;admins"}, {PRESET_CUSTOM, 2, "x|admins"},
		{PRESET_CUSTOM, 3, "x admins"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct auth_settings settings = proxy;
		struct answer answer;

		settings.preset = cases[i].preset;
		settings.separator = cases[i].separator;
		answer = ask(&settings, &viewing,
			SIGNED_IN("GET", "ann", cases[i].groups, NOTHING_MORE));
		assert_int_equal(answer.user.groups.count, 2);
		assert_int_equal(answer.user.role, ROLE_ADMIN);
		mem_free(answer.mem);
	}
}

static void test_without_a_role_it_says_what_to_do(void **state)
{
	struct answer answer =
		ask(&proxy, &viewing, SIGNED_IN("GET", "ann", "sales,visitors", NOTHING_MORE));

	(void)state;
	assert_int_equal(answer.err.code, ERR_FORBIDDEN);
	assert_non_null(strstr(answer.err.text, "ann"));
	assert_non_null(strstr(answer.err.text, "sales, visitors"));
	assert_non_null(strstr(answer.err.text, "network@example.com"));
	mem_free(answer.mem);
	assert_int_equal(
		code_of(&proxy, &editing,
			SIGNED_IN("POST", "ann", "staff", "HTTP_SEC_FETCH_SITE", "same-origin")),
		ERR_FORBIDDEN);
	assert_int_equal(
		code_of(&proxy, &public, SIGNED_IN("GET", "ann", "", NOTHING_MORE)), ERR_NONE);
}

/* A text of `size` times the letter a. */
static const char *letters(void *mem, size_t size)
{
	char *text = mem_array(mem, char, size + 1);

	memset(text, 'a', size);
	return text;
}

static void test_names_and_groups_have_bounds(void **state)
{
	static const char *const bad[] = {"a\tb", "a\nb", "\x7f", "\xc3", "\xff\xfe", "\xc0\xaf"};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(
			code_of(&proxy, &viewing, SIGNED_IN("GET", bad[i], "admins", NOTHING_MORE)),
			ERR_UNAUTHENTICATED);
		assert_int_equal(
			code_of(&proxy, &viewing, SIGNED_IN("GET", "ann", bad[i], NOTHING_MORE)),
			ERR_UNAUTHENTICATED);
	}
	assert_int_equal(
		code_of(&proxy, &viewing,
			SIGNED_IN("GET", letters(mem, LIMIT_IDENTITY), "admins", NOTHING_MORE)),
		ERR_NONE);
	assert_int_equal(
		code_of(&proxy, &viewing,
			SIGNED_IN("GET", letters(mem, LIMIT_IDENTITY + 1), "admins", NOTHING_MORE)),
		ERR_UNAUTHENTICATED);
	assert_int_equal(
		code_of(&proxy, &viewing,
			SIGNED_IN("GET", "ann",
				mem_format(mem, "admins,%s", letters(mem, LIMIT_GROUPS_TEXT - 7)),
				NOTHING_MORE)),
		ERR_NONE);
	assert_int_equal(
		code_of(&proxy, &viewing,
			SIGNED_IN("GET", "ann",
				mem_format(mem, "admins,%s", letters(mem, LIMIT_GROUPS_TEXT - 6)),
				NOTHING_MORE)),
		ERR_UNAUTHENTICATED);
	mem_free(mem);
}

static void test_other_sites_change_nothing_in_dev(void **state)
{
#define CHANGE(...) code_of(&dev, &editing, LOCAL("PUT", __VA_ARGS__))
	(void)state;
	assert_int_equal(CHANGE(NOTHING_MORE), ERR_NONE);
	/* curl --data-binary */
	assert_int_equal(CHANGE("CONTENT_TYPE", "application/x-www-form-urlencoded"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "same-origin"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "none"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "same-site"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "cross-site"), ERR_FORBIDDEN);
	assert_int_equal(
		CHANGE("HTTP_SEC_FETCH_SITE", "cross-site", "HTTP_ORIGIN", "http://127.0.0.1:8080"),
		ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "http://127.0.0.1:8080"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "http://127.0.0.1:8081"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "https://evil.example"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "null"), ERR_FORBIDDEN);
	assert_int_equal(code_of(&dev, &viewing, LOCAL("GET", "HTTP_SEC_FETCH_SITE", "cross-site")),
		ERR_NONE);
#undef CHANGE
}

static void test_other_sites_change_nothing_behind_a_proxy(void **state)
{
#define CHANGE(...) code_of(&proxy, &editing, SIGNED_IN("POST", "ann", "writers", __VA_ARGS__))
	struct auth_settings no_url = proxy;

	(void)state;
	assert_int_equal(CHANGE(NOTHING_MORE), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "same-origin"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_SEC_FETCH_SITE", "cross-site"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "https://cpa.example.com"), ERR_NONE);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "http://cpa.example.com"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", "https://cpa.example.com:8443"), ERR_FORBIDDEN);
	assert_int_equal(
		CHANGE("HTTP_ORIGIN", "https://cpa.example.com.evil.example"), ERR_FORBIDDEN);
	assert_int_equal(CHANGE("HTTP_ORIGIN", ""), ERR_FORBIDDEN);
	assert_int_equal(
		code_of(&proxy, &viewing, SIGNED_IN("GET", "ann", "writers", NOTHING_MORE)),
		ERR_NONE);
	/* Without CPA_PUBLIC_URL the header Host decides nothing: the proxy may rewrite it. */
	no_url.public_url = "";
	assert_int_equal(code_of(&no_url, &editing,
				 SIGNED_IN("POST", "ann", "writers", "HTTP_ORIGIN",
					 "https://cpa.example.com")),
		ERR_FORBIDDEN);
#undef CHANGE
}

static void test_browsers_send_data_and_no_forms(void **state)
{
	static const struct {
		const char *type;
		enum err_code code;
	} cases[] = {{"application/json", ERR_NONE}, {"Application/JSON; charset=utf-8", ERR_NONE},
		{"application/x-ndjson", ERR_NONE}, {"application/yaml", ERR_NONE},
		{"application/gzip", ERR_NONE}, {"application/zstd", ERR_NONE},
		{"application/octet-stream", ERR_NONE}, {"", ERR_NONE},
		{"text/plain", ERR_UNSUPPORTED}, {"text/plain;application/json", ERR_UNSUPPORTED},
		{"application/x-www-form-urlencoded", ERR_UNSUPPORTED},
		{"multipart/form-data; boundary=x", ERR_UNSUPPORTED},
		{"application/jsonx", ERR_UNSUPPORTED}, {"application/jso", ERR_UNSUPPORTED}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(code_of(&proxy, &editing,
					 SIGNED_IN("POST", "ann", "writers", "HTTP_SEC_FETCH_SITE",
						 "same-origin", "CONTENT_TYPE", cases[i].type)),
			cases[i].code);
}

static void test_origins(void **state)
{
	static const char *const good[] = {"https://cpa.example.com", "http://cpa.example.com:8080",
		"https://10.0.0.1", "http://[::1]:8080"};
	static const char *const bad[] = {"", "cpa.example.com", "https://",
		"https://CPA.example.com", "https://cpa.example.com/",
		"https://cpa.example.com:443", "http://cpa:80",
		"https://cpa.example.com:", "https://cpa:123456", "ftp://cpa", "https://a b",
		"https://user@cpa"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(origin_is_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(origin_is_valid(bad[i]));
}

static bool matches(struct proxy_secret *secret, const char *given, struct err *err)
{
	bool match = false;

	return proxy_secret_matches(secret, given, &match, err) && match;
}

static void test_the_secrets_file_is_followed(void **state)
{
	void *mem = mem_context(NULL);
	struct proxy_secret *secret = proxy_secret_new(mem, secret_path);
	const char *least = letters(mem, LIMIT_PROXY_SECRET_LEAST);
	const char *most = letters(mem, LIMIT_PROXY_SECRET);
	const char *bad[] = {"", "\n", "short", SECRET "\n" NEXT "\nand a third of them\n",
		letters(mem, LIMIT_PROXY_SECRET_LEAST - 1), letters(mem, LIMIT_PROXY_SECRET + 1)};
	struct err err = {0};

	(void)state;
	write_secrets(SECRET);
	assert_true(matches(secret, SECRET, &err));
	assert_false(matches(secret, NEXT, &err));
	write_secrets(SECRET "\r\n\n" NEXT "\r\n");
	assert_true(matches(secret, SECRET, &err));
	assert_true(matches(secret, NEXT, &err));
	write_secrets(NEXT "\n");
	assert_false(matches(secret, SECRET, &err));
	assert_true(matches(secret, NEXT, &err));
	write_secrets(least);
	assert_true(matches(secret, least, &err));
	write_secrets(mem_format(mem, "%s\n%s\n", most, NEXT));
	assert_true(matches(secret, most, &err));
	assert_int_equal(err.code, ERR_NONE);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err.code = ERR_NONE;
		write_secrets(bad[i]);
		assert_false(matches(secret, bad[i], &err));
		assert_int_equal(err.code, ERR_UNAVAILABLE);
	}
	err.code = ERR_NONE;
	assert_false(matches(proxy_secret_new(mem, "/nowhere/at all"), SECRET, &err));
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	assert_false(proxy_secret_refresh(secret, &err));
	write_secrets(SECRET "\n" NEXT "\n");
	assert_true(proxy_secret_refresh(secret, &err));
	mem_free(mem);
}

static void test_names_of_scopes(void **state)
{
	void *mem = mem_context(NULL);
	struct text_list names = scope_names(mem, SCOPE_ALL);
	unsigned all = 0, scope;
	enum role role;

	(void)state;
	for (size_t i = 0; i < names.count; i++) {
		assert_true(scope_parse(names.items[i], &scope));
		assert_int_equal(all & scope, 0);
		all |= scope;
	}
	assert_int_equal(all, SCOPE_ALL);
	assert_false(scope_parse("none", &scope));
	assert_string_equal(scope_text(mem, SCOPE_NONE), "none");
	assert_string_equal(scope_text(mem, SCOPE_POLICIES_READ | SCOPE_FLOWS_READ),
		"flows:read policies:read");
	assert_true(role_parse("editor", &role));
	assert_int_equal(role, ROLE_EDITOR);
	assert_false(role_parse("root", &role));
	mem_free(mem);
}

static int make_secret(void **state)
{
	int file = mkstemp(secret_path);

	(void)state;
	if (file < 0)
		return -1;
	close(file);
	write_secrets(SECRET "\n" NEXT "\n");
	return 0;
}

static int remove_secret(void **state)
{
	(void)state;
	return unlink(secret_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dev_makes_its_machine_admin),
		cmocka_unit_test(test_dev_is_for_loopback_alone),
		cmocka_unit_test(test_automation_knows_tokens_alone),
		cmocka_unit_test(test_the_proxys_user),
		cmocka_unit_test(test_the_proxy_must_be_the_proxy),
		cmocka_unit_test(test_roles_by_group),
		cmocka_unit_test(test_limits_by_group),
		cmocka_unit_test(test_group_limits_are_checked),
		cmocka_unit_test(test_separators_by_product),
		cmocka_unit_test(test_without_a_role_it_says_what_to_do),
		cmocka_unit_test(test_names_and_groups_have_bounds),
		cmocka_unit_test(test_other_sites_change_nothing_in_dev),
		cmocka_unit_test(test_other_sites_change_nothing_behind_a_proxy),
		cmocka_unit_test(test_browsers_send_data_and_no_forms),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_the_secrets_file_is_followed),
		cmocka_unit_test(test_names_of_scopes),
	};

	return cmocka_run_group_tests(tests, make_secret, remove_secret);
}
