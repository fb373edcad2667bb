#include "naive.h"

#include <arpa/inet.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT 2048

/* Everything a step needs to know, handed down unchanged. */
struct world {
	const struct policies *policies;
	const char *cluster;
	const struct naive_flow *flow;
	const struct identity *subject, *peer;
	enum side side;
	/* The port names that the server's port has in this try. */
	const char *port_names[8];
	size_t port_name_count;
};

static bool equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* --- Labels and selectors (policies.md 4, 5) --- */

/* "any" and no source at all take any source. Writes the key without its source. */
static void split_key(const char *written, char *source, char *key)
{
	const char *colon = strchr(written, ':');

	snprintf(source, TEXT, "%.*s", colon == NULL ? 0 : (int)(colon - written), written);
	snprintf(key, TEXT, "%s", colon == NULL ? written : colon + 1);
	if (equal(source, "any"))
		*source = '\0';
}

static const char *label_value(const struct identity *who, const char *written)
{
	char source[TEXT], key[TEXT], begin[2 * TEXT + 2];

	split_key(written, source, key);
	for (size_t i = 0; i < who->labels.count; i++) {
		const char *label = who->labels.items[i], *colon = strchr(label, ':');
		const char *rest = colon + 1;

		if (*source != '\0' && strncmp(label, source, (size_t)(colon - label)) != 0)
			continue;
		if (*source != '\0' && strlen(source) != (size_t)(colon - label))
			continue;
		snprintf(begin, sizeof begin, "%s=", key);
		if (begins(rest, begin))
			return rest + strlen(begin);
		if (equal(rest, key))
			return "";
	}
	return NULL;
}

static bool listed(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (equal(list->items[i], text))
			return true;
	return false;
}

static bool selector_fits(
	const struct selector *selector, const struct identity *who, bool skip_namespace)
{
	for (size_t i = 0; i < selector->match_labels.count; i++) {
		const struct key_value *want = &selector->match_labels.items[i];
		const char *have = label_value(who, want->key);

		if (skip_namespace && equal(want->key, "k8s:io.kubernetes.pod.namespace"))
			continue;
		if (have == NULL || !equal(have, want->value))
			return false;
	}
	for (size_t i = 0; i < selector->expression_count; i++) {
		const struct match_expression *want = &selector->expressions[i];
		const char *have = label_value(who, want->key);
		bool in = have != NULL && listed(&want->values, have);

		if ((want->operator== OPERATOR_IN && !in) ||
			(want->operator== OPERATOR_NOT_IN && in) ||
			(want->operator== OPERATOR_EXISTS && have == NULL) ||
			(want->operator== OPERATOR_DOES_NOT_EXIST && have != NULL))
			return false;
	}
	return true;
}

static bool mentions(const struct selector *selector, bool (*about)(const char *key))
{
	for (size_t i = 0; i < selector->match_labels.count; i++)
		if (about(selector->match_labels.items[i].key))
			return true;
	for (size_t i = 0; i < selector->expression_count; i++)
		if (about(selector->expressions[i].key))
			return true;
	return false;
}

static const char *without_k8s(const char *key)
{
	if (begins(key, "k8s:") || begins(key, "any:"))
		return key + 4;
	return key;
}

static bool about_reserved(const char *key)
{
	return begins(key, "reserved:");
}

static bool about_init(const char *key)
{
	return equal(key, "reserved:init");
}

static bool about_namespace(const char *key)
{
	return equal(without_k8s(key), "io.kubernetes.pod.namespace");
}

static bool about_namespace_labels(const char *key)
{
	return begins(without_k8s(key), "io.cilium.k8s.namespace.labels.");
}

static bool about_cluster(const char *key)
{
	return equal(without_k8s(key), "io.cilium.k8s.policy.cluster");
}

static bool has_namespace(const struct identity *who, const char *namespace)
{
	const char *have = label_value(who, "k8s:io.kubernetes.pod.namespace");

	return have != NULL && (namespace == NULL || equal(have, namespace));
}

