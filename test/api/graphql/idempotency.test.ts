import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { rm } from 'node:fs/promises';
import { isAuditStream } from '../../../src/audit/audit-events.ts';
import { idempotencyKeyLengthMax } from '../../../src/api/idempotency.ts';
import { readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { interruptionBody, pushBody, without } from '../../support/callback-bodies.ts';
import { readLog } from '../../support/log-events.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const token = 'token-of-sixteen-or-more';
const sequence = String(pushBody()['sequence']);
const usedOtherwise = ['BAD_USER_INPUT', expect.stringContaining('used before with other arguments')];

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    authenticity: { keys: [], tokens: [token] },
    access: {
      mode: 'tokens',
      tokens: parseApiTokens('viewer=v1,operator:anna=o1,operator:ben=o2'),
    },
  });
  await post(pushBody());
});
afterAll(() => running.close());

async function post(body: unknown): Promise<void> {
  expect((await running.post(body, `/callbacks/css/${token}`)).status).toBe(200);
  await running.projected();
}

const ask = (query: string, as = 'o1') => running.ask(query, {}, { authorization: `Bearer ${as}` });

/** The answer of one root field. */
async function answer<Shape = Record<string, unknown>>(query: string, as = 'o1'): Promise<Shape> {
  const { data, errors } = await ask(query, as);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Shape;
}

async function refused(mutation: string, as = 'o1') {
  const { data, errors = [] } = await ask(`mutation { one: ${mutation} { __typename } }`, as);
  expect(data).toEqual({ one: null });
  return [errors[0]?.extensions['code'], errors[0]?.message];
}

const sessionId = async () => (await answer<{ id: string }>(`{ streamSession(sequence: "${sequence}") { id } }`)).id;
const factsOf = async () =>
  (
    await answer<{ operatorFacts: { id: string; text: string; by: string }[] }>(
      `{ streamSession(sequence: "${sequence}") { operatorFacts { id text by } } }`,
    )
  ).operatorFacts;
/** Of all but the audit: that a mutation was refused is recorded each time. */
async function endOfLog(): Promise<bigint> {
  let end = 0n;
  for (const { streamName, position } of await readLog(running.log)) if (!isAuditStream(streamName)) end = position;
  return end;
}

describe('a fact', () => {
  const note = async (text: string, key: string, as = 'o1') =>
    answer<{ fact: { id: string; text: string }; streamSession: { operatorFacts: { id: string }[] } }>(
      `mutation { addNote(id: "${await sessionId()}", text: "${text}", idempotencyKey: "${key}") { fact { id text } streamSession { operatorFacts { id } } } }`,
      as,
    );

  test('that is sent again with its key is answered as at first, after a restart and a rebuild, and not stored again', async () => {
    const first = await note('hello', 'k1');
    const end = await endOfLog();
    expect(await note('hello', 'k1')).toEqual(first);
    await running.restart();
    expect(await note('hello', 'k1')).toEqual(first);
    await running.restart((dataDir) => rm(readModelFileName(dataDir)));
    await running.projected();
    expect(await note('hello', 'k1')).toEqual(first);
    expect(await endOfLog()).toBe(end);
    expect(await factsOf()).toEqual([{ id: first.fact.id, text: 'hello', by: 'anna' }]);
  });

  test('that is sent several times at once is stored once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => note('at once', 'k2')));
    expect(new Set(all.map(({ fact }) => fact.id)).size).toBe(1);
    expect((await factsOf()).filter(({ text }) => text === 'at once')).toHaveLength(1);
  });

  test('with a key that was used for another one is refused; keys of others, and of other mutations, are other keys', async () => {
    const id = await sessionId();
    expect(await refused(`addNote(id: "${id}", text: "other", idempotencyKey: "k1")`)).toEqual(usedOtherwise);
    const bens = await note('of ben', 'k1', 'o2');
    const withdrawn = await answer<{ fact: { withdrawal: { reason: string } } }>(
      `mutation { withdrawFact(id: "${bens.fact.id}", reason: "wrong", idempotencyKey: "k1") { fact { withdrawal { reason } } } }`,
    );
    expect(withdrawn.fact.withdrawal).toEqual({ reason: 'wrong' });
    expect(await refused(`withdrawFact(id: "${bens.fact.id}", reason: "no", idempotencyKey: "k1")`)).toEqual(
      usedOtherwise,
    );
  });

  test('that was refused has not used its key', async () => {
    const id = await sessionId();
    expect(await refused(`addNote(id: "${id}", text: " ", idempotencyKey: "k3")`)).toEqual([
      'BAD_USER_INPUT',
      'A reason or a note must have 1 to 2000 characters.',
    ]);
    expect((await note('now', 'k3')).fact.text).toBe('now');
  });

  test('that closed a session is answered again when its interruption has arrived', async () => {
    const close = `mutation { closeStreamSession(session: { id: "${await sessionId()}" }, reason: "off", idempotencyKey: "c") { fact { id } streamSession { state } } }`;
    const first = await answer<{ fact: object }>(close);
    expect(first).toMatchObject({ streamSession: { state: 'CLOSED' } });
    await post(interruptionBody());
    expect(await answer(close)).toEqual({ fact: first.fact, streamSession: { state: 'ENDED' } });
  });

  test.each(['', 'x'.repeat(idempotencyKeyLengthMax + 1)])(
    'needs a key of 1 to 128 characters, not %j',
    async (key) => {
      expect(await refused(`addNote(id: "${await sessionId()}", text: "x", idempotencyKey: "${key}")`)).toEqual([
        'BAD_USER_INPUT',
        'idempotencyKey must have 1 to 128 characters.',
      ]);
    },
  );

  test('is refused to viewers whatever its key', async () => {
    expect((await refused(`addNote(id: "${await sessionId()}", text: "hello", idempotencyKey: "k1")`, 'v1'))[0]).toBe(
      'FORBIDDEN',
    );
  });
});

