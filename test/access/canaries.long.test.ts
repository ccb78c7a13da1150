import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getNamedType, isObjectType } from 'graphql';
import { ledgerSchema } from '../../src/api/schema.ts';
import type { Role } from '../../src/api/access/tokens.ts';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { sqlViews } from '../../src/projecting/file/sql-views.ts';
import { askUntil } from '../support/ask-until.ts';
import { goWithin, hasBrowser, openBrowser, openPage, signIn } from '../support/browser.ts';
import { everyField } from '../support/every-field.ts';
import { testWith } from '../support/test-with.ts';
import { eventsOf, openEventStream } from '../support/live-stream.ts';
import { startLedger } from '../support/live-ledger-process.ts';
import { runCommand } from '../support/run-command.ts';
import { nodeTypeOf, neededArguments, rootFields, statisticsQuestions, withArguments } from '../support/schema-walk.ts';
import { addresses, canaries, marksIn, membersRead, bodiesWith, settingsSecrets } from './canaries.ts';
import { guests, startCanaryLedger, type CanaryLedger } from './canary-ledger.ts';

/** Every canary was sent in every field of every type, and every door is searched for each of them. */
let ledger: CanaryLedger;
beforeAll(async () => {
  ledger = await startCanaryLedger();
});
afterAll(() => ledger.close());

const schema = ledgerSchema();
const queries = rootFields(schema, 'Query');
const isForOperators = (name: string) => /audit|quarantine|forward|alert|callbackSetup|receivingOutages/i.test(name);
const bearer = (role: Role) => ({ authorization: `Bearer ${ledger.tokenOf(role)}` });

/** What a text shows: marks of secrets to anybody, and addresses to viewers. */
function shownTo(role: Role, text: string): string[] {
  return marksIn(text, [...canaries.map(({ mark }) => mark), ...(role === 'viewer' ? Object.values(addresses) : [])]);
}

/** Lists inside of nodes that cost too much there, and are asked for as lists of their own. */
const leftOut = [
  'StreamSession.node',
  'RefusedPush.node',
  'RelayRun.explanation',
  'RelayFile.explanation',
  'CallbackRecord.callback',
];
const lists = queries.filter((field) => nodeTypeOf(field) !== null);

test('the bodies have every member that a declaration reads', () => {
  for (const body of bodiesWith('x', 0)) expect(membersRead(body).filter((name) => !(name in body))).toEqual([]);
});

const whole = everyField(schema, 'FieldExplanation');
const explained = `newest: runs(number: 1) { explanation { ${whole} } files { explanation { ${whole} } } }`;

interface Page {
  readonly nodes: readonly object[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function pagesOf(name: string, more: string, fields: string, role: Role): Promise<string> {
  let [text, after]: [string, string | null] = ['', null];
  do {
    const query = `query ($after: Cursor) { list: ${name}${withArguments(more, 'first: 5', 'after: $after')} { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
    const { list }: { list: Page } = await ledger.ask(query, role, { after });
    text += JSON.stringify(list);
    after = list.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
  } while (after !== null);
  return text;
}

describe.each(guests)('as %s', (role) => {
  const mayAsk = ({ name }: { readonly name: string }) => role === 'operator' || !isForOperators(name);

  test('no field of any list, on any page, shows one', async () => {
    for (const field of lists.filter(mayAsk)) {
      const text = await pagesOf(
        field.name,
        neededArguments(field),
        everyField(schema, nodeTypeOf(field) ?? '', leftOut),
        role,
      );
      expect([field.name, shownTo(role, text)]).toEqual([field.name, []]);
    }
  });

  test('no statistic shows one, by whatever it is grouped or ordered', async () => {
    const statistics = queries.filter(({ name }) => name.endsWith('Statistics') || name === 'concurrency');
    for (const { name, text } of statistics.flatMap((field) => statisticsQuestions(schema, field))) {
      if (role === 'viewer' && /USER_IP|ACCESS_POINT|NODE/.test(name)) continue;
      expect([name, shownTo(role, JSON.stringify(await ledger.ask(`{ ${text} }`, role)))]).toEqual([name, []]);
    }
  });

  test('no other root field shows one', async () => {
    const others = queries.filter((field) => mayAsk(field) && !lists.includes(field) && field.args.length === 0);
    for (const field of others) {
      const type = getNamedType(field.type);
      const fields = isObjectType(type) ? `{ ${everyField(schema, type.name, leftOut)} }` : '';
      const text = JSON.stringify(await ledger.ask(`{ ${field.name} ${fields} }`, role));
      expect([field.name, shownTo(role, text)]).toEqual([field.name, []]);
    }
  });

  test('no explanation, timeline or past state shows one', async () => {
    for (const [list, type] of [
      ['streamSessions', 'StreamSession'],
      ['relayTasks', 'RelayTask'],
    ] as const) {
      const tooCostly = ['RelayRun.explanation', 'RelayFile.explanation', 'StreamSession.node'];
      const fields = `${everyField(schema, type, tooCostly)} ${type === 'RelayTask' ? explained : ''}`;
      const all = `{ list: ${list}(first: 100) { nodes { id } } }`;
      const {
        list: { nodes },
      } = await ledger.ask<{ list: { nodes: { id: string }[] } }>(all, role);
      const one = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${fields} } } }`;
      for (const { id } of nodes) {
        const text = JSON.stringify(await ledger.ask(one, role, { id }));
        expect([list, text.includes('"node":{'), shownTo(role, text)]).toEqual([list, true, []]);
      }
    }
  });

