import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { readForwardFile } from '../../src/forwarding/read-targets.ts';
import type { AppOptions } from '../support/app.ts';
import { useAppsAndReceivers } from '../support/apps-and-receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { scrape } from '../support/metrics.ts';
import type { RunningApp } from '../support/running-app.ts';

const allowed = { loopback: true, private: false };
const forwardTo = (...targets: object[]): Pick<AppOptions, 'forward'> => {
  const { targets: read, problems } = readForwardFile(JSON.stringify({ targets }), allowed);
  expect(problems).toEqual([]);
  return { forward: { targets: read, allowed } };
};

const { receiver, start } = useAppsAndReceivers();

const fields =
  'name state position lagEvents lagMs attempts delivered failures { fault attempts } lastFault lastFailedAt setAsideTotal retrying { position attempts fault firstFailedAt lastFailedAt } setAside { position }';

interface Target {
  readonly name: string;
  readonly state: string;
  readonly position: string;
  readonly lagEvents: number;
  readonly delivered: number;
  readonly retrying: readonly object[];
}

async function targetsOf(app: RunningApp): Promise<readonly Target[]> {
  const { data, errors } = await app.ask(`{ forwardTargets { ${fields} } }`);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['forwardTargets'] as readonly Target[];
}
const change = (app: RunningApp, mutation: string) => app.ask(`mutation { ${mutation} { ${fields} } }`);
const caughtUp = (app: RunningApp) =>
  askUntil(
    () => targetsOf(app),
    (targets) => targets.every(({ lagEvents }) => lagEvents === 0),
  );

test('every delivery of a callback goes to each target, byte for byte; the answers never reach CSS', async () => {
  const [good, bad] = [await receiver(), await receiver(() => 500)];
  const app = await start(forwardTo({ name: 'good', url: good.url }, { name: 'bad', url: bad.url }));
  const bodies = ['{"event_type": 1, "a": "é" }\n', JSON.stringify(pushBody()), JSON.stringify(pushBody())];
  for (const body of bodies) expect((await app.post(body)).status).toBe(200);
  await good.arrived(3);
  expect(good.requests.map(({ body }) => body.toString()).sort()).toEqual([...bodies].sort());
  await bad.arrived(2);
  const [, failing] = await askUntil(
    () => targetsOf(app),
    ([first, second]) => first?.lagEvents === 0 && (second?.retrying.length ?? 0) > 0,
  );
  expect(failing).toMatchObject({ name: 'bad', lagEvents: 3, lastFault: 'HTTP_5XX', delivered: 0 });
});

test('a callback goes on with the content type that it had', async () => {
  const target = await receiver();
  const app = await start(forwardTo({ name: 'one', url: target.url }));
  for (const headers of [{}, { 'content-type': 'text/plain; charset=utf-8' }]) {
    await app.post(pushBody(), undefined, headers);
  }
  await target.arrived(2);
  expect(target.requests.map((request) => request.headers['content-type']).sort()).toEqual([
    'application/json',
    'text/plain; charset=utf-8',
  ]);
});

test('of 256 targets each gets the callbacks that match its filter, and no others', async () => {
  const all = await receiver();
  const indices = Array.from({ length: 256 }, (_, index) => index);
  const targets = indices.map((index) => ({
    name: `t${index}`,
    url: `${all.url}?${index}`,
    filter: { paths: [`p${index}`] },
  }));
  const app = await start(forwardTo(...targets));
  const wanted = indices.filter((index) => index % 8 === 0);
  for (const index of wanted) await app.post(pushBody({ appname: `p${index}`, sequence: String(index) }));
  await all.arrived(wanted.length);
  await caughtUp(app);
  const sequenceOf = (body: Buffer) => (JSON.parse(body.toString()) as { sequence: string }).sequence;
  const got = all.requests.map(({ path, body }) => [path, sequenceOf(body)]).sort();
  expect(got).toEqual(wanted.map((index) => [`/css?${index}`, String(index)]).sort());
});

test('operators pause, resume, replay from a cursor or a time, and skip; that lasts over a restart', async () => {
  let status = 200;
  const target = await receiver(() => status);
  const app = await start(forwardTo({ name: 'one', url: target.url }));
  const post = (sequence: string) => app.post(pushBody({ sequence, stream_id: sequence }));
  const sequences = () =>
    target.requests.map(({ body }) => (JSON.parse(body.toString()) as { sequence: string }).sequence);
  await post('1');
  await target.arrived(1);
  const pause =
    'mutation { pauseForwarding(target: "one") { state forwardTarget { name state setAside { position } } } }';
  expect((await app.ask(pause)).data).toEqual({
    pauseForwarding: { state: 'PAUSED', forwardTarget: { name: 'one', state: 'PAUSED', setAside: [] } },
  });
  await post('2');
  await app.restart();
  await post('3');
  expect(await targetsOf(app)).toMatchObject([{ state: 'PAUSED', lagEvents: 2 }]);
  expect(sequences()).toEqual(['1']);
  expect((await change(app, 'resumeForwarding(target: "one")')).errors).toBeUndefined();
  await target.arrived(3);
  await caughtUp(app);

  await app.projected();
  const { data } = await app.ask(
    '{ callbacks(orderBy: { field: RECORDED, direction: ASC }) { nodes { cursor recordedAt } } }',
  );
  const { nodes } = data?.['callbacks'] as { nodes: { cursor: string; recordedAt: string }[] };
  await change(app, `replayForwarding(target: "one", from: { after: "${nodes[1]?.cursor ?? ''}" })`);
  await target.arrived(4);
  expect(sequences().slice(3)).toEqual(['3']);
  await caughtUp(app);
  await change(app, `replayForwarding(target: "one", from: { recordedAt: "${nodes[0]?.recordedAt ?? ''}" })`);
  await target.arrived(7);
  expect(sequences().slice(4).sort()).toEqual(['1', '2', '3']);
  await caughtUp(app);

  status = 500;
  await post('4');
  await askUntil(
    () => targetsOf(app),
    ([one]) => one?.retrying.length === 1,
  );
  await askUntil(
    async () =>
      (await change(app, 'skipForwarding(target: "one")')).data?.['skipForwarding'] as { setAside: unknown[] },
    ({ setAside }) => setAside.length === 1,
  );
  expect(await targetsOf(app)).toMatchObject([{ lagEvents: 0, setAsideTotal: 1, retrying: [] }]);
});

