import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './PageHeader.module.css';

interface Props {
  title: string;
  /** Shown instead of the plain title, where it needs more than text. */
  heading?: ReactNode;
  description?: ReactNode;
  breadcrumb?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, heading, description, breadcrumb, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Cilium Policy Advisor`;
  }, [title]);
  return (
    <header className={classes.header}>
      <div className={classes.text}>
        {breadcrumb && <div className={classes.breadcrumb}>{breadcrumb}</div>}
        <Title order={1} tabIndex={-1} id="page-title" className={classes.title}>
          {heading ?? title}
        </Title>
        {description && <p className={classes.description}>{description}</p>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
