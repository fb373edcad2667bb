#include "core/generate_warnings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/address.h"

/* From here on the day counts as covered by the capture. */
#define NS_PER_HOUR  (3600LL * 1000000000LL)
#define SHORT_WINDOW (24 * NS_PER_HOUR)
/* From here on it matters if a workload was seen on one day only. */
#define LONG_WINDOW     (72 * NS_PER_HOUR)
#define MANY_HIGH_PORTS 5
#define FIRST_HIGH_PORT 32768

static void warn(struct generation *generation, void *mem, const char *code, const char *policy,
	const char *text)
{
	mem_reserve(mem, generation->warnings, &generation->warning_capacity,
		generation->warning_count + 1);
	generation->warnings[generation->warning_count++] = (struct warning){code, policy, text};
}

/* A warning is to be read: so many names, and how many more there are. */
#define MOST_NAMES 20

static const char *names_of_others(
	void *mem, const struct analysis *analysis, const struct pod_workload *workload)
{
	char *text = mem_text(mem, "");
	size_t count = workload->also_selects_count;

	for (size_t i = 0; i < count && i < MOST_NAMES; i++)
		text = mem_format(mem, "%s%s%s", text, i > 0 ? ", " : "",
			analysis->workloads->items[workload->also_selects[i]].name);
	return count <= MOST_NAMES ? text
				   : mem_format(mem, "%s and %zu more", text, count - MOST_NAMES);
}

/* The selector, where it does not tell the workload from others. */
static void warn_selector(struct generation *generation, const struct analysis *analysis,
	const struct pod_workload *workload, const char *title)
{
	if (workload->also_selects_count > 0)
		warn(generation, analysis->mem, "selector_not_unique", title,
			mem_format(analysis->mem,
				"The selector also matches %s: no label that stays tells them "
				"apart. Give the "
				"workloads labels of their own, and generate again.",
				names_of_others(analysis->mem, analysis, workload)));
	if (workload->told_names.count > 1) {
		char *names = mem_text(analysis->mem, "");

		for (size_t i = 0; i < workload->told_names.count; i++)
			names = mem_format(analysis->mem, "%s%s%s", names, i > 0 ? ", " : "",
				workload->told_names.items[i]);
		warn(generation, analysis->mem, "workloads_not_told_apart", title,
			mem_format(analysis->mem,
				"The workloads %s carry the same labels, so one policy serves them "
				"all and "
				"each gets what the others need.",
				names));
	}
}

/* Which directions change from open to default deny, and which stay open. */
static void warn_default_deny(struct generation *generation, const struct analysis *analysis,
	const struct policy *policy, const char *title)
{
	bool ingress = policy->rules[0].elements[SECTION_INGRESS].present;
	bool egress = policy->rules[0].elements[SECTION_EGRESS].present;
	const struct generate_options *options = analysis->options;

	if (options->default_deny == DEFAULT_DENY_STAGED)
		warn(generation, analysis->mem, "staged", title,
			"Default deny is off (enableDefaultDeny: false), so nothing is blocked "
			"yet. Take it "
			"out once the traffic has been watched.");
	else
		warn(generation, analysis->mem, "default_deny", title,
			mem_format(analysis->mem,
				"If this is the first policy of the workload, %s becomes default "
				"deny: what was "
				"not recorded will be blocked.",
				ingress && egress ? "its ingress and egress"
				: ingress         ? "its ingress"
						  : "its egress"));
	if ((!ingress && options->ingress) || (!egress && options->egress))
		warn(generation, analysis->mem, "direction_without_evidence", title,
			mem_format(analysis->mem,
				"No %s was recorded that needs a rule, so that direction stays "
				"open.",
				ingress ? "egress" : "ingress"));
}

struct finding {
	int64_t first_ns, last_ns; /* of the evidence */
	bool one_day, nodes, world, wide, metadata, database, single, guess, audited, denied,
		high_ports;
	size_t high_port_count;
};

