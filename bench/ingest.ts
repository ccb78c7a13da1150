/**
 * How many callbacks are acknowledged a second, and how long is the main thread blocked meanwhile, on disks of several speeds and during a
 * catch-up? Compares a bare node:http server with this product on one thread, on two, and on three, its real configuration.
 * Run: npm run bench:ingest (about six minutes; --rounds N, --seconds N and --events N make it shorter or longer).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  connectionCounts,
  measureCatchUp,
  measureReceiving,
  type Bench,
  type Received,
} from './ingest/measure-server.ts';
import type { Kind, Measured } from './ingest/subject.ts';
import { summarise } from './measure.ts';
import { end, start } from './processes.ts';
import { line, shorten, spread } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    events: { type: 'string', default: '30000' },
  },
});
const rounds = Number(flags.rounds);
const events = Number(flags.events);
const ms = Number(flags.seconds) * 1_000;

interface Disk {
  readonly fsyncSlowerMs: number;
  readonly ms: number;
  readonly rounds: number;
  readonly kinds: readonly Kind[];
}

const disks: readonly Disk[] = [
  { fsyncSlowerMs: 0, ms, rounds, kinds: ['bare', 'one thread', 'two threads', 'three threads'] },
  { fsyncSlowerMs: 5, ms, rounds, kinds: ['two threads', 'three threads'] },
  { fsyncSlowerMs: 50, ms, rounds, kinds: ['two threads', 'three threads'] },
  // A measurement needs several fsyncs; one round suffices, because an fsync of 2 s hides all other differences.
  { fsyncSlowerMs: 2_000, ms: Math.max(ms, 9_000), rounds: 1, kinds: ['two threads', 'three threads'] },
];
const catchUpKinds = ['one thread', 'three threads'] as const;

/** The figures of each server, one for each round. */
class Rounds<Figures> {
  private readonly all = new Map<string, Figures[]>();

  add(what: readonly unknown[], figures: Figures): void {
    this.all.set(what.join(), [...this.of(...what), figures]);
  }

  of(...what: readonly unknown[]): readonly Figures[] {
    return this.all.get(what.join()) ?? [];
  }
}

async function measureAll(bench: Bench): Promise<void> {
  const received = new Rounds<Received>();
  const caughtUp = new Rounds<Measured>();
  for (let round = 0; round < rounds; round += 1) {
    // The first server measured runs on a colder machine, so the order alternates.
    const inTurn = <One>(all: readonly One[]) => (round % 2 === 0 ? all : [...all].reverse());
    for (const { kinds, rounds: roundsOfDisk, ...disk } of disks) {
      if (round >= roundsOfDisk) continue;
      for (const kind of inTurn(kinds)) {
        for (const [connections, one] of await measureReceiving(bench, { kind, ...disk })) {
          received.add([disk.fsyncSlowerMs, connections, kind], one);
        }
      }
    }
    for (const kind of inTurn(catchUpKinds)) caughtUp.add([kind], await measureCatchUp(bench, kind, events));
  }
  printReceived(received);
  printCaughtUp(caughtUp);
}

function printReceived(received: Rounds<Received>): void {
  line(
    ['fsync ms', 8],
    ['connections', 11],
    ['server', 13],
    ['acknowledged/s', 20],
    ['to bare', 22],
    ['p50 ms', 7],
    ['p99 ms', 7],
    ['loop p99 ms', 11],
    ['loop worst ms', 18],
    ['CPU µs each', 11],
    ['503', 3],
  );
  for (const { fsyncSlowerMs, kinds } of disks) {
    for (const connections of connectionCounts) {
      const bare = received.of(0, connections, 'bare');
      for (const kind of kinds) {
        const all = received.of(fsyncSlowerMs, connections, kind);
        const median = (pick: (one: Received) => number) => shorten(summarise(all.map(pick)).median);
        line(
          [kind === 'bare' ? '–' : median((one) => one.fsyncMs), 8],
          [String(connections), 11],
          [kind, 13],
          [spread(all.map((one) => one.perSecond)), 20],
          [spread(all.map((one, round) => one.perSecond / (bare[round]?.perSecond ?? NaN))), 22],
          [median((one) => one.p50Ms), 7],
          [median((one) => one.p99Ms), 7],
          [median((one) => one.loopP99Ms), 11],
          [spread(all.map((one) => one.loopGreatestMs)), 18],
          [median((one) => one.cpuUs), 11],
          [String(summarise(all.map((one) => one.refused)).greatest), 3],
        );
      }
    }
  }
}

function printCaughtUp(caughtUp: Rounds<Measured>): void {
  line([`\nCatching up with ${events} callbacks`, 0]);
  line(['server', 13], ['seconds', 18], ['loop p99 ms', 18], ['loop worst ms', 18]);
  for (const kind of catchUpKinds) {
    const all = caughtUp.of(kind);
    line(
      [kind, 13],
      [spread(all.map((one) => one.elapsedMs / 1_000)), 18],
      [spread(all.map((one) => one.loopP99Ms)), 18],
      [spread(all.map((one) => one.loopGreatestMs)), 18],
    );
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const shim = path.join(folder, 'slow-fsync.so');
const source = fileURLToPath(new URL('ingest/slow-fsync.c', import.meta.url));
const load = start('ingest/load.ts');
try {
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', shim, source, '-ldl'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('A C compiler is needed for the slow fsync.');
  await measureAll({ folder, shim, load });
} finally {
  await end(load);
  rmSync(folder, { recursive: true, force: true });
}
