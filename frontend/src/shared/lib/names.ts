const DNS_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with a name for a Kubernetes object, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name.length > 253) return 'At most 253 characters.';
  if (!DNS_1123.test(name)) {
    return 'Lower-case letters, digits, “-” and “.”; starts and ends with a letter or digit.';
  }
  return undefined;
}
