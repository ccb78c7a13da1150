import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filterDepthMax, filterPartsMax } from '../../../src/lists/conditions.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

/** Lists as clients ask for them, over HTTP. */

const beginsAt = 1_750_000_000;
const at = (second: number) => new Date(1_000 * (beginsAt + second)).toISOString();

/** The addresses of the pushes: two in three notations, and a text that is none. */
const addresses = ['2001:DB8:0:0::1', '10.0.0.0', '2001:db8::1', '::ffff:10.0.0.0', 'unknown', '::FFFF:0a00:0'];

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => 1_000 * (beginsAt + 500) });
  for (const body of [
    ...[1, 2, 3, 4, 5, 6].map((sequence) =>
      pushBody({
        sequence,
        stream_id: `s${sequence}`,
        event_time: beginsAt + sequence,
        user_ip: addresses[sequence - 1],
      }),
    ),
    interruptionBody({ sequence: 1, stream_id: 's1', event_time: beginsAt + 20, errcode: 2, push_duration: '19000' }),
    interruptionBody({ sequence: 2, stream_id: 's2', event_time: beginsAt + 12, errcode: 14, push_duration: '10000' }),
    interruptionBody({
      sequence: 3,
      stream_id: 's3',
      event_time: beginsAt + 30,
      errcode: null,
      push_duration: '27000',
    }),
    relayBody(
      'TaskStart',
      {},
      { task_id: '7', source_urls: sourceUrlsAsSent('http://a.example/x'), event_time: String(beginsAt) },
    ),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

const field = { streamSessions: 'sequence', relayTasks: 'taskId', callbacks: 'position' } as const;
const inputs = { streamSessions: 'StreamSession', relayTasks: 'RelayTask', callbacks: 'Callback' } as const;
type List = keyof typeof field;

async function ask(list: List, args: Record<string, unknown>, selection = ''): Promise<GraphqlAnswer> {
  return running.ask(
    `query ($filter: ${inputs[list]}Filter, $orderBy: ${inputs[list]}Order, $first: Int, $last: Int, $after: Cursor) {
       ${list}(filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after) {
         nodes { ${field[list]} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } ${selection} } }`,
    args,
  );
}

interface Listed {
  readonly nodes: readonly Record<string, string>[];
  readonly pageInfo: { readonly endCursor: string | null };
  readonly totalCount?: number;
  readonly totalCountIsCapped?: boolean;
}

async function listed(list: List, args: Record<string, unknown>, selection = ''): Promise<Listed> {
  const { data, errors } = await ask(list, args, selection);
  expect(errors).toBeUndefined();
  return data?.[list] as Listed;
}

async function names(list: List, args: Record<string, unknown>): Promise<(string | undefined)[]> {
  return (await listed(list, args)).nodes.map((node) => node[field[list]]);
}

const by = (order: string, direction: string) => ({ orderBy: { field: order, direction } });

describe('sessions', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['STARTED_AT DESC where nothing is said', {}, ['6', '5', '4', '3', '2', '1']],
    ['STARTED_AT ASC', by('STARTED_AT', 'ASC'), ['1', '2', '3', '4', '5', '6']],
    ['ENDED_AT DESC, those that have not ended last', by('ENDED_AT', 'DESC'), ['3', '1', '2', '6', '5', '4']],
    ['ENDED_AT ASC, those that have not ended first', by('ENDED_AT', 'ASC'), ['4', '5', '6', '2', '1', '3']],
    ['PUSH_DURATION DESC', by('PUSH_DURATION', 'DESC'), ['3', '1', '2', '6', '5', '4']],
    ['LAST_CHANGED DESC', by('LAST_CHANGED', 'DESC'), ['3', '2', '1', '6', '5', '4']],
  ])('in the order %s', async (_name, args, expected) => {
    expect(await names('streamSessions', args)).toEqual(expected);
  });

  test.each<[string, unknown, string[]]>([
    ['ne asks for a value that is known', { endCode: { ne: 2 } }, ['2']],
    ['not is the complement, unknown values among it', { not: { endCode: { eq: 2 } } }, ['6', '5', '4', '3', '2']],
    ['isNull', { endCode: { isNull: true } }, ['6', '5', '4', '3']],
    ['notIn', { endCode: { notIn: [14] } }, ['1']],
    ['a range of durations', { pushDurationMs: { gte: 19_000, lt: 27_000 } }, ['1']],
    ['a moment, by its end', { endedAt: { gte: at(12), lte: at(20) } }, ['2', '1']],
    ['by where the start comes from', { startedAtSource: { in: ['DERIVED_FROM_DURATION', 'UNKNOWN'] } }, []],
    ['by user ip, in any notation', { userIp: { eq: '10.0.0.0' } }, ['6', '4', '2']],
    ['by an address of IPv6', { userIp: { in: ['2001:0db8:0000::0001', '10.0.0.1'] } }, ['3', '1']],
    ['by any other address', { userIp: { notIn: ['::ffff:a00:0'], ne: '2001:db8:0::1' } }, ['5']],
    ['by a text that is no address, as it is', { userIp: { in: ['unknown', 'UNKNOWN'] } }, ['5']],
    ['by a network', { userIp: { within: '10.0.0.0/8' } }, ['6', '4', '2']],
    ['by a network of IPv6', { userIp: { within: '2001:db8::/32' } }, ['3', '1']],
    ['by a network of one address', { userIp: { within: '10.0.0.1/32' } }, []],
    ['not of a network', { not: { userIp: { within: '::ffff:0a00:0/104' } } }, ['5', '3', '1']],
    ['by the beginning of an address of IPv4', { userIp: { startsWith: '10.0' } }, ['2']],
    ['by the beginning of an address, as sent', { userIp: { startsWith: '2001:D' } }, ['1']],
    [
      'by the address of the access point',
      { accessPoint: { eq: '::ffff:100.121.160.92' } },
      ['6', '5', '4', '3', '2', '1'],
    ],
    ['by the network of the access point', { accessPoint: { within: '100.64.0.0/11', ne: '100.121.160.92' } }, []],
    ['by the side of the end', { endSide: { in: ['CLIENT', 'NETWORK', 'UNKNOWN'] } }, ['3', '2', '1']],
    ['or', { or: [{ streamId: { eq: 's6' } }, { state: { eq: 'ENDED' } }] }, ['6', '3', '2', '1']],
    ['an or of nothing matches nothing', { or: [] }, []],
    ['an and of nothing says nothing', { and: [], state: { eq: 'ENDED' } }, ['3', '2', '1']],
    ['and beside other fields', { state: { eq: 'LIVE' }, and: [{ not: { streamId: { eq: 's5' } } }] }, ['6', '4']],
    [
      'null says nothing',
      { state: { eq: null, in: null }, not: null, or: null, endCode: null, userIp: {} },
      ['6', '5', '4', '3', '2', '1'],
    ],
  ])('%s', async (_name, filter, expected) => {
    expect(await names('streamSessions', { filter })).toEqual(expected);
  });
});

