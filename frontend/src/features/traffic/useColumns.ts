import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import type { GridColumn } from '@/shared/ui/VirtualGrid';
import { shownKeys } from './shownKeys';

/** Columns that the reader chose, kept in this browser. */
export function useColumns<Row>(name: string, columns: GridColumn<Row>[], usual: string[]) {
  const [kept, setKept] = useLocalStorage<string[] | null>({
    key: `cpa-columns-${name}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const known = useMemo(() => columns.map((column) => column.key), [columns]);
  const shown = useMemo(() => new Set(shownKeys(kept, known, usual)), [kept, known, usual]);
  return {
    all: columns,
    visible: useMemo(() => columns.filter((column) => shown.has(column.key)), [columns, shown]),
    menu: {
      shown,
      onToggle: (key: string) =>
        setKept(known.filter((item) => (item === key ? !shown.has(item) : shown.has(item)))),
    },
  };
}
