import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RelayTaskDocument } from '../../../schema/operations.generated.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const beginsAtMs = Date.parse('2026-03-01T00:00:00Z');
const at = (seconds: number) => new Date(beginsAtMs + seconds * 1000).toISOString();

let running: RunningApp;
/** What the receiver’s clock shows. */
let nowMs = beginsAtMs;
/** The task of the test: each has its own. */
let taskId: string;
let tests = 0;

beforeAll(async () => {
  running = await startApp({ clock: () => nowMs });
});
afterAll(() => running.close());
beforeEach(() => {
  nowMs = beginsAtMs;
  taskId = `own-${(tests += 1)}`;
});

/** Posts one callback of the task that arrives at this second. */
async function arrives(
  seconds: number,
  callbackEvent: string,
  msg: unknown = {},
  overrides: Record<string, unknown> = {},
): Promise<void> {
  nowMs = beginsAtMs + seconds * 1000;
  expect((await running.post(relayBody(callbackEvent, msg, { task_id: taskId, ...overrides }))).status).toBe(200);
}

async function task(id = taskId, appId?: string) {
  await running.projected();
  const { relayTask } = await running.query(RelayTaskDocument, { taskId: id, ...(appId !== undefined && { appId }) });
  return relayTask;
}

describe('relayTask', () => {
  test('is null where no callback named the task', async () => {
    expect(await task()).toBeNull();
  });

  test('shows the task', async () => {
    const urls = ['http://source.example/b.flv', 'http://source.example/a.flv'];
    await arrives(0, 'TaskStart', { task_start_time: beginsAtMs - 1_500 }, { source_urls: sourceUrlsAsSent(...urls) });
    expect(await task()).toMatchObject({
      appId: '4',
      taskId,
      state: 'RUNNING',
      sourceUrls: urls,
      toUrl: 'rtmp://push.example/live/one',
      domain: 'push.example',
      path: 'live',
      streamId: 'one',
      startedAt: '2026-02-28T23:59:58.500Z',
      exitCode: null,
      exitCodeText: null,
      exitedAt: null,
      currentFile: null,
      files: [],
      alarms: [],
      runs: [{ number: 1, startedAt: '2026-02-28T23:59:58.500Z', startReceivedAt: at(0), exitedAt: null }],
      callbacks: { nodes: [{ callbackEvent: 'TaskStart', attribution: 'BY_TASK_ID', deliveries: 1 }] },
    });
  });

  test('is AMBIGUOUS_ID where several accounts use the id, and the error names them', async () => {
    await arrives(0, 'TaskStart', {}, { appid: 4 });
    await arrives(0, 'TaskStart', {}, { appid: 5 });
    await running.projected();
    const { errors, data } = await running.ask('query ($taskId: ID!) { relayTask(taskId: $taskId) { id } }', {
      taskId,
    });
    expect(data).toEqual({ relayTask: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'AMBIGUOUS_ID', appIds: ['4', '5'] });
    expect(await task(taskId, '5')).toMatchObject({ appId: '5' });
    expect(await task(taskId, '6')).toBeNull();
  });

  test('has an id that is its own and stays the same', async () => {
    await arrives(0, 'TaskStart', {}, { appid: 4 });
    await arrives(0, 'TaskStart', {}, { appid: 5 });
    const [four, five] = [await task(taskId, '4'), await task(taskId, '5')];
    expect(four?.id).not.toBe(five?.id);
    await arrives(100, 'TaskExit', {}, { appid: 4 });
    expect((await task(taskId, '4'))?.id).toBe(four?.id);
  });

  test('of an account that says appId instead of appid, and a task_id beyond 2^53 as a number', async () => {
    const { appid, ...body } = relayBody('TaskStart', {}, { appId: 77, task_id: 'TASK' });
    await running.post(JSON.stringify(body).replace('"TASK"', '9007199254740993123'));
    expect(await task('9007199254740993123')).toMatchObject({ appId: '77', taskId: '9007199254740993123' });
    expect(appid).toBe(4);
  });

  test('known by a change of its configuration alone has no run, and its callback is shown', async () => {
    await arrives(0, 'ResetTaskConfig', { anything: 1 });
    expect(await task()).toMatchObject({
      state: 'UNKNOWN',
      runs: [],
      files: [],
      currentFile: null,
      callbacks: { nodes: [{ callbackEvent: 'ResetTaskConfig', attribution: 'BY_TASK_ID' }] },
    });
  });
});

