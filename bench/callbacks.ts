/**
 * How many callbacks does this product, in all of its processes, acknowledge a second, and what does each cost? Sends only signed pushes and
 * interruptions, first over kept connections, then each over a connection of its own. Compares Fastify that keeps callbacks in PostgreSQL,
 * and a bare node:http server, which stores nothing.
 * Run: npm run bench:callbacks (--rounds N and --seconds N make it shorter, --connections kept or new measures one of both, --before FOLDER
 * adds another built checkout, --standby the product with a standby that follows it).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchFlags } from './bench-flags.ts';
import { measureTurn, warm, type Turn } from './callbacks/measure-turn.ts';
import { startServers } from './callbacks/servers.ts';
import { summarise } from './measure.ts';
import { end, start } from './processes.ts';
import { line, shorten, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '8' },
  seconds: { type: 'string', default: '1' },
  connections: { type: 'string' },
  before: { type: 'string' },
  standby: { type: 'boolean', default: false },
});
const ms = Number(flags.seconds) * 1_000;
const key = 'bench';

interface Section {
  readonly connections: 'kept' | 'new';
  readonly title: string;
  /** Callbacks at a time. */
  readonly counts: readonly number[];
}

const sections = (
  [
    { connections: 'kept', title: 'Connections that are kept', counts: [16, 64, 256] },
    { connections: 'new', title: 'A connection for each callback', counts: [16, 64] },
  ] as const satisfies readonly Section[]
).filter(({ connections }) => flags.connections === undefined || flags.connections === connections);

/** The turns of each server, in order of the rounds. */
async function measure({ connections: kind }: Section, connections: number): Promise<Map<string, Turn[]>> {
  const measured = new Map<string, Turn[]>();
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    // The first server measured runs on a colder machine, so the order alternates.
    const inTurn = round % 2 === 0 ? [...servers.running] : [...servers.running].reverse();
    for (const [name, server] of inTurn) {
      const turn = await measureTurn(load, server, { connections, ms, closes: kind === 'new' });
      measured.set(name, [...(measured.get(name) ?? []), turn]);
    }
  }
  return measured;
}

function print(connections: number, measured: ReadonlyMap<string, readonly Turn[]>): void {
  const ours = measured.get('ours') ?? [];
  for (const [name, turns] of measured) {
    const of = (pick: (turn: Turn) => number) => spread(turns.map(pick));
    /** Ours to this one's, of the same round. */
    const ratio = (pick: (turn: Turn) => number) =>
      spread(turns.map((turn, round) => pick(ours[round] ?? turn) / pick(turn)));
    line(
      [String(connections), 11],
      [name, -24],
      [of(({ perSecond }) => perSecond), 22],
      [ratio(({ perSecond }) => perSecond), 18],
      [of(({ cpuUs }) => cpuUs), 18],
      [ratio(({ cpuUs }) => cpuUs), 18],
      [shorten(summarise(turns.map(({ p99Ms }) => p99Ms)).median), 7],
    );
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const load = start('ingest/load.ts', ['0', key]);
const servers = await startServers({ folder, key, before: flags.before, withStandby: flags.standby }).catch(
  async (error: unknown) => {
    await end(load);
    throw error;
  },
);
try {
  for (const server of servers.running.values()) await warm(load, server, ms);
  for (const section of sections) {
    line([`\n${section.title}`, 0]);
    line(
      ['connections', 11],
      ['server', -24],
      ['acknowledged/s', 22],
      ['rate: ours to it', 18],
      ['CPU µs each', 18],
      ['CPU: ours to it', 18],
      ['p99 ms', 7],
    );
    for (const count of section.counts) print(count, await measure(section, count));
  }
  for (const [name, why] of servers.absent) line([`${name} is not there: ${why}`, 0]);
} finally {
  await servers.end();
  await end(load);
  rmSync(folder, { recursive: true, force: true });
}
