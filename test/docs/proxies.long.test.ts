import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Agent, fetch as fetchWith, type RequestInit } from 'undici';
import { hasBrowser, openBrowser, openPage, signIn } from '../support/browser.ts';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import { callbackBodyBytesMax, graphqlBodyBytesMax } from '../../src/connections/limits.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import {
  checkProxyFile,
  documentedProxies,
  startDocumentedProxy,
  type ProxyName,
  type ProxySettings,
  type RunningProxy,
} from '../support/documented-proxy.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { nextOf, openLiveSocket } from '../support/live-socket.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';
import { reservePort, type ReservedPort } from '../support/reserved-port.ts';

/** The files of docs/proxies: what the proxies say about them, and the product behind them. */

const callbackToken = 'a-token-of-the-callback-url';
const operator = 'a-token-of-an-operator';
const standbyToken = 'a-token-of-a-standby';
const sequence = '6674468118806626493';

let folder: TemporaryFolder;
let ledger: LedgerProcess | null;
let proxy: RunningProxy | null;
let agent: Agent | null;
let reserved: ReservedPort[];

beforeEach(() => {
  folder = makeTemporaryFolder();
  [ledger, proxy, agent, reserved] = [null, null, null, []];
});
afterEach(async () => {
  await agent?.destroy();
  await proxy?.stop();
  if (ledger !== null) await endLedger(ledger);
  for (const port of reserved) port.release();
  folder.remove();
});

const hasOpenssl = commandAtHand(['openssl', 'version']) !== null;

