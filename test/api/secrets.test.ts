import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { parseApiTokens, roles, type Role } from '../../src/api/access/tokens.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { everyField } from '../support/every-field.ts';
import { relayBody } from '../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { typedBodies } from '../support/typed-bodies.ts';

/** Secrets of the settings, with characters that encodings change. */
const key = 'Canary-key/of+a template';
const token = 'Canary-token-of-the-url';
const address = '203.0.113.77';

/** Every form of a secret that is hidden. None may be left of any, not even in part. */
const forms: readonly (readonly [text: string, secret: string])[] = [
  ['txSecret=CANARY01&txTime=5f', 'CANARY01'],
  ['a%3FwsSecret%3DCANARY02', 'CANARY02'],
  ['%74xSecret=CANARY03', 'CANARY03'],
  ['auth_key=1700000000-0-0-CANARY04', 'CANARY04'],
  ['{"auth_key": "CANARY05"}', 'CANARY05'],
  ['Authorization: Bearer CANARY06abcdefgh', 'CANARY06'],
  ['rtmp://user:CANARY07@push.example/live/s', 'CANARY07'],
  ['user:CANARY08@push.example', 'CANARY08'],
  ['https://h.example/a?token=CANARY09', 'CANARY09'],
  ['AKIDCANARY10abcdefghijkl', 'CANARY10'],
  ['txSecret%253DCANARY11', 'CANARY11'],
  [`https://h.example/callbacks/css/${token}`, token],
  [`(${key})`, key],
  [encodeURIComponent(key), encodeURIComponent(key)],
  [Buffer.from(`x${key}`).toString('base64'), Buffer.from(`x${key}`).toString('base64').slice(4, 20)],
  [Buffer.from(key).toString('hex'), Buffer.from(key).toString('hex')],
];

/** Fields that decide what a callback is, or belongs to. */
const namesOfCallbacks = new Set(['appid', 'sequence', 'task_id', 'callback_event', 'event_type', 't', 'sign']);

/** The body with this text at the end of each text in it. */
function withEverywhere(value: unknown, text: string, name = ''): unknown {
  if (typeof value === 'string') return namesOfCallbacks.has(name) || /^\d+$/.test(value) ? value : `${value} ${text}`;
  if (Array.isArray(value)) return value.map((entry) => withEverywhere(entry, text, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withEverywhere(inner, text, field)]));
}

const second = 1_545_115_790;
function bodiesOf(index: number): Record<string, unknown>[] {
  const sequence = String(5_000 + index);
  const names = { appid: 1, domain: 'a.example', path: 'live', streamId: `s${index}`, sequence };
  return [
    pushBody({ sequence, stream_id: names.streamId, user_ip: address }),
    interruptionBody({ sequence, stream_id: names.streamId, user_ip: address, errmsg: `from ${address}` }),
    relayBody('TaskStart', { task_id: sequence, to_url: 'rtmp://push.example/live/s' }),
    relayBody('TaskExit', { task_id: sequence }),
    ...Object.values(typedBodies(names, second + index)),
  ] as Record<string, unknown>[];
}

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    authenticity: { keys: [{ domain: null, key }], tokens: [token] },
    access: { mode: 'tokens', tokens: parseApiTokens(roles.map((role) => `${role}=token-of-${role}`).join()) },
  });
  for (const [index, [text]] of forms.entries()) {
    const bodies = bodiesOf(index).map((body) => withEverywhere(body, text));
    for (const body of bodies) {
      expect((await running.post(body, `/callbacks/css/${token}`)).status).toBe(200);
      expect((await running.post(body)).status).toBe(200);
    }
  }
  await running.post(`not JSON ${forms.map(([text]) => text).join(' ')}`, `/callbacks/css/${token}`);
  await running.projected();
});
afterAll(() => running.close());

const bearer = (role: Role) => ({ authorization: `Bearer token-of-${role}` });

/** What asking takes too long for here, or has a test of its own. */
const leftOut = [
  'RelayRun.explanation',
  'RelayFile.explanation',
  'CallbackRecord.callback',
  'StreamSession.node',
  'RefusedPush.node',
];

