import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { alterLogFile } from '../support/alter-log-file.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { exchange, openRawConnection, postHead, statusOf } from '../support/raw-http.ts';
import { parseSample } from '../support/samples.ts';
import { signed } from '../support/signed.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/**
 * Values that are planted wherever something from outside comes in, each in one position. What a process at its most talkative
 * writes, and every answer that says no, may hold none of them.
 */
const canary = (name: string) => `canary-${name}-canary`;
const secrets = {
  key: canary('key'),
  token: canary('token-of-the-url'),
  apiToken: canary('api-token'),
  viewerToken: canary('viewer-token'),
};
/** The client as a proxy names it: an address can't hold a word. */
const clientAddress = '203.0.113.77';

const headers = {
  'x-header': canary('header'),
  'x-forwarded-for': `${clientAddress}, ${canary('forwarded')}`,
  'x-forwarded-host': canary('forwarded-host'),
  forwarded: `for=${canary('rfc-7239')}`,
  'x-request-id': `${canary('request-id')} with a blank`,
  cookie: canary('cookie'),
  referer: `https://${canary('referer')}/`,
  'user-agent': canary('user-agent'),
};

let folder: TemporaryFolder;
let ledger: LedgerProcess;
let url: string;
/** Every answer that says no, and every probe's. */
const answers: string[] = [];

beforeAll(async () => {
  folder = makeTemporaryFolder();
  const apiTokensFile = path.join(folder.path, 'api-tokens');
  writeFileSync(apiTokensFile, `admin=${secrets.apiToken}\nviewer=${secrets.viewerToken}\n`);
  ledger = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'data'),
    LOG_LEVEL: 'debug',
    TRUST_PROXY: '127.0.0.1',
    CSS_CALLBACK_KEYS: secrets.key,
    CSS_CALLBACK_TOKENS: secrets.token,
    API_TOKENS_FILE: apiTokensFile,
  });
  url = await ledger.url();
});
afterAll(async () => {
  await endLedger(ledger);
  folder.remove();
});

const t = () => Math.floor(Date.now() / 1_000) + 600;
const personal = (name: string) => ({
  ...parseSample('push'),
  sequence: canary(`${name}-sequence`),
  stream_id: canary(`${name}-stream`),
  stream_param: `txSecret=${canary(`${name}-secret`)}`,
  user_ip: canary(`${name}-address`),
  [canary(`${name}-name`)]: canary(`${name}-value`),
});

type Sent = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> };

/** Sends a request, and keeps its answer unless it says yes. */
async function send(route: string, init: Sent = {}): Promise<number> {
  const response = await fetch(`${url}${route}`, { method: 'POST', ...init, headers: { ...headers, ...init.headers } });
  const answer = `${JSON.stringify([...response.headers])} ${await response.text()}`;
  if (response.status !== 200 || answer.includes('"errors"')) answers.push(answer);
  return response.status;
}

const sendCallback = (body: unknown, route = '/callbacks/css') =>
  send(`${route}?${canary('query-of-callback')}`, { body: typeof body === 'string' ? body : JSON.stringify(body) });

async function ask(query: string, variables: Record<string, unknown> = {}, token = secrets.apiToken): Promise<void> {
  await send(`/graphql?${canary('query-of-graphql')}`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables, operationName: null, extensions: { any: canary('extension') } }),
  });
}

test('callbacks that prove themselves', async () => {
  expect(await sendCallback(signed(personal('signed'), secrets.key, t()))).toBe(200);
  expect(await sendCallback(personal('by-token'), `/callbacks/css/${secrets.token}`)).toBe(200);
  const relay = {
    ...parseSample('relay-en-task-start'),
    to_url: `rtmp://user:${canary('password')}@push.example.com/a/b`,
  };
  expect(await sendCallback(relay, `/callbacks/css/${secrets.token}`)).toBe(200);
  expect(await sendCallback(`{"${canary('unreadable')}`, `/callbacks/css/${secrets.token}`)).toBe(200);
});

test('callbacks that prove nothing, are no callbacks, too large, torn, or can not be stored', async () => {
  await sendCallback(personal('unsigned'));
  await sendCallback(signed(personal('forged'), canary('wrong-key'), t()));
  await sendCallback(signed(personal('expired'), secrets.key, t() - 86_400));
  await sendCallback(personal('wrong-token'), `/callbacks/css/${canary('wrong-token')}`);
  expect(await sendCallback(`{"${canary('no-json')}`)).toBe(400);
  expect(await sendCallback(canary('large').repeat(50_000))).toBe(413);
  const torn = await openRawConnection(url);
  torn.socket.write(
    postHead(`/callbacks/css/${secrets.token}`, 1_000, [`x-a: ${canary('torn-header')}`, 'expect: 100-continue']),
  );
  await torn.until('100 Continue');
  torn.socket.write(`{"${canary('torn')}`);
  torn.socket.resetAndDestroy();
  alterLogFile(path.join(folder.path, 'data'), 'ALTER TABLE events RENAME TO events_elsewhere');
  expect(await sendCallback(personal('not-stored'), `/callbacks/css/${secrets.token}`)).toBe(503);
  expect(await send('/readyz/receive', { method: 'GET' })).toBe(503);
  alterLogFile(path.join(folder.path, 'data'), 'ALTER TABLE events_elsewhere RENAME TO events');
});

