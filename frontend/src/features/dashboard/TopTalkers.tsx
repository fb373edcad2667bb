import { Link } from 'react-router';
import type { Dashboard } from '@/api/types';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCompact, formatCount } from '@/shared/lib/format';
import { endView, peerText, serviceText } from '@/shared/lib/peers';
import { Card } from '@/shared/ui/Card';
import { EmptyState } from '@/shared/ui/EmptyState';
import classes from './dashboard.module.css';

export function TopTalkers({ talkers }: { talkers: Dashboard['top_talkers'] }) {
  const most = Math.max(...talkers.map((talker) => talker.events), 1);
  return (
    <Card title="Top talkers" flush>
      {talkers.length === 0 && <EmptyState compact title="Nobody talked in this time" />}
      <ul className={classes.talkers}>
        {talkers.map((talker) => (
          <li key={talker.connection_id}>
            <Link
              to={trafficPath({ connection: [talker.connection_id] })}
              className={classes.talker}
            >
              <span className={classes.talkerText}>
                <span className="truncate">
                  {peerText(endView(talker.client))} <span className={classes.dimmed}>→</span>{' '}
                  {peerText(endView(talker.server))}{' '}
                  <span className={classes.dimmed}>
                    {serviceText({ ...talker, icmp_type: null })}
                  </span>
                </span>
                <span className={classes.talkerCount}>
                  {formatCompact(talker.events)}
                  {talker.dropped > 0 && (
                    <span className={classes.dropped}> {formatCount(talker.dropped)} dropped</span>
                  )}
                </span>
              </span>
              <span className={classes.talkerBar} aria-hidden>
                <span style={{ width: `${(talker.events / most) * 100}%` }} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
