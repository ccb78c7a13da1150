import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startGraphqlServer } from '../../support/graphql-server.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { openLiveFixture, type LiveFixture } from '../../support/live-ledger-fixture.ts';

/** Each lets one operation of the noisy client go on, in the order in which they read their body. */
const waitingReads: (() => void)[] = [];
let ledger: Ledger;
let live: LiveFixture;
let server: FastifyInstance;
let url: string;
beforeAll(async () => {
  ledger = openLedger();
  await ledger.append([{ body: pushBody(), receivedAtMs: 1 }]);
  const onBodyRead = () => new Promise<void>((resolve) => waitingReads.push(resolve));
  live = openLiveFixture(ledger, await ledger.projected(), { onBodyRead });
  ({ server, url } = await startGraphqlServer(live, {
    mode: 'tokens',
    tokens: parseApiTokens('analyst=noisy,viewer=quiet'),
  }));
});
afterAll(async () => {
  await server.close();
  live.close();
  await ledger.close();
});

async function ask(token: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return answer.json();
}
const queries = () => Promise.resolve(live.ports.snapshots.counts().queries);

test('a look-up of a session is answered after one of the 200 operations of another client, not after all of them', async () => {
  let answered = 0;
  const noisy = Array.from({ length: 200 }, async () => {
    const answer = await ask('noisy', '{ callbacks { nodes { body } } }');
    answered += 1;
    return answer;
  });
  const { open } = await askUntil(queries, ({ open: begun, waiting }) => begun + waiting === 200);
  await askUntil(
    () => Promise.resolve(waitingReads.length),
    (count) => count === open,
  );
  const quiet = ask('quiet', '{ streamSession(sequence: "6674468118806626493") { streamId } }');
  await askUntil(queries, ({ waiting }) => waiting === 201 - open);
  // One of those that run ends. The look-up must be the next that begins.
  waitingReads.shift()?.();
  expect(await quiet).toMatchObject({ data: { streamSession: { streamId: expect.any(String) } } });
  expect(answered).toBeLessThanOrEqual(1);

  const letOthersGo = setInterval(() => {
    for (const go of waitingReads.splice(0)) go();
  });
  for (const answer of await Promise.all(noisy)) expect(answer).toMatchObject({ data: { callbacks: {} } });
  clearInterval(letOthersGo);
});
