import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInterfaceType, isObjectType, type GraphQLObjectType } from 'graphql';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** The specifications that Relay clients rely on: object identification, and connections with cursors. */

const schema = ledgerSchema();
const objects = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
const connections = objects.filter(({ name }) => name.endsWith('Connection'));

const typesOf = (type: GraphQLObjectType, names: readonly string[]) =>
  names.map((name) => String(type.getFields()[name]?.type));

describe('the schema', () => {
  test('has Node, and node(id:) that finds one', () => {
    const node = schema.getType('Node');
    if (!isInterfaceType(node)) throw new Error('There is no Node.');
    expect(Object.values(node.getFields()).map(({ name, type }) => [name, String(type)])).toEqual([['id', 'ID!']]);
    const field = schema.getQueryType()?.getFields()['node'];
    expect([String(field?.type), field?.args.map(({ name, type }) => [name, String(type)])]).toEqual([
      'Node',
      [['id', 'ID!']],
    ]);
  });

  test('has PageInfo, and edges with a node and a cursor in every connection', () => {
    const [pageInfo] = objects.filter(({ name }) => name === 'PageInfo') as [GraphQLObjectType];
    expect(typesOf(pageInfo, ['hasPreviousPage', 'hasNextPage', 'startCursor', 'endCursor'])).toEqual([
      'Boolean!',
      'Boolean!',
      'Cursor',
      'Cursor',
    ]);
    expect(connections.length).toBeGreaterThan(7);
    for (const connection of connections) {
      const listed = connection.name.slice(0, -'Connection'.length);
      expect(typesOf(connection, ['pageInfo', 'edges'])).toEqual(['PageInfo!', `[${listed}Edge!]!`]);
      const [edge] = objects.filter(({ name }) => name === `${listed}Edge`) as [GraphQLObjectType];
      expect(typesOf(edge, ['node', 'cursor'])).toEqual([`${listed}!`, 'Cursor!']);
    }
  });

  test('pages every connection in both directions', () => {
    const fields = objects.flatMap((type) => Object.values(type.getFields()));
    const paged = fields.filter(({ type }) => connections.some(({ name }) => String(type).startsWith(name)));
    expect(paged.length).toBeGreaterThan(connections.length);
    for (const { args } of paged) {
      const types = Object.fromEntries(args.map(({ name, type }) => [name, String(type)]));
      expect(types).toMatchObject({ first: 'Int', after: 'Cursor', last: 'Int', before: 'Cursor' });
    }
  });

  test('has nullable root lists: one that fails leaves the others', () => {
    const roots = Object.values(schema.getQueryType()?.getFields() ?? {});
    expect(roots.filter(({ type }) => String(type).endsWith('!')).map(({ name }) => name)).toEqual([]);
  });
});

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ authenticity: { keys: [{ domain: null, key: 'k' }], tokens: ['t'] } });
  for (const body of [
    ...[1, 2, 3, 4, 5, 6, 7].map((sequence) => pushBody({ sequence, event_time: 1_000 + sequence })),
    interruptionBody({ sequence: 3, event_time: 1_100, push_duration: '97000' }),
    relayBody('TaskStart', {}, { task_id: '7' }),
  ]) {
    await running.post(body, '/callbacks/css/t');
  }
  for (const sequence of [8, 9]) await running.post(pushBody({ sequence }));
  await running.projected();
});
afterAll(() => running.close());

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly sequence: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

async function pageOf(args: object): Promise<Page> {
  const { data, errors } = await running.ask(
    `query ($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
       page: streamSessions(first: $first, after: $after, last: $last, before: $before) {
         edges { cursor node { sequence } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    args as Record<string, unknown>,
  );
  expect(errors).toBeUndefined();
  return data?.['page'] as Page;
}

test('property: a page has the edges that the specification says, of any size from 0, after or before any edge', async () => {
  const all = (await pageOf({})).edges;
  expect(all).toHaveLength(7);
  const asked = fc.record({
    isForwards: fc.boolean(),
    size: fc.integer({ min: 0, max: 9 }),
    edge: fc.option(fc.nat({ max: 6 })),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ isForwards, size, edge }) => {
      const cursor = edge === null ? undefined : all[edge]?.cursor;
      const { edges, pageInfo } = await pageOf(
        isForwards ? { first: size, after: cursor } : { last: size, before: cursor },
      );
      const from = isForwards ? (edge ?? -1) + 1 : Math.max(0, (edge ?? all.length) - size);
      const to = isForwards ? Math.min(all.length, from + size) : (edge ?? all.length);
      expect(edges).toEqual(all.slice(from, to));
      expect(pageInfo).toEqual({
        hasPreviousPage: from > 0,
        hasNextPage: to < all.length,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      });
    }),
    { numRuns: 60 },
  );
});

/** Every object of an answer that has an id. */
function identified(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(identified);
  return 'id' in value ? [value, ...inside] : inside;
}

test('an id is of one object alone, whatever its type; node(id:) finds every Node', async () => {
  const { data } = await running.ask(`{
    streamSessions(first: 5) { nodes { __typename id callbacks { nodes { __typename id streamSession { __typename id } } } } }
    relayTasks(first: 5) { nodes { __typename id callbacks { nodes { __typename id relayTask { __typename id } } } } }
    callbacks { nodes { __typename id } }
    quarantine { nodes { __typename id } } }`);
  const ids = (data?.['quarantine'] as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
  const decided = await running.ask(
    `mutation ($ids: [ID!]!) {
       discarded: discardFromQuarantine(ids: $ids) { __typename id callbackId quarantinedCallback { __typename id } callback { __typename id } }
       released: releaseFromQuarantine(ids: $ids) { __typename id callbackId quarantinedCallback { __typename id } callback { __typename id } } }`,
    { ids: [...ids, 'no id'] },
  );
  const found = [...identified(data), ...identified(decided.data)];
  const types = new Map(found.map(({ id, __typename }) => [id, __typename]));
  for (const { id, __typename } of found) expect([id, types.get(id)]).toEqual([id, __typename]);
  expect(new Set(types.values())).toEqual(
    new Set(['StreamSession', 'RelayTask', 'CallbackRecord', 'QuarantinedCallback', 'QuarantineDecision']),
  );
  const decisions = [...types].filter(([, type]) => type === 'QuarantineDecision');
  expect(decisions).toHaveLength(2 * (ids.length + 1));
  for (const [id, type] of types) {
    const { data: one } = await running.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    expect(one).toEqual({ node: type === 'QuarantineDecision' ? null : { __typename: type, id } });
  }
});

test('a root list that fails leaves the others', async () => {
  const { data, errors } = await running.ask(
    '{ streamSessions(after: "x") { nodes { id } } relayTasks { nodes { taskId } } }',
  );
  expect(errors).toMatchObject([{ path: ['streamSessions'], extensions: { code: 'CURSOR_INVALID' } }]);
  expect(data).toEqual({ streamSessions: null, relayTasks: { nodes: [{ taskId: '7' }] } });
});
