import { IconFileImport, IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Dashboard } from '@/api/types';
import { formatCount, plural } from '@/shared/lib/format';
import { OriginTag } from '@/shared/policies/labels';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import classes from './dashboard.module.css';

export function Activity({ imports, changes }: Pick<Dashboard, 'imports' | 'changes'>) {
  return (
    <>
      <Card title="Newest policy changes" flush aside={<Link to="/history">History</Link>}>
        {changes.length === 0 && (
          <EmptyState compact icon={<IconShieldCheck size={20} />} title="No policy yet" />
        )}
        <ul className={classes.rows}>
          {changes.map((change) => (
            <li key={`${change.policy_id} ${change.version}`}>
              <div className={classes.rowText}>
                <Link to={`/history/${change.policy_id}?version=${change.version}`}>
                  {change.policy_name}{' '}
                  <span className={classes.dimmed}>version {change.version}</span>
                </Link>
                <span className={classes.dimmed}>{change.change_summary || 'No summary'}</span>
              </div>
              <div className={classes.rowEnd}>
                <OriginTag version={change} />
                <span className={classes.dimmed}>
                  {change.author}, <Time iso={change.created_at} form="relative" />
                </span>
              </div>
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Newest imports" flush aside={<Link to="/import">All imports</Link>}>
        {imports.length === 0 && (
          <EmptyState
            compact
            icon={<IconFileImport size={20} />}
            title="Nothing was imported yet"
          />
        )}
        <ul className={classes.rows}>
          {imports.map((item) => (
            <li key={item.import_id}>
              <div className={classes.rowText}>
                <span className={classes.strong}>{item.name || 'Sent without a name'}</span>
                <span className={classes.dimmed}>
                  {plural(item.accepted, 'flow')}
                  {item.rejected > 0 && `, ${formatCount(item.rejected)} rejected`}
                  {item.lost_events > 0 && `, ${formatCount(item.lost_events)} lost by Hubble`}
                </span>
              </div>
              <div className={classes.rowEnd}>
                {item.state !== 'done' && (
                  <Tag tone={item.state === 'running' ? 'info' : 'denied'}>
                    {{ running: 'Running', cut: 'Cut short', failed: 'Failed' }[item.state]}
                  </Tag>
                )}
                <span className={classes.dimmed}>
                  {item.author}, <Time iso={item.started_at} form="relative" />
                </span>
              </div>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
