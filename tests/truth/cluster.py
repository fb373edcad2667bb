"""A Kubernetes cluster with Cilium, the flows that Hubble tells of it, and what those flows prove.

Written from flows.md and policies.md alone. A Cluster holds workloads and connections between them; flows() are
the lines that the nodes report, trimmed and disturbed as the setting says. Beside each line stands what
it proves (flows.md 10.3), so when the lines are written, `proven` holds the sides that a policy must allow,
`open` those that it may, and every other side must stay closed.

A side is (subject, direction, peer, protocol, port): a subject is "CLUSTER/NAMESPACE/WORKLOAD", a peer the
same, or "entity NAME", "name NAME", "address IP", or "world" for a service that the whole outside uses. ICMP
has its type for a port.
"""
import collections
import copy
import dataclasses
import datetime
import ipaddress
import json
import random

NAMESPACES = ("shop", "blog", "data", "edge")
EPHEMERAL = (32768, 60999)
PUBLIC_CLIENTS = 25
ICMP_ECHO = {"ICMPv4": (8, 0), "ICMPv6": (128, 129)}
POINTS = {"TO_ENDPOINT": 0, "TO_PROXY": 1, "TO_HOST": 2, "TO_STACK": 3, "TO_OVERLAY": 4, "FROM_ENDPOINT": 5,
          "FROM_PROXY": 6, "FROM_HOST": 7, "FROM_STACK": 8, "FROM_OVERLAY": 9, "FROM_NETWORK": 10, "TO_NETWORK": 11}

# Fields below the flow that an exporter's mask leaves out (flows.md 1.4). The last two cost evidence.
MASKS = {
    "none": (),
    "harmless": ("uuid", "Summary", "source.ID", "destination.ID"),
    "workloads": ("source.workloads", "destination.workloads"),
    "pod names": ("source.pod_name", "destination.pod_name"),
    "all names": ("source.workloads", "destination.workloads", "source.pod_name", "destination.pod_name"),
    "reply": ("is_reply", "reply"),
    "reply and reason": ("is_reply", "reply", "trace_reason"),
    "event type": ("event_type",),
    "place": ("trace_observation_point", "trace_reason"),
    "identity": ("source.identity", "destination.identity", "source.cluster_name", "destination.cluster_name"),
    "namespace": ("source.namespace", "destination.namespace"),
    "time": ("time", "node_name"),
    "direction": ("traffic_direction",),
    "any place": ("trace_observation_point", "trace_reason", "event_type"),
}


@dataclasses.dataclass(frozen=True)
class Setting:
    cluster: str = "default"
    old: bool = False            # Cilium 1.15: true directions, fewer members
    enforced: float = 0.5        # how many endpoints have policies, so policy verdicts
    wide_filter: bool = False    # an administrator's label filter that lets per-rollout labels through
    dual_stack: bool = False
    mesh: bool = False
    mask: str = "none"
    bare: bool = False
    camel: bool = False
    noise: float = 0.2
    denied: float = 0.15
    bare_numbers: float = 0      # how many peers are told by their identity's number alone
    resolver: str = "kube-dns"   # or openshift, or node-local
    options: tuple = ()          # of cpa generate
    rough: bool = False          # hand-made, repaired and broken records in the file
    reused_numbers: bool = False # identity numbers are given to others later
    second: str = ""             # another cluster whose flows are in the same file


@dataclasses.dataclass(frozen=True)
class Workload:
    namespace: str
    name: str
    kind: str
    labels: tuple                # (key, value), the same in all its pods for ever
    per_revision: tuple = ()     # keys whose values change with a rollout or a run
    per_pod: tuple = ()          # keys whose values differ from pod to pod
    account: str = "default"
    twin: str = ""               # workloads that no stable label tells apart share this name
    cluster: str = ""

    @property
    def selectable(self):
        """Is there anything to select on? If not, no rule can speak of it."""
        return bool(self.labels) or self.account != "default"

    @property
    def key(self):
        return "%s/%s/%s" % (self.cluster, self.namespace, self.twin or self.name)


@dataclasses.dataclass(frozen=True)
class End:
    """One end of a connection as Hubble describes it."""
    key: str
    labels: tuple
    identity: int
    addresses: tuple             # IPv4, IPv6
    workload: Workload = None
    pod: str = ""
    node: str = ""
    names: tuple = ()

    def address(self, version):
        return self.addresses[0 if version == 4 else 1]


def label(key, value):
    return "k8s:%s=%s" % (key, value)


def entity(name, addresses, identity, *labels):
    return End("entity " + name, tuple(labels), identity, addresses)


