import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, getNullableType, isInputObjectType, isListType, isRequiredArgument } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { actionOf } from '../../src/audit/audit.ts';
import { auditStream, readAudited } from '../../src/audit/audit-events.ts';
import { askUntil } from '../support/ask-until.ts';
import { interruptionBody, pushBody, without } from '../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { rootFields } from '../support/schema-walk.ts';

const token = 'token-of-sixteen-or-more';
const sequence = String(pushBody()['sequence']);

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    trustProxy: ['127.0.0.1'],
    logAccess: { tokens: ['token-of-a-standby-0123456789'] },
    authenticity: { keys: [], tokens: [token] },
    access: {
      mode: 'tokens',
      tokens: parseApiTokens('viewer:vera=v1,analyst:alf=l1,operator:olga=o1,operator=o2,admin:ada=a1,admin:abe=a2'),
    },
    forward: {
      targets: [
        {
          name: 'billing',
          url: 'http://127.0.0.1:9/',
          filter: null,
          headers: {},
          signingKey: null,
          concurrency: 1,
          perSecond: null,
          giveUpAfterMs: 1_000,
          isOrdered: true,
        },
      ],
      allowed: { loopback: true, private: false },
    },
  });
  const authentic = `/callbacks/css/${token}`;
  await running.post(pushBody({ secret: 'SECRET', stream_param: 'txSecret=0123456789' }), authentic);
  // Without a proof, so that it is in quarantine.
  await running.post(without(interruptionBody({ sequence: '9' }), 'sign'));
  await running.projected();
});
afterAll(() => running.close());

const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` });

interface Entry {
  readonly action: string;
  readonly object: string | null;
  readonly [field: string]: unknown;
}

const fields = 'at who issuer subject role action object outcome code reason from count';

async function audit(filter = '{}', bearer = 'a1'): Promise<readonly Entry[]> {
  await running.projected();
  const { data, errors } = await running.ask(
    `{ audit(filter: ${filter}, first: 500) { nodes { ${fields} } } }`,
    {},
    as(bearer),
  );
  expect(errors).toBeUndefined();
  return (data?.['audit'] as { readonly nodes: readonly Entry[] }).nodes;
}

/** The id of a callback that is in quarantine from now on. */
async function quarantinedId(sequence: string): Promise<string> {
  await running.post(without(interruptionBody({ sequence }), 'sign'));
  await running.projected();
  const { data } = await running.ask('{ quarantine(first: 1) { nodes { id } } }', {}, as('o1'));
  return (data?.['quarantine'] as { nodes: { id: string }[] }).nodes[0]?.id ?? '';
}

const entryOf = async (action: string) => (await audit(`{ action: { eq: ${action} } }`))[0];

async function change(mutation: string, bearer = 'o1'): Promise<Record<string, unknown>> {
  const { data, errors } = await running.ask(`mutation { ${mutation} }`, {}, as(bearer));
  expect(errors).toBeUndefined();
  return data ?? {};
}

/** A subscription over an event stream, once it has begun. */
async function subscribe(query: string, bearer: string) {
  const ended = new AbortController();
  const answer = await fetch(`${running.app.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...as(bearer) },
    body: JSON.stringify({ query }),
    signal: ended.signal,
  });
  const texts = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** What is sent next, up to this. */
    async until(pattern: RegExp): Promise<string> {
      let sent = '';
      while (!pattern.test(sent)) sent += (await texts.read()).value ?? '';
      return sent;
    },
    end: () => ended.abort(),
  };
}

