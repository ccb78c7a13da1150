import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { askUntil } from '../support/ask-until.ts';
import type { ReceivedRequest, Receiver } from '../forwarding/receivers.ts';
import { alertsTo, alertsToAll, webhookSecret } from '../alerts/alerts-files.ts';
import { useAppsAndReceivers } from '../support/apps-and-receivers.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { scrape } from '../support/metrics.ts';
import { connectLive, nextOf } from '../support/live-socket.ts';
import { openEventStream } from '../support/live-stream.ts';
import { relayBody } from '../support/relay-bodies.ts';

const { receiver, start } = useAppsAndReceivers();

interface Message {
  readonly type: string;
  readonly data: { readonly rule: string; readonly alerts: { id: string; summary: string; facts: object }[] };
}

/** Verified by the library of Standard Webhooks. */
const messageOf = ({ headers, body }: ReceivedRequest) =>
  new Webhook(webhookSecret).verify(body.toString(), headers as Record<string, string>) as Message;
const saidOf = ({ requests }: Receiver) =>
  requests.map(messageOf).map(({ type, data }) => `${data.rule} ${type} ${data.alerts.length}`);

function firstOf({ requests: [first] }: Receiver): ReceivedRequest {
  if (first === undefined) throw new Error('Nothing arrived.');
  return first;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);
/** A push that began, or ended by a fault of the network, so many seconds ago. */
const push = (sequence: string, secondsAgo: number) => pushBody({ sequence, event_time: nowSeconds() - secondsAgo });
const fault = (sequence: string, secondsAgo: number) =>
  interruptionBody({ sequence, event_time: nowSeconds() - secondsAgo, errcode: 8, push_duration: '1000' });

async function removeReadModels(dataDir: string): Promise<void> {
  const files = (await readdir(dataDir)).filter((name) => name.startsWith('read-model-'));
  expect(files).not.toEqual([]);
  for (const name of files) await rm(path.join(dataDir, name));
}

test('a push that was ended by other than its client is an alert until the stream is pushed again, also over a restart and a rebuild', async () => {
  let status = 500;
  const target = await receiver(() => status);
  const app = await start(alertsTo(target.url, { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 }));
  await app.post(push('1', 60));
  await app.post(fault('1', 30));
  await target.arrived(1);
  // What the target has not taken is sent again after the restart, and nothing is said twice in the log.
  status = 200;
  await app.restart();
  await target.arrived(2);
  expect(messageOf(firstOf(target))).toMatchObject({
    type: 'alert.began',
    data: { rule: 'faults', alerts: [{ facts: { endSide: 'NETWORK', endCode: 8 } }] },
  });
  await app.post(push('2', 10));
  await target.arrived(3);
  await app.restart(removeReadModels);
  await app.post(fault('2', 5));
  await target.arrived(4);
  expect(saidOf(target)).toEqual(['began', 'began', 'ended', 'began'].map((what) => `faults alert.${what} 1`));
  const ids = target.requests.map(({ headers }) => headers['webhook-id']);
  expect([ids[0] === ids[1], new Set(ids).size]).toEqual([true, 3]);
  const [, began, ended] = target.requests.map((request) => messageOf(request).data.alerts[0]?.id);
  expect(ended).toBe(began);
  expect(JSON.stringify(app.logLines)).not.toContain(target.url);
});

