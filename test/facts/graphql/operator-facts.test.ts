import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { connectLive } from '../../support/live-socket.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const startedAtMs = Date.parse('2018-12-18T06:49:50Z');
const token = 'token-of-sixteen-or-more';
const sequence = String(pushBody()['sequence']);

let running: RunningApp;
let nowMs = startedAtMs;

beforeAll(async () => {
  running = await startApp({
    clock: () => nowMs,
    authenticity: { keys: [], tokens: [token] },
    access: {
      mode: 'tokens',
      tokens: parseApiTokens('viewer=v1,admin:anna=o1,operator=o2'),
    },
  });
  await post(pushBody());
  await post(relayBody('TaskStart', {}, { task_id: 'line-1' }));
  await running.projected();
});
afterAll(() => running.close());

async function post(body: unknown): Promise<void> {
  expect((await running.post(body, `/callbacks/css/${token}`)).status).toBe(200);
}

const ask = (query: string, as = 'o1') => running.ask(query, {}, { authorization: `Bearer ${as}` });

async function answer(query: string, as = 'o1'): Promise<Record<string, unknown>> {
  const { data, errors } = await ask(query, as);
  expect(errors).toBeUndefined();
  return data ?? {};
}

const factFields = '{ id kind text by at endedAt withdrawal { by at reason } }';
const sessionOf = async (as = 'o1') =>
  (await answer(`{ streamSession(sequence: "${sequence}") { id state endedAt operatorFacts ${factFields} } }`, as))[
    'streamSession'
  ] as { readonly id: string; readonly state: string; readonly operatorFacts: readonly { readonly id: string }[] };

test('a session is closed, followed by a subscriber, counted until then, reopened by withdrawing, and ended by its interruption', async () => {
  const { id } = await sessionOf();
  const socket = await connectLive(running.app.url, 'Bearer o1');
  const changed = `subscription { streamSessionChanged { streamSession { state operatorFacts { text } } } }`;
  socket.subscribe('1', changed);
  // It has begun once a later query is answered: what changes before is not sent.
  socket.subscribe('q', '{ __typename }');
  await socket.until((messages) => messages.some((message) => message.id === 'q'));

  nowMs = startedAtMs + 3_600_000;
  const closed = await answer(
    `mutation { closeStreamSession(id: "${id}", reason: "encoder is off", endedAt: "2018-12-18T07:00:00.750Z") ${factFields} }`,
  );
  expect(closed['closeStreamSession']).toEqual({
    id: expect.any(String) as unknown,
    kind: 'CLOSED',
    text: 'encoder is off',
    by: 'anna',
    at: '2018-12-18T07:49:50.000Z',
    endedAt: '2018-12-18T07:00:00.750Z',
    withdrawal: null,
  });
  const [fact] = (await sessionOf()).operatorFacts;
  expect(await sessionOf()).toEqual({
    id,
    state: 'CLOSED',
    endedAt: null,
    operatorFacts: [closed['closeStreamSession']],
  });
  await socket.until((messages) =>
    messages.find((message) => JSON.stringify(message).includes('"CLOSED","operatorFacts":[{"text":"encoder is off"}')),
  );
  await socket.close();
  const counts = `{
    live: streamSessions(filter: { state: { eq: LIVE } }) { totalCount }
    closed: streamSessions(filter: { closedAt: { lt: "2018-12-18T08:00:00Z" } }) { nodes { closedAt startedAtConclusion { sureness } } }
    streamSessionStatistics(from: "2018-12-18T06:00:00Z", to: "2018-12-18T08:00:00Z") { total { pushedMs ended interruptions { side } } }
  }`;
  expect(await answer(counts)).toEqual({
    live: { totalCount: 0 },
    closed: { nodes: [{ closedAt: '2018-12-18T07:00:00.000Z', startedAtConclusion: { sureness: 'CERTAIN' } }] },
    streamSessionStatistics: { total: { pushedMs: 610_000, ended: 0, interruptions: [] } },
  });

  nowMs += 1_000;
  const withdraw = `mutation { withdrawFact(id: "${fact?.id ?? ''}", reason: "wrong stream") { withdrawal { by reason } } }`;
  const withdrawal = { withdrawal: { by: null, reason: 'wrong stream' } };
  expect(await answer(withdraw, 'o2')).toEqual({ withdrawFact: withdrawal });
  expect(await answer(withdraw)).toEqual({ withdrawFact: withdrawal });
  expect(await sessionOf()).toMatchObject({ state: 'LIVE', operatorFacts: [withdrawal] });

  nowMs += 1_000;
  await answer(`mutation { closeStreamSession(id: "${id}", reason: "off after all") { id } }`);
  expect(await sessionOf()).toMatchObject({ state: 'CLOSED', operatorFacts: [{ text: 'off after all' }, withdrawal] });
  await post(interruptionBody());
  await running.projected();
  expect(await sessionOf()).toMatchObject({ state: 'ENDED', operatorFacts: [{ text: 'off after all' }, withdrawal] });

  const past = `{ streamSession(sequence: "${sequence}", asOf: { recordedAt: "2018-12-18T07:49:50.500Z" }) { state operatorFacts { withdrawal { by } } } }`;
  expect(await answer(past)).toEqual({
    streamSession: { state: 'CLOSED', operatorFacts: [{ withdrawal: null }] },
  });
});

