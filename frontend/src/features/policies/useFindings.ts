import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { validation } from '@/api/queries/policies';
import type { PolicyProblem } from '@/api/types';
import { type Finding, sortFindings } from '@/shared/yaml/findings';
import { checkYaml } from '@/shared/yaml/schemaService';

const PAUSE_MS = 600;

/**
 * What is wrong with the text: at once from the schema, after a pause from the server, which knows
 * all that Cilium checks and therefore replaces the first.
 */
export function useFindings(text: string) {
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const server = useQuery({ ...validation(settled), enabled: settled.trim() !== '', retry: false });
  const local = useMemo(() => checkYaml(text), [text]);
  const checked = server.isSuccess && settled === text;
  const findings = useMemo(
    () => sortFindings(checked && server.data ? server.data.problems.map(toFinding) : local),
    [checked, server.data, local],
  );
  return {
    findings,
    checked,
    checking: settled !== text || server.isFetching,
    failure: server.error,
  };
}

function toFinding(problem: PolicyProblem): Finding {
  return {
    line: Math.max(problem.line, 1),
    column: Math.max(problem.column, 1),
    severity: problem.severity === 'hint' ? 'info' : problem.severity,
    message: problem.message,
    rule: problem.code,
  };
}