static bool is_database_port(uint16_t port)
{
	static const uint16_t ports[] = {
		1433, 1521, 3306, 5432, 5984, 6379, 9042, 9200, 11211, 27017};

	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		if (ports[i] == port)
			return true;
	return false;
}

static void find_in_need(const struct need *need, struct finding *finding)
{
	struct address address;
	char text[64];
	size_t size = strcspn(need->peer.key, "/");

	if (need->peer.kind == PEER_BY_ENTITY && strcmp(need->peer.key, "world") == 0) {
		finding->world = true;
		finding->database |= is_database_port(need->port);
	}
	finding->nodes |= need->side == SIDE_INGRESS && need->peer.kind == PEER_BY_ENTITY &&
			  strcmp(need->peer.key, "remote-node") == 0;
	if (need->peer.kind != PEER_BY_CIDR)
		return;
	snprintf(text, sizeof text, "%.*s", (int)size, need->peer.key);
	address = address_parse(text);
	finding->metadata |= address_is_metadata(&address);
	finding->wide |= strcmp(need->peer.key + size, address.version == 4 ? "/32" : "/128") != 0;
	finding->database |= need->side == SIDE_INGRESS && !address_is_private(&address) &&
			     is_database_port(need->port);
}

static struct finding find_in_needs(const struct need *needs, size_t count)
{
	struct finding finding = {.first_ns = INT64_MAX, .last_ns = INT64_MIN};
	size_t run = 0;

	for (size_t i = 0; i < count; i++) {
		const struct need *need = &needs[i], *before = i > 0 ? need - 1 : need;
		bool same_peer = need->side == before->side &&
				 need->peer.kind == before->peer.kind &&
				 strcmp(need->peer.key, before->peer.key) == 0;

		find_in_need(need, &finding);
		run = !same_peer ? 0 : run;
		run += need->port >= FIRST_HIGH_PORT &&
		       (i == 0 || !same_peer || need->port != before->port);
		finding.high_ports |= run >= MANY_HIGH_PORTS;
	}
	return finding;
}

/* The evidence of the policy just made is the last. */
static void find_in_evidence(const struct generation *generation, struct finding *finding)
{
	for (size_t i = generation->provenance_count; i > 0; i--) {
		const struct provenance *provenance = &generation->provenance[i - 1];

		if (provenance->policy != generation->policies.count - 1)
			return;
		if (provenance->first_ns < finding->first_ns)
			finding->first_ns = provenance->first_ns;
		if (provenance->last_ns > finding->last_ns)
			finding->last_ns = provenance->last_ns;
		finding->single |= provenance->single;
		finding->guess |= provenance->guess;
		finding->audited |= provenance->audited;
		finding->denied |= provenance->denied;
	}
}

static void warn_findings(
	struct generation *generation, void *mem, const struct finding *finding, const char *title)
{
	const struct {
		bool found;
		const char *code, *text;
	} rows[] = {
		{finding->world, "world",
			"Clients at several public addresses were seen, so the whole outside world "
			"is let in "
			"on those ports. List the addresses instead if the service is not a public "
			"one."},
		{finding->nodes, "clients_are_nodes",
			"Other nodes are let in. Traffic from outside through a NodePort or load "
			"balancer "
			"looks like this too, so it may stand for external clients."},
		{finding->database, "world_to_database",
			"A port that databases use is open to addresses outside the cluster. Check "
			"that this "
			"is meant."},
		{finding->wide, "wide_cidr",
			"Outside addresses are grouped into prefixes, which lets in more than was "
			"seen."},
		{finding->metadata, "metadata_address",
			"The workload talked to the cloud's metadata service, which hands out "
			"credentials. "
			"Keep the rule only if it needs them."},
		{finding->one_day, "one_day_only",
			"All its traffic was seen within one day of a longer recording. What it "
			"does on other "
			"days may be missing."},
		{finding->single, "single_sighting",
			"Some rules rest on a single sighting; see their evidence before relying "
			"on them."},
		{finding->guess, "guess",
			"Some rules rest on a guess of which end is the server, by its ports."},
		{finding->audited, "audited",
			"Some rules allow what audit mode only let pass: policy would have denied "
			"it. Review "
			"them."},
		{finding->denied, "denied_included",
			"Some rules allow what was dropped by default deny, as asked for. Review "
			"them."},
		{finding->high_ports, "many_high_ports",
			"One peer was seen on many high ports (passive FTP or RPC, perhaps). A "
			"port range may "
			"be what is meant."},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].found)
			warn(generation, mem, rows[i].code, title, rows[i].text);
}

