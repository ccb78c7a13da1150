/**
 * How long from the spawn of the service on an existing ledger to the first callback that is acknowledged, and to the first 200 from
 * `/readyz`? Compares Fastify with Apollo Server and one field, and Node that does nothing.
 * Run: npm run bench:start (--rounds N makes it shorter or longer, --before FOLDER adds another built checkout).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { benchFlags } from './bench-flags.ts';
import { cpuMsOf, processTree, sum } from './process-tree.ts';
import { freePort } from './processes.ts';
import { line, shorten, spread } from './table.ts';

const flags = benchFlags({ rounds: { type: 'string', default: '11' }, before: { type: 'string' } });
const rounds = Number(flags.rounds);

/** Milliseconds between two requests to a service that is not listening yet. */
const askEveryMs = 2;

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

interface Subject {
  readonly args: readonly string[];
  readonly takesCallbacks: boolean;
}

const service = (checkout: string): Subject => ({
  args: [path.join(checkout, 'bin/live-ledger.js'), 'serve'],
  takesCallbacks: true,
});

const subjects: Readonly<Record<string, Subject>> = {
  'live-ledger serve': service(pathOf('..')),
  ...(flags.before !== undefined && { before: service(path.resolve(flags.before)) }),
  'Fastify, Apollo Server': { args: [pathOf('start/bare-apollo.js')], takesCallbacks: false },
};

interface Started {
  /** From the spawn; NaN if it takes none. */
  readonly acknowledgedMs: number;
  readonly readyMs: number;
  /** CPU milliseconds of all of its processes until it was ready. */
  readonly cpuMs: number;
}

/** A callback as in the vendor's documents. No keys are set, so it needs no current time. */
const push = readFileSync(pathOf('../test/fixtures/callbacks/push.json'), 'utf8');

async function start({ args, takesCallbacks }: Subject, dataDir: string): Promise<Started> {
  const port = await freePort();
  const begunMs = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir },
    stdio: 'ignore',
  });
  const untilOk = async (options: RequestOptions, body = '') => {
    while (!(await isOk({ host: '127.0.0.1', port, agent: false, ...options }, body))) {
      if (child.exitCode !== null) throw new Error(`${args.join(' ')} has ended with status ${child.exitCode}.`);
      await pause(askEveryMs);
    }
    return performance.now() - begunMs;
  };
  const acknowledged = takesCallbacks ? untilOk({ path: '/callbacks/css', method: 'POST' }, push) : NaN;
  const readyMs = await untilOk({ path: '/readyz' });
  const cpuMs = sum(processTree(child.pid ?? 0).map(({ pid }) => cpuMsOf(pid)));
  const acknowledgedMs = await acknowledged;
  await end(child);
  return { acknowledgedMs, readyMs, cpuMs };
}

async function startNothing(): Promise<Started> {
  const begunMs = performance.now();
  const child = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return { acknowledgedMs: NaN, readyMs: performance.now() - begunMs, cpuMs: NaN };
}

function isOk(options: RequestOptions, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => {
        resolve(false);
      })
      .end(body);
  });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const folder = mkdtempSync(path.join(tmpdir(), 'bench-start-'));
try {
  const measured = new Map<string, Started[]>();
  const note = (name: string, started: Started) => measured.set(name, [...(measured.get(name) ?? []), started]);
  // The first run of each creates the ledger and loads the files into the system's cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const started = await start(subject, path.join(folder, `data of ${name}`));
      if (round > 0) note(name, started);
    }
    note('node --eval 0', await startNothing());
  }
  line(['', -24], ['acknowledged after, ms', 22], ['ready after, ms', 18], ['CPU until ready, ms', 20]);
  for (const [name, all] of measured) {
    const cell = (pick: (started: Started) => number) =>
      all.some((started) => Number.isNaN(pick(started))) ? shorten(NaN) : spread(all.map(pick));
    line(
      [name, -24],
      [cell(({ acknowledgedMs }) => acknowledgedMs), 22],
      [cell(({ readyMs }) => readyMs), 18],
      [cell(({ cpuMs }) => cpuMs), 20],
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
