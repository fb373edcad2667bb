import { expect, it } from 'vitest';
import type { Connection, End } from '@/api/types';
import { filterOf, filterOfNode, idOfNamespace, serviceMap } from './graph';
import { nodeNote } from './words';

const end = (namespace: string, workload: string, more: Partial<End> = {}): End => ({
  class: 'pod',
  cluster: 'one',
  namespace,
  workload,
  workload_kind: '',
  labels: {},
  address: '',
  ...more,
});
const outside = (address: string) => end('', '', { class: 'outside', address, cluster: '' });

let next = 0;
const talk = (client: End, server: End, more: Partial<Connection> = {}): Connection =>
  ({
    connection_id: String(++next),
    client,
    server,
    protocol: 'TCP',
    port: 8080,
    icmp_type: null,
    standing: 'oriented',
    standing_reason: '',
    events: 1,
    egress: { allowed: 1 },
    ingress: {},
    first_seen: '',
    last_seen: '',
    names: [],
    nodes: [],
    l7: [],
    ...more,
  }) as Connection;

const web = end('shop', 'web');
const cart = end('shop', 'cart');
const db = end('data', 'db');
const SHOP = idOfNamespace('one/shop');

it('starts with namespaces: what is inside of one is no edge', () => {
  const map = serviceMap(
    [talk(web, cart, { events: 5 }), talk(cart, db), talk(web, outside('192.0.2.1'))],
    { open: undefined, quiet: false },
  );
  expect(map.nodes.map((node) => [node.id, node.members.size, node.inside])).toEqual([
    [SHOP, 2, 5],
    ['namespace one/data', 1, 0],
    ['outside', 1, 0],
  ]);
  expect(map.edges.map((edge) => edge.id)).toEqual([
    `${SHOP} to namespace one/data`,
    `${SHOP} to outside`,
  ]);
});

it('opens one namespace; its neighbours stay closed and their own talk is left out', () => {
  const map = serviceMap([talk(web, cart), talk(cart, db), talk(db, end('ops', 'backup'))], {
    open: SHOP,
    quiet: false,
  });
  expect(map.nodes.map((node) => node.name).sort()).toEqual(['cart', 'data', 'web']);
  expect(map.edges).toHaveLength(2);
  expect(map.namespaces.map((node) => node.name)).toEqual(['data', 'ops', 'shop']);
});

it('keeps two clusters apart that have a namespace of one name', () => {
  const other = end('shop', 'web', { cluster: 'two' });
  const map = serviceMap([talk(web, other)], { open: undefined, quiet: false });
  expect(map.edges.map((edge) => edge.target)).toEqual([idOfNamespace('two/shop')]);
});

it('sums up the fate and the ports of an edge', () => {
  const dropped = { egress: { denied: 2 } };
  const fate = (...list: Connection[]) =>
    serviceMap(list, { open: undefined, quiet: false }).edges[0]?.fate;
  expect(fate(talk(web, db))).toBe('allowed');
  expect(fate(talk(web, db, dropped))).toBe('dropped');
  expect(fate(talk(web, db, dropped), talk(cart, db))).toBe('partly');
  expect(fate(talk(web, db, { egress: { audited: 1 } }))).toBe('audited');
  expect(fate(talk(web, db, { egress: {} }))).toBe('untold');
  const map = serviceMap([talk(web, db), talk(web, db, { port: 5432, events: 9 })], {
    open: undefined,
    quiet: false,
  });
  expect(map.edges[0]?.services).toEqual(['5432/TCP', '8080/TCP']);
});

it('is quiet without name lookups and nodes', () => {
  const host = end('', '', { class: 'host' });
  const list = [talk(web, db), talk(web, end('kube-system', 'dns'), { port: 53 }), talk(host, web)];
  expect(serviceMap(list, { open: undefined, quiet: true }).nodes).toHaveLength(2);
  expect(serviceMap(list, { open: undefined, quiet: false }).nodes).toHaveLength(4);
});

it('shows the busiest names outside one by one and the others as one node', () => {
  const list = Array.from({ length: 30 }, (_, i) =>
    talk(web, outside(`192.0.2.${i}`), { events: 100 - i }),
  );
  const map = serviceMap(list, { open: SHOP, quiet: false });
  expect(map.nodes.filter((node) => node.kind === 'outside')).toHaveLength(26);
  const rest = map.edges.find((edge) => edge.target === 'outside');
  expect(rest?.connections).toHaveLength(5);
});

it('says how many nodes it leaves out', () => {
  const list = Array.from({ length: 12 }, (_, i) => talk(end(`n${i}`, 'a'), db));
  const map = serviceMap(list, { open: undefined, quiet: false, most: 10 });
  expect([map.nodes.length, map.hidden]).toEqual([10, 3]);
  expect(map.edges.every((edge) => map.nodes.some((node) => node.id === edge.source))).toBe(true);
});

it('filters traffic by the connections themselves, or by both ends when they are many', () => {
  const few = [talk(web, db)];
  const map = serviceMap(few, { open: SHOP, quiet: false });
  const source = map.nodes.find((node) => node.kind === 'workload');
  const target = map.nodes.find((node) => node.kind === 'namespace');
  expect(filterOf(few, { source, target })).toEqual({ connection: [few[0]?.connection_id] });
  const many = Array.from({ length: 101 }, () => talk(web, db));
  expect(filterOf(many, { source, target })).toEqual({
    source_workload: ['shop/web'],
    destination_namespace: ['data'],
  });
  expect(source && filterOfNode(source)).toEqual({ workload: ['shop/web'] });
  expect(target && filterOfNode(target)).toEqual({ namespace: ['data'] });
});

it('tells namespaces of one name in two clusters apart', () => {
  const there = end('shop', 'web', { cluster: 'two' });
  const map = serviceMap([talk(web, db), talk(there, web)], { open: undefined, quiet: false });
  const notes = map.nodes.map((node) => [node.cluster, node.name, nodeNote(node)]);
  expect(notes).toEqual([
    ['one', 'shop', 'one, 1 workload'],
    ['one', 'data', 'namespace, 1 workload'],
    ['two', 'shop', 'two, 1 workload'],
  ]);
  const filters = map.nodes.map(filterOfNode);
  expect(filters).toEqual([
    { cluster: ['one'], namespace: ['shop'] },
    { namespace: ['data'] },
    { cluster: ['two'], namespace: ['shop'] },
  ]);
});
