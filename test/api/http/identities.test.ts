import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { parseAccessFile } from '../../../src/api/access/tokens.ts';
import { audience, startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { connectLive } from '../../support/live-socket.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { readSample } from '../../support/samples.ts';

let nowMs = Date.parse('2027-01-01T00:00:00Z');
const { identities } = parseAccessFile(
  JSON.stringify({
    identities: [
      { claim: 'groups', has: 'streaming', role: 'viewer' },
      { claim: 'groups', has: 'partners', role: 'viewer', rates: { exports: 5 } },
      { claim: 'groups', has: 'streaming-lead', role: 'operator' },
      { claim: 'sub', has: 'person-9', role: 'admin' },
    ],
    nameClaim: 'email',
  }),
);

let issuer: TestIssuer;
let running: RunningApp;
const open = () =>
  startApp({
    access: { mode: 'tokens', tokens: [], identities },
    issuer: { issuer: issuer.url, audience },
    clock: () => nowMs,
  });
beforeAll(async () => {
  issuer = await startIssuer(() => nowMs);
  running = await open();
  await running.post(readSample('push'));
  await running.projected();
});
afterAll(async () => {
  issuer.close();
  await running.close();
});

const ask = (token: string, query = '{ viewer { role } }', app = running) =>
  app.ask(query, {}, { authorization: `Bearer ${token}` });
const roleOf = async (token: string) => (await ask(token)).data?.['viewer'];
/** The status and the code of a refusal. */
async function refusal(token: string): Promise<unknown[]> {
  const { status, errors } = await ask(token);
  // Each is wrong alone: they are no guesses of one sender.
  nowMs += 60_000;
  return [status, errors?.[0]?.extensions['code']];
}
const unauthenticated = [401, 'UNAUTHENTICATED'];
const streaming = { groups: ['others', 'streaming'] };

test.each([
  [streaming, 'VIEWER'],
  [{ groups: ['streaming', 'streaming-lead'] }, 'OPERATOR'],
  [{ groups: 'streaming-lead' }, 'OPERATOR'],
  [{ ...streaming, sub: 'person-9' }, 'ADMIN'],
])('the claims %j make a %s', async (claims, role) => {
  expect(await roleOf(await issuer.sign(claims))).toEqual({ role });
});

test('a right token without a rule that gives it a role is refused, and says so', async () => {
  const { status, errors } = await ask(await issuer.sign({ groups: ['others'] }));
  expect([status, errors?.[0]?.message]).toEqual([401, expect.stringContaining('no rule of ACCESS_FILE')]);
});

test('a token that the issuer has not signed for this service, now, by a key of its own, is refused', async () => {
  const seconds = nowMs / 1_000;
  const of = { iss: issuer.url, aud: audience, sub: 'person-9', exp: seconds + 600 };
  const [key] = issuer.published();
  const wrong = [
    await issuer.sign({ ...streaming, aud: 'another-service' }),
    await issuer.sign({ ...streaming, aud: undefined }),
    await issuer.sign({ ...streaming, iss: 'https://elsewhere.example' }),
    await issuer.sign({ ...streaming, sub: undefined }),
    await issuer.sign({ ...streaming, exp: undefined }),
    await issuer.sign({ ...streaming, exp: seconds - 61 }),
    await issuer.sign({ ...streaming, nbf: seconds + 3_600 }),
    (await issuer.sign(streaming)).replace(/.{4}$/, 'AAAA'),
    new UnsecuredJWT(of).encode(),
    // By the public key, taken for a secret.
    await new SignJWT(of)
      .setProtectedHeader({ alg: 'HS256', kid: key?.kid ?? '' })
      .sign(Buffer.from(JSON.stringify(key))),
  ];
  for (const token of wrong)
    expect([token.split('.')[1], await refusal(token)]).toEqual([token.split('.')[1], unauthenticated]);
});

test('clocks may differ by a minute', async () => {
  const seconds = nowMs / 1_000;
  expect(await roleOf(await issuer.sign({ ...streaming, exp: seconds - 30 }))).toEqual({ role: 'VIEWER' });
  expect(await roleOf(await issuer.sign({ ...streaming, nbf: seconds + 30 }))).toEqual({ role: 'VIEWER' });
});

test('what the bearer states has the name of the claim that is set', async () => {
  const token = await issuer.sign({ groups: 'streaming-lead', email: 'anna@example.com' });
  const mutation = `mutation { addNote(id: "${await sessionId(token)}", text: "a note") { fact { by } } }`;
  expect((await ask(token, mutation)).data).toEqual({ addNote: { fact: { by: 'anna@example.com' } } });
});

test('a rule gives its rates to whom it gives a role', async () => {
  const policyOf = async (groups: string) => {
    const headers = { authorization: `Bearer ${await issuer.sign({ groups, sub: groups })}` };
    const answer = await fetch(`${running.app.url}/export/callbacks.csv`, { headers });
    await answer.text();
    return answer.headers.get('ratelimit-policy');
  };
  expect(await policyOf('partners')).toMatch('"exports";q=5;w=60');
  expect(await policyOf('streaming')).toMatch('"exports";q=600;w=60');
});

test('a WebSocket, an event stream and an export take it too', async () => {
  const authorization = `Bearer ${await issuer.sign(streaming)}`;
  const socket = await connectLive(running.app.url, authorization);
  await socket.close();
  for (const route of ['export/callbacks.csv', 'graphql/stream?query={viewer{role}}']) {
    expect((await fetch(`${running.app.url}/${route}`, { headers: { authorization } })).status).toBe(200);
  }
});

test('keys of the issuer may change: new ones are taken, and withdrawn ones no longer', async () => {
  const before = await issuer.sign({ ...streaming, exp: nowMs / 1_000 + 7_200 });
  expect(await roleOf(before)).toEqual({ role: 'VIEWER' });
  await issuer.rotate();
  nowMs += 11 * 60_000;
  const after = await issuer.sign({ ...streaming, exp: nowMs / 1_000 + 7_200 });
  expect([await roleOf(before), await roleOf(after)]).toEqual([{ role: 'VIEWER' }, { role: 'VIEWER' }]);
  await issuer.rotate({ withdraw: true });
  nowMs += 11 * 60_000;
  expect(await roleOf(await issuer.sign(streaming))).toEqual({ role: 'VIEWER' });
  expect(await refusal(before)).toEqual(unauthenticated);
});

test('while the issuer does not answer, its known keys are used, and without them a token is not called wrong', async () => {
  const token = await issuer.sign({ ...streaming, exp: nowMs / 1_000 + 7_200 });
  issuer.close();
  nowMs += 11 * 60_000;
  expect(await roleOf(token)).toEqual({ role: 'VIEWER' });
  const restarted = await open();
  try {
    const { status, errors } = await ask(token, undefined, restarted);
    expect([status, errors?.[0]?.extensions['code']]).toEqual([503, 'ISSUER_UNAVAILABLE']);
    expect(restarted.logLines.join('')).not.toContain('requests with a wrong token');
  } finally {
    await restarted.close();
  }
});

async function sessionId(token: string): Promise<string> {
  const { data } = await ask(token, '{ streamSessions { nodes { id } } }');
  return (data?.['streamSessions'] as { nodes: { id: string }[] }).nodes[0]?.id ?? '';
}
