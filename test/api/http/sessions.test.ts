import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { secretDigest } from '../../../src/kernel/encoding.ts';
import { sessionMsMax } from '../../../src/api/access/sessions.ts';
import { parseApiTokens, type ApiToken, parseAccessFile } from '../../../src/api/access/tokens.ts';
import { wrongTokensAtOnceMax } from '../../../src/connections/wrong-tokens.ts';
import { audience, startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { openLiveSocket } from '../../support/live-socket.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const startMs = Date.parse('2027-01-01T12:00:00Z');
const listed = 'https://dashboard.example';
const list = 'viewer=v1,operator:anna=o1,analyst:brief:2027-01-02=a1';
let nowMs = startMs;
const { identities } = parseAccessFile(
  JSON.stringify({ identities: [{ claim: 'groups', has: 'streaming', role: 'viewer' }] }),
);
const access: { mode: 'tokens'; tokens: readonly ApiToken[]; identities: typeof identities } = {
  mode: 'tokens',
  tokens: parseApiTokens(list),
  identities,
};
let running: RunningApp;
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startIssuer(() => nowMs);
  running = await startApp({
    access,
    corsOrigins: [listed],
    clock: () => nowMs,
    issuer: { issuer: issuer.url, audience },
  });
});
afterAll(async () => {
  issuer.close();
  await running.close();
});

beforeEach(() => {
  nowMs = startMs;
  Object.assign(access, { tokens: parseApiTokens(list), identities });
});

const ownOrigin = () => running.app.url;
const begin = (token: string, headers: Record<string, string> = {}) =>
  fetch(`${running.app.url}/session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, origin: ownOrigin(), ...headers },
  });
/** The cookie that a browser sends after it has signed in. */
async function signIn(token: string): Promise<string> {
  const answer = await begin(token);
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  return cookieOf(answer);
}
const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const roleOf = async (cookie: string, headers: Record<string, string> = {}) => {
  const { data, errors } = await running.ask('{ viewer { role } }', {}, { cookie, origin: ownOrigin(), ...headers });
  return (data?.['viewer'] as { role: string } | undefined)?.role ?? errors?.[0]?.extensions['code'];
};
const sessionOf = async (cookie: string) => {
  const answer = await fetch(`${running.app.url}/session`, { headers: { cookie } });
  return (await answer.json()) as Record<string, unknown>;
};

test('a token is shown once: from then on the cookie is answered like it, and says who', async () => {
  const cookie = await signIn('o1');
  expect(await roleOf(cookie)).toBe('OPERATOR');
  expect(await sessionOf(cookie)).toEqual({
    caller: { name: 'anna', role: 'OPERATOR', until: new Date(startMs + sessionMsMax).toISOString() },
    ended: null,
    message: null,
    signIn: { token: true, issuer: null },
  });
  expect(await sessionOf('')).toMatchObject({ caller: null, ended: null });
});

test('no script reads the cookie, no other site sends it, and it does not show the token', async () => {
  const plain = (await begin('o1')).headers.getSetCookie();
  expect(plain).toEqual([
    expect.stringMatching(/^live-ledger-\w{8}=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);
  const host = new URL(ownOrigin()).host;
  const byTls = (await begin('o1', { origin: `https://${host}` })).headers.getSetCookie();
  expect(byTls).toEqual([
    expect.stringMatching(/^__Host-live-ledger-\w{8}=[\w-]+; .*; HttpOnly; Secure; SameSite=Strict$/),
  ]);
  const opened = Buffer.from(cookieValue(plain[0] ?? ''), 'base64url').toString('latin1');
  expect(opened).not.toContain('o1');
});
const cookieValue = (header: string) => /=([^;]*)/.exec(header)?.[1] ?? '';

test('GraphQL by GET, event streams, WebSockets and exports take the cookie', async () => {
  const cookie = await signIn('v1');
  for (const route of ['graphql?query={viewer{role}}', 'graphql/stream?query={viewer{role}}', 'export/callbacks.csv']) {
    expect((await fetch(`${running.app.url}/${route}`, { headers: { cookie } })).status).toBe(200);
  }
  expect(await connect(cookie, ownOrigin())).toBe('open');
});

/** What a WebSocket with a cookie is answered. */
async function connect(cookie: string, origin: string): Promise<unknown> {
  const socket = await openLiveSocket(running.app.url, undefined, { headers: { cookie, origin } });
  socket.send({ type: 'connection_init' });
  const opened = await socket.until((messages) => messages.length > 0).catch(() => false);
  const answer = opened ? 'open' : (await socket.closed()).code;
  await socket.close();
  return answer;
}

test('no other page uses the cookie: not one of CORS_ORIGINS, of another port or host, nor one without TLS', async () => {
  const cookie = await signIn('o1');
  const of = new URL(ownOrigin());
  const secure = cookieOf(await begin('o1', { origin: `https://${of.host}` }));
  expect(await roleOf(secure, { origin: `https://${of.host}` })).toBe('OPERATOR');
  expect(await roleOf(secure, { origin: of.origin })).toBe('UNAUTHENTICATED');
  expect(await roleOf(cookie, { origin: listed, 'sec-fetch-site': 'same-site' })).toBe('UNAUTHENTICATED');
  expect(await roleOf(cookie, { origin: `http://${of.hostname}:1` })).toBe('ORIGIN_NOT_ALLOWED');
  expect(await roleOf(cookie, { 'sec-fetch-site': 'same-site' })).toBe('ORIGIN_NOT_ALLOWED');
  expect(await connect(cookie, listed)).toBe(4403);
  // As a form would: browsers send the origin with every POST.
  const answer = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: '{"query":"{ viewer { role } }"}',
  });
  expect(answer.status).toBe(401);
});

