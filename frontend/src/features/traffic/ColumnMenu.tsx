import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import type { GridColumn } from '@/shared/ui/VirtualGrid';

interface Props<Row> {
  columns: GridColumn<Row>[];
  shown: ReadonlySet<string>;
  onToggle: (key: string) => void;
}

/** Which columns the table has; one stays. */
export function ColumnMenu<Row>({ columns, shown, onToggle }: Props<Row>) {
  return (
    <Popover position="bottom-end" width={200} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={16} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap={10}>
          {columns.map(({ key, header }) => (
            <Checkbox
              key={key}
              size="xs"
              label={header}
              checked={shown.has(key)}
              disabled={shown.has(key) && shown.size === 1}
              onChange={() => onToggle(key)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
