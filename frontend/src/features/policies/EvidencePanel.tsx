import type { Policy } from '@/api/types';
import { OriginTag } from '@/shared/policies/labels';
import { Time } from '@/shared/ui/Time';
import classes from './editor.module.css';

/** Where the current version comes from. */
export function EvidencePanel({ policy }: { policy: Policy }) {
  const facts = Object.entries(policy.evidence ?? {}).filter(
    ([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
  );
  return (
    <section className={classes.panel} aria-label="This version">
      <div className={classes.panelHead}>
        <h2>Version {policy.version}</h2>
        <OriginTag version={{ origin: policy.origin, restored_from: null }} />
      </div>
      {policy.change_summary && <p className={classes.quote}>{policy.change_summary}</p>}
      <dl className={classes.facts}>
        <dt>Saved</dt>
        <dd>
          <Time iso={policy.updated_at} form="date" /> by {policy.updated_by}
        </dd>
        <dt>Created</dt>
        <dd>
          <Time iso={policy.created_at} form="date" /> by {policy.created_by}
        </dd>
        {facts.map(([key, value]) => (
          <Fact key={key} name={key} value={String(value)} />
        ))}
        <dt>SHA-256</dt>
        <dd className="mono" title={policy.sha256}>
          {policy.sha256.slice(0, 16)}…
        </dd>
      </dl>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  const words = name.replaceAll('_', ' ');
  return (
    <>
      <dt>{words.charAt(0).toUpperCase() + words.slice(1)}</dt>
      <dd>{value}</dd>
    </>
  );
}
