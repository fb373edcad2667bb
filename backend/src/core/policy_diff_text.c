#include "core/policy_diff_text.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "core/labels.h"

static char *join(void *mem, const char *a, const char *separator, const char *b)
{
	return mem_format(mem, "%s%s%s", a, *a != '\0' && *b != '\0' ? separator : "", b);
}

static char *values_text(void *mem, const struct text_list *values)
{
	char *text = mem_text(mem, "");

	for (size_t i = 0; i < values->count; i++)
		text = join(mem, text, ", ", values->items[i]);
	return text;
}

static char *requirement_text(void *mem, const struct label_requirement *item)
{
	bool plain = *item->source == '\0' || strcmp(item->source, "k8s") == 0;
	char *key =
		mem_format(mem, "%s%s%s", plain ? "" : item->source, plain ? "" : ":", item->key);

	switch (item->operator) {
	case OPERATOR_IN:
		if (item->values.count == 1)
			return mem_format(mem, "%s=%s", key, item->values.items[0]);
		return mem_format(mem, "%s in (%s)", key, values_text(mem, &item->values));
	case OPERATOR_NOT_IN:
		return mem_format(mem, "%s not in (%s)", key, values_text(mem, &item->values));
	case OPERATOR_EXISTS:
		return strcmp(item->source, "reserved") == 0 ? mem_text(mem, item->key) : key;
	case OPERATOR_DOES_NOT_EXIST:
		return mem_format(mem, "!%s", key);
	}
	return key;
}

static bool is_equality(const struct label_requirement *item, const char *key)
{
	return strcmp(item->key, key) == 0 && item->operator== OPERATOR_IN &&
					      item->values.count == 1;
}

char *selector_text(void *mem, const struct label_selector *selector, const char *cluster)
{
	const char *namespace = "";
	char *text = mem_text(mem, "");

	for (size_t i = 0; i < selector->count; i++) {
		const struct label_requirement *item = &selector->items[i];

		if (is_equality(item, LABEL_NAMESPACE))
		namespace = item->values.items[0];
		else if (!is_equality(item, LABEL_CLUSTER) ||
			 strcmp(item->values.items[0], cluster) != 0) text =
			join(mem, text, ", ", requirement_text(mem, item));
	}
	if (*text == '\0')
		return *namespace != '\0' ? mem_format(mem, "every pod of %s", namespace)
					  : mem_text(mem, "every endpoint");
	return join(mem, namespace, ": ", text);
}

static char *cidr_text(void *mem, const struct cidr *cidr)
{
	char address[46];

	address_text(&cidr->address, address);
	return mem_format(mem, "%s/%u", address, cidr->bits);
}

char *peer_text(void *mem, const struct peer *peer, const char *cluster)
{
	char *text;

	if (peer->entity != NULL)
		return mem_text(mem, peer->entity);
	switch (peer->kind) {
	case PEER_IS_ANYONE:
		return mem_text(mem, "everyone");
	case PEER_BY_LABELS:
		return selector_text(mem, &peer->labels, cluster);
	case PEER_BY_CIDR:
		text = cidr_text(mem, &peer->cidr);
		for (size_t i = 0; i < peer->except_count; i++)
			text = mem_format(mem, "%s%s%s", text, i == 0 ? " except " : ", ",
				cidr_text(mem, &peer->except[i]));
		return text;
	case PEER_BY_CIDR_GROUP:
		return mem_format(mem, "CIDR group %s", peer->group);
	case PEER_BY_NAME:
		return mem_text(
			mem, *peer->name->name != '\0' ? peer->name->name : peer->name->pattern);
	case PEER_UNDECIDABLE:
		return mem_format(
			mem, "peers that are not known here (%s)", judged_reason_name(peer->doubt));
	}
	return mem_text(mem, "");
}

char *port_range_text(
	void *mem, enum protocol protocol, const char *name, uint16_t first, uint16_t last)
{
	bool icmp = protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;
	const char *protocol_text = protocol_name(protocol);

	if (name != NULL)
		return mem_format(mem, "%s/%s", name, protocol_text);
	if (first == 0 && last == UINT16_MAX)
		return icmp ? mem_text(mem, protocol_text)
			    : mem_format(mem, "every port/%s", protocol_text);
	if (icmp)
		return mem_format(mem, "%s type %u", protocol_text, first);
	if (first == last)
		return mem_format(mem, "%u/%s", first, protocol_text);
	return mem_format(mem, "%u-%u/%s", first, last, protocol_text);
}

static char *http_text(void *mem, const struct http_rule *rule)
{
	char *text = mem_format(mem, "%s", *rule->method != '\0' ? rule->method : "any method");

	text = join(mem, text, " ", *rule->path != '\0' ? rule->path : "any path");
	if (*rule->host != '\0')
		text = mem_format(mem, "%s of host %s", text, rule->host);
	for (size_t i = 0; i < rule->headers.count; i++)
		text = mem_format(mem, "%s and header %s", text, rule->headers.items[i]);
	for (size_t i = 0; i < rule->header_match_count; i++)
		text = mem_format(mem, "%s and header %s", text, rule->header_matches[i].name);
	return text;
}

char *l7_text(void *mem, const struct port_match *port)
{
	char *text = mem_text(mem, "");

	if (port->l7 == NULL)
		return port->server_name ? mem_text(mem, " for listed TLS server names") : text;
	for (size_t i = 0; i < port->l7->http_count; i++)
		text = join(mem, text, " or ", http_text(mem, port->l7->http[i].rule));
	for (size_t i = 0; i < port->l7->dns_count; i++) {
		const struct name_match *dns = &port->l7->dns[i];

		text = join(mem, text, " or ", *dns->name != '\0' ? dns->name : dns->pattern);
	}
	return mem_format(mem, "%s%s", port->l7->kind == L7_DNS ? " asking for " : " with ", text);
}
