import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import { exportRecord, type ExportChoice } from '../../../src/operations/transfer/export.ts';
import { importRecord } from '../../../src/operations/transfer/import.ts';
import { writeArrival } from '../../../src/callbacks/arrival.ts';
import { openEventRemoval } from '../../../src/log/sqlite/event-removal.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { newPrefix, openAppender } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding, type EventStoreDbServer } from '../../support/eventstoredb-server.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { runCommand } from '../../support/run-command.ts';
import { newEvent, newEvents } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let at: (name: string) => string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  at = (name) => path.join(folder.path, name);
});
afterEach(() => folder.remove());

const sqlite = { kind: 'sqlite' } as const;
const silent: CommandOutput = { progress: () => undefined, result: () => undefined };
const whole: ExportChoice = { withSecrets: true, fromMs: null, toMs: null, filter: null };
const embedded = (name: string) => ({ dataDir: at(name), eventStore: sqlite });
const exportTo = (settings: Parameters<typeof exportRecord>[0], file: string, choice: Partial<ExportChoice> = {}) =>
  exportRecord(settings, { to: at(file), choice: { ...whole, ...choice } }, silent);
const linesOf = (file: string) => readFileSync(at(file), 'utf8').trimEnd().split('\n');

function arrived(body: Record<string, unknown> | string | Buffer, receivedAtMs: number) {
  const data =
    typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body as string) : Buffer.from(JSON.stringify(body));
  const contentType = receivedAtMs % 3_000 === 0 ? 'text/plain; a="b"' : undefined;
  const arrival = { receivedAtMs, signature: 'VALID', remoteAddress: '192.0.2.7', contentType } as const;
  return newEvent({ data, metadata: writeArrival(arrival) });
}

/** A log with several streams in turns, bytes that are no UTF-8, separators of lines, and an event that is damaged. */
async function writeRecord(dataDir: string): Promise<void> {
  const store = openPatientEventStore(dataDir, Date.now);
  for (let index = 0; index < 20; index += 1) {
    const body = pushBody({ sequence: `66744681188066264${index}`, stream_param: 'txSecret=secret' });
    await store.append(`pushedStream-${index % 3}`, [arrived(body, index * 1_000)], 'any');
  }
  await store.append('quarantine-FORGED', [arrived(Buffer.from([0xff, 0xfe, 0x0a]), 20_000)], 'any');
  await store.append('account-1', [arrived('{"a":"\u2028 \\n \u0085"}', 21_000), arrived('', 22_000)], 'any');
  await store.append('account-1', [{ ...arrived({ a: 1 }, 23_000), isDamaged: true }], 'any');
  await store.close();
}

beforeEach(() => writeRecord(at('data')));

describe('an export', () => {
  test('is a file for this user, begins with a manifest, ends with a digest, and overwrites nothing', async () => {
    await exportTo(embedded('data'), 'record.jsonl');
    const lines = linesOf('record.jsonl');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      format: 'live-ledger-export',
      formatVersion: 1,
      withSecrets: true,
      fromTime: null,
      toTime: null,
    });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      events: 24,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((statSync(at('record.jsonl')).mode & 0o777).toString(8)).toBe('600');
    await exportTo(embedded('data'), 'record.jsonl.gz');
    expect(gunzipSync(readFileSync(at('record.jsonl.gz')))).toEqual(readFileSync(at('record.jsonl')));
    await expect(exportTo(embedded('data'), 'record.jsonl')).rejects.toThrow('exists already');
    expect(readdirSync(folder.path).filter((name) => name.includes('incomplete'))).toEqual([]);
  });

  test('does not touch the file of one that is being made, or was interrupted', async () => {
    writeFileSync(at('record.jsonl.incomplete'), 'of another');
    await expect(exportTo(embedded('data'), 'record.jsonl')).rejects.toThrow(
      'record.jsonl.incomplete exists already: another export is being made',
    );
    expect(readFileSync(at('record.jsonl.incomplete'), 'utf8')).toBe('of another');
  });

  test('that cannot be written says where and why, and leaves nothing', async () => {
    const missing = /none\/record\.jsonl cannot be written: ENOENT.* Name a file in a folder that is there/;
    await expect(exportTo(embedded('data'), 'none/record.jsonl')).rejects.toThrow(missing);
    expect(readdirSync(folder.path)).toEqual(['data']);
  });

  test('has no credentials and no addresses of senders unless they are asked for', async () => {
    await exportTo(embedded('data'), 'shown.jsonl', { withSecrets: false });
    const shown = readFileSync(at('shown.jsonl'), 'utf8');
    expect(shown).toContain('"withSecrets":false');
    expect(shown).toContain('6674468118806626419');
    expect(shown).not.toMatch(/txSecret|192\.0\.2\.7/);
  });

  test('may be of a time, from its beginning to before its end', async () => {
    await exportTo(embedded('data'), 'window.jsonl', { fromMs: 5_000, toMs: 8_000 });
    const [head, ...events] = linesOf('window.jsonl').slice(0, -1);
    expect(JSON.parse(head ?? '')).toMatchObject({
      fromTime: '1970-01-01T00:00:05.000Z',
      toTime: '1970-01-01T00:00:08.000Z',
    });
    expect(events.map((line) => /receivedAt\\":\\"([^\\]+)/.exec(line)?.[1])).toEqual([
      '1970-01-01T00:00:05.000Z',
      '1970-01-01T00:00:06.000Z',
      '1970-01-01T00:00:07.000Z',
    ]);
  });
});

