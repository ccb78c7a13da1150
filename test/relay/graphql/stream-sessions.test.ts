import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conclusion } from '../../../src/kernel/sureness.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const beginsAtSeconds = Date.parse('2026-03-01T00:00:00Z') / 1000;

let running: RunningApp;
let nowSeconds = beginsAtSeconds;
/** Of the test: each has an account of its own, and a path to which its task pushes. */
let appid = 0;
let target: { readonly app: string; readonly appname: string; readonly stream_id: string };
let toUrl: string;

beforeAll(async () => {
  running = await startApp({ clock: () => nowSeconds * 1000 });
});
afterAll(() => running.close());
beforeEach(() => {
  nowSeconds = beginsAtSeconds;
  appid += 1;
  target = { app: 'push.example', appname: `live-${appid}`, stream_id: 'one' };
  toUrl = `rtmp://push.example/${target.appname}/one`;
});

/** A push of task 1’s target from this second to that one (null: it is open). */
async function session(sequence: string, from: number, to: number | null, overrides: Record<string, unknown> = {}) {
  const any = { appid, ...target, sequence, ...overrides };
  await running.post({ ...any, event_type: 1, event_time: beginsAtSeconds + from });
  if (to === null) return;
  await running.post({ ...any, event_type: 0, event_time: beginsAtSeconds + to, errcode: 1 });
}

/** A run of task 1 from this second to that one (null: it is open). */
async function run(from: number, to: number | null, overrides: Record<string, unknown> = {}) {
  const at = (seconds: number) => ({
    appid,
    to_url: toUrl,
    ...overrides,
    event_time: String(beginsAtSeconds + seconds),
  });
  await running.post(relayBody('TaskStart', {}, at(from)));
  if (to !== null) await running.post(relayBody('TaskExit', { code: 0 }, at(to)));
}

/** The sessions of task 1, and each session’s tasks as seen from its own side. */
async function joined(taskId = '1') {
  await running.projected();
  const { data, errors } = await running.ask(
    `query ($taskId: ID!, $appId: ID!) {
       relayTask(taskId: $taskId, appId: $appId) {
         streamSessions { sequence }
         streamSessionJoins { streamSession { sequence } sureness because alternative }
       }
       streamSessions(filter: { appId: { eq: $appId } }) {
         nodes { sequence relayTasks { taskId } relayTaskJoins { relayTask { taskId } sureness because alternative } }
       }
     }`,
    { taskId, appId: String(appid) },
  );
  expect(errors).toBeUndefined();
  const { relayTask, streamSessions } = data as unknown as Joined;
  const fromTask = relayTask.streamSessions.map(({ sequence }) => sequence);
  const fromSessions = streamSessions.nodes
    .filter(({ relayTasks }) => relayTasks.some((task) => task.taskId === taskId))
    .map(({ sequence }) => sequence);
  expect(fromSessions).toEqual(fromTask);
  const joins = relayTask.streamSessionJoins.map(({ streamSession, ...join }) => ({ ...streamSession, ...join }));
  expect(joins.map(({ sequence }) => sequence)).toEqual(fromTask);
  for (const { sequence, ...join } of joins) {
    const { relayTaskJoins } = streamSessions.nodes.find((node) => node.sequence === sequence) ?? {
      relayTaskJoins: [],
    };
    expect(relayTaskJoins).toContainEqual({ relayTask: { taskId }, ...join });
  }
  return fromTask;
}

interface Joined {
  readonly relayTask: {
    readonly streamSessions: readonly { readonly sequence: string }[];
    readonly streamSessionJoins: readonly (Conclusion & { readonly streamSession: { readonly sequence: string } })[];
  };
  readonly streamSessions: {
    readonly nodes: readonly {
      readonly sequence: string;
      readonly relayTasks: readonly { readonly taskId: string }[];
      readonly relayTaskJoins: readonly (Conclusion & { readonly relayTask: { readonly taskId: string } })[];
    }[];
  };
}

