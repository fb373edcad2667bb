/* The grammars of names, labels and ports in Kubernetes and Cilium (policies.md 1, 4, 7.1). */
#ifndef CORE_SYNTAX_H
#define CORE_SYNTAX_H

#include <stdbool.h>

/* DNS-1123: a label has at most 63 characters, a subdomain of dotted labels at most 253. */
bool is_dns_label(const char *text);
bool is_dns_subdomain(const char *text);

/* A label's key, "prefix/name" or "name", and its value, which may be empty. */
bool is_label_key(const char *text);
bool is_label_value(const char *text);

/* A key in a selector of Cilium: a label's key with an optional source, as in "k8s:app". */
bool is_selector_key(const char *text);

/* An IANA service name, as ports may be called: it has a letter, at most 15 characters. */
bool is_port_name(const char *text);

/*
 * A port number as Cilium's agent reads it, by Go's strconv.ParseUint with base 0: "010" is eight,
 * "8_0" is eighty, "080" none at all. Whatever is_port_name holds for is a name, also "0x50".
 */
bool is_port_number(const char *text, unsigned *ret_number);

/* DNS names in policies: `matchName`, and with stars `matchPattern` and `serverNames`. */
bool is_match_name(const char *text);
bool is_match_pattern(const char *text);

#endif
