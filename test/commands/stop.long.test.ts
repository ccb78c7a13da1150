import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { endLedger, patientStop, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { exchange, openRawConnection, postHead, statusOf } from '../support/raw-http.ts';
import { parseSample, readSample } from '../support/samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const connections = 32;
const push = readSample('push');
const stopping = /stopping: open requests are answered first/;

let folder: TemporaryFolder;
let started: LedgerProcess[];
beforeEach(() => {
  folder = makeTemporaryFolder();
  started = [];
});
afterEach(async () => {
  for (const ledger of started) await endLedger(ledger);
  folder.remove();
});

function serve(environment: Readonly<Record<string, string>> = {}): LedgerProcess {
  const ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, ...environment });
  started.push(ledger);
  return ledger;
}

/** A complete answer, or why there is none. */
type Outcome = { readonly status: number; readonly connection: string | undefined } | { readonly failed: string };

function post(agent: Agent, url: string, sequence: string): Promise<Outcome> {
  const body = JSON.stringify({ ...parseSample('push'), sequence, stream_id: `stream-${sequence}` });
  return new Promise((resolve) => {
    const sent = request(`${url}/callbacks/css`, { agent, method: 'POST', headers: { 'content-length': body.length } });
    const fail = (error: Error & { code?: string }) => {
      resolve({ failed: error.code ?? 'unknown' });
    };
    sent.on('error', fail);
    sent.on('response', (response) => {
      response.on('error', fail);
      response.on('end', () => {
        const { statusCode = 0, headers, complete } = response;
        resolve(complete ? { status: statusCode, connection: headers.connection } : { failed: 'cut off' });
      });
      response.resume();
    });
    sent.end(body);
  });
}