static bool in_cluster(const struct identity *who, const char *cluster)
{
	const char *have = label_value(who, "k8s:io.cilium.k8s.policy.cluster");

	return have != NULL && (cluster == NULL || equal(have, cluster));
}

static bool peer_selector_fits(const struct world *world, const struct policy *policy,
	const struct rule *rule, const struct selector *selector)
{
	if (!selector_fits(selector, world->peer, false))
		return false;
	if (mentions(selector, about_reserved))
		return true;
	if (!mentions(selector, about_namespace)) {
		if (policy->kind == POLICY_CLUSTERWIDE) {
			if (!mentions(&rule->subject, about_init) &&
				!has_namespace(world->peer, NULL))
				return false;
		} else if (!mentions(selector, about_namespace_labels) &&
			   !has_namespace(world->peer, policy->namespace)) {
			return false;
		}
	}
	return mentions(selector, about_cluster) || in_cluster(world->peer, world->cluster);
}

/* --- Peers (policies.md 6) --- */

static bool reserved(const struct identity *who, const char *name)
{
	char key[TEXT];

	snprintf(key, sizeof key, "reserved:%s", name);
	return label_value(who, key) != NULL;
}

static bool is_outside(const struct identity *who)
{
	return reserved(who, "world");
}

static bool entity_fits(const struct world *world, const char *entity)
{
	static const char *const parts[] = {
		"host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver"};

	if (equal(entity, "all"))
		return true;
	if (!begins(entity, "cluster"))
		return reserved(world->peer, entity);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (reserved(world->peer, parts[i]))
			return true;
	return in_cluster(world->peer, equal(entity, "cluster") ? world->cluster : NULL);
}

static bool address_in(const char *address, const char *cidr)
{
	int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	unsigned char a[16], n[16];
	char network[TEXT];
	const char *slash = strchr(cidr, '/');
	long bits = strtol(slash + 1, NULL, 10);

	snprintf(network, sizeof network, "%.*s", (int)(slash - cidr), cidr);
	if (inet_pton(family, network, n) != 1 || inet_pton(family, address, a) != 1)
		return false;
	for (long i = 0; i < bits; i++)
		if (((a[i / 8] ^ n[i / 8]) & (128 >> (i % 8))) != 0)
			return false;
	return true;
}

static bool cidr_fits(const struct world *world, const char *cidr, const struct text_list *except)
{
	if (!is_outside(world->peer) || !address_in(world->peer->address, cidr))
		return false;
	for (size_t i = 0; except != NULL && i < except->count; i++)
		if (address_in(world->peer->address, except->items[i]))
			return false;
	return true;
}

static bool posix_fits(const char *pattern, const char *text, int flags)
{
	char anchored[4 * TEXT];
	regex_t compiled;
	bool fits;

	snprintf(anchored, sizeof anchored, "^(%s)$", pattern);
	if (regcomp(&compiled, anchored, REG_EXTENDED | REG_NOSUB | flags) != 0)
		return false;
	fits = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return fits;
}

/* The table of 6.3 as a regular expression. */
static bool name_fits(const struct name_match *match, const char *name)
{
	char expression[4 * TEXT] = "", dotted[TEXT];
	const char *from = *match->name != '\0' ? match->name : match->pattern;
	size_t stars = strspn(from, "*");

	snprintf(dotted, sizeof dotted, "%s%s", name, name[strlen(name) - 1] == '.' ? "" : ".");
	if (stars > 0 && from[stars] == '\0')
		return posix_fits("([-a-z0-9_]+[.])+|[.]", dotted, REG_ICASE);
	if (stars > 1 && from[stars] == '.') {
		strcat(expression, "([-a-z0-9_]+[.])+");
		from += stars + 1;
	}
	for (; *from != '\0'; from++) {
		char one[2] = {*from, '\0'};

		strcat(expression, *from == '*' ? "[-a-z0-9_]*" : *from == '.' ? "[.]" : one);
	}
	if (from[-1] != '.')
		strcat(expression, "[.]");
	return posix_fits(expression, dotted, REG_ICASE);
}