/** A value that the type of an argument takes. */
function literalOf(type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literalOf(nullable.ofType)}]`;
  const named = getNamedType(nullable);
  if (isInputObjectType(named)) {
    const [first] = Object.values(named.getFields());
    return first === undefined ? '{}' : `{ ${first.name}: ${literalOf(first.type)} }`;
  }
  return named.name === 'DateTime' ? '"2018-12-18T06:49:50Z"' : '"x"';
}

test('every mutation of the schema is recorded when it is refused, with its author and the code', async () => {
  const mutations = rootFields(ledgerSchema(), 'Mutation');
  for (const { name, args } of mutations) {
    const needed = args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literalOf(arg.type)}`);
    const given = needed.length === 0 ? '' : `(${needed.join(', ')})`;
    const { errors } = await running.ask(`mutation { ${name}${given} { __typename } }`, {}, as('v1'));
    expect([name, errors?.[0]?.extensions['code']]).toEqual([name, 'FORBIDDEN']);
  }
  const refused = await audit('{ who: { eq: "vera" }, outcome: { eq: REFUSED } }');
  expect(refused.map(({ action }) => action).sort()).toEqual(mutations.map(({ name }) => actionOf(name)).sort());
  for (const entry of refused) {
    expect(entry).toMatchObject({ role: 'VIEWER', code: 'FORBIDDEN', from: '127.0.0.1', issuer: null, count: 1 });
  }
});