test('a note on a task is a change of the task, kept over a restart, and read by viewers without credentials', async () => {
  const task = `{ relayTask(taskId: "line-1") { id operatorFacts { kind text by } } }`;
  const { relayTask } = (await answer(task)) as { relayTask: { id: string } };
  const note = 'restart it with https://a.example/hook?key=SECRET';
  await answer(`mutation { addNote(id: "${relayTask.id}", text: "${note}") { id } }`);
  const shown = { relayTask: { operatorFacts: [{ kind: 'NOTE', text: note, by: 'anna' }] } };
  expect(await answer(task)).toMatchObject(shown);
  await running.restart();
  expect(await answer(task)).toMatchObject(shown);
  expect(JSON.stringify(await answer(task, 'v1'))).not.toContain('SECRET');
});

test('refuses what is not an operator’s to state, and says why', async () => {
  const { id, operatorFacts } = await sessionOf();
  const { relayTask } = (await answer('{ relayTask(taskId: "line-1") { id } }')) as { relayTask: { id: string } };
  const refused = async (mutation: string, as = 'o1') => {
    const { errors = [] } = await ask(`mutation { ${mutation} { id } }`, as);
    return errors.map(({ message, extensions }) => [extensions['code'], message]);
  };
  expect(await refused(`addNote(id: "${id}", text: "x")`, 'v1')).toEqual([
    ['FORBIDDEN', 'Only operators may state facts. Send the token of an operator.'],
  ]);
  const named = 'Name the session in `session` alone: by id, or by its key.';
  const bad = [
    [`closeStreamSession(id: "${id}", reason: "x")`, 'The session has ended: its interruption has arrived.'],
    [`closeStreamSession(id: "${relayTask.id}", reason: "x")`, 'id must be that of a stream session.'],
    ['closeStreamSession(reason: "x")', named],
    [`closeStreamSession(id: "${id}", sequence: "${sequence}", reason: "x")`, named],
    [`closeStreamSession(id: "${id}", appId: "1", reason: "x")`, named],
    [`closeStreamSession(session: { id: "${id}" }, sequence: "${sequence}", reason: "x")`, named],
    [`closeStreamSession(session: { id: "${id}" }, appId: "1", reason: "x")`, named],
    ['closeStreamSession(sequence: "404", reason: "x")', 'There is no stream session with this sequence.'],
    ['addNote(id: "nothing", text: "x")', 'id is not that of a stream session or a relay task.'],
    [`addNote(id: "${operatorFacts[0]?.id ?? ''}", text: "x")`, 'id is not that of a stream session or a relay task.'],
    [`addNote(id: "${id}", text: "  ")`, 'A reason or a note must have 1 to 2000 characters.'],
    [`addNote(id: "${id}", text: "${'x'.repeat(2_001)}")`, 'A reason or a note must have 1 to 2000 characters.'],
    [`withdrawFact(id: "${id}", reason: "x")`, 'id is not that of a fact of an operator.'],
  ];
  for (const [mutation = '', message] of bad) {
    expect(await refused(mutation)).toEqual([['BAD_USER_INPUT', message]]);
  }
});

