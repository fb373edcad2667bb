import type { FlowFilter } from '@/api/types';

/** A workload that policies can be restricted to. */
export interface Subject {
  namespace: string;
  workload: string;
}

/** What a policy is generated from, as the page that opens the drawer knows it. */
export interface GenerateSource {
  flowIds?: string[];
  filter?: FlowFilter;
  /** "593 flows selected" */
  label: string;
  /** Workloads among the flows, where the page knows them all; else they are looked up. */
  subjects?: Subject[];
  /** Generate for this workload only; without a workload, for its namespace. */
  subject?: Subject;
}

/** "web in namespace shop" */
export const workloadText = ({ namespace, workload }: Subject) =>
  namespace ? `${workload} in namespace ${namespace}` : workload;