static void warn_names(struct generation *generation, const struct analysis *analysis,
	const struct needs *needs, uint32_t subject, const char *title)
{
	if (needs->several_names[subject])
		warn(generation, analysis->mem, "several_names", title,
			"Some outside addresses have several names that the workload looked up (a "
			"shared "
			"address of a CDN, perhaps). Flows do not tell which was meant, so all are "
			"allowed: "
			"remove those it does not need.");
	if (needs->names_denied[subject])
		warn(generation, analysis->mem, "names_denied", title,
			"A name that the workload uses also has an address that it was denied. A "
			"rule by name would open that one too, so addresses are used there. They "
			"break when the name moves: decide which it is.");
	if (needs->names_capped[subject])
		warn(generation, analysis->mem, "names_capped", title,
			mem_format(analysis->mem,
				"It asked a name server for more than %d different things, so its "
				"answers are not kept whole and are not used: only names told by "
				"the flows themselves are.",
				LIMIT_L7_FACTS));
	if (needs->resolver_assumed[subject])
		warn(generation, analysis->mem, "resolver_assumed", title,
			"Rules by DNS name need one for the name server. This workload's own "
			"lookups were not "
			"recorded, so the server that others of its cluster use is assumed.");
	if (needs->resolver_missing[subject])
		warn(generation, analysis->mem, "resolver_missing", title,
			"Names are known for outside addresses, but no name server was recorded, "
			"and rules by "
			"name do not work without one: addresses are used. They break when a name "
			"moves.");
}

static void warn_nodes(struct generation *generation, const struct analysis *analysis,
	uint32_t subject, const char *title)
{
	if (analysis->workloads->items[subject].nodes)
		warn(generation, analysis->mem, "host_policy", title,
			"This is a host policy: what it leaves out cuts off the nodes themselves "
			"(API server, "
			"etcd, kubelet, tunnels, ssh). Apply it in audit mode first, and only with "
			"the host "
			"firewall on.");
}

static void warn_inexpressible(struct generation *generation, const struct analysis *analysis,
	const struct needs *needs, uint32_t subject, const char *title)
{
	if (needs->inexpressible[subject])
		warn(generation, analysis->mem, "inexpressible", title,
			"A Kubernetes NetworkPolicy cannot say all that this workload needs "
			"(nodes, the API "
			"server, ICMP, other clusters): what it leaves out will be blocked. Use "
			"CiliumNetworkPolicy instead.");
}

void warn_policy(struct generation *generation, const struct analysis *analysis,
	const struct needs *needs, size_t from, size_t to)
{
	const struct policy *policy = &generation->policies.items[generation->policies.count - 1];
	const char *title = policy_title(analysis->mem, policy);
	uint32_t subject = needs->items[from].subject;
	struct finding finding = find_in_needs(needs->items + from, to - from);

	find_in_evidence(generation, &finding);
	finding.one_day = analysis->window_ns >= LONG_WINDOW &&
			  finding.last_ns - finding.first_ns < SHORT_WINDOW;
	warn_default_deny(generation, analysis, policy, title);
	warn_selector(generation, analysis, &analysis->workloads->items[subject], title);
	warn_names(generation, analysis, needs, subject, title);
	warn_inexpressible(generation, analysis, needs, subject, title);
	warn_nodes(generation, analysis, subject, title);
	warn_findings(generation, analysis->mem, &finding, title);
}

