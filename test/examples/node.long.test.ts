import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { openBreakingProxy, type BreakingProxy } from '../support/breaking-proxy.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { loadUntilGone } from '../support/callback-load.ts';
import { copyExample } from '../support/example-copy.ts';
import { endLedger, startLedger, startLedgerOf, type LedgerProcess } from '../support/live-ledger-process.ts';
import { startNodeExample, transports, type NodeExample } from '../support/node-example.ts';
import { copyWithNextReadModel } from '../support/product-copy.ts';
import { reservePort, type ReservedPort } from '../support/reserved-port.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** examples/node over both transports, as processes, against the product as a process. */

const token = 'a-token-of-a-viewer';
/** Pushes take turns on these streams, so that each of them supersedes another one. */
const streams = 5;
const hurried = ['--import', new URL('../support/hurried-timers.mjs', import.meta.url).href];

let example: TemporaryFolder;
let folder: TemporaryFolder;
let port: ReservedPort;
let ledger: LedgerProcess;
let url: string;
let sent: number;
let clients: NodeExample[];
let proxies: BreakingProxy[];

beforeAll(() => {
  example = copyExample('node');
});
afterAll(() => example.remove());
beforeEach(async () => {
  folder = makeTemporaryFolder();
  [sent, clients, proxies] = [0, [], []];
  port = await reservePort();
  ledger = startLedger(['serve'], environment());
  url = await ledger.url();
});
afterEach(async () => {
  for (const client of clients) await client.end();
  for (const proxy of proxies) await proxy.close();
  await endLedger(ledger);
  port.release();
  folder.remove();
});

function environment(): Record<string, string> {
  const dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir, { recursive: true });
  return { PORT: String(port.port), DATA_DIR: dataDir, LOG_LEVEL: 'error', API_TOKENS: `viewer=${token}` };
}

async function startAgain(copy: string | null = null): Promise<void> {
  ledger = copy === null ? startLedger(['serve'], environment()) : startLedgerOf(copy, ['serve'], environment());
  await ledger.url();
}

async function proxyTo(...given: Parameters<typeof openBreakingProxy>): Promise<BreakingProxy> {
  const proxy = await openBreakingProxy(...given);
  proxies.push(proxy);
  return proxy;
}

function startOne(to: string, transport: (typeof transports)[number]): NodeExample {
  const one = startNodeExample(example.path, [to, token, transport], hurried);
  clients.push(one);
  return one;
}

/** One over each transport, with its list. */
async function startClients(to: string): Promise<NodeExample[]> {
  const started = transports.map((transport) => startOne(to, transport));
  for (const one of started) await one.until('its list', () => one.isReady());
  return started;
}

const load = (answeredBefore: number, then: () => void) =>
  loadUntilGone({
    url,
    connections: 4,
    nextSequence: () => String((sent += 1)),
    bodyOf: (sequence) =>
      JSON.stringify(
        pushBody({ sequence, event_time: Number(sequence), stream_id: `stream-${Number(sequence) % streams}` }),
      ),
    onAnswered: (count) => {
      if (count === answeredBefore) then();
    },
  });

interface Page {
  readonly callbacks: {
    readonly nodes: readonly { readonly position: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/** All that there is, by the lists. */
async function recorded(): Promise<{ callbacks: string[]; live: string[] }> {
  await projectionCaughtUp(url, token);
  const ask = <Data>(query: string, variables = {}) => askLedger<Data>(url, query, variables, token);
  const { streamSessions } = await ask<{ streamSessions: { nodes: { sequence: string }[] } }>(
    '{ streamSessions(filter: { state: { eq: LIVE } }) { nodes { sequence } } }',
  );
  const callbacks: string[] = [];
  for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
    const page: Page = await ask(
      `query ($after: Cursor) { callbacks(first: 500, after: $after) {
        nodes { position } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    callbacks.push(...page.callbacks.nodes.map(({ position }) => position));
    ({ hasNextPage, endCursor: after } = page.callbacks.pageInfo);
  }
  return { callbacks: callbacks.reverse(), live: streamSessions.nodes.map(({ sequence }) => sequence).sort() };
}

/** Each callback once and in order; of sessions those that are live, and none again that was not any more. */
async function expectAllReceived(all: readonly NodeExample[]): Promise<void> {
  const { callbacks, live } = await recorded();
  for (const one of all) {
    await one.until('the last callback', () => one.callbacks().at(-1) === callbacks.at(-1));
    expect(one.callbacks()).toEqual(callbacks);
    await one.until('the live sessions', () => [...(one.lists().at(-1) ?? [])].sort().join() === live.join());
    const over = new Set<string>();
    let before: readonly string[] = [];
    for (const list of one.lists()) {
      for (const sequence of before) if (!list.includes(sequence)) over.add(sequence);
      expect(list.filter((sequence) => over.has(sequence))).toEqual([]);
      before = list;
    }
  }
}

test('whether the server is stopped, killed or replaced, or connections break: each callback arrives once, in order', async () => {
  // Each connection lasts longer than the one before it, and breaks within a message.
  const breaking = await proxyTo(url, (connection) => connection * 1_500);
  const direct = await startClients(url);
  const all = [...direct, ...(await startClients(breaking.url))];
  for (const [cycle, signal] of (['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const).entries()) {
    const { answered } = await load(40 + cycle * 20, () => {
      ledger.kill(signal);
    });
    expect(await ledger.ended()).toBe(signal === 'SIGTERM' ? 0 : null);
    await startAgain();
    expect((await recorded()).callbacks.length).toBeGreaterThanOrEqual(answered.length);
    await expectAllReceived(all);
  }
  expect(breaking.connections()).toBeGreaterThan(10);

  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  const copy = path.join(folder.path, 'copy');
  await startAgain(copyWithNextReadModel(copy));
  await load(20, () => {
    ledger.kill('SIGTERM');
  });
  await ledger.ended();
  await startAgain(path.join(copy, 'bin/live-ledger.js'));
  await expectAllReceived(all);
});

test('a connection that has died without a word is found out', async () => {
  const freezing = await proxyTo(url, () => Infinity);
  const all = await startClients(freezing.url);
  await load(10, () => {
    freezing.freeze();
    ledger.kill('SIGTERM');
  });
  await ledger.ended();
  await startAgain();
  await expectAllReceived(all);
});

test('a connection that dies while it is opened is found out', async () => {
  // The first gets nothing, the second the answer to its upgrade alone, or of a request the beginning.
  const bytes = [0, 1];
  const all: NodeExample[] = [];
  for (const transport of transports) {
    const dying = await proxyTo(url, (connection) => bytes[connection - 1] ?? Infinity, 'SILENCE');
    const one = startOne(dying.url, transport);
    all.push(one);
    await one.until('its list', () => one.isReady());
    expect(dying.connections()).toBeGreaterThan(2);
  }
  await load(10, () => {
    ledger.kill('SIGTERM');
  });
  await ledger.ended();
  await startAgain();
  await expectAllReceived(all);
});

test('they list all live sessions, not only those of the first page', async () => {
  const sequences = Array.from({ length: 101 }, (_, number) => String(1_000 + number));
  for (const sequence of sequences) {
    const body = JSON.stringify(pushBody({ sequence, stream_id: sequence }));
    expect((await fetch(`${url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
  }
  await projectionCaughtUp(url, token);
  for (const one of await startClients(url)) expect([...(one.lists().at(-1) ?? [])].sort()).toEqual(sequences);
});
