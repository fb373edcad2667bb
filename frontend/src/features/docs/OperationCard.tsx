import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Tag } from '@/shared/ui/Tag';
import { curl, type Operation, typeText } from './contract';
import classes from './docs.module.css';
import { Inline, Prose } from './Prose';

const ROLES: Record<string, string> = {
  none: 'No sign-in',
  viewer: 'Viewer',
  editor: 'Editor',
  admin: 'Admin',
};

export function OperationCard({ operation }: { operation: Operation }) {
  const { id, method, path, summary, description, role, scopes, parameters, body, responses } =
    operation;
  return (
    <article id={id} className={classes.operation} aria-labelledby={`${id}-title`}>
      <div className={classes.operationHead}>
        <span className={classes.method} data-method={method}>
          {method}
        </span>
        <code className={classes.path}>{path}</code>
        <span className={classes.role}>
          <Tag tone={role === 'admin' ? 'warning' : 'neutral'}>{ROLES[role] ?? role}</Tag>
          {scopes.map((scope) => (
            <Tag key={scope} tone="neutral">
              {scope}
            </Tag>
          ))}
          {role !== 'none' && scopes.length === 0 && <Tag tone="neutral">No token</Tag>}
        </span>
      </div>
      <h3 id={`${id}-title`}>{summary}</h3>
      {description && <Prose text={description} />}
      <CodeBlock label={`curl for ${summary}`} text={curl(operation, location.origin)} />
      {parameters.length > 0 && (
        <details>
          <summary>Parameters ({parameters.length})</summary>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Name</th>
                <th>In</th>
                <th>Type</th>
                <th>Meaning</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((item) => (
                <tr key={`${item.in} ${item.name}`}>
                  <td>
                    <code>{item.name}</code>
                    {item.required && <span className={classes.required}> required</span>}
                  </td>
                  <td>{item.in}</td>
                  <td>{typeText(item.schema)}</td>
                  <td>
                    <Inline text={item.description ?? ''} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      {body && (
        <details>
          <summary>Body</summary>
          <p className={classes.dimmed}>
            {body.types.join(', ')}: {typeText(body.schema)}
          </p>
          {body.example !== undefined && (
            <CodeBlock label={`Body of ${summary}`} text={exampleText(body.example)} />
          )}
        </details>
      )}
      <details>
        <summary>Answers ({responses.map((response) => response.status).join(', ')})</summary>
        <dl className={classes.responses}>
          {responses.map((response) => (
            <div key={response.status}>
              <dt
                className={classes.status}
                data-good={response.status.startsWith('2') || undefined}
              >
                {response.status}
              </dt>
              <dd>
                <Inline text={response.description} />
                {response.example !== undefined && (
                  <CodeBlock
                    label={`Answer ${response.status} of ${summary}`}
                    text={exampleText(response.example)}
                  />
                )}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </article>
  );
}

const exampleText = (example: unknown) =>
  typeof example === 'string' ? example : JSON.stringify(example, null, 2);

function CodeBlock({ text, label }: { text: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <section className={classes.code} aria-label={label}>
      <pre tabIndex={0}>{text}</pre>
      <ActionIcon
        className={classes.copy}
        title={clipboard.copied ? 'Copied' : 'Copy'}
        aria-label={clipboard.copied ? 'Copied' : `Copy ${label}`}
        onClick={() => clipboard.copy(text)}
      >
        {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </section>
  );
}