test('under load, what was taken is answered: the log has exactly what got its 200', async () => {
  const ledger = serve();
  const url = await ledger.url();
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcomes = new Map<string, Outcome>();
  let answered = 0;
  const client = async (number: number) => {
    for (let turn = 0; ; turn += 1) {
      const sequence = `${number}000${turn}`;
      const outcome = await post(agent, url, sequence);
      outcomes.set(sequence, outcome);
      if ('failed' in outcome) return;
      answered += 1;
      if (answered === connections * 20) ledger.kill('SIGTERM');
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => client(number + 1)));
  agent.destroy();
  expect(await ledger.ended()).toBe(0);

  const all = [...outcomes];
  const complete = all.flatMap(([, outcome]) => ('status' in outcome ? [outcome] : []));
  expect([...new Set(complete.map(({ status }) => status))]).toEqual([200]);
  // Connections are closed by the header of an answer. A request that comes later is refused or reset, never half answered:
  // a client that pauses longer than an idle connection may, or that was not accepted yet, can't know.
  expect(complete.filter(({ connection }) => connection === 'close').length).toBeGreaterThan(0);
  const failures = new Set(all.flatMap(([, outcome]) => ('failed' in outcome ? [outcome.failed] : [])));
  expect([...failures].filter((code) => !['ECONNREFUSED', 'ECONNRESET'].includes(code))).toEqual([]);

  const again = await serve().url();
  await projectionCaughtUp(again);
  const recorded: string[] = [];
  for (let after: string | null = null; ;) {
    const page: {
      callbacks: {
        nodes: { streamSession: { sequence: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    } = await askLedger(
      again,
      'query ($after: Cursor) { callbacks(first: 500, after: $after) { nodes { streamSession { sequence } } pageInfo { endCursor hasNextPage } } }',
      { after },
    );
    recorded.push(...page.callbacks.nodes.map(({ streamSession }) => streamSession.sequence));
    if (!page.callbacks.pageInfo.hasNextPage) break;
    after = page.callbacks.pageInfo.endCursor;
  }
  expect(recorded.sort()).toEqual(all.flatMap(([sequence, outcome]) => ('status' in outcome ? [sequence] : [])).sort());
});

test('a request that comes on a kept connection is answered still, and says that the connection ends', async () => {
  const ledger = serve(patientStop);
  const url = await ledger.url();
  // A connection on which no request comes is closed after some seconds, which a slow start may take.
  await ledger.printed(/answering queries/);
  const slow = await openRawConnection(url);
  slow.socket.write(`POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\ncontent-length: ${push.length}\r\n\r\n`);
  slow.socket.write(push.subarray(0, 10));
  const kept = await openRawConnection(url);
  const get = (route: string) => `GET ${route} HTTP/1.1\r\nhost: ledger\r\n\r\n`;
  kept.socket.write(get('/readyz'));
  await kept.until('"ready":true');
  ledger.kill('SIGTERM');
  await ledger.printed(stopping);
  kept.socket.write(get('/readyz'));
  const answers = await kept.ended();
  expect(answers).toContain('HTTP/1.1 503');
  expect(answers).toContain('{"ready":false,"checks":[{"name":"connections","ok":false,"reason":"STOPPING"}');
  expect(answers).toMatch(/\r\nconnection: close\r\n/i);

  slow.socket.write(push.subarray(10));
  const answer = await slow.ended();
  expect(statusOf(answer)).toBe(200);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  expect(await ledger.ended()).toBe(0);
  expect(ledger.stdout()).toMatch(/"msg":"stopped"\}\n$/);
});

test('connections that wait for the reader are refused, and counted as refused', async () => {
  const ledger = serve({ LOG_LEVEL: 'debug' });
  const url = await ledger.url();
  const [, pid] = await ledger.printed(/"process":"reader","pid":(\d+)/);
  await ledger.printed(/answering queries/);
  process.kill(Number(pid), 'SIGSTOP');
  // The first is on its way to the reader, which does not take it; the others wait here.
  const waiting = await Promise.all(Array.from({ length: 3 }, () => openRawConnection(url)));
  for (const { socket } of waiting) socket.write('GET /graphql HTTP/1.1\r\nhost: ledger\r\n\r\n');
  await exchange(url, postHead('/callbacks/css', push.length), push);
  ledger.kill('SIGTERM');
  expect(await Promise.race(waiting.map((one) => one.ended()))).toMatch(
    /^HTTP\/1\.1 503 [^]*"error":"STORE_UNAVAILABLE"/,
  );
  await ledger.printed(/"status":503,"code":"STORE_UNAVAILABLE","msg":"refused"/);
  process.kill(Number(pid), 'SIGCONT');
  expect(await ledger.ended()).toBe(0);
});

test('a request that does not arrive is given up with 408, so that the stop ends', async () => {
  const ledger = serve();
  const url = await ledger.url();
  const [body, head] = [await openRawConnection(url), await openRawConnection(url)];
  body.socket.write(postHead('/callbacks/css', push.length, ['expect: 100-continue']));
  await body.until('100 Continue');
  body.socket.write(push.subarray(0, 10));
  head.socket.write('POST /callbacks/css HTTP/1.1\r\n');
  ledger.kill('SIGTERM');
  expect((await body.ended()).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')).toMatch(
    /^HTTP\/1\.1 408 [^]*"error":"REQUEST_TIMEOUT"/,
  );
  expect(await head.ended()).toMatch(/^HTTP\/1\.1 408 /);
  expect(await ledger.ended()).toBe(0);
  // Logged as what was sent, not as a connection that was lost.
  expect(ledger.stdout()).toMatch(/"kind":"REQUEST_TIMEOUT".*"msg":"callbacks are refused"/);
  expect(ledger.stdout()).not.toContain('CONNECTION_LOST');
});

test.each(['SIGTERM', 'SIGINT'])('%s stops it while it starts, however early', async (signal) => {
  // It sends itself the signal as soon as it handles it. Its threads, which run this too, never would.
  const early = `import { isMainThread } from 'node:worker_threads';
  const looking = setInterval(() => {
    if (isMainThread && process.listenerCount('${signal}') === 0) return;
    clearInterval(looking);
    if (isMainThread) process.kill(process.pid, '${signal}');
  }, 1)`;
  const ledger = serve({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(early)}` });
  expect(await ledger.ended()).toBe(0);
  expect(ledger.stdout()).not.toContain('"msg":"listening"');
});

test('npm start makes way for the service, which then gets the signals that npm passes on', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: { start: string };
  };
  expect(scripts.start).toMatch(/ && exec node bin\/live-ledger\.js serve$/);
});

test('a second signal stops it at once, with status 1 and a line', async () => {
  const ledger = serve(patientStop);
  const url = await ledger.url();
  const open = await openRawConnection(url);
  open.socket.write(postHead('/callbacks/css', push.length, ['expect: 100-continue']));
  await open.until('100 Continue');
  ledger.kill('SIGTERM');
  await ledger.printed(stopping);
  ledger.kill('SIGINT');
  expect(await ledger.ended()).toBe(1);
  expect(ledger.stdout()).toMatch(/"level":40,.*"signal":"SIGINT","msg":"a second signal: stopped at once/);
});

test.each([
  ['uncaughtException', 'throw new TypeError("can" + "ary")'],
  ['unhandledRejection', 'void Promise.reject(new TypeError("can" + "ary"))'],
])(
  'a fault that nothing catches ends the recorder with a line without its message, and it is started again: %s',
  async (_name, fault) => {
    const ledger = serve({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${fault} })`)}`,
    });
    const url = await ledger.url();
    // The supervisor passes connections to it: one that ends before is not started again.
    // Its connection is not kept: the next fetch could take it as it ends.
    await fetch(`${url}/healthz`, { headers: { connection: 'close' } });
    const [, pid] = await ledger.printed(/"process":"recorder","pid":(\d+),.*"msg":"starting"/);
    process.kill(Number(pid), 'SIGUSR2');
    await ledger.printed(/"level":60,"time":\d+,"fault":"TypeError","at":\[.*"msg":"an error that nothing caught/);
    await ledger.printed(/"status":1,.*"msg":"the recorder has ended, and is started again/);
    await ledger.printed(/"msg":"listening"[^]*"msg":"listening"/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    ledger.kill('SIGTERM');
    expect(await ledger.ended()).toBe(0);
    expect(ledger.stdout() + ledger.stderr()).not.toContain('canary');
  },
);

test('says what runs when it starts, and every line on standard output is JSON with level, time and words', async () => {
  const ledger = serve({ LOG_LEVEL: 'debug' });
  const url = await ledger.url();
  await fetch(`${url}/healthz`);
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  const lines = ledger
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of lines) {
    expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(Number), msg: expect.any(String) });
  }
  expect(lines[0]).toMatchObject({
    msg: 'starting',
    version: expect.stringMatching(/^\d/),
    nodeVersion: process.version,
  });
  expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['listening', 'answered', 'stopped']));
  const answered = lines.find(({ msg }) => msg === 'answered');
  expect(answered).toMatchObject({
    route: '/healthz',
    status: 200,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('a ledger that was read and is stopped leaves no write-ahead log', async () => {
  const ledger = serve();
  const url = await ledger.url();
  expect((await fetch(`${url}/callbacks/css`, { method: 'POST', body: push })).status).toBe(200);
  await projectionCaughtUp(url);
  const logs = () => readdirSync(folder.path).filter((name) => name.endsWith('-wal'));
  expect(logs()).toEqual(expect.arrayContaining([expect.stringContaining('read-model')]));
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  expect(logs()).toEqual([]);
});
