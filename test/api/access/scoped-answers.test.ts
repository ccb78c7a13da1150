import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { rootFields, neededArguments, nodeTypeOf } from '../../support/schema-walk.ts';
import {
  canaryOf,
  outsideIn,
  ownStreams,
  sequenceOf,
  startScopedLedger,
  tokenOf,
  type ScopedLedger,
} from '../../support/scoped-ledger.ts';

const schema = ledgerSchema();

let app: ScopedLedger;
beforeAll(async () => {
  app = await startScopedLedger();
});
afterAll(() => app.close());

const ask = (query: string, as: string, variables: Record<string, unknown> = {}) =>
  app.ask(query, variables, tokenOf(as));

/** What an answer says, without the id of its request. */
async function said(query: string, as: string, variables: Record<string, unknown> = {}): Promise<string> {
  const { status, data, errors = [] } = await ask(query, as, variables);
  return JSON.stringify([status, data, errors.map(({ message, extensions: { code } }) => [message, code])]);
}

describe('what no scope can limit', () => {
  const refused = {
    Query: [
      ...['alertTargets', 'alerts', 'audit', 'callbackSetup', 'endedAlerts', 'erasurePlan', 'forwardTargets'],
      ...['quarantine', 'quarantineShares', 'receivingOutages'],
    ],
    Mutation: rootFields(schema, 'Mutation').map(({ name }) => name),
    Subscription: ['alertChanged'],
  } as const;

  test.each(['Query', 'Mutation', 'Subscription'] as const)('is refused, and the schema says so: %s', (root) => {
    const marked = rootFields(schema, root).filter(({ description }) =>
      description?.endsWith('Refused to identities with a scope.'),
    );
    expect(marked.map(({ name }) => name).sort()).toEqual([...refused[root]].sort());
  });

  test('is answered FORBIDDEN with what to do, by GraphQL and as a table', async () => {
    for (const name of ['quarantine { totalCount }', 'callbackSetup { keys }', 'receivingOutages { cause }']) {
      const { data, errors } = await ask(`{ answer: ${name} }`, 'account');
      expect([data, errors]).toMatchObject([{ answer: null }, [{ extensions: { code: 'FORBIDDEN' } }]]);
      expect(errors?.[0]?.message).toContain('Send a token without a scope');
    }
    const { errors } = await ask('mutation { pauseForwarding(target: "one") { forwardTarget { state } } }', 'account');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const table = await fetch(`${app.app.url}/export/quarantine.csv`, { headers: tokenOf('account') });
    expect([table.status, await table.text()]).toEqual([403, expect.stringContaining('FORBIDDEN')]);
  });
});

