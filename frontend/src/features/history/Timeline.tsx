import { UnstyledButton } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import type { VersionSummary } from '@/api/types';
import { OriginTag } from '@/shared/policies/labels';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import type { Choice } from './choice';
import classes from './history.module.css';

interface Props {
  versions: VersionSummary[];
  current: number | undefined;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

export function Timeline({ versions, current, choice, onChoose }: Props) {
  return (
    <ol className={classes.timeline} reversed>
      {versions.map((version) => {
        const shown = version.version === choice.version;
        const compared = version.version === choice.compare;
        return (
          <li
            key={version.version}
            data-shown={shown || undefined}
            data-compared={compared || undefined}
          >
            <UnstyledButton
              className={classes.entry}
              aria-current={shown ? 'true' : undefined}
              onClick={() =>
                onChoose({
                  version: version.version,
                  compare: compared ? undefined : choice.compare,
                })
              }
            >
              <span className={classes.entryHead}>
                <strong>Version {version.version}</strong>
                <OriginTag version={version} />
                {version.version === current && <Tag tone="allowed">Current</Tag>}
              </span>
              <span className={classes.entryText}>{version.change_summary || 'No summary'}</span>
              <span className={classes.entryBy}>
                {version.author}, <Time iso={version.created_at} form="relative" />
              </span>
            </UnstyledButton>
            {!shown && (
              <button
                type="button"
                className={classes.compare}
                aria-pressed={compared}
                title={`Compare version ${version.version} with version ${choice.version}`}
                onClick={() =>
                  onChoose({
                    version: choice.version,
                    compare: compared ? undefined : version.version,
                  })
                }
              >
                <IconGitCompare size={15} aria-hidden />
                Compare
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}
