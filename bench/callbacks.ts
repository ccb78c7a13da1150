/**
 * How many callbacks does this product, in its two processes, acknowledge a second, and what does each cost? Sends only signed pushes and
 * interruptions; compares a bare node:http server, which stores nothing.
 * Run: npm run bench:callbacks (--rounds N and --seconds N make it shorter, --before FOLDER adds another built checkout).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Load, Loaded } from './ingest/load.ts';
import type { Listening } from './ingest/subject.ts';
import { quantilesOf, summarise } from './measure.ts';
import { ask, end, hear, start } from './processes.ts';
import { startProduct, watchServer, type ServerProcess } from './server-process.ts';
import { line, shorten, spread } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1' },
    before: { type: 'string' },
  },
});
const ms = Number(flags.seconds) * 1_000;
const connectionCounts = [64, 256] as const;
const key = 'bench';

/** Callbacks sent before measuring, so that V8's compilation does not count as their cost. */
const warmUpCallbacks = 20_000;

/** The interval between two checks whether a server still projects, and the most CPU of a server that does not. */
const idleLook = { everyMs: 300, cpuMsMax: 10 } as const;

interface Turn {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
}

async function startBare(): Promise<ServerProcess> {
  const child = start('ingest/subject.ts');
  const { port } = await hear<Listening>(child);
  return watchServer(child, port, () => undefined);
}

async function untilIdle(server: ServerProcess): Promise<void> {
  for (let before = -Infinity; server.cpuMs() - before > idleLook.cpuMsMax;) {
    before = server.cpuMs();
    await pause(idleLook.everyMs);
  }
}

/** Measures one turn; its CPU time is everything until the last callback is projected. */
async function measure(server: ServerProcess, connections: number): Promise<Turn> {
  const before = server.cpuMs();
  const { acknowledged, refused, latenciesMs } = await ask<Load, Loaded>(load, { port: server.port, connections, ms });
  if (refused > 0) throw new Error(`${refused} callbacks were refused.`);
  await untilIdle(server);
  return {
    perSecond: (acknowledged * 1_000) / ms,
    cpuUs: ((server.cpuMs() - before) * 1_000) / acknowledged,
    p99Ms: quantilesOf(latenciesMs).p99Ms,
  };
}

function print(name: string, connections: number, turns: readonly Turn[], bare: readonly Turn[]): void {
  line(
    [String(connections), 11],
    [name, 8],
    [spread(turns.map(({ perSecond }) => perSecond)), 22],
    [spread(turns.map(({ perSecond }, turn) => perSecond / (bare[turn]?.perSecond ?? NaN))), 18],
    [spread(turns.map(({ cpuUs }) => cpuUs)), 18],
    [shorten(summarise(turns.map(({ p99Ms }) => p99Ms)).median), 7],
  );
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const load = start('ingest/load.ts', ['0', key]);
const servers = new Map<string, ServerProcess>();
try {
  servers.set('bare', await startBare());
  servers.set('ours', await startProduct(folder, undefined, { CSS_CALLBACK_KEYS: key }));
  if (flags.before !== undefined) {
    servers.set('before', await startProduct(folder, path.resolve(flags.before), { CSS_CALLBACK_KEYS: key }));
  }
  for (const server of servers.values()) {
    for (let acknowledged = 0; acknowledged < warmUpCallbacks;) {
      acknowledged += (await ask<Load, Loaded>(load, { port: server.port, connections: 64, ms })).acknowledged;
    }
    await untilIdle(server);
  }
  const measured = new Map<string, Turn[]>();
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    // The first server measured runs on a colder machine, so the order alternates.
    const inTurn = round % 2 === 0 ? [...servers] : [...servers].reverse();
    for (const connections of connectionCounts) {
      for (const [name, server] of inTurn) {
        const of = `${connections} ${name}`;
        measured.set(of, [...(measured.get(of) ?? []), await measure(server, connections)]);
      }
    }
  }
  line(['connections', 11], ['server', 8], ['acknowledged/s', 22], ['to bare', 18], ['CPU µs each', 18], ['p99 ms', 7]);
  for (const connections of connectionCounts) {
    const of = (name: string) => measured.get(`${connections} ${name}`) ?? [];
    for (const name of servers.keys()) print(name, connections, of(name), of('bare'));
  }
} finally {
  for (const server of servers.values()) await server.end();
  await end(load);
  rmSync(folder, { recursive: true, force: true });
}
