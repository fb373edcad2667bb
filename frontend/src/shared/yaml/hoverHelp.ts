import { hoverTooltip } from '@codemirror/view';
import { pathAt } from './cursorPath';

let descriptions: Promise<Record<string, string>> | undefined;
const load = () => {
  descriptions ??= import('./schemas/descriptions.json').then((module) => module.default);
  return descriptions;
};

/** What Cilium's own documentation says of the field under the pointer. */
export const hoverHelp = hoverTooltip(
  async (view, position) => {
    const line = view.state.doc.lineAt(position);
    const key = /^[\s-]*["']?([A-Za-z]\w*)["']?:/.exec(line.text);
    const name = key?.[1];
    if (!key || !name || position > line.from + key[0].length) return null;
    const end = line.from + key[0].length;
    const place = pathAt(view.state.doc.toString(), end);
    const names = [...place.path, name].filter((step) => typeof step === 'string');
    if (names[0] !== 'spec' && names[0] !== 'specs') return null;
    const text = (await load())[names.slice(1).join('.')];
    if (!text) return null;
    return {
      pos: end - 1 - name.length,
      end: end - 1,
      above: true,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cpa-hover';
        const title = document.createElement('strong');
        title.textContent = name;
        const body = document.createElement('div');
        body.textContent = text;
        dom.append(title, body);
        return { dom };
      },
    };
  },
  { hoverTime: 450 },
);
