#!/usr/bin/env python3
"""What `cpa generate` makes of the clusters of cluster.py, judged by replaying probes through the policies.

usage: tests/truth/judge.py [SEED...] [--setting NAME] [--keep DIR]

A probe is a connection that happens after the policies were applied. Those that the cluster needs must pass: the
proven ones again, after the next rollout, with a name that moved, from another client of a public service.
Those that nobody made must not: another port, protocol, client, server, namespace, cluster, a pod or an
address nobody knows. `cpa simulate`, which agrees with Cilium's own engine, says which pass.
The program is CPA_PROGRAM, else build-asan/cpa.
"""
import argparse
import collections
import dataclasses
import json
import os
import random
import subprocess
import sys
import tempfile

from cluster import Cluster, Connection, Setting, entity

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get("CPA_PROGRAM") or os.path.join(HERE, "../../build-asan/cpa")
SETTINGS = {
    "plain": Setting(enforced=0),
    "enforced": Setting(cluster="prod-eu", enforced=1),
    "mixed": Setting(cluster="prod-eu", noise=0.5, denied=0.4),
    "old": Setting(old=True, bare=True),
    "dual stack": Setting(dual_stack=True, camel=True),
    "mesh": Setting(cluster="prod-eu", mesh=True),
    "wide filter": Setting(wide_filter=True),
    "harmless mask": Setting(mask="harmless", enforced=0.3),
    "workloads mask": Setting(mask="workloads", wide_filter=True),
    "pod names mask": Setting(mask="pod names", wide_filter=True),
    "all names mask": Setting(mask="all names"),
    "reply mask": Setting(mask="reply"),
    "reply and reason mask": Setting(mask="reply and reason", dual_stack=True),
    "event type mask": Setting(mask="event type"),
    "place mask": Setting(mask="place"),
    "identity mask": Setting(mask="identity", mesh=True),
    "namespace mask": Setting(mask="namespace"),
    "time mask": Setting(mask="time"),
    "direction mask": Setting(mask="direction", enforced=1),
    "any place mask": Setting(mask="any place"),
    "rough": Setting(cluster="prod-eu", rough=True, mesh=True, dual_stack=True),
    "reused numbers": Setting(reused_numbers=True),
    "numbers alone": Setting(cluster="prod-eu", bare_numbers=0.2),
    "openshift": Setting(resolver="openshift"),
    "node-local": Setting(resolver="node-local", enforced=1),
    "two clusters": Setting(cluster="prod-eu", second="prod-us", bare_numbers=0.1, mesh=True),
    "clusterwide": Setting(options=("--kind", "clusterwide")),
    "by address": Setting(options=("--no-fqdn",)),
}


@dataclasses.dataclass
class Probe:
    why: str
    connection: Connection
    sides: list          # those of the truth that it asks about
    wanted: bool         # must pass, else must not


def replayed(cluster, client, server, protocol, port):
    v6 = protocol == "ICMPv6" or ":" in server.address(4) + client.address(4)
    return Connection(cluster, client, server, protocol, port, 6 if v6 else 4)


def needed_probes(cluster):
    for side, connections in cluster.proven.items():
        c = connections[0]
        ends = {"client": c.client, "server": c.server}
        yield "again", ends, side, c
        for which, end in ends.items():
            if end.workload:
                yield "after a rollout", {**ends, which: cluster.later(end.workload)}, side, c
            elif end.names and "--no-fqdn" not in cluster.setting.options:
                yield "name at another address", {**ends, which: cluster.outside("198.51.100.250", *end.names)}, side, c
            elif which == "client" and c.public:
                yield "another client of a public service", {**ends, which: cluster.outside("198.51.100.9")}, side, c
            elif cluster.peer(end) == "entity node" and which == "server" and c.port != 53:  # a cache for names is the node's own
                yield "another node", {**ends, which: cluster.node_end("node-a", "node-b")}, side, c
                yield "its own node", {**ends, which: cluster.node_end("node-a", "node-a")}, side, c


