import { Fragment, type ReactNode } from 'react';
import classes from './docs.module.css';

/** `code` in a text. */
export function Inline({ text }: { text: string }) {
  return text.split('`').map(
    (part, index): ReactNode =>
      index % 2 === 1 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        <code key={index}>{part}</code>
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        <Fragment key={index}>{part}</Fragment>
      ),
  );
}

/** Paragraphs and one level of lists, as the contract's descriptions use them. */
export function Prose({ text }: { text: string }) {
  const blocks = text.trim().split(/\n\s*\n/);
  return (
    <div className={classes.prose}>
      {blocks.map((block) => {
        if (!/^\s*[*-] /.test(block)) {
          return (
            <p key={block}>
              <Inline text={block.replaceAll(/\s*\n\s*/g, ' ')} />
            </p>
          );
        }
        const items = block.split(/^\s*[*-] /m).filter((item) => item.trim() !== '');
        return (
          <ul key={block}>
            {items.map((item) => (
              <li key={item}>
                <Inline text={item.replaceAll(/\s*\n\s*/g, ' ')} />
              </li>
            ))}
          </ul>
        );
      })}
    </div>
  );
}
