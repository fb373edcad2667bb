import type { PolicyKind, VersionSummary } from '@/api/types';
import { Tag } from '@/shared/ui/Tag';

const KINDS: Record<PolicyKind, string> = {
  CiliumNetworkPolicy: 'Cilium',
  CiliumClusterwideNetworkPolicy: 'Clusterwide',
  NetworkPolicy: 'Kubernetes',
};

export function KindTag({ kind }: { kind: PolicyKind }) {
  return (
    <span title={kind}>
      <Tag>{KINDS[kind]}</Tag>
    </span>
  );
}

const ORIGINS: Record<VersionSummary['origin'], string> = {
  generated: 'Generated',
  created: 'Created',
  edited: 'Edited',
  restored: 'Restored',
};

export function OriginTag({
  version,
}: {
  version: Pick<VersionSummary, 'origin' | 'restored_from'>;
}) {
  const tone = version.origin === 'generated' ? 'info' : 'neutral';
  const from = version.restored_from === null ? '' : ` from ${version.restored_from}`;
  return (
    <Tag tone={tone}>
      {ORIGINS[version.origin]}
      {from}
    </Tag>
  );
}

export const fullName = (policy: { namespace: string; policy_name: string }) =>
  policy.namespace ? `${policy.namespace}/${policy.policy_name}` : policy.policy_name;
