import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseCallbackKeys } from '../../src/recorder/authenticity.ts';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { boundsWith } from '../support/quarantine-bounds.ts';
import { exchange, postHead } from '../support/raw-http.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { parseSample } from '../support/samples.ts';
import { signed } from '../support/signed.ts';

/** Secret and personal values, each sent in one field or header; no log line and no refusal may contain them. */
const canaries = {
  key: 'Canary0key',
  keyOfDomain: 'Canary1keyofdomain',
  token: 'Canary2tokenoftheurl',
  wrongToken: 'Canary3wrongtokenoftheurl',
  apiToken: 'Canary4apitoken',
  wrongApiToken: 'Canary5wrongapitoken',
  streamParam: 'txSecret=Canary6secret',
  userIp: 'Canary7.address',
  urlQuery: 'Canary8query',
  junk: 'Canary9junk',
  header: 'Canary10header',
  variable: 'Canary11variable',
  cursor: 'Canary12cursor',
  toUrl: 'rtmp://user:Canary13password@push.example.com/live/s?txSecret=Canary13secret',
} as const;

const t = 1_545_030_873;
const admin = { authorization: `Bearer ${canaries.apiToken}` };

let running: RunningApp;
/** Bodies of refusals. Other answers may show an admin what was sent. */
const refusals: string[] = [];

beforeAll(async () => {
  running = await startApp({
    clock: () => t * 1_000,
    authenticity: {
      keys: parseCallbackKeys(`${canaries.key},a.com=${canaries.keyOfDomain}`),
      tokens: [canaries.token],
    },
    access: { mode: 'tokens', tokens: parseApiTokens(`admin=${canaries.apiToken}`) },
    quarantineBounds: boundsWith({ FORGED: 2_200, UNPROVEN: 800, EXPIRED: 1_500 }),
  });
});
afterAll(() => running.close());

const personal = { stream_param: canaries.streamParam, user_ip: canaries.userIp, junk: canaries.junk };

async function post(body: unknown, route = '/callbacks/css', expected = 200): Promise<void> {
  const answer = await running.post(body, `${route}?query=${canaries.urlQuery}`, { 'x-header': canaries.header });
  expect(answer.status).toBe(expected);
  refusals.push(JSON.stringify(answer.body));
}

async function postOnWire(...parts: string[]): Promise<void> {
  refusals.push(await exchange(running.app.url, ...parts));
}

async function refusedQuery(
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string> = admin,
) {
  const answer = await running.ask(query, variables, headers);
  expect(answer.errors).toBeDefined();
  refusals.push(JSON.stringify(answer));
}

test('accepts callbacks', async () => {
  await post(signed({ ...parseSample('push'), ...personal }, canaries.key, t));
  await post(signed({ ...parseSample('interruption'), ...personal, app: 'a.com' }, canaries.keyOfDomain, t));
  await post({ ...parseSample('push'), ...personal, sequence: '5' }, `/callbacks/css/${canaries.token}`);
  await post({ ...parseSample('relay-en-task-start'), to_url: canaries.toUrl }, `/callbacks/css/${canaries.token}`);
  await post(`{"${canaries.junk}`, `/callbacks/css/${canaries.token}`);
});

test('quarantines callbacks, and refuses those that it has no room for', async () => {
  for (const [expected, expectedOfExpired] of [
    [200, 200],
    [401, 429],
  ] as const) {
    await post({ ...parseSample('push'), ...personal }, '/callbacks/css', expected);
    const expired = signed({ ...parseSample('push'), ...personal }, canaries.key, t - 901);
    await post(expired, '/callbacks/css', expectedOfExpired);
    const foreign = signed({ ...parseSample('push'), ...personal, app: 'b.com' }, canaries.keyOfDomain, t);
    await post(foreign, '/callbacks/css', expected);
    await post({ ...personal }, `/callbacks/css/${canaries.wrongToken}`, expected);
  }
});

