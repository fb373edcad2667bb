import { Table } from '@mantine/core';
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
          <Table fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Member</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>Meaning</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.map(([member, value]) => (
                <Table.Tr key={member}>
                  <Table.Td>
                    <code>{member}</code>
                  </Table.Td>
                  <Table.Td>{typeText(value)}</Table.Td>
                  <Table.Td>
                    <Inline text={value.description ?? ''} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
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
