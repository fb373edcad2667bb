import type { FlowFilter, PolicyReference, SimulateRequest } from '@/api/types';

export type Against = 'seen' | 'stored';

/** Stands for all stored policies among the chosen ones. */
export const ALL_STORED = 'all';

/** What the form of the page holds. */
export interface Plan {
  /** Ids of stored policies, or ALL_STORED. */
  policyIds: string[];
  yaml: string;
  against: Against;
  filter: FlowFilter;
  onlyChanged: boolean;
}

const allStored: PolicyReference = { all_stored: true };

/** The request for a plan, or undefined while there is nothing to simulate. */
export function requestOf(plan: Plan): SimulateRequest | undefined {
  const { direction: _, ...filter } = plan.filter;
  const policies: PolicyReference[] = plan.policyIds.map((id) =>
    id === ALL_STORED ? allStored : { policy_id: id },
  );
  if (plan.yaml.trim() !== '') policies.push({ yaml_content: plan.yaml });
  if (policies.length === 0) return undefined;
  return {
    policies,
    ...(plan.against === 'stored' && { against: [allStored] }),
    ...(Object.keys(filter).length > 0 && { filter }),
    only_changed: plan.onlyChanged,
  };
}
