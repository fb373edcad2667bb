/* Texts of the simulator's answers. */
#include "base/mem.h"
#include "core/simulate.h"

const char *judged_name(enum judged judged)
{
	static const char *const names[JUDGED_COUNT] = {"none", "allowed", "denied", "unknown"};

	return (unsigned)judged < JUDGED_COUNT ? names[judged] : "";
}

static const struct reason {
	const char *name, *text;
} reasons[REASONS] = {
	[REASON_OUTSIDE] = {"outside", "it is outside the cluster, where no policy applies"},
	[REASON_NODE] = {"node", "it is a node, and no policy here selects this node"},
	[REASON_UNMANAGED] = {"unmanaged", "it is not managed by Cilium, so no policy applies"},
	[REASON_OTHER_CLUSTER] = {"other_cluster",
		"it is in another cluster; its own policies apply"},
	[REASON_SAME_POD] = {"same_pod", "policies do not apply to a pod's traffic to itself"},
	[REASON_RULE] = {"rule", "a rule allows it"},
	[REASON_NO_RULES] = {"no_rules", "no policy selects it in this direction"},
	[REASON_LOCAL_HOST] = {"local_host", "the local host may always reach its pods"},
	[REASON_NO_DEFAULT_DENY] = {"no_default_deny",
		"no rule matches, and no policy turns on default deny in this direction"},
	[REASON_DENY_RULE] = {"deny_rule", "a deny rule matches, and deny rules win"},
	[REASON_DEFAULT_DENY] = {"default_deny", "no rule allows it, and default deny is on"},
	[REASON_INIT] = {"init", "an endpoint without labels yet is always under default deny"},
	[REASON_SUBJECT_UNTOLD] = {"subject_untold", "the record does not tell who it is"},
	[REASON_SUBJECT_LABELS] = {"subject_labels",
		"the record does not tell its labels, which policies select by"},
	[REASON_NODE_LABELS] = {"node_labels", "the record does not tell the node's labels"},
	[REASON_PEER_LABELS] = {"peer_labels", "the record does not tell the peer's labels"},
	[REASON_PEER_ADDRESS] = {"peer_address", "the record does not tell the peer's address"},
	[REASON_NODE_SELECTOR] = {"node_selector",
		"fromNodes and toNodes select by node labels, which are not recorded"},
	[REASON_SERVICE] = {"service", "what toServices stands for is not known here"},
	[REASON_GROUP] = {"group", "the addresses of a cloud group are not known here"},
	[REASON_CIDR_GROUP] = {"cidr_group",
		"the addresses of a CiliumCIDRGroup are not known here"},
	[REASON_BROKEN_CIDR] = {"broken_cidr", "a rule has a CIDR that cannot be read"},
	[REASON_ENTITY] = {"entity", "a rule has an entity that is not known"},
	[REASON_PORT_NAME] = {"port_name",
		"a rule names a container port, and records have only its number"},
	[REASON_PORT_UNTOLD] = {"port_untold", "the record does not tell the port"},
	[REASON_PROTOCOL_UNTOLD] = {"protocol_untold", "the record does not tell the protocol"},
	[REASON_SERVER_NAME] = {"server_name",
		"a rule restricts TLS server names, which are not recorded"},
	[REASON_CONFLICT] = {"conflict",
		"two rules want different L7 kinds or authentication on one peer and port, so "
		"Cilium cannot compute the policy of this endpoint"},
	[REASON_HEADERS_UNTOLD] = {"headers_untold",
		"a rule looks at HTTP headers, which are not recorded"},
	[REASON_HEADER_SECRET] = {"header_secret",
		"a rule compares a header with a secret, which is not known here"},
	[REASON_HOST_UNTOLD] = {"host_untold",
		"a rule looks at the HTTP host, which is not recorded"},
	[REASON_REQUEST_UNTOLD] = {"request_untold",
		"method or path of the request are not recorded closely enough"},
	[REASON_PATTERN] = {"pattern", "a rule has a regular expression that RE2 refuses"},
	[REASON_L7_NOT_LOOKED_AT] = {"not_looked_at", "no L7 rule restricts it"},
	[REASON_L7_RULE] = {"l7_rule", "an L7 rule allows it"},
	[REASON_L7_NO_RULE] = {"no_l7_rule", "L7 rules restrict it, and none matches"},
};

const char *judged_reason_name(enum judged_reason reason)
{
	return (unsigned)reason < REASONS ? reasons[reason].name : "";
}

const char *judged_reason_text(enum judged_reason reason)
{
	return (unsigned)reason < REASONS ? reasons[reason].text : "";
}

static const struct rule_elements *section_of(const struct deciding_rule *rule)
{
	return &rule->policy->rules[rule->rule].elements[rule->section];
}

char *deciding_rule_path(void *mem, const struct deciding_rule *rule)
{
	return mem_format(mem, "%s.%s[%u]", policy_rule_path(mem, rule->policy, rule->rule),
		section_name(rule->section), rule->element);
}

unsigned deciding_rule_line(const struct deciding_rule *rule)
{
	return section_of(rule)->items[rule->element].where.line;
}

char *side_judgement_reason(void *mem, const struct side_judgement *side)
{
	const struct policy *policy = side->default_deny.policy;
	const char *text = judged_reason_text(side->reason);

	if (side->reason != REASON_DEFAULT_DENY)
		return mem_text(mem, text);
	return mem_format(mem, "%s by %s%s%s, %s", text, policy->namespace,
		*policy->namespace != '\0' ? "/" : "", policy->name,
		deciding_rule_path(mem, &side->default_deny));
}
