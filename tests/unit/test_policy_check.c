/*
 * For every rule of policies.md 8 a document that is taken and one that is not, or one that is warned
 * about; then how problems are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/policy_check.h"

#define CNP                                                                                        \
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: "     \
	"shop}\n"
#define CCNP "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: p}\n"
#define NP                                                                                         \
	"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"                                  \
	"metadata: {name: p, namespace: shop}\n"
#define INGRESS(element)                                                                           \
	CNP "spec: {endpointSelector: {matchLabels: {app: a}}, ingress: [" element "]}\n"
#define EGRESS(element)                                                                            \
	CNP "spec: {endpointSelector: {matchLabels: {app: a}}, egress: [" element "]}\n"
#define PORTS(rest) "{toPorts: [{ports: [{port: \"80\", protocol: TCP}]" rest "}]}"
#define NODES(rest) CCNP "spec: {nodeSelector: {matchLabels: {a: b}}, " rest "}\n"

static struct checked_policies check(void *mem, const char *text)
{
	struct checked_policies checked = {0};
	struct err err = {0};

	if (!policy_check(mem, text, strlen(text), &checked, &err))
		fail_msg("%s", err.text);
	return checked;
}

static bool tells(const struct checked_policy *checked, const char *rule, enum severity severity)
{
	for (size_t i = 0; i < checked->problem_count; i++)
		if (strcmp(checked->problems[i].rule, rule) == 0 &&
			checked->problems[i].severity == severity)
			return true;
	return false;
}

static void show(const struct checked_policy *checked)
{
	for (size_t i = 0; i < checked->problem_count; i++)
		printf("  %u:%u %s %s %s: %s\n", checked->problems[i].where.line,
			checked->problems[i].where.column,
			severity_name(checked->problems[i].severity), checked->problems[i].rule,
			checked->problems[i].path, checked->problems[i].message);
}

/* `taken` draws neither error nor warning of the rule; `refused` draws an error of it. */
static const struct {
	const char *rule, *taken, *refused;
} errors[] = {
	{"V00", INGRESS("{}"), "apiVersion: v1\nkind: Pod\n"},
	{"V00", CNP "spec: {endpointSelector: {}, ingress: [{}]}\n", CNP "spec: [\n"},
	{"V01", CNP "specs: [{endpointSelector: {}, ingress: [{}]}]\n", CNP},
	{"V02", INGRESS("{}"), CNP "spec: {endpointSelector: {}}\n"},
	{"V02", INGRESS("{}"), CNP "spec: {endpointSelector: {}, ingress: {}}\n"},
	{"V03", INGRESS("{}"), INGRESS("")},
	{"V04", INGRESS("{}"), CNP "spec: {ingress: [{}]}\n"},
	{"V04", INGRESS("{}"),
		CCNP "spec: {endpointSelector: {}, nodeSelector: {}, ingress: [{}]}\n"},
	{"V05", NODES("ingress: [{}]"), CNP "spec: {nodeSelector: {}, ingress: [{}]}\n"},
	{"V06", INGRESS("{}"),
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {namespace: a}\n"
		"spec: {endpointSelector: {}, ingress: [{}]}\n"},
	{"V06", CCNP "spec: {endpointSelector: {}, ingress: [{}]}\n",
		"apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n"
		"metadata: {name: a, namespace: b}\nspec: {endpointSelector: {}, ingress: [{}]}\n"},
	{"V06", INGRESS("{}"),
		"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: A, "
		"namespace: b}\nspec: {endpointSelector: {}, ingress: [{}]}\n"},
	{"V08", INGRESS("{fromEndpoints: [{matchLabels: {\"k8s:a/b\": \"\"}}]}"),
		INGRESS("{fromEndpoints: [{matchLabels: {a: b c}}]}")},
	{"V08", INGRESS("{fromEndpoints: [{matchLabels: {\"any:a\": b}}]}"),
		INGRESS("{fromEndpoints: [{matchLabels: {\"a:b:c\": d}}]}")},
	{"V09", INGRESS("{fromEndpoints: [{matchExpressions: [{key: a, operator: Exists}]}]}"),
		INGRESS("{fromEndpoints: [{matchExpressions: [{key: a, operator: In}]}]}")},
	{"V09",
		INGRESS("{fromEndpoints: [{matchExpressions: [{key: a, operator: In, values: "
			"[b]}]}]}"),
		INGRESS("{fromEndpoints: [{matchExpressions: [{key: a, operator: Is, values: "
			"[b]}]}]}")},
	{"V10", EGRESS("{toEntities: [host], toFQDNs: []}"),
		EGRESS("{toEntities: [host], toCIDR: [10.0.0.0/8]}")},
	{"V11", INGRESS("{fromEntities: [host]}"), INGRESS("{fromNodes: [{}]}")},
	{"V12", INGRESS("{fromEntities: [cluster-mesh, none]}"),
		INGRESS("{fromEntities: [world-ipv4]}")},
	{"V13", EGRESS("{toCIDR: [192.0.2.1/24, \"2001:db8::/32\"]}"),
		EGRESS("{toCIDR: [192.0.2.1]}")},
	{"V14", EGRESS("{toCIDRSet: [{cidrGroupRef: a}]}"),
		EGRESS("{toCIDRSet: [{cidrGroupRef: a, cidr: 192.0.2.0/24}]}")},
	{"V15", EGRESS("{toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/24]}]}"),
		EGRESS("{toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.0.0/16]}]}")},
	{"V16", EGRESS("{toPorts: [], icmps: [{fields: [{type: 8}]}]}"),
		EGRESS("{toPorts: [{ports: [{port: \"1\"}]}], icmps: [{fields: [{type: 8}]}]}")},
	{"V18", INGRESS("{toPorts: [{ports: [{port: \"010\", endPort: 9, protocol: ANY}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: \"080\"}]}]}")},
	{"V18", INGRESS("{toPorts: [{ports: [{port: \"8_0\"}, {port: a-1}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: 80}]}]}")},
	{"V18", INGRESS("{toPorts: [{ports: [{port: \"1\", endPort: 65535}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: \"1\", endPort: 65536}]}]}")},
	{"V18", INGRESS("{toPorts: [{ports: [{port: \"65535\", protocol: SCTP}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: \"1\", protocol: tcp}]}]}")},
	{"V19", INGRESS("{toPorts: [{ports: [{port: \"0\", protocol: GRE}]}]}"),
		INGRESS("{toPorts: [{ports: [{protocol: TCP}]}]}")},
	{"V19", INGRESS("{toPorts: [{ports: [{port: \"0\", protocol: IGMP}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: \"1\", protocol: IGMP}]}]}")},
	{"V20", INGRESS(PORTS(", rules: {http: [{}]}")), INGRESS(PORTS(", rules: {}"))},
	{"V21", EGRESS("{toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchName: a}]}}]}"),
		INGRESS("{toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchName: a}]}}]}")},
	{"V22", EGRESS("{toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchName: a}]}}]}"),
		EGRESS("{toPorts: [{rules: {dns: [{matchName: a}]}}]}")},
	{"V22",
		EGRESS("{toPorts: [{ports: [{port: \"53\", endPort: 53}], rules: {dns: "
		       "[{matchName: "
		       "a}]}}]}"),
		EGRESS("{toPorts: [{ports: [{port: \"53\", endPort: 54}], rules: {dns: "
		       "[{matchName: "
		       "a}]}}]}")},
	{"V23", INGRESS(PORTS(", rules: {http: [{}]}")),
		INGRESS("{toPorts: [{ports: [{port: \"80\"}], rules: {http: [{}]}}]}")},
	{"V24", INGRESS(PORTS(", rules: {http: [{}]}")),
		INGRESS("{toPorts: [{ports: [{port: \"0\", protocol: TCP}], rules: {http: "
			"[{}]}}]}")},
	{"V26",
		NODES("egress: [{toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchName: "
		      "a}]}}]}]"),
		NODES("ingress: [" PORTS(", rules: {http: [{}]}") "]")},
	{"V26", NODES("egress: [" PORTS("") "]"),
		NODES("egress: [" PORTS(", rules: {http: [{}]}") "]")},
	{"V27", INGRESS(PORTS(", rules: {http: [{path: \"/a(\\\\?.*)?\", host: \"*\"}]}")),
		INGRESS(PORTS(", rules: {http: [{path: \"*\"}]}"))},
	{"V27", INGRESS(PORTS(", rules: {http: [{method: GET|PUT}]}")),
		INGRESS(PORTS(", rules: {http: [{method: \"(\"}]}"))},
	{"V28", INGRESS(PORTS(", rules: {http: [{headerMatches: [{name: a, mismatch: LOG}]}]}")),
		INGRESS(PORTS(", rules: {http: [{headerMatches: [{name: a, mismatch: log}]}]}"))},
	{"V28",
		INGRESS(PORTS(
			", rules: {http: [{headerMatches: [{name: a, secret: {name: b}}]}]}")),
		INGRESS(PORTS(", rules: {http: [{headerMatches: [{value: a}]}]}"))},
	{"V29", EGRESS("{toFQDNs: [{matchPattern: \"*.a\"}]}"),
		EGRESS("{toFQDNs: [{matchName: \"*.a\"}]}")},
	{"V29", EGRESS("{toFQDNs: [{matchName: a.}]}"), EGRESS("{toFQDNs: [{matchName: a..b}]}")},
	{"V29", EGRESS("{toFQDNs: [{matchName: a}]}"),
		EGRESS("{toFQDNs: [{matchName: a, matchPattern: b}]}")},
	{"V32", EGRESS(PORTS(", serverNames: [a, \"*.b\"]")),
		EGRESS(PORTS(", serverNames: [a, a]"))},
	{"V32",
		EGRESS(PORTS(
			", serverNames: [a], terminatingTLS: {secret: {name: s}}, rules: {http: "
			"[{}]}")),
		EGRESS(PORTS(", serverNames: [a], rules: {http: [{}]}"))},
	{"V33", EGRESS(PORTS(", listener: {name: a, envoyConfig: {name: b}}")),
		INGRESS(PORTS(", listener: {name: a, envoyConfig: {name: b}}"))},
	{"V33", EGRESS(PORTS(", listener: {name: a, priority: 1, envoyConfig: {name: b}}")),
		EGRESS(PORTS(", listener: {name: a, priority: 0, envoyConfig: {name: b}}"))},
	{"V34", INGRESS("{icmps: [{fields: [{type: EchoRequest}, {type: \"255\"}]}]}"),
		INGRESS("{icmps: [{fields: [{type: \"256\"}]}]}")},
	{"V34", INGRESS("{icmps: [{fields: [{type: PacketTooBig, family: IPv6}]}]}"),
		INGRESS("{icmps: [{fields: [{type: PacketTooBig}]}]}")},
	{"V36", INGRESS("{authentication: {mode: disabled}}"),
		INGRESS("{authentication: {mode: optional}}")},
	{"V37", INGRESS("{fromRequires: []}"), INGRESS("{fromRequires: [{}]}")},
	{"V38", CNP "spec: {endpointSelector: {}, ingress: [{}], log: {value: \xc3\xa4}}\n",
		CNP "spec: {endpointSelector: {}, ingress: [{}], log: {value: \"a\\tb\"}}\n"},
	{"V38",
		CNP
		"spec: {endpointSelector: {}, ingress: [{}], enableDefaultDeny: {egress: no}}\n",
		CNP "spec: {endpointSelector: {}, ingress: [{}], enableDefaultDeny: {egress: "
		    "\"no\"}}\n"},
	{"V41",
		CNP
		"spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}], description: a}\n",
		CNP "spec: {endpointSelector: {}, ingress: [{}], labels: [{key: \"\"}]}\n"},
	{"NP", NP "spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}\n",
		NP "spec: {podSelector: {}, egress: [{to: [{}]}]}\n"},
	{"NP", NP "spec: {podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]}\n",
		NP "spec: {podSelector: {}, ingress: [{ports: [{port: \"80\"}]}]}\n"},
	{"NP", NP "spec: {podSelector: {matchLabels: {app: a}}}\n",
		NP "spec: {podSelector: {matchLabels: {\"k8s:app\": a}}}\n"},
	{"NP", NP "spec: {podSelector: {}, policyTypes: [Ingress]}\n",
		NP "spec: {podSelector: {}, policyTypes: [ingress]}\n"},
};

