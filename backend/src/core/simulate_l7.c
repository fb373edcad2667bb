/* What a proxy answers on an allowed connection (policies.md 7.3, 7.4), in three values. */
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/fqdn.h"
#include "core/simulate_set.h"

static bool is_text(const void *context, uint32_t number, const void *wanted)
{
	const struct policy_set *set = context;

	return strcmp(set->patterns[number]->text, wanted) == 0;
}

struct pattern *intern_pattern(struct policy_set *set, const char *text)
{
	uint64_t hash = table_hash_text(text, 0);
	uint32_t number;

	if (*text == '\0')
		return NULL;
	number = table_find(&set->pattern_table, hash, is_text, set, text);
	if (number == TABLE_NONE) {
		number = (uint32_t)set->pattern_count;
		mem_reserve(
			set->mem, set->patterns, &set->pattern_capacity, set->pattern_count + 1);
		set->patterns[set->pattern_count] = mem_new(set->mem, struct pattern);
		set->patterns[set->pattern_count++]->text = text;
		table_add(set->mem, &set->pattern_table, hash, number);
	}
	return set->patterns[number];
}

/* NULL if RE2 refuses it, or the patterns of the set have become too much. */
static const struct regex *compiled(struct policy_set *set, struct pattern *pattern)
{
	if (!pattern->tried && set->pattern_bytes < LIMIT_PATTERNS_MEMORY) {
		pattern->regex = regex_new(set->mem, pattern->text, NULL);
		if (pattern->regex != NULL)
			set->pattern_bytes += regex_bytes(pattern->regex);
	}
	pattern->tried = true;
	return pattern->regex;
}

/* A question put to a rule: answers add up, and the first doubt is kept. */
struct inquiry {
	struct policy_set *set;
	const struct l7_request *request;
	enum judged_reason doubt;
};

static enum tristate doubt(struct inquiry *inquiry, enum judged_reason reason)
{
	inquiry->doubt = reason;
	return TRISTATE_UNKNOWN;
}

/* The texts are one fact, or samples that must agree; none: the fact is untold. */
static enum tristate text_fits(struct inquiry *inquiry, struct pattern *pattern,
	const char *const *texts, size_t count, enum judged_reason untold)
{
	const struct regex *regex;
	size_t fitting = 0;

	if (pattern == NULL)
		return TRISTATE_YES;
	regex = compiled(inquiry->set, pattern);
	if (regex == NULL)
		return doubt(inquiry, REASON_PATTERN);
	for (size_t i = 0; i < count; i++)
		fitting += regex_matches(regex, texts[i], strlen(texts[i]));
	if (count == 0 || (fitting > 0 && fitting < count))
		return doubt(inquiry, untold);
	return fitting > 0 ? TRISTATE_YES : TRISTATE_NO;
}

static enum tristate one_text_fits(struct inquiry *inquiry, struct pattern *pattern,
	const char *text, enum judged_reason untold)
{
	return text_fits(inquiry, pattern, &text, *text != '\0', untold);
}

/* Hubble writes this in place of a value that it was told to hide. */
#define REDACTED "HUBBLE_REDACTED"

/* `value` NULL asks for presence only. */
static enum tristate header_fits(
	struct inquiry *inquiry, const char *name, size_t name_size, const char *value, bool secret)
{
	const struct l7_request *request = inquiry->request;

	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *header = &request->headers[i];

		if (strlen(header->key) != name_size ||
			strncasecmp(header->key, name, name_size) != 0)
			continue;
		if (secret)
			return doubt(inquiry, REASON_HEADER_SECRET);
		if (value == NULL || strcmp(header->value, value) == 0)
			return TRISTATE_YES;
		if (strstr(header->value, REDACTED) != NULL)
			return doubt(inquiry, REASON_HEADERS_UNTOLD);
		return TRISTATE_NO;
	}
	if (!request->headers_told)
		return doubt(inquiry, REASON_HEADERS_UNTOLD);
	return TRISTATE_NO;
}

/* "Name" or "Name: value", divided at the first blank; the name loses its final colon. */
static enum tristate header_text_fits(struct inquiry *inquiry, const char *text)
{
	const char *blank = strchr(text, ' ');
	size_t size = blank != NULL ? (size_t)(blank - text) : strlen(text);

	if (blank != NULL && size > 0 && text[size - 1] == ':')
		size--;
	return header_fits(inquiry, text, size, blank != NULL ? blank + 1 : NULL, false);
}

/* With a mismatch action a header only has side effects (policies.md 7.3). */
static enum tristate header_match_fits(struct inquiry *inquiry, const struct header_match *match)
{
	if (*match->mismatch != '\0')
		return TRISTATE_YES;
	return header_fits(inquiry, match->name, strlen(match->name),
		*match->value != '\0' ? match->value : NULL, match->has_secret);
}