  test('no export shows one, as CSV or as JSON lines', async () => {
    for (const { name } of lists.filter(mayAsk)) {
      for (const ending of ['csv', 'jsonl']) {
        const answer = await fetch(`${ledger.url}/export/${name}.${ending}`, { headers: bearer(role) });
        if (answer.status === 404) continue;
        expect([name, ending, shownTo(role, await answer.text())]).toEqual([name, ending, []]);
      }
    }
  });

  test('no message of a subscription shows one', async () => {
    const lengths = await ledger.ask<Record<string, { totalCount: number }>>(
      '{ streamSessions { totalCount } relayTasks { totalCount } callbacks { totalCount } }',
      role,
    );
    const [sessions, tasks, callbacks] = Object.values(lengths).map(({ totalCount }) => totalCount);
    const messages = { streamSessionChanged: sessions, relayTaskChanged: tasks, callbackRecorded: callbacks };
    const leftOutHere = [...leftOut, 'CallbackRecord.deliveries'];
    for (const [name, count = 0] of Object.entries({ ...messages, ...(role === 'operator' && { alertChanged: 3 }) })) {
      const type = getNamedType(rootFields(schema, 'Subscription').find((one) => one.name === name)?.type);
      const fields = everyField(schema, type?.name ?? '', leftOutHere);
      const subscription = `subscription ($after: Cursor) { ${name}(after: $after) { ${fields} } }`;
      const leaving = new AbortController();
      const stream = await openEventStream(
        ledger.url,
        subscription,
        { after: ledger.before },
        bearer(role),
        leaving.signal,
      );
      let [text, read] = ['', 0];
      for await (const { data } of eventsOf(stream)) {
        text += data ?? '';
        read += 1;
        if (read === count) break;
      }
      leaving.abort();
      expect([name, read, /"errors".{0,300}/.exec(text)?.[0], shownTo(role, text)]).toEqual([
        name,
        count,
        undefined,
        [],
      ]);
    }
  });
});

test('MCP answers a viewer, whoever asks', async () => {
  const client = new Client({ name: 'a-test', version: '1' });
  const url = new URL('/mcp', ledger.url);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: bearer('admin') } }));
  const since = new Date(Date.now() - 86_400_000).toISOString();
  const sequences = canaries.map((_canary, index) => String(5_000 + index));
  for (const [name, args] of [
    ['live_pushes', { first: 20 }],
    ['failures_since', { since, first: 20 }],
    ...sequences.map((sequence) => ['why_push_ended', { sequence }] as const),
    ['graphql_query', { query: `{ callbacks(first: 100) { nodes { body summary streamId } } }` }],
  ] as const) {
    const answer = await client.callTool({ name, arguments: args });
    expect([name, answer.isError ?? false, shownTo('viewer', JSON.stringify(answer))]).toEqual([name, false, []]);
  }
  await client.close();
});

test('messages of alerts show none to a chat, which anybody may read', async () => {
  const whens = ['PUSH_ENDED', 'RELAY_EXIT', 'RELAY_ALARM', 'PUSH_ERRORS', 'QUARANTINE'];
  const texts = () => ledger.alerts.requests.map(({ body }) => body.toString());
  await ledger.alerts.arrived(() => {
    const all = texts().join('');
    return whens.every((when) => all.includes(`"when":"${when}"`) && all.includes(`Live Ledger: ${when} began`));
  });
  expect(texts().join('')).toContain('(hidden');
  for (const text of texts()) expect(shownTo('viewer', text)).toEqual([]);
});

test('a forwarded callback is as it was sent, and nothing else of the settings but its target’s own', async () => {
  const { totalCount } = (
    await ledger.ask<{ callbacks: { totalCount: number } }>('{ callbacks { totalCount } }', 'admin')
  ).callbacks;
  await ledger.forwards.arrived(totalCount);
  const [first] = ledger.forwards.requests;
  const { headers = {}, body = Buffer.alloc(0) } = first ?? {};
  // `t` and `sign` are made with the key that this target knows.
  const sent = { ...bodiesWith(canaries[0]?.encoded ?? '', 0)[0], t: expect.anything(), sign: expect.anything() };
  expect(JSON.parse(body.toString())).toEqual(sent);
  expect(headers).toHaveProperty('x-key');
  const of = (name: string) => canaries.find((one) => one.name === name)?.mark ?? '';
  expect(marksIn(JSON.stringify(headers)).filter((mark) => mark !== of('header'))).toEqual([]);
});

