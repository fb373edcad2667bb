#include "core/view_limits.h"

#include <string.h>

#include "base/limits.h"

static const char name_characters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

static bool is_name(const char *text, size_t size)
{
	return (size == 1 && *text == '*') ||
	       (size > 0 && size <= LIMIT_LIMIT_NAME && strspn(text, name_characters) >= size);
}

bool limit_check(const char *limit, const char *field, struct err *err)
{
	size_t cluster = strcspn(limit, "/");

	return (limit[cluster] == '/' && is_name(limit, cluster) &&
		       is_name(limit + cluster + 1, strlen(limit + cluster + 1))) ||
	       err_field(err, ERR_INVALID, field,
		       "\"%.100s\" is no limit; write CLUSTER/NAMESPACE, with * for any.", limit);
}

/* Is `part` the same, or is `whole` "*"? */
static bool part_holds(const char *whole, size_t whole_size, const char *part, size_t part_size)
{
	return (whole_size == 1 && *whole == '*') ||
	       (whole_size == part_size && memcmp(whole, part, part_size) == 0);
}

bool limits_show(const struct text_list *limits, const char *cluster, const char *namespace)
{
	for (size_t i = 0; limits != NULL && i < limits->count; i++) {
		const char *limit = limits->items[i];
		size_t size = strcspn(limit, "/");

		if (part_holds(limit, size, cluster, strlen(cluster)) &&
			part_holds(limit + size + 1, strlen(limit + size + 1), namespace,
				strlen(namespace)))
			return true;
	}
	return limits == NULL;
}

bool limits_show_policy(const struct text_list *limits, const char *namespace)
{
	for (size_t i = 0; limits != NULL && i < limits->count; i++) {
		const char *wanted = strchr(limits->items[i], '/') + 1;

		if (*namespace != '\0' &&
			part_holds(wanted, strlen(wanted), namespace, strlen(namespace)))
			return true;
	}
	return limits == NULL;
}

bool limits_hold(const struct text_list *limits, const char *limit)
{
	size_t cluster = strcspn(limit, "/"), namespace = strlen(limit + cluster);

	for (size_t i = 0; limits != NULL && i < limits->count; i++) {
		const char *whole = limits->items[i];
		size_t size = strcspn(whole, "/");

		if (part_holds(whole, size, limit, cluster) &&
			part_holds(whole + size + 1, strlen(whole + size + 1), limit + cluster + 1,
				namespace - 1))
			return true;
	}
	return limits == NULL;
}
