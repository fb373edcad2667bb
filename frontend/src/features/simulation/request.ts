import type { FlowFilter, PolicyReference, SimulateRequest } from '@/api/types';

export type Against = 'seen' | 'stored';

/** What the form of the page holds. */
export interface Plan {
  policyIds: string[];
  yaml: string;
  against: Against;
  /** Ids of all stored policies, for the comparison with them. */
  storedIds: string[];
  filter: FlowFilter;
  onlyChanged: boolean;
}

const byId = (policyId: string): PolicyReference => ({ policy_id: policyId });

/** The request for a plan, or undefined while there is nothing to simulate. */
export function requestOf(plan: Plan): SimulateRequest | undefined {
  const { direction: _, ...filter } = plan.filter;
  const policies: PolicyReference[] = plan.policyIds.map(byId);
  if (plan.yaml.trim() !== '') policies.push({ yaml_content: plan.yaml });
  if (policies.length === 0) return undefined;
  return {
    policies,
    ...(plan.against === 'stored' && { against: plan.storedIds.map(byId) }),
    ...(Object.keys(filter).length > 0 && { filter }),
    only_changed: plan.onlyChanged,
  };
}
