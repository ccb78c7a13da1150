import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askUntil } from '../../support/ask-until.ts';
import { readModelFileName, readModelVersion } from '../../../src/projecting/file/read-model-file.ts';
import { sqlFileIn } from '../../../src/projecting/file/read-models-on-disk.ts';
import { endLedger, startLedger, startLedgerOf, type LedgerProcess } from '../../support/live-ledger-process.ts';
import { copyWithNextReadModel } from '../../support/product-copy.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeLog } from '../../support/write-log.ts';

const sessions = 5_000;

let folder: TemporaryFolder;
let copy: TemporaryFolder;
let running: LedgerProcess[];

beforeEach(async () => {
  folder = makeTemporaryFolder();
  copy = makeTemporaryFolder();
  running = [];
  await writeLog(folder.path, sessions);
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  folder.remove();
  copy.remove();
});

function start(command: 'serve' | 'rebuild', flags: readonly string[] = [], program?: string): LedgerProcess {
  const environment = { PORT: '0', DATA_DIR: folder.path };
  const args = [command, ...flags];
  const ledger = program === undefined ? startLedger(args, environment) : startLedgerOf(program, args, environment);
  running.push(ledger);
  return ledger;
}

/** Milliseconds between two questions: so many are asked while it builds, and the build goes on. */
const askAgainMs = 5;

/** Asks again and again, and fails at an answer that is smaller than the log or refused, until `isEnough` or `work` has ended. */
async function askMeanwhile(
  url: string,
  work: Promise<unknown>,
  isEnough: (version: number) => boolean,
): Promise<void> {
  let hasEnded = false;
  void work.finally(() => (hasEnded = true)).catch(() => undefined);
  const isOver = (version: number) => hasEnded && isEnough(version);
  for (let version = 0; !isOver(version);) {
    const answer = await ask(url);
    expect(answer).toMatchObject({ status: 200, totalCount: sessions });
    ({ version } = answer);
    await pause(askAgainMs);
  }
  await work;
}

async function ask(url: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ streamSessions(first: 1) { totalCount } projections { version } }' }),
  });
  const { data } = (await response.json()) as {
    data?: { streamSessions: { totalCount: number }; projections: [{ version: number }] };
  };
  return {
    status: response.status,
    totalCount: data?.streamSessions.totalCount,
    version: data?.projections[0].version ?? 0,
  };
}

async function answering(service: LedgerProcess): Promise<string> {
  const url = await service.url();
  await askUntil(
    () => ask(url),
    ({ status }) => status === 200,
  );
  return url;
}

const readModels = () => readdirSync(folder.path).filter((name) => /^read-model-.*\.sqlite$/.test(name));

/** Resolves once only those read models are left: the ones before them are closed and removed after these answer. */
const untilLeft = (isLeft: (names: readonly string[]) => boolean) =>
  askUntil(() => Promise.resolve(readModels()), isLeft);

test('rebuild --online builds beside what answers: no answer is smaller or refused, and the command reports its progress', async () => {
  const url = await answering(start('serve'));
  const opened = new Database(sqlFileIn(folder.path), { readonly: true });
  expect(pushesIn(opened)).toBe(sessions);
  const command = start('rebuild', ['--online', '--json']);
  await askMeanwhile(url, command.ended(), () => true);
  expect(await command.ended()).toBe(0);
  const progress = command.stdout().trim().split('\n');
  // The service has recorded an outage where it took long to start.
  const { events, eventsTotal, ...indexes } = JSON.parse(progress.at(-1) ?? '') as Record<string, number>;
  expect(eventsTotal).toBeGreaterThanOrEqual(10_002);
  expect({ events, ...indexes }).toEqual({ events: eventsTotal, indexes: 0, indexesTotal: null });
  await untilLeft((names) => names.join() === path.basename(readModelFileName(folder.path, 2)));

  // The path for SQL leads to the new file; a program that has the old one open goes on reading it.
  expect(pushesIn(opened)).toBe(sessions);
  opened.close();
  expect(realpathSync(sqlFileIn(folder.path))).toBe(realpathSync(readModelFileName(folder.path, 2)));
  const again = new Database(sqlFileIn(folder.path), { readonly: true });
  expect(pushesIn(again)).toBe(sessions);
  again.close();
});

const pushesIn = (db: Database.Database) => db.prepare('SELECT count(*) FROM v1_stream_sessions').pluck().get();

test('a new version builds its own beside that of the old one, which answers until then and is removed', async () => {
  const old = start('serve');
  await answering(old);
  old.kill('SIGTERM');
  expect(await old.ended()).toBe(0);
  const next = start('serve', [], copyWithNextReadModel(copy.path));
  const url = await next.url();
  await askMeanwhile(url, Promise.resolve(), (version) => version === readModelVersion + 1);
  await untilLeft((names) => !names.includes(path.basename(readModelFileName(folder.path))));
  await next.printed(/read models of an older version answer as they were/);
});

test('a new version’s read models can be built while the old one serves: the new one answers from them at once', async () => {
  const old = start('serve');
  const url = await answering(old);
  const program = copyWithNextReadModel(copy.path);
  const command = start('rebuild', ['--online'], program);
  await askMeanwhile(url, command.ended(), () => true);
  expect(await command.ended()).toBe(0);
  old.kill('SIGTERM');
  expect(await old.ended()).toBe(0);
  const next = start('serve', [], program);
  expect(await ask(await next.url())).toEqual({ status: 200, totalCount: sessions, version: readModelVersion + 1 });
});

test('without a service it is refused, and without a log', async () => {
  const idle = start('rebuild', ['--online']);
  expect(await idle.ended()).toBe(1);
  expect(idle.stderr()).toMatch(/^No Live Ledger process uses DATA_DIR .*\. Leave --online out\.$/m);
  folder.remove();
  const empty = start('rebuild', ['--online']);
  expect(await empty.ended()).toBe(1);
  expect(empty.stderr()).toMatch(/has no log/);
  expect(existsSync(folder.path)).toBe(false);
});
