#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "server/config.h"

static bool load(struct config *config, const char *const *entries, struct err *err)
{
	return config_load(config, (char *const *)(uintptr_t)entries, err);
}

#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})
/* What proxy mode needs. */
#define PROXY                                                                                      \
	"CPA_AUTH_MODE=proxy", "CPA_PROXY_PRESET=authentik", "CPA_TRUSTED_PROXIES=10.0.0.0/8",     \
		"CPA_PROXY_SECRET_FILE=/run/secret"

static void test_defaults(void **state)
{
	struct config config;
	struct err err = {0};

	(void)state;
	assert_true(load(&config, ENVIRONMENT("PATH=/bin", "CPA_AUTH_MODE=dev"), &err));
	assert_int_equal(config.auth.mode, AUTH_DEV);
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
	assert_non_null(strstr(err.text, "proxy | token | dev"));
}

static void test_proxy_mode_needs_its_settings(void **state)
{
	const char *const needed[] = {PROXY, "CPA_ROLE_VIEWER=staff"};
	struct config config;
	struct err err = {0};

	(void)state;
	assert_true(load(&config, ENVIRONMENT(PROXY, "CPA_ROLE_VIEWER=staff, a b"), &err));
	assert_int_equal(config.auth.mode, AUTH_PROXY);
	assert_int_equal(config.auth.preset, PRESET_AUTHENTIK);
	assert_string_equal(config.auth.secret_file, "/run/secret");
	assert_string_equal(config.auth.role_groups[ROLE_VIEWER], "staff, a b");
	assert_string_equal(config.auth.role_groups[ROLE_ADMIN], "");
	for (size_t left_out = 1; left_out < sizeof needed / sizeof *needed; left_out++) {
		const char *entries[sizeof needed / sizeof *needed] = {NULL};
		size_t count = 0;

		for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
			if (i != left_out)
				entries[count++] = needed[i];
		err = (struct err){0};
		assert_false(load(&config, entries, &err));
		assert_int_equal(err.code, ERR_INVALID);
		assert_memory_equal(err.text + strcspn(err.text, "C"), "CPA_", strlen("CPA_"));
	}
	err = (struct err){0};
	assert_true(load(&config, ENVIRONMENT("CPA_AUTH_MODE=token"), &err));
}

static void test_texts(void **state)
{
	static const char *const bad[] = {"CPA_PUBLIC_URL=cpa.example.com",
		"CPA_PUBLIC_URL=https://cpa.example.com/", "CPA_SIGN_IN_URL=javascript:alert(1)",
		"CPA_SIGN_IN_URL=//evil.example", "CPA_PROXY_PRESET=traefik",
		"CPA_PROXY_GROUPS_SEPARATOR=:"};
	char longest[sizeof "CPA_CONTACT=" + LIMIT_SETTING + 1] = "CPA_CONTACT=";
	size_t name = strlen(longest);
	struct config config;
	struct err err = {0};

	(void)state;
	assert_true(load(&config,
		ENVIRONMENT("CPA_AUTH_MODE=dev", "CPA_PUBLIC_URL=https://cpa.example.com",
			"CPA_SIGN_IN_URL=/oauth2/start", "CPA_PROXY_GROUPS_SEPARATOR=|",
			"CPA_CONTACT="),
		&err));
	assert_string_equal(config.auth.public_url, "https://cpa.example.com");
	assert_string_equal(config.auth.sign_in_url, "/oauth2/start");
	assert_int_equal(AUTH_SEPARATORS[config.auth.separator], '|');
	assert_string_equal(config.auth.contact, "");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err = (struct err){0};
		assert_false(load(&config, ENVIRONMENT("CPA_AUTH_MODE=dev", bad[i]), &err));
		assert_memory_equal(err.field, bad[i], strcspn(bad[i], "="));
	}
	err = (struct err){0};
	memset(longest + name, 'a', LIMIT_SETTING);
	longest[name + LIMIT_SETTING] = '\0';
	assert_true(load(&config, ENVIRONMENT("CPA_AUTH_MODE=dev", longest), &err));
	longest[name + LIMIT_SETTING] = 'a';
	longest[name + LIMIT_SETTING + 1] = '\0';
	assert_false(load(&config, ENVIRONMENT("CPA_AUTH_MODE=dev", longest), &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_settings_stop_the_start),
		cmocka_unit_test(test_auth_mode_must_be_chosen),
		cmocka_unit_test(test_proxy_mode_needs_its_settings),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
