import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFileSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rebuild } from '../../src/operations/rebuild/rebuild.ts';
import type { LostEvents } from '../../src/projecting/file/restored-log.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { connectLive, nextOf } from '../support/live-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let running: RunningApp;
let backup: TemporaryFolder;
beforeEach(async () => {
  running = await startApp();
  backup = makeTemporaryFolder();
});
afterEach(async () => {
  await running.close();
  backup.remove();
});

let sequence = 0;
/** Records callbacks of as many sessions; the cursors that a client has then, of a list and of a subscription. */
async function recordSessions(count: number): Promise<string[]> {
  // Until the read models are built again, subscriptions are refused.
  await running.projected();
  const socket = await connectLive(running.app.url);
  socket.subscribe('1', 'subscription { callbackRecorded { cursor } }');
  socket.subscribe('2', 'subscription { streamSessionChanged { cursor } }');
  // Both have begun once a later query is answered: what is recorded before is not sent.
  socket.subscribe('q', '{ __typename }');
  await socket.until((messages) => messages.some(({ id }) => id === 'q'));
  for (let index = 0; index < count; index += 1) {
    sequence += 1;
    await running.post(pushBody({ sequence: String(sequence), event_time: 1_600_000_000 + sequence }));
  }
  const last = async (id: string, field: string) => {
    await socket.until((messages) => nextOf(messages, id).length >= count);
    return nextOf<Record<string, { cursor: string }>>(socket.messages, id).at(-1)?.[field]?.cursor ?? '';
  };
  const cursors = [await last('1', 'callbackRecorded'), await last('2', 'streamSessionChanged')];
  await socket.close();
  const { data } = await running.ask('{ streamSessions { liveFrom } }');
  return [...cursors, (data?.['streamSessions'] as { liveFrom: string }).liveFrom];
}

/** What a subscription after a cursor is answered: the code of its error, or `next`. */
async function answersTo(cursors: readonly string[]): Promise<string[]> {
  await running.projected();
  const socket = await connectLive(running.app.url);
  const answers: string[] = [];
  for (const [index, after] of cursors.entries()) {
    const id = String(index);
    socket.subscribe(id, 'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor } }', { after });
    const { type, payload } = await socket.until((messages) => messages.find((message) => message.id === id));
    const [error] = Array.isArray(payload) ? (payload as { extensions: { code: string } }[]) : [];
    answers.push(error?.extensions.code ?? type);
  }
  await socket.close();
  return answers;
}

async function sessionsListed(): Promise<number> {
  await running.projected();
  const { data } = await running.ask('{ streamSessions(first: 500) { nodes { sequence } } }');
  return (data?.['streamSessions'] as { nodes: unknown[] }).nodes.length;
}

const filesOfLog = ['log.sqlite', 'log.sqlite-wal'];
const copyLog = (from: string, to: string) => {
  for (const file of readdirSync(from)) {
    if (filesOfLog.includes(file)) copyFileSync(path.join(from, file), path.join(to, file));
  }
};
const backUp = (dataDir: string) => {
  copyLog(dataDir, backup.path);
  return Promise.resolve();
};
const restore = (dataDir: string) => {
  for (const file of filesOfLog) rmSync(path.join(dataDir, file), { force: true });
  copyLog(backup.path, dataDir);
  return Promise.resolve();
};
const messagesLogged = () => running.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
const refused = ['CURSOR_INVALID', 'CURSOR_INVALID', 'CURSOR_INVALID'];

