import { Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { facets } from '@/api/queries/flows';
import type { FlowFilter } from '@/api/types';
import { formatCompact } from '@/shared/lib/format';
import classes from './FilterBar.module.css';

interface Props {
  filter: FlowFilter;
  onChange: (filter: FlowFilter) => void;
}

/** Namespaces come first for everyone who knows a cluster, so they have a list of their own. */
export function NamespaceSelect({ filter, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const chosen = filter.namespace ?? [];
  const { namespace: _, ...others } = filter;
  const { data } = useQuery({ ...facets(others), enabled: opened });
  const seen = data?.namespaces ?? [];
  const missing = chosen.filter((name) => !seen.some((item) => item.value === name));
  const options = [...seen, ...missing.map((value) => ({ value, count: 0 }))].filter((item) =>
    item.value.toLowerCase().includes(text.trim().toLowerCase()),
  );

  const change = (name: string, wanted: boolean) => {
    const next = wanted ? [...chosen, name] : chosen.filter((item) => item !== name);
    onChange(next.length > 0 ? { ...others, namespace: next } : others);
  };
  const label =
    chosen.length === 0
      ? 'All namespaces'
      : chosen.length === 1
        ? `Namespace ${chosen[0]}`
        : `${chosen.length} namespaces`;

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.namespace}
          data-active={chosen.length > 0 || undefined}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
          aria-label={`Namespaces: ${label}`}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label="Namespaces">
        <TextInput
          data-autofocus
          size="xs"
          placeholder="Find a namespace"
          aria-label="Find a namespace"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ScrollArea.Autosize mah={300} mt={6}>
          <div className={classes.namespaces}>
            {options.map(({ value, count }) => (
              <Checkbox
                key={value}
                size="xs"
                checked={chosen.includes(value)}
                onChange={(event) => change(value, event.currentTarget.checked)}
                label={
                  <span className={classes.option}>
                    <span className="truncate">{value}</span>
                    <span className={classes.count}>{formatCompact(count)}</span>
                  </span>
                }
              />
            ))}
            {options.length === 0 && <span className={classes.none}>No namespace was seen.</span>}
          </div>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
