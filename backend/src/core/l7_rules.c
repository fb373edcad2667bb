#include "core/l7_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/address.h"
#include "core/http_path.h"
#include "core/outside_names.h"
#include "core/text_set.h"

/* So many different words at one place of a path are a parameter, not routes. */
#define VARYING_WORDS 20

struct request {
	const char
		*host; /* without its port; "" unless it tells one site of a server from another */
	const char *method, *path;
};

static int by_host_method_path(const void *left, const void *right)
{
	const struct request *a = left, *b = right;
	int order = strcmp(a->host, b->host);

	if (order == 0)
		order = strcmp(a->method, b->method);
	return order != 0 ? order : strcmp(a->path, b->path);
}

struct requests {
	void *mem;
	struct request *items;
	size_t count, capacity;
};

static void sort_unique(struct requests *requests)
{
	size_t kept = 0;

	if (requests->count > 0)
		qsort(requests->items, requests->count, sizeof *requests->items,
			by_host_method_path);
	for (size_t i = 0; i < requests->count; i++)
		if (kept == 0 ||
			by_host_method_path(&requests->items[i], &requests->items[kept - 1]))
			requests->items[kept++] = requests->items[i];
	requests->count = kept;
}

/*
 * The name by which a site was asked for. A service answers to its name, with its namespace, with the
 * cluster's domain and to its address: these are all one, and no name of a site.
 */
static const char *site_of(void *mem, const char *host, const char *namespace)
{
	const char *name = mem_text_n(mem, host, strcspn(host, ":"));
	const char *dot = strchr(name, '.');

	if (dot == NULL || strcmp(dot + 1, namespace) == 0 || !outside_name_is_usable(name) ||
		address_parse(name).version != 0)
		return "";
	return name;
}

/* Collects what one connection asked at this side; false if it was not, or not wholly, seen. */
static bool collect(struct requests *requests, const struct connection *line, enum side side,
	const char *namespace)
{
	bool seen = false;

	if (line->l7_capped)
		return false;
	for (size_t i = 0; i < line->l7_count; i++) {
		const struct l7_fact *fact = &line->l7[i];

		if (fact->kind != L7_HTTP || fact->side != side || fact->denied)
			continue;
		mem_reserve(
			requests->mem, requests->items, &requests->capacity, requests->count + 1);
		requests->items[requests->count++] = (struct request){
			site_of(requests->mem, fact->host, namespace), fact->method, fact->path};
		seen = true;
	}
	return seen;
}

/* A path without its query mark, and the start and size of its segment `index`; false past the end. */
static bool find_segment(const char *path, size_t index, const char **ret_start, size_t *ret_size)
{
	const char *start = path;

	for (;;) {
		size_t size = strcspn(start, "/?");

		if (index-- == 0) {
			*ret_start = start;
			*ret_size = size;
			return true;
		}
		if (start[size] != '/')
			return false;
		start += size + 1;
	}
}

static char *with_segment(void *mem, const char *path, size_t index, const char *word)
{
	const char *start;
	size_t size;

	if (!find_segment(path, index, &start, &size))
		return NULL;
	return mem_format(mem, "%.*s%s%s", (int)(start - path), path, word, start + size);
}

static const char *without_query(void *mem, const char *path)
{
	const char *mark = strchr(path, '?');

	return mark != NULL ? mem_text_n(mem, path, (size_t)(mark - path)) : path;
}

/* Replaces segment `index` where it varies too much to be a list of routes. */
static void generalise_segment(struct requests *requests, size_t index)
{
	struct requests masked = {.mem = requests->mem};

	for (size_t i = 0; i < requests->count; i++) {
		char *path = with_segment(requests->mem, requests->items[i].path, index, "{any}");

		if (path == NULL)
			continue;
		mem_reserve(masked.mem, masked.items, &masked.capacity, masked.count + 1);
		masked.items[masked.count++] =
			(struct request){requests->items[i].host, requests->items[i].method, path};
	}
	if (masked.count > 0)
		qsort(masked.items, masked.count, sizeof *masked.items, by_host_method_path);
	for (size_t i = 0; i < requests->count; i++) {
		struct request wanted = {requests->items[i].host, requests->items[i].method,
			with_segment(requests->mem, requests->items[i].path, index, "{any}")};
		size_t same = 0;

		if (wanted.path == NULL)
			continue;
		for (size_t j = 0; j < masked.count && same < VARYING_WORDS; j++)
			same += by_host_method_path(&masked.items[j], &wanted) == 0;
		if (same >= VARYING_WORDS)
			requests->items[i].path = wanted.path;
	}
	sort_unique(requests);
}

static struct requests copy_of_sites(const struct requests *requests, bool with_host)
{
	struct requests copy = {.mem = requests->mem};

	for (size_t i = 0; i < requests->count; i++) {
		struct request request = requests->items[i];

		if (*request.host == '\0')
			continue;
		if (!with_host)
			request.host = "";
		mem_reserve(copy.mem, copy.items, &copy.capacity, copy.count + 1);
		copy.items[copy.count++] = request;
	}
	sort_unique(&copy);
	return copy;
}