/** Every list that needs no argument, with the type of its nodes. */
function lists(): [name: string, nodes: GraphQLObjectType][] {
  const fields = Object.values(ledgerSchema().getQueryType()?.getFields() ?? {});
  return fields.flatMap(({ name, args, type }) => {
    const connection = getNamedType(type);
    const node = isObjectType(connection) ? getNamedType(connection.getFields()['nodes']?.type) : undefined;
    return isObjectType(node) && args.every((arg) => !String(arg.type).endsWith('!')) ? [[name, node]] : [];
  });
}

async function pages(name: string, fields: string, role: Role): Promise<string> {
  let [text, after]: [string, string | null] = ['', null];
  do {
    const query = `query ($after: Cursor) { list: ${name}(first: 2, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
    const { data, errors } = await running.ask(query, { after }, bearer(role));
    expect([name, errors]).toEqual([name, undefined]);
    const { nodes, pageInfo } = data?.['list'] as {
      nodes: object[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    text += JSON.stringify(nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return text;
}

const found = (text: string) => forms.flatMap(([, secret]) => (text.includes(secret) ? [secret] : []));

describe('every field of every list', () => {
  test.each(['viewer', 'analyst', 'operator'] as const)('shows a %s no secret in any form', async (role) => {
    for (const [name, node] of lists()) {
      const text = await pages(name, everyField(ledgerSchema(), node.name, leftOut), role);
      expect([name, found(text)]).toEqual([name, []]);
      if (role === 'viewer') expect([name, text.includes(address)]).toEqual([name, false]);
    }
  });

  test('shows an admin all of them, as they were sent', async () => {
    const bodies = await pages('callbacks', 'body', 'admin');
    expect(found(bodies)).toEqual(forms.map(([, secret]) => secret));
    expect(await pages('streamSessions', 'userIp', 'admin')).toContain(address);
  });
});

test('a viewer sees where an address occurs again, and may not look for one', async () => {
  const ask = (query: string) => running.ask(query, {}, bearer('viewer'));
  const { data } = await ask(
    '{ a: streamSessions(first: 2) { nodes { userIp accessPoint endMessage } } b: callbacks(first: 1) { nodes { body } } }',
  );
  const { a, b } = data as { a: { nodes: Record<string, string>[] }; b: { nodes: { body: unknown }[] } };
  const [one, other] = a.nodes;
  expect(one?.['userIp']).toMatch(/^\(hidden [0-9a-f]{12}\)$/);
  expect(b.nodes[0]?.body).toMatch(/^\(hidden [0-9a-f]{12}\)$/);
  expect([one?.['accessPoint'], other?.['accessPoint']]).not.toContain(one?.['userIp']);
  for (const refused of [
    `{ streamSessions(filter: { userIp: { eq: "${address}" } }) { totalCount } }`,
    '{ streamSessions(filter: { or: [{ not: { accessPoint: { isNull: true } } }] }) { totalCount } }',
    '{ streamSessionStatistics(from: "2018-01-01T00:00:00Z", to: "2018-01-02T00:00:00Z", groupBy: [USER_IP]) { rows { userIp } } }',
    '{ refusedPushes(filter: { userIp: { within: "203.0.113.0/24" } }) { totalCount } }',
  ]) {
    expect((await ask(refused)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await running.ask(refused, {}, bearer('analyst'))).errors).toBeUndefined();
  }
});

test.each(['viewer', 'analyst', 'operator'] as const)('tables show a %s no secret', async (role) => {
  for (const [name] of lists()) {
    for (const ending of ['csv', 'jsonl']) {
      const answer = await fetch(`${running.app.url}/export/${name}.${ending}`, { headers: bearer(role) });
      expect([name, found(await answer.text())]).toEqual([name, []]);
    }
  }
});

test('nor do log lines and metrics', async () => {
  expect(found(running.logLines.join(''))).toEqual([]);
  expect(found(await (await fetch(`${running.app.url}/metrics`)).text())).toEqual([]);
});