static bool fqdn_fits(const struct world *world, const struct name_match *match)
{
	const struct text_list *names = &world->flow->request.server_names;

	for (size_t i = 0; i < names->count; i++)
		if (is_outside(world->peer) && name_fits(match, names->items[i]))
			return true;
	return false;
}

static bool peers_fit(const struct world *world, const struct policy *policy,
	const struct rule *rule, const struct rule_element *element)
{
	bool said = element->endpoints.present || element->entities.present ||
		    element->cidrs.present || element->cidr_sets.present ||
		    element->fqdns.count > 0;

	for (size_t i = 0; i < element->endpoints.count; i++)
		if (peer_selector_fits(world, policy, rule, &element->endpoints.items[i]))
			return true;
	for (size_t i = 0; i < element->entities.count; i++)
		if (entity_fits(world, element->entities.items[i]))
			return true;
	for (size_t i = 0; i < element->cidrs.count; i++)
		if (cidr_fits(world, element->cidrs.items[i], NULL))
			return true;
	for (size_t i = 0; i < element->cidr_sets.count; i++)
		if (cidr_fits(world, element->cidr_sets.items[i].cidr,
			    &element->cidr_sets.items[i].except))
			return true;
	for (size_t i = 0; i < element->fqdns.count; i++)
		if (fqdn_fits(world, &element->fqdns.items[i]))
			return true;
	return !said;
}

/* --- Ports (policies.md 7.1, 7.2) --- */

static bool is_number(const char *text)
{
	return strspn(text, "0123456789") == strlen(text);
}

static bool is_icmp(enum protocol protocol)
{
	return protocol == PROTOCOL_ICMPV4 || protocol == PROTOCOL_ICMPV6;
}

static bool port_fits(const struct world *world, const struct port *port)
{
	const struct attempt *request = &world->flow->request;
	long number = strtol(port->port, NULL, 10);

	if (is_icmp(request->protocol))
		return false;
	if (*port->protocol != '\0' && !equal(port->protocol, "ANY") &&
		!equal(port->protocol, protocol_name(request->protocol)))
		return false;
	if (!is_number(port->port)) {
		for (size_t i = 0; i < world->port_name_count; i++)
			if (strcasecmp(world->port_names[i], port->port) == 0)
				return true;
		return false;
	}
	if (number == 0 || request->port == number)
		return true;
	return request->port >= number && request->port <= port->end_port;
}

static bool icmp_fits(const struct world *world, const struct icmp_field *field)
{
	const struct attempt *request = &world->flow->request;
	enum protocol wanted = field->family == 6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMPV4;

	return request->protocol == wanted &&
	       (field->type == 0 || field->type == request->icmp_type);
}

/* --- L7 (policies.md 7.3, 7.4) --- */

static bool header_fits(const struct l7_request *l7, const char *name, const char *value)
{
	for (size_t i = 0; i < l7->header_count; i++)
		if (strcasecmp(l7->headers[i].key, name) == 0 &&
			(value == NULL || equal(l7->headers[i].value, value)))
			return true;
	return false;
}

static bool http_fits(const struct l7_request *l7, const struct http_rule *rule)
{
	char name[TEXT];

	if ((*rule->method != '\0' && !posix_fits(rule->method, l7->method, 0)) ||
		(*rule->path != '\0' && !posix_fits(rule->path, l7->paths.items[0], 0)) ||
		(*rule->host != '\0' && !posix_fits(rule->host, l7->host, 0)))
		return false;
	for (size_t i = 0; i < rule->headers.count; i++) {
		const char *text = rule->headers.items[i], *blank = strchr(text, ' ');

		snprintf(name, sizeof name, "%.*s",
			blank != NULL ? (int)(blank - text) : (int)strlen(text), text);
		if (blank != NULL && name[strlen(name) - 1] == ':')
			name[strlen(name) - 1] = '\0';
		if (!header_fits(l7, name, blank != NULL ? blank + 1 : NULL))
			return false;
	}
	for (size_t i = 0; i < rule->header_match_count; i++) {
		const struct header_match *match = &rule->header_matches[i];

		if (*match->mismatch == '\0' &&
			!header_fits(l7, match->name, *match->value != '\0' ? match->value : NULL))
			return false;
	}
	return true;
}

