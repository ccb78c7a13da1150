import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CallbacksDocument, ProjectionsDocument, RelayTaskDocument } from '../../../schema/operations.generated.ts';
import { without } from '../../support/callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const beginsAtMs = Date.parse('2026-03-01T00:00:00Z');
const [a, b] = ['http://source.example/a.flv', 'http://source.example/b.flv'];

let running: RunningApp;
let nowMs = beginsAtMs;
/** Each test has an account of its own: tasks of another one never matter. The next account is nobody's. */
let account = 0;
/** Relay callbacks without a task that the tests before have left. */
let unattributedBefore: number;

beforeAll(async () => {
  running = await startApp({ clock: () => nowMs });
});
afterAll(() => running.close());
beforeEach(async () => {
  nowMs = beginsAtMs;
  account += 2;
  await running.projected();
  unattributedBefore = await unattributedSoFar();
});

async function post(body: Record<string, unknown>): Promise<void> {
  expect((await running.post(body)).status).toBe(200);
}

const ms = (seconds: number) => beginsAtMs + seconds * 1000;

/** A TaskStart of the sources a and b at this second, by CSS’s clock. */
function start(taskId: string, seconds: number, overrides: Record<string, unknown> = {}) {
  return post(
    relayBody(
      'TaskStart',
      { task_start_time: ms(seconds) },
      { appid: account, task_id: taskId, source_urls: sourceUrlsAsSent(a, b), ...overrides },
    ),
  );
}

/** A TaskExit as the vendor’s sample is: appid and source_urls are all that ties it to a task. */
function namelessExit(seconds: number, code: number, overrides: Record<string, unknown> = {}) {
  const body = relayBody(
    'TaskExit',
    { code, message: 'write packet error.', task_exit_time: ms(seconds) },
    { appid: account, source_urls: sourceUrlsAsSent(b, a), ...overrides },
  );
  return post(without(body, 'task_id', 'stream_id', 'to_url'));
}

async function task(taskId: string, appId = account) {
  await running.projected();
  return (await running.query(RelayTaskDocument, { taskId, appId: String(appId) })).relayTask;
}

const ofAccount = () => ({ appId: { eq: String(account) } });

/** Exits of this test that fit no task, as the list and the count have them. */
async function unattributed() {
  await running.projected();
  const filter = { ...ofAccount(), relayTask: { isNull: true } };
  const { callbacks } = await running.query(CallbacksDocument, { filter });
  return { nodes: callbacks.nodes, count: (await unattributedSoFar()) - unattributedBefore };
}

async function unattributedSoFar(): Promise<number> {
  const { projections } = await running.query(ProjectionsDocument, {});
  return projections[0]?.relayCallbacksWithoutTask ?? NaN;
}

const codesOf = (nodes: readonly { readonly body?: unknown }[]) =>
  nodes.map(({ body }) => JSON.parse((body as { msg: string }).msg) as { code: number }).map(({ code }) => code);

