#!/usr/bin/env python3
"""Compares generated policies with the ground truth of a synthetic cluster, side by side, exactly.

usage: compare.py TRUTH.json POLICY.yaml

Each legitimate connection of the truth asks for a rule at each of its sides; each rule of the policies
must be asked for by one. Prints the differences and exits 1 if there are any.
"""
import json
import sys

import yaml

NAMESPACE = "io.kubernetes.pod.namespace"


def plain(key):
    return key.split(":", 1)[1] if key.startswith(("k8s:", "any:")) else key


def matches(selector, labels):
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(plain(key)) != value:
            return False
    for expression in selector.get("matchExpressions") or []:
        key, operator = plain(expression["key"]), expression["operator"]
        if operator == "DoesNotExist" and key in labels:
            return False
        if operator == "Exists" and key not in labels:
            return False
        if operator == "In" and labels.get(key) not in expression["values"]:
            return False
        if operator == "NotIn" and labels.get(key) in expression["values"]:
            return False
    return True


def workload_of(workloads, selector, namespace):
    """The one workload that the selector names, as NAMESPACE/NAME; several are a fault."""
    wanted = {plain(k): v for k, v in (selector.get("matchLabels") or {}).items()}.get(NAMESPACE, namespace)
    found = [w for w in workloads if w["namespace"] == wanted and matches(selector, w["labels"])]
    return "|".join(sorted("%s/%s" % (w["namespace"], w["name"]) for w in found)) or "nobody"


def truth_sides(truth):
    def end(what):
        if what["type"] == "pod":
            return "pod " + what["namespace"] + "/" + what["workload"]
        return what["type"] + " " + what[{"entity": "entity", "fqdn": "name", "cidr": "cidr"}[what["type"]]]

    resolvers, namers = set(), set()
    for c in truth["connections"]:
        if truth["meta"].get("flat") and c["kind"] in ("fqdn", "cidr"):
            continue  # the flat form tells neither name nor address of an outside server
        if c["kind"] == "dns":
            resolvers.add(end(c["source"])[4:])
        if c["kind"] == "fqdn":
            namers.add(end(c["source"])[4:])
        port = "icmp%d" % c["icmp_type"] if c["icmp_type"] is not None else str(c["port"])
        for direction in c["directions"]:
            self, peer = (c["source"], c["destination"]) if direction == "EGRESS" else (c["destination"], c["source"])
            if direction == "INGRESS" and end(peer) == "entity host":
                continue  # the local host is always let in
            yield (end(self)[4:], direction, end(peer), c["protocol"], port)
    for namer in namers - resolvers:
        # A name was known, so it was looked up, and a rule by name needs one for the name server.
        yield (namer, "EGRESS", "pod kube-system/coredns", "UDP", "53")


def peers_of(workloads, element, prefix, namespace):
    for selector in element.get(prefix + "Endpoints") or []:
        yield "pod " + workload_of(workloads, selector, namespace)
    for entity in element.get(prefix + "Entities") or []:
        yield "entity " + entity
    for cidr in element.get(prefix + "CIDR") or []:
        yield "cidr " + cidr
    for name in element.get(prefix + "FQDNs") or []:
        yield "fqdn " + name["matchName"]


def policy_sides(workloads, documents):
    for document in documents:
        namespace = document["metadata"]["namespace"]
        spec = document["spec"]
        self = workload_of(workloads, spec["endpointSelector"], namespace)
        for direction, section, prefix in (("EGRESS", "egress", "to"), ("INGRESS", "ingress", "from")):
            for element in spec.get(section) or []:
                for peer in peers_of(workloads, element, prefix, namespace):
                    for rule in element.get("toPorts") or []:
                        for port in rule["ports"]:
                            yield (self, direction, peer, port["protocol"], port["port"])
                    for rule in element.get("icmps") or []:
                        for field in rule["fields"]:
                            yield (self, direction, peer, "ICMP" + field.get("family", "IPv4")[2:], "icmp%d" % field["type"])


def main():
    truth = json.load(open(sys.argv[1]))
    documents = [d for d in yaml.safe_load_all(open(sys.argv[2])) if d]
    wanted = set(truth_sides(truth))
    written = set(policy_sides(truth["workloads"], documents))
    for side in sorted(wanted - written):
        print("missing", *side)
    for side in sorted(written - wanted):
        print("unasked", *side)
    print("%d sides wanted, %d written, %d missing, %d unasked" %
          (len(wanted), len(written), len(wanted - written), len(written - wanted)))
    return 1 if wanted != written or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
