import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import { exportRecord } from '../../../src/operations/transfer/export.ts';
import { importCommand, importRecord } from '../../../src/operations/transfer/import.ts';
import { fromLine } from '../../../src/operations/transfer/record-file.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { newPrefix } from '../../support/eventstoredb-log.ts';
import { startEventStoreDb, testNeeding } from '../../support/eventstoredb-server.ts';
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
const receivedAtMs = Date.parse('2026-01-31T12:00:00Z');
const embedded = (name: string) => ({ dataDir: at(name), eventStore: { kind: 'sqlite' } as const });

async function importBodies(file: string, ledger: string, givenMs: number | null = receivedAtMs): Promise<unknown> {
  let counts: unknown;
  const captured = { path: at(file), receivedAtMs: givenMs };
  await importRecord(embedded(ledger), captured, { ...silent, result: (_sentence, fields) => (counts = fields) });
  return counts;
}

async function eventsOf(ledger: string) {
  const choice = { withSecrets: true, fromMs: null, toMs: null, filter: null };
  await exportRecord(embedded(ledger), { to: at(`${ledger}.jsonl`), choice }, silent);
  const lines = readFileSync(at(`${ledger}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1, -1);
  return lines.map(fromLine);
}

const bodyOf = (number: number) => JSON.stringify(pushBody({ sequence: `667446811880662640${number}` }));

test('bodies are there byte for byte, in their order, however the file grew between imports and however often it is imported', async () => {
  const captures = fc.record({ numbers: fc.array(fc.nat(5), { maxLength: 12 }), cut: fc.nat(12) });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(captures, async ({ numbers, cut }) => {
      const [grown, once] = [`grown-${runs}`, `once-${runs}`];
      runs += 1;
      const text = (some: readonly number[]) => some.map((number) => `${bodyOf(number)}\n`).join('');
      writeFileSync(at('bodies'), text(numbers.slice(0, cut)));
      await importBodies('bodies', grown);
      writeFileSync(at('bodies.gz'), gzipSync(text(numbers)));
      expect(await importBodies('bodies.gz', grown)).toMatchObject({ eventsAppended: numbers.slice(cut).length });
      expect(await importBodies('bodies.gz', grown)).toMatchObject({ eventsAppended: 0 });
      await importBodies('bodies.gz', once);
      const events = await eventsOf(grown);
      expect(events).toEqual(await eventsOf(once));
      expect(events.map(({ data }) => Buffer.from(data).toString())).toEqual(numbers.map(bodyOf));
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(numbers.length);
    }),
    { numRuns: 10 },
  );
});

test('a folder is read in the order of its names, each file received when it was last written', async () => {
  mkdirSync(at('bodies'));
  for (const number of [3, 1, 2]) {
    writeFileSync(at(`bodies/${number}.json`), `${bodyOf(number)}\r\n`);
    utimesSync(at(`bodies/${number}.json`), number, number);
  }
  writeFileSync(at('bodies/README'), 'no body');
  expect(await importBodies('bodies', 'data', null)).toMatchObject({ eventsAppended: 3, entriesIgnored: 1 });
  const events = await eventsOf('data');
  expect(events.map(({ data }) => Buffer.from(data).toString())).toEqual([1, 2, 3].map((n) => `${bodyOf(n)}\r\n`));
  expect(events.map(({ metadata }) => JSON.parse(Buffer.from(metadata).toString()) as unknown)).toEqual(
    [1, 2, 3].map((seconds) => ({
      receivedAt: `1970-01-01T00:00:0${seconds}.000Z`,
      signature: 'NOT_CHECKED',
      remoteAddress: '',
      captured: `${seconds}.json`,
    })),
  );
  expect(events[0]).toMatchObject({ type: 'CssPush', streamName: expect.stringMatching(/^pushedStream-/) });
});

test('bodies that are no JSON objects are listed by their lines, and then nothing is imported', async () => {
  writeFileSync(at('bodies'), `${bodyOf(1)}\r\n\n[1]\n${bodyOf(2)}\nsecret`);
  await expect(importBodies('bodies', 'data')).rejects.toThrow('line 3 (NOT_AN_OBJECT), line 5 (NOT_JSON).');
  await expect(importBodies('missing', 'data')).rejects.toThrow('There is no such file or folder');
  writeFileSync(at('bodies'), `${bodyOf(1)}\r\n\n${bodyOf(2)}`);
  expect(await importBodies('bodies', 'data')).toMatchObject({ eventsAppended: 2 });
});

test('what is in a folder and no readable file is listed by its name, without being read', async () => {
  mkdirSync(at('bodies/folder.json'), { recursive: true });
  writeFileSync(at('bodies/good.json'), bodyOf(1));
  symlinkSync(at('missing'), at('bodies/link.json'));
  execFileSync('mkfifo', [at('bodies/pipe.json')]);
  writeFileSync(at('bodies/sparse.json'), '');
  truncateSync(at('bodies/sparse.json'), 3 * 1024 ** 3);
  await expect(importBodies('bodies', 'data')).rejects.toThrow(
    'nothing was imported: folder.json (NOT_A_FILE), link.json (ENOENT), pipe.json (NOT_A_FILE), sparse.json (TOO_LARGE).',
  );
  await expect(importBodies('bodies/pipe.json', 'data')).rejects.toThrow('neither a file nor a folder');
});

test('a folder without any body is refused', async () => {
  mkdirSync(at('bodies'));
  writeFileSync(at('bodies/1.jsonl'), bodyOf(1));
  await expect(importBodies('bodies', 'data')).rejects.toThrow('has no file *.json');
});

test('bodies can not have been received in the future', async () => {
  const given = { 'from-bodies': at('bodies'), 'received-at': '9999-01-01T00:00:00Z' };
  await expect(importCommand.run(given, silent)).rejects.toMatchObject({
    problems: ['--received-at: must not be in the future'],
  });
});

test('where only the time of a file has changed, that is said, and the time of before continues the import', async () => {
  writeFileSync(at('bodies'), bodyOf(1));
  utimesSync(at('bodies'), 1, 1);
  await importBodies('bodies', 'data', null);
  writeFileSync(at('bodies'), `${bodyOf(1)}\n${bodyOf(2)}`);
  utimesSync(at('bodies'), 2, 2);
  await expect(importBodies('bodies', 'data', null)).rejects.toThrow(
    /as received at 1970-01-01T00:00:01.000Z, and now it would be 1970-01-01T00:00:02.000Z.*--received-at/,
  );
  expect(await importBodies('bodies', 'data', 1_000)).toMatchObject({ eventsAppended: 1 });
  writeFileSync(at('bodies'), bodyOf(3));
  await expect(importBodies('bodies', 'data', 1_000)).rejects.toThrow('other events than the beginning');
});

testNeeding('stand-in')(
  'into EventStoreDB they come as into an embedded log, also where the import was interrupted and is repeated on another node',
  async () => {
    mkdirSync(at('bodies'));
    const bodies = [1, 2, 3, 4].flatMap((number) => {
      const session = { sequence: `667446811880662640${number}` };
      return [pushBody(session), relayBody('TaskStart', {}, { task_id: number }), interruptionBody(session)];
    });
    for (const [index, body] of bodies.entries()) {
      writeFileSync(at(`bodies/${10 + index}.json`), JSON.stringify(body));
      utimesSync(at(`bodies/${10 + index}.json`), index, index);
    }
    await importBodies('bodies', 'embedded', null);
    const server = await startEventStoreDb();
    try {
      const eventStore = { kind: 'eventstoredb', url: server.url, prefix: newPrefix() } as const;
      const importAt = async (node: string) => {
        let counts: unknown;
        const output = { ...silent, result: (_sentence: string, fields: object) => (counts = fields) };
        await importRecord({ dataDir: at(node), eventStore }, { path: at('bodies'), receivedAtMs: null }, output);
        return counts;
      };
      await server.fault({ appendsUntilFull: 6 });
      await expect(importAt('node')).rejects.toThrow('Run the import again: it continues.');
      await server.endFaults();
      expect(await importAt('node')).toMatchObject({ eventsTotal: 12 });
      expect(await importAt('node-2')).toMatchObject({ eventsAppended: 0, eventsTotal: 12 });
      for (const filter of [null, { eventTypes: [314] }]) {
        const choice = { withSecrets: true, fromMs: null, toMs: null, filter };
        const [ofServer, ofEmbedded] = [at(`server-${filter === null}`), at(`embedded-${filter === null}`)];
        await exportRecord({ dataDir: at('node'), eventStore }, { to: ofServer, choice }, silent);
        await exportRecord(embedded('embedded'), { to: ofEmbedded, choice }, silent);
        expect(readFileSync(ofServer, 'utf8')).toBe(readFileSync(ofEmbedded, 'utf8'));
        expect(readFileSync(ofServer, 'utf8').split('\n')).toHaveLength((filter === null ? 12 : 4) + 3);
      }
      // Another time of a file that is there already is refused there too.
      utimesSync(at('bodies/11.json'), 99, 99);
      await expect(importAt('node')).rejects.toThrow('as received at 1970-01-01T00:00:01.000Z');
    } finally {
      await server.close();
    }
  },
);