static void every_rule_takes_and_refuses(void **state)
{
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		struct checked_policies taken = check(mem, errors[i].taken);
		struct checked_policies refused = check(mem, errors[i].refused);

		if (!taken.accepted || taken.count != 1 || taken.items->policy == NULL ||
			tells(taken.items, errors[i].rule, SEVERITY_WARNING)) {
			show(taken.items);
			fail_msg("row %zu, %s should be taken:\n%s", i, errors[i].rule,
				errors[i].taken);
		}
		if (refused.accepted || refused.items->policy != NULL ||
			!tells(refused.items, errors[i].rule, SEVERITY_ERROR)) {
			show(refused.items);
			fail_msg("row %zu, %s should be refused:\n%s", i, errors[i].rule,
				errors[i].refused);
		}
	}
	mem_free(mem);
}

/* Forty is the bound, of ports and of ICMP fields, in allow and in deny rules. */
static void lists_of_forty_are_the_longest(void **state)
{
	static const char *const heads[] = {"ingress: [{toPorts: [{ports: [",
		"ingressDeny: [{toPorts: [{ports: [", "egress: [{icmps: [{fields: ["};
	static const char *const items[] = {"{port: \"1\"},", "{port: \"1\"},", "{type: 8},"};
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t h = 0; h < sizeof heads / sizeof *heads; h++)
		for (size_t count = 40; count <= 41; count++) {
			char *list = mem_text(mem, "");
			struct checked_policies checked;

			for (size_t i = 0; i < count; i++)
				list = mem_format(mem, "%s%s", list, items[h]);
			checked = check(mem,
				mem_format(mem, CNP "spec: {endpointSelector: {}, %s%s]}]}]}\n",
					heads[h], list));
			assert_int_equal(checked.accepted, count == 40);
			assert_int_equal(tells(checked.items, "V17", SEVERITY_ERROR), count == 41);
		}
	mem_free(mem);
}

