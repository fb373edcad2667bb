import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Permitted } from '@/shared/session/Permitted';
import { EmptyState } from './EmptyState';
import { SampleButton } from './SampleButton';

interface Props {
  icon: ReactNode;
  /** What the page will show, once there is traffic. */
  children: ReactNode;
}

/** A page that shows traffic, before any was recorded. */
export function NoTraffic({ icon, children }: Props) {
  return (
    <EmptyState
      icon={icon}
      title="No traffic was recorded yet"
      actions={
        <Permitted needs="editor">
          <Button component={Link} to="/import" leftSection={<IconFileImport size={16} />}>
            Import flows
          </Button>
          <SampleButton />
        </Permitted>
      }
    >
      {children}
    </EmptyState>
  );
}
