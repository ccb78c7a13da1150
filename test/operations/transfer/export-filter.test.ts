import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import { exportCommand, exportRecord, readFilter, type ExportChoice } from '../../../src/operations/transfer/export.ts';
import { importRecord } from '../../../src/operations/transfer/import.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import { checkLogFile } from '../../../src/log/sqlite/digest-chain.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newEvent } from '../../support/log-events.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let at: (name: string) => string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  at = (name) => path.join(folder.path, name);
});
afterEach(() => folder.remove());

const silent: CommandOutput = { progress: () => undefined, result: () => undefined };
const embedded = (name: string) => ({ dataDir: at(name), eventStore: { kind: 'sqlite' } as const });

/** What a callback says, as far as filters ask for it. */
interface Said {
  readonly eventType: 1 | 100 | 314;
  readonly appId: string;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
}

const said: fc.Arbitrary<Said> = fc.record({
  eventType: fc.constantFrom(1, 100, 314),
  appId: fc.constantFrom('1', '2'),
  domain: fc.constantFrom('a.example', 'B.example'),
  path: fc.constantFrom('live', 'other'),
  streamId: fc.constantFrom('one', 'two'),
});

function bodyOf({ eventType, appId, domain, path: pushPath, streamId }: Said): Record<string, unknown> {
  if (eventType === 314) {
    const target = { to_url: `rtmp://${domain}/${pushPath}/${streamId}?txSecret=secret`, stream_id: streamId };
    return relayBody('TaskStart', {}, { appid: Number(appId), ...target });
  }
  const stream = { app: domain, appname: pushPath, stream_id: streamId, stream_param: 'txSecret=secret' };
  return pushBody({ event_type: eventType, appid: Number(appId), ...stream });
}

/** What is no accepted callback, or can't be read. */
const others = [
  { streamName: 'quarantine-FORGED', type: 'CssQuarantined', data: JSON.stringify(pushBody()) },
  { streamName: 'account-1', type: 'NoteWritten', data: '{"appId":"1"}' },
  { streamName: 'account-1', type: 'CssOther', data: 'no JSON' },
] as const;

const recorded = fc.oneof({ arbitrary: said, weight: 4 }, { arbitrary: fc.constantFrom(...others), weight: 1 });

