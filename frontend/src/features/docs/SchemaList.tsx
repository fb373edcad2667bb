import { type Contract, resolve, type Schema, typeText } from './contract';
import classes from './docs.module.css';
import { Inline } from './Prose';

/** Every named object with its members. */
export function SchemaList({ contract }: { contract: Contract }) {
  const schemas = Object.entries((contract.components.schemas ?? {}) as Record<string, Schema>);
  const objects = schemas
    .map(([name, schema]) => ({ name, schema, members: membersOf(contract, schema) }))
    .filter(({ members }) => members.length > 0);
  return (
    <section aria-label="Objects">
      <h2 className={classes.tagTitle}>Objects</h2>
      {objects.map(({ name, schema, members }) => (
        <details key={name} className={classes.schema}>
          <summary>
            <code>{name}</code>
          </summary>
          {schema.description && (
            <p className={classes.dimmed}>
              <Inline text={schema.description} />
            </p>
          )}
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Member</th>
                <th>Type</th>
                <th>Meaning</th>
              </tr>
            </thead>
            <tbody>
              {members.map(([member, value]) => (
                <tr key={member}>
                  <td>
                    <code>{member}</code>
                  </td>
                  <td>{typeText(value)}</td>
                  <td>
                    <Inline text={value.description ?? ''} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </section>
  );
}

function membersOf(contract: Contract, schema: Schema): [string, Schema][] {
  const parts = (schema.allOf ?? []).flatMap((part) =>
    membersOf(contract, resolve(contract, part)),
  );
  return [...parts, ...Object.entries(schema.properties ?? {})];
}
