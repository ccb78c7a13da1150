import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { groupKeyOf } from '../../src/api/subscriptions/live-groups.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { writeLogCursor } from '../../src/live/log-cursor.ts';
import { parse, type OperationDefinitionNode } from 'graphql';
import { pushBody } from '../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { openLiveFixture, openTestSink, type LiveFixture } from '../support/live-ledger-fixture.ts';
import type { TestReadModel } from '../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let live: LiveFixture;
beforeEach(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  live = openLiveFixture(ledger, readModel);
});
afterEach(async () => {
  live.close();
  await ledger.close();
});

test('a hundred subscribers with different cursors share one execution of each message', async () => {
  const query = 'subscription ($after: Cursor) { callbackRecorded(after: $after) { callback { body } } }';
  const { logId, epoch } = ledger.store;
  await ledger.append([{ body: pushBody({ sequence: '1' }), receivedAtMs: 1 }]);
  readModel.project(await ledger.events());
  const position = await ledger.store.endPosition();
  // The same position, written in every way there is.
  const afters = [
    null,
    writeLogCursor({ logId, epoch, position, ordinal: null, projectionVersion: null, event: null }),
    writeLogCursor({ logId, epoch, position, ordinal: null, projectionVersion: 2, event: null }),
  ];
  const sinks = Array.from({ length: 100 }, () => openTestSink());
  for (const [index, sink] of sinks.entries()) await live.subscribe(query, { after: afters[index % 3] }, sink);
  await ledger.append([{ body: pushBody({ sequence: '2' }), receivedAtMs: 2 }]);
  readModel.project((await ledger.events()).slice(-1));
  live.notify();
  for (const sink of sinks) await sink.until(() => sink.taken.length === 1);
  expect(live.bodiesRead()).toBe(1);
});

test('while a slow subscriber of replaced read models does not know yet, a new one of the same operation gets its messages', async () => {
  const query = 'subscription { streamSessionChanged { streamSession { sequence } } }';
  const slow = openTestSink(0);
  await live.subscribe(query, {}, slow);
  const project = async (sequence: string) => {
    await ledger.append([{ body: pushBody({ sequence, stream_id: sequence }), receivedAtMs: Number(sequence) }]);
    readModel.project((await ledger.events()).slice(-1));
    live.notify();
  };
  await project('1');
  // Nothing is read for it until its sink takes more.
  await slow.untilRefused();
  readModel = await ledger.projected();
  live.switchTo(readModel);

  const later = openTestSink();
  await live.subscribe(query, {}, later);
  await project('2');
  await later.until(() => later.taken.length + Number(later.failure() !== null) > 0);
  expect(later.failure()).toBeNull();
  expect(later.taken.map(({ data }) => data)).toEqual([{ streamSessionChanged: { streamSession: { sequence: '2' } } }]);
  slow.allow(1);
  await slow.until(() => slow.failure() !== null);
  expect(slow.failure()).toMatchObject({ code: 'RESYNC' });
});

const schema = ledgerSchema();
function keyOf(text: string, variables: Record<string, unknown> = {}, role: 'viewer' | 'operator' = 'viewer'): string {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return groupKeyOf({ schema, document, operation, variables }, role);
}

test('where a subscription begins does not change its group, however it is written; everything else does', () => {
  const plain = keyOf('subscription { callbackRecorded { cursor } }');
  expect(keyOf('subscription { callbackRecorded(after: "x") { cursor } }')).toBe(plain);
  expect(keyOf('subscription ($a: Cursor) { callbackRecorded(after: $a) { cursor } }', { a: 'x' })).toBe(plain);
  expect(keyOf('subscription { ...F } fragment F on Subscription { callbackRecorded(after: "x") { cursor } }')).toBe(
    keyOf('subscription { ...F } fragment F on Subscription { callbackRecorded { cursor } }'),
  );
  const others = [
    keyOf('subscription { callbackRecorded { cursor } }', {}, 'operator'),
    keyOf('subscription { callbackRecorded { callback { position } } }'),
    keyOf('subscription ($t: Int) { callbackRecorded(filter: { eventType: { eq: $t } }) { cursor } }', { t: 1 }),
    keyOf('subscription ($t: Int) { callbackRecorded(filter: { eventType: { eq: $t } }) { cursor } }', { t: 0 }),
    // `after` of a page inside a message is not where the subscription begins.
    ...['x', 'y'].map((a) =>
      keyOf(
        'subscription ($a: Cursor) { streamSessionChanged { streamSession { callbacks(after: $a) { nodes { id } } } } }',
        { a },
      ),
    ),
  ];
  expect(new Set([plain, ...others]).size).toBe(1 + others.length);
});

test('a variable that is not there has its default value: with null for it, another subscriber gets other messages', async () => {
  const query =
    'subscription ($state: StreamSessionState = ENDED) { streamSessionChanged(filter: { state: { eq: $state } }) { streamSession { sequence } } }';
  const [ofEnded, ofAll] = [openTestSink(), openTestSink()];
  await live.subscribe(query, {}, ofEnded);
  await live.subscribe(query, { state: null }, ofAll);
  await ledger.append([{ body: pushBody({ sequence: '1' }), receivedAtMs: 1 }]);
  readModel.project(await ledger.events());
  live.notify();
  await ofAll.until(() => ofAll.taken.length === 1);
  expect(ofEnded.taken).toEqual([]);
});
