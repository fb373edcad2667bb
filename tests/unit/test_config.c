#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "server/config.h"

static bool load(struct config *config, const char *const *entries, struct err *err)
{
	char *environment[8] = {NULL};
	bool loaded;

	for (size_t i = 0; entries[i] != NULL; i++)
		environment[i] = strdup(entries[i]);
	loaded = config_load(config, environment, err);
	for (size_t i = 0; environment[i] != NULL; i++)
		free(environment[i]);
	return loaded;
}

#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_defaults(void **state)
{
	struct config config;
	struct err err = {0};

	(void)state;
	assert_true(load(&config, ENVIRONMENT("PATH=/bin", "CPA_AUTH_MODE=dev"), &err));
	assert_int_equal(config.auth_mode, AUTH_DEV);
	assert_int_equal(config.worker_requests, 10000);
	assert_int_equal(config.retention_days, 0);
}

static void test_values(void **state)
{
	struct config config;
	struct err err = {0};

	(void)state;
	assert_true(
		load(&config, ENVIRONMENT("CPA_AUTH_MODE=dev", "CPA_RETENTION_DAYS=36500"), &err));
	assert_int_equal(config.retention_days, 36500);
}

static void test_bad_settings_stop_the_start(void **state)
{
	static const char *const bad[] = {"CPA_AUTH_MODE=", "CPA_AUTH_MODE=root",
		"CPA_WORKER_REQUESTS=0", "CPA_RETENTION_DAYS=36501", "CPA_RETENTION_DAYS=1d",
		"CPA_RETENTION_DAYS=-1", "CPA_RETENTION_DAYS= 1",
		"CPA_RETENTION_DAYS=", "CPA_RETENTION_DAYS=99999999999999999999", "CPA_RETENTION=1",
		"CPA_=1"};
	struct config config;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {0};

		assert_false(load(&config, ENVIRONMENT(bad[i], "CPA_AUTH_MODE=dev"), &err));
		assert_int_equal(err.code, ERR_INVALID);
		assert_memory_equal(strstr(err.text, "CPA_"), bad[i], strcspn(bad[i], "="));
	}
}

static void test_auth_mode_must_be_chosen(void **state)
{
	struct config config;
	struct err err = {0};

	(void)state;
	assert_false(load(&config, ENVIRONMENT("PATH=/bin"), &err));
	assert_string_equal(err.field, "CPA_AUTH_MODE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_settings_stop_the_start),
		cmocka_unit_test(test_auth_mode_must_be_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
