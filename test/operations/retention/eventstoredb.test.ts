import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import { applyRetention } from '../../../src/operations/retention/apply.ts';
import { exportRecord } from '../../../src/operations/transfer/export.ts';
import { importRecord } from '../../../src/operations/transfer/import.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newPrefix } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { newEvent } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeLog } from '../../support/write-log.ts';

const embedded = { kind: 'sqlite' } as const;
const silent: CommandOutput = { progress: () => undefined, result: () => undefined };
const whole = { withSecrets: true, fromMs: null, toMs: null, filter: null };

let folder: TemporaryFolder;
let server: EventStoreDbServer;
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterAll(() => server.close());
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string) => path.join(folder.path, name);
const serverLog = () => ({ kind: 'eventstoredb', url: server.url, prefix: newPrefix() }) as const;

test('a ledger in EventStoreDB is moved into the embedded log and on into a new one, which has the rest as it was, and the record of it', async () => {
  const [before, after] = [serverLog(), serverLog()];
  await writeLog(at('made'), 20);
  const made = openPatientEventStore(at('made'), Date.now);
  const metadata = writeArrival({ receivedAtMs: 1_000, signature: 'NOT_CHECKED', remoteAddress: '' });
  const data = Buffer.from(JSON.stringify(pushBody({ stream_id: 'still-live' })));
  await made.append('pushedStream-1', [newEvent({ data, metadata })], 'any');
  await made.close();
  const move = async (file: string, from: Parameters<typeof exportRecord>[0], to: typeof from) => {
    await exportRecord(from, { to: at(file), choice: whole }, silent);
    await importRecord(to, at(file), silent);
  };
  await move('made.jsonl', { dataDir: at('made'), eventStore: embedded }, { dataDir: at('node'), eventStore: before });

  await move(
    'all.jsonl',
    { dataDir: at('moving'), eventStore: before },
    { dataDir: at('moved'), eventStore: embedded },
  );
  const rules = [{ what: ['SESSIONS'], accounts: null, eventTypes: null, keepDays: 365 }] as const;
  const run = { dataDir: at('moved'), targets: [], ignoredTargets: [], rules, clock: Date.now };
  expect(await applyRetention({ ...run, onProgress: () => undefined })).toMatchObject({ events: 40 });
  await move('kept.jsonl', { dataDir: at('moved'), eventStore: embedded }, { dataDir: at('new'), eventStore: after });

  await exportRecord({ dataDir: at('read'), eventStore: after }, { to: at('read.jsonl'), choice: whole }, silent);
  const [all, read] = ['all.jsonl', 'read.jsonl'].map((file) => readFileSync(at(file), 'utf8').split('\n'));
  expect(read?.slice(1, -2)).toEqual([
    ...(all?.slice(1, -2).filter((line) => /no JSON|still-live/.test(line)) ?? []),
    expect.stringContaining('"stream":"retention"'),
  ]);
});