describe('a decision on quarantined callbacks', () => {
  const setAside = async (appid: number): Promise<string> => {
    expect((await running.post(without(pushBody({ appid }), 'sign'))).status).toBe(200);
    await running.projected();
    const { nodes } = await answer<{ nodes: { id: string }[] }>(
      `{ quarantine(filter: { appId: { eq: "${appid}" } }) { nodes { id } } }`,
    );
    return nodes[0]?.id ?? '';
  };
  const decide = (what: string, ids: readonly string[], key: string | null) => {
    const sent = key === null ? '' : `, idempotencyKey: "${key}"`;
    return `${what}FromQuarantine(ids: ${JSON.stringify(ids)}${sent})`;
  };
  const outcomes = async (what: string, ids: readonly string[], key: string | null) =>
    (
      await answer<{ outcome: string; quarantinedCallback: { status: string } | null }[]>(
        `mutation { ${decide(what, ids, key)} { outcome quarantinedCallback { status } } }`,
      )
    ).map(({ outcome, quarantinedCallback }) => [outcome, quarantinedCallback?.status ?? null]);

  test.each([
    ['release', 'RELEASED', 'ALREADY_RELEASED'],
    ['discard', 'DISCARDED', 'ALREADY_DISCARDED'],
  ])('to %s is answered as at first for each id, also after a restart', async (what, done, already) => {
    const ids = [await setAside(what.length * 100), 'nothing'];
    const first = [
      [done, done],
      ['NOT_FOUND', null],
    ];
    expect(await outcomes(what, ids, what)).toEqual(first);
    const end = await endOfLog();
    expect(await outcomes(what, ids, what)).toEqual(first);
    await running.restart();
    await running.projected();
    expect(await outcomes(what, ids, what)).toEqual(first);
    expect(await endOfLog()).toBe(end);
    expect((await outcomes(what, ids, null))[0]).toEqual([already, done]);
    expect(await refused(decide(what, ids.slice(0, 1), what))).toEqual(usedOtherwise);
  });

  test('that the log could not store is made when it is sent again with its key', async () => {
    const ids = [await setAside(9)];
    alterLogFile(running.dataDir, "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(await outcomes('release', ids, 'again')).toEqual([['NOT_STORED', 'HELD']]);
    alterLogFile(running.dataDir, 'DROP TRIGGER full');
    expect(await outcomes('release', ids, 'again')).toEqual([['RELEASED', 'RELEASED']]);
  });
});

test('a test callback that is sent again with its key is answered as at first, and recorded once', async () => {
  const send = 'mutation { sendTestCallback(idempotencyKey: "t") { testId accepted durationMs } }';
  const first = await answer(send);
  expect(await answer(send)).toEqual(first);
  await running.projected();
  const { nodes } = await answer<{ nodes: object[] }>(
    '{ callbacks(filter: { callbackEvent: { eq: "LiveLedgerTest" } }) { nodes { deliveries } } }',
  );
  expect(nodes).toEqual([{ deliveries: 1 }]);
});
