#include "store/workload.h"

#include <string.h>

#include "base/mem.h"
#include "core/labels.h"

/* The labels that name an application, the usual one first. */
static const char *const naming_labels[] = {
	"app.kubernetes.io/name", "app", "k8s-app", "name", "component"};

/* Characters of the random part that Kubernetes gives to pods and replica sets. */
#define RANDOM_CHARACTERS "bcdfghjklmnpqrstvwxz2456789"

static size_t without_random_end(const char *pod, size_t size, size_t least, size_t most)
{
	size_t start = size;

	while (start > 0 && pod[start - 1] != '-')
		start--;
	if (start < 2 || size - start < least || size - start > most ||
		strspn(pod + start, RANDOM_CHARACTERS) < size - start)
		return size;
	return start - 1;
}

/* "web-6d4b75cb6d-9xk2p" -> "web", "db-0" -> "db". */
static const char *name_from_pod(void *mem, const char *pod)
{
	size_t size = strlen(pod), digits = size, shorter = without_random_end(pod, size, 5, 5);

	if (shorter < size)
		return mem_text_n(mem, pod, without_random_end(pod, shorter, 6, 10));
	while (digits > 0 && pod[digits - 1] >= '0' && pod[digits - 1] <= '9')
		digits--;
	if (digits < size && digits > 1 && pod[digits - 1] == '-')
		size = digits - 1;
	return mem_text_n(mem, pod, size);
}

struct workload workload_of(
	void *mem, const struct identity *identity, const struct endpoint *endpoint)
{
	const char *pod = endpoint == NULL ? identity->pod : endpoint->pod;

	if (identity->class != PEER_POD)
		return (struct workload){"", ""};
	if (endpoint != NULL && *endpoint->workload != '\0')
		return (struct workload){endpoint->workload, endpoint->workload_kind};
	for (size_t i = 0; i < sizeof naming_labels / sizeof *naming_labels; i++) {
		const char *value = labels_value(&identity->labels, naming_labels[i]);

		if (value != NULL && *value != '\0')
			return (struct workload){value, ""};
	}
	return (struct workload){name_from_pod(mem, pod), ""};
}
