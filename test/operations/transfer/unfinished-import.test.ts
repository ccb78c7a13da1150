import { nobody } from '../../../src/log/author.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import { ledgerStreamName } from '../../../src/log/event-store.ts';
import { newImportBegun, readUnfinishedImport } from '../../../src/log/ledger-events.ts';
import { examine } from '../../../src/operations/doctor/doctor.ts';
import { exportRecord } from '../../../src/operations/transfer/export.ts';
import { importRecord } from '../../../src/operations/transfer/import.ts';
import { openTargetLog } from '../../../src/operations/transfer/log-access.ts';
import { fromLine } from '../../../src/operations/transfer/record-file.ts';
import { verify } from '../../../src/operations/verify.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newEvent, readLog } from '../../support/log-events.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const silent = { progress: () => undefined, result: () => undefined };
const at = (name: string) => path.join(folder.path, name);
const settingsOf = (name: string) => ({ dataDir: at(name), eventStore: { kind: 'sqlite' } as const });
const eventsTotal = 12;
const streamOf = (index: number) => `pushedStream-${index % 3}`;

async function makeExport(file: string, { withSecrets = true } = {}): Promise<readonly string[]> {
  const store = openPatientEventStore(at(`${file}-source`), Date.now);
  for (let index = 0; index < eventsTotal; index += 1) {
    await store.append(streamOf(index), [newEvent({ data: Buffer.from(JSON.stringify(pushBody({ index }))) })], 'any');
  }
  await store.close();
  const choice = { withSecrets, fromMs: null, toMs: null, filter: null };
  await exportRecord(settingsOf(`${file}-source`), { to: at(file), choice }, silent);
  return readFileSync(at(file), 'utf8').trimEnd().split('\n').slice(1, -1);
}

/** What an import leaves that was killed after so many events. */
async function interrupt(name: string, lines: readonly string[], after: number): Promise<void> {
  const sha256 = lines.reduce((hash, line) => hash.update(line), createHash('sha256')).digest('hex');
  const target = await openTargetLog(settingsOf(name));
  await target.append(
    ledgerStreamName,
    [newImportBegun({ sha256, events: lines.length, begunAtMs: systemClock() }, nobody)],
    'any',
  );
  for (const line of lines.slice(0, after)) {
    const { streamName, ...event } = fromLine(line);
    await target.append(streamName, [event], 'any');
  }
  await target.close();
}

async function record(name: string, streams: readonly number[]): Promise<string[]> {
  const store = openPatientEventStore(at(name), Date.now);
  const events = streams.map((stream) => ({ stream, event: newEvent() }));
  for (const { stream, event } of events) await store.append(streamOf(stream), [event], 'any');
  await store.close();
  return events.map(({ event }) => event.eventId);
}

test('property: the same import continues after any number of events and callbacks, and each event is there once', async () => {
  const lines = await makeExport('record.jsonl');
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(eventsTotal), fc.array(fc.nat(2), { maxLength: 5 }), async (after, callbacks) => {
      runs += 1;
      const name = `ledger-${runs}`;
      await interrupt(name, lines, after);
      const recorded = await record(name, callbacks);
      await importRecord(settingsOf(name), at('record.jsonl'), silent);
      const store = openPatientEventStore(at(name), Date.now);
      const found = (await readLog(store)).filter(({ streamName }) => streamName !== ledgerStreamName);
      expect(await readUnfinishedImport(store)).toBeNull();
      await store.close();
      const expected = [...lines.map((line) => fromLine(line).eventId), ...recorded];
      expect(found.map(({ eventId }) => eventId).sort()).toEqual(expected.sort());
      // Once more, it changes nothing, although callbacks may be between the events of the import.
      const said: string[] = [];
      const output = { ...silent, result: (sentence: string) => said.push(sentence) };
      await importRecord(settingsOf(name), at('record.jsonl'), output);
      expect(said).toEqual([`0 events were appended: all ${eventsTotal} were imported before.`]);
    }),
    { numRuns: numRunsOf(25, 5) },
  );
});

test('verify and doctor say that it is not finished, and how to go on', async () => {
  await interrupt('ledger', await makeExport('record.jsonl'), 5);
  const said: string[] = [];
  const isSound = await verify(
    { DATA_DIR: at('ledger') },
    {
      onProgress: () => undefined,
      onChecked: () => undefined,
      onUnfinished: ({ events }) => said.push(`${events}`),
    },
  );
  expect([isSound, said]).toEqual([false, [`${eventsTotal}`]]);
  const findings = await examine({ DATA_DIR: at('ledger') });
  expect(findings.find(({ check }) => check === 'import')).toMatchObject({
    found: expect.stringMatching(/^an import of 12 events, begun at .* is not finished/),
    whatToDo: expect.stringContaining('run the same `live-ledger import` again'),
  });
});

test('another import is refused meanwhile, and appends nothing', async () => {
  await interrupt('ledger', await makeExport('record.jsonl'), 5);
  await makeExport('other.jsonl');
  await expect(importRecord(settingsOf('ledger'), at('other.jsonl'), silent)).rejects.toThrow(
    /awaits the rest of another import\. An import of 12 events/,
  );
  const store = openPatientEventStore(at('ledger'), Date.now);
  expect((await readLog(store)).filter(({ streamName }) => streamName !== ledgerStreamName)).toHaveLength(5);
  await store.close();
});

test('an export without secrets says so, and is imported only by name', async () => {
  const said: string[] = [];
  const output = { ...silent, result: (sentence: string) => said.push(sentence) };
  await makeExport('shown.jsonl', { withSecrets: false });
  const choice = { withSecrets: false, fromMs: null, toMs: null, filter: null };
  await exportRecord(settingsOf('shown.jsonl-source'), { to: at('again.jsonl'), choice }, output);
  await expect(importRecord(settingsOf('ledger'), at('shown.jsonl'), output)).rejects.toThrow(
    /was exported without secrets\. .* import it so with --without-secrets\. Nothing was imported/,
  );
  await importRecord(settingsOf('ledger'), at('shown.jsonl'), output, { mayLackSecrets: true });
  expect(said).toEqual([
    expect.stringMatching(/^12 events are in .*has no credentials and no addresses of senders/),
    expect.stringMatching(/^12 events were appended.*has them never again/),
  ]);
});
