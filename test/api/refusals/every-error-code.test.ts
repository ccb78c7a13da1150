import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { callbackBodyBytesMax } from '../../../src/connections/limits.ts';
import { errorCodes, type ErrorCode } from '../../../src/kernel/errors.ts';
import { readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { boundsWith } from '../../support/quarantine-bounds.ts';
import { exchange } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { signed } from '../../support/signed.ts';

let open: RunningApp;
let closed: RunningApp;
beforeAll(async () => {
  open = await startApp();
  closed = await startApp({
    authenticity: { keys: [{ domain: null, key: 'k1' }], tokens: [] },
    access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1') },
    quarantineBounds: boundsWith({ UNPROVEN: 0, EXPIRED: 0 }),
  });
  for (const appid of [1, 2]) await open.post(pushBody({ appid }));
  await open.projected();
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly code: unknown;
  readonly message: string;
  readonly requestId: unknown;
  readonly text: string;
}

async function refused(response: Response): Promise<Refused> {
  const text = await response.text();
  const body = JSON.parse(text) as Record<string, unknown> & {
    errors?: [{ message: string; extensions: Record<string, unknown> }];
  };
  const { status, headers } = response;
  const [error] = body.errors ?? [];
  return error === undefined
    ? { status, headers, code: body['error'], message: String(body['message']), requestId: body['requestId'], text }
    : {
        status,
        headers,
        code: error.extensions['code'],
        message: error.message,
        requestId: error.extensions['requestId'],
        text,
      };
}

const ask = (query: string, running = open, headers: Record<string, string> = {}) =>
  fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const send = (route: string, init: RequestInit = {}, running = open) =>
  fetch(`${running.app.url}${route}`, { method: 'POST', ...init });

/** An answer to raw bytes, for requests that `fetch` does not send. */
async function onWire(...parts: string[]): Promise<Response> {
  const answer = await exchange(open.app.url, ...parts);
  const [head = '', body = ''] = answer.split(/\r\n\r\n/, 2);
  const [statusLine = '', ...fields] = head.split('\r\n');
  return new Response(body, {
    status: Number(statusLine.split(' ')[1]),
    headers: fields.map((field) => field.split(': ', 2) as [string, string]),
  });
}

/** A real request that gets each code; where a test can't send one, the test that shows the code in another way. */
const refusalsByCode: Readonly<
  Record<ErrorCode, { readonly status: number; by: () => Promise<Response> } | { shownBy: string }>
> = {
  BAD_USER_INPUT: { status: 200, by: () => ask('{ streamSessions(first: -1) { nodes { id } } }') },
  GRAPHQL_PARSE_FAILED: { status: 400, by: () => ask('{') },
  GRAPHQL_VALIDATION_FAILED: { status: 400, by: () => ask('{ nothing }') },
  BAD_REQUEST: {
    status: 400,
    by: () => send('/graphql', { headers: { 'content-type': 'application/json' }, body: '[]' }),
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    status: 200,
    by: () =>
      send('/graphql', {
        headers: { 'content-type': 'application/json' },
        body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}',
      }),
  },
  AMBIGUOUS_ID: { status: 200, by: () => ask('{ streamSession(sequence: "6674468118806626493") { id } }') },
  CURSOR_INVALID: { status: 200, by: () => ask('{ streamSessions(after: "x") { nodes { id } } }') },
  // This needs another version of the projection.
  RESYNC: { shownBy: 'test/api/subscriptions/refusals.test.ts' },
  EVENT_DAMAGED: {
    status: 200,
    by: () => {
      alterLogFile(open.dataDir, `UPDATE events SET type = 'Other' WHERE position = 2`);
      return ask('{ callbacks(last: 1) { nodes { body } } }');
    },
  },
  SUBSCRIPTION_NEEDS_STREAM: { status: 400, by: () => ask('subscription { callbackRecorded { cursor } }') },
  TOO_MANY_SUBSCRIPTIONS: { shownBy: 'test/api/subscriptions/bounds.test.ts' },
  PAGE_TOO_LARGE: { status: 200, by: () => ask('{ streamSessions(first: 501) { pageInfo { hasNextPage } } }') },
  OPERATION_TOO_COSTLY: {
    status: 400,
    by: () => ask('{ streamSessions(first: 500) { nodes { callbacks(first: 500) { nodes { position } } } } }'),
  },
  // These need operations that wait.
  OPERATION_TIMEOUT: { shownBy: 'test/lists/sql/snapshot-pool.test.ts' },
  QUERIES_OVERLOADED: { shownBy: 'test/api/http/one-state.test.ts' },
  UNAUTHENTICATED: { status: 401, by: () => ask('{ __typename }', closed) },
  ISSUER_UNAVAILABLE: { shownBy: 'test/api/http/identities.test.ts' },
  SIGN_IN_FAILED: { shownBy: 'test/api/http/issuer-sign-in.test.ts' },
  TOO_MANY_WRONG_TOKENS: { shownBy: 'test/api/http/wrong-tokens.test.ts' },
  RATE_LIMITED: { shownBy: 'test/api/http/rates.test.ts' },
  ORIGIN_NOT_ALLOWED: { status: 403, by: () => ask('{ __typename }', open, { origin: 'https://elsewhere.example' }) },
  FORBIDDEN: {
    status: 200,
    by: () => ask('mutation { releaseFromQuarantine(ids: ["x"]) { id } }', closed, { authorization: 'Bearer v1' }),
  },
  NOT_AUTHENTIC: { status: 401, by: () => send('/callbacks/css', { body: '{}' }, closed) },
  QUARANTINE_FULL: {
    status: 429,
    by: () => send('/callbacks/css', { body: JSON.stringify(signed({}, 'k1', 1)) }, closed),
  },
  BODY_UNREADABLE: { status: 400, by: () => send('/callbacks/css', { body: 'no JSON' }) },
  BODY_TOO_LARGE: { status: 413, by: () => send('/callbacks/css', { body: ' '.repeat(callbackBodyBytesMax + 1) }) },
  ENCODING_NOT_SUPPORTED: {
    status: 415,
    by: () => send('/callbacks/css', { headers: { 'content-encoding': 'compress' }, body: '{}' }),
  },
  REQUEST_INVALID: { status: 400, by: () => onWire('hello\r\n\r\n') },
  // Takes 10 seconds: Node measures the time itself.
  REQUEST_TIMEOUT: { status: 408, by: () => onWire('POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\n') },
  METHOD_NOT_ALLOWED: { status: 405, by: () => send('/callbacks/css', { method: 'PUT' }) },
  NOT_FOUND: { status: 404, by: () => send('/callbacks') },
  STORE_UNAVAILABLE: {
    status: 503,
    by: async () => {
      alterLogFile(open.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
      try {
        return await send('/callbacks/css', { body: '{}' });
      } finally {
        alterLogFile(open.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
      }
    },
  },
  // This needs ten thousand callbacks during one commit.
  STANDBY: { shownBy: 'test/node/standby.test.ts' },
  OTHER_HISTORY: { shownBy: 'test/node/standby.test.ts' },
  STORE_OVERLOADED: { shownBy: 'test/recorder/receiver.test.ts' },
  INTERNAL: {
    status: 200,
    by: () => {
      const db = new Database(readModelFileName(closed.dataDir));
      db.exec('DROP TABLE poisoned');
      db.close();
      return ask('{ projections { poisoned { position } } }', closed, { authorization: 'Bearer v1' });
    },
  },
};

const cases = Object.entries(refusalsByCode);

test.each(cases.flatMap(([code, how]) => ('by' in how ? [[code, how] as const] : [])))(
  'a real request gets %s: the code, a message, the id of the request, nothing internal',
  async (code, { status, by }) => {
    const answer = await refused(await by());
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.message).toMatch(/^\w.{15,}/);
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(answer.requestId);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.has('retry-after')).toBe([408, 429, 503].includes(status));
    expect(answer.text).not.toMatch(/node_modules|stack|file:|\.ts|SQLITE|Fastify|Apollo/i);
  },
);

test.each(cases.flatMap(([code, how]) => ('shownBy' in how ? [[code, how.shownBy] as const] : [])))(
  '%s is shown by %s',
  (code, file) => {
    expect(readFileSync(path.resolve(file), 'utf8')).toContain(`'${code}'`);
  },
);

test('there are no other codes', () => {
  expect(Object.keys(refusalsByCode)).toEqual(Object.keys(errorCodes));
});
