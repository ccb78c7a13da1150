/**
 * How long from the spawn of the service on an existing ledger to the first 200 from `/readyz`? Compares Fastify with Apollo Server and one
 * field, and Node that does nothing.
 * Run: npm run bench:start (--rounds N makes it shorter or longer).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { line, shorten, spread } from './table.ts';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '11' } } });
const rounds = Number(flags.rounds);

/** Milliseconds between two requests to a service that is not listening yet. */
const askEveryMs = 2;

/** Linux: clock ticks a second. */
const ticksPerSecond = 100;

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const subjects: Readonly<Record<string, readonly string[]>> = {
  'live-ledger serve': [pathOf('../bin/live-ledger.js'), 'serve'],
  'Fastify, Apollo Server': [pathOf('start/bare-apollo.js')],
};

interface Started {
  readonly readyMs: number;
  /** CPU milliseconds of the process and its child until it was ready. */
  readonly cpuMs: number;
}

async function start(args: readonly string[], dataDir: string): Promise<Started> {
  const port = await freePort();
  const begunMs = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDir },
    stdio: 'ignore',
  });
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} has ended with status ${child.exitCode}.`);
    await pause(askEveryMs);
  }
  const readyMs = performance.now() - begunMs;
  const cpuMs = cpuMsOf(child.pid ?? 0);
  await end(child);
  return { readyMs, cpuMs };
}

async function startNothing(): Promise<Started> {
  const begunMs = performance.now();
  const child = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return { readyMs: performance.now() - begunMs, cpuMs: NaN };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => {
      resolve(false);
    });
  });
}

function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const ownMs = ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
  return children === '' ? ownMs : children.split(' ').reduce((sum, child) => sum + cpuMsOf(Number(child)), ownMs);
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
    for (const [name, args] of Object.entries(subjects)) {
      const started = await start(args, path.join(folder, 'data'));
      if (round > 0) note(name, started);
    }
    note('node --eval 0', await startNothing());
  }
  line(['', -24], ['ready after, ms', 18], ['CPU until then, ms', 20]);
  for (const [name, all] of measured) {
    const cpu = all.map(({ cpuMs }) => cpuMs);
    const cpuCell = cpu.some(Number.isNaN) ? shorten(NaN) : spread(cpu);
    line([name, -24], [spread(all.map(({ readyMs }) => readyMs)), 18], [cpuCell, 20]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
