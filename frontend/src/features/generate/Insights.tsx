import { Anchor, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Generation, RuleEvidence } from '@/api/types';
import { trafficPath } from '@/shared/flowFilter/codec';
import { formatCount, formatDate, formatPercent, plural } from '@/shared/lib/format';
import { Tag } from '@/shared/ui/Tag';
import classes from './generate.module.css';

interface Props {
  generation: Generation;
  /** Index of the policy that is shown. */
  shown: number;
  onShowRule: (rule: RuleEvidence) => void;
}

/** Why the rules are there, what to know before applying them, and what was left out. */
export function Insights({ generation, shown, onShowRule }: Props) {
  const { warnings, left_out: leftOut, policies } = generation;
  const rules = generation.rules.filter((rule) => rule.policy === shown);
  const policy = policies[shown];
  const name = policy ? [policy.namespace, policy.policy_name].filter(Boolean).join('/') : '';
  const mine = warnings.filter((warning) => warning.policy === '' || warning.policy === name);
  // What cuts traffic off when it is applied is said at once, not behind a tab.
  const denies = mine.find((warning) => warning.code === 'default_deny');
  const others = warnings.filter((warning) => !mine.includes(warning));
  return (
    <Tabs defaultValue="rules" className={classes.insights}>
      <Coverage generation={generation} />
      {denies && (
        <p className={classes.loud}>
          <IconAlertTriangle size={16} aria-hidden />
          {denies.message}
        </p>
      )}
      <Tabs.List>
        <Tabs.Tab value="rules">Why these rules</Tabs.Tab>
        <Tabs.Tab value="warnings">
          Warnings{' '}
          <span className={classes.badge} data-tone={warnings.length > 0 ? 'warning' : undefined}>
            {warnings.length}
          </span>
        </Tabs.Tab>
        <Tabs.Tab value="left">
          Left out <span className={classes.badge}>{generation.coverage.connections_left_out}</span>
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="rules" className={classes.panel}>
        {rules.length === 0 && <p className={classes.dimmed}>This policy has no rules.</p>}
        <ol className={classes.rules}>
          {rules.map((rule) => (
            <li key={`${rule.section} ${rule.element}`}>
              <Rule rule={rule} onShow={() => onShowRule(rule)} />
            </li>
          ))}
        </ol>
      </Tabs.Panel>
      <Tabs.Panel value="warnings" className={classes.panel}>
        {warnings.length === 0 && (
          <p className={classes.fine}>
            <IconCircleCheck size={16} aria-hidden /> Nothing to warn about.
          </p>
        )}
        <Warnings warnings={mine} />
        {others.length > 0 && (
          <>
            <h3 className={classes.subtitle}>Of other policies</h3>
            <Warnings warnings={others} />
          </>
        )}
      </Tabs.Panel>
      <Tabs.Panel value="left" className={classes.panel}>
        {leftOut.length === 0 ? (
          <p className={classes.fine}>
            <IconCircleCheck size={16} aria-hidden /> Every connection of the selection is covered.
          </p>
        ) : (
          <ul className={classes.rules}>
            {leftOut.map((item) => (
              <li key={item.reason} className={classes.rule}>
                <strong>{item.explanation}</strong>
                <div className={classes.dimmed}>
                  {plural(item.connections, 'connection')}, {plural(item.events, 'event')}
                </div>
                <ul className={classes.peers}>
                  {item.examples.map((example) => (
                    <li key={`${example.connection_id} ${example.side}`}>
                      <Anchor
                        component={Link}
                        to={trafficPath({ connection: [example.connection_id] })}
                        target="_blank"
                        fz="sm"
                      >
                        {example.text}
                      </Anchor>{' '}
                      <span className={classes.dimmed}>{example.side}</span>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        )}
      </Tabs.Panel>
    </Tabs>
  );
}

function Coverage({ generation }: { generation: Generation }) {
  const { connections, connections_used, events, events_used } = generation.coverage;
  return (
    <div className={classes.coverage}>
      <div className={classes.coverageText}>
        <strong>Covers {formatPercent(events_used, events)} of what was seen</strong>
        <span className={classes.dimmed}>
          {formatCount(events_used)} of {plural(events, 'event')}, {formatCount(connections_used)}{' '}
          of {plural(connections, 'connection')}
        </span>
      </div>
      <div className={classes.meter} aria-hidden>
        <div style={{ width: `${events > 0 ? (events_used / events) * 100 : 0}%` }} />
      </div>
    </div>
  );
}

function Rule({ rule, onShow }: { rule: RuleEvidence; onShow: () => void }) {
  return (
    <div className={classes.rule}>
      <div className={classes.ruleHead}>
        <button
          type="button"
          className={classes.ruleName}
          onClick={onShow}
          title="Show it in the YAML"
        >
          {rule.section} {rule.element + 1}
        </button>
        {rule.guess && <Tag tone="warning">Guess only</Tag>}
        {rule.single && <Tag tone="warning">Seen once</Tag>}
        {rule.audited && <Tag tone="info">Audited</Tag>}
        {rule.denied && <Tag tone="denied">Was dropped</Tag>}
      </div>
      <ul className={classes.peers}>
        {rule.peers.map((peer) => (
          <li key={`${peer.connection_id} ${peer.side}`}>{peer.text}</li>
        ))}
      </ul>
      <div className={classes.dimmed}>
        {plural(rule.events, 'event')} of {plural(rule.connections, 'connection')},{' '}
        {formatDate(rule.first_seen)} to {formatDate(rule.last_seen)}
        {rule.nodes.length > 0 && `, on ${rule.nodes.slice(0, 3).join(', ')}`}
        {rule.nodes.length > 3 && ` and ${plural(rule.nodes.length - 3, 'more node')}`}
      </div>
    </div>
  );
}

function Warnings({ warnings }: { warnings: Generation['warnings'] }) {
  return (
    <ul className={classes.rules}>
      {warnings.map((warning) => (
        <li
          key={`${warning.policy} ${warning.code} ${warning.message}`}
          className={classes.warning}
        >
          <IconAlertTriangle size={16} aria-hidden />
          <div>
            {warning.policy && <div className={classes.dimmed}>{warning.policy}</div>}
            {warning.message}
          </div>
        </li>
      ))}
    </ul>
  );
}