test('an exit of a relay task is an alert until it runs again; a client that ends its push is none', async () => {
  const target = await receiver();
  const app = await start(
    alertsTo(
      target.url,
      { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 },
      { name: 'exits', when: 'RELAY_EXIT', groupSeconds: 1 },
    ),
  );
  await app.post(push('1', 60));
  await app.post({ ...fault('1', 30), errcode: 1 });
  await app.post(relayBody('TaskStart'));
  await app.post(relayBody('TaskExit', { code: -22, message: 'write packet error.' }));
  await target.arrived(1);
  expect((await app.ask('{ alerts { rule when summary facts beganAt } }')).data).toMatchObject({
    alerts: [{ rule: 'exits', when: 'RELAY_EXIT', facts: { exitCode: -22 } }],
  });
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const documented = [...text.matchAll(/^\| `(live_ledger_alert\w+)/gm)].map(([, name]) => name);
  const scraped = await scrape(app.app.url);
  expect(
    Object.keys(scraped)
      .filter((name) => name.startsWith('live_ledger_alert'))
      .sort(),
  ).toEqual(documented.sort());
  expect(scraped['live_ledger_alerts']?.samples['live_ledger_alerts{rule="exits"}']).toBe(1);
  await app.post(relayBody('TaskStart', {}, { event_time: nowSeconds() + 5 }));
  await target.arrived(2);
  expect(saidOf(target)).toEqual(['exits alert.began 1', 'exits alert.ended 1']);
  const window = JSON.stringify(new Date(Date.now() - 600_000).toISOString());
  expect(
    (await app.ask(`{ alerts { id } endedAlerts(from: ${window}) { rule when beganAt endedAt facts } }`)).data,
  ).toEqual({
    alerts: [],
    endedAlerts: [
      {
        rule: 'exits',
        when: 'RELAY_EXIT',
        facts: expect.objectContaining({ exitCode: -22 }),
        beganAt: expect.any(String),
        endedAt: expect.any(String),
      },
    ],
  });
  expect((await app.ask(`{ endedAlerts(to: ${window}) { id } }`)).data).toEqual({ endedAlerts: [] });
  expect(messageOf(firstOf(target)).data.alerts[0]).toMatchObject({
    summary: 'Relay task 1 to push.example/live/one has exited: -22.',
    facts: { taskId: '1', exitCode: -22 },
  });
});

test('callbacks in quarantine are an alert until an operator has decided on them', async () => {
  const target = await receiver();
  const app = await start({
    ...alertsTo(target.url, { name: 'held', when: 'QUARANTINE', threshold: 2, groupSeconds: 1 }),
    authenticity: { keys: [{ key: 'key', domain: null }], tokens: [] },
  });
  await app.post(pushBody({ sequence: '1' }));
  await app.post(pushBody({ sequence: '2' }));
  await target.arrived(1);
  await app.projected();
  const { data } = await app.ask('{ quarantine { nodes { id } } }');
  const { nodes } = data?.['quarantine'] as { nodes: { id: string }[] };
  await app.ask('mutation ($ids: [ID!]!) { discardFromQuarantine(ids: $ids) { outcome } }', {
    ids: nodes.map(({ id }) => id),
  });
  await target.arrived(2);
  expect(saidOf(target)).toEqual(['held alert.began 1', 'held alert.ended 1']);
});

interface ShownTarget {
  readonly name: string;
  readonly delivered: number;
  readonly lastFault: string | null;
  readonly retrying: readonly { readonly attempts: number; readonly fault: string }[];
}

test('a dead target costs the others nothing, is shown with what it did not take, and gets it once it answers', async () => {
  let isDead = true;
  const good = await receiver();
  const dead = await receiver(() => (isDead ? 'DESTROY' : { status: 200, body: '{"errcode":0}' }));
  const [secret, token] = ['SECcanary', 'token-canary'];
  const app = await start(
    alertsToAll(
      [
        { name: 'good', url: good.url, secret: webhookSecret, perMinute: 600 },
        { name: 'dead', url: `${dead.url}?access_token=${token}`, format: 'DINGTALK', secret, perMinute: 600 },
      ],
      { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 },
    ),
  );
  await app.post(push('1', 60));
  await app.post(fault('1', 30));
  await dead.arrived(1);
  await app.post(push('2', 10));
  await good.arrived(2);
  expect(saidOf(good)).toEqual(['faults alert.began 1', 'faults alert.ended 1']);
  const shown = async () => {
    const { data } = await app.ask('{ alertTargets { name delivered lastFault retrying { attempts fault } } }');
    return data?.['alertTargets'] as readonly ShownTarget[];
  };
  const [taking, refusing] = await askUntil(shown, ([one, other]) => one?.delivered === 2 && other?.lastFault !== null);
  expect(taking).toMatchObject({ name: 'good', lastFault: null, retrying: [] });
  expect(refusing).toMatchObject({ name: 'dead', delivered: 0, lastFault: 'CONNECTION' });
  expect(refusing?.retrying).toMatchObject([{ fault: 'CONNECTION' }]);
  const failures = (await scrape(app.app.url))['live_ledger_alert_target_failures_total']?.samples ?? {};
  expect(failures['live_ledger_alert_target_failures_total{target="dead",fault="CONNECTION"}']).toBeGreaterThanOrEqual(
    1,
  );

  isDead = false;
  await askUntil(shown, (targets) => targets[1]?.delivered === 2);
  const texts = dead.requests.map(({ body }) => (JSON.parse(body.toString()) as { text: { content: string } }).text);
  const said = texts.map(({ content }) => content.split(',')[0]);
  expect(new Set(said.slice(0, -1))).toEqual(new Set(['Live Ledger: faults began']));
  expect(said.at(-1)).toBe('Live Ledger: faults ended');
  for (const canary of [secret, token, webhookSecret]) expect(JSON.stringify(app.logLines)).not.toContain(canary);
});

test('a subscription sends what begins and ends, each once, and resumes after any cursor, also over a restart', async () => {
  const target = await receiver();
  const app = await start(
    alertsTo(
      target.url,
      { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 },
      { name: 'exits', when: 'RELAY_EXIT', groupSeconds: 1 },
    ),
  );
  const query = `subscription ($after: Cursor, $filter: AlertFilter) {
    alertChanged(after: $after, filter: $filter) { cursor endedAt alert { id rule when } }
  }`;
  interface Changed {
    readonly cursor: string;
    readonly endedAt: string | null;
    readonly alert: { readonly id: string; readonly rule: string };
  }
  const { data } = await app.ask('{ streamSessions { liveFrom } }');
  const { liveFrom } = data?.['streamSessions'] as { liveFrom: string };
  const received = async (count: number, variables: object) => {
    const socket = await connectLive(app.app.url);
    socket.subscribe('1', query, { ...variables });
    await socket.until(
      (messages) => messages.some(({ type }) => type === 'error') || nextOf(messages, '1').length >= count,
    );
    await socket.close();
    return nextOf<{ alertChanged: Changed }>(socket.messages, '1').map(({ alertChanged }) => alertChanged);
  };
  const live = received(3, { after: liveFrom });
  await app.post(push('1', 60));
  await app.post(fault('1', 30));
  await target.arrived(1);
  await app.post(relayBody('TaskStart'));
  await app.post(relayBody('TaskExit', { code: -22, message: 'write packet error.' }));
  await target.arrived(2);
  await app.post(push('2', 10));
  const changes = await live;
  expect(changes.map(({ alert: { rule }, endedAt }) => [rule, endedAt !== null])).toEqual([
    ['faults', false],
    ['exits', false],
    ['faults', true],
  ]);
  expect(changes[2]?.alert.id).toBe(changes[0]?.alert.id);
  await app.restart(removeReadModels);
  await app.projected();
  expect(await received(3, { after: liveFrom })).toEqual(changes);
  expect(await received(2, { after: changes[0]?.cursor })).toEqual(changes.slice(1));
  const ofExits = { filter: { rule: { eq: 'exits' }, when: { in: ['RELAY_EXIT'] } } };
  expect(await received(1, { ...ofExits, after: liveFrom })).toEqual(changes.slice(1, 2));
});

test('alerts are for operators', async () => {
  const tokens = parseApiTokens('viewer=viewer-token-canary,operator=operator-token-canary');
  const app = await start({ access: { mode: 'tokens', tokens } });
  const answerTo = (role: string, query: string) =>
    app.ask(query, {}, { authorization: `Bearer ${role}-token-canary` });
  for (const query of ['{ alerts { id } }', '{ endedAlerts { id } }', '{ alertTargets { name } }']) {
    expect((await answerTo('viewer', query)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  }
  const subscription = 'subscription { alertChanged { cursor } }';
  const refused = await openEventStream(app.app.url, subscription, {}, { authorization: 'Bearer viewer-token-canary' });
  expect(await refused.text()).toContain('"FORBIDDEN"');
  expect((await answerTo('operator', '{ alerts { id } endedAlerts { id } alertTargets { name } }')).data).toEqual({
    alerts: [],
    endedAlerts: [],
    alertTargets: [],
  });
});