describe('an exit that names no task', () => {
  test('belongs to the one task of its account and source URLs that runs: run and callback say how that is known', async () => {
    await start('1', 0);
    await namelessExit(10, -22);
    expect(await task('1')).toMatchObject({
      state: 'EXITED',
      exitCode: -22,
      exitMessage: 'write packet error.',
      exitedAt: '2026-03-01T00:00:10.000Z',
      runs: [{ number: 1, exitCode: -22, attribution: 'BY_SOURCE_URLS' }],
      callbacks: {
        nodes: [
          { callbackEvent: 'TaskExit', attribution: 'BY_SOURCE_URLS' },
          { callbackEvent: 'TaskStart', attribution: 'BY_TASK_ID' },
        ],
      },
    });
    const { callbacks } = await running.query(CallbacksDocument, {
      filter: { ...ofAccount(), relayTask: { isNull: false } },
    });
    expect(callbacks.nodes).toMatchObject([
      { callbackEvent: 'TaskExit', relayTask: { taskId: '1' }, attribution: 'BY_SOURCE_URLS' },
      { callbackEvent: 'TaskStart', relayTask: { taskId: '1' }, attribution: 'BY_TASK_ID' },
    ]);
    expect(await unattributed()).toEqual({ nodes: [], count: 0 });
  });

  test('says how sure it is which task it belongs to', async () => {
    const conclusions = async () => {
      await running.projected();
      const { data, errors } = await running.ask(
        `query ($filter: CallbackFilter) {
           callbacks(filter: $filter) { nodes { callbackEvent attributionConclusion { sureness because alternative } } }
         }`,
        { filter: ofAccount() },
      );
      expect(errors).toBeUndefined();
      return (data as { callbacks: { nodes: unknown[] } }).callbacks.nodes;
    };
    await namelessExit(0, -22);
    expect(await conclusions()).toEqual([{ callbackEvent: 'TaskExit', attributionConclusion: null }]);
    await start('1', 10);
    await namelessExit(20, -22);
    const likely = { sureness: 'LIKELY', alternative: 'It ended a run of which nothing else was recorded.' };
    expect((await conclusions()).slice(0, 2)).toMatchObject([
      { callbackEvent: 'TaskExit', attributionConclusion: likely },
      { callbackEvent: 'TaskStart', attributionConclusion: { sureness: 'CERTAIN', alternative: null } },
    ]);
    const { data } = await running.ask(
      'query ($appId: ID) { relayTask(taskId: "1", appId: $appId) { runs { attributionConclusion { sureness } } } }',
      { appId: String(account) },
    );
    expect(data).toEqual({ relayTask: { runs: [{ attributionConclusion: { sureness: 'LIKELY' } }] } });
    await start('1', 30);
    await start('2', 31);
    await namelessExit(40, -22);
    const possible = { sureness: 'POSSIBLE', because: expect.stringContaining('several tasks') as unknown };
    expect((await conclusions())[0]).toMatchObject({ callbackEvent: 'TaskExit', attributionConclusion: possible });
  });

  test('without a time of its own is placed by its arrival', async () => {
    await start('1', 0);
    nowMs = ms(30);
    await namelessExit(0, -22, { msg: '{"message":"m","code":-22,"task_exit_time":0}' });
    expect(await task('1')).toMatchObject({
      exitedAt: null,
      runs: [{ exitedAt: null, exitReceivedAt: '2026-03-01T00:00:30.000Z', attribution: 'BY_SOURCE_URLS' }],
    });
  });

  test.each<[string, () => Promise<void>, taskOf?: () => number]>([
    ['another account', () => start('1', 0, { appid: account + 1 }), () => account + 1],
    ['one of its source URLs alone', () => start('1', 0, { source_urls: sourceUrlsAsSent(a) })],
    [
      'one source URL more',
      () => start('1', 0, { source_urls: sourceUrlsAsSent(a, b, 'http://source.example/c.flv') }),
    ],
    ['source URLs that are unknown', () => start('1', 0, { source_urls: '' })],
    ['a start after it', () => start('1', 20)],
  ])('fits no task of %s', async (_name, startTask, taskOf = () => account) => {
    await startTask();
    await namelessExit(10, -22);
    expect(await task('1', taskOf())).toMatchObject({ state: 'RUNNING', exitCode: null });
    const { nodes, count } = await unattributed();
    expect(nodes).toMatchObject([{ callbackEvent: 'TaskExit', relayTask: null, attribution: null }]);
    expect(count).toBe(1);
  });

  test('fits none of several that run, and closes none of them', async () => {
    await start('1', 0);
    await start('2', 1);
    await namelessExit(10, -22);
    for (const taskId of ['1', '2']) expect(await task(taskId)).toMatchObject({ state: 'RUNNING' });
    expect((await unattributed()).count).toBe(1);
  });

  test('without source URLs fits no task, and is shown so', async () => {
    await start('1', 0);
    await namelessExit(10, -22, { source_urls: '' });
    expect(await task('1')).toMatchObject({ state: 'RUNNING' });
    expect((await unattributed()).count).toBe(1);
  });

  test('that comes after another one finds no run open, and stays without a task', async () => {
    await start('1', 0);
    await namelessExit(10, 1);
    await namelessExit(11, 2);
    expect(await task('1')).toMatchObject({ exitCode: 1, runs: [{ number: 1 }] });
    expect(codesOf((await unattributed()).nodes)).toEqual([2]);
  });
});

