import { defaultKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { styleNonce } from '@/shared/lib/nonce';
import classes from './DiffView.module.css';
import { editorTheme } from './editorTheme';
import './yaml.css';

export interface DiffViewHandle {
  next: () => void;
  previous: () => void;
}

interface Props {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
  layout: 'split' | 'unified';
  ref?: Ref<DiffViewHandle>;
}

const viewer = (label: string): Extension => [
  EditorView.cspNonce.of(styleNonce()),
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
  lineNumbers(),
  yaml(),
  EditorView.lineWrapping,
  keymap.of([
    { key: 'Alt-ArrowDown', run: goToNextChunk },
    { key: 'Alt-ArrowUp', run: goToPreviousChunk },
    ...defaultKeymap,
  ]),
  editorTheme,
];

const collapse = { margin: 3, minSize: 6 };

/** Two texts compared, side by side or as one; unchanged parts are folded. */
export function DiffView({ before, after, beforeLabel, afterLabel, layout, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const focused = useRef<EditorView | null>(null);

  useEffect(() => {
    if (!host.current) return;
    if (layout === 'split') {
      const merge = new MergeView({
        parent: host.current,
        a: { doc: before, extensions: viewer(beforeLabel) },
        b: { doc: after, extensions: viewer(afterLabel) },
        collapseUnchanged: collapse,
        gutter: true,
      });
      focused.current = merge.b;
      return () => merge.destroy();
    }
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          viewer(`${beforeLabel} and ${afterLabel}, differences in one text`),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            collapseUnchanged: collapse,
            gutter: true,
          }),
        ],
      }),
    });
    focused.current = view;
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, layout]);

  const move = (command: (view: EditorView) => boolean) => {
    if (!focused.current) return;
    command(focused.current);
    focused.current.focus();
  };
  useImperativeHandle(ref, () => ({
    next: () => move(goToNextChunk),
    previous: () => move(goToPreviousChunk),
  }));

  if (before === after) {
    return <p className={classes.same}>The two texts are the same.</p>;
  }
  return (
    <div className={classes.frame}>
      {layout === 'split' && (
        <div className={classes.heads} aria-hidden>
          <span>{beforeLabel}</span>
          <span>{afterLabel}</span>
        </div>
      )}
      <div ref={host} className={classes.diff} />
    </div>
  );
}