test('a change with a key is made once, also after a restart; another change with that key is refused', async () => {
  const target = await receiver();
  const app = await start(forwardTo({ name: 'one', url: target.url }));
  const stateAfter = async (mutation: string) => {
    const { data, errors } = await app.ask(`mutation { one: ${mutation} { forwardTarget { state } } }`);
    return errors?.[0]?.message ?? (data?.['one'] as { forwardTarget: { state: string } }).forwardTarget.state;
  };
  const pause = 'pauseForwarding(target: "one", idempotencyKey: "k")';
  expect(await stateAfter(pause)).toBe('PAUSED');
  expect(await stateAfter('resumeForwarding(target: "one", idempotencyKey: "k")')).toBe('RUNNING');
  expect(await stateAfter(pause)).toBe('RUNNING');
  await app.restart();
  expect(await stateAfter(pause)).toBe('RUNNING');
  const unknown = 'target is not the name of a target: forwardTargets lists them.';
  expect(await stateAfter('skipForwarding(target: "two", idempotencyKey: "k")')).toBe(unknown);
  expect(await stateAfter('skipForwarding(target: "one", idempotencyKey: "k")')).toBe('RUNNING');

  await app.post(pushBody());
  await target.arrived(1);
  await caughtUp(app);
  const replay = (time: string) =>
    stateAfter(`replayForwarding(target: "one", from: { recordedAt: "${time}" }, idempotencyKey: "k")`);
  expect(await replay('2020-01-01T00:00:00Z')).toBe('RUNNING');
  await target.arrived(2);
  expect(await replay('2020-01-01T00:00:00Z')).toBe('RUNNING');
  expect(await replay('2021-01-01T00:00:00Z')).toContain('used before with other arguments');
  await app.post(pushBody({ sequence: '2' }));
  await target.arrived(3);
  await caughtUp(app);
  expect(target.requests).toHaveLength(3);
});

test('only operators see and change it; a target that is not there, and a start that says nothing, are refused', async () => {
  const target = await receiver();
  const app = await start({
    ...forwardTo({ name: 'one', url: target.url }),
    access: { mode: 'tokens', tokens: parseApiTokens('viewer=viewer-token-canary,operator=operator-token-canary') },
  });
  const as = (role: string) => ({ authorization: `Bearer ${role}-token-canary` });
  const codeOf = async (operation: string, role: string) =>
    (await app.ask(operation, {}, as(role))).errors?.[0]?.extensions['code'];
  for (const operation of [
    '{ forwardTargets { name } }',
    ...['pause', 'resume', 'skip'].map((what) => `mutation { ${what}Forwarding(target: "one") { name } }`),
    'mutation { replayForwarding(target: "one", from: { recordedAt: "2026-01-01T00:00:00Z" }) { name } }',
  ]) {
    expect(await codeOf(operation, 'viewer')).toBe('FORBIDDEN');
    expect(await codeOf(operation, 'operator')).toBeUndefined();
  }
  expect(await codeOf('mutation { pauseForwarding(target: "two") { name } }', 'operator')).toBe('BAD_USER_INPUT');
  expect(await codeOf('mutation { replayForwarding(target: "one", from: {}) { name } }', 'operator')).toBe(
    'BAD_USER_INPUT',
  );
  const cursor = 'mutation { replayForwarding(target: "one", from: { after: "canary" }) { name } }';
  expect(await codeOf(cursor, 'operator')).toBe('CURSOR_INVALID');
});

test('docs/metrics.md has exactly the metrics of forwarding, and neither they nor the log show URL, header or key', async () => {
  const target = await receiver(() => 500);
  const secrets = { headers: { authorization: 'canary-header' }, signingKey: 'canary-key' };
  const app = await start(forwardTo({ name: 'one', url: `${target.url}/canary-path?canary-query`, ...secrets }));
  await app.post(pushBody());
  await target.arrived(1);
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const documented = [...text.matchAll(/^\| `(live_ledger_forward_\w+)/gm)].map(([, name]) => name);
  const scraped = await askUntil(
    () => scrape(app.app.url),
    (all) =>
      (all['live_ledger_forward_attempts_total']?.samples['live_ledger_forward_attempts_total{target="one"}'] ?? 0) > 0,
  );
  const shown = Object.keys(scraped).filter((name) => name.startsWith('live_ledger_forward_'));
  expect(shown.sort()).toEqual(documented.sort());
  await change(app, 'skipForwarding(target: "one")');
  expect(JSON.stringify([scraped, app.logLines, await targetsOf(app)])).not.toContain('canary');
});
