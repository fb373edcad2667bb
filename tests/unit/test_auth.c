#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "api/auth.h"
#include "base/mem.h"

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

/* The code auth_check answers with, for a request with these parameters in pairs. */
static enum err_code check(const char *const *parameters)
{
	void *mem = mem_context(NULL);
	struct request *request;
	struct err err = {0};
	struct request_source source = {(void *)(uintptr_t)parameters, parameter, no_body, NULL};

	assert_true(request_open(mem, source, &request, &err));
	if (auth_check(AUTH_DEV, request, ROLE_ADMIN, &err)) {
		assert_int_equal(request->user.role, ROLE_ADMIN);
		assert_string_equal(request->user.name, "local developer");
	}
	mem_free(mem);
	return err.code;
}

#define FROM(method, ...)                                                                          \
	check((const char *const[]){                                                               \
		"REQUEST_METHOD", method, "HTTP_HOST", "127.0.0.1:8080", __VA_ARGS__, NULL})

static void test_everybody_is_admin_in_dev(void **state)
{
	(void)state;
	assert_int_equal(FROM("GET", "HTTP_ACCEPT", "*/*"), ERR_NONE);
	assert_int_equal(FROM("POST", "HTTP_ACCEPT", "*/*"), ERR_NONE);
}

static void test_other_sites_change_nothing(void **state)
{
	(void)state;
	assert_int_equal(FROM("POST", "HTTP_SEC_FETCH_SITE", "same-origin"), ERR_NONE);
	assert_int_equal(FROM("POST", "HTTP_SEC_FETCH_SITE", "none"), ERR_NONE);
	assert_int_equal(FROM("POST", "HTTP_SEC_FETCH_SITE", "same-site"), ERR_FORBIDDEN);
	assert_int_equal(FROM("DELETE", "HTTP_SEC_FETCH_SITE", "cross-site"), ERR_FORBIDDEN);
	assert_int_equal(FROM("GET", "HTTP_SEC_FETCH_SITE", "cross-site"), ERR_NONE);
	assert_int_equal(FROM("PUT", "HTTP_ORIGIN", "http://127.0.0.1:8080"), ERR_NONE);
	assert_int_equal(FROM("PUT", "HTTP_ORIGIN", "http://127.0.0.1:8081"), ERR_FORBIDDEN);
	assert_int_equal(FROM("PUT", "HTTP_ORIGIN", "https://evil.example"), ERR_FORBIDDEN);
	assert_int_equal(FROM("PUT", "HTTP_ORIGIN", "null"), ERR_FORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everybody_is_admin_in_dev),
		cmocka_unit_test(test_other_sites_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
