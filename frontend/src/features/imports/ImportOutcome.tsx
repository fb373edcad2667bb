import { Button, Table } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconDownload } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ImportCounts } from '@/api/types';
import { trafficPath } from '@/shared/flowFilter/codec';
import { downloadText } from '@/shared/lib/download';
import { formatCount, plural } from '@/shared/lib/format';
import classes from './ImportOutcome.module.css';

const IGNORED: Record<string, string> = {
  lost_events: 'lost-event notices',
  node_status: 'node status records',
};

/** The address of the flows that an import brought: those of its time span. */
export function importedFlowsPath(counts: Pick<ImportCounts, 'first_flow' | 'last_flow'>): string {
  if (!counts.first_flow || !counts.last_flow) return trafficPath({});
  // The end is exclusive, so it moves on by a millisecond.
  const end = new Date(Date.parse(counts.last_flow) + 1).toISOString();
  return trafficPath({ time_from: counts.first_flow, time_to: end });
}

function errorReport(counts: ImportCounts): string {
  const rows = counts.errors.map((error) =>
    [error.line, error.column, error.field, error.code, error.detail].join('\t'),
  );
  return `${['line\tcolumn\tfield\tcode\treason', ...rows].join('\n')}\n`;
}

export function ImportOutcome({ counts, name }: { counts: ImportCounts; name: string }) {
  const ignored = Object.entries(counts.ignored);
  const ignoredTotal = ignored.reduce((sum, [, count]) => sum + count, 0);
  return (
    <div className={classes.outcome}>
      <dl className={classes.counts}>
        <Figure label="Records read" value={counts.received} />
        <Figure label="Flows accepted" value={counts.accepted} tone="allowed" />
        <Figure label="Duplicates" value={counts.duplicates} hint="stored before, counted once" />
        <Figure
          label="Ignored"
          value={ignoredTotal}
          hint={
            ignored
              .map(([kind, count]) => `${formatCount(count)} ${IGNORED[kind] ?? kind}`)
              .join(', ') || 'records that are no flows'
          }
        />
        <Figure
          label="Rejected"
          value={counts.rejected}
          tone={counts.rejected > 0 ? 'denied' : undefined}
          hint="broken records"
        />
      </dl>
      {counts.lost_events > 0 && (
        <div className={classes.lost}>
          <IconAlertTriangle size={16} aria-hidden />
          Hubble lost {plural(counts.lost_events, 'event')} while it recorded. Some traffic may be
          missing here, and generated policies say so.
        </div>
      )}
      {counts.errors.length > 0 && (
        <div className={classes.errors}>
          <Table.ScrollContainer minWidth={520} type="native">
            <Table withRowBorders={false} verticalSpacing={3} fz="sm">
              <Table.Caption className={classes.caption}>
                {counts.rejected > counts.errors.length
                  ? `The first ${counts.errors.length} of ${formatCount(counts.rejected)} rejected records`
                  : 'Rejected records'}
              </Table.Caption>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={80}>Line</Table.Th>
                  <Table.Th w={240}>Field</Table.Th>
                  <Table.Th>Reason</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {counts.errors.map((error) => (
                  <Table.Tr key={`${error.line} ${error.column} ${error.field} ${error.detail}`}>
                    <Table.Td className="numeric">{error.line > 0 ? error.line : '–'}</Table.Td>
                    <Table.Td className="mono">{error.field || '–'}</Table.Td>
                    <Table.Td>{error.detail}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      )}
      <div className={classes.actions}>
        {counts.accepted + counts.duplicates > 0 && (
          <Button
            component={Link}
            to={importedFlowsPath(counts)}
            size="compact-md"
            rightSection={<IconArrowRight size={15} />}
          >
            View these flows
          </Button>
        )}
        {counts.errors.length > 0 && (
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() =>
              downloadText(`${name}.errors.tsv`, errorReport(counts), 'text/tab-separated-values')
            }
          >
            Error report
          </Button>
        )}
      </div>
    </div>
  );
}

interface FigureProps {
  label: string;
  value: number;
  hint?: string;
  tone?: 'allowed' | 'denied' | undefined;
}

function Figure({ label, value, hint, tone }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt>{label}</dt>
      <dd>
        <span className={classes.value} data-tone={tone}>
          {formatCount(value)}
        </span>
        {hint && <small>{hint}</small>}
      </dd>
    </div>
  );
}