test('an export of which retention removes a part meanwhile is refused, and leaves no file', async () => {
  const store = openPatientEventStore(at('long'), Date.now);
  for (let appended = 0; appended < 2_200; appended += 550) await store.append('a-1', newEvents(550), 'any');
  await store.close();
  let isRemoved = false;
  const removing = () => {
    if (isRemoved) return;
    isRemoved = true;
    // One of what was read already, and one of what was not.
    const record = { atMs: 1, rules: [], counts: [], events: 2, bytes: 0, firstReceivedAtMs: 0, lastReceivedAtMs: 0 };
    const removal = openEventRemoval(at('long'));
    removal.remove({ ...record, positions: [2, 2_150] });
    removal.close();
  };
  const exporting = () =>
    exportRecord(embedded('long'), { to: at('record.jsonl'), choice: whole }, { ...silent, progress: removing });
  await expect(exporting()).rejects.toThrow('Retention has removed events meanwhile');
  expect(readdirSync(folder.path).sort()).toEqual(['data', 'long']);
  await exporting();
  expect(linesOf('record.jsonl')).toHaveLength(2_198 + 3);
});

test('two exports of one ledger are joined as the page says: what both have is there once', async () => {
  const page = readFileSync(new URL('../../../docs/transfer.md', import.meta.url), 'utf8');
  const [, script = ''] = /## Two exports of one ledger\n[^]*?```sh\n([^]*?)```/.exec(page) ?? [];
  await exportTo(embedded('data'), 'first.jsonl', { toMs: 12_000 });
  await exportTo(embedded('data'), 'second.jsonl', { fromMs: 8_000 });
  execFileSync('sh', ['-ec', script], { cwd: folder.path });
  await importRecord(embedded('joined'), at('joined.jsonl'), silent);
  await expect(importRecord(embedded('joined'), at('second.jsonl'), silent)).rejects.toThrow('make one export');
  await exportTo(embedded('joined'), 'again.jsonl');
  await exportTo(embedded('data'), 'whole.jsonl');
  expect(linesOf('again.jsonl')).toEqual(linesOf('whole.jsonl'));
});