describe('source URLs that change at a restart', () => {
  const [c, d] = ['http://source.example/a.flv?sign=2', 'http://source.example/b.flv?sign=2'];

  test('take back no exit of the run before', async () => {
    await start('1', 0);
    await namelessExit(10, -22);
    await start('1', 20, { source_urls: sourceUrlsAsSent(c, d) });
    await namelessExit(30, -5, { source_urls: sourceUrlsAsSent(c, d) });
    expect(await task('1')).toMatchObject({
      sourceUrls: [c, d],
      runs: [
        { number: 2, exitCode: -5, attribution: 'BY_SOURCE_URLS' },
        { number: 1, exitCode: -22, attribution: 'BY_SOURCE_URLS' },
      ],
    });
    expect((await unattributed()).count).toBe(0);
  });

  test('are those of the moment of the exit, also where it arrives after the restart', async () => {
    await start('1', 0);
    await start('1', 20, { source_urls: sourceUrlsAsSent(c, d) });
    await namelessExit(10, -22);
    expect(await task('1')).toMatchObject({
      state: 'RUNNING',
      runs: [
        { number: 2, exitCode: null },
        { number: 1, exitCode: -22 },
      ],
    });
    await namelessExit(25, -5);
    expect(codesOf((await unattributed()).nodes)).toEqual([-5]);
  });
});

describe('a run whose exit was lost keeps no exit from another task', () => {
  test('where its task was started again later', async () => {
    await start('1', 0);
    await start('2', 1);
    await namelessExit(10, -22);
    expect((await unattributed()).count).toBe(1);
    await start('1', 500);
    expect(await task('2')).toMatchObject({ state: 'EXITED', exitCode: -22 });
    expect(await task('1')).toMatchObject({ state: 'RUNNING', runs: [{ number: 2 }, { number: 1, exitCode: null }] });
  });

  const day = 24 * 3_600;

  test('where it has been silent for more than a day, and the other task has not', async () => {
    await start('1', 0);
    await start('2', day);
    await namelessExit(day + 10, -22);
    expect(await task('2')).toMatchObject({ state: 'EXITED', exitCode: -22 });
    expect(await task('1')).toMatchObject({ state: 'RUNNING', exitCode: null });
  });

  test('until a callback arrives late that shows that it was not silent', async () => {
    await start('1', 0);
    await start('2', day);
    await namelessExit(day + 10, -22);
    const late = { appid: account, event_time: String(ms(day) / 1000), source_urls: sourceUrlsAsSent(a, b) };
    await post(relayBody('TaskAlarm', { type: 'PullFileFailed' }, late));
    expect(await task('2')).toMatchObject({ state: 'RUNNING', exitCode: null });
    expect((await unattributed()).count).toBe(1);
  });
});

describe('an exit that may belong to several tasks', () => {
  async function candidates() {
    await running.projected();
    const { data, errors } = await running.ask(
      'query ($filter: CallbackFilter) { callbacks(filter: $filter) { nodes { attributionCandidates { taskId } } } }',
      { filter: { ...ofAccount(), callbackEvent: { eq: 'TaskExit' } } },
    );
    expect(errors).toBeUndefined();
    const { callbacks } = data as unknown as {
      callbacks: { nodes: { attributionCandidates: { taskId: string }[] }[] };
    };
    return callbacks.nodes.map((node) => node.attributionCandidates.map(({ taskId }) => taskId));
  }

  test('lists them, until one of them is chosen', async () => {
    await start('1', 0);
    await start('2', 1);
    await start('3', 1, { source_urls: sourceUrlsAsSent(a) });
    await namelessExit(10, -22);
    expect(await candidates()).toEqual([['1', '2']]);
    await start('1', 500);
    expect(await candidates()).toEqual([[]]);
  });

  test('lists none where there is none, or only one', async () => {
    await namelessExit(10, -22);
    expect(await candidates()).toEqual([[]]);
    await start('1', 0);
    expect(await candidates()).toEqual([[]]);
  });
});