test('a mutation that fails leaves the answer of one that succeeded, and says where it failed', async () => {
  const { id } = await sessionOf();
  const { data, errors = [] } = await ask(
    `mutation { a: addNote(id: "${id}", text: "kept") { fact { text } } b: addNote(id: "nothing", text: "x") { fact { text } } }`,
  );
  expect(data).toEqual({ a: { fact: { text: 'kept' } }, b: null });
  expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a payload has the fact, what it is about with the fact, and deprecated the fields of the fact', async () => {
  await post(pushBody({ sequence: '9', stream_id: 'payload' }));
  await running.projected();
  const { relayTask } = (await answer('{ relayTask(taskId: "line-1") { id } }')) as { relayTask: { id: string } };
  const about = `streamSession { sequence state operatorFacts { text withdrawal { reason } } }`;
  const { closeStreamSession: closed } = (await answer(
    `mutation { closeStreamSession(session: { key: { sequence: "9" } }, reason: "off") { id kind text by fact ${factFields} ${about} } }`,
  )) as { closeStreamSession: { readonly fact: { readonly id: string } } };
  expect(closed).toEqual({
    id: closed.fact.id,
    kind: 'CLOSED',
    text: 'off',
    by: 'anna',
    fact: expect.objectContaining({ kind: 'CLOSED', text: 'off', by: 'anna' }) as unknown,
    streamSession: { sequence: '9', state: 'CLOSED', operatorFacts: [{ text: 'off', withdrawal: null }] },
  });
  expect(
    await answer(
      `mutation { withdrawFact(id: "${closed.fact.id}", reason: "on") { fact { id withdrawal { reason } } relayTask { id } ${about} } }`,
    ),
  ).toEqual({
    withdrawFact: {
      fact: { id: closed.fact.id, withdrawal: { reason: 'on' } },
      relayTask: null,
      streamSession: { sequence: '9', state: 'LIVE', operatorFacts: [{ text: 'off', withdrawal: { reason: 'on' } }] },
    },
  });
  expect(
    await answer(
      `mutation { addNote(id: "${relayTask.id}", text: "noted") { streamSession { id } relayTask { id operatorFacts { text } } } }`,
    ),
  ).toEqual({
    addNote: {
      streamSession: null,
      relayTask: { id: relayTask.id, operatorFacts: expect.arrayContaining([{ text: 'noted' }]) as unknown },
    },
  });
});

test('refuses an end before the session began or in the future, and a fact too many', async () => {
  await post(pushBody({ sequence: '7', event_time: startedAtMs / 1_000 }));
  await running.projected();
  const { streamSession } = (await answer('{ streamSession(sequence: "7") { id } }')) as {
    streamSession: { id: string };
  };
  for (const endedAt of ['2018-12-18T06:49:49Z', '2100-01-01T00:00:00Z']) {
    const { errors = [] } = await ask(
      `mutation { closeStreamSession(id: "${streamSession.id}", reason: "x", endedAt: "${endedAt}") { id } }`,
    );
    expect(errors[0]?.message).toBe('endedAt must not be before the session began, nor in the future.');
  }
  for (let times = 0; times < 10; times++) {
    const twenty = Array.from({ length: 20 }, (_, n) => `n${n}: addNote(id: "${streamSession.id}", text: "x") { id }`);
    await answer(`mutation { ${twenty.join(' ')} }`);
  }
  const { errors = [] } = await ask(`mutation { addNote(id: "${streamSession.id}", text: "x") { id } }`);
  expect(errors[0]?.message).toBe('It already has 200 facts, the maximum.');
});

test('a session of unknown start that an operator closed is found by that end, and is in no figure', async () => {
  nowMs = startedAtMs + 7_200_000;
  await post(pushBody({ sequence: '77', stream_id: 'timeless', event_time: undefined }));
  await running.projected();
  nowMs += 600_000;
  await answer(
    `mutation { closeStreamSession(sequence: "77", reason: "over before", endedAt: "2018-12-18T07:50:00Z") { id } }`,
  );
  await running.projected();
  nowMs += 60_000;
  const between = (from: string, to: string) =>
    `streamSessions(filter: { streamId: { eq: "timeless" }, closedAt: { gte: "2018-12-18T${from}:00Z", lt: "2018-12-18T${to}:00Z" } }) { totalCount }`;
  const figures = `streamSessionStatistics(filter: { streamId: { eq: "timeless" } }, from: "2018-12-18T07:00:00Z", to: "2018-12-18T10:00:00Z") { total { began ended pushedMs } }`;
  expect(
    await answer(`{ before: ${between('07:00', '08:00')} after: ${between('08:00', '09:00')} ${figures} }`),
  ).toEqual({
    before: { totalCount: 1 },
    after: { totalCount: 0 },
    streamSessionStatistics: { total: { began: 0, ended: 0, pushedMs: 0 } },
  });
});

test('a session is closed by its sequence, and by its account where several use that', async () => {
  const appIds = ['11', '12'];
  for (const appid of appIds) await post(pushBody({ sequence: '8', appid: Number(appid), stream_id: 'both' }));
  await running.projected();
  const close = (by: string) => ask(`mutation { closeStreamSession(${by}, reason: "x") { kind } }`);
  const { errors = [] } = await close('sequence: "8"');
  expect(errors[0]?.extensions).toMatchObject({ code: 'AMBIGUOUS_ID', appIds });
  expect((await close('sequence: "8", appId: "11"')).data).toEqual({ closeStreamSession: { kind: 'CLOSED' } });
  const states = appIds.map((appId) => `of${appId}: streamSession(sequence: "8", appId: "${appId}") { state }`);
  expect(await answer(`{ ${states.join(' ')} }`)).toEqual({ of11: { state: 'CLOSED' }, of12: { state: 'LIVE' } });
});