def unused_ends(cluster, end, is_client, chance):
    """Who might stand where `end` stands, though nobody did."""
    others = [w for w in cluster.workloads if w != end.workload]
    yield "another workload", cluster.pick(chance.choice(others))
    yield "an address outside", cluster.outside("198.51.100.99")
    yield "a remote node", cluster.node_end("node-a", "node-b")
    yield "the ingress", entity("ingress", ("10.244.0.200", "fd00::200"), 8, "reserved:ingress")
    if end.workload:
        yield "an unknown pod", cluster.unknown_pod(end.workload.namespace)
        yield "its like in another namespace", cluster.stranger(end.workload, namespace="elsewhere")
        yield "its like in another cluster", cluster.stranger(end.workload, cluster="mesh-nine")
    for other in chance.sample(others, min(3, len(others))):
        yield "another workload", cluster.pick(other)
    if not is_client and end.names:
        yield "another name", cluster.outside(end.address(4), "evil.example")
        yield "its address without a name", cluster.outside(end.address(4))


def unused_probes(cluster, chance):
    for connections in list(cluster.proven.values()):
        c = connections[0]
        for protocol, port in ((c.protocol, c.port + 1), ("UDP" if c.protocol == "TCP" else "TCP", c.port or 1),
                               ("SCTP", c.port or 1), ("ICMPv4", 8), ("ICMPv4", 13), ("TCP", 1)):
            yield "another port", c.client, c.server, protocol, port
        for why, end in unused_ends(cluster, c.client, True, chance):
            yield why + " as client", end, c.server, c.protocol, c.port
        for why, end in unused_ends(cluster, c.server, False, chance):
            yield why + " as server", c.client, end, c.protocol, c.port
        yield "the other way round", c.server, c.client, c.protocol, c.port


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)


