import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const token = 'token-of-a-standby-0123456789';
const hourMs = 3_600_000;

let nowMs = Date.parse('2027-12-31T12:00:00Z');
let primary: RunningApp;
beforeAll(async () => {
  primary = await startApp({
    clock: () => nowMs,
    trustProxy: ['127.0.0.1'],
    logAccess: { tokens: [token] },
    access: { mode: 'tokens', tokens: parseApiTokens('admin:ada=a1') },
  });
});
afterAll(() => primary.close());

const ada = { authorization: 'Bearer a1' };

interface Entry {
  readonly object: string;
  readonly from: string | null;
}

/** The newest first. */
async function readings(): Promise<readonly Entry[]> {
  await primary.projected();
  const asked =
    '{ audit(filter: { action: { eq: READ_LOG }, outcome: { eq: DONE } }, first: 500) { nodes { object from } } }';
  const { data } = await primary.ask(asked, {}, ada);
  return (data?.['audit'] as { readonly nodes: readonly Entry[] }).nodes;
}

const objectsOf = async (address: string) =>
  (await readings()).filter(({ from }) => from === address).map(({ object }) => object);

/** The position of the newest event that was sent, and its digest. */
async function read(from: string, { after, digest } = { after: 0, digest: '' }) {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': from };
  const answer = await fetch(`${primary.app.url}/log?after=${after}&digest=${digest}`, { headers });
  expect(answer.status).toBe(200);
  const last = JSON.parse((await answer.text()).trim().split('\n').at(-1) ?? '') as unknown[];
  return { after: Number(last[0]), digest: String(last[9]) };
}

const push = (sequence: string) => primary.post(pushBody({ sequence }));

test('a standby that copies the log is recorded once, and copies the entry without making another', async () => {
  const roles = { receive: false, query: true };
  const standby = await startApp({ eventStore: { kind: 'primary', url: primary.app.url, token }, roles });
  const position = async (app: RunningApp, headers = {}) => {
    const { data } = await app.ask('{ projections { position } }', {}, headers);
    return (data?.['projections'] as { readonly position: string }[] | undefined)?.[0]?.position;
  };
  const untilSame = async () => {
    await primary.projected();
    const whole = await position(primary, ada);
    await askUntil(
      () => position(standby),
      (found) => found === whole,
    );
  };
  await untilSame();
  for (const sequence of ['1', '2', '3']) {
    await push(sequence);
    await untilSame();
  }
  await standby.close();
  // It asks twice for the first page; if a minute has passed, the second time has its entry.
  expect(new Set(await objectsOf('127.0.0.1'))).toEqual(new Set(['after 0']));
});

test('an address is recorded again after an hour', async () => {
  const first = await read('192.0.2.1');
  await push('4');
  const second = await read('192.0.2.1', first);
  expect(await objectsOf('192.0.2.1')).toEqual(['after 0']);
  nowMs += hourMs;
  await push('5');
  await read('192.0.2.1', second);
  expect(await objectsOf('192.0.2.1')).toEqual([`after ${second.after}`, 'after 0']);
});

test('of many addresses in an hour, those beyond 20 are recorded together', async () => {
  const start = await read('192.0.2.2');
  await push('6');
  nowMs += hourMs;
  const senders = Array.from({ length: 25 }, (_, index) => `198.51.100.${index + 1}`);
  for (const from of senders) await read(from, start);
  const apart = (await readings()).flatMap(({ from }) => (from !== null && senders.includes(from) ? [from] : []));
  expect(apart).toEqual(senders.slice(0, 20).reverse());
  expect((await readings()).filter(({ from }) => from === null)).toEqual([
    { object: `after ${start.after}`, from: null },
  ]);
});