describe('a look-up of something outside is answered as one of nothing', () => {
  const outside = 4;
  const task = `task-${canaryOf(outside)}`;

  test.each([
    ['streamSession', '{ streamSession(sequence: "ID") { streamId } }', sequenceOf(outside)],
    [
      'in the past',
      '{ streamSession(sequence: "ID", asOf: { recordedAt: "2035-01-01T00:00:00Z" }) { streamId } }',
      sequenceOf(outside),
    ],
    ['relayTask', '{ relayTask(taskId: "ID") { streamId runs { number } } }', task],
    ['of an account', '{ relayTask(taskId: "ID", appId: "1100000002") { streamId } }', task],
    [
      'refused',
      '{ refusedPushes(filter: { sequence: { eq: "ID" } }) { totalCount nodes { id } } }',
      sequenceOf(outside, 2),
    ],
    [
      'stream',
      '{ streamSessions(filter: { streamId: { startsWith: "ID" } }) { totalCount } }',
      `s-${canaryOf(outside)}`,
    ],
  ])('%s', async (_name, query, id) => {
    const asOther = await said(query.replace('ID', id), 'account');
    const nothing = id.replace(/\d/g, '9').replace('zq', 'none');
    expect(asOther).toBe(await said(query.replace('ID', nothing), 'account'));
    expect(asOther).not.toBe(await said(query.replace('ID', id), 'all'));
  });

  test('node and nodes, by each id of everything', async () => {
    for (const field of rootFields(schema, 'Query')) {
      const type = nodeTypeOf(field);
      if (type === null || !['StreamSession', 'RelayTask', 'CallbackRecord', 'RefusedPush', 'Incident'].includes(type))
        continue;
      const idsOf = async (as: string) => {
        const { data } = await ask(`{ answer: ${field.name}(first: 500) { nodes { id } } }`, as);
        return (data?.['answer'] as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
      };
      const [all, inside] = [await idsOf('all'), new Set(await idsOf('domain'))];
      const { data } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', 'domain', { ids: all });
      expect(data?.['nodes']).toEqual(all.map((id) => (inside.has(id) ? { id } : null)));
      const [other] = all.filter((id) => !inside.has(id));
      expect(await said('query ($id: ID!) { node(id: $id) { id } }', 'domain', { id: other })).toBe(
        '[200,{"node":null},[]]',
      );
    }
  });
});

test('an incident is shown where all that its failures have in common is inside', async () => {
  const incidents = async (as: string) => {
    const { data } = await ask(
      '{ incidents(first: 5) { nodes { domain affected of streamSessions { totalCount } } } }',
      as,
    );
    return (data?.['incidents'] as { nodes: { domain: string }[] }).nodes;
  };
  const one = expect.objectContaining({
    domain: 'f.one.example',
    affected: 12,
    of: 12,
    streamSessions: { totalCount: 12 },
  });
  // Two more are of several customers: nobody with a scope sees them.
  expect(await incidents('all')).toHaveLength(4);
  for (const as of ['failing', 'account', 'wildcard']) expect([as, await incidents(as)]).toEqual([as, [one]]);
  for (const as of ['domain', 'stream', 'parts', 'nothing']) expect([as, await incidents(as)]).toEqual([as, []]);
});

test('a cursor of another identity finds nothing outside', async () => {
  const page = '(after: $after, first: 3) { nodes { streamId } pageInfo { hasPreviousPage hasNextPage endCursor } }';
  const query = `query ($after: Cursor) { streamSessions${page} }`;
  let after: string | null = null;
  for (let pages = 0; pages < 5; pages += 1) {
    const { data } = await ask(query, 'all', { after });
    after = (data?.['streamSessions'] as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
    expect(outsideIn(JSON.stringify(await ask(query, 'domain', { after })), 'domain')).toEqual([]);
  }
});

test('answers that are kept are of one scope alone', async () => {
  const query =
    '{ streamSessions { totalCount } streamSessionStatistics(from: "2020-01-01T00:00:00Z", to: "2035-01-01T00:00:00Z") { total { began } } }';
  const counts = async (as: string) => (await ask(query, as)).data;
  const first = { all: await counts('all'), domain: await counts('domain'), account: await counts('account') };
  expect(first).toMatchObject({
    all: { streamSessions: { totalCount: 40 }, streamSessionStatistics: { total: { began: 40 } } },
    domain: { streamSessions: { totalCount: 6 }, streamSessionStatistics: { total: { began: 6 } } },
    account: { streamSessions: { totalCount: 20 }, streamSessionStatistics: { total: { began: 20 } } },
  });
  for (let times = 0; times < 3; times += 1)
    for (const as of ['domain', 'all', 'account'] as const) expect(await counts(as)).toEqual(first[as]);
});

test.each([
  ['streamSessionChanged', '{ matches streamSession { streamId domain } }'],
  ['relayTaskChanged', '{ matches relayTask { streamId domain } }'],
  ['callbackRecorded', '{ streamId domain body }'],
])('%s sends what is inside alone, of before and of now, to each scope its own', async (name, fields) => {
  const query = `subscription ($after: Cursor) { ${name}(after: $after) ${fields} }`;
  const scopes = ['domain', 'parts', 'all'];
  const streams = await Promise.all(
    scopes.map(async (as) => eventsOf(await openEventStream(app.app.url, query, { after: app.before }, tokenOf(as)))),
  );
  // The last stream of each, and none of the other, so that what is sent then is the last of all.
  const lastOf = { domain: `s-${canaryOf(5)}`, parts: `s-${canaryOf(4)}`, all: 's-' + canaryOf(7) } as Record<
    string,
    string
  >;
  for (const [index, stream] of streams.entries()) {
    const as = scopes[index] ?? '';
    let text = '';
    for await (const { data } of stream) {
      text += data ?? '';
      if (text.includes(lastOf[as] ?? '')) break;
    }
    if (as !== 'all') expect([as, outsideIn(text, as)]).toEqual([as, []]);
  }
});

test('incidentChanged sends an incident to those who see all that its failures have in common', async () => {
  const query = 'subscription ($after: Cursor) { incidentChanged(after: $after) { incident { domain affected } } }';
  const changes = eventsOf(await openEventStream(app.app.url, query, { after: app.before }, tokenOf('failing')));
  for await (const { data } of changes) {
    const incident = { domain: 'f.one.example', affected: 12 };
    expect(JSON.parse(data ?? '')).toEqual({ data: { incidentChanged: { incident } } });
    break;
  }
});

test('a subscription that has caught up gets nothing of outside in between', async () => {
  const query = 'subscription { streamSessionChanged { streamSession { streamId } } }';
  const changes = eventsOf(await openEventStream(app.app.url, query, {}, tokenOf('domain')));
  const push = (app_: string, stream_id: string, sequence: string) =>
    app.post(pushBody({ appid: 1_100_000_001, app: app_, appname: 'live', stream_id, sequence }));
  await push('b.one.example', 'outside', '81');
  await push('a.one.example', 'inside', '82');
  for await (const { data } of changes) {
    expect(JSON.parse(data ?? '')).toEqual({
      data: { streamSessionChanged: { streamSession: { streamId: 'inside' } } },
    });
    break;
  }
});

test('tables, and the tools for models, have what is inside alone', async () => {
  const tables = rootFields(schema, 'Query').filter(
    (field) => nodeTypeOf(field) !== null || /Statistics$|concurrency/.test(field.name),
  );
  for (const field of tables) {
    const needed = neededArguments(field)
      .replaceAll('"', '')
      .split(', ')
      .filter((one) => one !== '');
    const query = needed.map((one) => one.replace(': ', '=')).join('&');
    for (const ending of ['csv', 'jsonl']) {
      const answer = await fetch(`${app.app.url}/export/${field.name}.${ending}?${query}`, {
        headers: tokenOf('domain'),
      });
      const text = await answer.text();
      expect([field.name, answer.status, outsideIn(text, 'domain')]).toEqual([
        field.name,
        ['audit', 'quarantine'].includes(field.name) ? 403 : 200,
        [],
      ]);
    }
  }
  const client = new Client({ name: 'a-test', version: '1' });
  const requestInit = { headers: tokenOf('domain') };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.app.url), { requestInit }));
  const query = '{ streamSessions { totalCount nodes { streamId } } quarantine { totalCount } }';
  const tools = [
    ['graphql_query', { query }],
    ['live_pushes', {}],
    ['failures_since', { since: '2020-01-01T00:00:00Z' }],
    ['stream_history', { streamId: `s-${canaryOf(4)}` }],
  ] as const;
  const texts: string[] = [];
  for (const [name, given] of tools) texts.push(JSON.stringify(await client.callTool({ name, arguments: given })));
  await client.close();
  expect(outsideIn(texts.slice(0, 3).join(''), 'domain')).toEqual([]);
  expect(texts[0]).toContain(ownStreams[0]?.streamId);
  expect(texts[3]).not.toContain('x.two.example');
});