describe('callbacks', () => {
  test.each<[string, Record<string, unknown>, number]>([
    [
      'by event type and callback event',
      { filter: { eventType: { eq: 314 }, callbackEvent: { startsWith: 'Task' } } },
      1,
    ],
    ['by when they arrived', { filter: { receivedAt: { eq: at(500) } }, ...by('RECEIVED_AT', 'ASC') }, 10],
    ['by when they happened', { filter: { occurredAt: { lt: at(3) } }, ...by('OCCURRED_AT', 'DESC') }, 3],
    [
      'by account and signature',
      { filter: { appId: { isNull: false }, signature: { in: ['NOT_CHECKED', 'VALID'] } } },
      10,
    ],
  ])('%s', async (_name, args, expected) => {
    expect(await names('callbacks', args)).toHaveLength(expected);
  });
});

describe('totalCount', () => {
  test.each(['streamSessions', 'relayTasks', 'callbacks'] as const)(
    'counts all of %s, whatever the page',
    async (list) => {
      const all = await listed(list, { first: 500 });
      const one = await listed(list, { first: 1, after: all.pageInfo.endCursor }, 'totalCount totalCountIsCapped');
      expect(one).toMatchObject({ nodes: [], totalCount: all.nodes.length, totalCountIsCapped: false });
    },
  );

  test('counts what a filter leaves, and inside a session or a task; also behind a fragment', async () => {
    const { data } = await running.ask(
      `{ streamSessions(filter: { state: { eq: ENDED } }, first: 1) { ...Counted nodes { callbacks(first: 1) { totalCount } } }
         relayTasks { nodes { callbacks(first: 1) { many: totalCount } } } }
       fragment Counted on StreamSessionConnection { totalCountIsCapped total: totalCount }`,
    );
    expect(data).toEqual({
      streamSessions: { total: 3, totalCountIsCapped: false, nodes: [{ callbacks: { totalCount: 2 } }] },
      relayTasks: { nodes: [{ callbacks: { many: 1 } }] },
    });
  });

  test('makes an operation cost more', async () => {
    const deep = (inner: string) => `{ streamSessions(first: 100) { nodes { callbacks(first: 40) { ${inner} } } } }`;
    expect((await running.ask(deep('nodes { position }'))).errors).toBeUndefined();
    expect((await running.ask(deep('totalCount'))).errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_COSTLY');
  });
});

describe('node', () => {
  const node = async (id: string) =>
    running.ask(
      `query ($id: ID!) { node(id: $id) { __typename id ... on StreamSession { sequence callbacks { totalCount } }
         ... on RelayTask { taskId } ... on CallbackRecord { position body } } }`,
      { id },
    );

  test.each(['streamSessions', 'relayTasks', 'callbacks'] as const)('finds each of %s by its id', async (list) => {
    const { data } = await running.ask(`{ ${list} { nodes { __typename id ${field[list]} } } }`);
    const { nodes } = data?.[list] as { nodes: { id: string }[] };
    expect(nodes.length).toBeGreaterThan(0);
    for (const one of nodes) expect((await node(one.id)).data).toMatchObject({ node: one });
  });

  test('of many ids answers in their order, with null for what does not exist', async () => {
    const lists = ['streamSessions', 'relayTasks', 'callbacks'] as const;
    const { data } = await running.ask(`{ ${lists.map((list) => `${list} { nodes { __typename id } }`).join(' ')} }`);
    const known = lists.flatMap((list) => (data?.[list] as { nodes: { id: string }[] }).nodes);
    const asked = [null, ...known.toReversed(), null, ...known];
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    expect(await running.ask(query, { ids: asked.map((one) => one?.id ?? 'nothing') })).toEqual({
      status: 200,
      data: { nodes: asked },
    });
    expect((await running.ask(query, { ids: [] })).data).toEqual({ nodes: [] });
    const { errors } = await running.ask(query, { ids: Array.from({ length: 501 }, () => '') });
    expect(errors?.[0]).toMatchObject({
      message: 'ids may have at most 500 ids.',
      extensions: { code: 'PAGE_TOO_LARGE' },
    });
    const deep =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on StreamSession { callbacks(first: 50) { nodes { id } } } } }';
    expect((await running.ask(deep, { ids: Array.from({ length: 500 }, () => '') })).errors?.[0]).toMatchObject({
      extensions: { code: 'OPERATION_TOO_COSTLY' },
    });
  });

  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each([
    ['a session that is not there', encode(['StreamSession', '1', '99'])],
    ['a task that is not there', encode(['RelayTask', '1', '99'])],
    ['a callback of another log', encode(['CallbackRecord', '6f1c2c52-3f0e-4f6b-9a53-6d9f2a1b7c10', '2'])],
    ['a type that there is not', encode(['Projection', '1', '1'])],
    ['an id with more to it', encode(['StreamSession', '1', '1', '1'])],
    ['an id with something else in it', encode(['StreamSession', 1, {}])],
    ['a position beyond all bounds', encode(['CallbackRecord', 'x', '9'.repeat(40)])],
    ['one in quarantine that is not there', encode(['QuarantinedCallback', '1', 'x'])],
    ['a position in quarantine out of bounds', encode(['QuarantinedCallback', '9'.repeat(19), 'x'])],
    ['no id', 'hello'],
    ['nothing', ''],
  ])('is null for %s', async (_name, id) => {
    expect(await node(id)).toEqual({ status: 200, data: { node: null } });
  });
});

