import type { Drift, GenerateOptions, GenerateRequest, Policy } from '../types';

const KINDS: Record<Policy['kind'], NonNullable<GenerateOptions['kind']>> = {
  CiliumNetworkPolicy: 'cilium',
  CiliumClusterwideNetworkPolicy: 'clusterwide',
  NetworkPolicy: 'kubernetes',
};

/** HTTP and DNS rules stand below `rules` in a port list. */
const hasL7Rules = (yaml: string) => /^\s*(- )?rules:\s*$/m.test(yaml);

/** Only directions that the policy restricts: a rule in another one would turn default deny on there. */
function directionOf({ uncovered }: Drift): NonNullable<GenerateOptions['direction']> {
  const egress = uncovered.some((item) => item.egress.verdict === 'denied');
  const ingress = uncovered.some((item) => item.ingress.verdict === 'denied');
  if (egress === ingress) return 'both';
  return egress ? 'egress' : 'ingress';
}

/** What would add to a policy the rules that its drift asks for, made as its version was made. */
export function mergeRequest(policy: Policy, drift: Drift): GenerateRequest {
  const made = (policy.evidence?.options ?? {}) as GenerateOptions;
  return {
    filter: { time_from: drift.since },
    options: {
      l7: hasL7Rules(policy.yaml_content),
      ...made,
      kind: KINDS[policy.kind],
      direction: directionOf(drift),
      existing: [policy.policy_id],
      ...(policy.namespace && { namespace: policy.namespace }),
    },
  };
}
