import { type ReactNode, useId } from 'react';
import classes from './Card.module.css';

interface Props {
  title?: ReactNode;
  /** Right of the title. */
  aside?: ReactNode;
  description?: ReactNode;
  /** Tables and lists run to the edge. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Card({ title, aside, description, flush, className, children }: Props) {
  const id = useId();
  return (
    <section
      className={className ? `${classes.card} ${className}` : classes.card}
      aria-labelledby={title ? id : undefined}
    >
      {title && (
        <div className={classes.head}>
          <div>
            <h2 className={classes.title} id={id}>
              {title}
            </h2>
            {description && <div className={classes.description}>{description}</div>}
          </div>
          {aside && <div className={classes.aside}>{aside}</div>}
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
