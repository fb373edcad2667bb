import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// All colours are CSS variables (yaml.css), so one theme serves both colour schemes.

const look = EditorView.theme({
  '&': {
    color: 'var(--mantine-color-text)',
    backgroundColor: 'var(--cpa-code-bg)',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    padding: '8px 0',
    caretColor: 'var(--mantine-color-text)',
  },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-gutters': {
    backgroundColor: 'var(--cpa-code-bg)',
    color: 'var(--cpa-code-gutter)',
    border: 'none',
    paddingLeft: '4px',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--cpa-code-active)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--cpa-code-selection)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--cpa-code-active)' },
  '.cm-matchingBracket': {
    outline: '1px solid var(--cpa-border-strong)',
    backgroundColor: 'transparent',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--cpa-neutral-bg)',
    color: 'var(--cpa-neutral)',
    border: 'none',
    padding: '0 6px',
  },
  '.cm-panels': {
    backgroundColor: 'var(--cpa-sunken)',
    color: 'var(--mantine-color-text)',
    borderColor: 'var(--cpa-border)',
  },
  '.cm-panels input, .cm-panels button, .cm-panels label': { fontSize: '12px', color: 'inherit' },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--cpa-surface)',
    border: '1px solid var(--cpa-border-strong)',
    borderRadius: '4px',
  },
  '.cm-textfield': {
    backgroundColor: 'var(--cpa-surface)',
    border: '1px solid var(--cpa-border-strong)',
    borderRadius: '4px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--cpa-warning-bg)' },
  '.cm-searchMatch-selected': { outline: '1px solid var(--cpa-warning)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--cpa-raised)',
    border: '1px solid var(--cpa-border-strong)',
    borderRadius: '6px',
    boxShadow: '0 4px 16px rgb(0 0 0 / 14%)',
  },
  '.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '12.5px',
  },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--cpa-selected)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-completionDetail': {
    color: 'var(--mantine-color-dimmed)',
    fontStyle: 'normal',
    marginLeft: '1em',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cpa-hover': {
    maxWidth: '440px',
    padding: '8px 12px',
    fontFamily: 'var(--mantine-font-family)',
    fontSize: '12.5px',
    lineHeight: '1.5',
  },
  '.cm-diagnostic': {
    padding: '6px 10px',
    fontFamily: 'var(--mantine-font-family)',
    fontSize: '12.5px',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--cpa-denied)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--cpa-warning)' },
  '.cm-diagnostic-info': { borderLeft: '3px solid var(--cpa-info)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--cpa-denied) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--cpa-warning) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--cpa-info) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker': { width: '0.8em', height: '0.8em', borderRadius: '50%' },
  '.cm-lint-marker-error': {
    content: '""',
    backgroundColor: 'var(--cpa-denied)',
    borderRadius: '1px',
    transform: 'rotate(45deg)',
  },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--cpa-series-audit)' },
  '.cm-lint-marker-info': { content: '""', backgroundColor: 'var(--cpa-info)' },
  '.cm-changedLine': { backgroundColor: 'var(--cpa-diff-new-line)' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--cpa-diff-old-line)' },
  '&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText': {
    background: 'var(--cpa-diff-new-text)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'var(--cpa-diff-old-text)',
  },
  '.cm-deletedChunk': { paddingLeft: '6px' },
  '.cm-changedLineGutter': { backgroundColor: 'var(--cpa-series-forwarded)' },
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': {
    backgroundColor: 'var(--cpa-series-dropped)',
  },
  // Its arrows are missing in many monospaced fonts.
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: '""' },
  '.cm-collapsedLines': {
    backgroundImage: 'none',
    backgroundColor: 'var(--cpa-sunken)',
    color: 'var(--mantine-color-dimmed)',
    padding: '3px 12px',
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--cpa-code-key)' },
  { tag: [tags.string, tags.content], color: 'var(--cpa-code-value)' },
  {
    tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom],
    color: 'var(--cpa-code-constant)',
  },
  { tag: [tags.comment, tags.lineComment], color: 'var(--cpa-code-comment)', fontStyle: 'italic' },
  {
    tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace],
    color: 'var(--cpa-code-punctuation)',
  },
  { tag: tags.meta, color: 'var(--cpa-code-comment)' },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