describe('an import', () => {
  beforeEach(() => exportTo(embedded('data'), 'record.jsonl'));
  const importFrom = (file: string, name = 'other') => importRecord(embedded(name), at(file), silent);

  test('is exact: exported again it is the same file, also where it was imported twice, or after an import was interrupted', async () => {
    // What an interrupted import has left.
    const [head = '', ...rest] = linesOf('record.jsonl');
    await exportTo(embedded('data'), 'half.jsonl', { toMs: 7_000 });
    expect(linesOf('half.jsonl').slice(1, -1)).toEqual(rest.slice(0, 7));
    expect(head).not.toBe('');
    await importFrom('half.jsonl');
    const counts: unknown[] = [];
    const result = (_sentence: string, fields: object) => counts.push(fields);
    await importRecord(embedded('other'), at('record.jsonl'), { ...silent, result });
    await importRecord(embedded('other'), at('record.jsonl'), { ...silent, result });
    expect(counts).toMatchObject([{ eventsAppended: 17 }, { eventsAppended: 0 }]);
    await exportTo(embedded('other'), 'again.jsonl');
    expect(readFileSync(at('again.jsonl'))).toEqual(readFileSync(at('record.jsonl')));
  });

  test('refuses a file that is cut off or was changed, and a ledger that has something else, and appends nothing', async () => {
    const text = readFileSync(at('record.jsonl'), 'utf8');
    for (const wrong of [
      text.slice(0, -200),
      text.replace('6674468118806626419', '6674468118806626418'),
      '',
      '{}\n{}\n',
    ]) {
      writeFileSync(at('wrong.jsonl'), wrong);
      await expect(importFrom('wrong.jsonl')).rejects.toThrow(/is not what was exported|is not an export/);
    }
    writeFileSync(at('wrong.jsonl.gz'), text);
    await expect(importFrom('wrong.jsonl.gz')).rejects.toThrow('not compressed as its name says');
    mkdirSync(at('folder.jsonl'));
    await expect(importFrom('folder.jsonl')).rejects.toThrow('is not a file: a pipe');
    await expect(importFrom('missing.jsonl')).rejects.toThrow('ENOENT');
    const store = openPatientEventStore(at('other'), Date.now);
    expect((await store.lagAfter(null)).events).toBe(1);
    await store.append('account-1', [newEvent()], 'any');
    await store.close();
    await expect(importFrom('record.jsonl')).rejects.toThrow('has other events');
  });
});

describe('with EventStoreDB', () => {
  let server: EventStoreDbServer;
  beforeAll(async () => {
    server = await startEventStoreDb();
  });
  afterAll(() => server.close());

  test('a record moves from the embedded log to the server and back without a difference', async () => {
    await exportTo(embedded('data'), 'one.jsonl');
    const eventStore = { kind: 'eventstoredb', url: server.url, prefix: newPrefix() } as const;
    await importRecord({ dataDir: at('node'), eventStore }, at('one.jsonl'), silent);
    // Again, on a node that has no copy yet: nothing is added.
    await importRecord({ dataDir: at('node-2'), eventStore }, at('one.jsonl'), silent);
    await exportTo({ dataDir: at('node-3'), eventStore }, 'two.jsonl');
    await importRecord(embedded('back'), at('two.jsonl'), silent);
    await exportTo(embedded('back'), 'three.jsonl');
    expect(readFileSync(at('two.jsonl'), 'utf8')).toBe(readFileSync(at('one.jsonl'), 'utf8'));
    expect(readFileSync(at('three.jsonl'))).toEqual(readFileSync(at('one.jsonl')));
  });

  testNeeding('stand-in')(
    'an import that is interrupted, again and again and with answers lost, continues: exported again, compressed, it is the same file',
    async () => {
      await exportTo(embedded('data'), 'one.jsonl.gz');
      const eventStore = { kind: 'eventstoredb', url: server.url, prefix: newPrefix() } as const;
      const counts: { eventsAppended: number }[] = [];
      const result = (_sentence: string, fields: object) => counts.push(fields as { eventsAppended: number });
      const importAt = (node: string) =>
        importRecord({ dataDir: at(node), eventStore }, at('one.jsonl.gz'), { ...silent, result });
      for (const appendsUntilFull of [5, 9]) {
        await server.fault({ appendsUntilFull, answersToLose: 1 });
        await expect(importAt('node')).rejects.toThrow('Run the import again: it continues.');
        await server.endFaults();
      }
      // On another node, which has nothing yet.
      await importAt('node-2');
      await importAt('node');
      expect(counts).toMatchObject([{ eventsAppended: expect.any(Number) }, { eventsAppended: 0 }]);
      expect(counts[0]?.eventsAppended).toBeLessThan(24);
      await exportTo({ dataDir: at('node'), eventStore }, 'two.jsonl.gz');
      expect(readFileSync(at('two.jsonl.gz'))).toEqual(readFileSync(at('one.jsonl.gz')));
    },
  );

  testNeeding('stand-in')('an import that is interrupted continues after a node has recorded callbacks', async () => {
    await exportTo(embedded('data'), 'one.jsonl');
    const eventStore = { kind: 'eventstoredb', url: server.url, prefix: newPrefix() } as const;
    const importAgain = () => importRecord({ dataDir: at('node'), eventStore }, at('one.jsonl'), silent);
    await server.fault({ appendsUntilFull: 5 });
    await expect(importAgain()).rejects.toThrow('Run the import again: it continues.');
    await server.endFaults();
    const appender = openAppender(server.url, { prefix: eventStore.prefix });
    const recorded = [newEvent(), newEvent()];
    for (const event of recorded) await appender.append('account-1', [event], 'any');
    await appender.close();
    await importAgain();
    await importAgain();
    await exportTo({ dataDir: at('node'), eventStore }, 'two.jsonl');
    const eventsOf = (file: string) => linesOf(file).slice(1, -1);
    const [one, two] = [eventsOf('one.jsonl'), eventsOf('two.jsonl')];
    expect(two.filter((line) => one.includes(line))).toEqual(one);
    expect(two).toHaveLength(one.length + recorded.length);
  });
});