/*
 * Rules name hosts only where a server has several sites that are asked for different things: without
 * the host, what one site is asked for would be open at the others. `requests` are sorted.
 */
static void drop_needless_hosts(struct requests *requests)
{
	struct requests apart = copy_of_sites(requests, true);
	struct requests together = copy_of_sites(requests, false);
	size_t sites = 0;

	for (size_t i = 0; i < apart.count; i++)
		sites += i == 0 || strcmp(apart.items[i].host, apart.items[i - 1].host) != 0;
	if (sites > 1 && apart.count != sites * together.count)
		return;
	for (size_t i = 0; i < requests->count; i++)
		requests->items[i].host = "";
	sort_unique(requests);
}

static void generalise(struct requests *requests)
{
	size_t deepest = 0;

	for (size_t i = 0; i < requests->count; i++) {
		size_t depth = 0;

		requests->items[i].path = without_query(requests->mem, requests->items[i].path);
		for (const char *c = requests->items[i].path; *c != '\0'; c++)
			depth += *c == '/';
		deepest = depth > deepest ? depth : deepest;
	}
	sort_unique(requests);
	drop_needless_hosts(requests);
	for (size_t index = 1; index <= deepest && requests->count >= VARYING_WORDS; index++)
		generalise_segment(requests, index);
}

/* The header may name the port, too. */
static const char *host_pattern(void *mem, const char *host)
{
	return *host == '\0' ? "" : mem_format(mem, "%s(:[0-9]+)?", regex_escape(mem, host));
}

bool l7_http_rules(const struct analysis *analysis, const struct need *const *needs, size_t count,
	struct http_rule **ret_rules, size_t *ret_count)
{
	struct requests requests = {.mem = analysis->mem};
	struct http_rule *rules;

	for (size_t i = 0; i < count; i++) {
		const struct settled *settled = &analysis->settlement->items[needs[i]->settled];
		bool seen = false;

		for (size_t j = 0; j < settled->connection_count; j++) {
			const struct connection *line =
				&analysis->traffic->connections[settled->connections[j]];

			if (line->l7_capped)
				return false;
			seen |= collect(&requests, line, needs[i]->side,
				analysis->traffic->identities[settled->server].namespace);
		}
		if (!seen)
			return false;
	}
	generalise(&requests);
	rules = mem_array(analysis->mem, struct http_rule, requests.count);
	for (size_t i = 0; i < requests.count; i++)
		rules[i] = (struct http_rule){
			.method = regex_escape(analysis->mem, requests.items[i].method),
			.path = http_path_pattern(analysis->mem, requests.items[i].path),
			.host = host_pattern(analysis->mem, requests.items[i].host)};
	*ret_rules = rules;
	*ret_count = requests.count;
	return requests.count > 0;
}

static bool name_is_valid(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && size <= 255 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
		       size &&
	       name[0] != '.' && strstr(name, "..") == NULL;
}

/* The questions of these connections; false if they are not all known or not all sayable. */
static bool collect_names(const struct analysis *analysis, const struct need *const *needs,
	size_t count, struct text_list *names)
{
	for (size_t i = 0; i < count; i++) {
		const struct settled *settled = &analysis->settlement->items[needs[i]->settled];
		bool seen = false;

		for (size_t j = 0; j < settled->connection_count; j++) {
			const struct connection *line =
				&analysis->traffic->connections[settled->connections[j]];

			if (line->l7_capped)
				return false;
			for (size_t k = 0; k < line->l7_count; k++) {
				const struct l7_fact *fact = &line->l7[k];

				if (fact->kind != L7_DNS || fact->denied)
					continue;
				if (!name_is_valid(fact->name))
					return false;
				text_set_add(analysis->mem, names, fact->name, LIMIT_L7_FACTS);
				seen = true;
			}
		}
		if (!seen || needs[i]->assumed)
			return false;
	}
	return names->count < LIMIT_L7_FACTS;
}

void l7_dns_rules(const struct analysis *analysis, const struct need *const *needs, size_t count,
	bool exact, const struct text_list *also, struct name_match **ret_rules, size_t *ret_count)
{
	struct text_list names = {NULL, 0};
	struct name_match *rules;

	if (!exact || !collect_names(analysis, needs, count, &names)) {
		*ret_rules = mem_new(analysis->mem, struct name_match);
		**ret_rules = (struct name_match){.name = "", .pattern = "*"};
		*ret_count = 1;
		return;
	}
	for (size_t i = 0; i < also->count; i++)
		text_set_add(analysis->mem, &names, also->items[i], SIZE_MAX);
	rules = mem_array(analysis->mem, struct name_match, names.count);
	for (size_t i = 0; i < names.count; i++)
		rules[i] = (struct name_match){.name = names.items[i], .pattern = ""};
	*ret_rules = rules;
	*ret_count = names.count;
}
