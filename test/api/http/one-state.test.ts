import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startGraphqlServer } from '../../support/graphql-server.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { openLiveFixture, patientSnapshots, type LiveFixture } from '../../support/live-ledger-fixture.ts';
import { openLiveSocket } from '../../support/live-socket.ts';

let ledger: Ledger;
let live: LiveFixture;
let server: FastifyInstance;
let url: string;
/** Lets all waiting bodies be read. */
let letGo: () => void;

/** Milliseconds for which a query may read: longer than any machine takes. */
const openMsMax = 120_000;

// One query at a time, nobody may wait, and bodies can be read when the test says so.
beforeEach(async () => {
  ledger = openLedger();
  const readModel = ledger.openReadModel();
  await ledger.append([{ body: pushBody(), receivedAtMs: 1 }]);
  readModel.project(await ledger.events());
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const queries = { ...patientSnapshots.queries, openMax: 1, openMsMax, queue: { waitingMax: 0, waitMsMax: 1 } };
  live = openLiveFixture(ledger, readModel, { onBodyRead: () => gate, bounds: { ...patientSnapshots, queries } });
  ({ server, url } = await startGraphqlServer(live, { mode: 'open' }));
});
afterEach(async () => {
  letGo();
  await server.close();
  live.close();
  await ledger.close();
});

const waiting = '{ callbacks { nodes { body } } }';

const ask = (query: string, signal: AbortSignal | null = null) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal,
  });

const openCount = () => Promise.resolve(live.ports.snapshots.counts().queries.open);
const bodiesRead = () => Promise.resolve(live.bodiesRead());

test('a query that finds all others busy is refused, can be repeated, and is answered when they have ended', async () => {
  const first = ask(waiting);
  await askUntil(bodiesRead, (count) => count === 1);
  const refused = await ask('{ callbacks { totalCount } }');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERIES_OVERLOADED' } }] });
  letGo();
  expect(await (await first).json()).toMatchObject({ data: { callbacks: { nodes: [{ body: {} }] } } });
  expect(await (await ask('{ callbacks { totalCount } }')).json()).toEqual({ data: { callbacks: { totalCount: 1 } } });
});

test('the state that a query reads is given back when its client goes', async () => {
  const abort = new AbortController();
  const asked = ask(waiting, abort.signal).catch(() => 'gone');
  await askUntil(bodiesRead, (count) => count === 1);
  expect(await openCount()).toBe(1);
  abort.abort();
  expect(await asked).toBe('gone');
  await askUntil(openCount, (count) => count === 0);
});

test('on a WebSocket too, where it is answered or refused in the same way', async () => {
  const socket = await openLiveSocket(url);
  socket.send({ type: 'connection_init' });
  await socket.until((messages) => messages.some(({ type }) => type === 'connection_ack'));
  socket.subscribe('first', waiting);
  await askUntil(bodiesRead, (count) => count === 1);
  socket.subscribe('second', '{ callbacks { totalCount } }');
  const refused = await socket.until((messages) => messages.find(({ id }) => id === 'second'));
  expect(refused.payload).toMatchObject({ errors: [{ extensions: { code: 'QUERIES_OVERLOADED' } }] });
  await socket.close();
  await askUntil(openCount, (count) => count === 0);
});
