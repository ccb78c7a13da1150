import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { partVariable } from '../../src/recorder/process-messages.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { openRawConnection, type RawConnection } from '../support/raw-http.ts';
import { startRelayLoad } from '../support/relay-load.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const perSecond = 50;

let folder: TemporaryFolder;
/** While this file is there, a recorder that is given `slowStart` does not go on with its start. */
let slow: string;
let ledger: LedgerProcess;
beforeEach(() => {
  folder = makeTemporaryFolder();
  slow = path.join(folder.path, 'slow');
});
afterEach(async () => {
  rmSync(slow, { force: true });
  await endLedger(ledger);
  folder.remove();
});

const preload = (code: string) => `--import=data:text/javascript,${encodeURIComponent(code)}`;

/** Makes the clock of the supervisor faster or slower. */
const clockOfSupervisor = (factor: number) =>
  preload(`if (process.env.${partVariable} === undefined) {
    const now = performance.now.bind(performance);
    performance.now = () => ${factor} * now();
  }`);

/** With this, a connection waits in the supervisor however long the next recorder takes to start here. */
const patient = clockOfSupervisor(0.1);

const slowStart = () =>
  preload(`import { existsSync } from 'node:fs';
  while (process.env.${partVariable} === 'recorder' && existsSync(${JSON.stringify(slow)})) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }`);

function serve(environment: Readonly<Record<string, string>> = {}): LedgerProcess {
  ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, NODE_OPTIONS: patient, ...environment });
  return ledger;
}

/** The processes of this part, the newest last. */
const pidsOf = (part: 'recorder' | 'reader') =>
  [...ledger.stdout().matchAll(/"process":"(\w+)","pid":(\d+),.*"msg":"starting"/g)].flatMap(([, name, pid]) =>
    name === part ? [Number(pid)] : [],
  );

/** Resolves with the newest recorder once so many have listened. */
const listened = (times: number) =>
  ledger.until(`${times} listening`, () =>
    [...ledger.stdout().matchAll(/"msg":"listening"/g)].length >= times ? pidsOf('recorder').at(-1) : undefined,
  );

/** Resolves once a reader of the newest recorder is ready; the readers of those before may have been ended before they were. */
const newestIsAnswering = () =>
  ledger.until('answering', () => {
    const sinceListening = ledger.stdout().slice(ledger.stdout().lastIndexOf('"msg":"listening"'));
    return sinceListening.includes('"process":"reader","msg":"answering queries"') ? true : undefined;
  });

/**
 * Resolves once the supervisor passes connections to the newest recorder, which it does a moment after that listens. Before, a signal to
 * replace it has no effect.
 */
async function isServed(url: string): Promise<void> {
  await (await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).text();
}

/** Replaces the processes; resolves with the new recorder once so many have listened. */
async function replace(url: string, times: number): Promise<number> {
  await isServed(url);
  ledger.kill('SIGUSR2');
  return listened(times);
}

