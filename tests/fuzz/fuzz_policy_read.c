/*
 * Any bytes as policies: the reader and the checker survive them, and what they accept is written and
 * read again to the same model, in the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/policy_check.h"
#include "core/policy_read.h"
#include "core/policy_write.h"

static void require(bool good)
{
	if (!good)
		abort();
}

/*
 * A Kubernetes NetworkPolicy is written in a canonical form, which can differ from what was read
 * (a namespace by its name, ANY port by port); from then on it must stay as it is.
 */
static void check_round(void *mem, const struct policies *policies, bool exact)
{
	struct policies again, third;
	const char *text, *same;
	size_t size, same_size;
	struct err err = {0};

	if (!policy_write(mem, policies, &text, &size, &err)) {
		/* Kubernetes cannot say "no peer"; a text that was read is UTF-8 always. */
		require(!exact);
		return;
	}
	require(policy_read(mem, text, size, &again, &err));
	require(again.count == policies->count);
	for (size_t i = 0; exact && i < again.count; i++)
		require(policy_equal(&policies->items[i], &again.items[i]));
	require(policy_write(mem, &again, &same, &same_size, &err));
	require(same_size == size && memcmp(same, text, size) == 0);
	require(policy_read(mem, same, same_size, &third, &err));
}

static void check_checked(void *mem, const struct checked_policies *checked)
{
	for (size_t i = 0; i < checked->count; i++) {
		const struct checked_policy *item = &checked->items[i];
		struct policy copy;
		struct policies one = {&copy, 1};

		require(item->accepted == (item->policy != NULL));
		if (item->policy == NULL)
			continue;
		copy = *item->policy;
		check_round(mem, &one, copy.kind != POLICY_KUBERNETES);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_context(NULL);
	struct checked_policies checked;
	struct policies policies;
	struct err err = {0};

	if (policy_check(mem, (const char *)data, size, &checked, &err))
		check_checked(mem, &checked);
	err = (struct err){0};
	if (!policy_read(mem, (const char *)data, size, &policies, &err))
		require(err.code != ERR_NONE && *err.text != '\0');
	mem_free(mem);
	return 0;
}
