/**
 * How many queries a second are answered, and what does each cost the server? Asks for one session by its sequence, a page of fifty, and
 * fifty relay tasks with their runs; compares GraphQL servers that answer the same bytes from memory. Linux only.
 * Run: npm run bench:query (--rounds N, --seconds N, --events N and --rates 0 make it shorter; --before names the folder of another built
 * checkout to measure in the same run).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rateMax, writeRates } from '../src/settings/variables.ts';
import { benchFlags } from './bench-flags.ts';
import { ask, end, start } from './processes.ts';
import { bodiesOf, questions, rowsDocument, type Question } from './query/documents.ts';
import { askOnce, fill } from './query/fill.ts';
import type { Load, Loaded } from './query/load.ts';
import { peerKinds, startPeer, type PeerKind, type Rows } from './query/peers.ts';
import { startProduct, type ServerProcess } from './server-process.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '12' },
  seconds: { type: 'string', default: '0.5' },
  events: { type: 'string', default: '20000' },
  rates: { type: 'string', default: '0,2000' },
  before: { type: 'string' },
});
const rounds = Number(flags.rounds);
const ms = Number(flags.seconds) * 1_000;
const rates = flags.rates.split(',').map(Number);

/** Enough that the server is never idle. */
const connections = 16;
/** Answers to a question until a server is warm: V8 continues compiling for thousands of them, on a thread whose CPU counts too. */
const warmAfter = 8_000;

/** All that one address may ask at most: no request of the bench may be refused. */
const settings = {
  API_RATES: writeRates({ operations: rateMax, cost: rateMax, subscriptions: rateMax, exports: rateMax }),
};

/** Milliseconds after which warm-up ends. */
const warmUpMsMax = 12_000;

type Kind = 'ours' | 'before' | PeerKind;
const kinds: readonly Kind[] = ['ours', ...(flags.before === undefined ? [] : ['before' as const]), ...peerKinds];
type Servers = ReadonlyMap<Kind, ServerProcess>;

interface Answered {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
  readonly callbacksPerSecond: number;
}

async function startAll(folder: string): Promise<{ servers: Servers; sequences: readonly string[] }> {
  const ours = await startProduct(folder, undefined, settings);
  const servers = new Map<Kind, ServerProcess>([['ours', ours]]);
  try {
    await fill(ours.port, Number(flags.events));
    const { data } = JSON.parse(await askOnce(ours.port, JSON.stringify({ query: rowsDocument }))) as {
      data: { streamSessions: { nodes: Rows['sessions'] }; relayTasks: { nodes: Rows['tasks'] } };
    };
    const rows = { sessions: data.streamSessions.nodes, tasks: data.relayTasks.nodes };
    if (flags.before !== undefined) {
      const before = await startProduct(folder, flags.before, settings);
      servers.set('before', before);
      await fill(before.port, Number(flags.events));
    }
    for (const kind of peerKinds) servers.set(kind, await startPeer(kind, rows));
    return { servers, sequences: await unambiguous(ours, rows.sessions) };
  } catch (error) {
    await endAll(servers);
    throw error;
  }
}

/** Excludes the sequences that the simulation gives to two accounts. */
async function unambiguous({ port }: ServerProcess, sessions: Rows['sessions']): Promise<string[]> {
  const sequences: string[] = [];
  for (const { sequence } of sessions) {
    const [body = ''] = bodiesOf('one session', [sequence]);
    if (!(await askOnce(port, body)).includes('"errors"')) sequences.push(sequence);
  }
  return sequences;
}

async function endAll(servers: Servers): Promise<void> {
  for (const server of servers.values()) await server.end();
}