/* All conditions must hold: a no settles it, and a doubt stays unless one says no. */
static enum tristate both(enum tristate a, enum tristate b)
{
	if (a == TRISTATE_NO || b == TRISTATE_NO)
		return TRISTATE_NO;
	return a == TRISTATE_UNKNOWN || b == TRISTATE_UNKNOWN ? TRISTATE_UNKNOWN : TRISTATE_YES;
}

static enum tristate http_fits(struct inquiry *inquiry, const struct http_matcher *http)
{
	const struct l7_request *request = inquiry->request;
	enum tristate fits =
		one_text_fits(inquiry, http->method, request->method, REASON_REQUEST_UNTOLD);

	fits = both(fits, text_fits(inquiry, http->path, request->paths.items, request->paths.count,
				  REASON_REQUEST_UNTOLD));
	fits = both(fits, one_text_fits(inquiry, http->host, request->host, REASON_HOST_UNTOLD));
	for (size_t i = 0; i < http->rule->headers.count && fits != TRISTATE_NO; i++)
		fits = both(fits, header_text_fits(inquiry, http->rule->headers.items[i]));
	for (size_t i = 0; i < http->rule->header_match_count && fits != TRISTATE_NO; i++)
		fits = both(fits, header_match_fits(inquiry, &http->rule->header_matches[i]));
	return fits;
}

/* Does any rule take the request? Rules of another kind do not understand it. */
static enum tristate rules_fit(struct inquiry *inquiry, const struct l7_rules *rules)
{
	enum tristate answer = TRISTATE_NO;

	if (rules->kind != inquiry->request->kind)
		return TRISTATE_NO;
	for (size_t i = 0; i < rules->dns_count; i++)
		if (fqdn_matches(&rules->dns[i], inquiry->request->name))
			return TRISTATE_YES;
	for (size_t i = 0; i < rules->http_count; i++) {
		enum tristate fits = http_fits(inquiry, &rules->http[i]);

		if (fits == TRISTATE_YES)
			return TRISTATE_YES;
		if (fits == TRISTATE_UNKNOWN)
			answer = TRISTATE_UNKNOWN;
	}
	return answer;
}

/*
 * Whether the DNS proxy knows a rule: it is written for exactly this port. HTTP rules of any width
 * add up (policies.md 7.4).
 */
static bool is_exact(const struct port_match *port)
{
	return port->name == NULL && port->first != 0 && port->first == port->last;
}

static bool any_dns_rules(const struct findings *allow, bool certain)
{
	for (size_t i = 0; i < allow->count; i++) {
		const struct port_match *port = allow->items[i].port;

		if (allow->items[i].certain == certain && is_exact(port) && port->l7 != NULL &&
			port->l7->kind == L7_DNS)
			return true;
	}
	return false;
}

/* Is the request taken by one of the rules that the proxy knows for it? */
static enum tristate is_taken(struct inquiry *inquiry, const struct findings *allow, bool exact)
{
	enum tristate answer = TRISTATE_NO;

	for (size_t i = 0; i < allow->count; i++) {
		const struct finding *finding = &allow->items[i];
		enum tristate fits;

		if (exact && !is_exact(finding->port))
			continue;
		fits = finding->port->l7 == NULL ? TRISTATE_YES
						 : rules_fit(inquiry, finding->port->l7);
		if (fits == TRISTATE_YES && finding->certain)
			return TRISTATE_YES;
		if (fits == TRISTATE_YES)
			inquiry->doubt = finding->doubt;
		if (fits != TRISTATE_NO)
			answer = TRISTATE_UNKNOWN;
	}
	return answer;
}

static bool any_l7_rules(const struct findings *allow)
{
	for (size_t i = 0; i < allow->count; i++)
		if (allow->items[i].port->l7 != NULL)
			return true;
	return false;
}

void judge_l7(struct policy_set *set, const struct attempt *request, const struct findings *allow,
	bool restricted, struct side_judgement *ret)
{
	struct inquiry inquiry = {.set = set, .request = &request->l7};
	bool dns = any_dns_rules(allow, true), perhaps_dns = any_dns_rules(allow, false);
	enum tristate taken;

	ret->l7 = JUDGED_ALLOWED;
	ret->l7_reason = REASON_L7_NOT_LOOKED_AT;
	if (!restricted || !any_l7_rules(allow) || allow->certain == 0)
		return;
	taken = is_taken(&inquiry, allow, dns || perhaps_dns);
	if (perhaps_dns && !dns && taken != TRISTATE_YES &&
		is_taken(&inquiry, allow, false) == TRISTATE_YES)
		taken = TRISTATE_UNKNOWN;
	if (taken == TRISTATE_UNKNOWN) {
		ret->l7 = JUDGED_UNKNOWN;
		ret->l7_reason = inquiry.doubt;
	} else if (taken == TRISTATE_NO) {
		ret->l7 = JUDGED_DENIED;
		ret->l7_reason = REASON_L7_NO_RULE;
	} else if (ret->proxied) {
		ret->l7_reason = REASON_L7_RULE;
	}
}