describe('an older copy of the log that is restored', () => {
  test('begins an epoch at the start, which says what the copy lacks; earlier cursors are refused for ever', async () => {
    await recordSessions(2);
    await running.restart(backUp);
    const ofLostTimeline = await recordSessions(3);
    expect(await sessionsListed()).toBe(5);
    await running.restart(restore);
    expect(messagesLogged()).toContainEqual(
      expect.objectContaining({
        level: 40,
        eventsLost: 3,
        callbacksLost: 3,
        firstLost: expect.stringMatching(/^\d{4}-.*Z$/),
        lastLost: expect.stringMatching(/^\d{4}-.*Z$/),
        msg: expect.stringMatching(/^the log is an older copy, and lacks what was recorded after it/),
      }),
    );
    expect(await answersTo(ofLostTimeline)).toEqual(refused);
    // The log grows past them.
    const ofSecond = await recordSessions(9);
    expect(await answersTo(ofLostTimeline)).toEqual(refused);
    expect(await sessionsListed()).toBe(2 + 9);
    await running.restart();
    expect(await answersTo(ofLostTimeline)).toEqual(refused);

    // The same copy once more: its positions are assigned a third time.
    await running.restart(restore);
    const ofThird = await recordSessions(12);
    expect(await answersTo([...ofLostTimeline, ...ofSecond])).toEqual([...refused, ...refused]);
    expect(await sessionsListed()).toBe(2 + 12);
    const [afterAll = ''] = ofThird;
    await recordSessions(1);
    expect(await answersTo([afterAll])).toEqual(['next']);
  });

  test('is rebuilt from with a new epoch, and what it lacks is counted', async () => {
    await recordSessions(2);
    await running.restart(backUp);
    const ofLostTimeline = await recordSessions(3);
    const lost: LostEvents[] = [];
    await running.restart(async (dataDir) => {
      await restore(dataDir);
      await rebuild({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, () => undefined, { onLost: (one) => lost.push(one) });
    });
    expect(lost).toMatchObject([{ eventsLost: 3, callbacksLost: 3 }]);
    await recordSessions(9);
    expect(await answersTo(ofLostTimeline)).toEqual(refused);
    expect(await sessionsListed()).toBe(2 + 9);
  });

  test('is recognized where the log had grown past the read models before they were compared', async () => {
    await recordSessions(1);
    await running.restart(backUp);
    await recordSessions(2);
    const readModels = makeTemporaryFolder();
    const isReadModel = (file: string) => file.startsWith('read-model');
    await running.restart(async (dataDir) => {
      cpSync(dataDir, readModels.path, { recursive: true });
      await restore(dataDir);
      for (const file of readdirSync(dataDir).filter(isReadModel)) rmSync(path.join(dataDir, file));
    });
    await recordSessions(5);
    await running.restart((dataDir) => {
      for (const file of readdirSync(dataDir).filter(isReadModel)) rmSync(path.join(dataDir, file));
      for (const file of readdirSync(readModels.path).filter(isReadModel)) {
        copyFileSync(path.join(readModels.path, file), path.join(dataDir, file));
      }
      return Promise.resolve();
    });
    readModels.remove();
    expect(await sessionsListed()).toBe(1 + 5);
  });
});

test('a whole data directory that is copied back begins an epoch, and keeps its read models', async () => {
  await recordSessions(2);
  await running.restart((dataDir) => {
    cpSync(dataDir, backup.path, { recursive: true });
    return Promise.resolve();
  });
  const ofLostTimeline = await recordSessions(3);
  await running.restart((dataDir) => {
    for (const file of readdirSync(dataDir)) rmSync(path.join(dataDir, file));
    cpSync(backup.path, dataDir, { recursive: true });
    return Promise.resolve();
  });
  expect(messagesLogged().at(-1)).toMatchObject({
    level: 40,
    msg: expect.stringMatching(/^the file of the log is a copy/),
  });
  await recordSessions(9);
  expect(await answersTo(ofLostTimeline)).toEqual(refused);
  expect(await sessionsListed()).toBe(2 + 9);
});

test.each([
  ['missing', (file: string) => rmSync(file)],
  ['empty', (file: string) => writeFileSync(file, '')],
])(
  'a log that is %s beside its read models is refused, and no new one begins; put back, it is whole',
  async (_name, lose) => {
    await recordSessions(2);
    const losing = running.restart(async (dataDir) => {
      await backUp(dataDir);
      for (const file of filesOfLog) rmSync(path.join(dataDir, file), { force: true });
      writeFileSync(path.join(dataDir, 'log.sqlite'), 'to be lost');
      lose(path.join(dataDir, 'log.sqlite'));
    });
    await expect(losing).rejects.toThrow(/missing, or empty: log\.sqlite\. .* restore a backup/);
    await running.restart((dataDir) => {
      expect(statSync(path.join(dataDir, 'log.sqlite'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
      return restore(dataDir);
    });
    expect(await sessionsListed()).toBe(2);
  },
);

test('a log that stays where it is stays in its epoch, however often it is opened', async () => {
  const cursors = await recordSessions(1);
  for (let round = 0; round < 2; round += 1) await running.restart();
  await recordSessions(1);
  expect(await answersTo(cursors)).toEqual(['next', 'next', 'next']);
});