describe('the runs of a task', () => {
  test('are listed newest first, each with its own exit and files', async () => {
    await arrives(1, 'TaskStart', { task_start_time: beginsAtMs });
    await arrives(2, 'VodSourceFileStart', { url: 'u', index: 0, duration: 60 });
    await arrives(11, 'TaskExit', { code: -22, message: 'write packet error.', task_exit_time: beginsAtMs + 10_000 });
    await arrives(21, 'TaskStart', { task_start_time: beginsAtMs + 20_000 });
    expect(await task()).toMatchObject({
      state: 'RUNNING',
      startedAt: at(20),
      exitCode: -22,
      exitMessage: 'write packet error.',
      exitedAt: at(10),
      files: [],
      runs: [
        { number: 2, startedAt: at(20), startReceivedAt: at(21), exitCode: null, exitedAt: null, attribution: null },
        {
          number: 1,
          startedAt: at(0),
          startReceivedAt: at(1),
          exitedAt: at(10),
          exitReceivedAt: at(11),
          exitCode: -22,
          exitMessage: 'write packet error.',
          attribution: 'BY_TASK_ID',
          files: [{ index: 0, times: 1 }],
        },
      ],
    });
  });

  test('hold an exit where no run was open, with an unknown start', async () => {
    await arrives(1, 'TaskExit', { code: 'ERR', task_exit_time: 0 });
    expect(await task()).toMatchObject({
      state: 'EXITED',
      startedAt: null,
      exitCode: null,
      exitCodeText: 'ERR',
      exitedAt: null,
      runs: [{ number: 1, startedAt: null, startReceivedAt: null, exitedAt: null, exitReceivedAt: at(1) }],
    });
  });

  test('are folded again when a TaskStart comes late', async () => {
    await arrives(50, 'TaskExit', { code: 7, task_exit_time: beginsAtMs + 50_000 });
    await arrives(51, 'TaskStart', { task_start_time: beginsAtMs + 51_000 });
    await arrives(60, 'TaskStart', { task_start_time: beginsAtMs });
    expect(await task()).toMatchObject({
      state: 'RUNNING',
      runs: [
        { number: 2, startedAt: at(51), exitCode: null },
        { number: 1, startedAt: at(0), startReceivedAt: at(60), exitCode: 7 },
      ],
    });
  });

  test('begin with the file that came just before the TaskStart', async () => {
    await arrives(2, 'VodSourceFileStart', { url: 'u', index: 0, duration: 60 });
    expect(await task()).toMatchObject({ state: 'UNKNOWN', runs: [{ startedAt: null }] });
    await arrives(3, 'TaskStart', { task_start_time: 0 });
    expect(await task()).toMatchObject({ state: 'RUNNING', runs: [{ number: 1, files: [{ index: 0 }] }] });
  });

  test('end and begin within one second as they did: an exit, then the start of the next', async () => {
    const second = { event_time: String(beginsAtMs / 1000 + 30) };
    await arrives(0, 'TaskStart', {}, { event_time: String(beginsAtMs / 1000) });
    await arrives(31, 'TaskStart', {}, second);
    await arrives(32, 'TaskExit', { code: 3 }, second);
    expect(await task()).toMatchObject({
      state: 'RUNNING',
      runs: [
        { number: 2, startedAt: at(30), exitCode: null },
        { number: 1, startedAt: at(0), exitedAt: at(30), exitCode: 3 },
      ],
    });
  });
});