test('the commands end with status 0, 1 or 2, and print JSON lines', async () => {
  const lastLineOf = (stdout: string) => stdout.trim().split('\n').at(-1) ?? '';
  const run = async (...args: string[]) => {
    const { status, stdout } = await runCommand([...args, '--json'], { DATA_DIR: at('data') });
    return { status, last: lastLineOf(stdout) };
  };
  const runAside = async (...args: string[]) => {
    const ledger = startLedger([...args, '--json'], { DATA_DIR: at('data') });
    const status = await ledger.ended();
    await endLedger(ledger);
    return { status, last: lastLineOf(ledger.stdout()) };
  };
  const made = await runAside('export', '--to', at('record.jsonl.gz'), '--with-secrets');
  // One event is damaged: the file is made all the same.
  expect({ ...made, last: JSON.parse(made.last) as unknown }).toMatchObject({
    status: 1,
    last: { events: 24, damaged: 1 },
  });
  expect(await run('export')).toMatchObject({ status: 2 });
  const times = (from: string, to: string) =>
    run('export', '--to', at('x.jsonl'), '--from-time', from, '--to-time', to);
  const noon = '2026-01-31T12:00:00Z';
  // Without a zone; an end that is not after the beginning; a day that February does not have.
  expect(await times('2026-01-31', noon)).toMatchObject({ status: 2 });
  expect(await times(noon, noon)).toMatchObject({ status: 2 });
  expect(await times('2025-02-29T12:00:00Z', noon)).toMatchObject({ status: 2 });
  const ofTwo = [
    '--app-id',
    '8',
    '--app-id',
    '7',
    '--path',
    'live',
    '--domain',
    'A.example',
    '--to-time',
    '2026-01-31T12:00:00Z',
  ];
  expect(await run('export', '--to', at('none.jsonl'), ...ofTwo)).toMatchObject({
    status: 0,
    last: expect.stringContaining('"events":0'),
  });
  expect(JSON.parse(linesOf('none.jsonl')[0] ?? '')).toMatchObject({
    toTime: '2026-01-31T12:00:00.000Z',
    filter: { appIds: ['7', '8'], domains: ['a.example'], paths: ['live'] },
  });
  expect(await run('import')).toMatchObject({ status: 2 });
  appendFileSync(at('x.jsonl'), '{}\n');
  expect(await run('import', '--from', at('x.jsonl'))).toMatchObject({ status: 1 });
  const imported = await runAside('import', '--from', at('record.jsonl.gz'), '--data-dir', at('other'));
  expect({ ...imported, last: JSON.parse(imported.last) as unknown }).toMatchObject({
    status: 0,
    last: { eventsAppended: 24, eventsTotal: 24 },
  });
  await runAside('export', '--to', at('shown.jsonl'));
  const importShown = ['import', '--from', at('shown.jsonl'), '--data-dir', at('shown')];
  expect(await runAside(...importShown)).toMatchObject({ status: 1 });
  expect(await runAside(...importShown, '--without-secrets')).toMatchObject({
    status: 0,
    last: expect.stringContaining('"withSecrets":false'),
  });
});