for (const [name, { program, needs }] of Object.entries(documentedProxies) as Entry[]) {
  describe(name, () => {
    const proxyTest = testWith(`${needs} with openssl`, hasOpenssl && commandAtHand(program) !== null);

    proxyTest('accepts the documented file without a warning', () => {
      const settings = { folder: folder.path, port: 1, receive: 2, query: 3 };
      expect(checkProxyFile(name, settings)).toEqual({ status: 0, warnings: [] });
    });

    proxyTest(
      'passes everything on but probes and metrics: callbacks, queries, streams, WebSockets, exports, the console and its sign-in',
      async () => {
        await startBehind(name);
        await expectCallbackOfSender();
        await expectQueries();
        await expectStreamAtOnce();
        await expectWebSocket();
        await expectConsole();
        await expectExport();
        for (const route of [
          '/metrics',
          '/METRICS',
          '//metrics',
          '/healthz',
          '/%68ealthz',
          '/readyz',
          '/readyz/query',
          '/graphqlx',
        ]) {
          expect([route, (await ask(route)).status]).toEqual([route, 404]);
        }
      },
    );

    proxyTest('takes bodies as large as the service takes, and refuses larger ones', async () => {
      await startBehind(name);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${operator}` };
      const post = async (route: string, body: string) => (await ask(route, { method: 'POST', headers, body })).status;
      const route = `/callbacks/css/${callbackToken}`;
      expect(await post(route, bodyOf(callbackBodyBytesMax))).toBe(200);
      expect(await post(route, bodyOf(callbackBodyBytesMax + 1))).toBe(413);
      expect(await post('/graphql', bodyOf(graphqlBodyBytesMax + 1))).toBe(413);
    });

    proxyTest('lets a standby copy the log, and a primary behind it is seen to answer, until it is gone', async () => {
      await startBehind(name, { tokens: { STANDBY_TOKENS: standbyToken } });
      expect((await postPush()).status).toBe(200);
      const authority = path.join(folder.path, 'authority.pem');
      writeFileSync(authority, proxy?.ca ?? '');
      const environment = {
        PORT: '0',
        DATA_DIR: path.join(folder.path, 'copy'),
        NODE_EXTRA_CA_CERTS: authority,
        PRIMARY_URL: proxy?.url ?? '',
        PRIMARY_TOKEN: standbyToken,
        LOG_LEVEL: 'error',
      };
      const standby = startLedger(['standby'], environment);
      try {
        const copied = await standby.url();
        await askUntil(
          () => askLedger<{ callbacks: { totalCount: number } }>(copied, '{ callbacks(first: 0) { totalCount } }'),
          ({ callbacks }) => callbacks.totalCount === 1,
        );
      } finally {
        await endLedger(standby);
      }
      const promote = startLedger(['promote'], environment);
      expect([await promote.ended(), promote.stderr()]).toEqual([1, expect.stringContaining('answers. Nothing was')]);
      if (ledger !== null) await endLedger(ledger);
      const again = startLedger(['promote'], environment);
      expect([await again.ended(), again.stdout()]).toEqual([0, expect.stringContaining("is a primary's now")]);
    });

    const browserTest = testWith(
      `${needs} with openssl and chromium`,
      hasBrowser && hasOpenssl && commandAtHand(program) !== null,
    );

    browserTest('serves the console: one signs in, stays so after a reload, and a push appears by itself', async () => {
      await startBehind(name);
      const browser = await openBrowser();
      try {
        const { page, complaints } = await openPage(browser, { ignoreHTTPSErrors: true });
        await page.goto(`${proxy?.url}/`);
        await signIn(page, operator);
        await page.getByRole('heading', { level: 1, name: 'No callback from CSS has arrived yet' }).waitFor();
        expect((await postPush({ sequence: '7000000000000000003', stream_id: 'first' })).status).toBe(200);
        await page.reload();
        await page.getByText('Live updates on').first().waitFor();
        await page.getByRole('link', { name: 'first', exact: true }).waitFor();
        expect((await postPush({ sequence: '7000000000000000004', stream_id: 'second' })).status).toBe(200);
        await page.getByRole('link', { name: 'second', exact: true }).waitFor();
        const [cookie] = await page.context().cookies();
        expect(cookie).toMatchObject({ secure: true, httpOnly: true, name: expect.stringMatching(/^__Host-/) });
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    });

    proxyTest('sends callbacks to nodes of their own, and logs no token where these are gone', async () => {
      await startBehind(name, { query: await newPort() });
      expect((await postPush()).status).toBe(200);
      expect((await query('{ projections { position } }', operator)).status).toBe(502);
      if (ledger !== null) await endLedger(ledger);
      expect((await postPush()).status).toBe(502);
      // A request is logged once it is over, which may be after its answer has arrived here.
      await askUntil(
        () => Promise.resolve(proxy?.logged().match(/\b502\b/g) ?? []),
        ({ length }) => length >= 2,
      );
      for (const secret of [callbackToken, operator]) expect(proxy?.logged()).not.toContain(secret);
    });
  });
}

describe('nginx', () => {
  const { program, needs } = documentedProxies.nginx;
  const nginxTest = testWith(`${needs} with openssl`, hasOpenssl && commandAtHand(program) !== null);

  nginxTest('limits what one address asks, and takes callbacks and gives the log all the same', async () => {
    const replaced = { 'rate=200r/s': 'rate=1r/m', 'burst=400 ': 'burst=2 ' };
    await startBehind('nginx', { replaced, tokens: { STANDBY_TOKENS: standbyToken } });
    const statuses: number[] = [];
    for (let time = 0; time < 5; time += 1) statuses.push((await query('{ viewer { role } }', operator)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await postPush()).status).toBe(200);
    // A standby asks for a page with each callback.
    const headers = { authorization: `Bearer ${standbyToken}` };
    for (let time = 0; time < 5; time += 1) expect((await ask('/log?after=0', { headers })).status).toBe(200);
  });

  nginxTest('limits the connections of one address', async () => {
    await startBehind('nginx', { replaced: { 'live_ledger_connections 1024': 'live_ledger_connections 1' } });
    const stream = await ask('/graphql/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${operator}` },
      body: JSON.stringify({ query: changes }),
    });
    expect(stream.status).toBe(200);
    expect((await query('{ viewer { role } }', operator)).status).toBe(429);
    await stream.body?.cancel();
  });
});

type Entry = [ProxyName, (typeof documentedProxies)[ProxyName]];

async function startBehind(
  name: ProxyName,
  {
    query: queryPort,
    replaced = {},
    tokens = {},
  }: Partial<Pick<ProxySettings, 'query' | 'replaced'>> & { readonly tokens?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  ledger = startLedger(['serve'], {
    PORT: String(await newPort()),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    TRUST_PROXY: '127.0.0.1',
    API_TOKENS: `operator=${operator}`,
    CSS_CALLBACK_TOKENS: callbackToken,
    ...tokens,
  });
  const url = await ledger.url();
  const port = Number(new URL(url).port);
  await projectionCaughtUp(url, operator);
  proxy = await startDocumentedProxy(name, {
    folder: folder.path,
    port: await newPort(),
    receive: port,
    query: queryPort ?? port,
    replaced,
  });
  agent = new Agent({ connect: { ca: proxy.ca } });
}

/** A port that is this test's until its end, whether somebody listens there or not. */
async function newPort(): Promise<number> {
  const port = await reservePort();
  reserved.push(port);
  return port.port;
}

function ask(route: string, init: RequestInit = {}) {
  return fetchWith(`${proxy?.url}${route}`, { ...(agent !== null && { dispatcher: agent }), ...init });
}

const postPush = (overrides: Record<string, unknown> = {}) =>
  ask(`/callbacks/css/${callbackToken}`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '198.51.100.7' },
    body: JSON.stringify(pushBody(overrides)),
  });