describe('a relay task and a stream session of its target belong together, from both sides,', () => {
  test.each<[string, [number, number | null], [number, number | null]]>([
    ['the push lies within the run', [0, 1_000], [2, 900]],
    ['the run lies within the push', [100, 200], [0, 1_000]],
    ['both go on', [0, null], [2, null]],
    ['the push began long after the run, which is open', [0, null], [100_000, null]],
    ['the run began long after the push, which is live', [100_000, null], [0, null]],
    ['the push ended just before the run, within a minute', [1_000, 2_000], [0, 940]],
    ['the push began just after the run, within a minute', [0, 1_000], [1_060, 2_000]],
  ])('where %s', async (_name, [startsAt, exitsAt], [from, to]) => {
    await run(startsAt, exitsAt);
    await session('77', from, to);
    expect(await joined()).toEqual(['77']);
  });

  test.each<[string, [number, number | null], [number, number | null]]>([
    ['the push ended more than a minute before the run', [1_000, 2_000], [0, 939]],
    ['the push began more than a minute after the run', [0, 1_000], [1_061, 2_000]],
  ])('but not where %s', async (_name, [startsAt, exitsAt], [from, to]) => {
    await run(startsAt, exitsAt);
    await session('77', from, to);
    expect(await joined()).toEqual([]);
  });

  test.each([
    ['stream', { stream_id: 'two' }],
    ['path', { appname: 'other' }],
    ['domain', { app: 'other.example' }],
    ['stream, by case', { stream_id: 'One' }],
  ])('and not where the session is of another %s', async (_name, overrides) => {
    await run(0, null);
    await session('77', 0, null, overrides);
    await session('78', 10, null);
    expect(await joined()).toEqual(['78']);
  });

  test('also where only the end of the session is known, and arrived long after the run', async () => {
    await run(0, 100);
    nowSeconds += 10_000;
    await running.post({ appid, ...target, sequence: '77', event_type: 0, event_time: beginsAtSeconds + 50 });
    expect(await joined()).toEqual(['77']);
  });

  test('also where the domains differ by case', async () => {
    await run(0, null);
    await session('77', 0, null, { app: 'Push.EXAMPLE' });
    expect(await joined()).toEqual(['77']);
  });

  test('and a run whose exit was lost ends where the next one begins', async () => {
    await run(0, null);
    await run(1_000, 2_000);
    await session('77', 50_000, null);
    expect(await joined()).toEqual([]);
  });

  test('also where stream_id is empty and to_url carries a port, a login and a query', async () => {
    await run(0, null, {
      stream_id: '',
      to_url: `rtmp://user:word@push.example:1935/${target.appname}/one?txSecret=s`,
    });
    await session('77', 0, null);
    expect(await joined()).toEqual(['77']);
  });

  test('and not by the time between two runs', async () => {
    await run(0, 100);
    await run(10_000, null);
    await session('77', 0, 90);
    await session('78', 5_000, 6_000);
    await session('79', 10_000, 10_500);
    expect(await joined()).toEqual(['79', '77']);
  });

  test('also with a task that is known by its files alone', async () => {
    const start = { appid, to_url: toUrl, event_time: String(beginsAtSeconds) };
    await running.post(relayBody('VodSourceFileStart', { index: 0 }, start));
    await session('77', 1, null);
    expect(await joined()).toEqual(['77']);
  });

  test('but not with a task that never ran: only a change of its configuration is known', async () => {
    await running.post(relayBody('ResetTaskConfig', {}, { appid, to_url: toUrl, event_time: String(beginsAtSeconds) }));
    await session('77', 1, null);
    expect(await joined()).toEqual([]);
  });

  test('and several of each are listed newest first', async () => {
    await run(0, null);
    await run(50, null, { task_id: '2' });
    for (const [sequence, from] of [
      ['77', 10],
      ['78', 200],
    ] as const) {
      await session(sequence, from, from + 100);
    }
    expect(await joined('1')).toEqual(['78', '77']);
    expect(await joined('2')).toEqual(['78', '77']);
    const { data } = await running.ask(
      'query ($appId: ID) { streamSession(sequence: "77", appId: $appId) { relayTasks { taskId } } }',
      { appId: String(appid) },
    );
    expect(data).toEqual({ streamSession: { relayTasks: [{ taskId: '2' }, { taskId: '1' }] } });
  });
});
