import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens, type Role } from '../../../src/api/access/tokens.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const address = '203.0.113.77';
const bearer = (role: Role) => ({ authorization: `Bearer token-of-${role}` });

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    access: { mode: 'tokens', tokens: parseApiTokens('viewer=token-of-viewer,analyst=token-of-analyst') },
  });
  for (const sequence of ['1', '2']) {
    await running.post(pushBody({ sequence, user_ip: address }));
    const errmsg = `reset by ${address}:8080, client:${address}, [2001:db8:77::1]:1935 and from%20${address}.`;
    await running.post(interruptionBody({ sequence, user_ip: address, errmsg }));
  }
  await running.projected();
});
afterAll(() => running.close());

test('an address has the same fingerprint in every notation and text, with a port, after a colon, or encoded', async () => {
  const { data } = await running.ask('{ streamSessions { nodes { userIp endMessage } } }', {}, bearer('viewer'));
  const { nodes } = data?.['streamSessions'] as { nodes: { userIp: string; endMessage: string }[] };
  const { userIp, endMessage } = nodes[0] ?? { userIp: '', endMessage: '' };
  const of6 = /\[(\(hidden [0-9a-f]{12}\))\]/.exec(endMessage)?.[1];
  expect(endMessage).toBe(`reset by ${userIp}:8080, client:${userIp}, [${of6}]:1935 and from ${userIp}.`);
  expect(of6).not.toBe(userIp);
});

test('a viewer sees where an address occurs again, and may not look for one', async () => {
  const ask = (query: string) => running.ask(query, {}, bearer('viewer'));
  const { data } = await ask(
    '{ a: streamSessions(first: 2) { nodes { userIp accessPoint endMessage } } b: callbacks(first: 1) { nodes { body } } }',
  );
  const { a, b } = data as { a: { nodes: Record<string, string>[] }; b: { nodes: { body: unknown }[] } };
  const [one, other] = a.nodes;
  expect(one?.['userIp']).toMatch(/^\(hidden [0-9a-f]{12}\)$/);
  expect(b.nodes[0]?.body).toMatch(/^\(hidden [0-9a-f]{12}\)$/);
  expect([one?.['accessPoint'], other?.['accessPoint']]).not.toContain(one?.['userIp']);
  for (const refused of [
    `{ streamSessions(filter: { userIp: { eq: "${address}" } }) { totalCount } }`,
    '{ streamSessions(filter: { or: [{ not: { accessPoint: { isNull: true } } }] }) { totalCount } }',
    '{ streamSessionStatistics(from: "2018-01-01T00:00:00Z", to: "2018-01-02T00:00:00Z", groupBy: [USER_IP]) { rows { userIp } } }',
    '{ refusedPushes(filter: { userIp: { within: "203.0.113.0/24" } }) { totalCount } }',
    '{ incidents(filter: { accessPoint: { startsWith: "2" } }) { totalCount } }',
    '{ incidents(filter: { not: { accessPointNetwork: { ne: "203.0.113.0/24" } } }) { totalCount } }',
  ]) {
    expect((await ask(refused)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await running.ask(refused, {}, bearer('analyst'))).errors).toBeUndefined();
  }
});