/** Each peer must answer each question with the same bytes. Another build of the product may have stored the callbacks in another order. */
async function assertSameAnswers(servers: Servers, sequences: readonly string[]): Promise<void> {
  for (const question of questions) {
    for (const body of bodiesOf(question, sequences.slice(0, 20))) {
      const ours = await askOnce(servers.get('ours')?.port ?? 0, body);
      if (ours.includes('"nodes":[]') || ours.includes(':null}}'))
        throw new Error(`There are no rows for ${question}.`);
      for (const kind of peerKinds) {
        if ((await askOnce(servers.get(kind)?.port ?? 0, body)) === ours) continue;
        throw new Error(`${kind} answers ${question} differently.`);
      }
    }
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const load = start('query/load.ts');
const measured = new Map<string, Answered[]>();

function of(rate: number, question: Question, kind: Kind): Answered[] {
  const key = `${rate} ${question} ${kind}`;
  const all = measured.get(key) ?? [];
  measured.set(key, all);
  return all;
}

async function measure(server: ServerProcess, asked: Omit<Load, 'port' | 'connections'>): Promise<Answered> {
  const beforeMs = server.cpuMs();
  const loaded = await ask<Load, Loaded>(load, { ...asked, port: server.port, connections });
  const { answered, callbacks, elapsedMs, latency } = loaded;
  return {
    perSecond: (answered * 1_000) / elapsedMs,
    cpuUs: ((server.cpuMs() - beforeMs) * 1_000) / answered,
    p99Ms: latency.p99Ms,
    callbacksPerSecond: (callbacks * 1_000) / elapsedMs,
  };
}

async function warmUp({ port }: ServerProcess, asked: Pick<Load, 'bodies'>): Promise<void> {
  const request = { ...asked, port, connections, ms, callbacksPerSecond: 0 };
  const begunMs = performance.now();
  let answered = 0;
  while (answered < warmAfter && performance.now() - begunMs < warmUpMsMax) {
    answered += (await ask<Load, Loaded>(load, request)).answered;
  }
}

async function measureAll(servers: Servers, rate: number, question: Question, sequences: readonly string[]) {
  const asked = { bodies: bodiesOf(question, sequences), callbacksPerSecond: rate };
  for (const server of servers.values()) await warmUp(server, asked);
  for (let round = 0; round < rounds; round += 1) {
    // The first server measured runs on a colder machine, so the order alternates.
    for (const [kind, server] of round % 2 === 0 ? servers : [...servers].reverse()) {
      of(rate, question, kind).push(await measure(server, { ...asked, ms }));
    }
  }
}

try {
  const { servers, sequences } = await startAll(folder);
  try {
    await assertSameAnswers(servers, sequences);
    for (const rate of rates) {
      for (const question of questions) await measureAll(servers, rate, question, sequences);
    }
  } finally {
    await endAll(servers);
  }
} finally {
  await end(load);
  rmSync(folder, { recursive: true, force: true });
}

line(
  ['callbacks/s', 18],
  ['question', -22],
  ['server', -13],
  ['queries/s', 21],
  ['to apollo', 16],
  ['to mercurius-jit', 20],
  ['CPU µs each', 18],
  ['CPU to apollo', 18],
  ['p99 ms', 16],
);
for (const rate of rates) {
  for (const question of questions) {
    const pick = (kind: Kind, one: (answered: Answered) => number) => of(rate, question, kind).map(one);
    const perSecond = (answered: Answered) => answered.perSecond;
    const cpuUs = (answered: Answered) => answered.cpuUs;
    const ratio = (kind: Kind, peer: Kind, one = perSecond) => {
      const ofPeer = pick(peer, one);
      return spread(pick(kind, one).map((own, round) => own / (ofPeer[round] ?? NaN)));
    };
    for (const kind of kinds) {
      line(
        [rate === 0 ? '–' : spread(pick(kind, (one) => one.callbacksPerSecond)), 18],
        [question, -22],
        [kind, -13],
        [spread(pick(kind, perSecond)), 21],
        [ratio(kind, 'apollo'), 16],
        [ratio(kind, 'mercurius-jit'), 20],
        [spread(pick(kind, cpuUs)), 18],
        [ratio(kind, 'apollo', cpuUs), 18],
        [spread(pick(kind, (one) => one.p99Ms)), 16],
      );
    }
  }
}
