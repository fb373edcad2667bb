/* Names of ICMP types as policies may write them (policies.md 3.7). */
#ifndef CORE_ICMP_H
#define CORE_ICMP_H

/* The type that `text` means for family 4 or 6: a number 0-255 or a name; -1 if it is neither. */
int icmp_type(int family, const char *text);

#endif
