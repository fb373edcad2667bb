import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
} from 'react';
import { isSelected, type Selection } from '@/shared/lib/selection';
import classes from './VirtualGrid.module.css';

export interface GridColumn<Row> {
  key: string;
  header: ReactNode;
  /** A CSS grid track. */
  width: string;
  align?: 'end';
  cell: (row: Row) => ReactNode;
}

export interface GridSelection {
  value: Selection;
  /** A row was ticked; with `range`, all from the last ticked one. */
  onToggle: (id: string, range: boolean) => void;
  /** Shift and an arrow: the rows from the anchor to here. */
  onExtend: (anchor: string, id: string) => void;
  onAll: (all: boolean) => void;
  rowLabel: (index: number) => string;
}

interface Props<Row> {
  label: string;
  rows: Row[];
  idOf: (row: Row) => string;
  columns: GridColumn<Row>[];
  minWidth: number;
  /** All that match, loaded or not; -1 if that is not known. */
  total: number;
  selection: GridSelection;
  activeId: string | undefined;
  onActive: (id: string) => void;
  onOpen: (row: Row) => void;
  /** Keys of the page itself, such as `g`. */
  onKey?: (key: string) => boolean;
  onEnd: () => void;
  footer?: ReactNode;
  busy?: boolean;
}

const ROW_HEIGHT = 38;
const OVERSCAN = 12;

/**
 * A long list as a grid: only the rows in view are in the document. The grid is one stop for the Tab
 * key; arrows move the active row, Space selects it, Enter opens it.
 */
export function VirtualGrid<Row>(props: Props<Row>) {
  const { label, rows, idOf, columns, minWidth, total, selection, activeId, onEnd, footer } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowId = (index: number) => `${id}-row-${index}`;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    // The header sticks to the top of the scrolled area.
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - OVERSCAN * 2) onEnd();
  }, [lastShown, rows.length, onEnd]);

  const foundIndex = rows.findIndex((row) => idOf(row) === activeId);
  const activeIndex = foundIndex < 0 ? 0 : foundIndex;
  const anchor = useRef<string | undefined>(undefined);

  const moveTo = (index: number, extend: boolean) => {
    const target = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[target];
    const current = rows[activeIndex];
    if (!row || !current) return;
    if (extend) {
      anchor.current ??= idOf(current);
      selection.onExtend(anchor.current, idOf(row));
    } else {
      anchor.current = undefined;
    }
    props.onActive(idOf(row));
    virtual.scrollToIndex(target, { align: 'auto' });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2, 1);
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const move = moves[event.key];
    const row = rows[activeIndex];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (move !== undefined && plain) moveTo(move, event.shiftKey);
    else if ((event.key === ' ' || event.key === 'x') && plain && row) {
      selection.onToggle(idOf(row), event.shiftKey);
    } else if (event.key === 'Enter' && row) props.onOpen(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) selection.onAll(true);
    else if (event.key === 'Escape') selection.onAll(false);
    else if (!plain || !props.onKey?.(event.key)) return;
    event.preventDefault();
  };

  const onRowClick = (event: MouseEvent, row: Row) => {
    props.onActive(idOf(row));
    if (event.target instanceof Element && event.target.closest('[data-tick]')) return;
    props.onOpen(row);
  };

  const template = `40px ${columns.map((column) => column.width).join(' ')}`;
  const { value } = selection;
  const someSelected = value.mode === 'some' && value.ids.size > 0;
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-busy={props.busy || undefined}
      aria-activedescendant={rows.length > 0 ? rowId(activeIndex) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.content} style={{ minWidth }}>
        <div role="rowgroup" className={classes.head}>
          <div
            role="row"
            aria-rowindex={1}
            className={classes.row}
            style={{ gridTemplateColumns: template }}
          >
            <div role="columnheader" className={classes.tick}>
              <Checkbox
                size="xs"
                tabIndex={-1}
                aria-label={value.mode === 'all' ? 'Clear the selection' : 'Select all that match'}
                checked={value.mode === 'all'}
                indeterminate={someSelected}
                onChange={() => selection.onAll(value.mode !== 'all')}
              />
            </div>
            {columns.map((column) => (
              <div
                key={column.key}
                role="columnheader"
                className={classes.cell}
                data-align={column.align}
              >
                {column.header}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const key = idOf(row);
            const selected = isSelected(value, key);
            return (
              <div
                key={key}
                id={rowId(item.index)}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={selected}
                data-active={item.index === activeIndex || undefined}
                className={classes.row}
                style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
                onClick={(event) => onRowClick(event, row)}
              >
                <div role="gridcell" className={classes.tick} data-tick>
                  <Checkbox
                    size="xs"
                    tabIndex={-1}
                    aria-label={selection.rowLabel(item.index)}
                    checked={selected}
                    onChange={() => {}}
                    onClick={(event) => selection.onToggle(key, event.shiftKey)}
                  />
                </div>
                {columns.map((column) => (
                  <div
                    key={column.key}
                    role="gridcell"
                    className={classes.cell}
                    data-align={column.align}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
        {footer && <div className={classes.footer}>{footer}</div>}
      </div>
    </div>
  );
}