describe('a callback that arrives late decides it again', () => {
  test('a TaskStart from before the exit: now the exit fits', async () => {
    await namelessExit(10, -22);
    expect((await unattributed()).count).toBe(1);
    await start('1', 0);
    expect(await task('1')).toMatchObject({
      state: 'EXITED',
      exitCode: -22,
      runs: [{ startedAt: '2026-03-01T00:00:00.000Z', attribution: 'BY_SOURCE_URLS' }],
    });
    expect((await unattributed()).count).toBe(0);
  });

  test('a TaskStart of a second task from before the exit: now it fits two, and is taken back', async () => {
    await start('1', 0);
    await namelessExit(10, -22);
    expect(await task('1')).toMatchObject({ state: 'EXITED' });
    await start('2', 5);
    expect(await task('1')).toMatchObject({ state: 'RUNNING', exitCode: null, runs: [{ attribution: null }] });
    expect(await task('2')).toMatchObject({ state: 'RUNNING', exitCode: null });
    const { nodes, count } = await unattributed();
    expect(nodes).toMatchObject([{ callbackEvent: 'TaskExit', relayTask: null, attribution: null }]);
    expect(count).toBe(1);
  });

  test('an exit that names the other task: now only one was left', async () => {
    await start('1', 0);
    await start('2', 1);
    await namelessExit(10, -22);
    const exit = relayBody(
      'TaskExit',
      { code: 0, task_exit_time: ms(5) },
      { appid: account, task_id: '2', source_urls: sourceUrlsAsSent(a, b) },
    );
    await post(exit);
    expect(await task('1')).toMatchObject({
      state: 'EXITED',
      exitCode: -22,
      runs: [{ attribution: 'BY_SOURCE_URLS' }],
    });
    expect(await task('2')).toMatchObject({ state: 'EXITED', exitCode: 0, runs: [{ attribution: 'BY_TASK_ID' }] });
    expect((await unattributed()).count).toBe(0);
  });

  test('an earlier exit: it takes the run, and the later one goes to the run after the restart', async () => {
    await start('1', 0);
    await start('1', 20);
    await namelessExit(30, 3);
    await namelessExit(10, 1);
    expect(await task('1')).toMatchObject({
      runs: [
        { number: 2, exitCode: 3 },
        { number: 1, exitCode: 1 },
      ],
    });
  });

  test('a restart within one second of an exit that names no task leaves a run open for the next exit', async () => {
    await start('1', 0);
    await namelessExit(10, 1);
    await start('1', 10);
    await namelessExit(20, 2);
    expect(await task('1')).toMatchObject({
      runs: [
        { number: 2, exitCode: 2, attribution: 'BY_SOURCE_URLS' },
        { number: 1, exitCode: 1, attribution: 'BY_SOURCE_URLS' },
      ],
    });
    expect((await unattributed()).count).toBe(0);
  });

  test('new source URLs of the task: exits of the old ones leave it', async () => {
    await start('1', 0);
    await namelessExit(10, -22);
    const reset = { appid: account, event_time: String(ms(5) / 1000), source_urls: sourceUrlsAsSent(a) };
    await post(relayBody('ResetTaskConfig', {}, reset));
    expect(await task('1')).toMatchObject({ sourceUrls: [a], state: 'RUNNING', exitCode: null });
    expect((await unattributed()).count).toBe(1);
  });

  test('and a restart changes nothing of what was decided', async () => {
    await namelessExit(10, -22);
    await start('2', 5);
    await start('1', 20);
    await namelessExit(30, 7);
    const before = [await task('1'), await task('2')];
    await running.restart();
    expect([await task('1'), await task('2')]).toEqual(before);
  });
});

describe('callbacks by whether they fit a task', () => {
  test('leave out pushes and other callbacks, which have no task to fit', async () => {
    await post({ event_type: 1, appid: account, sequence: '5', event_time: 1 });
    await post({ event_type: 332, appid: account });
    await namelessExit(10, -22);
    expect((await unattributed()).nodes).toHaveLength(1);
    const { callbacks } = await running.query(CallbacksDocument, {
      filter: { ...ofAccount(), relayTask: { isNull: true }, eventType: { eq: 1 } },
    });
    expect(callbacks.nodes).toEqual([]);
  });

  test('show a relay callback that names no task and is no exit', async () => {
    await post(without(relayBody('TaskStart', {}, { appid: account }), 'task_id'));
    expect(await unattributed()).toMatchObject({ nodes: [{ callbackEvent: 'TaskStart', relayTask: null }], count: 1 });
  });
});