describe('what is carried out names who did it', () => {
  test('a release, of the callback that it lets in: there, in quarantine, and in the audit', async () => {
    const { data: listed } = await running.ask('{ quarantine { nodes { id } } }', {}, as('o1'));
    const [{ id } = { id: '' }] = (listed?.['quarantine'] as { nodes: { id: string }[] }).nodes;
    await change(`releaseFromQuarantine(ids: ["${id}", "nothing"], reason: "the key was new") { outcome }`);
    expect(await audit(`{ object: { eq: "${id}" } }`)).toEqual([
      {
        at: expect.any(String) as unknown,
        who: 'olga',
        issuer: null,
        subject: null,
        role: 'OPERATOR',
        action: 'RELEASE_FROM_QUARANTINE',
        object: id,
        outcome: 'DONE',
        code: null,
        reason: 'the key was new',
        from: '127.0.0.1',
        count: 1,
      },
    ]);
    const { data } = await running.ask(
      `{ quarantine(filter: { releasedBy: { eq: "olga" } }) { nodes { id releasedBy } } callbacks { nodes { releasedBy } } }`,
      {},
      as('v1'),
    );
    expect(data).toEqual({
      quarantine: { nodes: [{ id, releasedBy: 'olga' }] },
      callbacks: { nodes: [{ releasedBy: 'olga' }, { releasedBy: null }] },
    });
    await change(`releaseFromQuarantine(ids: ["${id}"]) { outcome }`);
    expect(await audit('{ action: { eq: RELEASE_FROM_QUARANTINE }, outcome: { eq: UNCHANGED } }')).toMatchObject([
      { who: 'olga', object: id },
    ]);
  });

  test('a closure and its withdrawal have their reasons, a note has none, and none of them has a second event', async () => {
    const { data } = await running.ask(`{ streamSession(sequence: "${sequence}") { id } }`, {}, as('o1'));
    const { id } = data?.['streamSession'] as { id: string };
    const closed = await change(
      `closeStreamSession(session: { id: "${id}" }, reason: "encoder is off") { fact { id } }`,
    );
    const { fact } = closed['closeStreamSession'] as { fact: { id: string } };
    await change(`addNote(id: "${id}", text: "a note") { fact { id } }`);
    await change(`withdrawFact(id: "${fact.id}", reason: "it is on") { fact { id } }`);
    const entries = await audit(`{ object: { eq: "${id}" } }`);
    expect(entries.map(({ action, who, reason, outcome }) => [action, who, reason, outcome])).toEqual([
      ['WITHDRAW_FACT', 'olga', 'it is on', 'DONE'],
      ['ADD_NOTE', 'olga', null, 'DONE'],
      ['CLOSE_STREAM_SESSION', 'olga', 'encoder is off', 'DONE'],
    ]);
  });

  test('a discard has its reason, and one that is too long, or empty, is refused', async () => {
    const id = await quarantinedId('10');
    for (const reason of [' ', 'r'.repeat(2_001)]) {
      const asked = `mutation { discardFromQuarantine(ids: ["${id}"], reason: "${reason}") { outcome } }`;
      const { errors } = await running.ask(asked, {}, as('o1'));
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    await change(`discardFromQuarantine(ids: ["${id}"], reason: "not ours") { outcome }`);
    expect((await audit(`{ object: { eq: "${id}" } }`)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['DONE', 'not ours'],
      ['REFUSED', ' '],
    ]);
  });

  test('changes of forwarding, and a test callback', async () => {
    await change('pauseForwarding(target: "billing", reason: "they move") { name }');
    await change('sendTestCallback { accepted }', 'a1');
    const entriesOf = (action: string) => audit(`{ action: { eq: ${action} }, who: { ne: "vera" } }`);
    // One entry of both events: that it began, and what came of it.
    expect(await entriesOf('PAUSE_FORWARDING')).toMatchObject([
      { who: 'olga', object: 'billing', reason: 'they move', outcome: 'DONE' },
    ]);
    expect(await entriesOf('SEND_TEST_CALLBACK')).toMatchObject([{ who: 'ada', object: null, outcome: 'DONE' }]);
    const begun: string[] = [];
    for await (const event of running.log.readStream(auditStream)) {
      const entry = readAudited(event);
      if (entry !== null && entry !== 'UNREADABLE' && entry.outcome === 'BEGUN') begun.push(entry.action);
    }
    expect(begun).toEqual(['PAUSE_FORWARDING', 'SEND_TEST_CALLBACK']);
    const unknown = await running.ask('mutation { skipForwarding(target: "none") { name } }', {}, as('o1'));
    expect(unknown.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(await entryOf('SKIP_FORWARDING')).toMatchObject({ object: 'none', code: 'BAD_USER_INPUT' });
  });
});

describe('reading secrets', () => {
  const query = '{ callbacks { nodes { body summary } } streamSessions { nodes { streamParam domain } } }';
  const reads = () => audit('{ action: { eq: READ_SECRETS } }');

  test('an answer with secrets is recorded with its fields, once for many, and only of those who read them', async () => {
    for (const bearer of ['v1', 'l1', 'o1']) await running.ask(query, {}, as(bearer));
    expect(await reads()).toEqual([]);
    for (let time = 1; time <= 3; time += 1) await running.ask(query, {}, as('a1'));
    expect(await reads()).toMatchObject([
      {
        who: 'ada',
        role: 'ADMIN',
        object: 'CallbackRecord.body, StreamSession.streamParam',
        outcome: 'DONE',
        count: 1,
      },
    ]);
    await running.ask('{ streamSessions { nodes { domain endMessage } } }', {}, as('a1'));
    expect(await reads()).toHaveLength(1);
  });

  test('a secret where nobody expects one is recorded too, by the name of the field', async () => {
    const [name, names] = [
      'auth_key=1700000000-0-0-0123456789',
      '{ streamSessions { nodes { domain name: streamId } } }',
    ];
    await running.post(pushBody({ sequence: '7', stream_id: name }), `/callbacks/css/${token}`);
    await running.projected();
    const [shown, hidden] = [await running.ask(names, {}, as('a1')), await running.ask(names, {}, as('o1'))];
    expect([JSON.stringify(shown.data).includes(name), JSON.stringify(hidden.data).includes(name)]).toEqual([
      true,
      false,
    ]);
    expect(await reads()).toMatchObject([{ who: 'ada', object: 'name' }, {}]);
  });

  test('a subscription to secrets is recorded when it begins', async () => {
    const subscription = 'subscription { callbackRecorded { callback { body } } }';
    const answer = await fetch(`${running.app.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...as('a1') },
      body: JSON.stringify({ query: subscription }),
    });
    await answer.body?.cancel();
    expect(await reads()).toMatchObject([{ object: 'CallbackRecord.body' }, {}, {}]);
  });

  test('a message of a subscription with a secret where nobody expects one is recorded before it is sent, once for each who reads it', async () => {
    const names = 'subscription { streamSessionChanged { streamSession { title: streamId } } }';
    const readers = await Promise.all(['a1', 'a2', 'o1'].map((bearer) => subscribe(names, bearer)));
    const before = (await reads()).length;
    for (const number of [1, 2]) {
      const name = `auth_key=170000000${number}-0-0-0123456789`;
      await running.post(pushBody({ sequence: `7${number}`, stream_id: name }), `/callbacks/css/${token}`);
      const [ada, abe, olga] = await Promise.all(readers.map((reader) => reader.until(/"title":"[^"]*"/)));
      expect([ada, abe, olga].map((text) => text?.includes(name))).toEqual([true, true, false]);
      const recorded = (await reads()).slice(0, -before);
      expect(recorded.map(({ who, object }) => [who, object]).sort()).toEqual([
        ['abe', 'title'],
        ['ada', 'title'],
      ]);
    }
    for (const reader of readers) reader.end();
  });

  test('tables are recorded, with secrets if they have them', async () => {
    for (const [bearer, table] of [
      ['v1', 'callbacks.csv'],
      ['a1', 'streamSessions.csv?fields=domain'],
      ['a1', 'streamSessions.jsonl?fields=domain,streamParam'],
    ] as const) {
      const answer = await fetch(`${running.app.url}/export/${table}`, { headers: as(bearer) });
      expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
    }
    const exports = await audit('{ action: { in: [EXPORT, EXPORT_WITH_SECRETS] } }');
    expect(exports.map(({ who, action, object }) => [who, action, object])).toEqual([
      ['ada', 'EXPORT_WITH_SECRETS', 'streamSessions'],
      ['ada', 'EXPORT', 'streamSessions'],
      ['vera', 'EXPORT', 'callbacks'],
    ]);
  });
});

test('sign-ins are recorded, and those that are refused, by their address alone', async () => {
  const { url } = running.app;
  const begin = (bearer: string) =>
    fetch(`${url}/session`, { method: 'POST', headers: { ...as(bearer), origin: url } });
  expect((await begin('v1')).status).toBe(204);
  for (let time = 1; time <= 3; time += 1) expect((await begin('wrong-token-wrong-token')).status).toBe(401);
  expect((await fetch(`${url}/session`)).status).toBe(200);
  const signIns = await askUntil(
    () => audit('{ action: { eq: SIGN_IN } }'),
    ({ length }) => length === 2,
  );
  expect(signIns).toMatchObject([
    { who: null, role: null, outcome: 'REFUSED', code: 'UNAUTHENTICATED', from: '127.0.0.1', count: 1 },
    { who: 'vera', role: 'VIEWER', outcome: 'DONE' },
  ]);
  expect(JSON.stringify(signIns)).not.toContain('wrong-token');
});

test('a token that does not read the log, as standbys do, is a sign-in that is refused', async () => {
  const ask = (bearer: string) =>
    fetch(`${running.app.url}/log?after=0`, { headers: { ...as(bearer), 'x-forwarded-for': '192.0.2.9' } });
  expect((await ask('token-of-a-standby-0123456789')).status).toBe(200);
  for (const bearer of ['a1', 'wrong-token-wrong-token']) expect((await ask(bearer)).status).toBe(401);
  const refused = await askUntil(
    () => audit('{ action: { eq: SIGN_IN }, outcome: { eq: REFUSED } }'),
    (entries) => entries.some(({ from }) => from === '192.0.2.9'),
  );
  expect(refused[0]).toMatchObject({ who: null, code: 'UNAUTHENTICATED', from: '192.0.2.9', count: 1 });
});

test('admins read all of it, operators their own entries, others nothing', async () => {
  expect(new Set((await audit()).map(({ who }) => who))).toEqual(new Set(['vera', 'olga', 'ada', 'abe', null]));
  expect(new Set((await audit('{}', 'o1')).map(({ who }) => who))).toEqual(new Set(['olga']));
  expect(await audit('{ or: [{ who: { eq: "ada" } }, { role: { isNull: true } }] }', 'o1')).toEqual([]);
  expect(await audit('{}', 'o2')).toEqual([]);
  for (const bearer of ['v1', 'l1']) {
    const { errors } = await running.ask('{ audit { nodes { at } } }', {}, as(bearer));
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  }
  const table = await fetch(`${running.app.url}/export/audit.csv?fields=who,action,object`, { headers: as('o1') });
  expect(await table.text()).toMatch(/^who,action,object\r\nolga,/);
});