/* `quiet` draws no such warning, `surprising` does, and both are taken. */
static const struct {
	const char *rule, *quiet, *surprising, *word;
} warnings[] = {
	{"V07",
		CNP "spec: {endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: "
		    "shop}}, "
		    "ingress: [{}]}\n",
		CNP "spec: {endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: "
		    "other}}, ingress: [{}]}\n",
		"other"},
	{"V36", INGRESS("{authentication: {mode: disabled}}"),
		INGRESS("{authentication: {mode: required}}"), "mutual"},
	{"V39",
		EGRESS(PORTS(", rules: {http: [{}]}") ", {toPorts: [{ports: [{port: \"53\"}], "
						      "rules: {dns: [{matchName: a}]}}]}"),
		EGRESS(PORTS(", rules: {http: [{}]}") ", {toPorts: [{ports: [{port: \"80\"}], "
						      "rules: {dns: [{matchName: a}]}}]}"),
		"cannot compute"},
	{"V40",
		EGRESS("{toFQDNs: [{matchName: a}]}, {toPorts: [{ports: [{port: \"53\"}], "
		       "rules: "
		       "{dns: [{matchName: a}]}}]}"),
		EGRESS("{toFQDNs: [{matchName: a}]}, {toPorts: [{ports: [{port: "
		       "\"53\"}]}]}"),
		"rules.dns"},
	{"V41", INGRESS("{}"), INGRESS("{unknown: 1}"), "unknown field"},
	{"V41", INGRESS("{}"),
		CNP "spec: {endpointSelector: {matchlabels: {a: b}}, ingress: [{}]}\n",
		"matchLabels"},
	{"V41",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, egressDeny: [{}], "
		    "egress: [{}]}\n",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, egressDeny: [{toFQDNs: "
		    "[{matchName: a}]}], egress: [{}]}\n",
		"toFQDNs"},
	{"V41", EGRESS("{icmps: [{fields: [{type: 0, family: IPv6}]}]}"),
		EGRESS("{icmps: [{fields: [{type: EchoReply}]}]}"), "every type"},
	{"V34", EGRESS("{icmps: [{fields: [{type: 255}]}]}"),
		EGRESS("{icmps: [{fields: [{type: 256}]}]}"), "256"},
	{"V41", INGRESS("{}"), INGRESS("{fromEndpoints: []}"), "selects nobody"},
	{"V41", EGRESS("{}"), EGRESS("{toFQDNs: []}"), "counts as absent"},
	{"V41", EGRESS(PORTS("")), EGRESS("{toPorts: [{}]}"), "without ports"},
	{"V41", EGRESS("{}"), EGRESS("{icmps: [{}]}"), "match nothing"},
	{"V41", INGRESS(PORTS("")), INGRESS(PORTS(", rules: {http: []}")), "empty list of L7"},
	{"V41", INGRESS("{}"),
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}], "
		    "egress: []}\n",
		"deny by default"},
	{"V41",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingressDeny: "
		    "[{fromEntities: "
		    "[world]}], enableDefaultDeny: {ingress: false}}\n",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingressDeny: "
		    "[{fromEntities: "
		    "[world]}]}\n",
		"only deny rules"},
	{"V41",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}], "
		    "enableDefaultDeny: {ingress: true}}\n",
		CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}], "
		    "enableDefaultDeny: {egress: true}}\n",
		"no effect"},
	{"V41", INGRESS("{}"), CNP "spec: {endpointSelector: {}, ingress: [{}]}\n", "every pod"},
	{"V41", CCNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}]}\n",
		CCNP "spec: {endpointSelector: {}, ingress: [{}]}\n", "every endpoint"},
	{"V41", EGRESS("{toCIDR: [192.0.2.0/24]}"), EGRESS("{toCIDR: [10.0.0.0/8]}"), "pods"},
	{"V41", EGRESS("{toCIDR: [192.0.2.0/24]}"), EGRESS("{toCIDR: [0.0.0.0/0]}"),
		"every address"},
	{"V41", INGRESS("{fromEntities: [world]}"), INGRESS("{fromEntities: [all]}"), "everybody"},
	{"V41", INGRESS("{fromEndpoints: [{matchLabels: {app: a}}]}"),
		INGRESS("{fromEndpoints: [{matchLabels: {pod-template-hash: a}}]}"),
		"identity label"},
	{"V41", INGRESS("{toPorts: [{ports: [{port: \"80\", endPort: 90}]}]}"),
		INGRESS("{toPorts: [{ports: [{port: http, endPort: 90}]}]}"), "is ignored"},
	{"V41", INGRESS(PORTS(", rules: {http: [{headers: [\"A: b\", A]}]}")),
		INGRESS(PORTS(", rules: {http: [{headers: [\"A:b\"]}]}")), "never matches"},
	{"V41",
		INGRESS("{fromEndpoints: [{matchLabels: {app: b}}], toPorts: [{ports: "
			"[{port: \"80\", "
			"protocol: TCP}], rules: {http: [{path: /a}]}}]}, {fromEndpoints: "
			"[{matchLabels: {app: c}}]}"),
		INGRESS("{fromEndpoints: [{matchLabels: {app: b}}], toPorts: [{ports: "
			"[{port: \"80\", "
			"protocol: TCP}], rules: {http: [{path: /a}]}}]}, {fromEndpoints: "
			"[{}]}"),
		"do not restrict"},
	{"V41",
		INGRESS(PORTS(", rules: {http: [{}]}") ", {toPorts: [{ports: [{port: "
						       "\"1\", endPort: "
						       "79}]}]}"),
		INGRESS(PORTS(", rules: {http: [{}]}") ", {toPorts: [{ports: [{port: "
						       "\"1\", endPort: "
						       "80}]}]}"),
		"do not restrict"},
	{"V42", EGRESS("{toEntities: [world]}"),
		EGRESS("{toCIDR: [192.0.2.0/24], toPorts: [{ports: "
		       "[{port: \"443\"}]}]}"),
		"DNS"},
	{"V15", EGRESS("{toCIDRSet: [{cidrGroupRef: a}]}"),
		EGRESS("{toCIDRSet: [{cidrGroupRef: a, except: [192.0.2.0/24]}]}"), "unsupported"},
	{"V33",
		CCNP "spec: {endpointSelector: {matchLabels: {a: b}}, egress: [" PORTS(
			", listener: {name: a, envoyConfig: {kind: "
			"CiliumClusterwideEnvoyConfig, "
			"name: b}}") "]}\n",
		CCNP "spec: {endpointSelector: {matchLabels: {a: b}}, egress: [" PORTS(
			", listener: {name: a, envoyConfig: {kind: CiliumEnvoyConfig, "
			"name: b}}") "]}\n",
		"clusterwide"},
	{"V01", INGRESS("{}"), CNP "specs: []\n", "no rules"},
	{"NP", NP "spec: {podSelector: {}}\n", NP "spec: {}\n", "every pod"},
};

