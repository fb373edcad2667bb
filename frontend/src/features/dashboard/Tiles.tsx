import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconShieldCheck,
  IconShieldOff,
  IconTopologyStar3,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Dashboard } from '@/api/types';
import { formatCompact, formatCount, plural } from '@/shared/lib/format';
import classes from './dashboard.module.css';

export function Tiles({ totals }: { totals: Dashboard['totals'] }) {
  const unprotected = totals.workloads_without_policy;
  return (
    <div className={classes.tiles}>
      <Tile
        to="/traffic"
        icon={IconArrowsExchange}
        label="Flows"
        value={totals.flows}
        note={`from ${plural(totals.imports, 'import')}`}
      />
      <Tile
        to="/traffic?view=connections"
        icon={IconTopologyStar3}
        label="Connections"
        value={totals.connections}
        note={`between ${plural(totals.workloads, 'workload')}`}
      />
      <Tile
        to="/policies"
        icon={IconShieldCheck}
        label="Policies"
        value={totals.policies}
        note={`in ${plural(totals.versions, 'version')}`}
      />
      <Tile
        icon={IconShieldOff}
        label="Workloads without a policy"
        value={unprotected}
        note={
          unprotected === 0 ? 'every workload has one' : `of ${formatCount(totals.workloads)} seen`
        }
        tone={unprotected > 0 ? 'warning' : undefined}
      />
      {totals.lost_events > 0 && (
        <p className={classes.lost}>
          <IconAlertTriangle size={16} aria-hidden />
          Hubble lost {plural(totals.lost_events, 'event')} while recording: traffic may be missing
          here, and generated policies say so.
        </p>
      )}
    </div>
  );
}

interface TileProps {
  to?: string;
  icon: TablerIcon;
  label: string;
  value: number;
  note: string;
  tone?: 'warning' | undefined;
}

function Tile({ to, icon: Icon, label, value, note, tone }: TileProps) {
  const content = (
    <>
      <span className={classes.tileLabel}>
        <Icon size={16} stroke={1.7} aria-hidden />
        {label}
      </span>
      <span className={classes.tileValue} title={formatCount(value)}>
        {formatCompact(value)}
      </span>
      <span className={classes.tileNote}>{note}</span>
    </>
  );
  return to ? (
    <Link to={to} className={classes.tile} data-tone={tone}>
      {content}
    </Link>
  ) : (
    <div className={classes.tile} data-tone={tone}>
      {content}
    </div>
  );
}
