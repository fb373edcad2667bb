import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { toApiError } from '@/api/problem';
import { semanticDiff } from '@/api/queries/policies';
import type { PolicyChange, PolicyReference } from '@/api/types';
import { plural } from '@/shared/lib/format';
import classes from './SemanticSummary.module.css';

interface Props {
  before: PolicyReference[];
  after: PolicyReference[];
}

/** What a change opens and closes, in peers and ports: a text diff hides that. */
export function SemanticSummary({ before, after }: Props) {
  const { data, error, isPending } = useQuery({ ...semanticDiff(before, after), retry: false });
  if (isPending) return <Skeleton height={44} />;
  if (error) {
    const problem = toApiError(error);
    return (
      <p className={classes.note}>
        What this changes in meaning could not be told: {problem.detail ?? problem.title}
      </p>
    );
  }
  const { changes } = data;
  if (changes.length === 0) {
    return <p className={classes.note}>Nothing changes in meaning: the same traffic is allowed.</p>;
  }
  return (
    <section className={classes.summary} aria-label="What changes in meaning">
      <strong>{headline(changes)}</strong>
      <ul>
        {changes.map((change) => (
          <li
            key={`${change.effect} ${change.policy} ${change.direction} ${change.text}`}
            data-effect={change.effect}
          >
            <span className={classes.effect}>{EFFECTS[change.effect]}</span>
            <span>{change.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const EFFECTS = { opens: 'Opens', closes: 'Closes', changes: 'Changes' };

function headline(changes: PolicyChange[]) {
  const count = (effect: PolicyChange['effect']) =>
    changes.filter((change) => change.effect === effect).length;
  const parts = [
    count('opens') > 0 && `opens ${plural(count('opens'), 'path')}`,
    count('closes') > 0 && `closes ${plural(count('closes'), 'path')}`,
    count('changes') > 0 && `changes ${plural(count('changes'), 'setting')}`,
  ].filter((part) => part !== false);
  return `This ${parts.join(', ')}`;
}
