import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { FlowFilter } from '@/api/types';
import { readFilter, writeFilter } from '@/shared/flowFilter/codec';
import { NOTHING, type Selection, setRange, toggle } from '@/shared/lib/selection';

export type View = 'flows' | 'connections';

/** Filter and view, which live in the address. */
export function useTrafficAddress() {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(text)), [text]);
  const view: View = params.get('view') === 'connections' ? 'connections' : 'flows';

  const setFilter = useCallback(
    (next: FlowFilter) => setParams((current) => writeFilter(next, current), { replace: true }),
    [setParams],
  );
  const setView = useCallback(
    (next: View) =>
      setParams(
        (current) => {
          const changed = new URLSearchParams(current);
          if (next === 'connections') changed.set('view', next);
          else changed.delete('view');
          return changed;
        },
        { replace: true },
      ),
    [setParams],
  );
  return { filter, view, setFilter, setView };
}

/** Which rows are selected. "All that match" means nothing for another filter, so it ends with it. */
export function useRowSelection(view: View, filter: FlowFilter) {
  const scope = JSON.stringify(filter);
  const [state, setState] = useState({ view, scope, value: NOTHING });
  const [lastToggled, setLastToggled] = useState<string>();
  const current =
    state.view !== view || (state.value.mode === 'all' && state.scope !== scope)
      ? NOTHING
      : state.value;
  const set = (value: Selection) => setState({ view, scope, value });

  return {
    value: current,
    set,
    clear: () => set(NOTHING),
    toggle: (id: string, range: boolean, loaded: string[]) => {
      const isOn = current.mode === 'all' || current.ids.has(id);
      set(
        range && lastToggled !== undefined
          ? setRange(current, lastToggled, id, loaded, !isOn)
          : toggle(current, id, loaded),
      );
      setLastToggled(id);
    },
    extend: (anchor: string, id: string, loaded: string[]) =>
      set(setRange(current, anchor, id, loaded, true)),
  };
}