# What charts, operators and people put on pods. {n} is the workload's name. Two rows of a group are the traps:
# neighbours in one namespace that only one label tells apart.
SCHEMES = (
    ("Deployment", (("app", "{n}"),), ("pod-template-hash",), ()),
    ("Deployment", (("app.kubernetes.io/name", "{n}"), ("app.kubernetes.io/instance", "{n}-prod"),
                    ("app.kubernetes.io/managed-by", "Helm")),
     ("app.kubernetes.io/version", "helm.sh/chart", "pod-template-hash"), ()),
    ("Deployment", (("app", "{n}"), ("service.istio.io/canonical-name", "{n}"), ("security.istio.io/tlsMode", "istio"),
                    ("tier", "1")), ("rollouts-pod-template-hash", "service.istio.io/canonical-revision"), ()),
    ("StatefulSet", (("app", "{n}"), ("role", "yes")), ("controller-revision-hash",),
     ("statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "shard")),
    ("DaemonSet", (("k8s-app", "{n}"),), ("controller-revision-hash", "pod-template-generation"), ()),
    ("CronJob", (("app.kubernetes.io/name", "{n}"), ("app.kubernetes.io/part-of", "nightly")),
     ("job-name", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid", "controller-uid"), ()),
    ("Deployment", (("name", "{n}"), ("team.example.com/owner", "on")), ("checksum/config", "pod-template-hash"), ()),
)
GROUPS = (
    # Two components of one Helm release.
    (("{n}-api", "Deployment", (("app.kubernetes.io/name", "{n}"), ("app.kubernetes.io/instance", "{n}"),
                                ("app.kubernetes.io/component", "api")), ("helm.sh/chart",), ()),
     ("{n}-worker", "Deployment", (("app.kubernetes.io/name", "{n}"), ("app.kubernetes.io/instance", "{n}"),
                                   ("app.kubernetes.io/component", "worker")), ("helm.sh/chart",), ())),
    # Two releases of one old chart.
    (("cache-redis", "StatefulSet", (("app", "redis"), ("release", "cache"), ("heritage", "Tiller")), ("chart",), ()),
     ("queue-redis", "StatefulSet", (("app", "redis"), ("release", "queue"), ("heritage", "Tiller")), ("chart",), ())),
    # The labels of one are a part of the other's.
    (("{n}", "Deployment", (("app", "{n}"),), ("pod-template-hash",), ()),
     ("{n}-worker", "Deployment", (("app", "{n}"), ("component", "worker")), ("pod-template-hash",), ())),
    # Roles that only a label without a known name tells apart.
    (("db-primary", "StatefulSet", (("app", "db"), ("example.org/duty", "primary")), (), ("shard",)),
     ("db-replica", "StatefulSet", (("app", "db"), ("example.org/duty", "replica")), (), ("shard",))),
)
PORTS = (("TCP", 80), ("TCP", 8080), ("TCP", 5432), ("TCP", 6379), ("TCP", 9092), ("TCP", 50051), ("UDP", 8125), ("UDP", 4789),
         ("TCP", 27017), ("TCP", 9200), ("SCTP", 3868), ("TCP", 443), ("UDP", 514), ("TCP", 33060))


class Cluster:
    def __init__(self, seed, setting):
        self.random = random.Random("%d %r" % (seed, setting))
        self.setting = setting
        self.now = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.timezone.utc)
        self.nodes = ["node-a", "node-b", "node-c"]
        self.workloads, self.ends, self.identities, self.lines = [], {}, {}, []
        self.proven, self.open = {}, set()
        self.next_address = 10
        self.uuid = 0
        self.build()

    # --- who there is ---

    def add(self, namespace, name, kind, labels, per_revision=(), per_pod=(), account="default", twin="", cluster=""):
        fill = lambda text: text.replace("{n}", name)
        workload = Workload(namespace, name, kind, tuple((k, fill(v)) for k, v in labels), per_revision, per_pod, account,
                            twin, cluster or self.setting.cluster)
        pods = [self.pod(workload, revision, index)
                for revision in range(6 if kind == "CronJob" else self.random.choice((1, 2, 2)))
                for index in range(1 if kind == "CronJob" else self.random.choice((1, 2, 3)))]
        self.workloads.append(workload)
        self.ends[workload] = pods
        return workload

    def value(self, key, workload, revision, index):
        """The value of a label that changes, as whoever writes it makes them."""
        mix = random.Random("%s %s %s" % (key.split("/")[-1], workload.name, revision))
        if key in ("statefulset.kubernetes.io/pod-name",):
            return "%s-%d" % (workload.name, index)
        if key in ("apps.kubernetes.io/pod-index", "shard"):
            return str(index)
        if key.endswith("uid"):
            return "%08x-1111-4222-8333-%012x" % (mix.getrandbits(32), mix.getrandbits(48))
        if key.endswith("job-name"):
            return "%s-%d" % (workload.name, 28912000 + revision * 60)
        if key.endswith("version"):
            return "1.%d.0" % revision
        if key.endswith("canonical-revision"):
            return "v%d" % (revision + 1)
        if key.endswith("chart"):
            return "%s-2.%d.1" % (workload.name, revision)
        if key == "pod-template-generation":
            return str(revision + 1)
        if key.startswith("checksum"):
            return "%032x" % mix.getrandbits(128)
        return "".join(mix.choice("bcdfghjklmnpqrstvwxz2456789") for _ in range(10))

    # Keys that Cilium's own filter keeps out of identities (policies.md 11.1).
    FILTERED = {"pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
                "apps.kubernetes.io/pod-index", "controller-uid", "batch.kubernetes.io/controller-uid"}

    def pod(self, workload, revision, index):
        labels = dict(workload.labels)
        for key in workload.per_revision + workload.per_pod:
            # Without any name nobody can know that pods with different values are of one workload.
            if key == "shard" and self.setting.mask == "all names":
                continue
            if self.setting.wide_filter or key not in self.FILTERED:
                labels[key] = self.value(key, workload, revision, index)
        labels["io.kubernetes.pod.namespace"] = workload.namespace
        labels["io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"] = workload.namespace
        labels["io.cilium.k8s.policy.cluster"] = workload.cluster
        labels["io.cilium.k8s.policy.serviceaccount"] = workload.account
        labels["io.cilium.k8s.namespace.labels.team"] = "on"
        text = tuple(sorted(label(k, v) for k, v in labels.items()))
        if not self.setting.old:
            text = ("gen:io.cilium.k8s.named-ports=http.TCP.8080",) + text
        number = self.identities.setdefault(text, 20000 + len(self.identities))
        if self.setting.reused_numbers and revision:
            number = 20000 + number % 20
        if workload.cluster != self.setting.cluster:
            number |= 2 << 16
        self.next_address += 1
        n = self.next_address
        stamp = self.value("hash", workload, revision, index)
        name = {"StatefulSet": "%s-%d" % (workload.name, index),
                "CronJob": "%s-%d-%s" % (workload.name, 28912000 + revision * 60, stamp[:5])}.get(
                    workload.kind, "%s-%s-%s%d" % (workload.name, stamp, stamp[:4], index))
        return End(workload.key, text, number, ("10.244.%d.%d" % (n // 250, n % 250 + 1), "fd00:10:244::%x" % n), workload, name,
                   self.random.choice(self.nodes))

    def later(self, workload):
        """A pod of the workload after the next rollout."""
        return self.pod(workload, 7, 5)

    def stranger(self, workload, namespace=None, cluster=None):
        """A pod that looks like the workload's, elsewhere."""
        other = dataclasses.replace(workload, namespace=namespace or workload.namespace, cluster=cluster or workload.cluster)
        return self.pod(other, 0, 0)

    def unknown_pod(self, namespace):
        return self.pod(Workload(namespace, "intruder", "Deployment", (("app", "intruder"),), cluster=self.setting.cluster), 0, 0)

    def outside(self, address, *names):
        v6 = ":" in address
        identity, world = (10 if v6 else 9, "reserved:world-ipv%d" % (6 if v6 else 4)) if self.setting.dual_stack else \
            (2, "reserved:world")
        return End("address " + address, (world,), identity, (address, address), names=tuple(names))

    def covered(self, end):
        """The outside peer, perhaps with the labels of a policy that covers it: by its name, or by a range it is in."""
        if self.random.random() < 0.7:
            return end
        by = "fqdn:" + self.random.choice(end.names) if end.names else "cidr:" + cidr_text(end.address(4))
        return dataclasses.replace(end, labels=(by,) + end.labels, identity=16777217 + self.random.randrange(99))

    def node_end(self, node, seen_from):
        """A node, seen from a pod on another or on the same."""
        n = self.nodes.index(node) + 1
        addresses = ("172.18.0.%d" % n, "fd00:18::%x" % n)
        if node == seen_from:
            return entity("host", addresses, 1, "reserved:host")
        return entity("remote-node", addresses, 6, "reserved:remote-node")

    def api_server(self):
        shape = self.random.choice(("host", "remote", "outside"))
        if shape == "host":
            return entity("kube-apiserver", ("172.18.0.1", "fd00:18::1"), 1, "reserved:host", "reserved:kube-apiserver")
        if shape == "remote":
            return entity("kube-apiserver", ("172.18.0.9", "fd00:18::9"), 7, "reserved:kube-apiserver", "reserved:remote-node")
        return entity("kube-apiserver", ("203.0.113.250", "2001:db8::250"), 16777217, "cidr:203.0.113.250/32",
                      "reserved:kube-apiserver", "reserved:world")

    def build(self):
        random_ = self.random
        if self.setting.resolver == "openshift":
            self.dns = self.add("openshift-dns", "dns-default", "DaemonSet", (("dns.operator.openshift.io/daemonset-dns", "default"),),
                                ("controller-revision-hash",))
        else:
            self.dns = self.add("kube-system", "coredns", "Deployment", (("k8s-app", "kube-dns"),), ("pod-template-hash",))
        for namespace in random_.sample(NAMESPACES, 3):
            for scheme in random_.sample(SCHEMES, 4):
                kind, labels, per_revision, per_pod = scheme
                self.add(namespace, random_.choice(("web", "cart", "mail", "feed", "sync", "auth", "bill")) + str(random_.randrange(9)),
                         kind, labels, per_revision, per_pod, random_.choice(("default", "default", "runner")))
            group = random_.choice(GROUPS)
            base = random_.choice(("order", "stock"))
            for name, kind, labels, per_revision, per_pod in group:
                self.add(namespace, name.replace("{n}", base), kind, [(k, v.replace("{n}", base)) for k, v in labels],
                         per_revision, per_pod)
        # The same application in each of two namespaces, and a job that has nothing but its account.
        first, second = sorted({w.namespace for w in self.workloads if w != self.dns})[:2]
        for namespace in (first, second):
            self.add(namespace, "proxy", "Deployment", (("app", "proxy"), ("component", "front")), ("pod-template-hash",))
        self.add(first, "backup", "CronJob", (), ("job-name", "batch.kubernetes.io/job-name"), (), "backup-runner")
        # A canary beside what it replaces, told apart by its version alone; and pods that have no label at all.
        for version in ("v1", "v2"):
            self.add(second, "reviews-" + version, "Deployment", (("app", "reviews"), ("version", version)), twin="reviews")
        self.add(second, "unlabelled", "Deployment", ())
        if self.setting.mesh:
            for workload in random_.sample([w for w in self.workloads if w != self.dns and w.kind == "Deployment"], 2):
                self.add(workload.namespace, workload.name, workload.kind, workload.labels, workload.per_revision, (),
                         workload.account, cluster=self.setting.cluster + "-peer")
        # Names collide where chance repeats them; the first stays.
        seen = {}
        for workload in list(self.workloads):
            if seen.setdefault(workload.key, workload) is not workload:
                self.workloads.remove(workload)
                del self.ends[workload]

    def local(self):
        return [w for w in self.workloads if w.cluster == self.setting.cluster]

    # --- what is proven ---

    def sides(self, client, server, protocol, port):
        """The sides of the connection that a policy is asked about; the local host is always let in."""
        found = []
        if client.workload and client.workload.cluster == self.setting.cluster:
            names = [] if "--no-fqdn" in self.setting.options else server.names
            for peer in ["name " + n for n in names] or [self.peer(server)]:
                found.append((client.key, "egress", peer, protocol, port))
        if server.workload and server.workload.cluster == self.setting.cluster and "reserved:host" not in client.labels:
            peer = self.peer(client)
            if peer.startswith("address") and (server.key, "ingress", "world", protocol, port) in self.proven:
                peer = "world"
            found.append((server.key, "ingress", peer, protocol, port))
        return found

    @staticmethod
    def peer(end):
        # The local node and another are the same peer to a workload, whose pods may run anywhere.
        return "entity node" if end.key in ("entity host", "entity remote-node") else end.key

    def is_uncertain(self, connection, side):
        """Does the mask take what shows that the side works? An answer shows it all the same."""
        if self.setting.mask == "direction":  # a verdict says only that the request left its client
            return side == "ingress" and not connection.replied
        return self.setting.mask == "any place" and not connection.replied

    def prove(self, connection, egress, ingress, wanted=True):
        if any(end.workload and not end.workload.selectable for end in (connection.client, connection.server)):
            return
        for side in self.sides(connection.client, connection.server, connection.protocol, connection.port):
            if side[1] == "ingress" and connection.public:
                side = side[:2] + ("world",) + side[3:]
            if {"egress": egress, "ingress": ingress}[side[1]]:
                if wanted and not self.is_uncertain(connection, side[1]):
                    self.proven.setdefault(side, []).append(connection)
                else:
                    self.open.add(side)

    # --- what is told ---

    def pick(self, workload):
        return self.random.choice(self.ends[workload])

    def connect(self, client, server, protocol, port, pattern, version=4, public=False):
        self.now += datetime.timedelta(milliseconds=self.random.randrange(1, 4000))
        connection = Connection(self, client, server, protocol, port, version, public)
        PATTERNS[pattern](connection)

    def choose_pattern(self):
        if self.random.random() < self.setting.enforced:
            return self.random.choice(("enforced", "enforced", "redirected", "audit egress", "audit ingress", "ingress verdict",
                                       "egress verdict"))
        return self.random.choice(("plain", "plain", "plain", "delivered", "answered", "answer sent", "sent", "late"))

    def version(self):
        return 6 if self.setting.dual_stack and self.random.random() < 0.3 else 4

    def traffic(self):
        random_, local = self.random, self.local()
        apps = [w for w in local if w != self.dns]
        for client in apps:
            for server in random_.sample([w for w in self.workloads if w not in (self.dns, client) and w.key != client.key],
                                         random_.randrange(1, 4)):
                protocol, port = random_.choice(PORTS)
                if random_.random() < 0.1:
                    protocol = "ICMPv6" if self.setting.dual_stack and random_.random() < 0.5 else "ICMPv4"
                    port = ICMP_ECHO[protocol][0]
                for _ in range(random_.randrange(1, 5)):
                    version = {"ICMPv4": 4, "ICMPv6": 6}.get(protocol) or self.version()
                    self.connect(self.pick(client), self.pick(server), protocol, port, self.choose_pattern(), version)
        self.mesh_clients(apps)
        self.names(apps)
        self.infrastructure(apps)
        self.from_outside(apps)
        self.denials(apps)

    def mesh_clients(self, apps):
        for client in (w for w in self.workloads if w.cluster != self.setting.cluster):
            server = self.random.choice(apps)
            for _ in range(3):
                self.connect(self.pick(client), self.pick(server), "TCP", 8443, "plain")

    def names(self, apps):
        """Name servers, peers outside by name and by address."""
        pool = {"api.pay.example": ["203.0.113.%d" % n for n in range(10, 16)], "files.cdn.example": ["198.51.100.7"],
                "img.cdn.example": ["198.51.100.7"], "eu-1.queue.example": ["192.0.2.77", "192.0.2.78"]}
        for client in apps:
            for _ in range(self.random.randrange(0, 3)):
                self.lookup(self.pick(client), "%s.%s.svc.cluster.local" % (self.random.choice(apps).name, client.namespace), [])
            if self.random.random() < 0.5:
                name = self.random.choice(sorted(pool))
                for _ in range(self.random.randrange(1, 5)):
                    pod = self.pick(client)
                    asked = [n for n in sorted(pool) if set(pool[n]) & set(pool[name])]
                    for n in asked:
                        self.lookup(pod, n, pool[n])
                    address = self.random.choice(pool[name])
                    self.connect(pod, self.covered(self.outside(address, *asked)), "TCP", 443, self.random.choice(("out", "out", "out unnamed", "out enforced")))
            if self.random.random() < 0.3:
                address = self.random.choice(("192.0.2.200", "192.0.2.201") + (("2001:db8::5",) if self.setting.dual_stack else ()))
                for _ in range(2):
                    self.connect(self.pick(client), self.covered(self.outside(address)), "TCP", self.random.choice((25, 443)), "out",
                                 6 if ":" in address else 4)

    def lookup(self, pod, name, addresses):
        """Through the DNS proxy: the search list first, then the name itself."""
        search = ["%s.%s.svc.cluster.local" % (name, pod.workload.namespace), name + ".cluster.local"] if addresses else []
        server, protocol, port = self.pick(self.dns), "UDP", 5353 if self.setting.resolver == "openshift" else 53
        if self.setting.resolver == "node-local":
            server = entity("host", ("169.254.20.10", "fd00::10"), 1, "reserved:host")
        elif self.random.random() < 0.1:
            protocol = "TCP"
        for query in search + [name]:
            c = Connection(self, pod, server, protocol, port, 4)
            c.verdict("EGRESS", "REDIRECTED")
            c.dns(query, None)
            c.dns(query, addresses if query == name else [])
            self.prove(c, True, True)

    def infrastructure(self, apps):
        api = self.api_server()
        for client in self.random.sample(apps, 4):
            self.connect(self.pick(client), api, "TCP", 6443, self.random.choice(("out", "out enforced")))
        for server in self.random.sample(apps, 2):
            self.connect(api, self.pick(server), "TCP", 9443, "delivered")
        if self.setting.resolver == "kube-dns":
            self.connect(self.pick(self.dns), self.outside("192.0.2.53"), "UDP", 53, "out")
            self.connect(self.pick(self.dns), api, "TCP", 6443, "out")
        # Many ports of one server: more than a rule may hold.
        client, server = self.random.sample(apps, 2)
        for port in range(7000, 7045):
            self.connect(self.pick(client), self.pick(server), "TCP", port, "delivered")
        for port in self.random.sample(range(40000, 50000), 3):
            self.connect(self.pick(client), self.pick(server), "TCP", port, "delivered")
        for client in self.random.sample(apps, 2):
            for _ in range(3):
                pod = self.pick(client)
                self.connect(pod, self.node_end(self.random.choice(self.nodes), pod.node), "TCP", 10250, "out")
        for server in self.random.sample(apps, 5):
            pod = self.pick(server)
            self.connect(self.node_end(pod.node, pod.node), pod, "TCP", 8081, "delivered")
        ingress = entity("ingress", ("10.244.0.200", "fd00::200"), 8, "reserved:ingress")
        self.connect(ingress, self.pick(self.random.choice(apps)), "TCP", 8080, "plain")
        server = self.random.choice(apps)
        for _ in range(2):  # through a load balancer that hides the client
            pod = self.pick(server)
            self.connect(entity("remote-node", ("172.18.0.7", "fd00:18::7"), 6, "reserved:remote-node"), pod, "TCP", 30080, "delivered")

    def from_outside(self, apps):
        public, partner = self.random.sample(apps, 2)
        for n in range(PUBLIC_CLIENTS):
            self.connect(self.covered(self.outside("198.18.%d.%d" % (n, n * 7 % 250 + 1))), self.pick(public), "TCP", 8443,
                         self.random.choice(("delivered", "plain", "ingress verdict")), public=True)
        for _ in range(4):
            self.connect(self.outside("192.0.2.99"), self.pick(partner), "TCP", 2222, "delivered")

    def denials(self, apps):
        for client in apps:
            for server in self.random.sample(apps, 2):
                if client.key != server.key and self.random.random() < self.setting.denied * 2:
                    port = self.random.choice((22, 3306, 11211))
                    self.connect(self.pick(client), self.pick(server), "TCP", port,
                                 self.random.choice(("denied ingress", "denied egress", "explicit ingress", "explicit egress", "broken", "refused by http",
                                                     "reply dropped")))
        victim = self.random.choice(apps)
        for port in range(20, 60):
            self.connect(self.outside("203.0.113.66"), self.pick(victim), "TCP", port, "denied ingress")

    def disturbance(self):
        """Lines that prove nothing."""
        pod = self.pick(self.random.choice(self.local()))
        other = self.pick(self.random.choice(self.workloads))
        c = Connection(self, pod, other, "TCP", 8080, 4)
        which = self.random.randrange(9)
        if which == 0:
            service = self.outside("10.96.0.%d" % self.random.randrange(1, 250))
            flow = Connection(self, pod, service, "TCP", 80, 4).flow(False)
            flow.update(Type="SOCK", event_type={"type": 7, "sub_type": 1}, verdict="TRACED")
            self.lines.append(flow)
        elif which == 1:
            service = self.outside("10.96.0.%d" % self.random.randrange(1, 250))
            flow = Connection(self, pod, service, "TCP", 80, 4).trace("FROM_ENDPOINT", add=False)
            flow["destination_service"] = {"name": "svc", "namespace": "shop"}
            del flow["is_reply"]
            self.lines.append(flow)
        elif which == 2:
            Connection(self, pod, self.outside("224.0.0.251"), "UDP", 5353, 4).trace("TO_STACK")
        elif which == 3:
            Connection(self, pod, pod, "TCP", 8080, 4).trace("TO_ENDPOINT")
        elif which == 4:
            Connection(self, pod, other, "ICMPv6", self.random.choice((133, 135, 136)), 6).trace("TO_ENDPOINT")
        elif which == 5:
            c.drop("INGRESS", "STALE_OR_UNROUTABLE_IP", 151)
        elif which == 6:
            health = End("entity health", ("reserved:health",), 4, ("10.244.0.9", "fd00::9"))
            Connection(self, self.node_end("node-a", "node-b"), health, "TCP", 4240, 4).trace("TO_ENDPOINT")
        elif which == 7:
            flow = Connection(self, other, pod, "ICMPv4", 3, 4).trace("TO_ENDPOINT", add=False)
            flow["trace_reason"] = "RELATED"
            self.lines.append(flow)
        else:
            c.trace("FROM_OVERLAY", known=False)
            if self.setting.mask == "any place":  # nothing tells it from a delivery
                self.prove(c, True, True, wanted=False)

    def flows(self):
        """All lines, in the order of their time, as text."""
        self.traffic()
        for _ in range(int(len(self.lines) * self.setting.noise)):
            self.disturbance()
        self.strip_labels()
        node = self.node_name("node-a")
        text = [self.render(flow) for flow in self.lines]
        copies = [line for line in text if self.random.random() < 0.03]  # two collectors
        others = [{"lost_events": {"source": "HUBBLE_RING_BUFFER", "num_events_lost": "17"}, "node_name": node},
                  {"node_status": {"state_change": "NODE_UNAVAILABLE", "node_names": [node]}},
                  {"agent_event": {"type": "POLICY_UPDATED", "policy_update": {}}, "node_name": node}]
        if self.setting.rough:
            others.append({"debug_event": {"type": "DBG_CT_VERDICT"}})
            text += ['level=info msg="Cilium starts" subsys=daemon', text[0][:90], "{}", "null", "42", ""]
        return text + copies + [json.dumps(other) for other in others]

    def strip_labels(self):
        """Some peers are told by number alone, though not where nobody else tells whose number it is."""
        told = collections.Counter(flow[end]["identity"] for flow in self.lines for end in ("source", "destination"))
        for flow in self.lines:
            for end in ("source", "destination"):
                number = flow[end]["identity"]
                # Numbers of other clusters of a mesh stay unresolved (10.6: same cluster).
                if 256 <= number < 1 << 16 and not self.setting.reused_numbers and told[number] > 1 and "workloads" not in flow[end] and \
                        self.random.random() < self.setting.bare_numbers:
                    told[number] -= 1
                    flow[end] = {"identity": number}

    def node_name(self, node):
        return node if self.setting.cluster == "default" else self.setting.cluster + "/" + node

    def render(self, flow, mask=None):
        flow = copy.deepcopy(flow)
        for path in MASKS[self.setting.mask if mask is None else mask]:
            *parents, last = path.split(".")
            at = flow
            for parent in parents:
                at = at.get(parent, {})
            at.pop(last, None)
        if self.setting.rough:
            flow = rough(self.random, flow)
        outer = {k: flow[k] for k in ("node_name", "time") if k in flow}
        if self.setting.camel or self.setting.rough and self.random.random() < 0.3:
            flow = camel(flow)
        return json.dumps(flow if self.setting.bare else {"flow": flow, **outer}, separators=(",", ":"))


def cidr_text(address):
    network = ipaddress.ip_network(address + ("/48" if ":" in address else "/24"), strict=False)
    return str(network).replace("::/", "--0/").replace(":", "-")


def rough(chance, flow):
    """The same flow as other programs write it (flows.md 2)."""
    flow = copy.deepcopy(flow)
    for body in flow.get("l4", {}).values():
        for key in ("source_port", "destination_port"):
            if key in body and chance.random() < 0.5:
                body[key] = str(body[key])
    for end in ("source", "destination"):
        if chance.random() < 0.3:
            flow[end]["identity"] = str(flow[end]["identity"])
        if chance.random() < 0.3:
            chance.shuffle(flow[end]["labels"]) if "labels" in flow[end] else None
        flow[end]["colour"] = {"of": ["the", "future"]}
    if "is_reply" in flow and chance.random() < 0.5:
        flow["is_reply"] = {"value": flow["is_reply"]}
    elif "is_reply" not in flow:
        flow["is_reply"] = None
    if chance.random() < 0.3:
        flow["verdict"] = {"FORWARDED": 1, "DROPPED": 2, "AUDIT": 4, "REDIRECTED": 5, "TRACED": 6}[flow["verdict"]]
    if chance.random() < 0.3 and "traffic_direction" in flow:
        flow["traffic_direction"] = {"INGRESS": 1, "EGRESS": 2}[flow["traffic_direction"]]
    if chance.random() < 0.3:
        flow["time"] = flow["time"].replace("Z", "+00:00")
    if chance.random() < 0.2:
        flow["Type"] = {"L3_L4": 1, "L7": 2, "SOCK": 3}[flow["Type"]]
    return flow


def camel(value):
    if isinstance(value, list):
        return [camel(v) for v in value]
    if not isinstance(value, dict):
        return value
    humps = lambda key: key if "_" not in key or key.isupper() else "".join(
        part if i == 0 else part.capitalize() for i, part in enumerate(key.split("_")))
    return {humps(k): camel(v) for k, v in value.items()}


class Connection:
    """One connection, and the events of it that are told."""

    def __init__(self, cluster, client, server, protocol, port, version=4, public=False):
        self.cluster, self.client, self.server = cluster, client, server
        self.protocol, self.port, self.version, self.public = protocol, port, version, public
        self.client_port = cluster.random.randint(*EPHEMERAL)
        self.named = True
        self.replied = False

    def l4(self, reply, handshake):
        if self.protocol in ICMP_ECHO:
            number = ICMP_ECHO[self.protocol][1] if reply else self.port
            return {self.protocol: {"type": number} if number else {}}
        ports = (self.port, self.client_port) if reply else (self.client_port, self.port)
        body = dict(zip(("source_port", "destination_port"), ports))
        if self.protocol == "TCP" and handshake is not None:
            body["flags"] = ({"SYN": True, "ACK": True} if reply else {"SYN": True}) if handshake else {"ACK": True}
        if self.protocol == "SCTP" and handshake is not None:
            body["chunk_type"] = "INIT_ACK" if reply else "INIT"
        return {self.protocol: body}

    def described(self, end, is_local):
        told = {"identity": end.identity, "labels": list(end.labels)}
        if end.workload:
            told.update(namespace=end.workload.namespace, pod_name=end.pod)
            if not self.cluster.setting.old:
                told["cluster_name"] = end.workload.cluster
            if is_local:
                told.update(ID=int(end.addresses[0].split(".")[3]) * 7,
                            workloads=[{"name": end.workload.name, "kind": end.workload.kind}])
        return told

    def flow(self, reply, handshake=True, at=None):
        """The members that every flow has; `at` is the end whose node tells."""
        cluster = self.cluster
        cluster.uuid += 1
        cluster.now += datetime.timedelta(microseconds=cluster.random.randrange(1, 900))
        at = at or (self.client if self.client.node else self.server)
        source, destination = (self.server, self.client) if reply else (self.client, self.server)
        return {
            "time": cluster.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "uuid": "00000000-0000-4000-8000-%012d" % cluster.uuid,
            "verdict": "FORWARDED",
            "IP": {"source": source.address(self.version), "destination": destination.address(self.version),
                   "ipVersion": "IPv%d" % self.version},
            "l4": self.l4(reply, handshake),
            "source": self.described(source, source is at),
            "destination": self.described(destination, destination is at),
            "Type": "L3_L4",
            "node_name": cluster.node_name(at.node or "node-a"),
            "Summary": self.protocol,
        }

    def tell(self, flow, reply):
        if self.server.names and self.named:
            flow["source_names" if reply else "destination_names"] = list(self.server.names)
        self.cluster.lines.append(flow)

    def verdict(self, direction, verdict="FORWARDED", reason=None):
        flow = self.flow(False, at=self.client if direction == "EGRESS" else self.server)
        flow.update(verdict=verdict, event_type={"type": 5}, traffic_direction=direction)
        if reason:
            flow.update(drop_reason_desc=reason)
        else:
            flow.update(is_reply=False, policy_match_type=2)
        self.tell(flow, False)

    def drop(self, direction, reason, number, reply=False):
        flow = self.flow(reply, at=self.client if direction == "EGRESS" else self.server)
        flow.update(verdict="DROPPED", event_type={"type": 1, "sub_type": number}, traffic_direction=direction,
                    drop_reason_desc=reason, drop_reason=number)
        self.tell(flow, reply)

    def trace(self, point, reply=False, at=None, known=True, handshake=True, add=True):
        """A trace event; its direction is what the version makes of it (flows.md 6.3)."""
        if at is None:
            delivered_to = self.client if reply else self.server
            at = delivered_to if point == "TO_ENDPOINT" else self.server if reply else self.client
        flow = self.flow(reply, handshake, at)
        flow["event_type"] = {"type": 4, **({"sub_type": POINTS[point]} if POINTS[point] else {})}
        flow["trace_observation_point"] = point
        if known:
            self.replied |= reply
            flow["is_reply"] = reply
            if reply:
                flow["reply"] = True
            meant = "EGRESS" if at is self.client else "INGRESS"
            flow["traffic_direction"] = meant if self.cluster.setting.old or point != "TO_ENDPOINT" else "EGRESS"
            if not self.cluster.setting.old:
                flow["trace_reason"] = "REPLY" if reply else "NEW" if handshake else "ESTABLISHED"
        if point == "TO_NETWORK" and not self.cluster.setting.old:
            flow["IP"]["source_xlated"] = "172.18.0.2" if self.version == 4 else "fd00:18::2"
        if add:
            self.tell(flow, reply)
        return flow

    def dns(self, query, addresses):
        """A question (no addresses), or its answer through the proxy, with source and destination swapped."""
        answer = addresses is not None
        flow = self.flow(answer, None, self.client)
        flow.update(Type="L7", event_type={"type": 129}, traffic_direction="EGRESS", is_reply=answer)
        dns = {"query": query + ".", "observation_source": "proxy", "qtypes": ["A"]}
        if answer:
            flow["reply"] = True
            dns.update({"ips": addresses, "ttl": 30, "rrtypes": ["A"]} if addresses else {"rcode": 3})
        flow["l7"] = {"type": "RESPONSE" if answer else "REQUEST", "dns": dns}
        self.cluster.lines.append(flow)

    def http(self, direction, answer):
        flow = self.flow(answer, None, self.client if direction == "EGRESS" else self.server)
        flow.update(Type="L7", event_type={"type": 129}, traffic_direction=direction, is_reply=answer)
        http = {"method": "GET", "url": "http://%s/v1/items?page=2" % (self.server.pod or "host"), "protocol": "HTTP/1.1"}
        if answer:
            flow["reply"] = True
            http["code"] = 200
        flow["l7"] = {"type": "RESPONSE" if answer else "REQUEST", "http": http}
        self.cluster.lines.append(flow)

    def is_local(self, end):
        """Whether a node of this cluster tells of the end as its own."""
        return bool(end.workload) and end.workload.cluster == self.cluster.setting.cluster

    def way_out(self):
        same = self.client.node and self.client.node == self.server.node
        return [] if same else [self.cluster.random.choice(("TO_OVERLAY", "TO_STACK", "TO_NETWORK"))]

    # --- patterns: which events are told, and what they prove (flows.md 10.3) ---

    def plain(self):
        for point in self.way_out() if self.is_local(self.client) else []:
            self.trace(point, known=point != "TO_NETWORK")
        if self.is_local(self.server):
            self.trace("TO_ENDPOINT")
            for point in self.way_out():
                self.trace(point, reply=True, known=point != "TO_NETWORK")
        if self.is_local(self.client):
            self.trace("TO_ENDPOINT", reply=True)
            self.trace("TO_ENDPOINT", reply=True, handshake=False)
        self.cluster.prove(self, True, True)

    def enforced(self):
        if self.is_local(self.client):
            self.verdict("EGRESS")
        if self.is_local(self.server):
            self.verdict("INGRESS")
        self.plain()

    def delivered(self):
        if not self.is_local(self.server):
            return self.answered()
        self.trace("TO_ENDPOINT")
        return self.cluster.prove(self, True, True)

    def answered(self):
        self.trace("TO_ENDPOINT", reply=True)
        self.cluster.prove(self, True, True)

    def answer_sent(self):
        if not self.is_local(self.server):
            return self.answered()
        self.trace("TO_OVERLAY", reply=True)
        return self.cluster.prove(self, True, True)

    def sent(self):
        if self.is_local(self.client):
            self.trace("TO_OVERLAY")
            self.cluster.prove(self, True, False)

    def late(self):
        """The capture began after the handshake."""
        if self.is_local(self.client):
            self.trace("TO_ENDPOINT", reply=True, handshake=False)
            # Two high ports and nothing else: nobody can know who began (10.2).
            known = self.cluster.setting.mask != "reply and reason" or self.port < EPHEMERAL[0]
            self.cluster.prove(self, True, True, wanted=known)

    def egress_verdict(self):
        if self.is_local(self.client):
            self.verdict("EGRESS")
            self.sides_of_egress_verdict()

    def sides_of_egress_verdict(self):
        self.cluster.prove(self, True, False)
        if self.cluster.setting.mask == "direction":  # it may as well have been the server's
            self.cluster.prove(self, False, True, wanted=False)

    def ingress_verdict(self):
        if self.is_local(self.server):
            self.verdict("INGRESS")
            self.cluster.prove(self, True, True)

    def redirected(self):
        if self.protocol != "TCP" or not self.is_local(self.server):
            return self.enforced()
        self.verdict("INGRESS", "REDIRECTED")
        self.trace("TO_PROXY", at=self.server)
        self.http("INGRESS", False)
        self.http("INGRESS", True)
        return self.cluster.prove(self, True, True)

    def audit_egress(self):
        if self.is_local(self.client):
            self.verdict("EGRESS", "AUDIT")
            self.sides_of_egress_verdict()

    def audit_ingress(self):
        if self.is_local(self.server):
            self.verdict("INGRESS", "AUDIT")
            self.trace("TO_ENDPOINT")
            self.cluster.prove(self, True, True)

    def refuse(self, direction, reason, number):
        self.verdict(direction, "DROPPED", reason)
        self.drop(direction, reason, number)

    def denied_ingress(self):
        """It left the client (10.3), but does not work today: the client's side may be open and need not be."""
        self.refuse("INGRESS", "POLICY_DENIED", 133)
        self.cluster.prove(self, True, False, wanted=False)

    def denied_egress(self):
        self.refuse("EGRESS", "POLICY_DENIED", 133)

    def explicit_ingress(self):
        self.refuse("INGRESS", "POLICY_DENY", 181)

    def explicit_egress(self):
        self.refuse("EGRESS", "POLICY_DENY", 181)

    def refused_by_http(self):
        """The proxy refused the request; its connection was let through."""
        self.verdict("INGRESS", "REDIRECTED")
        self.http("INGRESS", False)
        self.cluster.lines[-1]["verdict"] = "DROPPED"
        self.cluster.prove(self, True, True, wanted=False)

    def reply_dropped(self):
        """The server's answer is what was dropped; that the question came through proves the rest."""
        self.trace("TO_ENDPOINT")
        flow = self.flow(True, False, self.server)
        flow.update(verdict="DROPPED", event_type={"type": 1, "sub_type": 133}, traffic_direction="EGRESS",
                    drop_reason_desc="POLICY_DENIED", drop_reason=133)
        self.tell(flow, True)
        self.cluster.prove(self, True, True)

    def broken(self):
        self.drop("INGRESS", "CT_MAP_INSERTION_FAILED", 155)

    def out(self):
        self.trace("TO_NETWORK", known=self.cluster.random.random() < 0.5)
        self.trace("TO_ENDPOINT", reply=True)
        self.cluster.prove(self, True, False)

    def out_enforced(self):
        self.verdict("EGRESS")
        self.cluster.prove(self, True, False)

    def out_unnamed(self):
        """The name is told only by the DNS answer before."""
        self.named = False
        self.out()


PATTERNS = {name.replace("_", " "): getattr(Connection, name) for name in (
    "plain", "enforced", "delivered", "answered", "answer_sent", "sent", "late", "egress_verdict", "ingress_verdict", "redirected",
    "audit_egress", "audit_ingress", "denied_ingress", "denied_egress", "explicit_ingress", "explicit_egress", "broken", "out",
    "out_enforced", "out_unnamed", "refused_by_http", "reply_dropped")}