describe('the files of a task', () => {
  const first = { url: 'http://source.example/a.mp4', index: 0, duration: 60 };
  const second = { url: 'http://source.example/b.mp4', index: '1', duration: '30' };

  test('are listed by index, with the one that plays', async () => {
    await arrives(0, 'TaskStart');
    await arrives(1, 'VodSourceFileStart', first);
    await arrives(61, 'VodSourceFileFinish', first);
    await arrives(62, 'VodSourceFileStart', second);
    expect(await task()).toMatchObject({
      currentFile: { index: 1, url: second.url, durationSeconds: 30, startedAt: at(62), finishedAt: null, times: 1 },
      files: [
        { index: 0, url: first.url, durationSeconds: 60, startedAt: at(1), finishedAt: at(61), times: 1 },
        { index: 1, startedAt: at(62), finishedAt: null },
      ],
    });
    await arrives(92, 'VodSourceFileFinish', second);
    expect(await task()).toMatchObject({ currentFile: null, files: [{ index: 0 }, { finishedAt: at(92) }] });
  });

  test('that exited while one played have no current file', async () => {
    await arrives(0, 'TaskStart');
    await arrives(1, 'VodSourceFileStart', first);
    await arrives(5, 'TaskExit', { code: 0 });
    expect(await task()).toMatchObject({ state: 'EXITED', currentFile: null, files: [{ finishedAt: null }] });
  });

  test('that loop without times in their callbacks are counted by when they arrive', async () => {
    await arrives(0, 'TaskStart');
    for (const loop of [0, 1, 2]) {
      await arrives(1 + loop * 61, 'VodSourceFileStart', first);
      await arrives(61 + loop * 61, 'VodSourceFileFinish', first);
    }
    expect(await task()).toMatchObject({
      files: [{ index: 0, times: 3, startedAt: at(123), finishedAt: at(183) }],
      currentFile: null,
    });
  });

  test('are counted once where an equal callback comes again well within the file’s duration: a redelivery', async () => {
    await arrives(0, 'TaskStart');
    await arrives(1, 'VodSourceFileStart', first);
    await arrives(50, 'VodSourceFileStart', first);
    const shown = await task();
    expect(shown?.files).toMatchObject([{ times: 1, startedAt: at(1) }]);
    expect(shown?.callbacks?.nodes).toMatchObject([
      { callbackEvent: 'VodSourceFileStart', deliveries: 2 },
      { callbackEvent: 'TaskStart', deliveries: 1 },
    ]);
  });

  test('that loop with times in their callbacks are counted exactly, however close and however often they arrive', async () => {
    await arrives(0, 'TaskStart');
    for (const playedAt of [10, 11, 10, 11, 12]) {
      await arrives(20, 'VodSourceFileStart', first, { event_time: String(beginsAtMs / 1000 + playedAt) });
    }
    expect(await task()).toMatchObject({ files: [{ times: 3, startedAt: at(12) }], currentFile: { index: 0 } });
  });

  test('belong to the newest run begun before them, exited or not', async () => {
    await arrives(0, 'TaskStart');
    await arrives(10, 'TaskExit', { code: 0 });
    await arrives(11, 'VodSourceFileFinish', first);
    await arrives(100, 'TaskStart');
    await arrives(101, 'VodSourceFileStart', second);
    expect(await task()).toMatchObject({
      files: [{ index: 1 }],
      runs: [
        { number: 2, files: [{ index: 1 }] },
        { number: 1, files: [{ index: 0, startedAt: null, finishedAt: at(11), times: 1 }] },
      ],
    });
  });
});

describe('the alarms of a task', () => {
  test('are listed over all runs and for each, one entry per type, the most recent first', async () => {
    await arrives(0, 'TaskStart');
    await arrives(1, 'TaskAlarm', { type: 'PullFileUnstable' });
    await arrives(70, 'TaskAlarm', { type: 'PushStreamFailed' });
    await arrives(71, 'TaskExit', { code: -22 });
    await arrives(80, 'TaskStart', { task_start_time: beginsAtMs + 80_000 });
    await arrives(90, 'TaskAlarm', { type: 'PullFileUnstable' });
    const once = { times: 1 };
    expect(await task()).toMatchObject({
      alarms: [
        { type: 'PullFileUnstable', firstAt: at(1), lastAt: at(90), times: 2 },
        { type: 'PushStreamFailed', firstAt: at(70), lastAt: at(70), times: 1 },
      ],
      runs: [
        { number: 2, alarms: [{ type: 'PullFileUnstable', firstAt: at(90), lastAt: at(90), ...once }] },
        {
          number: 1,
          alarms: [
            { type: 'PushStreamFailed', ...once },
            { type: 'PullFileUnstable', ...once },
          ],
        },
      ],
    });
  });
});
