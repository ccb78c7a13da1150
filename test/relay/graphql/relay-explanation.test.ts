import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { relayBody, sourceUrlsAsSent } from '../../support/relay-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';

const beganSeconds = Date.parse('2026-10-25T12:00:00Z') / 1_000;
const iso = (seconds: number) => new Date((beganSeconds + seconds) * 1_000).toISOString();

let running: RunningApp;
const post = async (event: string, seconds: number, msg: object, facts: Record<string, unknown> = {}) => {
  const body = relayBody(event, msg, { event_time: String(beganSeconds + seconds), ...facts });
  expect((await running.post(body)).status).toBe(200);
};
const file = (host: string, duration = 0) => ({ index: 0, url: `http://${host}/a.mp4?SECRET=1`, duration });

beforeAll(async () => {
  running = await startApp({
    access: analystAndAdmin,
  });
  await post('TaskStart', 0, {});
  await post('TaskStart', 1, {}, { task_id: '2' });
  await post('VodSourceFileStart', 2, file('a.example', 30));
  await post('VodSourceFileFinish', 32, file('b.example'));
  await post('VodSourceFileStart', 40, file('b.example'));
  // It may be of either task, and is of none.
  const { task_id: _task, ...nameless } = relayBody('TaskExit', { code: -5, message: 'http://a/b?SECRET=5' });
  expect((await running.post({ ...nameless, event_time: String(beganSeconds + 50) })).status).toBe(200);
  await post('TaskExit', 60, { code: -22, message: 'http://a/b?SECRET=22' });
  await running.projected();
});
afterAll(() => running.close());

const explanation = '{ field value setBy { callbackEvent position } others { value callback { position } } }';
type Explained = { readonly field: string }[];

async function explained(token: string, args = '') {
  const query = `{ relayTask(taskId: "1"${args}) { runs { explanation ${explanation} } files { explanation ${explanation} } } }`;
  const { data, errors } = await running.ask(query, {}, { authorization: `Bearer ${token}` });
  expect(errors).toBeUndefined();
  const { relayTask } = data as {
    relayTask: { runs: { explanation: Explained }[]; files: { explanation: Explained }[] };
  };
  const byField = (fields: Explained = []) => Object.fromEntries(fields.map(({ field, ...rest }) => [field, rest]));
  return { run: byField(relayTask.runs[0]?.explanation), file: byField(relayTask.files[0]?.explanation) };
}

test('each field of a run names the callback that set it, and the exit that nobody can attribute', async () => {
  const { run } = await explained('o1');
  expect(run).toMatchObject({
    startedAt: { value: iso(0), setBy: { callbackEvent: 'TaskStart', position: '2' }, others: [] },
    exitedAt: { value: iso(60), setBy: { position: '8' }, others: [{ value: iso(50), callback: { position: '7' } }] },
    exitCode: { value: '-22', setBy: { position: '8' }, others: [{ value: '-5', callback: { position: '7' } }] },
    attribution: { value: 'BY_TASK_ID', setBy: { position: '8' }, others: [] },
  });
});

test('each field of a file names the callback that set it, over all its plays', async () => {
  const { file: fields } = await explained('o1');
  expect(fields).toMatchObject({
    url: {
      value: 'http://b.example/a.mp4?SECRET=1',
      setBy: { callbackEvent: 'VodSourceFileStart', position: '6' },
      others: [{ value: 'http://a.example/a.mp4?SECRET=1', callback: { position: '4' } }],
    },
    durationSeconds: { value: '30', setBy: { position: '4' }, others: [] },
    startedAt: { value: iso(40), setBy: { position: '6' }, others: [{ value: iso(2) }] },
    // It plays again.
    finishedAt: { value: null, setBy: null, others: [{ value: iso(32), callback: { position: '5' } }] },
  });
});

test('one run is asked for by its number, with its files and what was not taken of them', async () => {
  const ofRun = (args: string) =>
    running.ask(
      `{ relayTask(taskId: "1") { runs${args} { number files { explanation ${explanation} } } } }`,
      {},
      { authorization: 'Bearer o1' },
    );
  const { data, errors } = await ofRun('(number: 1)');
  expect(errors).toBeUndefined();
  const { relayTask } = data as { relayTask: { runs: { number: number; files: { explanation: unknown[] }[] }[] } };
  expect(relayTask.runs.map(({ number }) => number)).toEqual([1]);
  expect(relayTask.runs[0]?.files[0]?.explanation).toContainEqual(
    expect.objectContaining({ field: 'startedAt', others: [expect.objectContaining({ value: iso(2) })] }),
  );
  expect((await ofRun('(number: 2)')).data).toEqual({ relayTask: { runs: [] } });
  // What others say of the files of all its runs is too much for one operation.
  expect((await ofRun('')).errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]);
});

test('an analyst reads no credentials in them', async () => {
  const shown = await explained('v1');
  expect(JSON.stringify(shown)).not.toContain('SECRET');
  expect(shown).toMatchObject({ run: { exitMessage: { value: 'http://a/b?(hidden)' } } });
});

test('as of the past, only what was known then is explained', async () => {
  const query = '{ relayTask(taskId: "1") { callbacks { nodes { cursor position } } } }';
  const { data } = await running.ask(query, {}, { authorization: 'Bearer v1' });
  const { relayTask } = data as { relayTask: { callbacks: { nodes: { cursor: string; position: string }[] } } };
  const cursor = relayTask.callbacks.nodes.find(({ position }) => position === '5')?.cursor ?? '';
  const { run, file: fields } = await explained('o1', `, asOf: { cursor: "${cursor}" }`);
  expect(Object.keys(run)).toEqual(['startedAt', 'startReceivedAt']);
  expect(fields).toMatchObject({ finishedAt: { value: iso(32), setBy: { position: '5' }, others: [] } });
});

test('the files of all runs are explained where what others say is not asked for', async () => {
  const query = '{ relayTask(taskId: "1") { runs { files { explanation { field setBy { position } } } } } }';
  const { data, errors } = await running.ask(query, {}, { authorization: 'Bearer v1' });
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain('{"field":"durationSeconds","setBy":{"position":"4"}}');
});

test('what others say costs as lists do, and at most 20 are listed', async () => {
  const asOperator = { authorization: 'Bearer o1' };
  const page = '{ relayTasks(first: 20) { nodes { runs { explanation { others { callback { position } } } } } } }';
  expect(await running.ask(page, {}, asOperator)).toMatchObject({
    errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }],
  });
  const of = { task_id: '3', source_urls: sourceUrlsAsSent('http://c.example/1') };
  for (let play = 0; play < 22; play += 1) await post('VodSourceFileStart', 100 + play, file('c.example'), of);
  await running.projected();
  const query = '{ relayTask(taskId: "3") { files { explanation { field value others { value } } } } }';
  const { data } = await running.ask(query, {}, asOperator);
  const { relayTask } = data as { relayTask: { files: { explanation: { field: string; others: unknown[] }[] }[] } };
  const started = relayTask.files[0]?.explanation.find(({ field }) => field === 'startedAt');
  expect(started).toMatchObject({ value: iso(121), others: { length: 20 } });
});