test('a client learns how up to date answers are, and nothing of events that could not be projected', async () => {
  const { data, errors } = await ask(
    '{ projections { serving lagEvents poisoned { reason } relayCallbacksWithoutTask } }',
    'nothing',
  );
  expect([data, errors]).toEqual([
    { projections: [{ serving: true, lagEvents: 0, poisoned: [], relayCallbacksWithoutTask: 0 }] },
    undefined,
  ]);
});

test('a client learns what it may see', async () => {
  const query = '{ viewer { role scope { accounts domains paths streams } } }';
  expect((await ask(query, 'all')).data).toEqual({ viewer: { role: 'ADMIN', scope: null } });
  expect((await ask(query, 'pathOfDomain')).data).toEqual({
    viewer: { role: 'ADMIN', scope: [{ accounts: null, domains: ['a.one.example'], paths: ['live'], streams: null }] },
  });
});

test('what no scope can limit is refused inside of what is answered too', async () => {
  const names = { appid: 1_100_000_001, app: 'a.one.example', appname: 'live', stream_id: 'without-start' };
  await app.post(
    interruptionBody({ ...names, sequence: '83', event_time: Math.floor(Date.now() / 1_000) - 60, errcode: 3 }),
  );
  await app.projected();
  const { data, errors } = await ask('{ missingCallbacks { nodes { streamId outages { cause } } } }', 'domain');
  expect([data, errors]).toMatchObject([
    { missingCallbacks: { nodes: [{ streamId: 'without-start', outages: null }] } },
    [{ path: ['missingCallbacks', 'nodes', 0, 'outages'], extensions: { code: 'FORBIDDEN' } }],
  ]);
});