static bool warns(const struct checked_policy *checked, const char *rule, const char *word)
{
	for (size_t i = 0; i < checked->problem_count; i++)
		if (strcmp(checked->problems[i].rule, rule) == 0 &&
			checked->problems[i].severity == SEVERITY_WARNING &&
			strstr(checked->problems[i].message, word) != NULL)
			return true;
	return false;
}

static void what_surprises_is_warned_about(void **state)
{
	void *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++) {
		struct checked_policies quiet = check(mem, warnings[i].quiet);
		struct checked_policies surprising = check(mem, warnings[i].surprising);

		if (!quiet.accepted || warns(quiet.items, warnings[i].rule, warnings[i].word)) {
			show(quiet.items);
			fail_msg("row %zu: no %s wanted:\n%s", i, warnings[i].rule,
				warnings[i].quiet);
		}
		if (!surprising.accepted ||
			!warns(surprising.items, warnings[i].rule, warnings[i].word)) {
			show(surprising.items);
			fail_msg("row %zu: %s wanted:\n%s", i, warnings[i].rule,
				warnings[i].surprising);
		}
	}
	mem_free(mem);
}

#define NAMES EGRESS("{toFQDNs: [{matchName: a}]}") "---\n"
#define DNS_OF(label)                                                                              \
	CCNP "spec: {endpointSelector: {matchLabels: {" label "}}, egress: [{toPorts: [{ports: "   \
	     "[{port: \"53\"}], rules: {dns: [{matchName: a}]}}]}]}\n"