test('SQL shows none, in any column of any view', async () => {
  const rows = sqlViews.map(({ name, columns }) => {
    const cells = columns.map((column) => `${name}.${column.name}`);
    return `SELECT '${name}' AS view, json_array(${cells.join(', ')}) AS cells FROM ${name}`;
  });
  const statement = startLedger(['sql', rows.join(' UNION ALL '), '--json', '--rows', '100000'], ledger.environment);
  expect([await statement.ended(), statement.stderr()]).toEqual([0, '']);
  const shown = statement.stdout();
  for (const { name } of sqlViews.filter((view) => view.name !== 'v1_incidents')) expect(shown).toContain(`"${name}"`);
  expect(marksIn(shown)).toEqual([]);
});

test('an export of the record without secrets has none, and one with them has all', async () => {
  const file = (name: string) => path.join(path.dirname(ledger.dataDir), name);
  const without = await runCommand(['export', '--to', file('without.jsonl')], ledger.environment);
  const whole = await runCommand(['export', '--with-secrets', '--to', file('with.jsonl')], ledger.environment);
  expect([without.status, whole.status]).toEqual([0, 0]);
  // The names of streams are keys of the log, which an import has to find again.
  const lines = readFileSync(file('without.jsonl'), 'utf8').split('\n').slice(1, -2);
  const shown = lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), stream: '' }));
  expect([lines.length > 1_000, marksIn(shown.join('\n'))]).toEqual([true, []]);
  expect(marksIn(readFileSync(file('with.jsonl'), 'utf8'))).toEqual(canaries.map(({ mark }) => mark));
});

test('an admin reads all of it, as it was sent', async () => {
  const bodies = await pagesOf('callbacks', '', 'body', 'admin');
  expect(marksIn(bodies)).toEqual(canaries.map(({ mark }) => mark));
  expect(await pagesOf('streamSessions', '', 'userIp accessPoint', 'admin')).toContain(addresses.v6);
});

test('a viewer reads the same fingerprint of the same address through every door', async () => {
  const filter = '{ streamId: { eq: "plain" } }';
  const ask = `streamSessions(filter: ${filter}) { nodes { userIp accessPoint } }`;
  const { streamSessions } = await ledger.ask<{ streamSessions: { nodes: Record<string, string>[] } }>(
    `{ ${ask} }`,
    'viewer',
  );
  const { userIp, accessPoint } = streamSessions.nodes[0] ?? {};
  expect([userIp, accessPoint]).toEqual([expect.stringMatching(fingerprint), expect.stringMatching(fingerprint)]);
  expect(userIp).not.toBe(accessPoint);
  const answer = await fetch(`${ledger.url}/export/streamSessions.jsonl?fields=userIp,accessPoint,endMessage`, {
    headers: bearer('viewer'),
  });
  const exported = await answer.text();
  expect([answer.status, exported.includes(userIp ?? ''), exported.includes(accessPoint ?? '')]).toEqual([
    200,
    true,
    true,
  ]);
});

testWith('Chromium', hasBrowser)(
  'pages of the console show a viewer none, in their text or in what they have loaded',
  async () => {
    const browser = await openBrowser();
    try {
      const { page, complaints } = await openPage(browser);
      const loaded: Promise<string>[] = [];
      page.on('response', (response) => {
        if (/graphql|session/.test(response.url())) loaded.push(response.text().catch(() => ''));
      });
      await page.goto(`${ledger.url}/`);
      await signIn(page, ledger.tokenOf('viewer'));
      page.on('websocket', (socket) => {
        socket.on('framereceived', ({ payload }) => loaded.push(Promise.resolve(String(payload))));
      });
      let all = '';
      for (const view of ['/', '/sessions/5000', '/tasks/5009', '/relays', '/endings', '/search?q=s1', '/health']) {
        await goWithin(page, view);
        await page.waitForLoadState('networkidle');
        const text = `${await page.content()} ${(await Promise.all(loaded.splice(0))).join(' ')}`;
        expect([view, shownTo('viewer', text)]).toEqual([view, []]);
        all += text;
      }
      // Without what is hidden, the pages would have shown nothing.
      expect(all).toContain('(hidden');
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

const fingerprint = /^\(hidden [0-9a-f]{12}\)$/;

test('log lines at the level debug, metrics and traces show none', async () => {
  const metrics = await (
    await fetch(`${ledger.url}/metrics`, { headers: { authorization: `Bearer ${settingsSecrets.metricsToken}` } })
  ).text();
  await askUntil(
    () => Promise.resolve(ledger.traces.requests.length),
    (sent) => sent > 0,
  );
  await ledger.stop();
  const traces = ledger.traces.requests.map(({ body }) => body.toString()).join('');
  const logged = ledger.process.stdout() + ledger.process.stderr();
  // Without these, nothing would be claimed.
  expect([metrics.includes('live_ledger_'), traces.includes('"name":"append"'), logged.includes('"level":20')]).toEqual(
    [true, true, true],
  );
  const personal = [...canaries.map(({ mark }) => mark), ...Object.values(addresses)];
  expect({
    metrics: marksIn(metrics, personal),
    traces: marksIn(traces, personal),
    logged: marksIn(logged, personal),
  }).toEqual({ metrics: [], traces: [], logged: [] });
});