test('refuses callbacks', async () => {
  await post(`{"${canaries.junk}":${canaries.userIp}`, '/callbacks/css', 400);
  await post(`"${canaries.junk}"`, `/callbacks/css/${canaries.wrongToken}`, 400);
  await post(`{"junk":"${canaries.junk.repeat(60_000)}"}`, `/callbacks/css/${canaries.wrongToken}`, 413);
  await post('{}', `/callbacks/css/${canaries.wrongToken}/${canaries.token}`, 404);
  await post('{}', `/callbacks/css/${canaries.wrongToken.repeat(20)}`, 400);
  await post('{}', `/callbacks/css/${canaries.wrongToken}%E0%A4%A`, 400);
  alterLogFile(running.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
  await post({ ...personal }, `/callbacks/css/${canaries.token}`, 503);
  alterLogFile(running.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
});

test('refuses requests that are not HTTP', async () => {
  await postOnWire(`${canaries.junk} ${canaries.token}\r\n\r\n`);
  await postOnWire(postHead(`/callbacks/css/${canaries.token}`, 5, [`x-header: ${canaries.header.repeat(3_000)}`]));
  await postOnWire(postHead(`/callbacks/css/${canaries.token}`, 5, [`transfer-encoding: ${canaries.header}`]));
});

test('refuses GraphQL requests', async () => {
  const { variable, cursor, wrongApiToken } = canaries;
  const session =
    'query ($s: ID!, $first: Int) { streamSession(sequence: $s) { callbacks(first: $first) { nodes { body } } } }';
  const sessions =
    'query ($filter: StreamSessionFilter, $after: Cursor) { streamSessions(filter: $filter, after: $after) { nodes { id } } }';
  await refusedQuery(session, { s: variable }, { authorization: `Bearer ${wrongApiToken}` });
  await refusedQuery(session, { s: [variable] });
  await refusedQuery(session, { s: { value: variable } });
  await refusedQuery(session, { s: variable, first: variable });
  await refusedQuery(session, { s: variable, first: `a; ${variable}` });
  await refusedQuery(sessions, { filter: { state: { eq: `a" does not; ${variable}` } } });
  await refusedQuery(sessions, { after: cursor });
  await refusedQuery(sessions, { after: cursor.repeat(100) });
  await refusedQuery('mutation ($i: [ID!]!) { releaseFromQuarantine(ids: $i) { id } }', { i: { variable } });
  await refusedQuery(sessions, { filter: variable });
  await refusedQuery(sessions, { filter: { state: { eq: variable } } });
  await refusedQuery(sessions, { filter: { startedAt: { gt: variable } } });
  await refusedQuery(sessions, { filter: { sequence: { eq: variable.repeat(100) } } });
  await refusedQuery(sessions, { filter: { sequence: { in: [{ value: variable }] } } });
  for (const query of [
    `query=${variable}`,
    `query={__typename}&variables=${variable}`,
    `query={__typename}&variables={"a":"${variable}"&operationName=`,
  ]) {
    const response = await fetch(`${running.app.url}/graphql?${query}`, {
      headers: admin,
    });
    // A syntax error quotes a word of the document, which is not a value.
    if (query !== `query=${variable}`) refusals.push(await response.text());
  }
  const junk = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/json' },
    body: `{"query":"{__typename}","variables":{"a":${variable}`,
  });
  expect(junk.status).toBe(400);
  refusals.push(await junk.text());
});

test('shows an admin what was sent', async () => {
  await running.projected();
  const answer = await running.ask('{ callbacks { nodes { body } } }', { unused: canaries.variable }, admin);
  expect(JSON.stringify(answer)).toContain(canaries.streamParam);
});

test('no refusal and no log line contains any of the values', () => {
  // Without log lines and refusals the last check would prove nothing.
  expect(running.logLines.join('')).toContain('STORE_UNAVAILABLE');
  expect(refusals.length).toBeGreaterThan(25);
  expect([...refusals, ...running.logLines].filter((line) => /canary/i.test(line))).toEqual([]);
});
