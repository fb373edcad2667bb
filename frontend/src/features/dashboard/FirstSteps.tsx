import { Button } from '@mantine/core';
import { IconFileImport, IconShieldPlus, IconVersions } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Permitted } from '@/shared/session/Permitted';
import { SampleButton } from '@/shared/ui/SampleButton';
import classes from './dashboard.module.css';

const STEPS = [
  {
    icon: IconFileImport,
    title: 'Import what Hubble recorded',
    text: 'A file from “hubble observe”, the flow exporter or a log shipper. Each event counts once.',
  },
  {
    icon: IconShieldPlus,
    title: 'Select traffic, generate a policy',
    text: 'Least privilege, with the flows behind each rule, and a list of what was left out and why.',
  },
  {
    icon: IconVersions,
    title: 'Edit, compare, replay, download',
    text: 'Every version stays. Replay recorded traffic through a policy before you apply it.',
  },
];

/** The dashboard before there is anything to show. */
export function FirstSteps() {
  return (
    <div className={classes.first}>
      <h2>Nothing is recorded yet</h2>
      <p>Three steps from flows to a CiliumNetworkPolicy that can be applied.</p>
      <ol>
        {STEPS.map((step, index) => (
          <li key={step.title}>
            <span className={classes.stepIcon} aria-hidden>
              <step.icon size={22} stroke={1.6} />
            </span>
            <strong>
              {index + 1}. {step.title}
            </strong>
            <span className={classes.dimmed}>{step.text}</span>
          </li>
        ))}
      </ol>
      <div className={classes.firstActions}>
        <Permitted
          needs="editor"
          otherwise={<span className={classes.dimmed}>Ask an editor to import flows.</span>}
        >
          <Button component={Link} to="/import" leftSection={<IconFileImport size={16} />}>
            Import flows
          </Button>
          <SampleButton />
        </Permitted>
      </div>
    </div>
  );
}
