/**
 * Which rows of a list are selected: some by id, or all that match the filter, loaded or not.
 * Unticking one of all leaves the other loaded rows selected, which the count then says.
 */
export type Selection = { mode: 'some'; ids: ReadonlySet<string> } | { mode: 'all' };

export const NOTHING: Selection = { mode: 'some', ids: new Set() };

export const isSelected = (selection: Selection, id: string) =>
  selection.mode === 'all' || selection.ids.has(id);

export const isNothing = (selection: Selection) =>
  selection.mode === 'some' && selection.ids.size === 0;

export function toggle(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const ids = new Set(selection.mode === 'all' ? loaded : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { mode: 'some', ids };
}

/** Selects or clears the rows between two, both included, in the order of the list. */
export function setRange(
  selection: Selection,
  from: string,
  to: string,
  loaded: readonly string[],
  selected: boolean,
): Selection {
  const a = loaded.indexOf(from);
  const b = loaded.indexOf(to);
  if (b < 0) return selection;
  const start = a < 0 ? b : Math.min(a, b);
  const end = Math.max(a, b);
  const ids = new Set(selection.mode === 'all' ? loaded : selection.ids);
  for (const id of loaded.slice(start, end + 1)) {
    if (selected) ids.add(id);
    else ids.delete(id);
  }
  return { mode: 'some', ids };
}
