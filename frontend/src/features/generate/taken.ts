import type { ApiError } from '@/api/problem';
import type { components } from '@/api/schema';
import type { GeneratedPolicy } from '@/api/types';

/** A stored policy that has the name of a generated one. */
export type TakenPolicy = NonNullable<components['schemas']['Problem']['existing']>[number];

/** The policies that a refusal to save names. */
export const takenPolicies = (conflict: ApiError | undefined): TakenPolicy[] =>
  (conflict?.body as components['schemas']['Problem'] | undefined)?.existing ?? [];

/** The stored policy that a generated one was merged into. */
export const mergedInto = (policy: GeneratedPolicy, merging: TakenPolicy[]) =>
  merging.find(
    (item) =>
      item.policy_name === policy.policy_name &&
      item.namespace === policy.namespace &&
      item.kind === policy.kind,
  );