static void rules_of_other_documents_count(void **state)
{
	void *mem = mem_context(NULL);
	struct checked_policies checked;

	(void)state;
	checked = check(mem, NAMES DNS_OF("tier: front"));
	assert_false(warns(checked.items, "V40", ""));
	/* These pods cannot be the same. */
	checked = check(mem, NAMES DNS_OF("k8s:app: b"));
	assert_true(warns(checked.items, "V40", ""));
	mem_free(mem);
}

static void problems_have_place_and_path(void **state)
{
	void *mem = mem_context(NULL);
	struct checked_policies checked = check(mem,
		CNP "specs:\n- endpointSelector: {matchLabels: {\"a b\": c}}\n  ingress:\n"
		    "  - toPorts:\n    - ports:\n      - port: \"1\"\n      - port: 80\n"
		    "---\n"
		    "kind: [\n"
		    "---\n" CNP "spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}]}\n");
	const struct policy_problem *problems = checked.items[0].problems;

	(void)state;
	assert_int_equal(checked.count, 3);
	assert_false(checked.accepted);
	assert_int_equal(checked.items[0].problem_count, 2);
	assert_string_equal(problems[0].path, "specs[0].endpointSelector.matchLabels.a b");
	assert_int_equal(problems[0].where.line, 5);
	assert_string_equal(problems[1].path, "specs[0].ingress[0].toPorts[0].ports[1].port");
	assert_int_equal(problems[1].where.line, 10);
	assert_int_equal(problems[1].where.column, 15);
	assert_string_equal(checked.items[0].name, "p");
	assert_string_equal(checked.items[1].problems[0].rule, "V00");
	assert_int_equal(checked.items[1].document, 1);
	assert_true(checked.items[2].accepted);
	assert_int_equal(checked.items[2].document, 2);
	mem_free(mem);
}

