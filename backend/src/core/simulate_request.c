/* From a recorded flow to the request that it shows. */
#include <string.h>

#include "base/mem.h"
#include "core/http_path.h"
#include "core/identify.h"
#include "core/labels.h"
#include "core/orient.h"
#include "core/simulate.h"

/*
 * The identity behind one end, with all of its labels: beside those that identify it, policies can
 * select by node labels, CIDR groups and names.
 */
static struct identity identity_of(
	void *mem, const struct flow_endpoint *end, const char *address, const char *cluster)
{
	const char **room = mem_array(mem, const char *, end->labels.count + 1);
	struct identity identity = identify(end, address, cluster, room);

	if (end->labels.count > 0)
		identity.labels = end->labels;
	if (labels_reserved(&end->labels) & RESERVED_WORLD)
		identity.address = address;
	return identity;
}

static bool is_same_pod(const struct flow *flow)
{
	const struct flow_endpoint *a = &flow->source, *b = &flow->destination;

	return *a->pod != '\0' && strcmp(a->pod, b->pod) == 0 &&
	       strcmp(a->namespace, b->namespace) == 0 && strcmp(a->cluster, b->cluster) == 0;
}

/* Host and path of an absolute URL, or only the path of "/a?b". */
static void read_url(void *mem, const char *url, struct l7_request *ret)
{
	const char *scheme_end = strstr(url, "://"), *path = url;
	const char **paths = mem_array(mem, const char *, 1);
	size_t size;

	ret->host = "";
	ret->paths = (struct text_list){paths, 0};
	if (*url == '\0')
		return;
	if (scheme_end != NULL && strcspn(url, "/?#") > (size_t)(scheme_end - url)) {
		const char *host = scheme_end + strlen("://"), *user_end;

		path = host + strcspn(host, "/?#");
		user_end = memrchr(host, '@', (size_t)(path - host));
		if (user_end != NULL)
			host = user_end + 1;
		ret->host = mem_text_n(mem, host, (size_t)(path - host));
	}
	size = strcspn(path, "#");
	paths[0] = *path == '/' ? mem_text_n(mem, path, size)
				: mem_format(mem, "/%.*s", (int)size, path);
	ret->paths.count = 1;
}

/* Only what a request says can be judged; a response does not repeat all of it. */
static struct l7_request l7_of(void *mem, const struct flow *flow)
{
	struct l7_request l7 = {.kind = flow->l7.kind, .method = "", .host = "", .name = ""};

	if (l7.kind == L7_HTTP) {
		l7.method = flow->l7.http.method;
		read_url(mem, flow->l7.http.url, &l7);
		if (flow->l7.type == L7_REQUEST) {
			l7.headers = flow->l7.http.headers;
			l7.header_count = flow->l7.http.header_count;
			l7.headers_told = l7.header_count > 0;
		}
	} else if (l7.kind == L7_DNS) {
		l7.name = flow->l7.dns.query;
	} else {
		l7.kind = L7_KIND_NONE;
	}
	return l7;
}

struct l7_request l7_from_fact(void *mem, const struct l7_fact *fact)
{
	const char **paths = mem_array(mem, const char *, 2);
	struct l7_request l7 = {.kind = fact->kind,
		.method = fact->method,
		.host = fact->host,
		.paths = {paths, 0},
		.name = fact->name};

	if (*fact->example != '\0')
		paths[l7.paths.count++] = fact->example;
	if (*fact->path != '\0' && strcmp(fact->path, fact->example) != 0)
		paths[l7.paths.count++] = http_path_instance(mem, fact->path);
	return l7;
}

void attempt_from_flow(
	void *mem, struct policy_set *set, const struct flow *flow, struct attempt *ret_request)
{
	bool reply = flow->is_reply == TRISTATE_YES;
	struct identity source =
		identity_of(mem, &flow->source, flow->source_address, flow->cluster);
	struct identity destination =
		identity_of(mem, &flow->destination, flow->destination_address, flow->cluster);
	int icmp_type = icmp_request_type(flow->protocol, flow->icmp_type);

	*ret_request = (struct attempt){
		.client = policy_set_party(set, reply ? &destination : &source),
		.server = policy_set_party(set, reply ? &source : &destination),
		.same_pod = is_same_pod(flow),
		.protocol = flow->protocol,
		.has_port = flow->has_ports,
		.port = reply ? flow->source_port : flow->destination_port,
		.icmp_type = reply && icmp_type >= 0 ? (uint8_t)icmp_type : flow->icmp_type,
		.server_names = reply ? flow->source_names : flow->destination_names,
		.l7 = l7_of(mem, flow),
	};
}