def write(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def generate(folder, name, files, options, problems):
    """The policies as file name -> text, and the report."""
    output, report = os.path.join(folder, name), os.path.join(folder, name + ".json")
    ran = run("generate", "--quiet", *options, *files, "-o", output, "--report", report)
    if ran.returncode != 0 or ran.stderr:
        problems.append("generate: exit code %d %s" % (ran.returncode, ran.stderr[-500:]))
        return {}, {}
    with open(report) as file:
        told = json.load(file)
    texts = {}
    for file_name in sorted(os.listdir(output)):
        with open(os.path.join(output, file_name)) as file:
            texts[file_name] = file.read()
    return texts, told


def check_report(report, policies, lines, problems):
    # Traffic between two ends that are no pods is listed, but no policy could cover it.
    coverage = report["coverage"]
    connections = [c for c in report["connections"] if c.get("egress", {}).get("reason") != "no_pod"]
    used = [c for c in connections if any(c.get(side, {}).get("used") for side in ("egress", "ingress"))]
    if coverage["connections_used"] != len(used) or coverage["connections_used"] + coverage["connections_left_out"] != len(connections):
        problems.append("report: coverage %s, but %d of %d connections used" % (coverage, len(used), len(connections)))
    if sorted((p["namespace"] + "." if p["namespace"] else "") + p["name"] + ".yaml" for p in report["policies"]) != sorted(policies):
        problems.append("report: policies are not the files")
    left_out = collections.Counter(c[side]["reason"] for c in report["connections"] for side in ("egress", "ingress")
                                   if side in c and not c[side]["used"])
    if left_out != {row["reason"]: row["sides"] for row in report["left_out"]}:
        problems.append("report: left out %s, but the connections say %s" % (report["left_out"], dict(left_out)))
    if sum(report["records"].values()) + report["lost_events"] // 17 != lines:
        problems.append("report: records %s of %d lines" % (report["records"], lines))


def probes(cluster, chance):
    needed = [Probe(why, replayed(cluster, ends["client"], ends["server"], c.protocol, c.port), [side], True)
              for why, ends, side, c in needed_probes(cluster)]
    subjects = {side[:2] for side in cluster.proven}
    unused = []
    for why, client, server, protocol, port in unused_probes(cluster, chance):
        sides = [side for side in cluster.sides(client, server, protocol, port)
                 if side[:2] in subjects and side not in cluster.proven and side not in cluster.open]
        if client.key != server.key and sides:
            unused.append(Probe(why, replayed(cluster, client, server, protocol, port), sides, False))
    return needed + unused


def verdicts(folder, cluster, asked):
    lines = []
    for probe in asked:
        c = probe.connection
        c.trace("TO_ENDPOINT" if c.server.workload else "TO_NETWORK")
        lines.append(cluster.render(cluster.lines.pop(), "none"))
    path = write(folder, "probes.jsonl", lines)
    ran = run("simulate", "--policies", os.path.join(folder, "policies"), "--cluster", cluster.setting.cluster, "--per-flow", path)
    return [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def judge(setting, seed, keep=None):
    """What is wrong, as text; nothing if all is well. And what was looked at, counted."""
    problems, counts = [], collections.Counter()
    clusters = [Cluster(seed, setting)]
    if setting.second:
        clusters.append(Cluster(seed + 1000, dataclasses.replace(setting, cluster=setting.second)))
    lines = [line for cluster in clusters for line in cluster.flows()]
    chance = random.Random(seed)
    shuffled = chance.sample(lines, len(lines))
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or scratch
        os.makedirs(folder, exist_ok=True)
        policies, report = generate(folder, "policies", [write(folder, "flows.jsonl", lines)], setting.options, problems)
        split = [write(folder, "one.jsonl", shuffled[0::2]), write(folder, "two.jsonl", shuffled[1::2])]
        other, other_report = generate(folder, "shuffled", split, setting.options, problems)
        if policies != other or report != other_report:
            problems.append("the order of the lines, or the files they are in, makes a difference")
        if not policies:
            return problems, counts
        counts.update(lines=len(lines), policies=len(policies))
        check_report(report, policies, len([line for line in lines if line]), problems)
        checked = run("check", "--quiet", os.path.join(folder, "policies"))
        if checked.returncode != 0:
            problems.append("refused: " + checked.stdout[-500:])
        for cluster in clusters:
            judge_cluster(folder, cluster, chance, problems, counts)
    return problems, counts


def judge_cluster(folder, cluster, chance, problems, counts):
    asked = probes(cluster, chance)
    answers, trouble = verdicts(folder, cluster, asked)
    if len(answers) != len(asked):
        problems.append("simulate: %d answers to %d probes %s" % (len(answers), len(asked), trouble[-500:]))
        return
    if not cluster.proven:
        problems.append("the cluster proves nothing, so nothing was judged")
    counts.update(proven=len(cluster.proven), probes=len(asked))
    for probe, answer in zip(asked, answers):
        for side in probe.sides:
            told = answer[side[1]]
            passed = told["verdict"] == "allowed" and bool(told["by"])
            if passed != probe.wanted:
                what = "broken" if probe.wanted else "opened"
                counts[what] += 1
                problems.append("%s (%s): %s: %s" % (what, probe.why, " ".join(map(str, side)), told["verdict"] + ", " + told["reason"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--setting", action="append")
    parser.add_argument("--keep")
    options = parser.parse_args()
    total, failed = collections.Counter(), 0
    for name in options.setting or SETTINGS:
        for seed in options.seeds:
            problems, counts = judge(SETTINGS[name], seed, options.keep)
            total.update(counts)
            failed += bool(problems)
            print("%s: %s, seed %d" % ("FAILED" if problems else "ok", name, seed))
            for problem in list(dict.fromkeys(problems))[:12]:
                print("    " + problem)
    print("judge: %d failed; %s" % (failed, dict(total)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
