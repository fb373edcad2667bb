import { Button, Kbd } from '@mantine/core';
import { IconShieldPlus } from '@tabler/icons-react';
import { formatCount, plural } from '@/shared/lib/format';
import { isNothing, type Selection } from '@/shared/lib/selection';
import { Permitted } from '@/shared/session/Permitted';
import classes from './traffic.module.css';

interface Props {
  selection: Selection;
  unit: 'flow' | 'connection';
  matching: number;
  exact: boolean;
  onAll: () => void;
  onClear: () => void;
  onGenerate: () => void;
}

export function SelectionBar(props: Props) {
  const { selection, unit, matching, exact, onAll, onClear, onGenerate } = props;
  const none = isNothing(selection);
  const total = `${exact ? '' : 'at least '}${plural(matching, unit)}`;
  return (
    <section className={classes.bar} aria-label="Selection">
      <span role="status">
        {none ? (
          <span className={classes.hint}>
            {total} match.
            <Permitted needs="editor"> Tick rows, or select all, to generate a policy.</Permitted>
          </span>
        ) : selection.mode === 'all' ? (
          <>
            <strong>All {total}</strong> that match the filter are selected
          </>
        ) : (
          <>
            <strong>{formatCount(selection.ids.size)}</strong>{' '}
            {selection.ids.size === 1 ? unit : `${unit}s`} selected
          </>
        )}
      </span>
      {selection.mode === 'some' && (
        <Button variant="subtle" size="compact-sm" onClick={onAll}>
          Select all {total}
        </Button>
      )}
      {!none && (
        <Button variant="subtle" size="compact-sm" color="gray" onClick={onClear}>
          Clear selection
        </Button>
      )}
      <span className={classes.spacer} />
      <Permitted
        needs="editor"
        otherwise={<span className={classes.hint}>Generating policies needs the role editor</span>}
      >
        <span className={classes.keys}>
          In the table: <Kbd size="xs">Space</Kbd> selects, <Kbd size="xs">Enter</Kbd> opens,{' '}
          <Kbd size="xs">G</Kbd> generates
        </span>
        <Button leftSection={<IconShieldPlus size={16} />} disabled={none} onClick={onGenerate}>
          Generate policy
        </Button>
      </Permitted>
    </section>
  );
}