/* What the matching elements of one direction add up to, in one try. */
struct sum {
	size_t elements;
	bool default_deny, deny, allow;
	bool plain, http_taken, any_dns, dns_taken;
};

static void add_l7(struct sum *sum, const struct world *world, const struct port_rule *rule,
	const struct port *port)
{
	const struct l7_request *l7 = &world->flow->request.l7;
	bool exact = is_number(port->port) && strtol(port->port, NULL, 10) != 0 &&
		     port->end_port <= strtol(port->port, NULL, 10);

	if (rule->http_count == 0 && rule->dns_count == 0) {
		sum->plain = true;
		sum->dns_taken |= exact;
	}
	for (size_t i = 0; l7->kind == L7_HTTP && i < rule->http_count; i++)
		sum->http_taken |= http_fits(l7, &rule->http[i]);
	for (size_t i = 0; l7->kind == L7_DNS && i < rule->dns_count; i++)
		sum->dns_taken |= exact && name_fits(&rule->dns[i], l7->name);
	sum->any_dns |= exact && rule->dns_count > 0;
}

static void add_element(struct sum *sum, const struct world *world, const struct policy *policy,
	const struct rule *rule, const struct rule_element *element, bool deny)
{
	bool fits = false;
	bool says_nothing = !element->endpoints.present && !element->entities.present &&
			    !element->cidrs.present && !element->cidr_sets.present &&
			    element->fqdns.count == 0 && element->to_ports.count == 0 &&
			    element->icmps.count == 0;

	sum->elements++;
	if (says_nothing || !peers_fit(world, policy, rule, element))
		return;
	if (element->to_ports.count == 0 && element->icmps.count == 0) {
		fits = true;
		sum->plain |= !deny;
	}
	for (size_t i = 0; i < element->to_ports.count; i++)
		for (size_t j = 0; j < element->to_ports.items[i].port_count; j++) {
			const struct port_rule *ports = &element->to_ports.items[i];

			if (!port_fits(world, &ports->ports[j]))
				continue;
			fits = true;
			if (!deny)
				add_l7(sum, world, ports, &ports->ports[j]);
		}
	for (size_t i = 0; i < element->icmps.count; i++)
		for (size_t j = 0; j < element->icmps.items[i].field_count; j++)
			fits |= icmp_fits(world, &element->icmps.items[i].fields[j]);
	if (fits)
		*(deny ? &sum->deny : &sum->allow) = true;
}

static bool rule_selects(
	const struct policy *policy, const struct rule *rule, const struct identity *subject)
{
	bool clusterwide = policy->kind == POLICY_CLUSTERWIDE;

	if (rule->has_node_selector != reserved(subject, "host"))
		return false;
	if (!clusterwide && !has_namespace(subject, policy->namespace))
		return false;
	return selector_fits(&rule->subject, subject, !clusterwide);
}

static struct sum add_up(const struct world *world)
{
	bool egress = world->side == SIDE_EGRESS;
	enum section allow = egress ? SECTION_EGRESS : SECTION_INGRESS;
	enum section deny = egress ? SECTION_EGRESS_DENY : SECTION_INGRESS_DENY;
	struct sum sum = {0};

	for (size_t p = 0; p < world->policies->count; p++) {
		const struct policy *policy = &world->policies->items[p];

		for (size_t r = 0; r < policy->rule_count; r++) {
			const struct rule *rule = &policy->rules[r];
			enum tristate wanted =
				egress ? rule->default_deny_egress : rule->default_deny_ingress;
			size_t before = sum.elements;

			if (!rule_selects(policy, rule, world->subject))
				continue;
			for (size_t i = 0; i < rule->elements[allow].count; i++)
				add_element(&sum, world, policy, rule,
					&rule->elements[allow].items[i], false);
			for (size_t i = 0; i < rule->elements[deny].count; i++)
				add_element(&sum, world, policy, rule,
					&rule->elements[deny].items[i], true);
			sum.default_deny |= sum.elements > before && wanted != TRISTATE_NO;
		}
	}
	return sum;
}