static void each_item_of_a_list_is_checked(void **state)
{
	void *mem = mem_context(NULL);
	struct checked_policies checked = check(mem,
		"apiVersion: v1\nkind: List\nitems:\n"
		"- {apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, "
		"namespace: b}, spec: {endpointSelector: {}, ingress: [{}]}}\n"
		"- 7\n");

	(void)state;
	assert_int_equal(checked.count, 2);
	assert_true(checked.items[0].accepted);
	assert_false(checked.items[1].accepted);
	mem_free(mem);
}

static void problems_are_bounded_but_the_answer_is_not(void **state)
{
	void *mem = mem_context(NULL);
	size_t room = 20 * (LIMIT_PROBLEMS + 1), used = 0;
	char *labels = mem_array(mem, char, room);
	struct checked_policies checked;

	(void)state;
	for (size_t i = 0; i < LIMIT_PROBLEMS + 1; i++)
		used += (size_t)snprintf(labels + used, room - used, "unknown%zu: 1, ", i);
	checked = check(
		mem, mem_format(mem, CNP "spec: {endpointSelector: {}, %singress: []}\n", labels));
	assert_int_equal(checked.items[0].problem_count, LIMIT_PROBLEMS);
	assert_false(checked.accepted);
	mem_free(mem);
}

