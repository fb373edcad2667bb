import { Loader } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconInfoCircle,
} from '@tabler/icons-react';
import { plural } from '@/shared/lib/format';
import { InlineError } from '@/shared/ui/ErrorState';
import { countErrors, type Finding } from '@/shared/yaml/findings';
import classes from './editor.module.css';

interface Props {
  findings: Finding[];
  checked: boolean;
  checking: boolean;
  failure: unknown;
  onGoTo: (finding: Finding) => void;
}

const ICONS = { error: IconCircleX, warning: IconAlertTriangle, info: IconInfoCircle };

export function ProblemsPanel({ findings, checked, checking, failure, onGoTo }: Props) {
  const errors = countErrors(findings);
  const headline =
    findings.length === 0
      ? checked
        ? 'Cilium would accept this'
        : 'No problem found yet'
      : [
          errors > 0 && plural(errors, 'error'),
          findings.length > errors && plural(findings.length - errors, 'remark'),
        ]
          .filter(Boolean)
          .join(', ');
  return (
    <section className={classes.problems} aria-label="Problems">
      <div className={classes.problemsHead} role="status">
        {checking ? (
          <>
            <Loader size={14} aria-hidden /> Checking…
          </>
        ) : (
          <span
            data-fine={findings.length === 0 || undefined}
            data-errors={errors > 0 || undefined}
          >
            {findings.length === 0 && <IconCircleCheck size={16} aria-hidden />}
            {headline}
          </span>
        )}
      </div>
      {failure ? <InlineError error={failure} /> : null}
      {findings.length > 0 && (
        <ul className={classes.findings}>
          {findings.map((finding) => {
            const Icon = ICONS[finding.severity];
            return (
              <li key={`${finding.line} ${finding.column} ${finding.rule} ${finding.message}`}>
                <button
                  type="button"
                  data-severity={finding.severity}
                  onClick={() => onGoTo(finding)}
                >
                  <Icon size={15} aria-label={finding.severity} />
                  <span className={classes.place}>Line {finding.line}</span>
                  <span>{finding.message}</span>
                  {finding.rule && <span className={classes.rule}>{finding.rule}</span>}
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