test('only a page of this service begins or ends a session', async () => {
  for (const origin of [listed, 'https://elsewhere.example', 'null']) {
    const answer = await begin('o1', { origin });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  }
  const program = await fetch(`${running.app.url}/session`, { method: 'DELETE' });
  expect([program.status, ((await program.json()) as { error: string }).error]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
});

test('a session does not begin with a wrong token, or with a session', async () => {
  const cookie = await signIn('o1');
  expect((await begin('wrong')).status).toBe(401);
  nowMs += 60_000;
  const again = await fetch(`${running.app.url}/session`, { method: 'POST', headers: { cookie, origin: ownOrigin() } });
  expect(again.status).toBe(400);
});

test('a token that is sent counts before the cookie', async () => {
  expect(await roleOf(await signIn('o1'), { authorization: 'Bearer v1' })).toBe('VIEWER');
});

test('a session goes on after a restart', async () => {
  const cookie = await signIn('o1');
  await running.restart();
  expect(await roleOf(cookie)).toBe('OPERATOR');
});

test('it ends after a week, or with its token, and says so', async () => {
  const [cookie, brief] = [await signIn('o1'), await signIn('a1')];
  expect(await sessionOf(brief)).toMatchObject({ caller: { name: 'brief', until: '2027-01-03T00:00:00.000Z' } });
  nowMs = startMs + sessionMsMax - 1;
  expect([await roleOf(cookie), await roleOf(brief)]).toEqual(['OPERATOR', 'UNAUTHENTICATED']);
  nowMs = startMs + sessionMsMax;
  expect(await roleOf(cookie)).toBe('UNAUTHENTICATED');
  expect(await sessionOf(cookie)).toMatchObject({ caller: null, ended: 'EXPIRED' });
});

test('it ends when its token is withdrawn, its open WebSocket too, and many requests of it are no guesses', async () => {
  const cookie = await signIn('o1');
  const socket = await openLiveSocket(running.app.url, undefined, { headers: { cookie, origin: ownOrigin() } });
  socket.send({ type: 'connection_init' });
  await socket.until((messages) => messages.length > 0);
  access.tokens = parseApiTokens('viewer=v1');
  expect((await socket.closed()).code).toBe(1012);
  for (let sent = 0; sent < 2 * wrongTokensAtOnceMax; sent += 1) expect(await roleOf(cookie)).toBe('UNAUTHENTICATED');
  expect(await sessionOf(cookie)).toMatchObject({ caller: null, ended: 'WITHDRAWN' });
  access.tokens = parseApiTokens(list);
  expect(await roleOf(cookie)).toBe('OPERATOR');
});

test('it has the role and the scope that its token has now', async () => {
  const cookie = await signIn('o1');
  const scope = [{ domains: ['push.a.example'] }];
  access.tokens = parseAccessFile(
    JSON.stringify({ tokens: [{ name: 'anna', role: 'viewer', sha256: secretDigest('o1'), scope }] }),
  ).tokens;
  const { data } = await running.ask('{ viewer { role scope { domains } } }', {}, { cookie, origin: ownOrigin() });
  expect(data).toEqual({ viewer: { role: 'VIEWER', scope } });
});

test('signing out removes the cookie, and a copy of it counts no more', async () => {
  const [cookie, other] = [await signIn('o1'), await signIn('o1')];
  const answer = await fetch(`${running.app.url}/session`, {
    method: 'DELETE',
    headers: { cookie, origin: ownOrigin() },
  });
  expect(answer.status).toBe(204);
  const name = cookie.split('=')[0] ?? '';
  for (const each of [name, `__Host-${name}`]) {
    expect(answer.headers.getSetCookie()).toContainEqual(expect.stringMatching(new RegExp(`^${each}=; Max-Age=0; `)));
  }
  expect([await roleOf(cookie), await roleOf(other)]).toEqual(['UNAUTHENTICATED', 'OPERATOR']);
});

test('a token of the issuer begins one as well, which ends with it, or without a role', async () => {
  const cookie = await signIn(await issuer.sign({ groups: 'streaming' }));
  expect(await roleOf(cookie)).toBe('VIEWER');
  await running.restart();
  expect(await roleOf(cookie)).toBe('VIEWER');
  access.identities = { ...identities, rules: [] };
  expect(await sessionOf(cookie)).toMatchObject({ caller: null, ended: 'NO_ROLE' });
  access.identities = identities;
  nowMs += 11 * 60_000;
  expect(await sessionOf(cookie)).toMatchObject({ caller: null, ended: 'EXPIRED' });
});

test('a token that is too long for a cookie is refused, and says so', async () => {
  const random = Array.from({ length: 4_000 }, (_, at) => ((at * 7_919) % 6_561).toString(36)).join('');
  const answer = await begin(await issuer.sign({ groups: 'streaming', padding: random.slice(0, 6_000) }));
  expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
    400,
    expect.stringContaining('too long for a cookie'),
  ]);
});

test('a cookie that this service has not made is no session', async () => {
  const cookie = await signIn('o1');
  const forged = `${cookie.slice(0, -4)}AAAA`;
  for (const other of [forged, `${cookie.split('=')[0]}=`, 'a=b', '=;;']) {
    expect(await sessionOf(other)).toMatchObject({ caller: null, ended: null });
  }
});
