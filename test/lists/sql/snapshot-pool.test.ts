import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LedgerError } from '../../../src/kernel/errors.ts';
import { openSnapshotPool, type SnapshotBounds, type SnapshotPool } from '../../../src/lists/sql/snapshot-pool.ts';
import { snapshotBoundsFor, snapshotMsMax } from '../../../src/projecting/file/sqlite-read-models.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { sourceOf, type TestReadModel } from '../../support/read-model.ts';

let ledger: Ledger;
let readModel: TestReadModel;
let pool: SnapshotPool | null;
beforeEach(() => {
  ledger = openLedger();
  readModel = ledger.openReadModel();
  pool = null;
});
afterEach(async () => {
  pool?.close();
  await ledger.close();
});

/** An hour: for tests in which no time is up. */
const longMs = 3_600_000;

function openPool(bounds: Partial<SnapshotBounds> = {}): SnapshotPool {
  pool = openSnapshotPool({ openMax: 2, openMsMax: longMs, queue: null, ...bounds });
  pool.readFrom(sourceOf(readModel));
  return pool;
}

/** Records and projects another callback; how many there are. */
async function project(): Promise<number> {
  const count = (await ledger.events()).length;
  await ledger.append([{ body: pushBody({ sequence: String(count) }), receivedAtMs: 1 }]);
  readModel.project((await ledger.events()).slice(-1));
  return count + 1;
}

const codeOf = (read: () => unknown) => {
  try {
    return { read: read() };
  } catch (error) {
    return error instanceof LedgerError ? error.code : error;
  }
};

/** How many pages of the write-ahead log are still needed by a reader, when it is to begin anew. */
const isWalBusy = () => (readModel.db.pragma('wal_checkpoint(RESTART)') as [{ readonly busy: number }])[0].busy === 1;

test('a snapshot shows the state at its first read until it is closed; the next one shows what came since', async () => {
  const { open } = openPool();
  const early = await open();
  await project();
  const checkpoint = early.reader.checkpoint();
  expect(checkpoint).toBe(await ledger.store.endPosition());
  await project();
  const late = await open();
  expect(early.reader.checkpoint()).toBe(checkpoint);
  expect(early.reader.streamSessionsBySequence('2', null, 1)).toEqual([]);
  expect(late.reader.checkpoint()).toBe(await ledger.store.endPosition());
  expect(late.reader.streamSessionsBySequence('2', null, 1)).toHaveLength(1);
  early.close();
  late.close();
  await project();
  const next = await open();
  expect(next.reader.checkpoint()).toBe(await ledger.store.endPosition());
});

test('a closed snapshot reads nothing, not even on the connection that another one has now', async () => {
  const { open } = openPool({ openMax: 1 });
  const first = await open();
  first.reader.checkpoint();
  first.close();
  first.close();
  const second = await open();
  second.reader.checkpoint();
  expect(codeOf(() => first.reader.checkpoint())).toBe('OPERATION_TIMEOUT');
  expect(codeOf(() => first.reader.relay)).toBe('OPERATION_TIMEOUT');
});

test('only so many are open at once; the others wait in the order of asking, and are refused if too many wait', async () => {
  const { open, counts } = openPool({ queue: { waitingMax: 2, waitMsMax: longMs } });
  const [one, two] = [await open(), await open()];
  const given: string[] = [];
  const waiting = ['third', 'fourth'].map(async (name) => {
    const snapshot = await open();
    given.push(name);
    return snapshot;
  });
  expect(counts()).toEqual({ open: 2, waiting: 2 });
  await expect(open()).rejects.toMatchObject({ code: 'QUERIES_OVERLOADED' });
  two.close();
  one.close();
  const snapshots = await Promise.all(waiting);
  expect(given).toEqual(['third', 'fourth']);
  for (const snapshot of snapshots) snapshot.close();
  expect(counts()).toEqual({ open: 0, waiting: 0 });
});

test('who waits too long is refused', async () => {
  const { open, counts } = openPool({ openMax: 1, queue: { waitingMax: 1, waitMsMax: 1 } });
  const one = await open();
  await expect(open()).rejects.toMatchObject({ code: 'QUERIES_OVERLOADED' });
  one.close();
  expect(counts()).toEqual({ open: 0, waiting: 0 });
});

test('what is open for too long reads nothing more, and the write-ahead log can begin anew', async () => {
  await project();
  const { open } = openPool({ openMax: 1, openMsMax: 1 });
  const stuck = await open();
  stuck.reader.checkpoint();
  // Given to the next one when its time is up.
  const next = await open();
  expect(codeOf(() => stuck.reader.checkpoint())).toBe('OPERATION_TIMEOUT');
  next.close();
  expect(isWalBusy()).toBe(false);
});

test('a reader keeps the write-ahead log from beginning anew for less time than its writer waits', async () => {
  await project();
  const { open } = openPool();
  const kept = await open();
  kept.reader.checkpoint();
  await project();
  readModel.db.pragma('busy_timeout = 0');
  expect(isWalBusy()).toBe(true);
  kept.close();
  expect(isWalBusy()).toBe(false);
  readModel.reopen();
  const writerWaitMs = readModel.db.pragma('busy_timeout', { simple: true });
  const { queries, messages } = snapshotBoundsFor(snapshotMsMax);
  for (const { openMsMax } of [queries, messages]) expect(openMsMax).toBeLessThan(writerWaitMs as number);
});

test('after a change of files, new snapshots read the new one, and those that have begun the old one', async () => {
  await project();
  const other = ledger.openReadModel();
  const { open, readFrom } = openPool();
  const before = await open();
  expect(before.reader.checkpoint()).not.toBeNull();
  readFrom(sourceOf(other));
  const after = await open();
  expect(after.reader.checkpoint()).toBeNull();
  expect(before.reader.checkpoint()).not.toBeNull();
  before.close();
  after.close();
  const next = await open();
  expect(next.reader.checkpoint()).toBeNull();
});

test('a closed pool has closed its files, and reads nothing', async () => {
  await project();
  const { open, close } = openPool();
  const [begun, idle, late] = [await open(), await open(), open];
  for (const snapshot of [begun, idle]) snapshot.reader.checkpoint();
  idle.close();
  close();
  const after = await late();
  for (const { reader } of [begun, idle, after]) expect(codeOf(() => reader.checkpoint())).toBe('OPERATION_TIMEOUT');
  // SQLite removes its files when the last connection closes.
  expect(() => readModel.startOver()).not.toThrow();
});
