import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import type { FlowFilter } from '@/api/types';
import { formatDate } from '@/shared/lib/format';
import classes from './FilterBar.module.css';
import { fromLocalInput, toLocalInput } from './localTime';

interface Props {
  filter: FlowFilter;
  onChange: (filter: FlowFilter) => void;
}

const LAST: [string, number][] = [
  ['Last hour', 3_600_000],
  ['Last 24 hours', 86_400_000],
  ['Last 7 days', 604_800_000],
  ['Last 30 days', 2_592_000_000],
];

export function TimeRange({ filter, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const { time_from: from, time_to: to, ...others } = filter;

  const set = (nextFrom: string | undefined, nextTo: string | undefined) =>
    onChange({
      ...others,
      ...(nextFrom !== undefined && { time_from: nextFrom }),
      ...(nextTo !== undefined && { time_to: nextTo }),
    });
  const setAndClose = (nextFrom: string | undefined) => {
    set(nextFrom, undefined);
    setOpened(false);
  };

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconClock size={15} aria-hidden />}
          data-active={from !== undefined || to !== undefined || undefined}
          className={classes.time}
          onClick={() => setOpened(!opened)}
        >
          {rangeLabel(from, to)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time range">
        <Stack gap="xs">
          <TextInput
            type="datetime-local"
            label="From"
            step={1}
            value={toLocalInput(from)}
            onChange={(event) => set(fromLocalInput(event.currentTarget.value), to)}
          />
          <TextInput
            type="datetime-local"
            label="Before"
            step={1}
            value={toLocalInput(to)}
            onChange={(event) => set(from, fromLocalInput(event.currentTarget.value))}
          />
          <Group gap={6}>
            <Button size="compact-xs" variant="default" onClick={() => setAndClose(undefined)}>
              All time
            </Button>
            {LAST.map(([label, milliseconds]) => (
              <Button
                key={label}
                size="compact-xs"
                variant="default"
                onClick={() => setAndClose(new Date(Date.now() - milliseconds).toISOString())}
              >
                {label}
              </Button>
            ))}
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function rangeLabel(from: string | undefined, to: string | undefined) {
  if (from && to) return `${formatDate(from)} – ${formatDate(to)}`;
  if (from) return `Since ${formatDate(from)}`;
  if (to) return `Before ${formatDate(to)}`;
  return 'All time';
}