function query(document: string, token: string | null, headers: Record<string, string> = {}) {
  return ask('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query: document }),
  });
}

/** Recorded with the address of the sender, not with the one that it claims. */
async function expectCallbackOfSender(): Promise<void> {
  const answer = await postPush();
  expect([answer.status, await answer.text()]).toEqual([200, '{"code":0}']);
  const log = new SqliteEventReader(path.join(folder.path, 'data'));
  const metadata: string[] = [];
  for await (const { events, caughtUp } of log.followAll({
    after: null,
    batchEventsMax: 10,
    signal: new AbortController().signal,
  })) {
    for (const event of events) metadata.push(Buffer.from(event.metadata).toString());
    if (caughtUp) break;
  }
  log.close();
  expect(metadata.at(-1)).toContain('"remoteAddress":"127.0.0.1"');
}

async function expectQueries(): Promise<void> {
  const document = `{ callbacks { nodes { streamSession { sequence } } } }`;
  const mine = { origin: proxy?.url ?? '' };
  const answer = await query(document, operator, mine);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{32,36}$/);
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ data: expect.anything() })]);
  expect((await query(document, null)).status).toBe(401);
  const foreign = { origin: 'https://elsewhere.example', 'x-forwarded-host': 'elsewhere.example' };
  expect((await query(document, operator, foreign)).status).toBe(403);
}

/** The page, and a session in a cookie that goes by TLS alone. */
async function expectConsole(): Promise<void> {
  const page = await ask('/');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  const origin = proxy?.url ?? '';
  const signedIn = await ask('/session', { method: 'POST', headers: { authorization: `Bearer ${operator}`, origin } });
  const [cookie = ''] = signedIn.headers.getSetCookie();
  expect([signedIn.status, cookie]).toEqual([204, expect.stringMatching(/^__Host-.*; Secure;/)]);
  const answer = await query('{ viewer { role } }', null, { origin, cookie: cookie.split(';')[0] ?? '' });
  expect(await answer.json()).toEqual({ data: { viewer: { role: 'OPERATOR' } } });
}

async function expectExport(): Promise<void> {
  const answer = await ask('/export/callbacks.csv', { headers: { authorization: `Bearer ${operator}` } });
  expect([answer.status, (await answer.text()).split('\n').length]).toEqual([200, 5]);
}

const changes = 'subscription { streamSessionChanged { streamSession { sequence } } }';

/** A message arrives while the stream is open: nothing waits for its end. */
async function expectStreamAtOnce(): Promise<void> {
  const { status, body } = await ask('/graphql/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${operator}` },
    body: JSON.stringify({ query: changes }),
  });
  expect(status).toBe(200);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let received = '';
  const until = async (part: string) => {
    while (!received.includes(part)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The stream ended with: ${received}`);
      received += Buffer.from(value).toString();
    }
  };
  await until('retry:');
  expect((await postPush({ sequence: '7000000000000000001', stream_id: 'streamed' })).status).toBe(200);
  await until('7000000000000000001');
  await reader.cancel();
}

async function expectWebSocket(): Promise<void> {
  const { url = '', ca = '' } = proxy ?? {};
  const headers = { authorization: `Bearer ${operator}`, origin: url };
  const socket = await openLiveSocket(url, undefined, { ca, headers });
  socket.send({ type: 'connection_init' });
  await socket.until((messages) => messages.some(({ type }) => type === 'connection_ack'));
  socket.subscribe('1', changes);
  socket.send({ type: 'ping' });
  await socket.until((messages) => messages.some(({ type }) => type === 'pong'));
  expect((await postPush({ sequence: '7000000000000000002', stream_id: 'socketed' })).status).toBe(200);
  await socket.until((messages) => JSON.stringify(nextOf(messages, '1')).includes('7000000000000000002'));
  await socket.close();
}

/** One JSON object of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const body = (padding: string) => JSON.stringify({ ...pushBody({ sequence }), padding });
  return body('x'.repeat(bytes - body('').length));
}
