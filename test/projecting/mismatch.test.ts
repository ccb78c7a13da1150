import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { openPatientEventStore } from '../support/sqlite-store.ts';
import type { EventStore } from '../../src/log/event-store.ts';
import { startProjector } from '../../src/projecting/projector.ts';
import { ReadModelUnusable } from '../../src/projecting/file/read-model-file.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { openLedgerOnDisk, type Ledger } from '../support/ledger.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const arrivals = [1, 2, 3].map((sequence) => ({ body: pushBody({ sequence }), receivedAtMs: 1_000 }));

describe('read models that were built from another state of the world are refused', () => {
  let ledger: Ledger;
  let older: TemporaryFolder;
  let olderStore: EventStore | null;

  beforeEach(() => {
    ledger = openLedgerOnDisk();
    older = makeTemporaryFolder();
    olderStore = null;
  });
  afterEach(async () => {
    await olderStore?.close();
    await ledger.close();
    older.remove();
  });

  const start = async (store: EventStore, { rows }: TestReadModel) => {
    const { logger } = openRecordingLogger();
    const projector = await startProjector({ store, rows, logger });
    await projector.stop();
  };

  /** A copy of the log as it is now, as somebody restores it later. */
  function restoreCopy(): EventStore {
    for (const suffix of ['', '-wal']) {
      copyFileSync(path.join(ledger.folder, `log.sqlite${suffix}`), path.join(older.path, `log.sqlite${suffix}`));
    }
    olderStore = openPatientEventStore(older.path, () => 0);
    return olderStore;
  }

  test('where the log is another one', async () => {
    await ledger.append(arrivals);
    const readModel = await ledger.projected();
    olderStore = openPatientEventStore(older.path, () => 0);
    await expect(start(olderStore, readModel)).rejects.toThrow(ReadModelUnusable);
    await expect(start(olderStore, readModel)).rejects.toThrow(/another log.*live-ledger rebuild/);
  });

  test('where the log is shorter than what they were built from', async () => {
    await ledger.append(arrivals.slice(0, 1));
    // It begins an epoch, with an event more.
    const restored = restoreCopy();
    await ledger.append(arrivals.slice(1));
    const readModel = await ledger.projected();
    const before = readModel.dump();
    await expect(start(restored, readModel)).rejects.toThrow(ReadModelUnusable);
    await expect(start(restored, readModel)).rejects.toThrow(/longer log.*live-ledger rebuild/);
    expect(readModel.dump()).toEqual(before);
  });

  test('and carried on where the event of the checkpoint was truncated since', async () => {
    await ledger.append(arrivals);
    await ledger.appendEvent('quarantine-unreadable', {});
    const readModel = await ledger.projected();
    await ledger.store.truncateStream('quarantine-unreadable', 1n);
    expect(await ledger.store.readAt(readModel.rows.checkpoint() ?? 0n)).toBeNull();
    await expect(start(ledger.store, readModel)).resolves.toBeUndefined();
  });

  test('and carried on where the log is the same, or a copy that holds all of it', async () => {
    await ledger.append(arrivals);
    const restored = restoreCopy();
    const readModel = await ledger.projected();
    await expect(start(ledger.store, readModel)).resolves.toBeUndefined();
    await expect(start(restored, readModel)).resolves.toBeUndefined();
  });
});
