import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readModelVersion } from '../../src/projecting/file/read-model-file.ts';
import { writeLogCursor } from '../../src/live/log-cursor.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { openLiveFixture, openTestSink, type LiveFixture } from '../support/live-ledger-fixture.ts';
import type { TestReadModel } from '../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let live: LiveFixture;
let projected: number;
beforeEach(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  live = openLiveFixture(ledger, readModel);
});
afterEach(async () => {
  live.close();
  await ledger.close();
});

const kinds = [
  {
    name: 'callbacks',
    projectionVersion: null,
    query:
      'subscription ($after: Cursor) { sent: callbackRecorded(after: $after) { of: callback { at: receivedAt } } }',
  },
  {
    name: 'changes',
    projectionVersion: readModelVersion,
    query:
      'subscription ($after: Cursor) { sent: streamSessionChanged(after: $after) { of: streamSession { at: firstReceivedAt } } }',
  },
];

async function arrive(number: number): Promise<void> {
  await ledger.append([
    { body: pushBody({ sequence: String(number), stream_id: String(number) }), receivedAtMs: number },
  ]);
}

/** Projects this many of the remaining events, as a node does that is behind the others. */
async function project(count: number): Promise<void> {
  const events = await ledger.events();
  readModel.project(events.slice(projected, (projected += count)));
  live.notify();
}

test.each(kinds)(
  '$name: a cursor ahead of this node waits, then receives what came after it and nothing before',
  async (kind) => {
    // The log begins with an event of its own.
    projected = (await ledger.events()).length;
    for (const number of [1, 2, 3]) await arrive(number);
    await project(1);
    const { logId, epoch } = ledger.store;
    const [first, second, third] = (await ledger.events()).slice(-3).map(({ position }) => position);
    const cursorAt = (position = 0n) =>
      writeLogCursor({ logId, epoch, position, ordinal: null, projectionVersion: kind.projectionVersion, event: null });
    // Another node has sent its client the second, a third node everything.
    const [behind, ahead, end] = [openTestSink(), openTestSink(), openTestSink()];
    await live.subscribe(kind.query, { after: cursorAt(first) }, behind);
    await live.subscribe(kind.query, { after: cursorAt(second) }, ahead);
    await live.subscribe(kind.query, { after: cursorAt(third) }, end);
    const ofAll = () => [behind, ahead, end].map(({ taken }) => taken.map(({ data }) => numberOf(data)));
    const until = async (...lengths: number[]) => {
      for (const [index, sink] of [behind, ahead, end].entries())
        await sink.until(() => sink.taken.length === lengths[index]);
    };
    await project(1);
    await until(1, 0, 0);
    expect(ofAll()).toEqual([[2], [], []]);
    await project(1);
    await until(2, 1, 0);
    await arrive(4);
    await project(1);
    await until(3, 2, 1);
    expect(ofAll()).toEqual([[2, 3, 4], [3, 4], [4]]);
  },
);

function numberOf(data: unknown): number {
  return new Date((data as { sent: { of: { at: string } } }).sent.of.at).getTime();
}
