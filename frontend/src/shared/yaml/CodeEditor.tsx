import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentUnit,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { styleNonce } from '@/shared/lib/nonce';
import classes from './CodeEditor.module.css';
import { completePolicy } from './completion';
import { editorTheme } from './editorTheme';
import type { Finding } from './findings';
import { hoverHelp } from './hoverHelp';
import './yaml.css';

export interface CodeEditorHandle {
  goTo: (line: number, column: number) => void;
  focus: () => void;
}

interface Props {
  value: string;
  onChange?: (value: string) => void;
  readOnly?: boolean;
  findings?: Finding[];
  label: string;
  describedBy?: string;
  /** Grows with its text instead of filling its parent. */
  auto?: boolean;
  ref?: Ref<CodeEditorHandle>;
}

function toDiagnostic(state: EditorState, finding: Finding): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(finding.line, 1), state.doc.lines));
  const start = Math.min(line.from + Math.max(finding.column - 1, 0), line.to);
  const word = /^[^\s:,\]}]+/.exec(state.sliceDoc(start, line.to));
  return {
    from: start,
    to: word ? start + word[0].length : line.to,
    severity: finding.severity,
    message: finding.message,
    source: finding.rule,
  };
}

function foldMarker(open: boolean) {
  const marker = document.createElement('span');
  marker.className = classes.fold ?? '';
  marker.dataset.open = String(open);
  return marker;
}

const always: Extension = [
  EditorView.cspNonce.of(styleNonce()),
  lineNumbers(),
  yaml(),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  codeFolding(),
  foldGutter({ markerDOM: foldMarker }),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  editorTheme,
  hoverHelp,
  keymap.of([...searchKeymap, ...foldKeymap]),
];

const whenEditing: Extension = [
  history(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  autocompletion({ override: [completePolicy], icons: false }),
  // Tab indents; Escape and then Tab leaves the editor, as CodeMirror does by itself.
  keymap.of([
    ...completionKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];

const mode = (readOnly: boolean) =>
  readOnly ? [EditorState.readOnly.of(true), keymap.of(defaultKeymap)] : whenEditing;

export function CodeEditor(props: Props) {
  const { value, onChange, readOnly = false, findings, label, describedBy, auto, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const editable = useRef(new Compartment());
  const attributes = useRef(new Compartment());
  const changed = useRef(onChange);
  changed.current = onChange;
  const first = useRef({ value, readOnly });

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          always,
          editable.current.of(mode(first.current.readOnly)),
          attributes.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(mode(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const named: Record<string, string> = { 'aria-label': label, tabindex: '0' };
    if (describedBy) named['aria-describedby'] = describedBy;
    if (readOnly) named['aria-readonly'] = 'true';
    view.current?.dispatch({
      effects: attributes.current.reconfigure(EditorView.contentAttributes.of(named)),
    });
  }, [label, describedBy, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const list = (findings ?? []).map((finding) => toDiagnostic(editor.state, finding));
    editor.dispatch(
      setDiagnostics(
        editor.state,
        list.sort((a, b) => a.from - b.from),
      ),
    );
  }, [findings]);

  useImperativeHandle(ref, () => ({
    goTo: (line, column) => {
      const editor = view.current;
      if (!editor) return;
      const target = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines));
      const position = Math.min(target.from + Math.max(column - 1, 0), target.to);
      editor.dispatch({
        selection: { anchor: position },
        effects: EditorView.scrollIntoView(position, { y: 'center' }),
      });
      editor.focus();
    },
    focus: () => view.current?.focus(),
  }));

  return <div ref={host} className={classes.editor} data-auto={auto || undefined} />;
}
