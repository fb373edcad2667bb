import { Table } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '@/shared/lib/format';
import { Verdict } from '@/shared/ui/Verdict';
import type { ServiceMap } from './graph';
import type { Chosen } from './MapCanvas';
import classes from './map.module.css';
import { FATES, nodeNote, servicesText } from './words';

interface Props {
  map: ServiceMap;
  onChoose: (chosen: Chosen) => void;
}

const PAGE = 200;

/** Every path of the map as a row. */
export function MapTable({ map, onChoose }: Props) {
  const [shown, setShown] = useState(PAGE);
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));
  return (
    <section className={classes.tableFrame} aria-label="Paths of the map" tabIndex={0}>
      <Table stickyHeader highlightOnHover fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            <Table.Th>To</Table.Th>
            <Table.Th>Ports</Table.Th>
            <Table.Th ta="right">Connections</Table.Th>
            <Table.Th ta="right">Events</Table.Th>
            <Table.Th>Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {map.edges.slice(0, shown).map((edge) => {
            const source = nodes.get(edge.source);
            const target = nodes.get(edge.target);
            if (!source || !target) return null;
            return (
              <Table.Tr key={edge.id}>
                {[source, target].map((node) => (
                  <Table.Td key={node.id}>
                    <button
                      type="button"
                      className="linklike"
                      onClick={() => onChoose({ node: node.id })}
                    >
                      {node.name}
                    </button>{' '}
                    <span className={classes.dimmed}>{nodeNote(node)}</span>
                  </Table.Td>
                ))}
                <Table.Td>
                  <button
                    type="button"
                    className="linklike"
                    onClick={() => onChoose({ edge: edge.id })}
                  >
                    {servicesText(edge.services)}
                  </button>
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatCount(edge.connections.length)}
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatCount(edge.events)}
                </Table.Td>
                <Table.Td>
                  <Verdict {...FATES[edge.fate]} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {map.edges.length > shown && (
        <button type="button" className="linklike" onClick={() => setShown(shown + PAGE)}>
          Show more
        </button>
      )}
    </section>
  );
}
