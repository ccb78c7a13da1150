import { afterEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { SqliteEventReader } from '../../src/log/sqlite/sqlite-event-reader.ts';
import {
  openReadModelForWriting,
  readableVersionLeast,
  readModelFileName,
} from '../../src/projecting/file/read-model-file.ts';
import { requestRebuild } from '../../src/projecting/file/read-models-on-disk.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { connectLive, nextOf } from '../support/live-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { writeLog } from '../support/write-log.ts';

let running: RunningApp;
afterEach(() => running.close());

/** Enough for the file to have pages that no answer has read before. */
const sessions = 400;
const counted = '{ streamSessions(first: 1) { totalCount nodes { sequence } } }';

/** The app on a log of `sessions`; `between` may change the files before it starts. */
async function startOnLog(between: () => void = () => undefined): Promise<void> {
  running = await startApp();
  await running.restart(async (dataDir) => {
    await writeLog(dataDir, sessions);
    between();
  });
}

const countedNow = async () => {
  const { status, data, errors } = await running.ask(counted);
  const code = errors?.[0]?.extensions['code'];
  return { status, count: (data?.['streamSessions'] as { totalCount: number } | undefined)?.totalCount, code };
};
const projectionNow = async () => {
  const { data } = await running.ask(
    '{ projections { version serving lagEvents build { version because lagEvents } } }',
  );
  return (data?.['projections'] as [Record<string, unknown>])[0];
};
const whole = { status: 200, count: sessions, code: undefined };
const refused = { status: 503, count: undefined, code: 'STORE_UNAVAILABLE' };
const probe = async () => {
  const response = await fetch(`${running.app.url}/readyz/query`);
  const { checks } = (await response.json()) as { checks: { name: string; reason: string | null }[] };
  return [response.status, checks.find(({ name }) => name === 'read_model')?.reason];
};
const logged = (text: string) => running.logLines.filter((line) => line.includes(text));
const readModels = () => readdirSync(running.dataDir).filter((name) => /^read-model-.*\.sqlite$/.test(name));
/** Resolves once this file alone is left: the one before it is closed and removed after the new one answers. */
const untilLeft = (file: string) =>
  askUntil(
    () => Promise.resolve(readModels().join()),
    (names) => names === path.basename(file),
  );
/** Resolves once the log says that new read models answer, which it does a moment after they do. */
const untilComplete = () =>
  askUntil(
    () => Promise.resolve(logged('the read models are complete, and answer from now on')),
    ({ length }) => length > 0,
  );
const isWhole = ({ status }: { status: number }) => status === 200;

/** Asks until the answer is whole again; every answer on the way is whole or refused. */
async function answersUntilWhole(): Promise<void> {
  const answer = await askUntil(async () => {
    const now = await countedNow();
    expect([whole, refused]).toContainEqual(now);
    return now;
  }, isWhole);
  expect(answer).toEqual(whole);
}

test('until the first read models are complete, queries are refused, and callbacks are taken', async () => {
  let lock: Database.Database | null = null;
  running = await startApp();
  await running.restart(async (dataDir) => {
    await writeLog(dataDir, sessions);
    rmSync(readModelFileName(dataDir));
    lock = lockedBuild(dataDir, 1);
  });
  expect(await countedNow()).toEqual(refused);
  const mixed = await running.ask(`{ projections { version } ${counted.slice(1)}`);
  expect(mixed).toMatchObject({ status: 503 });
  expect(mixed).not.toHaveProperty('data');
  expect(await projectionNow()).toMatchObject({ serving: false, lagEvents: 802, build: { lagEvents: 802 } });
  expect(await probe()).toEqual([503, 'READ_MODEL_BUILDING']);
  const socket = await connectLive(running.app.url);
  socket.subscribe('1', 'subscription { streamSessionChanged { cursor } }');
  const [error] = await socket.until((messages) => {
    const errors = messages.filter(({ type }) => type === 'error');
    return errors.length > 0 && errors;
  });
  expect(error?.payload).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
  await socket.close();
  const { status } = await running.post(pushBody({ sequence: '1', event_time: 1_600_000 }));
  expect(status).toBe(200);
  (lock as Database.Database | null)?.close();
  await answersUntilWhole();
  expect(await probe()).toEqual([200, null]);
  expect(await projectionNow()).toMatchObject({ serving: true, build: null });
  expect(logged('read models are built; queries are refused until they are complete')).toHaveLength(1);
  expect(await untilComplete()).toHaveLength(1);
});

test.each<[name: string, damage: (file: string) => void, detected: RegExp]>([
  [
    'whose pages are overwritten',
    (file) => {
      const handle = openSync(file, 'r+');
      writeSync(handle, Buffer.alloc(statSync(file).size - 4_096, 7), 0, undefined, 4_096);
      closeSync(handle);
    },
    /malformed|not a database/,
  ],
  [
    'whose first bytes are overwritten',
    (file) => {
      const handle = openSync(file, 'r+');
      writeSync(handle, Buffer.alloc(100, 7), 0, undefined, 0);
      closeSync(handle);
    },
    /not a database/,
  ],
  ['that is deleted', (file) => rmSync(file), /the file is gone/],
  [
    'whose file is replaced by another one',
    (file) => {
      rmSync(file);
      openReadModelForWriting(file, 'another log').close();
    },
    /another file has its name|malformed/,
  ],
])(
  'a read model %s while it serves is noticed and built again, without a wrong answer',
  async (_name, damage, detected) => {
    await startOnLog();
    await askUntil(countedNow, ({ count }) => count === sessions);
    // Moves the write-ahead log into the file.
    const db = new Database(readModelFileName(running.dataDir));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    damage(readModelFileName(running.dataDir));
    await askUntil(
      async () => {
        expect([whole, refused]).toContainEqual(await countedNow());
        return logged('a read model is damaged');
      },
      ({ length }) => length > 0,
    );
    expect(logged('a read model is damaged')[0]).toMatch(detected);
    await answersUntilWhole();
    expect(await untilComplete()).toHaveLength(1);
    await untilLeft(readModelFileName(running.dataDir, 2));
    expect(await probe()).toEqual([200, null]);
    // The next start needs no help either.
    await running.restart();
    expect(await countedNow()).toEqual(whole);
  },
);

test.each([
  ['overwritten', (file: string) => writeAll(file, 'no database')],
  ['empty', (file: string) => writeAll(file, '')],
])('a read model that is %s at a start is removed, and built again', async (_name, damage) => {
  await startOnLog();
  await askUntil(countedNow, ({ count }) => count === sessions);
  await running.restart((dataDir) => {
    damage(readModelFileName(dataDir));
    return Promise.resolve();
  });
  await answersUntilWhole();
  expect(logged('a read model is damaged: it is removed, and built again')).toHaveLength(1);
});

test('read models of an older version that could be misread do not answer, and go when new ones are complete', async () => {
  await startOnLog();
  await askUntil(countedNow, ({ count }) => count === sessions);
  const older = (dataDir: string) => path.join(dataDir, `read-model-v${readableVersionLeast - 1}.sqlite`);
  await running.restart((dataDir) => {
    renameSync(readModelFileName(dataDir), older(dataDir));
    const db = new Database(older(dataDir));
    // Half of the truth, which must not be seen.
    db.exec(`DELETE FROM stream_sessions; PRAGMA user_version = ${readableVersionLeast - 1}`);
    db.close();
    return Promise.resolve();
  });
  await answersUntilWhole();
  await untilLeft(readModelFileName(running.dataDir));
});

test('a build goes on after a restart where it was, beside what answers', async () => {
  await startOnLog();
  await askUntil(countedNow, ({ count }) => count === sessions);
  const lock = lockedBuild(running.dataDir);
  await running.restart();
  try {
    expect(await countedNow()).toEqual(whole);
    expect(await projectionNow()).toMatchObject({
      serving: true,
      lagEvents: 0,
      build: { because: 'an earlier process began to', lagEvents: 802 },
    });
    // What answers is kept up to date meanwhile.
    await running.post(pushBody({ sequence: 'meanwhile' }));
    await askUntil(countedNow, ({ count }) => count === sessions + 1);
  } finally {
    lock.close();
  }
  await askUntil(projectionNow, ({ build }) => build === null);
  expect(await countedNow()).toEqual({ ...whole, count: sessions + 1 });
  await untilLeft(readModelFileName(running.dataDir, 2));
});

test('a rebuild that is asked for while serving: no answer is refused or smaller, and subscriptions list again', async () => {
  await startOnLog();
  await askUntil(countedNow, ({ count }) => count === sessions);
  const socket = await connectLive(running.app.url);
  socket.subscribe('changed', 'subscription { streamSessionChanged { cursor } }');
  socket.subscribe('recorded', 'subscription { callbackRecorded { callback { position } } }');
  socket.subscribe('q', '{ __typename }');
  await socket.until((messages) => messages.some(({ id }) => id === 'q'));
  requestRebuild(running.dataDir);
  await askUntil(
    async () => {
      expect(await countedNow()).toEqual(whole);
      return logged('the read models are complete, and answer from now on');
    },
    ({ length }) => length > 0,
  );
  expect(await countedNow()).toEqual(whole);
  expect(logged('read models are built beside those that answer')[0]).toContain('an operator asked for it');
  const ended = await socket.until((messages) => messages.find(({ id, type }) => id === 'changed' && type === 'error'));
  expect(ended.payload).toMatchObject([{ extensions: { code: 'RESYNC' } }]);
  // Callbacks are the same whoever projects them: this one goes on.
  await running.post(pushBody({ sequence: 'later' }));
  const [recorded] = await socket.until((messages) => {
    const next = nextOf<{ callbackRecorded: { callback: { position: string } } }>(messages, 'recorded');
    return next.length > 0 && next;
  });
  expect(recorded?.callbackRecorded.callback.position).toBe(String(await running.log.endPosition()));
  await socket.close();
  await untilLeft(readModelFileName(running.dataDir, 2));
});

function writeAll(file: string, content: string): void {
  const handle = openSync(file, 'w');
  writeSync(handle, content);
  closeSync(handle);
}

/** A build as a process left it that had just begun it, with a lock that keeps its thread from going on. */
function lockedBuild(dataDir: string, build = 2): Database.Database {
  const file = readModelFileName(dataDir, build);
  const reader = new SqliteEventReader(dataDir);
  openReadModelForWriting(file, reader.logId).close();
  reader.close();
  const lock = new Database(file);
  lock.exec('BEGIN IMMEDIATE');
  return lock;
}