test('routes and requests that there are not', async () => {
  expect(await send(`/${canary('route')}?${canary('query')}`)).toBe(404);
  expect(await send(`/callbacks/css/${canary('token')}/${canary('more')}`)).toBe(404);
  expect(await send(`/callbacks/css/${secrets.token}`, { method: 'PUT', body: canary('put') })).toBe(405);
  expect(await send(`/callbacks/css/${canary('long').repeat(30)}`)).toBe(400);
  expect(await send(`/callbacks/css/${canary('undecodable')}%E0%A4%A`)).toBe(400);
  for (const [status, request] of [
    [400, `${canary('no-http')}\r\n\r\n`],
    [431, `GET /${canary('url').repeat(2_000)}`],
    [431, postHead('/', 0, [`x-header: ${canary('header').repeat(2_000)}`])],
    [417, postHead('/callbacks/css', 0, [`expect: ${canary('expectation')}`])],
    [405, `CONNECT ${canary('tunnel')}:1 HTTP/1.1\r\nhost: ${canary('host')}\r\n\r\n`],
    [
      400,
      `GET /graphql HTTP/1.1\r\nhost: [${canary('host')}\r\nconnection: close\r\nauthorization: Bearer ${secrets.apiToken}\r\n\r\n`,
    ],
  ] as const) {
    const answer = await exchange(url, request);
    expect(statusOf(answer)).toBe(status);
    answers.push(answer);
  }
});

test('GraphQL: literals, variables, tokens, documents that are refused', async () => {
  const sessions =
    'query ($filter: StreamSessionFilter, $after: Cursor) { streamSessions(filter: $filter, after: $after) { nodes { id } } }';
  await ask('{ __typename }', {}, canary('wrong-api-token'));
  await ask(`{ streamSession(sequence: "${canary('literal')}") { id } }`);
  await ask(`{ streamSessions(first: "${canary('literal-of-wrong-type')}") { nodes { id } } }`);
  await ask(sessions, { after: canary('cursor') });
  await ask(sessions, { filter: canary('variable') });
  await ask(sessions, { filter: { state: { eq: canary('enum') } } });
  await ask(sessions, { filter: { startedAt: { gte: canary('moment') } } });
  await ask(sessions, { filter: { domain: { startsWith: canary('long').repeat(100) } } });
  expect(await send(`/graphql?query=${canary('get')}`, { method: 'GET' })).toBe(401);
  const authorization = `Bearer ${secrets.apiToken}`;
  expect(
    await send('/graphql', {
      headers: { authorization, 'content-type': canary('content-type') },
      body: canary('body'),
    }),
  ).toBe(415);
  expect(
    await send('/graphql', { headers: { authorization, 'content-type': 'application/json' }, body: canary('body') }),
  ).toBe(400);
  expect(
    await send('/graphql', {
      headers: { authorization, 'content-type': 'application/json', accept: `image/${canary('accept')}` },
      body: '{"query":"{__typename}"}',
    }),
  ).toBe(406);
});

test('GraphQL that fails for a fault of ours', async () => {
  alterLogFile(path.join(folder.path, 'data'), 'ALTER TABLE events RENAME TO events_elsewhere');
  await ask(`{ callbacks(first: 1) { nodes { body } } projections { lagEvents } }`, { unused: canary('unused') });
  alterLogFile(path.join(folder.path, 'data'), 'ALTER TABLE events_elsewhere RENAME TO events');
  await ledger.printed(/a GraphQL operation failed/);
});

test('nothing of it in the probes, the metrics, the refusals and all that the process wrote until its end', async () => {
  for (const route of ['/healthz', '/readyz', '/readyz/receive', '/readyz/query', '/metrics']) {
    const response = await fetch(`${url}${route}?${canary('query-of-probe')}`, { headers });
    answers.push(JSON.stringify([...response.headers]), await response.text());
  }
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  const written = [...ledger.stdout().split('\n'), ...ledger.stderr().split('\n')];
  // Where nothing was written or answered, this would claim nothing.
  expect(written.filter((line) => line.includes('"msg":"answered"')).length).toBeGreaterThan(30);
  expect(written.join('')).toContain('STORE_UNAVAILABLE');
  expect(answers.length).toBeGreaterThan(30);
  const planted = new RegExp(`canary|${clientAddress.replaceAll('.', '\\.')}`, 'i');
  expect([...answers, ...written].filter((line) => planted.test(line))).toEqual([]);
});

test.each([
  ['a list of keys with a blank', ['--css-callback-keys', 'key-one,', canary('flag')]],
  ['the value of an unknown flag', ['--no-such-flag', canary('value')]],
  ['the value of an unknown flag, after "="', [`--no-such-flag=${canary('value')}`]],
  ['an unknown flag that does not look like the name of one', [`--${canary('flag-1')}`]],
  ['short flags', [`-${canary('flag')}`]],
  ['a value that a flag does not take', [`--json=${canary('value')}`]],
  ['a value that looks like a flag', ['--css-callback-keys', `-${canary('value')}`]],
  ['a value that is wrong', ['--port', canary('value'), '--css-callback-tokens', canary('short').slice(0, 12)]],
])('nothing of the flags that a command refuses: %s', async (_name, flags) => {
  const refused = startLedger(['serve', ...flags]);
  expect(await refused.ended()).toBe(2);
  expect(refused.stderr()).toMatch(/--help|These settings are wrong/);
  expect(refused.stdout() + refused.stderr()).not.toContain('canary');
});

test('nothing of a command that does not look like the name of one', async () => {
  const refused = startLedger([canary('command-1')]);
  expect(await refused.ended()).toBe(2);
  expect(refused.stdout() + refused.stderr()).not.toContain('canary');
});
