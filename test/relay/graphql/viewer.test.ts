import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CallbacksDocument, RelayTaskDocument, RelayTasksDocument } from '../../../schema/operations.generated.ts';
import { print } from 'graphql';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';

/** Every credential begins with this word, so that one search finds any of them. */
const word = 'SECRET';
const sources = [`http://user:${word}1@source.example/a.flv?token=${word}2`, 'http://source.example/b.flv'];
const toUrl = `rtmp://${word}3@push.example/live/one?txSecret=${word}4&txTime=5`;
const file = { url: `https://source.example/c.mp4?sign=${word}5#${word}6`, index: 0, duration: 60 };
const urls = '{ relayTask(taskId: "1") { sourceUrls toUrl files { url } currentFile { url } runs { files { url } } } }';
const beginsAtMs = Date.parse('2026-03-01T00:00:00Z');

let running: RunningApp;

beforeAll(async () => {
  running = await startApp({
    clock: () => beginsAtMs,
    access: analystAndAdmin,
  });
  const task = { source_urls: sourceUrlsAsSent(...sources), to_url: toUrl, stream_id: '' };
  for (const [callbackEvent, msg] of [
    ['TaskStart', { task_start_time: 0 }],
    ['VodSourceFileStart', file],
    ['TaskAlarm', { type: 'PullFileUnstable' }],
  ] as const) {
    expect((await running.post(relayBody(callbackEvent, msg, task))).status).toBe(200);
  }
  const failed = relayBody('TaskExit', { code: -5, message: `can not open ${toUrl}` }, { ...task, task_id: '2' });
  await running.post(failed);
  const fed = { app: 'push.example', appname: 'live', stream_id: 'one', sequence: '77' };
  await running.post({ ...fed, event_type: 1, appid: 4, event_time: beginsAtMs / 1000 });
  await running.projected();
});
afterAll(() => running.close());

const as = async (token: string, query: string, variables: Record<string, unknown> = {}) => {
  const { data, errors } = await running.ask(query, variables, { authorization: `Bearer ${token}` });
  expect(errors).toBeUndefined();
  return data;
};

describe('a filter by a part that only admins read', () => {
  const counted = '{ totalCount }';

  test.each([
    ['toUrl', `{ toUrl: { eq: ${JSON.stringify(toUrl)} } }`],
    ['of several', `{ sourceUrl: { in: ["http://source.example/b.flv", ${JSON.stringify(sources[0])}] } }`],
    ['which is not so', '{ or: [{ not: { toUrl: { ne: "rtmp://push.example/live/one?txSecret=guess" } } }] }'],
    ['a login', '{ toUrl: { notIn: ["rtmp://guess@push.example/live/one"] } }'],
  ])('is FORBIDDEN, and answered to an admin: %s', async (_name, filter) => {
    for (const query of [
      `{ relayTasks(filter: ${filter}) ${counted} }`,
      `{ relayTaskStatistics(from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z", filter: ${filter}) { rowCount } }`,
    ]) {
      const { errors } = await running.ask(query, {}, { authorization: 'Bearer v1' });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(JSON.stringify(errors)).not.toMatch(/SECRET|guess/);
      await as('o1', query);
    }
  });

  test('is allowed where the text has no such part', async () => {
    const query = `{ relayTasks(filter: { sourceUrl: { eq: "${sources[1] ?? ''}" }, toUrl: { isNull: false } }) ${counted} }`;
    expect(await as('v1', query)).toEqual({ relayTasks: { totalCount: 2 } });
  });
});

describe('an analyst', () => {
  test('reads URLs of a task and its files without queries and logins', async () => {
    const hiddenFile = { url: 'https://source.example/c.mp4?(hidden)' };
    expect(await as('v1', urls)).toEqual({
      relayTask: {
        sourceUrls: ['http://(hidden)@source.example/a.flv?(hidden)', 'http://source.example/b.flv'],
        toUrl: 'rtmp://(hidden)@push.example/live/one?(hidden)',
        files: [hiddenFile],
        currentFile: hiddenFile,
        runs: [{ files: [hiddenFile] }],
      },
    });
  });

  test.each([
    ['a task with all its fields', print(RelayTaskDocument), { taskId: '1' }],
    ['the list of tasks', print(RelayTasksDocument), { filter: { taskId: { eq: '1' } } }],
    ['the bodies of callbacks', print(CallbacksDocument), {}],
    ['the tasks of a session', '{ streamSession(sequence: "77") { relayTasks { taskId toUrl sourceUrls } } }', {}],
  ])('finds no credential in %s', async (_name, query, variables) => {
    const answered = JSON.stringify(await as('v1', query, variables));
    expect(answered).toContain('(hidden)');
    expect(answered).not.toContain(word);
  });

  test('reads the rest of the bodies', async () => {
    const data = await as('v1', '{ callbacks { nodes { callbackEvent body } } }');
    const { nodes } = data?.['callbacks'] as {
      nodes: { callbackEvent: string | null; body: Record<string, unknown> }[];
    };
    expect(nodes.map(({ callbackEvent }) => callbackEvent)).toEqual([
      null,
      'TaskExit',
      'TaskAlarm',
      'VodSourceFileStart',
      'TaskStart',
    ]);
    expect(nodes[3]?.body).toMatchObject({
      msg: JSON.stringify({ ...file, url: 'https://source.example/c.mp4?(hidden)' }),
      to_url: 'rtmp://(hidden)@push.example/live/one?(hidden)',
    });
  });

  test('reads the stream that the task pushes to: it is no credential', async () => {
    expect(await as('v1', '{ relayTask(taskId: "1") { domain path streamId } }')).toEqual({
      relayTask: { domain: 'push.example', path: 'live', streamId: 'one' },
    });
  });

  test.each(['{ relayTask(taskId: "2") { exitMessage } }', '{ relayTask(taskId: "2") { runs { exitMessage } } }'])(
    'finds no credential in a message that names a URL: %s',
    async (query) => {
      expect(JSON.stringify(await as('v1', query))).not.toContain(word);
    },
  );
});

describe('an operator', () => {
  test('reads all of it as it was sent', async () => {
    const data = await as('o1', urls);
    expect(data).toEqual({
      relayTask: {
        sourceUrls: sources,
        toUrl,
        files: [{ url: file.url }],
        currentFile: { url: file.url },
        runs: [{ files: [{ url: file.url }] }],
      },
    });
    const bodies = JSON.stringify(await as('o1', '{ callbacks { nodes { body } } }'));
    for (const number of [1, 2, 3, 4, 5, 6]) expect(bodies).toContain(`${word}${number}`);
  });
});