/** Resolves once the supervisor has noticed so many ends of recorders: from then on connections wait. */
const noticedEnds = (times: number) =>
  ledger.until(`${times} noticed`, () =>
    [...ledger.stdout().matchAll(/"msg":"the recorder has ended, and is started again/g)].length >= times
      ? true
      : undefined,
  );

/** Resolves with the newest reader once so many have been ready. */
const answering = (times: number) =>
  ledger.until(`${times} answering`, () =>
    [...ledger.stdout().matchAll(/"msg":"answering queries"/g)].length >= times ? pidsOf('reader').at(-1) : undefined,
  );

interface Page {
  relayTasks: {
    nodes: { taskId: string; callbacks: { nodes: { deliveries: number }[] } }[];
    pageInfo: { endCursor: string; hasNextPage: boolean };
  };
}

/** How often each task's callback was delivered. */
async function recorded(url: string): Promise<Map<string, number>> {
  await projectionCaughtUp(url);
  const found = new Map<string, number>();
  for (let after: string | null = null; ;) {
    const page: Page = await askLedger(
      url,
      `query ($after: Cursor) { relayTasks(first: 200, after: $after) {
         nodes { taskId callbacks(first: 3) { nodes { deliveries } } } pageInfo { endCursor hasNextPage } } }`,
      { after },
    );
    for (const { taskId, callbacks } of page.relayTasks.nodes) {
      found.set(
        taskId,
        callbacks.nodes.reduce((sum, { deliveries }) => sum + deliveries, 0),
      );
    }
    if (!page.relayTasks.pageInfo.hasNextPage) return found;
    after = page.relayTasks.pageInfo.endCursor;
  }
}

test(`under ${perSecond} relay callbacks a second the service is replaced on SIGUSR2, twice: each is answered 200 and recorded once, and what is printed of the start is not repeated`, async () => {
  const url = await serve().url();
  const pids = [await listened(1)];
  const load = startRelayLoad(url, perSecond);
  for (const times of [2, 3]) {
    await load.sent(perSecond);
    pids.push(await replace(url, times));
  }
  await load.sent(perSecond);
  const answers = await load.end();
  expect([...answers].filter(([, answer]) => answer !== 200)).toEqual([]);
  expect(new Set(pids).size).toBe(3);
  const found = await recorded(url);
  expect([...answers.keys()].filter((taskId) => found.get(taskId) !== 1)).toEqual([]);
  expect(found.size).toBe(answers.size);

  ledger.kill('SIGTERM');
  await ledger.ended();
  expect(ledger.stderr().match(/Live Ledger listens on/g)).toHaveLength(1);
  expect(ledger.stdout().match(/API_TOKENS is not set/g)).toHaveLength(1);
});

test(`under ${perSecond} relay callbacks a second the reader is killed, and so is the next: no callback is lost or late, and its recorder is the same`, async () => {
  const url = await serve().url();
  const recorder = await listened(1);
  const load = startRelayLoad(url, perSecond);
  for (const times of [1, 2]) {
    await load.sent(perSecond);
    process.kill(await answering(times), 'SIGKILL');
  }
  await answering(3);
  const answers = await load.end();
  expect([...answers].filter(([, answer]) => answer !== 200)).toEqual([]);
  expect(pidsOf('recorder')).toEqual([recorder]);
  const found = await recorded(url);
  expect([...answers.keys()].filter((taskId) => found.get(taskId) !== 1)).toEqual([]);
});

test(`under ${perSecond} relay callbacks a second the recorder is killed, and so is the next: at most those in flight are not answered, and each answered one is recorded once`, async () => {
  const url = await serve().url();
  const load = startRelayLoad(url, perSecond);
  const inFlight = new Set<string>();
  for (const times of [1, 2]) {
    const recorder = await listened(times);
    await isServed(url);
    await load.sent(perSecond);
    const open = await load.openDuring(() => {
      process.kill(recorder, 'SIGKILL');
      return noticedEnds(times);
    });
    for (const taskId of open) inFlight.add(taskId);
  }
  await listened(3);
  await load.sent(perSecond);
  await newestIsAnswering();
  const answers = await load.end();
  const lost = [...answers].filter(([, answer]) => answer !== 200);
  expect(lost.filter(([taskId, answer]) => answer !== 'ECONNRESET' || !inFlight.has(taskId))).toEqual([]);
  const found = await recorded(url);
  const answered = [...answers].flatMap(([taskId, answer]) => (answer === 200 ? [taskId] : []));
  expect(answered.filter((taskId) => found.get(taskId) !== 1)).toEqual([]);
});

test('killed, the supervisor leaves nothing running and nothing in the folder for temporary files', async () => {
  const temporary = path.join(folder.path, 'temporary');
  mkdirSync(temporary);
  await serve({ TMPDIR: temporary }).url();
  await answering(1);
  ledger.kill('SIGKILL');
  // With its recorder and reader, which have the same output.
  await ledger.ended();
  expect(readdirSync(temporary)).toEqual([]);
});

test('a reader that is stopped, as one that does not come back from its work, delays no callback, and readiness says so', async () => {
  const url = await serve().url();
  const reader = await answering(1);
  process.kill(reader, 'SIGSTOP');
  const waiting = fetch(`${url}/graphql`, { method: 'POST', body: '{}' });
  const { status } = await fetch(`${url}/callbacks/css`, { method: 'POST', body: '{}' });
  expect(status).toBe(200);
  expect((await fetch(`${url}/readyz/receive`)).status).toBe(200);
  const readiness = await fetch(`${url}/readyz`);
  expect([readiness.status, await readiness.text()]).toEqual([503, expect.stringContaining('READER_UNAVAILABLE')]);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^live_ledger_callbacks_accepted_total 1$/m);
  process.kill(reader, 'SIGCONT');
  expect((await waiting).status).toBe(400);
});

test('a start of 5 seconds loses nothing either', async () => {
  const url = await serve({ NODE_OPTIONS: `${patient} ${slowStart()}` }).url();
  const load = startRelayLoad(url, perSecond);
  await load.sent(perSecond);
  writeFileSync(slow, '');
  const replaced = replace(url, 2);
  await load.sent(5 * perSecond);
  rmSync(slow);
  await replaced;
  const answers = await load.end();
  expect([...answers].filter(([, answer]) => answer !== 200)).toEqual([]);
  const found = await recorded(url);
  expect([...answers.keys()].filter((taskId) => found.get(taskId) !== 1)).toEqual([]);
});

test('a callback that has waited for a recorder for 16 seconds is refused, so that CSS does not give up before', async () => {
  const url = await serve({ NODE_OPTIONS: `${clockOfSupervisor(20)} ${slowStart()}` }).url();
  const pid = await listened(1);
  await isServed(url);
  writeFileSync(slow, '');
  process.kill(pid, 'SIGKILL');
  await ledger.printed(/the recorder has ended, and is started again/);
  const refused = await fetch(`${url}/callbacks/css`, { method: 'POST', body: '{}' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
  expect(await refused.json()).toMatchObject({ error: 'STORE_UNAVAILABLE' });
});

test('SIGTERM while it is replaced: what was taken is answered and recorded, and it ends with status 0', async () => {
  const url = await serve().url();
  const load = startRelayLoad(url, perSecond);
  await load.sent(perSecond);
  await isServed(url);
  ledger.kill('SIGUSR2');
  await ledger.printed(/leaving: the next process opens DATA_DIR/);
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  const answers = await load.end();
  const others = new Set([...answers.values()].filter((answer) => answer !== 200));
  expect([...others].filter((answer) => !['ECONNREFUSED', 'ECONNRESET'].includes(String(answer)))).toEqual([]);
  const found = await recorded(await serve().url());
  const answered = [...answers].flatMap(([taskId, answer]) => (answer === 200 ? [taskId] : []));
  expect(answered.filter((taskId) => found.get(taskId) !== 1)).toEqual([]);
});

test('a new process that does not start leaves the one before serving, and the log says so', async () => {
  const tokens = path.join(folder.path, 'tokens');
  writeFileSync(tokens, 'token-of-sixteen-or-more');
  const url = await serve({ CSS_CALLBACK_TOKENS_FILE: tokens }).url();
  await answering(1);
  await isServed(url);
  writeFileSync(tokens, 'canary');
  ledger.kill('SIGUSR2');
  await ledger.printed(/"status":2,"msg":"the new process did not start: the one before goes on"/);
  await ledger.printed(/CSS_CALLBACK_TOKENS_FILE: entry 1 must have/);
  const answer = await fetch(`${url}/callbacks/css/token-of-sixteen-or-more`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(200);
  writeFileSync(tokens, 'token-of-sixteen-or-more');
  await replace(url, 2);
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
});

test('one connection for several routes: each is answered, whichever comes first, also after the process was replaced; and a WebSocket', async () => {
  const callback = 'POST /callbacks/css HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}';
  const probe = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const query = '{"query":"{ __typename }"}';
  const operation = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n${query}`;
  const answerOf: Readonly<Record<string, string>> = {
    [callback]: '{"code":0}',
    [probe]: '{"alive":true}',
    [operation]: '{"data":{"__typename":"Query"}}',
  };
  const url = await serve().url();
  const askAll = async (requests: readonly string[]) => {
    const connection = await openRawConnection(url);
    let expected = '';
    for (const request of requests) {
      connection.socket.write(request);
      expected += answerOf[request] ?? '';
      await untilBodies(connection, expected);
    }
    return connection;
  };
  const callbackFirst = [callback, probe, operation, callback];
  const otherFirst = [probe, callback, operation, probe];

  const kept = [await askAll(callbackFirst), await askAll(otherFirst)] as const;
  const upgraded = await askAll([callback]);
  const key = Buffer.alloc(16).toString('base64');
  upgraded.socket.write(
    `GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
  );
  await upgraded.until('101 Switching Protocols');
  upgraded.socket.destroy();

  await replace(url, 2);
  for (const requests of [callbackFirst, otherFirst]) (await askAll(requests)).socket.destroy();
  // They were passed on to the new processes.
  kept[0].socket.write(probe);
  await untilBodies(kept[0], `${callbackFirst.map((request) => answerOf[request]).join('')}{"alive":true}`);
  for (const connection of kept) connection.socket.destroy();
});

/** Resolves once the bodies of the answers, one after the other, are these. */
async function untilBodies(connection: RawConnection, bodies: string): Promise<void> {
  const received = () =>
    connection
      .received()
      .replace(/HTTP\/1\.1 [^]*?\r\n\r\n/g, '')
      .trim();
  await askUntil(
    () => Promise.resolve(received()),
    (text) => text.replaceAll(/\s/g, '') === bodies,
  );
}