void warn_l7_partial(struct generation *generation, const struct analysis *analysis,
	uint32_t subject, enum section section, unsigned element)
{
	const struct pod_workload *workload = &analysis->workloads->items[subject];

	warn(generation, analysis->mem, "l7_partial",
		mem_format(analysis->mem, "%s/%s", workload->namespace, workload->name),
		mem_format(analysis->mem,
			"%s[%u] has no HTTP rules: a proxy saw only part of this traffic, and "
			"restricting the "
			"rest unseen would break it.",
			section == SECTION_EGRESS ? "egress" : "ingress", element));
}

static size_t count_uses(const struct generation *generation, enum left_out reason)
{
	size_t count = 0;

	for (size_t i = 0; i < generation->use_count; i++)
		count += generation->uses[i].left_out == reason;
	return count;
}

/* Pods that no selector can name: they get no policy, and nobody's rule names them. */
static void warn_unlabelled(struct generation *generation, const struct analysis *analysis)
{
	size_t unlabelled = count_uses(generation, LEFT_OUT_SUBJECT_UNKNOWN);

	if (unlabelled > 0)
		warn(generation, analysis->mem, "unlabelled_endpoints", "",
			mem_format(analysis->mem,
				"%zu connections end at pods without labels that stay, so no "
				"policy can select "
				"those pods. Label them, or add their labels to the exporter's "
				"field mask.",
				unlabelled));
}

/* Do policies of several clusters stand in one set without all of them naming theirs? */
static bool has_unnamed_cluster(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->workloads->count && analysis->several_clusters; i++) {
		const struct pod_workload *workload = &analysis->workloads->items[i];

		if (analysis->reporting[i] && !workload_names_cluster(analysis, workload))
			return true;
	}
	return false;
}

void warn_whole(struct generation *generation, const struct analysis *analysis)
{
	int64_t window = analysis->window_ns;

	if (analysis->traffic->lost_events > 0)
		warn(generation, analysis->mem, "lost_events", "",
			mem_format(analysis->mem,
				"Hubble lost %llu events while this was recorded, so real traffic "
				"may be "
				"missing. Record again with a larger ring buffer, or watch the "
				"policies in "
				"audit mode first.",
				(unsigned long long)analysis->traffic->lost_events));
	if (generation->policies.count > 0 && window < SHORT_WINDOW)
		warn(generation, analysis->mem, "short_window", "",
			mem_format(analysis->mem,
				"The recording spans %.1f hours. Jobs, backups and failovers that "
				"did not run "
				"in it are not in the policies; a week or more is better.",
				(double)window / (double)NS_PER_HOUR));
	warn_unlabelled(generation, analysis);
	if (has_unnamed_cluster(analysis))
		warn(generation, analysis->mem, "several_clusters", "",
			"Nodes of several clusters reported, and some pods carry no cluster label, "
			"so their policies would select pods of the same labels in any cluster. "
			"Apply each policy in its own cluster only; the option for one cluster "
			"generates a set for it.");
}

const char *explain_empty(const struct generation *generation, const struct analysis *analysis)
{
	enum left_out most = LEFT_OUT_NOT;
	size_t most_count = 0;

	if (generation->policies.count > 0)
		return "";
	if (analysis->traffic->connection_count == 0)
		return "There are no flows. Record some with `hubble observe --output jsonpb` and "
		       "import "
		       "them.";
	if (count_uses(generation, LEFT_OUT_NO_POD) == generation->use_count)
		return "No pod is at either end of these flows, as far as they tell. Policies need "
		       "pods with "
		       "labels: add source.labels and destination.labels to the exporter's field "
		       "mask.";
	for (enum left_out reason = LEFT_OUT_UNUSABLE; reason < LEFT_OUT_REASONS; reason++) {
		size_t count = count_uses(generation, reason);

		if (count > most_count) {
			most_count = count;
			most = reason;
		}
	}
	return mem_format(analysis->mem, "No flow made a rule. The most frequent reason: %s",
		left_out_reason(most));
}
