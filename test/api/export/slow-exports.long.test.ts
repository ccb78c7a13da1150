import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fastify from 'fastify';
import { request, type IncomingMessage } from 'node:http';
import {
  exportBytesPerSecondMin,
  exportPaceMsMin,
  exportsMax,
  exportsOfClientMax,
  graphqlTokensMax,
} from '../../../src/connections/limits.ts';
import { Documents } from '../../../src/api/execution/documents.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { LiveOperations } from '../../../src/api/subscriptions/live-operations.ts';
import { exportRoutes } from '../../../src/api/export/export-routes.ts';
import { createOpenExports, Pace } from '../../../src/api/export/send-table.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { Sessions } from '../../../src/api/access/sessions.ts';
import { Rates } from '../../../src/api/access/rates.ts';
import { defaultRates } from '../../../src/settings/variables.ts';
import { WrongTokens } from '../../../src/connections/wrong-tokens.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';
import { createMetrics } from '../../../src/observing/metrics.ts';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { openLiveFixture, type LiveFixture } from '../../support/live-ledger-fixture.ts';

/** The routes on real sockets and a real ledger; only the clock that paces are measured by is the test's. */

let nowMs = 0;
let ledger: Ledger;
let live: LiveFixture;
let url: string;
const server = fastify();
/** More than the buffers of a connection take. */
const callbacks = 400;
const junk = 'x'.repeat(50_000);

beforeAll(async () => {
  ledger = openLedger();
  await ledger.append(
    Array.from({ length: callbacks }, (_, index) => ({
      body: pushBody({ sequence: String(1_000 + index), junk }),
      receivedAtMs: 1_545_115_790_000 + index,
    })),
  );
  live = openLiveFixture(ledger, await ledger.projected());
  const schema = ledgerSchema();
  const documents = new Documents(schema, graphqlTokensMax);
  exportRoutes(server, {
    schema,
    operations: new LiveOperations({ schema, documents, ports: () => live.ports }),
    audit: () => live.ports.audit,
    admission: {
      access: { mode: 'tokens', tokens: parseApiTokens('operator=a,operator=b,operator=c') },
      isBehindProxy: false,
      corsOrigins: [],
      isTrustedProxy: () => false,
      addressOf: () => '192.0.2.1',
      wrongTokens: new WrongTokens(systemClock, silentLogger, () => undefined),
      rates: new Rates(defaultRates, systemClock),
      identities: null,
      onTokenRefused: () => undefined,
      sessions: new Sessions(() => null, { corsOrigins: [], isTrustedProxy: () => false }),
      clock: systemClock,
    },
    metrics: createMetrics(),
    elapsedMs: () => nowMs,
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  for (const answer of opened) answer.destroy();
  await server.close();
  live.close();
  await ledger.close();
});

const opened: IncomingMessage[] = [];

/** An export that nobody reads yet. */
function open(token: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request(`${url}/export/callbacks.jsonl?fields=position,body`, { agent: false, headers }, (answer) => {
      answer.on('error', () => undefined);
      opened.push(answer);
      resolve(answer);
    })
      .on('error', reject)
      .end();
  });
}

test('four slow exports do not hold every slot: one client has half of them, and the slowest is cut off for another', async () => {
  const slow = [await open('a'), await open('a'), await open('b'), await open('b')];
  expect(slow.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  expect(slow).toHaveLength(exportsMax);
  // As long as nobody is known to be slow, all slots are taken; and one client never has more than half.
  expect((await open('c')).statusCode).toBe(503);
  const next = await askUntil(
    async () => {
      // Until the buffers of the system are full, no page waits.
      nowMs += exportPaceMsMin;
      expect((await open('a')).statusCode).toBe(503);
      return open('c');
    },
    ({ statusCode }) => statusCode === 200,
  );
  let lines = 0;
  for await (const chunk of next) lines += String(chunk).split('\n').length - 1;
  expect(lines).toBe(callbacks);
  // One of the four was cut off; the other three come to their ends once they are read.
  const ends = await Promise.all(
    slow.map(async (answer) => {
      const closed = new Promise((resolve) => answer.once('close', resolve));
      answer.resume();
      await closed;
      return answer.complete;
    }),
  );
  expect(ends.filter((isComplete) => !isComplete)).toHaveLength(1);
});

test('the pace is that of the client, not of reading: who takes pages at once is never slow', () => {
  let atMs = 0;
  const pace = new Pace(() => atMs);
  expect(pace.bytesPerSecond()).toBe(Infinity);
  // A small page each second, taken at once.
  for (let page = 0; page < 20; page += 1) {
    pace.given(1_000);
    pace.taken();
    atMs += 1_000;
  }
  expect(pace.bytesPerSecond()).toBe(Infinity);
  // A page that waits for a whole period.
  pace.given(10_000);
  atMs += exportPaceMsMin;
  expect(pace.bytesPerSecond()).toBe((10_000 * 1_000) / exportPaceMsMin);
  expect(pace.bytesPerSecond()).toBeLessThan(exportBytesPerSecondMin);
  // It is fast again.
  pace.taken();
  atMs += exportPaceMsMin;
  expect(pace.bytesPerSecond()).toBe(Infinity);
});

test('without tokens there is nobody else to leave room for', () => {
  const exports = createOpenExports(() => 0);
  const connection = () => ({ destroyed: false, once: () => undefined, destroy: () => undefined });
  const claims = Array.from({ length: exportsMax + 1 }, () => exports.claim(connection(), null) !== null);
  expect(claims).toEqual([...Array.from({ length: exportsMax }, () => true), false]);
  expect(exportsOfClientMax).toBeLessThan(exportsMax);
});