/* One try, with the port names it assumes. */
static struct naive_answer try_once(const struct world *world)
{
	struct sum sum = add_up(world);
	bool init = reserved(world->subject, "init");
	bool local_host = world->side == SIDE_INGRESS && reserved(world->peer, "host") &&
			  !reserved(world->subject, "host") && sum.elements > 0;
	bool default_deny = sum.default_deny || init;
	bool allowed = !sum.deny && (sum.allow || local_host || !default_deny);
	struct naive_answer answer = {allowed ? JUDGED_ALLOWED : JUDGED_DENIED, JUDGED_NONE};
	bool taken = true;

	if (!allowed || world->flow->request.l7.kind == L7_KIND_NONE)
		return answer;
	if (default_deny && !local_host) {
		taken = sum.plain || sum.http_taken;
		if (world->flow->request.l7.kind == L7_DNS)
			taken = sum.any_dns ? sum.dns_taken : sum.plain;
	}
	answer.l7 = taken ? JUDGED_ALLOWED : JUDGED_DENIED;
	return answer;
}

/* --- Port names: every set of them (policies.md 7.1, 9.8) --- */

static void collect_port_names(
	const struct policies *policies, const char *names[8], size_t *ret_count)
{
	*ret_count = 0;
	for (size_t p = 0; p < policies->count; p++)
		for (size_t r = 0; r < policies->items[p].rule_count; r++)
			for (int s = 0; s < SECTIONS; s++) {
				const struct rule_elements *list =
					&policies->items[p].rules[r].elements[s];

				for (size_t e = 0; e < list->count; e++)
					for (size_t i = 0; i < list->items[e].to_ports.count; i++) {
						const struct port_rule *rule =
							&list->items[e].to_ports.items[i];

						for (size_t j = 0; j < rule->port_count; j++) {
							const char *name = rule->ports[j].port;
							size_t k = 0;

							if (is_number(name))
								continue;
							while (k < *ret_count &&
								strcasecmp(names[k], name) != 0)
								k++;
							if (k == *ret_count && k < 8)
								names[(*ret_count)++] = name;
						}
					}
			}
}

static struct naive_answer try_all_names(struct world *world)
{
	const char *names[8];
	size_t count;
	struct naive_answer answer = {0};

	collect_port_names(world->policies, names, &count);
	if (world->flow->server.class != PEER_POD)
		count = 0;
	for (unsigned set = 0; set < 1u << count; set++) {
		struct naive_answer one;

		world->port_name_count = 0;
		for (size_t i = 0; i < count; i++)
			if ((set & 1u << i) != 0)
				world->port_names[world->port_name_count++] = names[i];
		one = try_once(world);
		if (set == 0)
			answer = one;
		if (one.verdict != answer.verdict)
			return (struct naive_answer){JUDGED_UNKNOWN, JUDGED_NONE};
		if (one.l7 != answer.l7)
			answer.l7 = JUDGED_UNKNOWN;
	}
	return answer;
}

static bool is_subject(const struct world *world)
{
	const struct identity *who = world->subject;

	if (reserved(who, "host")) {
		for (size_t p = 0; p < world->policies->count; p++)
			for (size_t r = 0; r < world->policies->items[p].rule_count; r++)
				if (world->policies->items[p].rules[r].has_node_selector)
					return true;
		return false;
	}
	if (has_namespace(who, NULL))
		return in_cluster(who, world->cluster);
	return reserved(who, "health") || reserved(who, "init") || reserved(who, "ingress");
}

struct naive_answer naive_judge(const struct policies *policies, const char *cluster,
	const struct naive_flow *flow, enum side side)
{
	bool egress = side == SIDE_EGRESS;
	struct world world = {.policies = policies,
		.cluster = cluster,
		.flow = flow,
		.subject = egress ? &flow->client : &flow->server,
		.peer = egress ? &flow->server : &flow->client,
		.side = side};

	if (!is_subject(&world))
		return (struct naive_answer){JUDGED_NONE, JUDGED_NONE};
	return try_all_names(&world);
}