/** The flags of a filter, in any case and order and with repetitions, and what it takes. */
const filters = fc
  .record(
    {
      'event-type': fc.array(fc.constantFrom('1', '100', '7'), { minLength: 1, maxLength: 3 }),
      'app-id': fc.array(fc.constantFrom('1', '3'), { minLength: 1, maxLength: 2 }),
      domain: fc.array(fc.constantFrom('A.example', 'a.example', 'b.EXAMPLE'), { minLength: 1, maxLength: 3 }),
      path: fc.array(fc.constantFrom('live', 'none'), { minLength: 1, maxLength: 2 }),
      'stream-id': fc.array(fc.constantFrom('one', 'two'), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .filter((flags) => Object.keys(flags).length > 0);

type Flags = Readonly<Record<string, readonly string[]>>;

function isTaken(event: Said | (typeof others)[number], flags: Flags): boolean {
  if ('streamName' in event) return false;
  const has = (flag: string, value: string) =>
    flags[flag] === undefined || flags[flag].some((one) => one.toLowerCase() === value.toLowerCase());
  return (
    has('event-type', String(event.eventType)) &&
    has('app-id', event.appId) &&
    has('domain', event.domain) &&
    has('path', event.path) &&
    has('stream-id', event.streamId)
  );
}

const given = (flags: Flags) =>
  Object.fromEntries(Object.entries(flags).map(([flag, values]) => [flag, values.join()]));

async function writeRecord(ledger: string, events: readonly (Said | (typeof others)[number])[]): Promise<void> {
  const store = openPatientEventStore(at(ledger), Date.now);
  for (const [index, event] of events.entries()) {
    const metadata = writeArrival({ receivedAtMs: index * 1_000, signature: 'VALID', remoteAddress: '192.0.2.7' });
    const { streamName, type, data } =
      'streamName' in event
        ? event
        : { streamName: `account-${event.appId}`, type: 'CssOther', data: JSON.stringify(bodyOf(event)) };
    await store.append(streamName, [newEvent({ type, data: Buffer.from(data), metadata })], 'any');
  }
  await store.close();
}

async function exported(ledger: string, file: string, choice: Partial<ExportChoice>): Promise<string[]> {
  const whole: ExportChoice = { withSecrets: true, fromMs: null, toMs: null, filter: null };
  await exportRecord(embedded(ledger), { to: at(file), choice: { ...whole, ...choice } }, silent);
  return readFileSync(at(file), 'utf8').split('\n').slice(0, -1);
}

test('a filtered export is the whole export filtered, byte for byte; importing it is idempotent, sound, and exact', async () => {
  let runs = 0;
  const given_ = fc.record({
    events: fc.array(recorded, { maxLength: 15 }),
    flags: filters,
    withSecrets: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given_, async ({ events, flags, withSecrets }) => {
      const [ledger, other] = [`ledger-${runs}`, `other-${runs}`];
      runs += 1;
      await writeRecord(ledger, events);
      const filter = readFilter(given(flags), []);
      const whole = await exported(ledger, `${ledger}-whole`, { withSecrets });
      const filtered = await exported(ledger, `${ledger}-filtered`, { withSecrets, filter });

      const head = JSON.stringify({ ...(JSON.parse(whole[0] ?? '') as object), filter });
      const taken = [head, ...whole.slice(1, -1).filter((_line, index) => isTaken(events[index] as Said, flags))];
      const sha256 = createHash('sha256')
        .update(taken.map((line) => `${line}\n`).join(''))
        .digest('hex');
      expect(filtered).toEqual([...taken, JSON.stringify({ events: taken.length - 1, sha256 })]);

      const counts: unknown[] = [];
      const result = (_sentence: string, fields: object) => counts.push(fields);
      const importOnce = () =>
        importRecord(embedded(other), at(`${ledger}-filtered`), { ...silent, result }, { mayLackSecrets: true });
      await importOnce();
      await importOnce();
      expect(counts).toMatchObject([{ eventsAppended: taken.length - 1 }, { eventsAppended: 0 }]);
      expect((await exported(other, `${other}-whole`, { withSecrets: true })).slice(1, -1)).toEqual(taken.slice(1));
      const checking = checkLogFile(at(other));
      let step = checking.next();
      while (step.done !== true) step = checking.next();
      // The log's own events, which say which log it is, and when the import began and ended, are more; nothing is no import.
      const own = taken.length === 1 ? 1 : 3;
      expect(step.value).toMatchObject({ damages: 0, events: taken.length - 1 + own });
      if (withSecrets) expect(await exported(other, `${other}-filtered`, { filter })).toEqual(filtered);
    }),
    { numRuns: 15 },
  );
});

test('a filter and a time are both met, and the first line says them', async () => {
  const push: Said = { eventType: 1, appId: '1', domain: 'a.example', path: 'live', streamId: 'one' };
  await writeRecord('data', [push, { ...push, appId: '2' }, push, push]);
  const filter = readFilter({ 'app-id': '1', 'event-type': '314,1,1' }, []);
  const lines = await exported('data', 'some.jsonl', { filter, fromMs: 1_000, toMs: 3_000 });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    format: 'live-ledger-export',
    formatVersion: 1,
    withSecrets: true,
    fromTime: '1970-01-01T00:00:01.000Z',
    toTime: '1970-01-01T00:00:03.000Z',
    filter: { eventTypes: [1, 314], appIds: ['1'] },
  });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ events: 1 });
});

test('a filter that can not be read is refused', async () => {
  const given = { to: at('x.jsonl'), 'event-type': 'push', domain: ' ,', 'data-dir': at('data') };
  const run = exportCommand.run(given, silent);
  await expect(run).rejects.toMatchObject({
    problems: ['--event-type: must be a number', '--domain: must not be empty'],
  });
});
