#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* What log_end writes to stderr. */
static size_t written(struct log_line *line, char *text, size_t size)
{
	int ends[2], stderr_before = dup(STDERR_FILENO);
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	log_end(line);
	assert_int_equal(dup2(stderr_before, STDERR_FILENO), STDERR_FILENO);
	got = read(ends[0], text, size - 1);
	assert_true(got > 0);
	text[got] = '\0';
	close(ends[0]);
	close(ends[1]);
	close(stderr_before);
	return (size_t)got;
}

static void test_fields(void **state)
{
	struct log_line line;
	char text[5000];

	(void)state;
	log_begin(&line, LOG_LEVEL_WARNING, "request");
	log_text(&line, "path", "/api/flows");
	log_text(&line, "empty", "");
	log_text(&line, "text", "a \"b\"\\\nlevel=error\x1b[0m");
	log_number(&line, "us", -12);
	written(&line, text, sizeof text);
	assert_string_equal(strstr(text, " level="),
		" level=warning event=request path=/api/flows empty=\"\" "
		"text=\"a \\\"b\\\"\\\\\\nlevel=error\\x1b[0m\" us=-12\n");
	assert_memory_equal(text, "time=20", 7);
}

static void test_secrets_of_tokens_are_left_out(void **state)
{
#define HEAD   "cpa_u_7Qm2XcP9_"
#define SECRET "0123456789abcdefghijABCDEFGHIJ0123456789abc"
	static const struct {
		const char *value, *logged;
	} cases[] = {
		{HEAD SECRET "_000000", HEAD "..."},
		{"/api/flows/" HEAD SECRET "_000000/x", "/api/flows/" HEAD ".../x"},
		{"a " HEAD SECRET "_000000 and " HEAD SECRET, "\"a " HEAD "... and " HEAD "...\""},
		{HEAD SECRET HEAD SECRET, HEAD "..."},
		{HEAD "x", HEAD "..."},
		{HEAD, HEAD},
		{"cpa_u_7Qm2XcP_" SECRET, "cpa_u_7Qm2XcP_" SECRET},
		{"cpa_cpa_i_7Qm2XcP9_" SECRET, "cpa_cpa_i_7Qm2XcP9_..."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct log_line line;
		char text[5000];

		log_begin(&line, LOG_LEVEL_INFO, "request");
		log_text(&line, "path", cases[i].value);
		written(&line, text, sizeof text);
		text[strlen(text) - 1] = '\0';
		assert_string_equal(strstr(text, "path=") + strlen("path="), cases[i].logged);
	}
}

static int quotes(const char *text)
{
	int count = 0;

	for (; *text != '\0'; text++)
		count += *text == '"';
	return count;
}

static void test_a_long_line_stays_one_line(void **state)
{
	struct log_line line;
	char text[5000], value[5000];

	(void)state;
	for (size_t size = 3900; size < sizeof value; size++) {
		memset(value, ' ', size);
		value[size - 1] = '\0';
		log_begin(&line, LOG_LEVEL_INFO, "request");
		log_text(&line, "long", value);
		log_text(&line, "more", value);
		log_number(&line, "number", 1);
		assert_true(written(&line, text, sizeof text) <= PIPE_BUF);
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		assert_int_equal(quotes(text) % 2, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_secrets_of_tokens_are_left_out),
		cmocka_unit_test(test_a_long_line_stays_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