describe('what lists refuse', () => {
  const nested = (depth: number): object => (depth === 1 ? { endCode: { eq: 1 } } : { not: nested(depth - 1) });
  test.each<[string, Record<string, unknown>]>([
    ['a filter that is too deep', { filter: nested(filterDepthMax + 1) }],
    ['a filter with too many parts', { filter: { or: Array.from({ length: filterPartsMax }, () => ({})) } }],
    ['a value that is too long, deep inside', { filter: { or: [{ not: { streamId: { eq: 'x'.repeat(513) } } }] } }],
    [
      'too many values, deep inside',
      { filter: { and: [{ endCode: { in: Array.from({ length: 501 }, (_, n) => n) } }] } },
    ],
    ['a network that is an address', { filter: { userIp: { within: '10.0.0.1' } } }],
    ['a network longer than its address', { filter: { userIp: { within: '10.0.0.0/33' } } }],
    ['a network of no address', { filter: { accessPoint: { within: '10.0.0/8' } } }],
    ['startsWith of a moment', { filter: { startedAt: { startsWith: '2' } } }],
    ['an order by an address', by('USER_IP', 'ASC')],
    ['an order without a direction', { orderBy: { field: 'STARTED_AT' } }],
    [
      'two orders',
      {
        orderBy: [
          { field: 'STARTED_AT', direction: 'ASC' },
          { field: 'ENDED_AT', direction: 'ASC' },
        ],
      },
    ],
  ])('%s: BAD_USER_INPUT', async (_name, args) => {
    expect((await ask('streamSessions', args)).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('a filter as deep and with as many parts as is allowed is answered', async () => {
    expect((await ask('streamSessions', { filter: nested(filterDepthMax) })).errors).toBeUndefined();
    const filter = { or: Array.from({ length: filterPartsMax - 1 }, () => ({})) };
    expect((await ask('streamSessions', { filter })).errors).toBeUndefined();
  });

  test('a filter thousands of levels deep, which harms nothing', async () => {
    const query = 'query ($filter: StreamSessionFilter) { streamSessions(filter: $filter) { nodes { id } } }';
    const deep = `${'{"not":'.repeat(12_000)}{}${'}'.repeat(12_000)}`;
    const response = await fetch(`${running.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":{"filter":${deep}}}`,
    });
    const { errors } = (await response.json()) as GraphqlAnswer;
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(await names('relayTasks', {})).toEqual(['7']);
  });

  test('a cursor of another order, and one of the same order the other way', async () => {
    const { pageInfo } = await listed('streamSessions', { first: 2 });
    for (const order of [by('STARTED_AT', 'ASC'), by('ENDED_AT', 'DESC')]) {
      const { errors } = await ask('streamSessions', { ...order, after: pageInfo.endCursor });
      expect(errors?.[0]?.extensions['code']).toBe('CURSOR_INVALID');
    }
    const same = { ...by('STARTED_AT', 'DESC'), after: pageInfo.endCursor };
    expect(await names('streamSessions', same)).toEqual(['4', '3', '2', '1']);
  });
});
