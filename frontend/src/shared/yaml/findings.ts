/** Something to say about a place in a YAML text; lines and columns count from 1. */
export interface Finding {
  line: number;
  column: number;
  severity: 'error' | 'warning' | 'info';
  message: string;
  rule?: string;
  path?: string;
}

const RANK = { error: 0, warning: 1, info: 2 };

export function sortFindings(findings: Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => a.line - b.line || a.column - b.column || RANK[a.severity] - RANK[b.severity],
  );
}

export const countErrors = (findings: Finding[]) =>
  findings.filter((finding) => finding.severity === 'error').length;
