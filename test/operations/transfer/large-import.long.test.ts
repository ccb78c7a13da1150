import { afterEach, beforeEach, expect, test } from '@jest/globals';
import path from 'node:path';
import { Readable } from 'node:stream';
import { bytesWaitingMax } from '../../../src/log/sqlite/append-queue.ts';
import { ledgerStreamName } from '../../../src/log/event-store.ts';
import { importRecord } from '../../../src/operations/transfer/import.ts';
import { toLine, writeRecordFile, type RecordHead } from '../../../src/operations/transfer/record-file.ts';
import { newEvent, readLog } from '../../support/log-events.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

test('an import of more bytes than may wait for a commit stores all of them, in their order', async () => {
  const at = (name: string) => path.join(folder.path, name);
  const large = Buffer.alloc(Math.ceil(bytesWaitingMax / 5), 'a');
  const streams = [...Array<string>(6).fill('account-1'), 'account-2'];
  function* lines() {
    for (const streamName of streams) {
      yield toLine({ ...newEvent({ data: streamName === 'account-1' ? large : Buffer.from('{}') }), streamName });
    }
  }
  const head = { format: 'live-ledger-export', formatVersion: 1, withSecrets: true, fromTime: null, toTime: null };
  await writeRecordFile(at('large.jsonl'), head as RecordHead, Readable.from(lines()));
  await importRecord({ dataDir: at('other'), eventStore: { kind: 'sqlite' } }, at('large.jsonl'), {
    progress: () => undefined,
    result: () => undefined,
  });
  const store = openPatientEventStore(at('other'), Date.now);
  const record = (await readLog(store)).filter(({ streamName }) => streamName !== ledgerStreamName);
  expect(record.map(({ streamName }) => streamName)).toEqual(streams);
  await store.close();
});