/* Documents of one namespace are held against each other, which must end. */
static struct checked_policies check_many(void *mem, size_t count)
{
	static const char document[] =
		CNP "spec: {endpointSelector: {}, egress: [{toEntities: [world]}]}\n---\n";
	size_t size = sizeof document - 1;
	char *text = mem_array(mem, char, count *size + 1);
	struct checked_policies checked = {0};

	for (size_t i = 0; i < count; i++)
		memcpy(text + i * size, document, size);
	assert_true(policy_check(mem, text, count * size, &checked, NULL));
	return checked;
}

static void comparisons_are_bounded(void **state)
{
	void *mem = mem_context(NULL);
	struct checked_policies few = check_many(mem, 1000), many = check_many(mem, 5000);

	(void)state;
	assert_int_equal(few.count, 1000);
	assert_false(warns(&few.items[999], "V41", "too many rules"));
	assert_int_equal(many.count, 5000);
	assert_true(many.accepted);
	assert_false(warns(&many.items[0], "V41", "too many rules"));
	assert_true(warns(&many.items[4999], "V41", "too many rules"));
	mem_free(mem);
}

#define ANNOTATED                                                                                  \
	"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"                                    \
	"metadata: {name: p, namespace: shop, annotations: {a: %s}}\n"                             \
	"spec: {endpointSelector: {}, ingress: [{}]}\n"

static void annotations_are_bounded(void **state)
{
	void *mem = mem_context(NULL);
	static char value[LIMIT_ANNOTATIONS + 1];

	(void)state;
	memset(value, 'x', LIMIT_ANNOTATIONS - 1);
	assert_true(check(mem, mem_format(mem, ANNOTATED, value)).accepted);
	memset(value, 'x', LIMIT_ANNOTATIONS);
	assert_false(check(mem, mem_format(mem, ANNOTATED, value)).accepted);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_takes_and_refuses),
		cmocka_unit_test(lists_of_forty_are_the_longest),
		cmocka_unit_test(what_surprises_is_warned_about),
		cmocka_unit_test(rules_of_other_documents_count),
		cmocka_unit_test(problems_have_place_and_path),
		cmocka_unit_test(each_item_of_a_list_is_checked),
		cmocka_unit_test(problems_are_bounded_but_the_answer_is_not),
		cmocka_unit_test(comparisons_are_bounded),
		cmocka_unit_test(annotations_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
