// Policies made for the test at hand; each has a name of its own, because history is never deleted.
import { call } from './client.ts';

let made = 0;
export const freshName = (): string => `policy-${process.pid}-${(made += 1)}`;

/** A policy that allows what `app` may take on a port. */
export function yamlOf(name: string, more: { namespace?: string; port?: number; kind?: string } = {}): string {
  return `apiVersion: cilium.io/v2
kind: ${more.kind ?? 'CiliumNetworkPolicy'}
metadata:
  name: ${name}
  namespace: ${more.namespace ?? 'shop'}
spec:
  endpointSelector:
    matchLabels:
      app: web
  ingress:
    - fromEndpoints:
        - matchLabels:
            app: front
      toPorts:
        - ports:
            - port: "${more.port ?? 8080}"
              protocol: TCP
`;
}

/** A stored policy, as version 1. */
export async function stored(more: Parameters<typeof yamlOf>[1] = {}) {
  const name = freshName();
  const policy = await call('createPolicy', { json: { yaml_content: yamlOf(name, more) } });
  return { name, policy, path: { policy_id: policy.policy_id } };
}
