/*
 * Elements that cannot be computed together: different proxies, TLS contexts or listeners, or different
 * explicit modes of authentication, on one peer selector and one port (policies.md 7.4, V39). The agent
 * merges by selector as written, not by who it selects, and so do we.
 */
#include <string.h>

#include "core/yaml_tree.h"

#include "core/simulate_set.h"

static bool same_requirement(const struct label_requirement *a, const struct label_requirement *b)
{
	if (strcmp(a->source, b->source) != 0 || strcmp(a->key, b->key) != 0 ||
		a->operator!= b->operator|| a->values.count != b->values.count)
		return false;
	for (size_t i = 0; i < a->values.count; i++)
		if (strcmp(a->values.items[i], b->values.items[i]) != 0)
			return false;
	return true;
}

static bool within(const struct label_selector *a, const struct label_selector *b)
{
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;

		for (size_t j = 0; j < b->count && !found; j++)
			found = same_requirement(&a->items[i], &b->items[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool same_cidr(const struct cidr *a, const struct cidr *b)
{
	return a->bits == b->bits && cidr_within(a, b);
}

static bool same_peer(const struct peer *a, const struct peer *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case PEER_IS_ANYONE:
		return true;
	case PEER_BY_LABELS:
		return within(&a->labels, &b->labels) && within(&b->labels, &a->labels);
	case PEER_BY_CIDR:
		if (!same_cidr(&a->cidr, &b->cidr) || a->except_count != b->except_count)
			return false;
		for (size_t i = 0; i < a->except_count; i++)
			if (!same_cidr(&a->except[i], &b->except[i]))
				return false;
		return true;
	case PEER_BY_CIDR_GROUP:
		return strcmp(a->group, b->group) == 0;
	case PEER_BY_NAME:
		return strcmp(a->name->name, b->name->name) == 0 &&
		       strcmp(a->name->pattern, b->name->pattern) == 0;
	case PEER_UNDECIDABLE:
		return false;
	}
	return false;
}

static bool share_a_peer(const struct element *a, const struct element *b)
{
	for (size_t i = 0; i < a->peer_count; i++)
		for (size_t j = 0; j < b->peer_count; j++)
			if (same_peer(&a->peers[i], &b->peers[j]))
				return true;
	return false;
}

static bool same_port(const struct port_match *a, const struct port_match *b)
{
	if ((a->protocols & b->protocols) == 0 || (a->name == NULL) != (b->name == NULL))
		return false;
	if (a->name != NULL)
		return strcmp(a->name, b->name) == 0;
	return a->first == b->first && a->last == b->last;
}

/* Which proxy a port needs. One that looks at TLS only can look at HTTP, too, or be a listener's. */
enum proxy { PROXY_NONE, PROXY_TLS, PROXY_HTTP, PROXY_DNS, PROXY_LISTENER };

static enum proxy proxy_of(const struct port_match *port)
{
	if (port->l7 != NULL)
		return port->l7->kind == L7_DNS ? PROXY_DNS : PROXY_HTTP;
	if (port->rule != NULL && port->rule->has_listener)
		return PROXY_LISTENER;
	return port->proxied ? PROXY_TLS : PROXY_NONE;
}

static bool proxies_clash(enum proxy a, enum proxy b)
{
	if (a == b || a == PROXY_NONE || b == PROXY_NONE)
		return false;
	return (a != PROXY_TLS && b != PROXY_TLS) || a == PROXY_DNS || b == PROXY_DNS;
}

static bool differ(const struct yaml_node *a, const struct yaml_node *b)
{
	return a != NULL && b != NULL && !yaml_equal(a, b);
}

/* Of two listeners the one with the smaller priority wins; of equal priority they clash. */
static bool listeners_clash(const struct yaml_node *a, const struct yaml_node *b)
{
	const struct yaml_node *first, *second;

	if (!differ(a, b))
		return false;
	first = yaml_member(a, "priority");
	second = yaml_member(b, "priority");
	return first == NULL ? second == NULL : yaml_equal(first, second);
}

static bool ports_clash(const struct port_match *a, const struct port_match *b)
{
	if (proxies_clash(proxy_of(a), proxy_of(b)))
		return true;
	if (a->rule == NULL || b->rule == NULL)
		return false;
	return differ(a->rule->terminating_tls, b->rule->terminating_tls) ||
	       differ(a->rule->originating_tls, b->rule->originating_tls) ||
	       listeners_clash(a->rule->listener, b->rule->listener);
}

static bool clash(const struct element *a, const struct element *b)
{
	bool modes_differ = a->authentication != AUTHENTICATION_UNSAID &&
			    b->authentication != AUTHENTICATION_UNSAID &&
			    a->authentication != b->authentication;

	for (size_t i = 0; i < a->port_count; i++)
		for (size_t j = 0; j < b->port_count; j++) {
			const struct port_match *x = &a->ports[i], *y = &b->ports[j];

			if ((modes_differ || ports_clash(x, y)) && same_port(x, y))
				return true;
		}
	return false;
}

/* Only elements that need a proxy or say something on authentication can clash. */
static bool can_clash(const struct element *element)
{
	if (element->deny)
		return false;
	if (element->authentication != AUTHENTICATION_UNSAID)
		return true;
	for (size_t i = 0; i < element->port_count; i++)
		if (element->ports[i].proxied)
			return true;
	return false;
}

/* A quick look, since clashes are rare: does anything occur that could? */
static bool may_clash(const struct view *view)
{
	bool http = false, dns = false, other = false, modes[2] = {false, false};

	for (size_t i = 0; i < view->count; i++) {
		const struct element *element = view->concerns[i].element;

		if (element->deny)
			continue;
		for (size_t j = 0; j < element->port_count; j++) {
			enum proxy proxy = proxy_of(&element->ports[j]);

			http |= proxy == PROXY_HTTP;
			dns |= proxy == PROXY_DNS;
			other |=
				proxy == PROXY_TLS || proxy == PROXY_LISTENER ||
				(element->ports[j].rule != NULL && element->ports[j].rule->has_tls);
		}
		if (element->authentication != AUTHENTICATION_UNSAID)
			modes[element->authentication == AUTHENTICATION_ON] = true;
	}
	return (http && dns) || other || (modes[0] && modes[1]);
}

void find_conflict(struct view *view)
{
	if (!may_clash(view))
		return;
	for (size_t i = 0; i < view->count; i++) {
		const struct element *a = view->concerns[i].element;

		if (!can_clash(a))
			continue;
		for (size_t j = i; j < view->count; j++) {
			const struct element *b = view->concerns[j].element;

			if (can_clash(b) && clash(a, b) && share_a_peer(a, b)) {
				view->conflict[0] = a;
				view->conflict[1] = b;
				return;
			}
		}
	}
}
